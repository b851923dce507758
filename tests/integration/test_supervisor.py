"""The supervisor on small processes: order of health, restarts, orderly and disorderly ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.local import control
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, Instance
from deploy.local.process import Process, Tcp
from deploy.local.supervisor import LOG_BYTES, MARK, RotatingLog, Supervisor

LISTEN = """
import socket, sys, time
time.sleep(float(sys.argv[2]))
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True:
    server.accept()[0].close()
"""
SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def _python(name: str, code: str, *arguments: str, **values: Any) -> Process:
    return Process(name=name, command=(sys.executable, "-c", code, *arguments), **values)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    """A supervisor inside the test's own loop."""

    def __init__(self, folder: Path, table: Sequence[Process]) -> None:
        self.supervisor = Supervisor(table, environment={"PATH": os.environ["PATH"]}, logs=folder, mode="test")
        self._socket = str(folder / "control.sock")
        self._task = asyncio.create_task(self.supervisor.run(self._socket))

    async def ask(self, **request: str) -> Any:
        while not Path(self._socket).exists():
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_unix_connection(self._socket)
        writer.write(json.dumps(request).encode() + b"\n")
        answer = json.loads(await reader.readline())
        writer.close()
        return answer

    async def line(self, name: str) -> dict[str, Any]:
        lines = (await self.ask(do="status"))["processes"]
        return next(line for line in lines if line["name"] == name)

    async def until(
        self, name: str, condition: Callable[[dict[str, Any]], bool], seconds: float = 15
    ) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while not condition(line := await self.line(name)):
                await asyncio.sleep(0.02)
        return line

    async def end(self) -> None:
        await self.ask(do="stop")
        await asyncio.wait_for(self._task, 20)


async def test_starts_in_order_of_health(tmp_path):
    """A process starts only when what it comes after is ready, not merely running."""
    port = _port()
    slow = _python("slow", LISTEN, str(port), "1", ready=Tcp(port))
    task = _python(
        "task", f"import socket; socket.create_connection(('127.0.0.1', {port}))", after=("slow",), task=True
    )
    last = _python("last", SLEEP, after=("task",))
    running = Running(tmp_path, [last, task, slow])
    assert (await running.line("last"))["state"] == "waiting"
    await running.until("last", lambda line: line["state"] == "ready")
    assert (await running.line("task"))["state"] == "done"
    assert (await running.line("task"))["restarts"] == 0
    await running.end()


async def test_killed_process_comes_back_as_another(tmp_path):
    """A process that is killed starts again after a pause; the count says so."""
    running = Running(tmp_path, [_python("one", SLEEP)])
    first = (await running.until("one", lambda line: line["state"] == "ready"))["pid"]
    os.kill(first, signal.SIGKILL)
    again = await running.until("one", lambda line: line["state"] == "ready" and line["pid"] != first)
    assert again["restarts"] == 1
    assert "ended with SIGKILL" in (tmp_path / "one.log").read_text()
    await running.end()


async def test_pauses_grow_for_a_process_that_cannot_start(tmp_path):
    """A process that ends at once is started with growing pauses, not in a busy loop."""
    running = Running(tmp_path, [_python("broken", "raise SystemExit(3)")])
    await asyncio.sleep(3)
    assert 1 <= (await running.line("broken"))["restarts"] <= 4
    assert "exit code 3" in (tmp_path / "broken.log").read_text()
    await running.end()


async def test_failing_task_holds_back_what_comes_after(tmp_path):
    """A task that keeps failing is given up, and nothing that needs it starts."""
    table = [_python("task", "raise SystemExit(1)", task=True), _python("next", SLEEP, after=("task",))]
    running = Running(tmp_path, table)
    await running.until("task", lambda line: line["state"] == "failed")
    assert (await running.line("next"))["state"] == "waiting"
    await running.end()


async def test_halted_process_stays_away_until_resumed(tmp_path):
    """Halting ends a process in order and keeps it ended; resuming starts it."""
    running = Running(tmp_path, [_python("one", SLEEP)])
    await running.until("one", lambda line: line["state"] == "ready")
    await running.ask(do="halt", name="one")
    await asyncio.sleep(1)
    assert (await running.line("one"))["state"] == "stopped"
    await running.ask(do="resume", name="one")
    await running.until("one", lambda line: line["state"] == "ready")
    await running.end()


