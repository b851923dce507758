"""The running installation as tests see it, and the order of the suites.

Plain `pytest tests/unit` needs nothing. The suites below need the stack that ZHIPING_RUN names (`.run` without it):
`./zhiping test` starts one of its own, `./zhiping parts` or `up` one to develop with.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local import control
from deploy.local.instance import Instance
from tests.main_job import PEOPLE, MainJob

SUITES = ("unit", "contract", "architecture", "integration", "e2e", "chaos")
TESTS = Path(__file__).parent


class Stack:
    """A running installation: its settings, its processes, and what its mail and SMS peers received."""

    def __init__(self, instance: Instance, settings: Mapping[str, str]) -> None:
        self.instance = instance
        self.settings = settings
        self.url = settings["ZHIPING_PUBLIC_URL"]

    def processes(self) -> dict[str, dict[str, Any]]:
        """The supervisor's lines by process name: state, pid, port, restarts."""
        answer = control.ask(self.instance, do="status")
        assert answer is not None, "the supervisor has ended"
        return {line["name"]: line for line in answer["processes"]}

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a process; answers its pid. The supervisor starts it again."""
        pid = self.processes()[name]["pid"]
        assert isinstance(pid, int), f"{name} is not running"
        os.kill(pid, number)
        return pid

    def halt(self, name: str) -> None:
        """End a process in order and keep it ended."""
        self._steer("halt", name)

    def resume(self, name: str) -> None:
        """Start a halted process."""
        self._steer("resume", name)

    def restart(self, name: str) -> None:
        """End a process in order; it starts again at once."""
        self._steer("restart", name)

    def wait_ready(self, name: str, *, other_than: int | None = None, seconds: float = 60) -> int:
        """Wait until a process is ready, as another one than `other_than`; answers its pid."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            line = self.processes()[name]
            pid = line["pid"]
            if line["state"] == "ready" and isinstance(pid, int) and pid != other_than:
                return pid
            time.sleep(0.1)
        raise AssertionError(f"{name} was not ready within {seconds} s: {line}")

    def messages(self, *, to: str | None = None, kind: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """What the peers received (kind: sms, mail, captcha), the newest first."""
        query = {"to": to, "kind": kind, "after": after}
        wanted = {name: value for name, value in query.items() if value is not None}
        answer = httpx.get(self.settings["ZHIPING_PEERS_URL"] + "/messages.json", params=wanted)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def _steer(self, act: str, name: str) -> None:
        answer = control.ask(self.instance, do=act, name=name)
        assert answer is not None, "the supervisor has ended"
        assert "error" not in answer, answer["error"]


@pytest.fixture(scope="session")
def stack(environment: dict[str, str]) -> Stack:
    """The running installation; its settings are in the environment of the tests."""
    instance = Instance.open(Path(environment["ZHIPING_RUN"]))
    if control.ask(instance, do="status") is None:
        pytest.fail(f"nothing runs in {instance.folder}: start it with ./zhiping parts or ./zhiping up", pytrace=False)
    return Stack(instance, environment)


@pytest.fixture(scope="session")
def job(stack: Stack) -> MainJob:
    """The main job for a few people, which ended well."""
    run = MainJob(PEOPLE)
    run.finish()
    return run


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast suites first, the killing ones last; inside a suite the random order stays."""
    items.sort(key=lambda item: SUITES.index(_suite(item)) if _suite(item) in SUITES else 0)


def _suite(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]
