"""Keeps the processes of one installation running: started in order of health, restarted with back-off, logged.

For this one machine. In production the same work is done by compose, systemd or Kubernetes.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.local.process import Process

# Marks every process started here, so that a later supervisor finds what a killed one left behind.
MARK = "ZHIPING_SUPERVISED"

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A process that ran this long has recovered: its next fault starts again with the first pause.
RECOVERED_AFTER = 10.0
PROBE_WHILE_STARTING, PROBE_WHILE_READY = 0.2, 5.0
PROBE_SECONDS = 3.0
TASK_ATTEMPTS = 3
LOG_BYTES, LOG_FILES = 10_000_000, 3


class State(enum.StrEnum):
    """What a process is doing, as `status` shows it."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    UNWELL = "unwell"
    PAUSING = "pausing"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


class RotatingLog:
    """Appends bytes to a file; keeps the last few files of a bounded size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab")

    def write(self, data: bytes) -> None:
        """Append, and begin a new file when this one is full."""
        self._file.write(data)
        self._file.flush()
        if self._file.tell() < LOG_BYTES:
            return
        self._file.close()
        for number in range(LOG_FILES - 1, 0, -1):
            older = self._path.with_suffix(f".log.{number}")
            newer = self._path.with_suffix(f".log.{number - 1}") if number > 1 else self._path
            if newer.exists():
                newer.replace(older)
        self._file = self._path.open("ab")

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def note(self, text: str) -> None:
        """Write a line of the supervisor's own."""
        self.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} supervisor: {text}\n".encode())


