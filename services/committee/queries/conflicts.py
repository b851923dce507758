"""Conflicts of interest as the office sees them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page
from contracts.committee.materials import ConflictFilter, ConflictRow
from services.committee.access import office_meeting
from services.committee.tables import (
    Conflict,
    Expert,
    MeetingCommittee,
    MeetingJudge,
    PoolMember,
    ReviewMaterial,
)
from services.committee.views.conflicts import row_of


def conflicts(session: Session, *, actor: Actor, wanted: ConflictFilter) -> Page[ConflictRow]:
    """Conflicts of the meeting's judges, or of all experts of its pools while it has no judges."""
    meeting = office_meeting(session, actor, wanted.meeting_id)
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting.id)
    judges = select(MeetingJudge.expert_id).filter_by(meeting_id=meeting.id, is_seated=True)
    pool = select(PoolMember.expert_id).where(PoolMember.committee_id.in_(committees))
    has_judges = session.scalar(judges.limit(1)) is not None
    conditions: list[ColumnElement[bool]] = [
        Conflict.expert_id.in_(judges if has_judges else pool),
        (ReviewMaterial.meeting_id == meeting.id)
        | ((ReviewMaterial.state == "admitted") & ReviewMaterial.committee_id.in_(committees)),
    ]
    if wanted.states:
        conditions.append(Conflict.state.in_(wanted.states))
    of_both = (
        select(Conflict, Expert.real_name, ReviewMaterial.real_name)
        .join(Expert, Expert.id == Conflict.expert_id)
        .join(ReviewMaterial, ReviewMaterial.id == Conflict.material_id)
    )
    total = session.scalar(select(func.count()).select_from(of_both.where(*conditions).subquery())) or 0
    rows = session.execute(
        of_both.where(*conditions)
        .order_by(Conflict.state.desc(), Conflict.found_at, Conflict.expert_id, Conflict.material_id)
        .offset(wanted.offset)
        .limit(wanted.size)
    )
    return Page(
        items=tuple(row_of(conflict, expert, applicant) for conflict, expert, applicant in rows),
        total=total,
        page=wanted.page,
        size=wanted.size,
    )
