"""Plans with their seats and reviews, experts who can be seated, and draws."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page
from contracts.committee.experts import ExpertState
from contracts.committee.plans import (
    DrawRecord,
    PlanEditions,
    SeatableExpert,
    SeatableFilter,
)
from services.committee.access import office_meeting
from services.committee.rules.conflicts import BLOCKS
from services.committee.tables import (
    Conflict,
    Draw,
    Expert,
    Meeting,
    MeetingCommittee,
    MeetingJudge,
    PoolMember,
    ReviewMaterial,
)
from services.committee.views.plans import draw_record, editions


def plans(session: Session, *, actor: Actor, meeting_id: UUID) -> PlanEditions:
    """The editions of a meeting's plan. Refuses: NotFound, NotAllowed."""
    return editions(session, office_meeting(session, actor, meeting_id))


def seatable_experts(session: Session, *, actor: Actor, wanted: SeatableFilter) -> Page[SeatableExpert]:
    """Approved experts of the meeting's committees, with how many offered materials they must not judge."""
    meeting = office_meeting(session, actor, wanted.meeting_id)
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting.id)
    conditions: list[ColumnElement[bool]] = [
        Expert.state == ExpertState.APPROVED.value,
        Expert.id.in_(select(PoolMember.expert_id).where(PoolMember.committee_id.in_(committees))),
    ]
    if wanted.text:
        conditions.append(Expert.real_name.contains(wanted.text, autoescape=True))
    kept_apart = (
        select(func.count())
        .select_from(Conflict)
        .join(ReviewMaterial, ReviewMaterial.id == Conflict.material_id)
        .where(
            Conflict.expert_id == Expert.id,
            Conflict.state.in_([state.value for state in BLOCKS]),
            (ReviewMaterial.meeting_id == meeting.id)
            | ((ReviewMaterial.state == "admitted") & ReviewMaterial.committee_id.in_(committees)),
        )
        .correlate(Expert)
        .scalar_subquery()
    )
    total = session.scalar(select(func.count()).select_from(Expert).where(*conditions)) or 0
    rows = session.execute(
        select(Expert, kept_apart)
        .where(*conditions)
        .order_by(Expert.real_name.collate("zh-x-icu"), Expert.id)
        .offset(wanted.offset)
        .limit(wanted.size)
    )
    found = rows.all()
    elsewhere = _occupied(session, meeting, [expert.id for expert, _ in found])
    items = tuple(
        SeatableExpert(
            expert_id=expert.id,
            real_name=expert.real_name,
            employer_name=expert.employer_name,
            specialties=tuple(expert.reviewable),
            conflicts=count,
            occupied=tuple(elsewhere.get(expert.id, ())),
        )
        for expert, count in found
    )
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def _occupied(session: Session, meeting: Meeting, expert_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The other open meetings at the same time, by expert who sits in them."""
    rows = session.execute(
        select(MeetingJudge.expert_id, Meeting.name)
        .join(Meeting, Meeting.id == MeetingJudge.meeting_id)
        .where(
            MeetingJudge.expert_id.in_(expert_ids),
            MeetingJudge.is_seated,
            Meeting.id != meeting.id,
            Meeting.closed_at.is_(None),
            Meeting.starts_at < meeting.ends_at,
            Meeting.ends_at > meeting.starts_at,
        )
        .order_by(Meeting.starts_at, Meeting.name)
    )
    found: dict[UUID, list[str]] = {}
    for expert_id, name in rows:
        found.setdefault(expert_id, []).append(name)
    return found


def draws(session: Session, *, actor: Actor, meeting_id: UUID) -> tuple[DrawRecord, ...]:
    """The draws of a meeting, newest first. Refuses: NotFound, NotAllowed."""
    meeting = office_meeting(session, actor, meeting_id)
    found = session.scalars(select(Draw).filter_by(meeting_id=meeting.id).order_by(Draw.prepared_at.desc()))
    return tuple(draw_record(session, draw) for draw in found)
