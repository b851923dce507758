"""Events: the entrypoint that hands them to a service's handlers, once each, and waits or gives up where it fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import eventlet
import structlog
from eventlet.semaphore import Semaphore
from kombu.entity import Queue
from kombu.message import Message as KombuMessage
from nameko.exceptions import ContainerBeingKilled
from nameko.messaging import Consumer
from pydantic import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from chassis import context, inbox, metrics, wire
from chassis.context import CallContext
from chassis.database import Database
from chassis.deadletters import ATTEMPTS_USED, NO_END
from chassis.intake import Intake, bury, bytes_of, forward, kept_headers
from chassis.link import Link, Outgoing
from chassis.topology import DELAYS, events_queue, wait_exchange
from contracts.base import Envelope, Event
from contracts.errors import DomainError, WorldFault

log = structlog.get_logger(__name__)

# First attempt and one after each delay.
ATTEMPTS = len(DELAYS) + 1
# Starts of a redelivered event without an end: it is what crashes the process.
STARTS = 3
# A handler that takes longer hangs on something.
HANDLER_SECONDS = 120

# Faults of the world: the event is right, something it needs is away.
WORLD = (WorldFault, OperationalError, InterfaceError, OSError)


class Delivery:
    """One delivery of an event to a service."""

    def __init__(self, envelope: Envelope, *, database: Database, consumer: str) -> None:
        self.envelope = envelope
        self._database = database
        self._consumer = consumer

    @contextmanager
    def once(self, *, ordered: bool = True) -> Iterator[Session]:
        """The transaction of the event's effect, which also remembers that the event was handled.

        The handler is left here, quietly, where the event took effect before or (ordered) something newer about its
        aggregate did. Ask other services before it: no call belongs into a transaction.
        """
        with self._database.begin(self.envelope.profile) as session:
            inbox.once(session, self.envelope, consumer=self._consumer, ordered=ordered)
            yield session


class Gate:
    """Lets many through together, or one alone."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._places = Semaphore(size)
        self._turn = Semaphore(1)

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._turn:
            self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._turn:
            for _ in range(self._size):
                self._places.acquire()
            try:
                yield
            finally:
                for _ in range(self._size):
                    self._places.release()


