"""The one place where a declaration changes its state: by a row of the profile's table, with its audit row."""

from __future__ import annotations

from sqlalchemy.orm import Session

from chassis import audit, clock, live, outbox
from contracts.base import Event
from contracts.declaration.workflow import StateKind, Transition, Trigger
from contracts.live import Topic
from services.declaration.published import slice_of
from services.declaration.rules import workflow
from services.declaration.tables import Declaration


def require(session: Session, declaration: Declaration, trigger: Trigger) -> Transition:
    """The row of the table for a command of the applicant. Refuses: WrongState."""
    table = slice_of(session, declaration).workflow
    return workflow.require_transition(table, state=declaration.state, trigger=trigger)


def move(session: Session, declaration: Declaration, row: Transition) -> StateKind:
    """Carry out a row on a locked declaration; what the new state means is returned."""
    table = slice_of(session, declaration).workflow
    before = declaration.state
    after = workflow.next_state(row, state=before, previous=declaration.previous_state)
    kind = workflow.kind_of(table, after)
    if after != before:
        declaration.state, declaration.previous_state = after, before
    declaration.is_open = workflow.is_editable(table, after)
    declaration.is_discarded = kind is StateKind.DISCARDED
    touch(declaration)
    show(session, declaration)
    audit.record(
        session,
        f"declaration_{row.trigger.value}",
        "declaration",
        declaration.id,
        profile=declaration.profile,
        state_before=before,
        state_after=after,
        step=row.step,
        version=declaration.version,
        submission_id=declaration.submission_id,
    )
    return kind


def tell(session: Session, declaration: Declaration, event: Event) -> None:
    """Publish a fact about a locked declaration."""
    declaration.event_number += 1
    show(session, declaration)
    outbox.publish(
        session, event, aggregate_id=declaration.id, number=declaration.event_number, profile=declaration.profile
    )


def show(session: Session, declaration: Declaration) -> None:
    """Let the applicant look at it again."""
    live.announce(session, Topic.DECLARATIONS, declaration.account_id, profile=declaration.profile)


def touch(declaration: Declaration) -> None:
    """Count a change."""
    declaration.version += 1
    declaration.changed_at = clock.now()
