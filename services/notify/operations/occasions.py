"""Which event is an occasion to tell whom of what: events become tellings, with facts asked of their owners."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from contracts.base import Envelope
from contracts.declaration import NoticeFacts
from contracts.events import PostChange
from services.notify.operations.telling import Telling
from services.notify.rules.messages import shown_deadline


def about_declaration(envelope: Envelope, occasion: str, facts: NoticeFacts, **more: str) -> Telling:
    """Tell the applicant of the declaration: its title, its deadline where it has one, and what else is known."""
    params = {"title": facts.title_label, **more}
    if facts.deadline is not None and "deadline" not in params:
        params["deadline"] = shown_deadline(facts.deadline)
    return Telling(envelope.event_id, occasion, (facts.account_id,), params, "declaration", facts.declaration_id)


def about_account(envelope: Envelope, occasion: str, account_id: UUID, **more: str) -> Telling:
    """Tell the owner of an account of something about it."""
    return Telling(envelope.event_id, occasion, (account_id,), {**more}, "account", account_id)


def about_meeting(
    envelope: Envelope, occasion: str, meeting_id: UUID, account_ids: Iterable[UUID], **more: str
) -> Telling:
    """Tell people of a meeting."""
    return Telling(envelope.event_id, occasion, tuple(account_ids), {**more}, "meeting", meeting_id)


def about_post(change: PostChange) -> str:
    """The occasion by which somebody hears which post at a meeting is now held, or no more."""
    return f"meeting_{change.post}" if change.is_held else f"meeting_{change.post}_ended"


def about_work(envelope: Envelope, account_ids: Iterable[UUID]) -> Telling:
    """Tell the holders of a step that work has come."""
    return Telling(envelope.event_id, "work_arrived", tuple(account_ids))


def about_overdue_work(envelope: Envelope, account_ids: Iterable[UUID], count: int) -> Telling:
    """Tell the holders of a post how many cases wait too long."""
    return Telling(envelope.event_id, "work_overdue", tuple(account_ids), {"count": count})


def about_stranded_work(envelope: Envelope, account_ids: Iterable[UUID], *, unit: str, count: int) -> Telling:
    """Tell a superior's officers that cases wait in a unit below that is closed."""
    return Telling(envelope.event_id, "work_stranded", tuple(account_ids), {"unit": unit, "count": count})
