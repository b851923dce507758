"""/healthz, /readyz and /metrics of a process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


class Health:
    """Whether a process is ready: every need it has was met when last looked at."""

    def __init__(self, process: str, *, needs: tuple[str, ...]) -> None:
        self.process = process
        self._met = dict.fromkeys(needs, False)

    def set(self, need: str, met: bool) -> None:
        """Note whether a need is met."""
        self._met[need] = met

    def report(self) -> tuple[bool, dict[str, bool]]:
        """Whether all is met, and each need."""
        return all(self._met.values()), dict(self._met)


def application(health: Health) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The WSGI application of the three paths."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/healthz":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps({"process": health.process}).encode()]
        if path == "/readyz":
            ready, needs = health.report()
            start_response("200 OK" if ready else "503 Service Unavailable", [("Content-Type", "application/json")])
            return [json.dumps({"process": health.process, "ready": ready, "needs": needs}).encode()]
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b""]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Probes are not worth a line."""


def serve_health(health: Health, host: str, port: int) -> None:
    """Answer the three paths in a thread of their own."""
    server = make_server(host, port, application(health), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
