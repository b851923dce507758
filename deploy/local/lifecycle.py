"""Brings an installation up: install, configure, start, wait; a failure leaves nothing half-started."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deploy.local import control, install, postgres, processes
from deploy.local.errors import Refused
from deploy.local.instance import Instance, write
from deploy.local.supervisor import State

# How long nothing may become ready before a start is given up.
PATIENCE = 150.0
# A process that ended this often without ever having been ready will not be.
GIVE_UP_AFTER = 6


def bring_up(instance: Instance, mode: str) -> None:
    """Make everything of this mode run and be ready. Refuses with what failed and the end of its log."""
    with _alone(instance):
        if _resume(instance, mode):
            _wait(instance)
            return
        try:
            _start(instance, mode)
            _wait(instance)
        except BaseException:
            if control.is_running(instance):
                install.progress("stopping what was started")
            control.stop(instance)
            raise


def remove(instance: Instance) -> None:
    """End everything of this installation and remove its data."""
    control.stop(instance)
    postgres.remove(instance)
    shutil.rmtree(instance.folder)


def is_well(line: dict[str, Any]) -> bool:
    """Whether a line of the supervisor's answer is as it should be."""
    return line["state"] in (State.READY, State.DONE)


def _resume(instance: Instance, mode: str) -> bool:
    """Whether this mode is running already; what was halted by hand goes on."""
    answer = control.ask(instance, do="status")
    if answer is None or answer["mode"] != mode or answer["stopping"]:
        return False
    for line in answer["processes"]:
        if line["state"] == State.STOPPED:
            control.ask(instance, do="resume", name=line["name"])
    return True


def _start(instance: Instance, mode: str) -> None:
    control.stop(instance)
    for name in instance.move_taken_ports():
        install.progress(f"another program took the port of {name}; it gets a new one")
    processes.prepare(instance, mode)
    write(instance.path("environment.json"), json.dumps(processes.environment(instance), indent=1))
    control.start(instance, mode)


def _wait(instance: Instance) -> None:
    """Wait until every process is ready, telling which became so."""
    last_progress = time.monotonic()
    shown: set[str] = set()
    while True:
        answer = control.ask(instance, do="status")
        if answer is None:
            raise Refused(f"The supervisor ended:\n{control.tail(instance.path('log', 'supervisor.log'))}")
        for line in answer["processes"]:
            if is_well(line) and line["name"] not in shown:
                shown.add(line["name"])
                last_progress = time.monotonic()
                install.progress(f"{line['name']} {line['state']}")
            if line["state"] == State.FAILED or (line["restarts"] >= GIVE_UP_AFTER and line["name"] not in shown):
                raise _failure(instance, line["name"], "does not start")
        waiting = [line["name"] for line in answer["processes"] if not is_well(line)]
        if not waiting:
            return
        if time.monotonic() - last_progress > PATIENCE:
            raise _failure(instance, waiting[0], f"has not become ready for {PATIENCE:g} s")
        time.sleep(0.2)


def _failure(instance: Instance, name: str, text: str) -> Refused:
    log = instance.path("log", f"{name}.log")
    return Refused(f"{name} {text}. The end of its log ({log}):\n{control.tail(log)}")


@contextmanager
def _alone(instance: Instance) -> Iterator[None]:
    """One starter at a time."""
    with instance.path("launcher.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            install.progress("waiting for another ./zhiping that is starting this installation")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
