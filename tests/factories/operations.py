"""Trouble for operators: events that were given up, and jobs that are late."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from amqp import Connection
from amqp import Message as AmqpMessage

from chassis import clock, wire
from chassis.database import ALL_PROFILES, Database
from chassis.deadletters import ATTEMPTS_USED, dead_letters
from chassis.tables import JobRow, OutboxRow
from chassis.topology import DEAD_EXCHANGE, VHOST
from contracts.base import Envelope
from contracts.errors import DomainError
from tests.main_job import rows
from tests.stack import Stack

PROFILE = "hebei"
KIND = "test_never_done"


def bury(stack: Stack, service: str, envelope: Envelope) -> None:
    """Give an event up in the place of a service that failed at it."""
    url = stack.settings[f"{service.upper()}_AMQP_URL"]
    place, _, _ = url.removeprefix("amqp://").partition("/")
    (user, _, password), (host, _, port) = (part.partition(":") for part in place.split("@"))
    with Connection(f"{host}:{port}", userid=user, password=password, virtual_host=VHOST, connect_timeout=5) as link:
        link.channel().basic_publish_confirm(
            AmqpMessage(
                envelope.model_dump_json(),
                content_type=wire.JSON,
                delivery_mode=2,
                user_id=service,
                application_headers={
                    wire.ATTEMPTS: 4,
                    wire.DEAD_REASON: ATTEMPTS_USED,
                    wire.DEAD_ERROR: DomainError.code,
                    wire.DEAD_KEY: envelope.topic,
                    wire.DEAD_AT: wire.now_ms() - 7_500_000,
                },
            ),
            exchange=DEAD_EXCHANGE,
            routing_key=service,
            mandatory=True,
        )


def told_before(stack: Stack, service: str, topic: str) -> Envelope:
    """An event that a listener has handled long ago, so that it changes nothing when it comes once more."""
    columns = ", ".join(column.name for column in OutboxRow.__table__.columns)
    found = rows(stack.settings, service, f"SELECT {columns} FROM outbox WHERE topic = :topic LIMIT 1", topic=topic)
    values = {name: value for name, value in found[0]._mapping.items() if name in Envelope.model_fields}
    return Envelope.model_validate(values)


def drop(stack: Stack, service: str, event_ids: set[uuid.UUID]) -> None:
    """Throw dead letters away."""
    with dead_letters(stack.settings[f"{service.upper()}_AMQP_URL"]) as letters:
        for letter in letters.all():
            if letter.envelope and letter.envelope.event_id in event_ids:
                letters.drop(letter)


@contextmanager
def late_jobs(stack: Stack, service: str, *, note: str = "") -> Iterator[dict[str, uuid.UUID]]:
    """A job of each kind of lateness and one that was refused, of a kind that no worker does; gone afterwards."""
    database = Database(stack.settings[f"{service.upper()}_DATABASE_URL"], pool_size=1)
    long_ago = clock.now() - timedelta(hours=3, minutes=5)
    states: dict[str, dict[str, Any]] = {
        "untaken": {"state": "waiting"},
        "silent": {"state": "running", "lease_until": long_ago, "attempts": 1},
        "failed": {"state": "failed", "finished_at": long_ago, "attempts": 5, "error_code": "common.job_failed"},
        "refused": {"state": "failed", "finished_at": long_ago, "error_code": "common.not_found"},
    }
    made = {name: uuid.uuid4() for name in states}
    with database.begin(PROFILE) as session:
        for name, values in states.items():
            session.add(
                JobRow(
                    id=made[name],
                    profile=PROFILE,
                    kind=KIND,
                    payload={"note": note},
                    due_at=long_ago,
                    created_at=long_ago,
                    trace_id="t",
                    **values,
                )
            )
    try:
        yield made
    finally:
        with database.begin(ALL_PROFILES) as session:
            for job_id in made.values():
                session.delete(session.get_one(JobRow, job_id))
        database.dispose()
