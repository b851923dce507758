"""The chair confirms or returns the standard and names leaders; leaders assign reviewers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor
from contracts.committee.judging_errors import (
    ConflictOfInterest,
    LeaderNotInGroup,
    NoReviewerLeft,
    ReviewerNotInGroup,
    ReviewersEqual,
)
from contracts.committee.meetings import Step
from contracts.committee.scoring import (
    AppointLeaders,
    AssignReviewers,
    ConfirmStandard,
    DistributeReviewers,
    ReturnStandard,
    RowRefusal,
    RowsDone,
)
from contracts.errors import NotAllowed, WrongState
from services.committee.access import find_meeting
from services.committee.operations import log, steps
from services.committee.operations.rows import row_by_row
from services.committee.rules import assignment as rules
from services.committee.rules.scoring import ASSIGNABLE
from services.committee.seats import blocked_pairs, chaired_meeting, own_seat, seated_judges
from services.committee.tables import Meeting, MeetingJudge, ReviewerAssignment, ReviewMaterial, ScoringStandard


def confirm_standard(session: Session, *, command: ConfirmStandard, actor: Actor) -> None:
    """评分标准确认: from here the standard is what scores are given by (HB-137)."""
    meeting, standard = _standard(session, actor, command)
    standard.state = "confirmed"
    standard.confirmed_by = actor.account_id
    standard.confirmed_at = clock.now()
    steps.complete(session, meeting, Step.STANDARD_CONFIRMED, actor)
    _note(session, actor, meeting, "standard_confirmed", "submitted", "confirmed")


def return_standard(session: Session, *, command: ReturnStandard, actor: Actor) -> None:
    """Send the standard back to the office with a reason (HB-137)."""
    meeting, standard = _standard(session, actor, command)
    standard.state = "draft"
    steps.undo(session, meeting, Step.STANDARD_SUBMITTED)
    _note(session, actor, meeting, "standard_returned", "submitted", "draft", command.opinion)


def appoint_leaders(session: Session, *, command: AppointLeaders, actor: Actor) -> None:
    """指定组长: one judge of each group; the step is done when every group with materials has its leader (HB-138)."""
    meeting = chaired_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.LEADERS_APPOINTED)
    judges = {judge.id: judge for judge in seated_judges(session, meeting.id)}
    for leader in command.leaders:
        judge = judges.get(leader.judge_id)
        if judge is None or judge.group_id != leader.group_id:
            raise LeaderNotInGroup(group_id=str(leader.group_id))
        session.execute(update(MeetingJudge).where(MeetingJudge.group_id == leader.group_id).values(leads_group=False))
        session.execute(update(MeetingJudge).where(MeetingJudge.id == judge.id).values(leads_group=True))
        audit.record(session, "leader_appointed", "meeting", meeting.id, group=leader.group_id, judge=judge.id)
    if not _groups_without_leader(session, meeting.id):
        steps.complete(session, meeting, Step.LEADERS_APPOINTED, actor)


def assign_reviewers(session: Session, *, command: AssignReviewers, actor: Actor) -> RowsDone:
    """批量分配: these two judges review the ticked materials of the leader's group (HB-139, HB-140)."""
    meeting, leader = _leader(session, actor, command.meeting_id)
    if command.lead_judge_id == command.second_judge_id:
        raise ReviewersEqual()
    judges = {judge.id: judge for judge in seated_judges(session, meeting.id) if judge.group_id == leader.group_id}
    if not {command.lead_judge_id, command.second_judge_id} <= judges.keys():
        raise ReviewerNotInGroup()
    materials = _materials(session, leader, command.material_ids)
    pair = [judges[command.lead_judge_id], judges[command.second_judge_id]]
    blocked = blocked_pairs(session, pair, command.material_ids)

    def assign(material: ReviewMaterial) -> None:
        if material.state not in ASSIGNABLE:
            raise WrongState(state=material.state, act="assign")
        if kinds := [kind for judge in pair for kind in blocked.get((material.id, judge.id), ())]:
            raise ConflictOfInterest(kinds=kinds)
        _assign(session, actor, material, rules.Pair(material.id, command.lead_judge_id, command.second_judge_id))

    done = row_by_row({each: materials.get(each) for each in command.material_ids}, assign)
    return _assigned(session, actor, meeting, done)


