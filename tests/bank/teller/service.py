"""Takes deposits and names, and tells the ledger."""

from __future__ import annotations

import time
import uuid
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis import context, outbox
from chassis.database import Base, metadata
from chassis.service import Service, serve
from contracts.errors import NotFound
from tests.bank.contracts import (
    EVENTS,
    AccountRenamed,
    Deposit,
    DepositFacts,
    DepositMade,
    DepositRefused,
    Rename,
    TellerApi,
)
from tests.bank.fuse import burn
from tests.bank.teller.settings import Settings


class TellerBase(Base):
    __abstract__ = True
    metadata = metadata()


class DepositRow(TellerBase):
    __tablename__ = "deposit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    account_id: Mapped[UUID]
    amount: Mapped[int]


class AccountRow(TellerBase):
    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    version: Mapped[int]


@serve(TellerApi, events=EVENTS)
class TellerService(Service[Settings]):
    """See `TellerApi`."""

    def deposit(self, *, command: Deposit) -> DepositFacts:
        facts = self.execute(take_deposit, command, fuse=self.settings.fuse)
        burn(self.settings.fuse, "before-answer")
        return facts

    def rename(self, *, command: Rename) -> int:
        return self.execute(rename_account, command)

    def deposit_facts(self, *, deposit_id: UUID) -> DepositFacts:
        with self.database.begin() as session:
            found = session.get(DepositRow, deposit_id)
            if found is None:
                raise NotFound()
            return DepositFacts(deposit_id=found.id, account_id=found.account_id, amount=found.amount)

    def who_am_i(self) -> UUID:
        return context.actor().account_id

    def wait(self, *, seconds: float) -> float:
        time.sleep(seconds)
        return context.seconds_left(0)

    def fail(self, *, secret: str) -> None:
        raise ValueError(secret)


def take_deposit(session: Session, *, command: Deposit, fuse: str) -> DepositFacts:
    """Keep the deposit and tell of it."""
    if command.amount <= 0:
        raise DepositRefused(amount=command.amount)
    row = DepositRow(
        id=uuid.uuid4(), profile=context.current().profile, account_id=command.account_id, amount=command.amount
    )
    session.add(row)
    outbox.publish(session, DepositMade(deposit_id=row.id), aggregate_id=row.id, number=1)
    session.flush()
    burn(fuse, "during-command")
    return DepositFacts(deposit_id=row.id, account_id=row.account_id, amount=row.amount)


def rename_account(session: Session, *, command: Rename) -> int:
    """Count the name's version up and tell of it."""
    profile = context.current().profile
    session.execute(
        insert(AccountRow).values(id=command.account_id, profile=profile, version=0).on_conflict_do_nothing()
    )
    row = session.scalars(select(AccountRow).where(AccountRow.id == command.account_id).with_for_update()).one()
    row.version += 1
    outbox.publish(
        session,
        AccountRenamed(account_id=row.id, name=command.name),
        aggregate_id=row.id,
        number=row.version,
    )
    return row.version
