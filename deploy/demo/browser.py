"""A person at the HTTP API: a session of its own, problems as exceptions, repeats of commands under their id."""

from __future__ import annotations

import time
import uuid
import weakref
from typing import Any

import httpx

# How long a client waits for a server that is away: a killed service on a busy machine needs most of a minute.
PATIENCE_SECONDS = 90


class Problem(Exception):
    """The API refused: status, code, and the fields at fault."""

    def __init__(self, response: httpx.Response) -> None:
        try:
            body = response.json()
        except ValueError:
            body = {}
        self.status = response.status_code
        self.code = str(body.get("code", ""))
        self.errors: list[dict[str, Any]] = body.get("errors", [])
        faults = ", ".join(f"{fault['pointer']} {fault['code']}" for fault in self.errors[:8])
        request = response.request
        super().__init__(f"{request.method} {request.url.path}: {self.status} {self.code} {faults}".rstrip())


class Browser:
    """One person's client. A command that got no answer (503, 504, broken connection) is sent again under its id."""

    def __init__(self, address: str, profile: str, *, who: str) -> None:
        self.who = who
        self._profile = profile
        self._base = f"{address.rstrip('/')}/api/v1/{profile}"
        self._client = httpx.Client(timeout=30, trust_env=False, headers={"Accept-Language": "zh-CN"})
        weakref.finalize(self, self._client.close)

    def get(self, address: str, /, **params: Any) -> Any:
        """The answer to a question."""
        return self._ask("GET", address, params={k: v for k, v in params.items() if v is not None})

    def get_granted(self, path: str, grant: str) -> Any:
        """The answer to a question that takes a read grant."""
        return self._ask("GET", path, headers={"X-Read-Grant": grant})

    def post(self, path: str, body: Any = None, *, version: int | None = None) -> Any:
        """Carry a command out, once."""
        return self._command("POST", path, body, version)

    def put(self, path: str, body: Any = None, *, version: int | None = None) -> Any:
        """Give something other content."""
        return self._command("PUT", path, body, version)

    def delete(self, path: str, *, version: int | None = None) -> Any:
        """Take something away."""
        return self._command("DELETE", path, None, version)

    def upload(self, path: str, *, name: str, content: bytes, kind: str, **fields: str) -> Any:
        """Send a file."""
        return self._ask("POST", path, files={"file": (name, content, kind)}, data=fields)

    def download(self, path: str, **params: Any) -> bytes:
        """The bytes behind an address."""
        response = self._send("GET", path, params=params)
        return response.content

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser keeps."""
        return dict(self._client.cookies)

    def take_session(self, token: str) -> None:
        """Go on with a session that was begun elsewhere."""
        self._client.cookies.set(f"zhiping_{self._profile}", token)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _command(self, method: str, path: str, body: Any, version: int | None) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._ask(method, path, headers=headers, json={} if body is None else body)

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        response = self._send(method, path, **request)
        return response.json() if response.content else None

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        limit = time.monotonic() + PATIENCE_SECONDS
        delay = 0.3
        while True:
            is_last = time.monotonic() > limit
            try:
                response = self._client.request(method, self._base + path, **request)
            except httpx.TransportError:
                if is_last:
                    raise
            else:
                if response.is_success:
                    return response
                if response.status_code not in (429, 503, 504) or is_last:
                    raise Problem(response)
            time.sleep(delay)
            delay = min(delay * 2, 5)


def wait_until(question: Any, *, seconds: float = 60, what: str = "") -> Any:
    """Ask again and again until the answer is true; what happens in another room takes a moment."""
    limit = time.monotonic() + seconds
    delay = 0.05
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > limit:
            raise TimeoutError(f"did not come within {seconds:.0f} s: {what}")
        time.sleep(delay)
        delay = min(delay * 1.5, 1.0)