def distribute_reviewers(session: Session, *, command: DistributeReviewers, actor: Actor) -> RowsDone:
    """全部分配: spread the materials without reviewers evenly over the judges of the group (HB-139)."""
    meeting, leader = _leader(session, actor, command.meeting_id)
    if leader.group_id != command.group_id:
        raise NotAllowed("group_leader")
    judges = seated_judges(session, meeting.id)
    chosen = [judge for judge in judges if judge.group_id == leader.group_id]
    waiting = {
        material.id: material for material in _materials(session, leader).values() if material.state == "grouped"
    }
    existing = session.scalars(select(ReviewerAssignment).where(ReviewerAssignment.meeting_id == meeting.id))
    pairs, without = rules.distribute(
        list(waiting),
        [judge.id for judge in chosen],
        confirming={judge.id for judge in judges if judge.leads_group or judge.post == "chair"},
        excluded=set(blocked_pairs(session, chosen, waiting)),
        loads=rules.loads_of(rules.Pair(row.material_id, row.lead_judge_id, row.second_judge_id) for row in existing),
    )
    for pair in pairs:
        _assign(session, actor, waiting[pair.material_id], pair)
    refused = tuple(RowRefusal(material_id=material_id, code=NoReviewerLeft.code) for material_id in without)
    return _assigned(session, actor, meeting, RowsDone(done=tuple(pair.material_id for pair in pairs), refused=refused))


def _standard(
    session: Session, actor: Actor, command: ConfirmStandard | ReturnStandard
) -> tuple[Meeting, ScoringStandard]:
    meeting = chaired_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.STANDARD_CONFIRMED)
    standard = session.get_one(ScoringStandard, meeting.id, with_for_update=True)
    check_version(standard.version, command)
    if standard.state != "submitted":
        raise WrongState(state=standard.state, act="confirm_standard")
    standard.version += 1
    return meeting, standard


def _note(
    session: Session, actor: Actor, meeting: Meeting, act: str, before: str, after: str, opinion: str = ""
) -> None:
    log.write(
        session,
        actor,
        profile=meeting.profile,
        subject="standard",
        subject_id=meeting.id,
        action=act,
        old_state=before,
        new_state=after,
        opinion=opinion,
    )


def _groups_without_leader(session: Session, meeting_id: UUID) -> set[UUID]:
    with_materials = session.scalars(
        select(ReviewMaterial.group_id).where(ReviewMaterial.meeting_id == meeting_id).distinct()
    )
    led = session.scalars(
        select(MeetingJudge.group_id).where(MeetingJudge.meeting_id == meeting_id, MeetingJudge.leads_group)
    )
    return {group for group in with_materials if group is not None} - set(led)


def _leader(session: Session, actor: Actor, meeting_id: UUID) -> tuple[Meeting, MeetingJudge]:
    meeting = find_meeting(session, actor, meeting_id, lock=True)
    judge = own_seat(session, actor, meeting.id)
    if not judge.leads_group:
        raise NotAllowed("group_leader")
    steps.require(session, meeting, Step.SCORING)
    return meeting, judge


def _materials(
    session: Session, leader: MeetingJudge, material_ids: tuple[UUID, ...] | None = None
) -> dict[UUID, ReviewMaterial]:
    wanted = select(ReviewMaterial).where(ReviewMaterial.group_id == leader.group_id)
    if material_ids is not None:
        wanted = wanted.where(ReviewMaterial.id.in_(material_ids))
    return {row.id: row for row in session.scalars(wanted.order_by(ReviewMaterial.id).with_for_update())}


def _assign(session: Session, actor: Actor, material: ReviewMaterial, pair: rules.Pair) -> None:
    values = {
        "lead_judge_id": pair.lead_id,
        "second_judge_id": pair.second_id,
        "assigned_by": actor.account_id,
        "assigned_at": clock.now(),
    }
    session.execute(
        insert(ReviewerAssignment)
        .values(material_id=material.id, profile=material.profile, meeting_id=material.meeting_id, **values)
        .on_conflict_do_update(index_elements=["material_id"], set_=values)
    )
    material.state = "assigned"
    material.version += 1
    audit.record(session, "reviewers_assigned", "material", material.id, lead=pair.lead_id, second=pair.second_id)


def _assigned(session: Session, actor: Actor, meeting: Meeting, done: RowsDone) -> RowsDone:
    if done.done:
        steps.complete(session, meeting, Step.SCORING, actor)
    return done
