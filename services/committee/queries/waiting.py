"""What waits for somebody in all committees and meetings: the numbers of the menu."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Role
from contracts.committee.experts import ExpertState
from contracts.committee.meetings import MeetingWork, WaitingWork
from contracts.committee.plans import PlanState
from services.committee.access import reviews_experts_of
from services.committee.queries.scoring import my_steps
from services.committee.tables import (
    Committee,
    Expert,
    Meeting,
    MeetingCommittee,
    MeetingJudge,
    ResultReport,
    ReviewPlan,
)


def waiting_work(session: Session, *, actor: Actor) -> WaitingWork:
    """Profiles, plans and reports that wait for the officer, and what waits for the judge in each open meeting."""
    offices = actor.organizations(Role.CASE_OFFICER)
    return WaitingWork(
        experts=_count(
            session, select(Expert.id).where(reviews_experts_of(actor), Expert.state == ExpertState.SUBMITTED)
        ),
        plans=_count(session, _plans(actor)),
        results=_count(
            session,
            select(ResultReport.meeting_id).where(
                ResultReport.reported_to.in_(offices),
                ResultReport.state == "waiting",
                ResultReport.reported_by != actor.account_id,
            ),
        ),
        meetings=_meetings(session, actor),
    )


def _plans(actor: Actor) -> Select[UUID]:
    offices = actor.organizations(Role.CASE_OFFICER)
    of_office = (
        select(MeetingCommittee.meeting_id)
        .join(Committee, Committee.id == MeetingCommittee.committee_id)
        .where(Committee.office_organization_id.in_(offices))
    )
    return (
        select(ReviewPlan.id)
        .join(Meeting, Meeting.id == ReviewPlan.meeting_id)
        .where(
            ReviewPlan.state == PlanState.UNDER_REVIEW.value,
            ReviewPlan.submitted_by != actor.account_id,
            or_(Meeting.organization_id.in_(offices), Meeting.id.in_(of_office)),
        )
    )


def _meetings(session: Session, actor: Actor) -> tuple[MeetingWork, ...]:
    own = session.scalars(
        select(Meeting)
        .join(MeetingJudge, MeetingJudge.meeting_id == Meeting.id)
        .where(MeetingJudge.account_id == actor.account_id, MeetingJudge.is_seated, Meeting.closed_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    return tuple(
        MeetingWork(
            meeting_id=meeting.id,
            name=meeting.name,
            waiting=sum(
                task.waiting
                for task in my_steps(session, actor=actor, meeting_id=meeting.id)
                if task.closed_because is None
            ),
        )
        for meeting in own
    )


def _count(session: Session, wanted: Select[UUID]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
