"""What every service lets its operators see and do (`contracts.operations`); all of it is hidden from others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import audit, context, late
from chassis.deadletters import DeadLetter, DeadLetters, dead_letters
from chassis.loops import every
from chassis.service import Service
from chassis.settings import ServiceSettings
from contracts.base import Actor, Role
from contracts.errors import NotFound
from contracts.operations import (
    EXPORTED,
    RESENT,
    SHOWN,
    AuditLine,
    AuditQuery,
    ChainCheck,
    CheckAuditChain,
    DeadMessages,
    ExportAudit,
    LateJobAct,
    LateJobs,
    ResendDeadMessages,
    ResentMessage,
)

Settings = TypeVar("Settings", bound=ServiceSettings)


def operator() -> Actor:
    """The actor of the running call. Refuses: NotFound, where that is no operator."""
    actor = context.actor()
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotFound()
    return actor


class OperatedService(Service[Settings]):
    """A service with what `contracts.operations.Operated` declares."""

    # dead letters

    def dead_messages(self) -> DeadMessages:
        """What was given up. Refuses: NotFound."""
        with self._letters(operator()) as (_, seen, is_cut):
            found = [letter.described() for letter in seen]
        moments = [letter.died_at for letter in found if letter.died_at]
        return DeadMessages(
            items=tuple(found[:SHOWN]),
            total=len(found),
            oldest_at=min(moments, default=None),
            is_cut=is_cut,
        )

    def resend_dead_messages(self, *, command: ResendDeadMessages) -> tuple[ResentMessage, ...]:
        """Send events again; harmless for those that took effect meanwhile. Refuses: NotFound."""
        with self._letters(operator()) as (letters, seen, _):
            there = {letter.envelope.event_id: letter for letter in seen if letter.envelope}
            wanted = list(command.event_ids or there)[:RESENT]
            chosen = [there[event_id] for event_id in wanted if event_id in there]
            # Before they go: an act without its row would be worse than a row for what broke off and is done again.
            with self.database.begin() as session:
                self._note_resent(session, chosen)
            for letter in chosen:
                letters.replay(letter)
        return tuple(
            ResentMessage(event_id=event_id, topic=_topic(there.get(event_id)), is_sent=event_id in there)
            for event_id in wanted
        )

    @contextmanager
    def _letters(self, actor: Actor) -> Iterator[tuple[DeadLetters, list[DeadLetter], bool]]:
        """The queue, what the actor sees of it (the own province's, and nobody's), and whether there is more."""
        with dead_letters(self.settings.amqp_url.get_secret_value()) as letters:
            looked_at, is_cut = letters.first()
            yield letters, [letter for letter in looked_at if letter.profile in (None, actor.profile)], is_cut

    def _note_resent(self, session: Session, letters: list[DeadLetter]) -> None:
        for letter in letters:
            assert letter.envelope is not None
            audit.record(session, "dead_message_resent", "event", letter.envelope.event_id, topic=letter.envelope.topic)

    # late jobs

    def late_jobs(self) -> LateJobs:
        """What is late. Refuses: NotFound."""
        operator()
        with self.database.begin() as session:
            return late.late_jobs(session)

    def retry_late_job(self, *, command: LateJobAct) -> None:
        """Have a late or failed job tried anew. Refuses: NotFound, WrongState."""
        operator()
        self.execute(_retry, command)

    def give_up_late_job(self, *, command: LateJobAct) -> None:
        """End a late or failed job for good. Refuses: NotFound, WrongState."""
        operator()
        self.execute(_give_up, command)

    # audit

    @every(1.0)
    def check_audit(self, session: Session) -> None:
        """Walk along the audit chain, daily and when an operator asks."""
        audit.check_on(session)

    def audit_lines(self, *, query: AuditQuery, limit: int) -> tuple[AuditLine, ...]:
        """Audit rows of the profile, newest first. Refuses: NotFound."""
        operator()
        with self.database.begin() as session:
            return audit.lines(session, query, limit=min(limit, SHOWN))

    def export_audit(self, *, command: ExportAudit) -> tuple[AuditLine, ...]:
        """The newest of these audit rows; that they were taken is an audit row itself. Refuses: NotFound."""
        operator()
        with self.database.begin() as session:
            found = audit.lines(session, command.query, limit=EXPORTED)
            asked = command.query.model_dump(mode="json", exclude_none=True)
            audit.record(session, "audit_exported", "audit", None, reason=command.reason, query=asked, rows=len(found))
            return found

    def audit_check(self) -> ChainCheck | None:
        """The newest walk along the audit chain. Refuses: NotFound."""
        operator()
        with self.database.begin() as session:
            check = audit.newest_check(session)
            return audit.describe_check(check) if check else None

    def check_audit_chain(self, *, command: CheckAuditChain) -> ChainCheck:
        """Begin a walk along the audit chain. Refuses: NotFound."""
        return self.execute(_begin_check, command, account_id=operator().account_id)


def _retry(session: Session, *, command: LateJobAct) -> None:
    late.retry(session, command.job_id)


def _give_up(session: Session, *, command: LateJobAct) -> None:
    late.give_up(session, command.job_id)


def _begin_check(session: Session, *, command: CheckAuditChain, account_id: UUID) -> ChainCheck:
    check = audit.begin_check(session, account_id)
    audit.record(session, "audit_check_ordered", "audit", check.id)
    return audit.describe_check(check)


def _topic(letter: DeadLetter | None) -> str | None:
    return letter.envelope.topic if letter and letter.envelope else None
