"""The demonstration as tests run it, and what must hold in all rooms when it has ended."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kombu import Connection
from sqlalchemy import create_engine, text

from chassis.deadletters import dead_letters
from chassis.topology import DELAYS, events_queue, wait_exchange
from contracts.base import SERVICES

REPOSITORY = Path(__file__).parent.parent
SECONDS = 900
PEOPLE = 3


class MainJob:
    """One run of `python -m deploy.demo --json`: its lines as they come, its end."""

    def __init__(self, people: int, *, on_line: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.lines: list[dict[str, Any]] = []
        self._on_line = on_line
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "deploy.demo", "--json", "--people", str(people)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._errors: list[str] = []
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()

    def finish(self) -> dict[str, Any]:
        """Wait for the end; answers the summary. Fails with the step at which it broke."""
        assert self._process.stdout is not None
        timer = threading.Timer(SECONDS, self._process.kill)
        timer.start()
        try:
            for raw in self._process.stdout:
                line = json.loads(raw)
                self.lines.append(line)
                if self._on_line is not None:
                    self._on_line(line)
            code = self._process.wait()
        finally:
            timer.cancel()
            self._process.stdout.close()
        self._reader.join(5)
        assert code == 0, f"{self.lines[-1:]} {self._errors[-3:]}"
        summary: dict[str, Any] = self.lines[-1]["summary"]
        return summary

    def steps(self, name: str) -> list[dict[str, Any]]:
        """The lines of the steps with this name."""
        return [line for line in self.lines if line.get("step") == name]

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            self._errors += [line.rstrip() for line in stream]


def rows(settings: Mapping[str, str], service: str, query: str, **values: Any) -> list[Any]:
    """What a query finds in the database of a service, over all profiles."""
    engine = create_engine(settings[f"{service.upper()}_DATABASE_URL"])
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT set_config('app.profile', '*', true)"))
            return list(connection.execute(text(query), values))
    finally:
        engine.dispose()


def unpublished(settings: dict[str, str]) -> dict[str, int]:
    """How many events of each service wait to be published."""
    query = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    return {service: rows(settings, service, query)[0][0] for service in SERVICES}


def under_way(settings: Mapping[str, str]) -> int:
    """How many events lie at the broker, before their services or put off."""
    queues = [*map(events_queue, SERVICES), *map(wait_exchange, range(len(DELAYS)))]
    with Connection(settings["NOTIFY_AMQP_URL"]) as connection, connection.channel() as channel:
        return sum(channel.queue_declare(queue, passive=True).message_count for queue in queues)


def dead(settings: dict[str, str]) -> list[str]:
    """What the services gave up, a line each."""
    found: list[str] = []
    for service in SERVICES:
        with dead_letters(settings[f"{service.upper()}_AMQP_URL"]) as letters:
            found += [f"{service} {letter}" for letter in letters.all()]
    return found


def audit_faults(settings: dict[str, str]) -> str:
    """What `verify` says of the audit chains; empty where all are whole."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "chassis.audit", "verify", *SERVICES],
        cwd=REPOSITORY,
        env=settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return "" if found.returncode == 0 else found.stdout
