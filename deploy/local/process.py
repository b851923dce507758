"""One line of the process table, and how its health is asked."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Http:
    """Healthy when a GET of this path on loopback answers 200."""

    port: int
    path: str = "/readyz"

    async def __call__(self) -> bool:
        """Ask once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET {self.path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readline()
            return head.split()[1:2] == [b"200"]
        finally:
            writer.close()


@dataclass(frozen=True)
class Tcp:
    """Healthy when loopback accepts a connection on this port and, if given, greets with these bytes."""

    port: int
    send: bytes = b""
    greeting: bytes = b""

    async def __call__(self) -> bool:
        """Ask once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self.send)
            return not self.greeting or await reader.readexactly(len(self.greeting)) == self.greeting
        finally:
            writer.close()


Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Process:
    """One line of the process table.

    after: processes that must have been ready (tasks: done) before this one starts for the first time.
    ready: without it a process is ready as soon as it runs.
    task: runs once to its end instead of being kept running.
    as_user: command prefix that changes the user; the signal that ends the process with its parent comes after it.
    orphan_signal: what the kernel sends when the supervisor dies.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    after: Sequence[str] = ()
    ready: Probe | None = None
    task: bool = False
    folder: Path = Path("/")
    as_user: Sequence[str] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 15.0
    port: int | None = None
    note: str = ""

    def arguments(self) -> list[str]:
        """The command as it is executed: every step replaces itself by the next, so the pid stays."""
        orphan = self.orphan_signal.name.removeprefix("SIG")
        return [*self.as_user, "setpriv", "--pdeathsig", orphan, "--", *self.command]