class Reliable(Consumer):  # type: ignore[misc]
    """Nameko entrypoint for all events of a service: handled, put off or given up, but never lost."""

    queue_consumer = Intake()

    def __init__(self) -> None:
        super().__init__(queue=None)

    def setup(self) -> None:
        config = self.container.config
        self.service = config["service"]
        self.link: Link = config["link"]
        self.queue = Queue(events_queue(self.service.name), no_declare=True)  # type: ignore[no-untyped-call]
        self.gate = Gate(self.container.max_workers)
        super().setup()

    def handle_message(self, message: KombuMessage) -> None:
        """Take a message from the broker; runs in the reading thread, so it only hands over."""
        try:
            self.container.spawn_worker(self, (self, message), {})
        except ContainerBeingKilled:
            self.queue_consumer.give_back(message)

    def handle(self, message: KombuMessage) -> None:
        """Handle a message to its end; runs in a worker and never raises."""
        with self.queue_consumer.kept(message):
            try:
                envelope = self._open(message)
            except wire.Malformed as reason:
                log.warning("event_refused", reason=str(reason))
                self._give_up(message, str(reason))
                return
            circumstances = CallContext(
                profile=envelope.profile, trace_id=envelope.trace_id, caller=message.properties["user_id"]
            )
            with context.use(circumstances):
                self._handle(message, envelope)

    def _open(self, message: KombuMessage) -> Envelope:
        """The envelope, if the message is one of ours: written by us, told by the event's own service, or by ourselves
        when it comes back from waiting. Raises Malformed."""
        if message.errors or message.content_type != wire.JSON:
            raise wire.Malformed("content type is not JSON")
        body = bytes_of(message)
        if len(body) > wire.BODY_LIMIT:
            raise wire.Malformed("body too large")
        try:
            envelope = Envelope.model_validate_json(body, extra="ignore")
        except ValidationError:
            raise wire.Malformed("undecodable") from None
        if message.properties.get("user_id") not in (envelope.topic.partition(".")[0], self.service.name):
            raise wire.Malformed("not told by the event's service")
        return envelope

    def _handle(self, message: KombuMessage, envelope: Envelope) -> None:
        started = time.perf_counter()
        redelivered = bool(message.delivery_info.get("redelivered"))
        try:
            with self._passage(redelivered):
                if redelivered and self._count_start(envelope) > STARTS:
                    log.error("event_crashes", topic=envelope.topic, event_id=str(envelope.event_id))
                    self._give_up(message, NO_END)
                    return
                with eventlet.Timeout(HANDLER_SECONDS, _TooLong):
                    self._run(envelope)
                self.queue_consumer.settle(message)
            outcome = "handled"
        except inbox.AlreadyHandled:
            outcome = "repeated"
            self.queue_consumer.settle(message)
        except WORLD as error:
            outcome = "world"
            log.warning(
                "event_put_off", topic=envelope.topic, event_id=str(envelope.event_id), error=type(error).__name__
            )
            self._put_off(message, envelope, len(DELAYS) - 1, "world")
        except Exception as error:
            outcome = "failed"
            attempts = _number(message, wire.ATTEMPTS) + 1
            log.error(
                "event_failed",
                topic=envelope.topic,
                event_id=str(envelope.event_id),
                attempt=attempts,
                exc_info=error,
            )
            if attempts >= ATTEMPTS:
                self._give_up(message, ATTEMPTS_USED, **{wire.ATTEMPTS: attempts, wire.DEAD_ERROR: _code(error)})
            else:
                self._put_off(message, envelope, attempts - 1, "failed", **{wire.ATTEMPTS: attempts})
        if outcome != "world" and wire.FAILED in message.headers:
            metrics.EVENTS_WORLD_AGE.set(0)
        metrics.EVENTS_HANDLED.labels(envelope.topic, outcome).observe(time.perf_counter() - started)

    def _passage(self, redelivered: bool) -> AbstractContextManager[None]:
        return self.gate.alone() if redelivered else self.gate.together()

    def _count_start(self, envelope: Envelope) -> int:
        database: Database = self.service.database
        with database.begin(envelope.profile) as session:
            return inbox.count_start(session, envelope, consumer=self.service.name)

    def _run(self, envelope: Envelope) -> None:
        name, event_class = self.service.handlers[envelope.topic]
        event: Event = event_class.model_validate(envelope.payload, extra="ignore")
        delivery = Delivery(envelope, database=self.service.database, consumer=self.service.name)
        getattr(self.service, name)(event, delivery)

    def _put_off(self, message: KombuMessage, envelope: Envelope, step: int, reason: str, **headers: Any) -> None:
        metrics.EVENTS_WAITED.labels(envelope.topic, reason).inc()
        failed = _number(message, wire.FAILED) or wire.now_ms()
        if reason == "world":
            metrics.EVENTS_WORLD_AGE.set((wire.now_ms() - failed) / 1000)
        forward(
            self.link,
            self.queue_consumer,
            message,
            Outgoing(
                wait_exchange(step),
                self.queue.name,
                bytes_of(message),
                headers={**kept_headers(message), wire.FAILED: failed, **headers},
            ),
        )

    def _give_up(self, message: KombuMessage, reason: str, **headers: Any) -> None:
        bury(self.link, self.queue_consumer, message, self.service.name, reason, **headers)


class _TooLong(WorldFault):
    """A handler hung."""


def _code(error: Exception) -> str:
    """What may be written down of an error."""
    return error.code if isinstance(error, DomainError) else type(error).__name__


def _number(message: KombuMessage, header: str) -> int:
    value = message.headers.get(header)
    return value if isinstance(value, int) else 0


class Events:
    """What Nameko hosts to handle the events of a service."""

    name = "events"

    @Reliable.decorator  # type: ignore[untyped-decorator]
    def handle(self, entrypoint: Reliable, message: KombuMessage) -> None:
        entrypoint.handle(message)
