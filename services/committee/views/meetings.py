"""A meeting as acts on it answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.committee.meetings import (
    Group,
    Judge,
    MeetingCard,
    MeetingData,
    MeetingDetail,
    Step,
)
from services.committee.rules.meeting import state_of
from services.committee.tables import (
    Committee,
    Expert,
    Meeting,
    MeetingCommittee,
    MeetingGroup,
    MeetingJudge,
    MeetingStep,
    ReviewMaterial,
)


def detail(session: Session, meeting: Meeting) -> MeetingDetail:
    """The answer to every act on a meeting."""
    session.flush()
    done = done_by_meeting(session, [meeting.id]).get(meeting.id, ())
    names = committee_names(session, [meeting.id]).get(meeting.id, ())
    committee_ids = session.scalars(
        select(MeetingCommittee.committee_id)
        .join(Committee, Committee.id == MeetingCommittee.committee_id)
        .where(MeetingCommittee.meeting_id == meeting.id)
        .order_by(Committee.code)
    )
    data = {name: getattr(meeting, name) for name in MeetingData.model_fields if name != "committee_ids"}
    return MeetingDetail(
        card=card(meeting, done, names),
        data=MeetingData(committee_ids=tuple(committee_ids), **data),
        groups=groups_of(session, meeting.id),
        judges=judges_of(session, meeting.id),
    )


def groups_of(session: Session, meeting_id: UUID) -> tuple[Group, ...]:
    """The groups of a meeting in their order."""
    judges = _count_by_group(
        session, select(MeetingJudge.group_id, func.count()).filter_by(meeting_id=meeting_id, is_seated=True)
    )
    materials = _count_by_group(session, select(ReviewMaterial.group_id, func.count()).filter_by(meeting_id=meeting_id))
    return tuple(
        Group(
            group_id=group.id,
            name=group.name,
            size=group.size,
            judges=judges.get(group.id, 0),
            materials=materials.get(group.id, 0),
        )
        for group in session.scalars(
            select(MeetingGroup).filter_by(meeting_id=meeting_id).order_by(MeetingGroup.position)
        )
    )


def judges_of(session: Session, meeting_id: UUID) -> tuple[Judge, ...]:
    """The seated judges of a meeting by group, the chair first."""
    rows = session.execute(
        select(MeetingJudge, Expert.real_name, Expert.employer_name)
        .join(Expert, Expert.id == MeetingJudge.expert_id)
        .join(MeetingGroup, MeetingGroup.id == MeetingJudge.group_id)
        .where(MeetingJudge.meeting_id == meeting_id, MeetingJudge.is_seated)
        .order_by(MeetingGroup.position, MeetingJudge.post, Expert.real_name.collate("zh-x-icu"), MeetingJudge.id)
    )
    return tuple(
        Judge(
            judge_id=judge.id,
            expert_id=judge.expert_id,
            real_name=real_name,
            employer_name=employer_name,
            group_id=judge.group_id,
            post=judge.post,
            leads_group=judge.leads_group,
        )
        for judge, real_name, employer_name in rows
    )


def done_by_meeting(session: Session, meeting_ids: Collection[UUID]) -> dict[UUID, tuple[Step, ...]]:
    """The steps that are done, by meeting."""
    found: dict[UUID, tuple[Step, ...]] = {}
    for row in session.execute(
        select(MeetingStep.meeting_id, MeetingStep.step).where(MeetingStep.meeting_id.in_(meeting_ids))
    ):
        found[row.meeting_id] = (*found.get(row.meeting_id, ()), Step(row.step))
    return found


def committee_names(session: Session, meeting_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The names of the committees, by meeting."""
    found: dict[UUID, tuple[str, ...]] = {}
    for row in session.execute(
        select(MeetingCommittee.meeting_id, Committee.name)
        .join(Committee, Committee.id == MeetingCommittee.committee_id)
        .where(MeetingCommittee.meeting_id.in_(meeting_ids))
        .order_by(Committee.code)
    ):
        found[row.meeting_id] = (*found.get(row.meeting_id, ()), row.name)
    return found


def card(meeting: Meeting, done: Collection[Step], committees: tuple[str, ...]) -> MeetingCard:
    """A meeting in a list."""
    return MeetingCard(
        meeting_id=meeting.id,
        name=meeting.name,
        organization_id=meeting.organization_id,
        organization_name=meeting.organization_name,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        state=state_of(done),
        committees=committees,
        closed_at=meeting.closed_at,
        version=meeting.version,
    )


def _count_by_group(session: Session, selected: Any) -> dict[UUID, int]:
    column = selected.selected_columns[0]
    return {group_id: count for group_id, count in session.execute(selected.group_by(column)) if group_id is not None}
