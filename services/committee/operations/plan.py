"""评审方案: written, judges confirmed, submitted, reviewed by a second officer, in force (HB-128 to HB-130)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import clock, outbox
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.committee.experts import ExpertState
from contracts.committee.meetings import Step
from contracts.committee.plans import MeetingAct, PlanEditions, PlanState, ReviewPlan, SeatJudges, WritePlan
from contracts.committee.refusals import (
    ExpertNotApproved,
    GroupTooSmall,
    OpinionRequired,
    PlanIncomplete,
    PlanNeedsReview,
    SecondPersonRequired,
)
from contracts.errors import Fault, InvalidInput, NotAllowed, WrongState
from contracts.events import JudgesConfirmed, MeetingAwaits
from services.committee.access import find_meeting, prepared_meeting, superior_offices
from services.committee.operations import conflicts, log, steps
from services.committee.published import PROFILES
from services.committee.rules.plan import share_faults
from services.committee.rules.workflow import PlanAct, plan_after
from services.committee.tables import (
    Expert,
    Meeting,
    MeetingCommittee,
    MeetingGroup,
    MeetingJudge,
    PlanJudge,
    PoolMember,
)
from services.committee.tables import ReviewPlan as Plan
from services.committee.views.plans import editions


def write_plan(session: Session, *, command: WritePlan, actor: Actor) -> PlanEditions:
    """Enter text, quorum and threshold; the first time this begins the first edition."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.PLAN_DRAFTED)
    rules = PROFILES.get(session, meeting.profile, meeting.profile_version).rules.plan
    plan = open_edition(session, meeting.id)
    if plan is None:
        if in_force(session, meeting.id) is not None:
            raise PlanNeedsReview()
        plan = _begin(session, meeting, actor, number=1)
    check_version(plan.version, command)
    plan_after(plan.state, PlanAct.WRITE)
    quorum, threshold = command.quorum or rules.quorum, command.threshold or rules.threshold
    if faults := share_faults(rules, quorum=quorum, threshold=threshold):
        raise InvalidInput(faults=faults)
    plan.text = command.text
    plan.quorum_numerator, plan.quorum_denominator = quorum.numerator, quorum.denominator
    plan.threshold_numerator, plan.threshold_denominator = threshold.numerator, threshold.denominator
    plan.written_by, plan.written_at = actor.account_id, clock.now()
    plan.version += 1
    session.add(plan)
    session.flush()
    steps.complete(session, meeting, Step.PLAN_DRAFTED, actor)
    _note(session, actor, meeting, plan, "plan_written", PlanState(plan.state))
    return editions(session, meeting)


def seat_judges(session: Session, *, command: SeatJudges, actor: Actor) -> PlanEditions:
    """确认评委: the seats of the edition that is being written, all at once; who was drawn stays marked as drawn."""
    meeting, plan = _being_written(session, actor, command.meeting_id)
    check_version(plan.version, command)
    wanted = {seat.expert_id: seat.group_id for seat in command.seats}
    if len(wanted) != len(command.seats):
        raise InvalidInput(faults=(Fault(pointer="/seats", code="committee.expert_doubled"),))
    require_approved(session, meeting.id, wanted)
    require_room(session, meeting.id, wanted.values())
    drawn = dict(session.execute(select(PlanJudge.expert_id, PlanJudge.draw_id).filter_by(plan_id=plan.id)).all())
    session.execute(delete(PlanJudge).where(PlanJudge.plan_id == plan.id))
    session.add_all(
        PlanJudge(
            plan_id=plan.id,
            expert_id=expert_id,
            profile=plan.profile,
            group_id=group_id,
            draw_id=drawn.get(expert_id),
        )
        for expert_id, group_id in wanted.items()
    )
    plan.version += 1
    _note(session, actor, meeting, plan, "judges_seated", PlanState(plan.state))
    session.flush()
    return editions(session, meeting)


def submit_plan(session: Session, *, command: MeetingAct, actor: Actor) -> PlanEditions:
    """Hand the edition to the second officer."""
    meeting, plan = _being_written(session, actor, command.meeting_id)
    check_version(plan.version, command)
    state = plan_after(plan.state, PlanAct.SUBMIT)
    require_complete(session, plan)
    require_approved(session, meeting.id, _seats(session, plan))
    _note(session, actor, meeting, plan, "plan_submitted", state)
    plan.submitted_by, plan.submitted_at = actor.account_id, clock.now()
    plan.state = state.value
    plan.version += 1
    meeting.version += 1
    session.flush()
    steps.complete(session, meeting, Step.PLAN_UNDER_REVIEW, actor)
    outbox.publish(
        session,
        MeetingAwaits(
            meeting_id=meeting.id,
            act="review_plan",
            organization_id=meeting.organization_id,
            role=Role.CASE_OFFICER,
        ),
        aggregate_id=meeting.id,
        number=meeting.version,
    )
    return editions(session, meeting)


