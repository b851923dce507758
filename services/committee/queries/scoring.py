"""What judges see of materials: tasks, assignments, lists of a step, score sheets."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from contracts.base import Actor, Page, PageRequest
from contracts.committee.meetings import Step
from contracts.committee.refusals import StepIsOver, StepNotReady
from contracts.committee.scoring import (
    AssignmentRow,
    JudgeLoad,
    MaterialLine,
    ScoreSheetView,
    ScoringStep,
    StepTask,
)
from contracts.errors import NotAllowed, NotFound
from services.committee.access import find_meeting
from services.committee.rules.meeting import is_closed, missing
from services.committee.rules.scoring import waiting_state
from services.committee.seats import (
    CHAIR,
    VICE_CHAIR,
    blocked_pairs,
    no_task,
    own_seat,
    refuse_conflict,
    seated_judges,
    steps_of,
)
from services.committee.tables import (
    Ballot,
    CastVote,
    Conflict,
    Meeting,
    MeetingJudge,
    ReviewerAssignment,
    ReviewMaterial,
    VotingRight,
)
from services.committee.views.meetings import done_by_meeting
from services.committee.views.scoring import judge_refs, lines_of, sheet

CHAIRS_STEPS = (
    Step.STANDARD_CONFIRMED,
    Step.LEADERS_APPOINTED,
    Step.ROLL_GENERATED,
    Step.VOTING,
    Step.RESULT_CONFIRMED,
)


def my_steps(session: Session, *, actor: Actor, meeting_id: UUID) -> tuple[StepTask, ...]:
    """What waits for the actor in the meeting, in working order."""
    meeting = find_meeting(session, actor, meeting_id)
    judge = own_seat(session, actor, meeting.id)
    done = frozenset(done_by_meeting(session, [meeting.id]).get(meeting.id, ()))
    tasks: list[StepTask] = []
    for step in CHAIRS_STEPS[:2] if judge.post == CHAIR else ():
        tasks.append(_task(step, done, 0 if step in done else 1))
    if judge.leads_group:
        unassigned = _count(session, _in_group(judge), ReviewMaterial.state == "grouped")
        tasks.append(StepTask(step="assign", waiting=unassigned, closed_because=_closed(Step.SCORING, done)))
    for each in ScoringStep:
        waiting = _count(session, _held(session, judge, each), ReviewMaterial.state == waiting_state(each))
        if waiting or _count(session, _held(session, judge, each)):
            tasks.append(StepTask(step=each.value, waiting=waiting, closed_because=_closed(Step.SCORING, done)))
    for step in CHAIRS_STEPS[2:4] if judge.post == CHAIR else ():
        tasks.append(_task(step, done, 0 if step in done else 1))
    tasks.append(StepTask(step="vote", waiting=_votes_left(session, judge), closed_because=_closed(Step.VOTING, done)))
    if judge.post == CHAIR:
        tasks.append(_task(Step.RESULT_CONFIRMED, done, int(Step.VOTING in done and Step.RESULT_CONFIRMED not in done)))
    return tuple(tasks)


def reviewer_assignments(
    session: Session, *, actor: Actor, meeting_id: UUID, group_id: UUID | None, page: PageRequest
) -> Page[AssignmentRow]:
    """The materials with their reviewers: a leader's group, or any for the chair."""
    meeting = find_meeting(session, actor, meeting_id)
    group = _group_in_charge(session, actor, meeting, group_id)
    judges = [judge for judge in seated_judges(session, meeting.id) if group is None or judge.group_id == group]
    refs = judge_refs(session, judges)
    conditions = [ReviewMaterial.meeting_id == meeting.id]
    if group is not None:
        conditions.append(ReviewMaterial.group_id == group)
    lines = _page(session, meeting, conditions, page)
    ids = [line.material_id for line in lines.items]
    pairs = {
        row.material_id: row
        for row in session.scalars(select(ReviewerAssignment).where(ReviewerAssignment.material_id.in_(ids)))
    }
    blocked = blocked_pairs(session, judges, ids)

    def row(line: MaterialLine) -> AssignmentRow:
        pair = pairs.get(line.material_id)
        return AssignmentRow(
            material=line,
            lead=refs.get(pair.lead_judge_id) if pair else None,
            second=refs.get(pair.second_judge_id) if pair else None,
            excluded_judge_ids=tuple(
                judge.id
                for judge in judges
                if judge.group_id == line.group_id and (line.material_id, judge.id) in blocked
            ),
        )

    return Page(items=tuple(map(row, lines.items)), total=lines.total, page=page.page, size=page.size)


def reviewer_loads(session: Session, *, actor: Actor, meeting_id: UUID, group_id: UUID) -> tuple[JudgeLoad, ...]:
    """How much each judge of a group reviews."""
    meeting = find_meeting(session, actor, meeting_id)
    group = _group_in_charge(session, actor, meeting, group_id)
    judges = [judge for judge in seated_judges(session, meeting.id) if judge.group_id == group]
    pairs = session.scalars(select(ReviewerAssignment).filter_by(meeting_id=meeting.id)).all()
    return tuple(
        JudgeLoad(
            judge=ref,
            leads=sum(pair.lead_judge_id == judge_id for pair in pairs),
            seconds=sum(pair.second_judge_id == judge_id for pair in pairs),
        )
        for judge_id, ref in judge_refs(session, judges).items()
    )


