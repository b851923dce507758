"""Doing and undoing the steps of a meeting; nothing else writes table `meeting_step`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from contracts.base import Actor
from contracts.committee.meetings import Step
from contracts.committee.refusals import StepIsOver, StepNotReady
from services.committee.rules.meeting import is_closed, missing
from services.committee.tables import Meeting, MeetingStep


def done_steps(session: Session, meeting_id: UUID) -> frozenset[Step]:
    """The steps of a meeting that are done."""
    return frozenset(Step(s) for s in session.scalars(select(MeetingStep.step).filter_by(meeting_id=meeting_id)))


def require(session: Session, meeting: Meeting, step: Step) -> None:
    """The step's turn has come and is not over. Refuses: StepNotReady, StepIsOver."""
    done = done_steps(session, meeting.id)
    if lacking := missing(step, done):
        raise StepNotReady(step=step.value, missing=[before.value for before in lacking])
    if is_closed(step, done):
        raise StepIsOver(step=step.value)


def complete(session: Session, meeting: Meeting, step: Step, actor: Actor) -> None:
    """The step is done, now and by the actor; the first time counts."""
    session.execute(
        insert(MeetingStep)
        .values(
            meeting_id=meeting.id,
            step=step.value,
            profile=meeting.profile,
            done_at=clock.now(),
            done_by=actor.account_id,
        )
        .on_conflict_do_nothing()
    )


def undo(session: Session, meeting: Meeting, *steps: Step) -> None:
    """These steps are not done any more; harmless for those that were not."""
    session.execute(
        delete(MeetingStep).where(MeetingStep.meeting_id == meeting.id, MeetingStep.step.in_([s.value for s in steps]))
    )