def review_plan(session: Session, *, command: ReviewPlan, actor: Actor) -> PlanEditions:
    """Pass the plan, which seats its judges, or return it; by another officer of the unit, or one of the office."""
    meeting = find_meeting(session, actor, command.meeting_id, lock=True)
    officers = actor.organizations(Role.CASE_OFFICER)
    if not officers & {meeting.organization_id, *superior_offices(session, meeting.id)}:
        raise NotAllowed(Role.CASE_OFFICER)
    plan = open_edition(session, meeting.id)
    if plan is None:
        raise WrongState(state=PlanState.APPROVED.value)
    check_version(plan.version, command)
    state = plan_after(plan.state, PlanAct.APPROVE if command.approve else PlanAct.RETURN)
    if not command.approve and not command.opinion:
        raise OpinionRequired(faults=(Fault(pointer="/opinion", code="committee.opinion_required"),))
    rules = PROFILES.get(session, meeting.profile, meeting.profile_version).rules.plan
    if rules.second_person and actor.account_id == plan.submitted_by:
        raise SecondPersonRequired()
    action = "plan_approved" if command.approve else "plan_returned"
    _note(session, actor, meeting, plan, action, state, command.opinion)
    if command.approve:
        _put_in_force(session, meeting, plan, actor)
    else:
        plan.state = state.value
        plan.version += 1
        if in_force(session, meeting.id) is None:
            steps.undo(session, meeting, Step.PLAN_UNDER_REVIEW)
    session.flush()
    return editions(session, meeting)


def revise_plan(session: Session, *, command: MeetingAct, actor: Actor) -> PlanEditions:
    """Begin a new edition from the one in force, which holds until the new one is approved."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.PLAN_DRAFTED)
    current = in_force(session, meeting.id)
    if current is None or open_edition(session, meeting.id) is not None:
        raise WrongState(state=PlanState.DRAFT.value)
    check_version(current.version, command)
    plan = _begin(session, meeting, actor, number=current.number + 1)
    for column in (
        "text",
        "quorum_numerator",
        "quorum_denominator",
        "threshold_numerator",
        "threshold_denominator",
    ):
        setattr(plan, column, getattr(current, column))
    session.add(plan)
    session.flush()
    session.add_all(
        PlanJudge(
            plan_id=plan.id,
            expert_id=seat.expert_id,
            profile=plan.profile,
            group_id=seat.group_id,
            draw_id=seat.draw_id,
        )
        for seat in session.scalars(select(PlanJudge).filter_by(plan_id=current.id))
    )
    _note(session, actor, meeting, plan, "plan_revised", PlanState.DRAFT)
    session.flush()
    return editions(session, meeting)


def open_edition(session: Session, meeting_id: UUID) -> Plan | None:
    """The edition that is being written or reviewed."""
    states = (PlanState.DRAFT.value, PlanState.UNDER_REVIEW.value)
    return session.scalar(select(Plan).where(Plan.meeting_id == meeting_id, Plan.state.in_(states)).with_for_update())


def in_force(session: Session, meeting_id: UUID) -> Plan | None:
    """The approved edition by which the meeting is held."""
    return session.scalar(select(Plan).filter_by(meeting_id=meeting_id, state=PlanState.APPROVED.value))


def require_approved(session: Session, meeting_id: UUID, expert_ids: Collection[UUID]) -> None:
    """All are approved experts of the meeting's committees (HB-120). Refuses: ExpertNotApproved."""
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting_id)
    approved = set(
        session.scalars(
            select(Expert.id)
            .join(PoolMember, PoolMember.expert_id == Expert.id)
            .where(
                Expert.id.in_(expert_ids),
                Expert.state == ExpertState.APPROVED.value,
                PoolMember.committee_id.in_(committees),
            )
        )
    )
    if lacking := [str(expert_id) for expert_id in expert_ids if expert_id not in approved]:
        raise ExpertNotApproved(experts=lacking)


def require_room(session: Session, meeting_id: UUID, group_ids: Iterable[UUID]) -> None:
    """No group gets more judges than its 人数 (HB-127). Refuses: InvalidInput, GroupTooSmall."""
    groups = {group.id: group for group in session.scalars(select(MeetingGroup).filter_by(meeting_id=meeting_id))}
    for group_id, judges in Counter(group_ids).items():
        group = groups.get(group_id)
        if group is None:
            raise InvalidInput(faults=(Fault(pointer="/seats", code="committee.group_unknown"),))
        if judges > group.size:
            raise GroupTooSmall(group=group.name, size=group.size, judges=judges)


