"""Ordering general forms of a list (HB-48): the same rows as on the screen, with a reason on record (W10, PL-33)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import audit
from contracts.base import Actor
from contracts.documents import ExportScope
from contracts.errors import NotAllowed, NotFound
from contracts.review import BatchTooLarge, OrderExport
from services.review.listing import matching, ordered
from services.review.published import current_rules
from services.review.scope import visible_to
from services.review.tables import CaseCard


def resolve_export(session: Session, *, command: OrderExport, actor: Actor) -> tuple[UUID, ...]:
    """The submissions that the export holds, in the order of the list. Refuses: NotFound, BatchTooLarge."""
    limit = current_rules(session, actor.profile).export_limit
    conditions = matching(session, actor, command.query)
    if command.case_ids is not None:
        conditions += (CaseCard.id.in_(command.case_ids),)
    wanted = ordered(select(CaseCard.submission_id).where(*conditions), command.query)
    found = tuple(session.scalars(wanted.limit(limit + 1)))
    if len(found) > limit:
        raise BatchTooLarge(limit=limit)
    if not found or (command.case_ids is not None and len(found) != len(set(command.case_ids))):
        raise NotFound()
    audit.record(
        session,
        "export_ordered",
        "export",
        command.command_id,
        reason=command.reason,
        view=command.query.view,
        tab=command.query.tab,
        rows=len(found),
    )
    return found


def scope_of(command: OrderExport) -> ExportScope:
    """What the list of ordered exports says of one."""
    query = command.query
    return ExportScope(
        view=query.view,
        tab=query.tab,
        ticked=command.case_ids is not None,
        conditions=tuple(query.filters.model_dump(exclude_none=True, exclude_defaults=True)),
    )


def confirm_export(session: Session, *, actor: Actor, submission_ids: tuple[UUID, ...]) -> None:
    """The actor may read all the submissions of an export that is being made now. Refuses: NotAllowed."""
    seen = select(func.count()).where(CaseCard.submission_id.in_(submission_ids), visible_to(actor))
    if session.scalar(seen) != len(set(submission_ids)):
        raise NotAllowed()
