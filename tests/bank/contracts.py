"""What the teller and the ledger offer and tell."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.base import Command, Contract, Event, Message, VersionedCommand, rpc
from contracts.errors import DomainError, Kind


class DepositRefused(DomainError):
    """The teller takes no such amount."""

    code = "teller.deposit_refused"
    kind = Kind.CONFLICT


class Deposit(Command):
    """Put an amount on an account."""

    account_id: UUID
    amount: int


class DepositFacts(Message):
    """A deposit that was made."""

    deposit_id: UUID
    account_id: UUID
    amount: int


class Rename(VersionedCommand):
    """Give an account another name."""

    account_id: UUID
    name: str


class TellerApi(Contract):
    """Takes deposits."""

    name: ClassVar[str] = "teller"

    @rpc(actor=False)
    def deposit(self, *, command: Deposit) -> DepositFacts:
        """Take a deposit. Refuses: DepositRefused."""
        raise NotImplementedError

    @rpc(actor=False)
    def rename(self, *, command: Rename) -> int:
        """Name an account; returns the name's version."""
        raise NotImplementedError

    @rpc(callers=("ledger",), actor=False)
    def deposit_facts(self, *, deposit_id: UUID) -> DepositFacts:
        """A deposit. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=True)
    def who_am_i(self) -> UUID:
        """The account of the actor."""
        raise NotImplementedError

    @rpc(actor=False, timeout=20)
    def wait(self, *, seconds: float) -> float:
        """Wait in the worker, then answer the seconds that the caller still had."""
        raise NotImplementedError

    @rpc(actor=False)
    def fail(self, *, secret: str) -> None:
        """Run into a bug whose exception repeats the secret."""
        raise NotImplementedError


class LedgerApi(Contract):
    """Adds up."""

    name: ClassVar[str] = "ledger"

    @rpc(actor=False)
    def balance(self, *, account_id: UUID) -> int:
        """The sum of the deposits that the ledger has seen."""
        raise NotImplementedError

    @rpc(actor=False)
    def break_rule(self, *, inside_transaction: bool) -> None:
        """Call the teller from where no call is allowed: inside a transaction, or from right to left."""
        raise NotImplementedError

    @rpc(actor=False)
    def account_name(self, *, account_id: UUID) -> str | None:
        """The newest name that the ledger has seen."""
        raise NotImplementedError


class DepositMade(Event):
    """A deposit was taken. Aggregate: the deposit."""

    source: ClassVar[str] = "teller"
    listeners: ClassVar[tuple[str, ...]] = ("ledger",)
    deposit_id: UUID


class AccountRenamed(Event):
    """An account got a name. Aggregate: the account, number: the name's version."""

    source: ClassVar[str] = "teller"
    listeners: ClassVar[tuple[str, ...]] = ("ledger",)
    account_id: UUID
    name: str


CONTRACTS = (TellerApi, LedgerApi)
EVENTS = (DepositMade, AccountRenamed)
