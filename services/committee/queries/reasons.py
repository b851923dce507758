"""Why a step whose turn has come cannot be done yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.committee.ballots import BallotState
from contracts.committee.judging_errors import BallotNotClosed, NoticeRunning, ObjectionsOpen
from contracts.committee.meetings import Step
from contracts.committee.plans import PlanState
from contracts.errors import Fault
from services.committee.rules.conflicts import ConflictState
from services.committee.tables import (
    Conflict,
    Meeting,
    MeetingCommittee,
    MeetingGroup,
    MeetingJudge,
    PlanJudge,
    ReviewMaterial,
    ReviewPlan,
    ScoringStandard,
)
from services.committee.views.ballots import conditions, newest
from services.committee.views.results import end_of, is_over, objections_open, running_notice


def reasons(session: Session, meeting: Meeting, step: Step) -> tuple[Fault, ...]:
    """What stands between the meeting and the step, besides the steps before it; empty where nothing does."""
    find = _REASONS.get(step)
    return find(session, meeting) if find else ()


def _plan_incomplete(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    plan = session.scalar(select(ReviewPlan).filter_by(meeting_id=meeting.id, state=PlanState.DRAFT.value))
    if plan is None:
        return ()
    seated = select(PlanJudge.group_id).where(PlanJudge.plan_id == plan.id)
    empty = session.scalars(
        select(MeetingGroup.name)
        .where(MeetingGroup.meeting_id == meeting.id, MeetingGroup.id.not_in(seated))
        .order_by(MeetingGroup.position)
    ).all()
    if plan.text and not empty:
        return ()
    return (_fault("plan_incomplete", text_missing=not plan.text, empty_groups=list(empty)),)


def _materials_waiting(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting.id)
    offered = (ReviewMaterial.state == "admitted") & ReviewMaterial.committee_id.in_(committees)
    if not session.scalar(select(func.count()).select_from(ReviewMaterial).where(offered)):
        return (_fault("nothing_to_place"),)
    judges = select(MeetingJudge.expert_id).filter_by(meeting_id=meeting.id, is_seated=True)
    undecided = session.scalar(
        select(func.count())
        .select_from(Conflict)
        .join(ReviewMaterial, ReviewMaterial.id == Conflict.material_id)
        .where(offered, Conflict.expert_id.in_(judges), Conflict.state == ConflictState.UNDECIDED.value)
    )
    return (_fault("conflicts_undecided", count=undecided),) if undecided else ()


def _standard_missing(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    return () if session.get(ScoringStandard, meeting.id) else (_fault("standard_missing"),)


def _scores_waiting(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    materials, _, _ = conditions(session, meeting)
    return () if materials.is_met else (Fault(pointer="", code=materials.code, params=materials.params),)


def _vote_not_ready(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    return tuple(
        Fault(pointer="", code=condition.code, params=condition.params)
        for condition in conditions(session, meeting)
        if not condition.is_met
    )


def _vote_running(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    ballot = newest(session, meeting.id)
    return () if ballot and ballot.state == BallotState.CLOSED else (Fault(pointer="", code=BallotNotClosed.code),)


def _notice_running(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    notice = running_notice(session, meeting.id)
    if notice is None or is_over(session, notice):
        return ()
    last_day = end_of(session, notice).last_day
    return (Fault(pointer="", code=NoticeRunning.code, params={"last_day": last_day.isoformat()}),)


def _objections_open(session: Session, meeting: Meeting) -> tuple[Fault, ...]:
    count = objections_open(session, meeting.id)
    return (Fault(pointer="", code=ObjectionsOpen.code, params={"objections": count}),) if count else ()


def _fault(code: str, **params: Any) -> Fault:
    return Fault(pointer="", code=f"committee.{code}", params=params)


_REASONS: dict[Step, Callable[[Session, Meeting], tuple[Fault, ...]]] = {
    Step.PLAN_UNDER_REVIEW: _plan_incomplete,
    Step.MATERIALS_GROUPED: _materials_waiting,
    Step.STANDARD_SUBMITTED: _standard_missing,
    Step.SCORES_CONFIRMED: _scores_waiting,
    Step.VOTING: _vote_not_ready,
    Step.RESULT_CONFIRMED: _vote_running,
    Step.NOTICE_ENDED: _notice_running,
    Step.RESULT_REPORTED: _objections_open,
}
