"""Calls: the entrypoint that answers them under Nameko, and the client that services make them with."""

from __future__ import annotations

import itertools
import re
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from kombu.entity import Queue
from kombu.message import Message as KombuMessage
from nameko.exceptions import ContainerBeingKilled
from nameko.messaging import Consumer

from chassis import context, metrics, wire
from chassis.context import CallContext
from chassis.database import in_transaction
from chassis.intake import Intake, bury, bytes_of
from chassis.link import BrokerAway, Link, Outgoing
from chassis.tokens import Verifier
from chassis.topology import REPLY_KEY, RPC_EXCHANGE, calls_queue
from chassis.wire import Malformed, Method, write_context
from contracts.errors import DeadlinePassed, DomainError, ServiceUnavailable, SessionRequired, WorldFault

log = structlog.get_logger(__name__)

# The handler of a call may call only what stands further right, so that calls never wait for each other in a circle.
# Event handlers and jobs may call any.
CALL_ORDER = ("declaration", "review", "committee", "documents", "identity")


def may_call(service: str) -> tuple[str, ...]:
    """The services that the handler of a call to `service` may call."""
    return CALL_ORDER[CALL_ORDER.index(service) + 1 :] if service in CALL_ORDER else ()


# A caller without a deadline of its own (event handler, job) waits this long at least: a restart of the called service
# is over by then, and the message is still in its queue.
PATIENCE = 15.0


# answering

_REPLY_KEY = re.compile(REPLY_KEY)


class DeadlineRpc(Consumer):  # type: ignore[misc]
    """Nameko entrypoint for all calls of a service: checks envelope and deadline before a worker is taken."""

    queue_consumer = Intake()

    def __init__(self) -> None:
        super().__init__(queue=None)

    def setup(self) -> None:
        config = self.container.config
        self.service = config["service"]
        self.link: Link = config["link"]
        self.queue = Queue(calls_queue(self.service.name), no_declare=True)  # type: ignore[no-untyped-call]
        self.methods: dict[str, Method] = {
            found.key: found
            for found in (wire.method(self.service.contract, name) for name in self.service.contract.methods())
        }
        super().setup()

    def handle_message(self, message: KombuMessage) -> None:
        """Take a message from the broker; runs in the reading thread, so it only looks and hands over."""
        try:
            method, circumstances = self._check(message)
        except Malformed as reason:
            log.warning("call_refused", reason=str(reason))
            self.container.spawn_managed_thread(
                partial(bury, self.link, self.queue_consumer, message, self.service.name, str(reason))
            )
            return
        if _is_over(circumstances):
            metrics.CALLS_EXPIRED.labels("queue").inc()
            self.queue_consumer.settle(message)
            return
        try:
            self.container.spawn_worker(self, (self, message, method, circumstances), {})
        except ContainerBeingKilled:
            self.queue_consumer.give_back(message)

    def _check(self, message: KombuMessage) -> tuple[Method | None, CallContext]:
        properties = message.properties
        if message.content_type != wire.JSON:
            raise Malformed("content type is not JSON")
        if len(message.body) > wire.BODY_LIMIT:
            raise Malformed("body too large")
        # An answer to anywhere else would be refused by the broker, and the link to it closed.
        if not _REPLY_KEY.fullmatch(properties.get("reply_to") or ""):
            raise Malformed("no reply_to of a caller")
        if not properties.get("correlation_id"):
            raise Malformed("no correlation_id")
        caller = properties.get("user_id")
        if not caller:
            raise Malformed("no user_id")
        method = self.methods.get(message.delivery_info["routing_key"])
        if method is not None and caller not in method.options.callers:
            raise Malformed("caller may not call this method")
        return method, wire.read_context(message.headers, caller=caller)

    def answer(self, message: KombuMessage, method: Method | None, circumstances: CallContext) -> None:
        """Carry a call out and send its answer; runs in a worker and never raises."""
        with self.queue_consumer.kept(message):
            self._answer(message, method, circumstances)

    def _answer(self, message: KombuMessage, method: Method | None, circumstances: CallContext) -> None:
        started = time.perf_counter()
        with context.use(circumstances), metrics.CALLS_RUNNING.track_inprogress():
            if _is_over(circumstances):
                metrics.CALLS_EXPIRED.labels("worker").inc()
                self.queue_consumer.settle(message)
                return
            outcome, body = self._carry_out(message, method)
        with suppress(BrokerAway):  # lost like any answer may be: the caller asks again with the same command
            self.link.send(_reply_to(message, body))
        self.queue_consumer.settle(message)
        if method is not None:
            metrics.CALLS_ANSWERED.labels(method.key, outcome).observe(time.perf_counter() - started)

    def _carry_out(self, message: KombuMessage, method: Method | None) -> tuple[str, bytes]:
        """Outcome and body of the answer."""
        key = message.delivery_info["routing_key"]
        try:
            if method is None:
                raise LookupError("no such method")
            arguments = method.load_call(bytes_of(message))
            with _verified(self.service.verifier, method):
                result = getattr(self.service, method.name)(**arguments)
            return "ok", method.dump_result(result)
        except DomainError as error:
            return error.kind, wire.encode_error(error)
        except WorldFault as error:
            log.warning("call_put_off", method=key, error=type(error).__name__)
            if not isinstance(error, DeadlinePassed | ServiceUnavailable):
                error = ServiceUnavailable(self.service.name)
            return "world", wire.encode_error(error)
        except Exception as error:
            log.error("call_failed", method=key, exc_info=error)
            return "internal", wire.encode_error(error)


