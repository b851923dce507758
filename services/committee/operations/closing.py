"""评审会议关闭, and the platform's own table of working days (HB-163, HB-164)."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from contracts.base import Actor, Role
from contracts.committee.meetings import Step
from contracts.committee.results import CloseMeeting, SetCalendarDays
from contracts.errors import NotAllowed
from services.committee.access import prepared_meeting
from services.committee.operations import log, steps
from services.committee.tables import CalendarDayRow


def close_meeting(session: Session, *, command: CloseMeeting, actor: Actor) -> None:
    """The meeting becomes history: every step is over, so nothing of it changes any more."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.CLOSED)
    meeting.closed_at = clock.now()
    meeting.version += 1
    steps.complete(session, meeting, Step.CLOSED, actor)
    log.write(
        session, actor, profile=meeting.profile, subject="meeting", subject_id=meeting.id, action="meeting_closed"
    )


def set_calendar_days(session: Session, *, command: SetCalendarDays, actor: Actor) -> None:
    """Add or replace days of the province's table, by the system administrator."""
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotAllowed(Role.SYSTEM_ADMIN)
    for day in command.days:
        values = {"is_working_day": day.is_working_day, "name": day.name}
        session.execute(
            insert(CalendarDayRow)
            .values(profile=actor.profile, day=day.day, **values)
            .on_conflict_do_update(index_elements=["profile", "day"], set_=values)
        )
    audit.record(session, "calendar_days_set", "calendar", None, days=len(command.days))
