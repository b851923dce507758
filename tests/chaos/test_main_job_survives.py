"""The main job goes on while processes and the broker are killed; afterwards everything is counted."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from tests.main_job import MainJob, audit_faults, dead, rows, under_way, unpublished
from tests.stack import Stack

PEOPLE = 6
VICTIMS = (
    "declaration",
    "rabbitmq",
    "documents-worker",
    "review",
    "gateway",
    "notify",
    "documents",
    "identity",
    "committee",
    "notify-worker",
    "review",
    "declaration",
)
PAUSE = 0.5


class Killer:
    """Kills one process after the other, from the first declaration on, each when the one before is back."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ended = threading.Event()
        self.killed: list[str] = []

    def on_line(self, line: dict[str, Any]) -> None:
        """Begin when people declare; end when the certificates are wanted."""
        if line.get("step") == "个人申报设置" and not self._thread.is_alive() and not self._ended.is_set():
            self._thread.start()
        if line.get("step") == "经办人审核评审结果":
            self._ended.set()

    def _run(self) -> None:
        for name in VICTIMS:
            if self._ended.wait(PAUSE):
                return
            pid = self._stack.kill(name)
            self.killed.append(name)
            self._stack.wait_ready(name, other_than=pid, seconds=120)


@pytest.mark.req("PL-31")
@pytest.mark.timeout(900)
def test_nothing_is_lost_and_nothing_done_twice(stack: Stack) -> None:
    """Under kill -9 every declaration comes to its one result; every event is handled, every notice told once."""
    killer = Killer(stack)
    job = MainJob(PEOPLE, on_line=killer.on_line)
    summary = job.finish()
    assert {"declaration", "rabbitmq"} <= set(killer.killed)
    assert summary["passed"] + summary["failed"] == PEOPLE
    declarations = [line["declaration_id"] for line in job.steps("个人申报设置")]
    assert len(set(declarations)) == PEOPLE
    admitted = rows(
        stack.settings,
        "review",
        "SELECT declaration_id, count(*) AS n FROM case_card WHERE declaration_id = ANY(CAST(:wanted AS uuid[]))"
        " AND state = 'admitted' GROUP BY declaration_id",
        wanted=declarations,
    )
    assert sorted((str(row.declaration_id), row.n) for row in admitted) == sorted((each, 1) for each in declarations)
    _wait_until_quiet(stack)
    assert dead(stack.settings) == []
    assert audit_faults(stack.settings) == ""
    told = rows(
        stack.settings,
        "notify",
        "SELECT subject_id, count(*) AS n FROM notice WHERE occasion = 'declaration_passed'"
        " AND subject_id = ANY(CAST(:wanted AS uuid[])) GROUP BY subject_id",
        wanted=declarations,
    )
    assert sorted((str(row.subject_id), row.n) for row in told) == sorted((each, 1) for each in declarations)


def _wait_until_quiet(stack: Stack) -> None:
    """Until nothing waits anywhere: what was put off while something was away comes again after a minute at most."""
    limit = time.monotonic() + 180
    quiet = 0
    while quiet < 3:
        assert time.monotonic() < limit, unpublished(stack.settings)
        waiting = rows(stack.settings, "notify", "SELECT count(*) FROM message WHERE state = 'waiting'")[0][0]
        left = waiting + under_way(stack.settings) + sum(unpublished(stack.settings).values())
        quiet = quiet + 1 if not left else 0
        time.sleep(1)
