"""Counters against guessing: per account and per address, apart for passwords, codes and recovery (W17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, delete, func, select
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


@dataclass(frozen=True)
class Trial:
    """An attempt at something: what is typed to name an account, whether it exists or not, and whence it comes."""

    guarded: Guarded
    rules: AttemptRules
    account: str | None = None
    network: str | None = None

    @property
    def counters(self) -> list[tuple[str, str, int]]:
        """Kind, subject and limit; many share an address, so its row is taken last and held shortest."""
        named = (
            (f"{self.guarded}.account", self.account, self.rules.account),
            (f"{self.guarded}.address", self.network, self.rules.address),
        )
        return [(kind, subject, limit) for kind, subject, limit in named if subject is not None]


def refuse_locked(session: Session, trial: Trial, *, judging: bool = False) -> TooManyAttempts | None:
    """A refusal where there were too many attempts.

    judging: the attempt is decided in this transaction. Then attempts at one account are decided one after another,
        so that of many guesses at once only as many count as of guesses in turn.
    """
    if judging and trial.account is not None:
        name = f"{own_profile()}:{trial.guarded}:{trial.account}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
    refusals = []
    for kind, subject, limit in trial.counters:
        row = session.execute(select(AttemptRow.spent, AttemptRow.window_ends_at).where(*_is(kind, subject))).first()
        if row is not None and row.spent >= limit and row.window_ends_at > clock.now():
            until = row.window_ends_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
            refusals.append(TooManyAttempts(until=until))
    return refusals[0] if refusals else None


def count(session: Session, trial: Trial) -> None:
    """Count an attempt."""
    end = clock.now() + timedelta(minutes=trial.rules.minutes)
    for kind, subject, limit in trial.counters:
        is_over = AttemptRow.window_ends_at <= clock.now()
        session.execute(
            insert(AttemptRow)
            .values(profile=own_profile(), kind=kind, subject=_hashed(kind, subject), spent=1, window_ends_at=end)
            .on_conflict_do_update(
                index_elements=[AttemptRow.profile, AttemptRow.kind, AttemptRow.subject],
                set_={
                    "spent": case((is_over, 1), else_=AttemptRow.spent + 1),
                    # The last allowed attempt starts the time of the lock.
                    "window_ends_at": case(
                        (is_over, end), (AttemptRow.spent == limit - 1, end), else_=AttemptRow.window_ends_at
                    ),
                },
            )
        )


def forget(session: Session, trial: Trial) -> None:
    """Forget the failures of an account whose owner has come in. Those of the address stay."""
    if trial.account is not None:
        session.execute(delete(AttemptRow).where(*_is(f"{trial.guarded}.account", trial.account)))


def _is(kind: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AttemptRow.profile == own_profile(),
        AttemptRow.kind == kind,
        AttemptRow.subject == _hashed(kind, subject),
    )


def _hashed(kind: str, subject: str) -> bytes:
    return crypto.keyring().keyed_hash(f"{kind}:{subject}")
