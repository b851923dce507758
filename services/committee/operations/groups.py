"""会议分组 (HB-126, HB-127)."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from chassis import audit
from chassis.commands import check_version
from contracts.base import Actor
from contracts.committee.meetings import AddGroup, EditGroup, MeetingDetail, RemoveGroup, Step
from contracts.committee.plans import PlanState
from contracts.committee.refusals import GroupInUse, GroupNameTaken, GroupTooSmall, PlanNeedsReview
from contracts.errors import NotFound, WrongState
from services.committee.access import prepared_meeting
from services.committee.operations import steps
from services.committee.tables import (
    Meeting,
    MeetingGroup,
    MeetingJudge,
    PlanJudge,
    ReviewMaterial,
    ReviewPlan,
    ScoringSheet,
)
from services.committee.views.meetings import detail


def add_group(session: Session, *, command: AddGroup, actor: Actor) -> MeetingDetail:
    """新增分组 with 分组名 and 人数."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    _require_changeable(session, meeting)
    _require_free_name(session, meeting.id, command.name)
    last = session.scalar(select(func.max(MeetingGroup.position)).filter_by(meeting_id=meeting.id)) or 0
    group = MeetingGroup(
        id=uuid4(),
        profile=meeting.profile,
        meeting_id=meeting.id,
        name=command.name,
        size=command.size,
        position=last + 1,
    )
    session.add(group)
    session.flush()
    steps.complete(session, meeting, Step.GROUPED, actor)
    audit.record(session, "group_added", "meeting", meeting.id, group=group.id)
    return detail(session, meeting)


def edit_group(session: Session, *, command: EditGroup, actor: Actor) -> MeetingDetail:
    """Change a group's name or size."""
    group, meeting = _find(session, actor, command.group_id)
    check_version(meeting.version, command)
    _require_changeable(session, meeting)
    _require_free_name(session, meeting.id, command.name, but=group.id)
    seats = session.scalar(
        select(func.count())
        .select_from(PlanJudge)
        .join(ReviewPlan, ReviewPlan.id == PlanJudge.plan_id)
        .where(PlanJudge.group_id == group.id, ReviewPlan.state == PlanState.DRAFT.value)
    )
    if seats is not None and seats > command.size:
        raise GroupTooSmall(group=group.name, size=command.size, judges=seats)
    group.name, group.size = command.name, command.size
    meeting.version += 1
    audit.record(session, "group_edited", "meeting", meeting.id, group=group.id)
    session.flush()
    return detail(session, meeting)


def remove_group(session: Session, *, command: RemoveGroup, actor: Actor) -> MeetingDetail:
    """Delete a group that nothing stands on."""
    group, meeting = _find(session, actor, command.group_id)
    _require_changeable(session, meeting)
    is_used = session.scalar(
        select(
            or_(
                exists().where(PlanJudge.group_id == group.id),
                exists().where(MeetingJudge.group_id == group.id),
                exists().where(ReviewMaterial.group_id == group.id),
                exists().where(ScoringSheet.group_id == group.id),
            )
        )
    )
    if is_used:
        raise GroupInUse(group=group.name)
    session.delete(group)
    session.flush()
    if session.scalar(select(MeetingGroup.id).filter_by(meeting_id=meeting.id).limit(1)) is None:
        steps.undo(session, meeting, Step.GROUPED)
    audit.record(session, "group_removed", "meeting", meeting.id, group=group.id)
    return detail(session, meeting)


def _find(session: Session, actor: Actor, group_id: UUID) -> tuple[MeetingGroup, Meeting]:
    group = session.get(MeetingGroup, group_id)
    if group is None:
        raise NotFound()
    return group, prepared_meeting(session, actor, group.meeting_id)


def _require_changeable(session: Session, meeting: Meeting) -> None:
    """Groups belong to the plan: they change only while an edition of it is being written, or before the first one."""
    steps.require(session, meeting, Step.GROUPED)
    states = set(session.scalars(select(ReviewPlan.state).filter_by(meeting_id=meeting.id)))
    if PlanState.UNDER_REVIEW in states:
        raise WrongState(state=PlanState.UNDER_REVIEW.value)
    if PlanState.APPROVED in states and PlanState.DRAFT not in states:
        raise PlanNeedsReview()


def _require_free_name(session: Session, meeting_id: UUID, name: str, *, but: UUID | None = None) -> None:
    taken = session.scalar(select(MeetingGroup.id).filter_by(meeting_id=meeting_id, name=name))
    if taken is not None and taken != but:
        raise GroupNameTaken(group=name)
