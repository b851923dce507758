"""Work that a service does by itself again and again, in one of its processes at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import ALL_PROFILES, Database

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
