"""What travels with a call besides its arguments: who, for which profile, until when, and under which trace."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contracts.base import Actor
from contracts.errors import DeadlinePassed, SessionRequired


@dataclass(frozen=True)
class CallContext:
    """The circumstances of one call, event or job.

    profile: province whose data may be touched; "*" only for the platform's own loops.
    actor_token: as received, to be passed on; never stored.
    caller: broker user of the caller, vouched for by the broker.
    arrived_at: when the gateway had the whole request; windows are judged by it.
    deadline: after which nobody waits for the answer any more; None for events and jobs.
    """

    profile: str | None = None
    actor: Actor | None = None
    actor_token: str | None = None
    caller: str | None = None
    arrived_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    deadline: datetime | None = None
    trace_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    locale: str = "zh-CN"


_current: ContextVar[CallContext | None] = ContextVar("call_context", default=None)


def current() -> CallContext:
    """The context of the running call; an empty one outside any."""
    return _current.get() or CallContext()


def actor() -> Actor:
    """The person on whose behalf the running call is made. Refuses: SessionRequired."""
    found = current().actor
    if found is None:
        raise SessionRequired()
    return found


def seconds_left(default: float) -> float:
    """Time until the deadline in seconds, `default` without one. Raises DeadlinePassed when it is over."""
    deadline = current().deadline
    if deadline is None:
        return default
    left = (deadline - datetime.now(UTC)).total_seconds()
    if left <= 0:
        raise DeadlinePassed()
    return left


@contextmanager
def use(context: CallContext) -> Iterator[CallContext]:
    """Make `context` the current one inside the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


@contextmanager
def changed(**values: Any) -> Iterator[CallContext]:
    """The current context with some values changed, inside the block."""
    with use(replace(current(), **values)) as context:
        yield context


def adopt(**values: Any) -> None:
    """Change some values of the current context for the rest of the running call, once more is known of it."""
    _current.set(replace(current(), **values))
