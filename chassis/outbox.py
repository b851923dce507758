"""Publishing an event is writing a row in the transaction of its cause; the relay sends committed rows in order."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from chassis import clock, context
from chassis.tables import OutboxRow
from contracts.base import Event

WAITING = "outbox_waiting"


def publish(
    session: Session, event: Event, *, aggregate_id: uuid.UUID, number: int, profile: str | None = None
) -> None:
    """Tell the event's listeners, once this transaction commits.

    aggregate_id, number: the thing that the fact is about and its version after the fact; an ordered handler applies
    only what is newer than what it has seen.
    profile: needed only by loops that work for all profiles.
    """
    running = context.current()
    owner = profile or running.profile
    if owner is None:
        raise RuntimeError("an event needs a profile")
    session.add(
        OutboxRow(
            event_id=uuid.uuid4(),
            topic=event.topic(),
            profile=owner,
            aggregate_id=aggregate_id,
            number=number,
            occurred_at=clock.now(),
            account_id=running.actor.account_id if running.actor else None,
            trace_id=running.trace_id,
            payload=event.model_dump(mode="json"),
        )
    )
    session.info[WAITING] = True