def scoring_materials(
    session: Session, *, actor: Actor, meeting_id: UUID, step: ScoringStep, waiting: bool, page: PageRequest
) -> Page[MaterialLine]:
    """The materials for which the actor has the step; those with a conflict are left out."""
    meeting = find_meeting(session, actor, meeting_id)
    judge = own_seat(session, actor, meeting.id)
    conditions = [_held(session, judge, step)]
    if waiting:
        conditions.append(ReviewMaterial.state == waiting_state(step))
    return _page(session, meeting, conditions, page)


def score_sheet(session: Session, *, actor: Actor, material_id: UUID) -> ScoreSheetView:
    """The sheet of a material, for those who have a step of its scoring."""
    material = session.get(ReviewMaterial, material_id)
    if material is None or material.meeting_id is None:
        raise NotFound()
    meeting = find_meeting(session, actor, material.meeting_id)
    judge = own_seat(session, actor, meeting.id)
    if not steps_of(session, judge, material):
        raise no_task(session, judge, material, *ScoringStep)
    refuse_conflict(session, judge, material.id)
    return sheet(session, meeting, material, judge)


def _page(
    session: Session, meeting: Meeting, conditions: list[ColumnElement[bool]], page: PageRequest
) -> Page[MaterialLine]:
    total = _count(session, *conditions)
    materials = session.scalars(
        select(ReviewMaterial)
        .where(*conditions)
        .order_by(ReviewMaterial.group_id, ReviewMaterial.admitted_at, ReviewMaterial.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    items = tuple(lines_of(session, meeting, materials))
    return Page(items=items, total=total, page=page.page, size=page.size)


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(ReviewMaterial).where(*conditions)) or 0


def _in_group(judge: MeetingJudge) -> ColumnElement[bool]:
    return ReviewMaterial.group_id == judge.group_id


def _held(session: Session, judge: MeetingJudge, step: ScoringStep) -> ColumnElement[bool]:
    """Materials for which the judge has the step: the same rule as `seats.holds_step`, for lists."""
    free = ReviewMaterial.id.not_in(_blocked(session, [judge]))
    mine: ColumnElement[bool]
    if step in (ScoringStep.LEAD, ScoringStep.SECOND):
        reviewer = ReviewerAssignment.lead_judge_id if step is ScoringStep.LEAD else ReviewerAssignment.second_judge_id
        mine = ReviewMaterial.id.in_(select(ReviewerAssignment.material_id).where(reviewer == judge.id))
    elif step is ScoringStep.LEADER:
        mine = _in_group(judge) if judge.leads_group else false()
        if judge.post in (CHAIR, VICE_CHAIR):
            leaders = session.scalars(select(MeetingJudge).filter_by(meeting_id=judge.meeting_id, leads_group=True))
            for leader in leaders:
                mine = or_(mine, and_(_in_group(leader), ReviewMaterial.id.in_(_blocked(session, [leader]))))
    elif judge.post == CHAIR:
        mine = ReviewMaterial.meeting_id == judge.meeting_id
    elif judge.post == VICE_CHAIR:
        chairs = session.scalars(select(MeetingJudge).filter_by(meeting_id=judge.meeting_id, post=CHAIR))
        mine = ReviewMaterial.id.in_(_blocked(session, chairs))
    else:
        mine = false()
    return and_(ReviewMaterial.meeting_id == judge.meeting_id, mine, free)


def _blocked(session: Session, judges: Iterable[MeetingJudge]) -> list[UUID]:
    judges = list(judges)
    materials = session.scalars(
        select(Conflict.material_id).where(Conflict.expert_id.in_([judge.expert_id for judge in judges]))
    ).all()
    return [material_id for material_id, _ in blocked_pairs(session, judges, materials)]


def _group_in_charge(session: Session, actor: Actor, meeting: Meeting, group_id: UUID | None) -> UUID | None:
    judge = own_seat(session, actor, meeting.id)
    if judge.post in (CHAIR, VICE_CHAIR):
        return group_id
    if not judge.leads_group or group_id not in (None, judge.group_id):
        raise NotAllowed("group_leader")
    return judge.group_id


def _task(step: Step, done: frozenset[Step], waiting: int) -> StepTask:
    return StepTask(step=step.value, waiting=waiting, closed_because=_closed(step, done))


def _closed(step: Step, done: frozenset[Step]) -> str | None:
    if missing(step, done):
        return StepNotReady.code
    return StepIsOver.code if is_closed(step, done) else None


def _votes_left(session: Session, judge: MeetingJudge) -> int:
    cast = aliased(CastVote)
    return (
        session.scalar(
            select(func.count())
            .select_from(VotingRight)
            .join(Ballot, and_(Ballot.id == VotingRight.ballot_id, Ballot.state == "open"))
            .outerjoin(
                cast,
                and_(
                    cast.ballot_id == VotingRight.ballot_id,
                    cast.material_id == VotingRight.material_id,
                    cast.voter_id == VotingRight.voter_id,
                ),
            )
            .where(VotingRight.voter_id == judge.id, cast.voter_id.is_(None))
        )
        or 0
    )
