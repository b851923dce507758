"""Batches: begun by the profile, from then on data whose windows are only ever made longer (PL-06)."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock, context
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.declaration.batches import BatchView, ExtendWindow
from contracts.declaration.refusals import WindowNotExtended
from contracts.errors import NotAllowed, NotFound
from services.declaration.rules.profile import BatchData
from services.declaration.tables import Batch, BatchWindow
from services.declaration.views import batch_view

BEGUN = "profile"


def begin_batches(session: Session, *, profile: str, batches: tuple[BatchData, ...]) -> None:
    """Add the batches that the installation does not know yet; those it knows keep their windows."""
    known = set(session.scalars(select(Batch.code).where(Batch.profile == profile)))
    for begun in batches:
        if begun.code in known:
            continue
        batch = Batch(
            id=uuid.uuid4(),
            profile=profile,
            code=begun.code,
            label=begun.label.model_dump(),
            year=begun.year,
            opens_on=begun.opens_on,
            closes_on=begun.closes_on,
            cut_off=begun.cut_off,
            categories=list(begun.categories),
            title_series=list(begun.title_series),
            levels=list(begun.levels),
            version=1,
        )
        session.add(batch)
        session.flush()
        _remember(session, batch, reason=BEGUN)
        audit.record(session, "batch_begun", "batch", batch.id, profile=profile, code=batch.code)


def extend_window(session: Session, *, command: ExtendWindow, actor: Actor) -> BatchView:
    """Let a batch end later; every open declaration has the longer window at once."""
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotAllowed(Role.SYSTEM_ADMIN)
    batch = session.scalar(select(Batch).where(Batch.id == command.batch_id).with_for_update())
    if batch is None:
        raise NotFound()
    check_version(batch.version, command)
    if command.closes_on <= batch.closes_on:
        raise WindowNotExtended(closes_on=batch.closes_on.isoformat())
    before = batch.closes_on
    batch.closes_on = command.closes_on
    batch.version += 1
    _remember(session, batch, reason=command.reason)
    _record_change(session, batch, before=before)
    return batch_view(batch)


def _remember(session: Session, batch: Batch, *, reason: str) -> None:
    running = context.current()
    session.add(
        BatchWindow(
            id=uuid.uuid4(),
            profile=batch.profile,
            batch_id=batch.id,
            version=batch.version,
            opens_on=batch.opens_on,
            closes_on=batch.closes_on,
            reason=reason,
            account_id=running.actor.account_id if running.actor else None,
            at=clock.now(),
        )
    )


def _record_change(session: Session, batch: Batch, *, before: date) -> None:
    audit.record(
        session,
        "window_extended",
        "batch",
        batch.id,
        closes_on_before=before.isoformat(),
        closes_on_after=batch.closes_on.isoformat(),
        version=batch.version,
    )
