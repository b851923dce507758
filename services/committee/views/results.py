"""Notices, objections and reports as their readers see them, for answers and lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.committee.results import (
    NoticeCard,
    NoticedTitle,
    ObjectionRow,
    ObjectionState,
    ReportCard,
)
from contracts.events import Outcome
from services.committee.rules.calendar import PeriodEnd, end_of_period
from services.committee.tables import (
    CalendarDayRow,
    Meeting,
    Objection,
    PublicNotice,
    ResultReport,
    ReviewMaterial,
)


def notice_of(session: Session, meeting_id: UUID) -> PublicNotice | None:
    """The notice of a meeting."""
    return session.scalar(select(PublicNotice).filter_by(meeting_id=meeting_id))


def running_notice(session: Session, meeting_id: UUID) -> PublicNotice | None:
    """The notice of a meeting, while nobody has ended it."""
    return session.scalar(select(PublicNotice).filter_by(meeting_id=meeting_id, ended_at=None))


def card(session: Session, meeting: Meeting, found: PublicNotice) -> NoticeCard:
    """A notice without its persons."""
    end = end_of(session, found)
    return NoticeCard(
        notice_id=found.id,
        meeting_id=meeting.id,
        meeting_name=meeting.name,
        organization_name=meeting.organization_name,
        contact=found.contact,
        working_days=found.working_days,
        published_at=found.published_at,
        last_day=end.last_day,
        is_provisional=end.is_provisional,
        is_shortened=found.working_days < found.least_working_days,
        ended_at=found.ended_at,
        titles=_titles(session, meeting),
    )


def _titles(session: Session, meeting: Meeting) -> tuple[NoticedTitle, ...]:
    """The titles that were passed at the meeting, each once, by series."""
    rows = session.scalars(
        select(ReviewMaterial.labels).filter_by(meeting_id=meeting.id, state=Outcome.PASSED.value).distinct()
    )
    found = {(str(row.get("title_series", "")), str(row.get("declared_title", ""))) for row in rows}
    return tuple(NoticedTitle(title_series=series, declared_title=title) for series, title in sorted(found))


def end_of(session: Session, found: PublicNotice) -> PeriodEnd:
    """The end of a notice; a provisional one moves, only ever later, when official tables come."""
    stored = PeriodEnd(found.last_day, found.is_provisional)
    if not found.is_provisional or found.ended_at is not None:
        return stored
    published = found.published_at.astimezone(clock.SHANGHAI).date()
    computed = end_of_period(published, found.working_days, calendar_table(session))
    return PeriodEnd(max(stored.last_day, computed.last_day), computed.is_provisional)


def is_over(session: Session, found: PublicNotice) -> bool:
    """Whether the period of a notice is over; one of no days is over at once."""
    return not found.working_days or clock.now() >= clock.end_of(end_of(session, found).last_day)


def objections_open(session: Session, meeting_id: UUID) -> int:
    """How many objections of a meeting nobody has decided."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Objection)
            .join(PublicNotice, PublicNotice.id == Objection.notice_id)
            .where(PublicNotice.meeting_id == meeting_id, Objection.state == ObjectionState.OPEN.value)
        )
        or 0
    )


def calendar_table(session: Session) -> dict[date, bool]:
    """The platform's own table of working days."""
    return dict(session.execute(select(CalendarDayRow.day, CalendarDayRow.is_working_day)).all())


def objection_row(objection: Objection, material: ReviewMaterial) -> ObjectionRow:
    """An objection as its office sees it."""
    return ObjectionRow(
        objection_id=objection.id,
        material_id=material.id,
        name=material.real_name,
        objector=objection.objector,
        content=objection.content,
        state=ObjectionState(objection.state),
        version=objection.version,
        recorded_at=objection.recorded_at,
        decision_reason=objection.decision_reason,
        decided_at=objection.decided_at,
    )


def report_card(session: Session, meeting: Meeting, number: int, office: UUID) -> ReportCard:
    """A report as reporting and auditing office see it."""
    report = session.get_one(ResultReport, (meeting.id, number, office))
    outcomes: Mapping[str, int] = dict(
        session.execute(
            select(ReviewMaterial.state, func.count())
            .where(ReviewMaterial.meeting_id == meeting.id)
            .group_by(ReviewMaterial.state)
        ).all()
    )
    return ReportCard(
        meeting_id=meeting.id,
        number=report.number,
        meeting_name=meeting.name,
        organization_name=meeting.organization_name,
        reported_to=report.reported_to,
        passed=outcomes.get(Outcome.PASSED, 0),
        failed=outcomes.get(Outcome.FAILED, 0),
        reported_at=report.reported_at,
        state=report.state,
        opinion=report.opinion,
        audited_at=report.audited_at,
    )


def label(material: ReviewMaterial, field: str) -> str:
    """A value of the setting in the province's words."""
    return str(material.labels.get(field, getattr(material, field)))


def with_outcome(session: Session, meeting: Meeting, outcome: Outcome) -> Collection[ReviewMaterial]:
    """The materials of a meeting that came to this."""
    return session.scalars(
        select(ReviewMaterial)
        .filter_by(meeting_id=meeting.id, state=outcome.value)
        .order_by(ReviewMaterial.group_id, ReviewMaterial.admitted_at, ReviewMaterial.id)
    ).all()


def overturned(session: Session, material_ids: Collection[UUID]) -> dict[UUID, str]:
    """Why an objection turned a result to failed, by material."""
    rows = session.execute(
        select(Objection.material_id, Objection.decision_reason).where(
            Objection.material_id.in_(material_ids), Objection.state == ObjectionState.UPHELD.value
        )
    )
    return {row.material_id: row.decision_reason or "" for row in rows}
