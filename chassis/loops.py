"""Work that is done again and again: a service's, in one of its processes at a time, or a step of an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import ALL_PROFILES, Database
from contracts.errors import WorldFault

log = structlog.get_logger(__name__)

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Loop:
    """A method of a service that runs every `seconds`, each time in one transaction over all profiles."""

    name: str
    seconds: float
    run: Callable[[Session], Any]


def every(seconds: float) -> Callable[[Method], Method]:
    """Run this method (self, session) of a service again and again, elected among the service's processes."""

    def mark(method: Method) -> Method:
        method.loop_seconds = seconds  # type: ignore[attr-defined]
        return method

    return mark


def loops_of(service: object) -> tuple[Loop, ...]:
    """The loops that a service declares."""
    return tuple(
        Loop(name, seconds, getattr(service, name))
        for name in dir(type(service))
        if (seconds := getattr(getattr(type(service), name), "loop_seconds", None)) is not None
    )


def turn(database: Database, loop: Loop) -> bool:
    """Run the loop once unless another process is at it; returns whether it ran."""
    with database.begin(ALL_PROFILES) as session:
        if not session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtext(:name))"), {"name": f"loop.{loop.name}"}):
            return False
        loop.run(session)
        return True


async def repeat(step: Callable[[], Awaitable[None]], seconds: float, *, sooner: asyncio.Event | None = None) -> None:
    """Do a step every `seconds` on an event loop, at once where `sooner` is set; one that fails is done again."""
    waked = sooner or asyncio.Event()
    while True:
        try:
            await asyncio.wait_for(waked.wait(), seconds)
            waked.clear()
        except TimeoutError:
            pass
        try:
            await step()
        except WorldFault as error:
            log.info("step_put_off", step=step.__qualname__, error=type(error).__name__)
            await asyncio.sleep(seconds)
        except Exception as error:  # the next turn tries again
            log.error("step_failed", step=step.__qualname__, exc_info=error)
            await asyncio.sleep(seconds)