async def test_stop_ends_dependents_first_and_the_stubborn_by_force(tmp_path):
    """What depends ends before what it depends on; who ignores the signal is killed after its time."""
    code = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(time.time())))\n{}"
    base = _python("base", code.format(SLEEP))
    above = _python("above", code.format(SLEEP), after=("base",))
    stubborn = _python("stubborn", STUBBORN, stop_seconds=0.5)
    running = Running(tmp_path, [base, above, stubborn])
    for name in ("base", "above", "stubborn"):
        await running.until(name, lambda line: line["state"] == "ready")
    while not all("up" in (tmp_path / f"{name}.log").read_text() for name in ("base", "above", "stubborn")):
        await asyncio.sleep(0.02)
    await running.end()
    ended = {name: float((tmp_path / f"{name}.log").read_text().split()[-1]) for name in ("base", "above")}
    assert ended["above"] <= ended["base"]
    assert "is killed" in (tmp_path / "stubborn.log").read_text()


async def test_children_of_a_process_end_with_it(tmp_path):
    """What a process left behind in its group is swept away when it ends."""
    code = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}], stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)\n"
    )
    running = Running(tmp_path, [_python("parent", code + SLEEP)])
    await running.until("parent", lambda line: line["state"] == "ready")
    while not (tmp_path / "parent.log").read_text().split():
        await asyncio.sleep(0.02)
    child = int((tmp_path / "parent.log").read_text().split()[0])
    await running.end()
    _wait_for(lambda: not _lives(child))


async def test_unknown_requests_are_answered(tmp_path):
    """The control socket answers nonsense and unknown names instead of failing."""
    running = Running(tmp_path, [_python("one", SLEEP)])
    assert "there is no process" in (await running.ask(do="restart", name="absent"))["error"]
    assert await running.ask(do="explode", name="one") == {"error": "not understood"}
    assert await running.ask(what="ever") == {"error": "not understood"}
    await running.end()


def test_log_is_bounded(tmp_path):
    """A full log begins anew and only the last few are kept."""
    log = RotatingLog(tmp_path / "one.log")
    for number in range(5):
        log.write(bytes([65 + number]) * LOG_BYTES)
    log.close()
    files = {path.name: path.read_bytes()[:1] for path in tmp_path.iterdir()}
    assert files == {"one.log": b"", "one.log.1": b"E", "one.log.2": b"D"}


def test_orphans_of_a_killed_supervisor_are_found(tmp_path):
    """Processes that carry the mark of this installation are found and ended; those of another are left alone."""
    ours, other = Instance.open(tmp_path / "ours"), Instance.open(tmp_path / "other")
    left = _marked(ours)
    foreign = _marked(other)
    assert control.orphans(ours) == [left.pid]
    assert control.end_orphans(ours)
    assert left.wait(5) == -signal.SIGTERM
    assert foreign.poll() is None
    foreign.kill()
    foreign.wait()


def test_process_ends_with_a_killed_supervisor(tmp_path):
    """Kill -9 of the supervisor leaves no process of the table behind."""
    code = f"""
    import asyncio, sys
    from pathlib import Path
    from deploy.local.process import Process
    from deploy.local.supervisor import Supervisor
    table = [Process(name="one", command=(sys.executable, "-c", {SLEEP!r}))]
    folder = Path({str(tmp_path)!r})
    supervisor = Supervisor(table, environment={{"PATH": "/usr/bin:/bin"}}, logs=folder, mode="test")
    asyncio.run(supervisor.run(str(folder / "control.sock")))
    """
    supervisor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=REPOSITORY)
    pid = _wait_for(lambda: _child_of(supervisor.pid))
    _wait_for(lambda: "up" in (tmp_path / "one.log").read_text())
    supervisor.kill()
    supervisor.wait()
    _wait_for(lambda: not _lives(pid))


def test_ports_are_kept_until_somebody_takes_them(tmp_path):
    """A port stays the same over openings; one that another program took is given up."""
    port = Instance.open(tmp_path).port("peers")
    assert Instance.open(tmp_path).port("peers") == port
    with socket.create_server(("127.0.0.1", port)):
        again = Instance.open(tmp_path)
        assert again.move_taken_ports() == ["peers"]
        assert again.port("peers") != port


def test_damaged_secrets_are_not_made_anew(tmp_path):
    """Unreadable secrets are refused in words: new ones would lock the data away."""
    Instance.open(tmp_path).secret("postgres.admin")
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(Refused, match="damaged"):
        Instance.open(tmp_path)


def _marked(instance: Instance) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", SLEEP], env={MARK: instance.id}, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def _child_of(pid: int) -> int:
    return int((Path(f"/proc/{pid}/task/{pid}/children").read_text().split() or ["0"])[0])


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(condition: Callable[[], Any], seconds: float = 10) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.05)
    return found
