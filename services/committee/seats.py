"""What a judge's seat at a meeting gives: acts, steps of scoring, submissions to read; what a conflict keeps away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.base import Actor
from contracts.committee.judging_errors import ConflictOfInterest
from contracts.committee.scoring import ScoringStep
from contracts.errors import DomainError, NotAllowed, NotFound
from services.committee.access import find_meeting
from services.committee.rules.conflicts import BLOCKS
from services.committee.rules.standard import sheet_for
from services.committee.tables import (
    Ballot,
    Conflict,
    Meeting,
    MeetingJudge,
    ReviewerAssignment,
    ReviewMaterial,
    ScoringSheet,
    VotingRight,
)

# A judge whose page reported within this time is at the meeting.
PRESENT = timedelta(seconds=90)
CHAIR = "chair"
VICE_CHAIR = "vice_chair"
# Who does a step of scoring, where no conflict of interest lets another do it.
HOLDERS = {
    ScoringStep.LEAD: "lead_reviewer",
    ScoringStep.SECOND: "second_reviewer",
    ScoringStep.LEADER: "group_leader",
    ScoringStep.CHAIR: CHAIR,
}


def own_seat(session: Session, actor: Actor, meeting_id: UUID) -> MeetingJudge:
    """The actor's seat at the meeting. Refuses: NotFound, NotAllowed to who sees the meeting without sitting in it."""
    judge = session.scalar(
        select(MeetingJudge).where(
            MeetingJudge.meeting_id == meeting_id, MeetingJudge.account_id == actor.account_id, MeetingJudge.is_seated
        )
    )
    if judge is None:
        find_meeting(session, actor, meeting_id)
        raise NotAllowed("judge")
    return judge


def chaired_meeting(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting, locked, for its chair. Refuses: NotFound, NotAllowed."""
    meeting = find_meeting(session, actor, meeting_id, lock=True)
    if chair_of(session, meeting.id).account_id != actor.account_id:
        raise NotAllowed(CHAIR)
    return meeting


def chair_of(session: Session, meeting_id: UUID) -> MeetingJudge:
    """The chair of a meeting. Refuses: NotAllowed where none is appointed, since nobody acts as one."""
    chair = session.scalar(select(MeetingJudge).filter_by(meeting_id=meeting_id, post=CHAIR))
    if chair is None:
        raise NotAllowed(CHAIR)
    return chair


def seated_judges(session: Session, meeting_id: UUID) -> list[MeetingJudge]:
    """The judges of a meeting, in a fixed order."""
    return list(
        session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting_id, is_seated=True).order_by(MeetingJudge.id))
    )


def blocked_pairs(
    session: Session, judges: Iterable[MeetingJudge], material_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], tuple[str, ...]]:
    """(material, judge) pairs with a conflict of interest that nobody lifted, and the kinds of the conflict."""
    seats = {judge.expert_id: judge.id for judge in judges}
    found = session.scalars(
        select(Conflict).where(
            Conflict.expert_id.in_(seats), Conflict.material_id.in_(material_ids), Conflict.state.in_(BLOCKS)
        )
    )
    return {
        (row.material_id, seats[row.expert_id]): tuple(sorted({ground["kind"] for ground in row.grounds}))
        for row in found
    }


def is_present(seen_at: datetime | None) -> bool:
    """Whether a judge whose page reported last at this moment is at the meeting now."""
    return seen_at is not None and clock.now() - seen_at < PRESENT


def refuse_conflict(session: Session, judge: MeetingJudge, material_id: UUID) -> None:
    """Keep the judge from the material. Refuses: ConflictOfInterest."""
    kinds = blocked_pairs(session, [judge], [material_id]).get((material_id, judge.id))
    if kinds is not None:
        raise ConflictOfInterest(kinds=list(kinds))


def steps_of(session: Session, judge: MeetingJudge, material: ReviewMaterial) -> tuple[ScoringStep, ...]:
    """The steps that the judge does about a material.

    Where a conflict of interest keeps the leader from it, chair and vice-chairs confirm in the leader's place; where
    it keeps the chair, the vice-chairs do.
    """
    return tuple(step for step in ScoringStep if holds_step(session, judge, step, material))


def holds_step(session: Session, judge: MeetingJudge, step: ScoringStep, material: ReviewMaterial) -> bool:
    """Whether the step is the judge's about this material."""
    if step in (ScoringStep.LEAD, ScoringStep.SECOND):
        assignment = session.get(ReviewerAssignment, material.id)
        if assignment is None:
            return False
        reviewer = assignment.lead_judge_id if step is ScoringStep.LEAD else assignment.second_judge_id
        return reviewer == judge.id
    if step is ScoringStep.LEADER:
        if judge.leads_group and judge.group_id == material.group_id:
            return True
        holder = select(MeetingJudge).filter_by(group_id=material.group_id, leads_group=True)
        deputies: tuple[str, ...] = (CHAIR, VICE_CHAIR)
    else:
        if judge.post == CHAIR:
            return True
        holder = select(MeetingJudge).filter_by(meeting_id=material.meeting_id, post=CHAIR)
        deputies = (VICE_CHAIR,)
    return judge.post in deputies and bool(blocked_pairs(session, session.scalars(holder), [material.id]))


def may_read(session: Session, judge: MeetingJudge, material: ReviewMaterial) -> bool:
    """Whether the judge has a task in the material: a step of its scoring, or a vote in a ballot that is open."""
    if steps_of(session, judge, material):
        return True
    votes = exists().where(
        VotingRight.material_id == material.id,
        VotingRight.voter_id == judge.id,
        VotingRight.ballot_id == Ballot.id,
        Ballot.state == "open",
    )
    return bool(session.scalar(select(votes)))


def no_task(session: Session, judge: MeetingJudge, material: ReviewMaterial, *steps: ScoringStep) -> DomainError:
    """What a judge is told who has none of these steps in a material: to who has no task in it at all it is hidden."""
    if not may_read(session, judge, material):
        return NotFound()
    return NotAllowed(*(HOLDERS[step] for step in steps))


def sheet_of(session: Session, material: ReviewMaterial) -> ScoringSheet:
    """The sheet of the confirmed standard by which the material is scored."""
    sheets = session.scalars(select(ScoringSheet).filter_by(meeting_id=material.meeting_id))
    assert material.group_id is not None
    found = sheet_for(sheets, material.group_id, material.title_level)
    assert found is not None, "a submitted standard has a sheet for every material"
    return found
