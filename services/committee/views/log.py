"""流转日志, newest first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.committee.experts import LogLine
from services.committee.tables import LogEntry


def log_of(session: Session, subject_id: UUID) -> tuple[LogLine, ...]:
    """What happened to an expert's profile, a plan, a standard (by its meeting) or a conflict (by its material)."""
    entries = session.scalars(
        select(LogEntry).filter_by(subject_id=subject_id).order_by(LogEntry.at.desc(), LogEntry.id)
    )
    return tuple(
        LogLine(
            action=entry.action,
            old_state=entry.old_state,
            new_state=entry.new_state,
            opinion=entry.opinion,
            account_id=entry.account_id,
            organization_id=entry.organization_id,
            is_bulk=entry.is_bulk,
            at=entry.at,
        )
        for entry in entries
    )
