"""Public notices, objections against results, and the working days that periods are counted in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page, PageRequest, Role
from contracts.committee.results import (
    CalendarDay,
    NoticeCard,
    NoticePerson,
    ObjectionRow,
    ObjectionState,
    PublicNoticePage,
)
from contracts.errors import NotAllowed, NotFound
from contracts.events import Outcome
from contracts.identifiers import mask_number
from services.committee.access import find_meeting, sees_preparation
from services.committee.tables import (
    CalendarDayRow,
    Meeting,
    Objection,
    PublicNotice,
    ReviewMaterial,
)
from services.committee.views.results import (
    card,
    label,
    notice_of,
    objection_row,
    with_outcome,
)


def notice(session: Session, *, actor: Actor, meeting_id: UUID) -> NoticeCard:
    """The notice of a meeting that the actor may see."""
    meeting = find_meeting(session, actor, meeting_id)
    found = notice_of(session, meeting.id)
    if found is None:
        raise NotFound()
    return card(session, meeting, found)


def public_notices(session: Session, *, page: PageRequest) -> Page[NoticeCard]:
    """All notices of the province, newest first."""
    total = session.scalar(select(func.count()).select_from(PublicNotice)) or 0
    rows = session.execute(
        select(Meeting, PublicNotice)
        .join(PublicNotice, PublicNotice.meeting_id == Meeting.id)
        .order_by(PublicNotice.published_at.desc(), PublicNotice.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    items = tuple(card(session, meeting, found) for meeting, found in rows)
    return Page(items=items, total=total, page=page.page, size=page.size)


def public_notice(session: Session, *, notice_id: UUID) -> PublicNoticePage:
    """A notice with everybody who passed and was not overturned since."""
    found = session.get(PublicNotice, notice_id)
    if found is None:
        raise NotFound()
    meeting = session.get_one(Meeting, found.meeting_id)
    persons = tuple(
        NoticePerson(
            material_id=material.id,
            name=material.real_name,
            masked_id_document_no=mask_number(material.id_document_no),
            organization_name=material.organization_name,
            declared_title=label(material, "declared_title"),
            specialty=label(material, "specialty"),
        )
        for material in with_outcome(session, meeting, Outcome.PASSED)
    )
    return PublicNoticePage(notice=card(session, meeting, found), persons=persons)


def objections(session: Session, *, actor: Actor, meeting_id: UUID, page: PageRequest) -> Page[ObjectionRow]:
    """The objections of a meeting, open ones first, for its office."""
    meeting = find_meeting(session, actor, meeting_id)
    if not sees_preparation(actor, meeting):
        raise NotAllowed(Role.CASE_OFFICER)
    of_meeting = (
        select(Objection, ReviewMaterial)
        .join(PublicNotice, PublicNotice.id == Objection.notice_id)
        .join(ReviewMaterial, ReviewMaterial.id == Objection.material_id)
        .where(PublicNotice.meeting_id == meeting.id)
    )
    total = session.scalar(select(func.count()).select_from(of_meeting.subquery())) or 0
    rows = session.execute(
        of_meeting.order_by((Objection.state != ObjectionState.OPEN.value), Objection.recorded_at, Objection.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    items = tuple(objection_row(objection, material) for objection, material in rows)
    return Page(items=items, total=total, page=page.page, size=page.size)


def calendar_days(session: Session, *, year: int) -> tuple[CalendarDay, ...]:
    """The days of a year in the platform's own table."""
    rows = session.scalars(
        select(CalendarDayRow).where(extract("year", CalendarDayRow.day) == year).order_by(CalendarDayRow.day)
    )
    return tuple(CalendarDay(day=row.day, is_working_day=row.is_working_day, name=row.name) for row in rows)
