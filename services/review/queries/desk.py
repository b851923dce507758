"""What stands around a list: the neighbours of a case, the numbers of the menu, the own batches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from chassis.tables import JobRow
from contracts.base import Actor, Page, PageRequest, Role
from contracts.errors import NotFound
from contracts.review import BatchDecision, CaseQuery, CaseState, Neighbours, WaitingCases
from services.review.listing import ORDERS, VIEWS, matching
from services.review.rules.profile import StepKind
from services.review.scope import find_case, posts, visible_to
from services.review.tables import CaseCard
from services.review.views import BATCH, batch_decision

VIEW_OF = {kind: view for view, (kind, _) in VIEWS.items()}


def neighbours(session: Session, *, actor: Actor, case_id: UUID, query: CaseQuery) -> Neighbours:
    """The cases before and after one in the filter and order of a list. Refuses: NotFound."""
    card = find_case(session, actor, case_id)
    by = ORDERS[query.sort]
    conditions = matching(session, actor, query)
    here = session.execute(select(by).where(CaseCard.id == card.id)).scalar_one()
    key: Any = tuple_(by, CaseCard.id)
    smaller, larger = key < (here, card.id), key > (here, card.id)
    upwards, downwards = (by, CaseCard.id), (by.desc(), CaseCard.id.desc())
    before, after = (larger, smaller) if query.descending else (smaller, larger)
    to_before, to_after = (upwards, downwards) if query.descending else (downwards, upwards)

    def count(*more: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(CaseCard).where(*conditions, *more)) or 0

    def nearest(side: ColumnElement[bool], order: Any) -> UUID | None:
        return session.scalar(select(CaseCard.id).where(*conditions, side).order_by(*order).limit(1))

    return Neighbours(
        previous=nearest(before, to_before), next=nearest(after, to_after), place=count(before) + 1, total=count()
    )


def waiting_cases(session: Session, *, actor: Actor) -> tuple[WaitingCases, ...]:
    """What waits at the actor's posts, by list."""
    own = func.count().filter(CaseCard.organization_id == CaseCard.holder_id)
    rows = session.execute(
        select(CaseCard.step_kind, CaseCard.holder_id, CaseCard.role, own, func.count())
        .where(tuple_(CaseCard.holder_id, CaseCard.role).in_(posts(actor)), CaseCard.state == CaseState.WAITING)
        .group_by(CaseCard.step_kind, CaseCard.holder_id, CaseCard.role)
        .order_by(CaseCard.step_kind, CaseCard.holder_id, CaseCard.role)
    )
    return tuple(
        WaitingCases(
            view=VIEW_OF[StepKind(kind)], organization_id=holder, role=Role(role), own=mine, lower=total - mine
        )
        for kind, holder, role, mine, total in rows
    )


def find_batch(session: Session, *, actor: Actor, job_id: UUID) -> BatchDecision:
    """An own batch, with whom each row is about. Refuses: NotFound."""
    row = session.get(JobRow, job_id)
    if row is None or (row.profile, row.account_id, row.kind) != (actor.profile, actor.account_id, BATCH):
        raise NotFound()
    found = batch_decision(row)
    seen = select(CaseCard.id, CaseCard.real_name).where(
        CaseCard.id.in_([one.case_id for one in found.rows]), visible_to(actor)
    )
    names = {row.id: row.real_name for row in session.execute(seen)}
    rows = tuple(one.model_copy(update={"real_name": names.get(one.case_id)}) for one in found.rows)
    return found.model_copy(update={"rows": rows})


def own_batches(session: Session, *, actor: Actor, page: PageRequest) -> Page[BatchDecision]:
    """The own batches, newest first, without their rows."""
    own = (JobRow.profile == actor.profile, JobRow.account_id == actor.account_id, JobRow.kind == BATCH)
    total = session.scalar(select(func.count()).select_from(JobRow).where(*own)) or 0
    rows = session.scalars(
        select(JobRow).where(*own).order_by(JobRow.created_at.desc(), JobRow.id).offset(page.offset).limit(page.size)
    )
    items = tuple(batch_decision(row, with_rows=False) for row in rows)
    return Page[BatchDecision](items=items, total=total, page=page.page, size=page.size)