def require_complete(session: Session, plan: Plan) -> None:
    """The plan has its text, and each group a judge. Refuses: PlanIncomplete."""
    filled = set(_seats(session, plan).values())
    groups = session.scalars(select(MeetingGroup).filter_by(meeting_id=plan.meeting_id)).all()
    empty = [group.name for group in groups if group.id not in filled]
    if empty or not plan.text:
        raise PlanIncomplete(text_missing=not plan.text, empty_groups=empty)


def _being_written(session: Session, actor: Actor, meeting_id: UUID) -> tuple[Meeting, Plan]:
    meeting = prepared_meeting(session, actor, meeting_id)
    steps.require(session, meeting, Step.PLAN_UNDER_REVIEW)
    plan = open_edition(session, meeting.id)
    if plan is None:
        raise PlanNeedsReview()
    plan_after(plan.state, PlanAct.WRITE)
    return meeting, plan


def _begin(session: Session, meeting: Meeting, actor: Actor, *, number: int) -> Plan:
    return Plan(
        id=uuid4(),
        profile=meeting.profile,
        meeting_id=meeting.id,
        number=number,
        state=PlanState.DRAFT.value,
        version=0,
        written_by=actor.account_id,
        written_at=clock.now(),
    )


def _seats(session: Session, plan: Plan) -> dict[UUID, UUID]:
    rows = session.execute(select(PlanJudge.expert_id, PlanJudge.group_id).filter_by(plan_id=plan.id))
    return {row.expert_id: row.group_id for row in rows}


def _put_in_force(session: Session, meeting: Meeting, plan: Plan, actor: Actor) -> None:
    steps.require(session, meeting, Step.PLAN_APPROVED)
    seats = _seats(session, plan)
    require_complete(session, plan)
    require_approved(session, meeting.id, seats)
    before = in_force(session, meeting.id)
    if before is not None:
        before.state = plan_after(before.state, PlanAct.SUPERSEDE).value
        session.flush()
    plan.state = PlanState.APPROVED.value
    plan.reviewed_by, plan.reviewed_at = actor.account_id, clock.now()
    plan.version += 1
    meeting.version += 1
    session.flush()
    accounts = _seat(session, meeting, seats)
    steps.complete(session, meeting, Step.PLAN_APPROVED, actor)
    if not session.scalar(select(MeetingJudge.id).filter_by(meeting_id=meeting.id, post="chair")):
        steps.undo(session, meeting, Step.CHAIR_APPOINTED)
    conflicts.compare_meeting(session, meeting)
    outbox.publish(
        session,
        JudgesConfirmed(meeting_id=meeting.id, account_ids=accounts),
        aggregate_id=meeting.id,
        number=meeting.version,
    )


def _seat(session: Session, meeting: Meeting, seats: dict[UUID, UUID]) -> tuple[UUID, ...]:
    """Make the meeting's judges those of the plan; who stays keeps the row. Returns the accounts that sit."""
    known = {judge.expert_id: judge for judge in session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting.id))}
    for expert_id, judge in known.items():
        judge.is_seated = expert_id in seats
        judge.leads_group = judge.leads_group and judge.group_id == seats.get(expert_id)
        judge.post = judge.post if judge.is_seated else None
        judge.group_id = seats.get(expert_id, judge.group_id)
    accounts: list[UUID] = []
    for expert in session.scalars(select(Expert).where(Expert.id.in_(seats)).order_by(Expert.id)):
        assert expert.account_id is not None  # an approved expert has opened the profile
        assert expert.person_id is not None
        accounts.append(expert.account_id)
        if expert.id not in known:
            session.add(
                MeetingJudge(
                    id=uuid4(),
                    profile=meeting.profile,
                    meeting_id=meeting.id,
                    expert_id=expert.id,
                    account_id=expert.account_id,
                    person_id=expert.person_id,
                    group_id=seats[expert.id],
                    is_seated=True,
                    leads_group=False,
                )
            )
    session.flush()
    return tuple(accounts)


def _note(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    plan: Plan,
    action: str,
    state: PlanState,
    opinion: str = "",
) -> None:
    log.write(
        session,
        actor,
        profile=plan.profile,
        subject="plan",
        subject_id=plan.id,
        action=action,
        old_state=plan.state,
        new_state=state.value,
        opinion=opinion,
        organization_id=meeting.organization_id,
    )