def _is_over(circumstances: CallContext) -> bool:
    return circumstances.deadline is not None and circumstances.deadline <= datetime.now(UTC)


@contextmanager
def _verified(verifier: Verifier, method: Method) -> Iterator[None]:
    """The current context with its actor, if the method demands one. Refuses: SessionRequired."""
    if not method.options.actor:
        yield
        return
    token = context.current().actor_token
    if token is None:
        raise SessionRequired()
    actor = verifier.actor(token)
    with context.changed(actor=actor, profile=actor.profile):
        yield


def _reply_to(message: KombuMessage, body: bytes) -> Outgoing:
    properties = message.properties
    return Outgoing(
        RPC_EXCHANGE,
        properties["reply_to"],
        body,
        mandatory=False,
        persistent=False,
        properties={"correlation_id": properties["correlation_id"]},
    )


class Calls:
    """What Nameko hosts to answer the calls of a service."""

    name = "calls"

    @DeadlineRpc.decorator  # type: ignore[untyped-decorator]
    def answer(
        self, entrypoint: DeadlineRpc, message: KombuMessage, method: Method | None, circumstances: CallContext
    ) -> None:
        entrypoint.answer(message, method, circumstances)


# calling


class Caller:
    """Makes calls over a link and waits for their answers; for eventlet and plain processes alike."""

    def __init__(self, url: str) -> None:
        self.link = Link(url, on_reply=self._answered, on_return=self._returned, on_lost=self._lost)
        self._waiting: dict[str, _Waiter] = {}
        self._ids = itertools.count()
        self._prefix = uuid.uuid4().hex[:12]

    def call(self, method: Method, arguments: Mapping[str, Any]) -> Any:
        """The method's result. Raises the DomainError that it answers, ServiceUnavailable, DeadlinePassed."""
        self._check_circumstances(method)
        running = context.current()
        seconds = method.options.timeout
        seconds = max(seconds, PATIENCE) if running.deadline is None else min(seconds, context.seconds_left(seconds))
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        body = method.dump_call(arguments)
        started = time.perf_counter()
        outcome = "world"
        try:
            result = method.load_answer(self._ask(method, body, write_context(running, deadline=deadline), seconds))
            outcome = "ok"
            return result
        except DomainError as error:
            outcome = error.kind
            raise
        finally:
            metrics.CALLS_MADE.labels(method.key, outcome).observe(time.perf_counter() - started)

    def _check_circumstances(self, method: Method) -> None:
        if in_transaction():
            raise RuntimeError(f"{method.key} called inside an open transaction")
        me = self.link.user
        if context.current().deadline is not None and method.service not in may_call(me):
            raise RuntimeError(f"the handler of a call to {me} may not call {method.key}")

    def _ask(self, method: Method, body: bytes, headers: dict[str, Any], seconds: float) -> bytes:
        """The body of the answer; asks again when the connection was lost meanwhile, for every call may be repeated."""
        give_up = time.monotonic() + seconds
        while True:
            try:
                self.link.wait_ready(give_up - time.monotonic())
                return self._ask_once(method, body, headers, give_up - time.monotonic())
            except BrokerAway:
                if time.monotonic() >= give_up or self.link.is_blocked:
                    raise ServiceUnavailable(method.service) from None

    def _ask_once(self, method: Method, body: bytes, headers: dict[str, Any], seconds: float) -> bytes:
        correlation_id = f"{self._prefix}{next(self._ids)}"
        waiter = self._waiting[correlation_id] = _Waiter()
        try:
            self.link.send(
                Outgoing(
                    RPC_EXCHANGE,
                    method.key,
                    body,
                    headers=headers,
                    persistent=False,
                    properties={
                        "correlation_id": correlation_id,
                        "reply_to": self.link.reply_to,
                        "expiration": str(max(1, int(seconds * 1000))),
                    },
                )
            )
            return waiter.wait(seconds)
        finally:
            self._waiting.pop(correlation_id, None)

    def _answered(self, correlation_id: str, body: bytes) -> None:
        waiter = self._waiting.pop(correlation_id, None)
        if waiter is not None:  # else nobody waits any more
            waiter.give(body)

    def _returned(self, correlation_id: str, service: str) -> None:
        waiter = self._waiting.pop(correlation_id, None)
        if waiter is not None:
            waiter.give(ServiceUnavailable(service))

    def _lost(self) -> None:
        while self._waiting:
            self._waiting.popitem()[1].give(BrokerAway())


class _Waiter:
    """One call that waits; a bare lock is the cheapest thing that a thread of either kind can wait for."""

    def __init__(self) -> None:
        self._answer: bytes | WorldFault
        self._lock = threading.Lock()
        self._lock.acquire()

    def give(self, answer: bytes | WorldFault) -> None:
        self._answer = answer
        self._lock.release()

    def wait(self, seconds: float) -> bytes:
        """The answer. Raises what was given instead of one, DeadlinePassed when the time is over."""
        if not self._lock.acquire(timeout=max(0.0, seconds)):
            raise DeadlinePassed()
        if isinstance(self._answer, WorldFault):
            raise self._answer
        return self._answer
