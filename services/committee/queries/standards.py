"""The scoring standard of a meeting."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from contracts.base import Actor
from contracts.committee.materials import Standard
from services.committee.access import find_meeting
from services.committee.views.standards import standard_of


def standard(session: Session, *, actor: Actor, meeting_id: UUID) -> Standard:
    """The standard for the office and the meeting's judges. Refuses: NotFound."""
    return standard_of(session, find_meeting(session, actor, meeting_id))
