"""Plans and draws as acts on them answer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.committee.plans import (
    Candidate,
    DrawRecord,
    Fraction,
    PlanDetail,
    PlanEditions,
    PlanSeat,
    PlanState,
    StratumWanted,
)
from services.committee.tables import (
    Committee,
    Draw,
    DrawCandidate,
    Expert,
    Meeting,
    MeetingCommittee,
    PlanJudge,
    ReviewPlan,
)
from services.committee.views.log import log_of
from services.committee.views.meetings import groups_of


def editions(session: Session, meeting: Meeting) -> PlanEditions:
    """The answer to every act on a plan."""
    session.flush()
    found = session.scalars(select(ReviewPlan).filter_by(meeting_id=meeting.id).order_by(ReviewPlan.number)).all()
    names = tuple(
        session.scalars(
            select(Committee.name)
            .join(MeetingCommittee, MeetingCommittee.committee_id == Committee.id)
            .where(MeetingCommittee.meeting_id == meeting.id)
            .order_by(Committee.code)
        )
    )
    by_state = {plan.state: plan for plan in found}
    approved = by_state.get(PlanState.APPROVED)
    being_made = by_state.get(PlanState.DRAFT) or by_state.get(PlanState.UNDER_REVIEW)
    return PlanEditions(
        in_force=_detail(session, approved, names) if approved else None,
        open=_detail(session, being_made, names) if being_made else None,
        superseded=tuple(plan.number for plan in found if plan.state == PlanState.SUPERSEDED),
    )


def draw_record(session: Session, draw: Draw) -> DrawRecord:
    """A draw with its frozen list; the seed only once it was run."""
    rows = session.execute(
        select(DrawCandidate, Expert.real_name)
        .join(Expert, Expert.id == DrawCandidate.expert_id)
        .where(DrawCandidate.draw_id == draw.id)
        .order_by(DrawCandidate.stratum, DrawCandidate.position, DrawCandidate.expert_id)
    )
    return DrawRecord(
        draw_id=draw.id,
        meeting_id=draw.meeting_id,
        strata=tuple(StratumWanted.model_validate(stratum) for stratum in draw.strata),
        list_hash=draw.list_hash,
        commitment=draw.commitment,
        seed=draw.seed,
        candidates=tuple(
            Candidate(
                stratum=row.stratum,
                expert_id=row.expert_id,
                real_name=real_name,
                excluded_because=row.excluded_because,
                rank=row.rank,
                position=row.position,
                outcome=row.outcome,
            )
            for row, real_name in rows
        ),
        prepared_at=draw.prepared_at,
        prepared_by=draw.prepared_by,
        drawn_at=draw.drawn_at,
        drawn_by=draw.drawn_by,
    )


def _detail(session: Session, plan: ReviewPlan, committees: tuple[str, ...]) -> PlanDetail:
    seats = session.execute(
        select(PlanJudge, Expert.real_name, Expert.employer_name)
        .join(Expert, Expert.id == PlanJudge.expert_id)
        .where(PlanJudge.plan_id == plan.id)
        .order_by(PlanJudge.group_id, Expert.real_name.collate("zh-x-icu"), PlanJudge.expert_id)
    )
    return PlanDetail(
        plan_id=plan.id,
        meeting_id=plan.meeting_id,
        number=plan.number,
        state=PlanState(plan.state),
        text=plan.text,
        quorum=Fraction(numerator=plan.quorum_numerator, denominator=plan.quorum_denominator),
        threshold=Fraction(numerator=plan.threshold_numerator, denominator=plan.threshold_denominator),
        committees=committees,
        groups=groups_of(session, plan.meeting_id),
        seats=tuple(
            PlanSeat(
                expert_id=seat.expert_id,
                real_name=real_name,
                employer_name=employer_name,
                group_id=seat.group_id,
                drawn=seat.draw_id is not None,
            )
            for seat, real_name, employer_name in seats
        ),
        written_by=plan.written_by,
        submitted_by=plan.submitted_by,
        submitted_at=plan.submitted_at,
        reviewed_by=plan.reviewed_by,
        reviewed_at=plan.reviewed_at,
        version=plan.version,
        log=log_of(session, plan.id),
    )
