"""流转日志: a line for everything that happens to an expert's profile, a plan, a standard or a conflict."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from chassis import audit, clock
from contracts.base import Actor
from services.committee.tables import LogEntry


def write(
    session: Session,
    actor: Actor,
    *,
    profile: str,
    subject: str,
    subject_id: UUID,
    action: str,
    old_state: str | None = None,
    new_state: str | None = None,
    opinion: str = "",
    organization_id: UUID | None = None,
    is_bulk: bool = False,
) -> None:
    """Add a line, and the audit row of the same act."""
    session.add(
        LogEntry(
            id=uuid4(),
            profile=profile,
            subject=subject,
            subject_id=subject_id,
            action=action,
            old_state=old_state,
            new_state=new_state,
            opinion=opinion,
            account_id=actor.account_id,
            organization_id=organization_id,
            is_bulk=is_bulk,
            at=clock.now(),
        )
    )
    audit.record(session, action, subject, subject_id, old_state=old_state, new_state=new_state, is_bulk=is_bulk)
