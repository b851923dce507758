"""What holds for every request: its context, its size, its origin, its rate, and the headers of its answer."""

from __future__ import annotations

import re
import time
import uuid
from collections import OrderedDict
from ipaddress import ip_address
from urllib.parse import urlsplit

from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import clock, context
from contracts.errors import DomainError
from contracts.identity.sign_in import network_of
from gateway.problems import LANGUAGES, ForeignOrigin, TooLarge, TooManyRequests, refusal
from gateway.settings import Settings

SAFE = ("GET", "HEAD", "OPTIONS")
# Where a browser says that a request comes from; "none" is the person, by the address bar.
OWN = ("same-origin", "none")
UPLOAD = re.compile(r"^/api/v1/[^/]+/files$")
STREAM = "text/event-stream"
TRACE = re.compile(r"^[A-Za-z0-9-]{8,64}$")
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; frame-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
REQUESTS = Counter("http_requests_total", "Requests", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to answer a request", ["method", "route"])


class TokenBuckets:
    """How often each address may ask: a bucket that refills evenly; the least recent are forgotten."""

    def __init__(self, per_minute: int, *, remembered: int = 50_000) -> None:
        self._size = float(per_minute)
        self._rate = per_minute / 60.0
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Whether `key` may ask now."""
        now = time.monotonic()
        left, at = self._buckets.pop(key, (self._size, now))
        left = min(self._size, left + (now - at) * self._rate)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return allowed


class Gate:
    """The outermost layer: everything that is refused before a route is looked for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._buckets = TokenBuckets(settings.requests_per_minute)
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.public_url))
        self._headers = dict(SECURITY_HEADERS)
        if settings.is_secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        trace = headers.get("x-request-id", "")
        started = time.perf_counter()
        status, is_stream = 500, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, is_stream
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answer.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    answer.setdefault("Cache-Control", "no-store")
                if answer.get("Content-Type", "").startswith(STREAM):
                    answer["Cache-Control"] = "no-store"
                    is_stream = True
                answer["X-Request-Id"] = context.current().trace_id
            await send(message)

        with context.use(
            context.CallContext(
                arrived_at=clock.now(),
                trace_id=trace if TRACE.match(trace) else uuid.uuid4().hex,
                locale=_locale(headers.get("accept-language", "")),
            )
        ):
            try:
                self._check(scope, headers)
                await self._app(scope, _limited(receive, self._limit(scope)), send_with_headers)
            except DomainError as error:
                await refusal(error)(scope, receive, send_with_headers)
            finally:
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(scope["method"], route, str(status)).inc()
                if not is_stream:  # it lasts as long as somebody looks
                    SECONDS.labels(scope["method"], route).observe(time.perf_counter() - started)

    def _check(self, scope: Scope, headers: dict[str, str]) -> None:
        if scope["method"] not in SAFE and self._is_foreign(scope, headers):
            raise ForeignOrigin()
        if scope["path"].startswith("/api/") and not self._buckets.take(
            network_of(client_address(scope, headers, self._settings))
        ):
            raise TooManyRequests()
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._limit(scope):
            raise TooLarge(limit=self._limit(scope))

    def _is_foreign(self, scope: Scope, headers: dict[str, str]) -> bool:
        """Whether a page of elsewhere sends the request: what browsers alone say of themselves tells it."""
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        return any(origin != self._origin for origin in origins) or headers.get("sec-fetch-site", OWN[0]) not in OWN

    def _limit(self, scope: Scope) -> int:
        is_upload = scope["method"] == "POST" and UPLOAD.match(scope["path"]) is not None
        return self._settings.upload_bytes if is_upload else self._settings.json_bytes


def client_address(scope: Scope, headers: dict[str, str], settings: Settings) -> str:
    """Whence the request comes: the peer, or what a trusted proxy says of it."""
    peer: str = scope["client"][0] if scope.get("client") else "unknown"
    forwarded = headers.get("x-forwarded-for")
    if forwarded and _is_trusted(peer, settings):
        return forwarded.split(",")[-1].strip()
    return peer


def _is_trusted(peer: str, settings: Settings) -> bool:
    try:
        return any(ip_address(peer) in network for network in settings.trusted_proxies)
    except ValueError:
        return False


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise TooLarge(limit=limit)
        return message

    return counted


def _locale(accepted: str) -> str:
    """The first of the languages that we speak in the header's order; Chinese without one."""
    for part in accepted.split(","):
        tag = part.split(";")[0].strip().lower()
        for language in LANGUAGES:
            if tag and tag.split("-")[0] == language.split("-")[0].lower():
                return language
    return LANGUAGES[0]
