"""Meetings as lists, details and step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.base import Actor, Page
from contracts.committee.meetings import (
    MeetingCard,
    MeetingDetail,
    MeetingFilter,
    MeetingOverview,
    OverviewLine,
    Step,
)
from contracts.errors import Fault, NotFound
from services.committee.access import find_meeting, is_office, meetings_visible_to
from services.committee.queries.progress import awaited_judges, progress_of, results_of
from services.committee.queries.reasons import reasons
from services.committee.rules.meeting import STEPS, missing, state_of
from services.committee.tables import (
    Meeting,
    MeetingStep,
    ReviewMaterial,
)
from services.committee.views.meetings import card, committee_names, detail, done_by_meeting


def meetings(session: Session, *, actor: Actor, wanted: MeetingFilter) -> Page[MeetingCard]:
    """Active or historical meetings that the actor sees, the next one first."""
    conditions: list[ColumnElement[bool]] = [
        meetings_visible_to(actor),
        Meeting.closed_at.is_not(None) if wanted.historical else Meeting.closed_at.is_(None),
    ]
    if wanted.text:
        conditions.append(Meeting.name.contains(wanted.text, autoescape=True))
    total = session.scalar(select(func.count()).select_from(Meeting).where(*conditions)) or 0
    found = session.scalars(
        select(Meeting)
        .where(*conditions)
        .order_by(Meeting.starts_at.desc(), Meeting.id)
        .offset(wanted.offset)
        .limit(wanted.size)
    ).all()
    ids = [meeting.id for meeting in found]
    done = done_by_meeting(session, ids)
    names = committee_names(session, ids)
    items = tuple(card(meeting, done.get(meeting.id, ()), names.get(meeting.id, ())) for meeting in found)
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def meeting_detail(session: Session, *, actor: Actor, meeting_id: UUID) -> MeetingDetail:
    """A meeting with groups and judges. Refuses: NotFound."""
    return detail(session, find_meeting(session, actor, meeting_id))


def meeting_overview(session: Session, *, actor: Actor, meeting_id: UUID) -> MeetingOverview:
    """Every step: done, by whom, what is next, why not yet. Refuses: NotFound."""
    meeting = find_meeting(session, actor, meeting_id)
    rows = {Step(row.step): row for row in session.scalars(select(MeetingStep).filter_by(meeting_id=meeting.id))}
    progress = progress_of(session, meeting)
    results = results_of(session, meeting, progress)
    lines = (
        _line(rule.step, rule.who, rows, () if rule.step in rows else reasons(session, meeting, rule.step))
        for rule in STEPS
    )
    return MeetingOverview(
        meeting_id=meeting.id,
        state=state_of(rows),
        lines=tuple(line.model_copy(update={"result": results.get(line.step, {})}) for line in lines),
        progress=progress,
        awaited=awaited_judges(session, meeting) if is_office(session, actor, meeting) else (),
    )


def actors_of(session: Session, *, actor: Actor, meeting_id: UUID) -> tuple[UUID, ...]:
    """The accounts whose names the actor may see beside the steps that they did; none for judges."""
    meeting = find_meeting(session, actor, meeting_id)
    if not is_office(session, actor, meeting):
        return ()
    return tuple(session.scalars(select(MeetingStep.done_by).filter_by(meeting_id=meeting.id).distinct()))


def meeting_facts(session: Session, *, meeting_id: UUID) -> dict[str, Any]:
    """What a message about a meeting may say; the moment in the words of Asia/Shanghai. Refuses: NotFound."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound()
    return {
        "name": meeting.name,
        "place": meeting.place,
        "starts_at": meeting.starts_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "number": session.scalar(select(func.count()).select_from(ReviewMaterial).filter_by(meeting_id=meeting.id)),
    }


def _line(step: Step, who: str, rows: Mapping[Step, MeetingStep], blockers: tuple[Fault, ...]) -> OverviewLine:
    done = rows.get(step)
    before = tuple(
        Fault(pointer="", code="committee.step_not_ready", params={"missing": [lacking.value]})
        for lacking in missing(step, rows)
    )
    why_not = () if done else (*before, *(() if before else blockers))
    return OverviewLine(
        step=step,
        is_done=done is not None,
        done_at=done.done_at if done else None,
        done_by=done.done_by if done else None,
        who=who,
        is_next=done is None and not why_not,
        why_not=why_not,
    )
