"""Counters against guessing: per account and per address, apart for passwords, codes and recovery (W17)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock, crypto
from contracts.identity import TooManyAttempts
from services.identity.operations.accounts import own_profile
from services.identity.rules.profile import AttemptRules
from services.identity.tables import AttemptRow


class Guarded(StrEnum):
    """What is tried."""

    PASSWORD = "password"  # noqa: S105  (the name of a counter)
    CODE = "code"
    RECOVERY = "recovery"


def spend(
    session: Session,
    guarded: Guarded,
    *,
    rules: AttemptRules,
    account: str | None = None,
    address: str | None = None,
) -> TooManyAttempts | None:
    """Count an attempt before it is made, so that parallel guesses are counted too; a refusal once there were too many.

    account: what was typed to name it, whether it exists or not.
    Many share an address, so call this last in a transaction; account before address here and in `succeed`, or two
    sign-ins wait for each other.
    """
    refusal = None
    if account is not None:
        refusal = _spend(session, f"{guarded}.account", account, limit=rules.account, minutes=rules.minutes)
    if address is not None:
        locked = _spend(session, f"{guarded}.address", address, limit=rules.address, minutes=rules.minutes)
        refusal = refusal or locked
    return refusal


def succeed(session: Session, guarded: Guarded, *, address: str, account: str | None = None) -> None:
    """Forget the failures of the account; give the address back the attempt that was none, and no more than that."""
    if account is not None:
        session.execute(update(AttemptRow).where(*_is(f"{guarded}.account", account)).values(spent=0))
    session.execute(
        update(AttemptRow)
        .where(*_is(f"{guarded}.address", address), AttemptRow.spent > 0)
        .values(spent=AttemptRow.spent - 1)
    )


def _is(kind: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AttemptRow.profile == own_profile(),
        AttemptRow.kind == kind,
        AttemptRow.subject == _hashed(kind, subject),
    )


def _hashed(kind: str, subject: str) -> bytes:
    return crypto.keyring().keyed_hash(f"{kind}:{subject}")


def _spend(session: Session, kind: str, subject: str, *, limit: int, minutes: int) -> TooManyAttempts | None:
    now = clock.now()
    end = now + timedelta(minutes=minutes)
    is_over = AttemptRow.window_ends_at <= now
    statement = insert(AttemptRow).values(
        profile=own_profile(), kind=kind, subject=_hashed(kind, subject), spent=1, window_ends_at=end
    )
    row = session.execute(
        statement.on_conflict_do_update(
            index_elements=[AttemptRow.profile, AttemptRow.kind, AttemptRow.subject],
            set_={
                "spent": case((is_over, 1), else_=func.least(AttemptRow.spent + 1, limit + 1)),
                # The last allowed attempt starts the time of the lock; attempts while it lasts do not prolong it.
                "window_ends_at": case(
                    (is_over, end), (AttemptRow.spent == limit - 1, end), else_=AttemptRow.window_ends_at
                ),
            },
        ).returning(AttemptRow.spent, AttemptRow.window_ends_at)
    ).one()
    if row.spent <= limit:
        return None
    return TooManyAttempts(until=row.window_ends_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"))