class Unit:
    """One process of the table over its starts and ends."""

    def __init__(self, process: Process, *, environment: Mapping[str, str], log: RotatingLog) -> None:
        self.process = process
        self.state = State.WAITING
        self.restarts = 0
        self.pid: int | None = None
        self.since = time.monotonic()
        self.has_been_ready = asyncio.Event()
        self._environment = {**environment, **process.environment}
        self._log = log
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._child: asyncio.subprocess.Process | None = None
        self._stop_asked = asyncio.Event()

    async def keep(self, after: Sequence[Unit]) -> None:
        """Run the process, again and again unless it is a task, until cancelled."""
        for earlier in after:
            await earlier.has_been_ready.wait()
        pause, attempts = FIRST_PAUSE, 0
        while True:
            await self._wanted.wait()
            self._stop_asked.clear()
            began = time.monotonic()
            code = await self._run()
            attempts += 1
            if self.process.task:
                if code == 0:
                    self._become(State.DONE)
                    self.has_been_ready.set()
                    return
                if attempts == TASK_ATTEMPTS:
                    self._become(State.FAILED)
                    return
            if not self._wanted.is_set():
                self._become(State.STOPPED)
                pause = FIRST_PAUSE
                continue
            self.restarts += 1
            if self._stop_asked.is_set():
                continue
            if time.monotonic() - began > RECOVERED_AFTER:
                pause = FIRST_PAUSE
            self._log.note(f"{self.process.name} ended with {_exit_text(code)}, starts again in {pause:g} s")
            self._become(State.PAUSING)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop_asked.wait()
            pause = min(pause * 2, LONGEST_PAUSE)

    async def halt(self) -> None:
        """End the process and leave it ended until `resume`."""
        self._wanted.clear()
        await self._end()
        if self.state not in (State.DONE, State.FAILED):
            self._become(State.STOPPED)

    def resume(self) -> None:
        """Let a halted process run again."""
        self._wanted.set()

    def close(self) -> None:
        """Give the log back."""
        self._log.close()

    async def restart(self) -> None:
        """End the process; it starts again at once."""
        self._wanted.set()
        await self._end()

    def describe(self) -> dict[str, Any]:
        """The line of `status` for this process."""
        return {
            "name": self.process.name,
            "state": self.state.value,
            "pid": self.pid,
            "port": self.process.port,
            "restarts": self.restarts,
            "seconds": round(time.monotonic() - self.since),
            "note": self.process.note,
        }

    async def _run(self) -> int:
        self._become(State.STARTING)
        # An own pipe: asyncio's would keep `wait` waiting as long as any grandchild holds the other end.
        reading, writing = os.pipe()
        try:
            child = await asyncio.create_subprocess_exec(
                *self.process.arguments(),
                env=self._environment,
                cwd=self.process.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            os.close(reading)
            self._log.note(f"{self.process.name} cannot be started: {error}")
            return 127
        finally:
            os.close(writing)
        self._child, self.pid = child, child.pid
        watch = asyncio.create_task(self._watch())
        copy = asyncio.create_task(self._copy(reading))
        try:
            return await child.wait()
        finally:
            watch.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await copy
            self._child = self.pid = None

    async def _watch(self) -> None:
        if self.process.task:
            return
        while True:
            healthy = await self._is_healthy()
            if healthy:
                self._become(State.READY)
                self.has_been_ready.set()
            elif self.state is State.READY:
                self._become(State.UNWELL)
            await asyncio.sleep(PROBE_WHILE_READY if self.state is State.READY else PROBE_WHILE_STARTING)

    async def _is_healthy(self) -> bool:
        if self.process.ready is None:
            return True
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await self.process.ready()
        except (OSError, EOFError, TimeoutError):
            return False

    async def _copy(self, pipe: int) -> None:
        output = asyncio.StreamReader()
        with os.fdopen(pipe, "rb") as file:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(output), file
            )
            try:
                while data := await output.read(65536):
                    self._log.write(data)
            finally:
                transport.close()

    async def _end(self) -> None:
        self._stop_asked.set()
        child = self._child
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(self.process.stop_signal)
        try:
            async with asyncio.timeout(self.process.stop_seconds):
                await child.wait()
        except TimeoutError:
            self._log.note(f"{self.process.name} did not end within {self.process.stop_seconds:g} s and is killed")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()

    def _become(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.since = time.monotonic()


class Supervisor:
    """Runs a process table and answers questions about it on a unix socket.

    One JSON object a line: {"do": "status"}, {"do": "stop"}, {"do": "restart" | "halt" | "resume", "name": …}.
    """

    def __init__(self, table: Sequence[Process], *, environment: Mapping[str, str], logs: Path, mode: str) -> None:
        self._mode = mode
        self._units = {
            process.name: Unit(process, environment=environment, log=RotatingLog(logs / f"{process.name}.log"))
            for process in table
        }
        self._stopping = asyncio.Event()

    async def run(self, control: str) -> None:
        """Keep everything running until told to stop or SIGTERM; then end all, the last started first."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        Path(control).unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._answer, path=control)
        keepers = [
            asyncio.create_task(unit.keep([self._units[name] for name in unit.process.after]))
            for unit in self._units.values()
        ]
        for keeper in keepers:
            keeper.add_done_callback(self._look_at_end)
        await self._stopping.wait()
        await self._end_all()
        for keeper in keepers:
            keeper.cancel()
        ends = await asyncio.gather(*keepers, return_exceptions=True)
        for unit in self._units.values():
            unit.close()
        server.close()
        Path(control).unlink(missing_ok=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def _look_at_end(self, keeper: asyncio.Task[None]) -> None:
        """A keeper that raises is a fault of this program: end all rather than run half-watched."""
        if not keeper.cancelled() and keeper.exception() is not None:
            self._stopping.set()

    async def _end_all(self) -> None:
        dependents: dict[str, set[str]] = {name: set() for name in self._units}
        for unit in self._units.values():
            for name in unit.process.after:
                dependents[name].add(unit.process.name)
        ended: dict[str, asyncio.Event] = {name: asyncio.Event() for name in self._units}

        async def end(name: str) -> None:
            for dependent in dependents[name]:
                await ended[dependent].wait()
            await self._units[name].halt()
            ended[name].set()

        await asyncio.gather(*(end(name) for name in self._units))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            line = await reader.readline()
            try:
                answer = await self._do(json.loads(line))
            except (ValueError, KeyError, TypeError):
                answer = {"error": "not understood"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    async def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "status":
                return {
                    "mode": self._mode,
                    "stopping": self._stopping.is_set(),
                    "processes": [unit.describe() for unit in self._units.values()],
                }
            case "stop":
                self._stopping.set()
                return {}
        unit = self._units.get(request["name"])
        if unit is None:
            return {"error": f"there is no process {request['name']}; known: {', '.join(self._units)}"}
        match request["do"]:
            case "restart":
                await unit.restart()
            case "halt":
                await unit.halt()
            case "resume":
                unit.resume()
            case _:
                return {"error": "not understood"}
        return unit.describe()


def _exit_text(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name
