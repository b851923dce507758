"""A browser that listens to the event stream, on a thread of its own."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx


class Listener:
    """Listens until it is closed or the stream ends; `heard` are the hints in their order, each with its moment."""

    def __init__(
        self, address: str, profile: str, cookies: dict[str, str], *, last_event_id: str | None = None
    ) -> None:
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        # Streams last; only beginning one must not.
        timeout = httpx.Timeout(10, read=120)
        self._client = httpx.Client(cookies=cookies, headers=headers, timeout=timeout, trust_env=False)
        self._url = f"{address}/api/v1/{profile}/live"
        self.heard: list[tuple[float, dict[str, Any]]] = []
        self.headers: httpx.Headers | None = None
        self.fields: dict[str, str] = {}
        self.refusal: httpx.Response | None = None
        self.ended_at: float | None = None
        self._socket: socket.socket | None = None
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._began.wait(20), "the stream did not begin"

    def _run(self) -> None:
        try:
            with self._client.stream("GET", self._url) as answer:
                if not answer.is_success:
                    answer.read()
                    self.refusal = answer
                    self._began.set()
                    return
                self.headers = answer.headers
                self._socket = answer.extensions["network_stream"].get_extra_info("socket")
                for line in answer.iter_lines():
                    name, _, value = line.partition(": ")
                    if name == "data":
                        self.heard.append((time.monotonic(), json.loads(value)))
                    elif name:
                        self.fields[name] = value
                    if "retry" in self.fields:
                        self._began.set()
        except (httpx.HTTPError, httpx.StreamError):
            pass
        finally:
            self.ended_at = time.monotonic()
            self._began.set()

    def hints(self) -> list[dict[str, Any]]:
        """What was heard, without the moments."""
        return [hint for _, hint in self.heard]

    def wait_for(self, hint: dict[str, Any], *, seconds: float = 15, after: float = 0.0) -> float:
        """Wait until the hint is heard after a moment; the moment at which it came."""
        return wait_until(
            lambda: next((at for at, one in self.heard if one == hint and at > after), None),
            seconds,
            lambda: f"{hint} was not heard, but {self.hints()}",
        )

    def wait_for_end(self, *, seconds: float = 15) -> float:
        """Wait until the stream has ended; the moment of its end."""
        return wait_until(lambda: self.ended_at, seconds, lambda: "the stream goes on")

    def close(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            with suppress(OSError):  # the other side closed it before
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._client.close()


def wait_until(question: Callable[[], float | None], seconds: float, otherwise: Callable[[], str]) -> float:
    """The answer as soon as there is one."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = question()
        if found is not None:
            return found
        time.sleep(0.02)
    raise AssertionError(otherwise())
