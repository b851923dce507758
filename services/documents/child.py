"""A child process that answers each JSON line with a JSON line: for work that may hang, crash or eat memory."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ANSWER_LIMIT = 1_000_000  # bytes; an answer is a verdict or a file name, never content


class ChildFailed(Exception):
    """The child died, answered nonsense or did not answer in time; it was ended, the next request starts another."""


class ChildProcess:
    """Runs `command` when first asked, in a process group of its own, and starts it anew after `recycle_after` answers.

    One request at a time: threads wait for each other. The child gets `environment` and nothing else, so no secret of
    the service reaches code that reads hostile files. It must end when its standard input does.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        recycle_after: int,
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._folder = folder
        self._recycle_after = recycle_after
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = 0
        self._lock = threading.Lock()

    def ask(self, request: Mapping[str, Any], *, timeout: float) -> dict[str, Any]:
        """Send a request and wait at most `timeout` seconds for the answer. Raises ChildFailed."""
        with self._lock:
            if self._process is not None and (self._process.poll() is not None or self._is_worn()):
                self._end()
            process = self._process or self._start()
            try:
                answer = self._exchange(process, json.dumps(request).encode() + b"\n", timeout)
            except (OSError, ValueError, ChildFailed) as error:
                self._end()
                raise ChildFailed(str(error)) from error
            self._answered += 1
            return answer

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def _is_worn(self) -> bool:
        return self._answered >= self._recycle_after

    def _start(self) -> subprocess.Popen[bytes]:
        self._answered = 0
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
        )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes, timeout: float) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line)
        process.stdin.flush()
        deadline = time.monotonic() + timeout
        received = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                if len(received) > ANSWER_LIMIT:
                    raise ChildFailed("answer too long")
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise ChildFailed("no answer in time")
                part = os.read(process.stdout.fileno(), 65536)
                if not part:
                    raise ChildFailed("ended without an answer")
                received += part
        answer = json.loads(received)
        if not isinstance(answer, dict):
            raise ChildFailed("answer is not an object")
        return answer

    def _end(self) -> None:
        """End the child and everything it started."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # the child is gone; what was still buffered for it is of no use
                    stream.close()
        with suppress(ProcessLookupError):  # it ended by itself, and nothing of its group is left
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
