"""Talks to the supervisor of an installation: is it running, ask it, start it, end it and whatever it left behind."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, Instance
from deploy.local.supervisor import MARK

SOCKET, LOCK = "control.sock", "supervisor.lock"
ANSWER_SECONDS = 60.0
STOP_SECONDS = 60.0
ORPHAN_SECONDS = 10.0


def ask(instance: Instance, **request: Any) -> dict[str, Any] | None:
    """The supervisor's answer; None when there is no supervisor."""
    with closing(socket.socket(socket.AF_UNIX)) as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            with short_path(instance.folder) as folder:
                connection.connect(f"{folder}/{SOCKET}")
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile() as lines:
                line = lines.readline()
        except (FileNotFoundError, ConnectionError):
            return None
        except TimeoutError as error:
            raise Refused("The supervisor does not answer: `./zhiping down` ends it.") from error
    answer: dict[str, Any] | None = json.loads(line) if line else None
    return answer


def is_running(instance: Instance) -> bool:
    """Whether a supervisor holds the installation; the lock falls with the process, however it ends."""
    with instance.path(LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def start(instance: Instance, mode: str) -> None:
    """Start the supervisor in the background, away from this terminal."""
    log = instance.directory("log") / "supervisor.log"
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "supervise", mode],
            cwd=REPOSITORY,
            env={**os.environ, MARK: instance.id, "ZHIPING_RUN": str(instance.folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while ask(instance, do="status") is None:
        if child.poll() is not None:
            raise Refused(f"The supervisor did not start:\n{tail(log)}")
        time.sleep(0.05)


def stop(instance: Instance) -> bool:
    """End everything of this installation; answers whether anything was running."""
    was_running = is_running(instance)
    if was_running:
        try:
            ask(instance, do="stop")
        except Refused as refused:
            print(refused, file=sys.stderr)
        deadline = time.monotonic() + STOP_SECONDS
        while is_running(instance) and time.monotonic() < deadline:
            time.sleep(0.05)
    return end_orphans(instance) or was_running


def end_orphans(instance: Instance) -> bool:
    """End processes that a killed supervisor left behind; answers whether there were any."""
    found = orphans(instance)
    for pid in found:
        _signal(pid, signal.SIGINT if _is_postgres(pid) else signal.SIGTERM)
    deadline = time.monotonic() + ORPHAN_SECONDS
    while orphans(instance) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in orphans(instance):
        _signal(pid, signal.SIGKILL)
    return bool(found)


def orphans(instance: Instance) -> list[int]:
    """Processes that carry this installation's mark, or are its database (which overwrites its environment)."""
    mark = f"{MARK}={instance.id}".encode()
    data = instance.path("postgres").resolve() / "data"
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            marked = mark in (entry / "environ").read_bytes().split(b"\0")
            if marked or (_is_postgres(int(entry.name)) and (entry / "cwd").resolve() == data):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def short_path(folder: Path) -> Iterator[str]:
    """A short name of the folder: the path of a unix socket holds a hundred characters only."""
    descriptor = os.open(folder, os.O_PATH)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    if not path.exists():
        return "(nothing)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
