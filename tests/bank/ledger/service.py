"""Adds up what the teller tells, each deposit once."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from chassis import context
from chassis.database import Base, metadata
from chassis.service import Delivery, Service, client, on, serve
from tests.bank.contracts import EVENTS, AccountRenamed, DepositMade, LedgerApi, TellerApi
from tests.bank.fuse import burn
from tests.bank.ledger.settings import Settings

# A deposit of this amount is refused by a bug, as long as no file called `enlightened` is in the folder of fuses.
UNLUCKY = 1_313_131


class LedgerBase(Base):
    __abstract__ = True
    metadata = metadata()


class BalanceRow(LedgerBase):
    """`deposits` counts what was added, so that a double entry shows even where amounts are equal."""

    __tablename__ = "balance"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    amount: Mapped[int]
    deposits: Mapped[int]
    name: Mapped[str | None]


@serve(LedgerApi, events=EVENTS)
class LedgerService(Service[Settings]):
    """See `LedgerApi`."""

    teller = client(TellerApi)

    def balance(self, *, account_id: UUID) -> int:
        with self.database.begin() as session:
            found = session.get(BalanceRow, account_id)
            return found.amount if found else 0

    def account_name(self, *, account_id: UUID) -> str | None:
        with self.database.begin() as session:
            found = session.get(BalanceRow, account_id)
            return found.name if found else None

    def break_rule(self, *, inside_transaction: bool) -> None:
        with self.database.begin() if inside_transaction else nullcontext():
            self.teller.deposit_facts(deposit_id=uuid4())

    @on(DepositMade)
    def deposit_made(self, event: DepositMade, delivery: Delivery) -> None:
        burn(self.settings.fuse, "before-effect")
        facts = self.teller.deposit_facts(deposit_id=event.deposit_id)
        if facts.amount == UNLUCKY and not (Path(self.settings.fuse) / "enlightened").exists():
            raise ValueError("superstition")
        with delivery.once() as session:
            row = insert(BalanceRow).values(
                account_id=facts.account_id,
                profile=context.current().profile,
                amount=facts.amount,
                deposits=1,
            )
            session.execute(
                row.on_conflict_do_update(
                    index_elements=[BalanceRow.account_id],
                    set_={
                        "amount": BalanceRow.amount + row.excluded.amount,
                        "deposits": BalanceRow.deposits + 1,
                    },
                )
            )
        burn(self.settings.fuse, "before-ack")

    @on(AccountRenamed)
    def account_renamed(self, event: AccountRenamed, delivery: Delivery) -> None:
        with delivery.once() as session:
            row = insert(BalanceRow).values(
                account_id=event.account_id, profile=context.current().profile, amount=0, deposits=0, name=event.name
            )
            session.execute(
                row.on_conflict_do_update(index_elements=[BalanceRow.account_id], set_={"name": event.name})
            )
