"""Taking messages from a queue under Nameko, so that neither a bad message nor a broken connection ends a container."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

import eventlet
import structlog
from kombu.connection import Connection
from kombu.message import Message as KombuMessage
from kombu.messaging import Consumer as KombuConsumer
from nameko.messaging import QueueConsumer

from chassis import metrics, wire
from chassis.link import RECONNECT_DELAYS, Link, Outgoing
from chassis.topology import DEAD_EXCHANGE
from contracts.errors import WorldFault

log = structlog.get_logger(__name__)

# Headers that a forwarded message keeps; above all no actor token is among them.
_KEPT = (wire.PROFILE, wire.TRACE, wire.ATTEMPTS, wire.FAILED)


class Provider(Protocol):
    """An entrypoint that takes messages as they come, undecoded."""

    queue: Any

    def handle_message(self, message: KombuMessage) -> None: ...


class Intake(QueueConsumer):  # type: ignore[misc]
    """Nameko's queue consumer, waiting for broker and queue with back-off and closing only when all is acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self._unsettled: dict[int, KombuMessage] = {}
        self.is_consuming = False

    def run(self) -> None:
        attempt = 0
        while not self.should_stop:
            try:
                for _ in self.consume(limit=None, safety_interval=0.2):
                    attempt = 0
            except Exception as error:  # nothing that happens to a connection may end the container
                log.warning("intake_lost", error=type(error).__name__, attempt=attempt)
            finally:
                self.is_consuming = False
                # What was not acknowledged on this connection, the broker delivers again.
                self._unsettled.clear()
            if not self.should_stop:
                eventlet.sleep(RECONNECT_DELAYS[min(attempt, len(RECONNECT_DELAYS) - 1)])
                attempt += 1

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        # One try: the back-off is `run`'s, kombu's own would grow to half a minute.
        with self.create_connection() as connection:
            connection.connect()
            yield connection

    def get_consumers(self, consumer_cls: Callable[..., KombuConsumer], channel: Any) -> Iterable[KombuConsumer]:
        channel.auto_decode = False
        for provider in self._providers:
            channel.queue_declare(queue=provider.queue.name, passive=True)
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self._take, provider))
            consumer.qos(prefetch_count=self.prefetch_count)  # type: ignore[no-untyped-call]
            self._consumers[provider] = consumer
        return list(self._consumers.values())

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        super().on_consume_ready(connection, channel, consumers, **kwargs)
        self.is_consuming = True
        log.info("intake_ready", queues=[provider.queue.name for provider in self._providers])

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._unsettled:
            self.should_stop = True

    def on_decode_error(self, message: KombuMessage, _error: Exception) -> None:
        """kombu could not unpack a message (a `compression` header): it goes the way of all messages, unread."""
        for provider in self._providers:
            self._take(provider, message)

    def _take(self, provider: Provider, message: KombuMessage) -> None:
        self._unsettled[id(message)] = message
        with self.kept(message):
            provider.handle_message(message)

    @contextmanager
    def kept(self, message: KombuMessage) -> Iterator[None]:
        """Around whatever is done with a message: a bug there neither ends the container nor loses the message.

        It goes back to its queue, where the delivery limit (events) or its time to live (calls) ends it.
        """
        try:
            yield
        except Exception as error:
            log.error("message_not_taken", exc_info=error)
            self.give_back(message)

    def holds(self, message: KombuMessage) -> bool:
        """Whether the message is still ours to acknowledge."""
        return id(message) in self._unsettled

    def settle(self, message: KombuMessage) -> None:
        """Acknowledge the message, unless its connection is gone and the broker has taken it back."""
        if self._unsettled.pop(id(message), None) is not None:
            self.ack_message(message)

    def give_back(self, message: KombuMessage) -> None:
        """Let another process have the message."""
        if self._unsettled.pop(id(message), None) is not None:
            self.requeue_message(message)


def forward(link: Link, intake: Intake, message: KombuMessage, outgoing: Outgoing) -> None:
    """Send `outgoing` in the place of a message and acknowledge that, in this order; tries as long as it is ours."""
    while intake.holds(message):
        try:
            link.send_surely((outgoing,))
        except WorldFault as error:
            log.warning("forward_failed", error=type(error).__name__)
            eventlet.sleep(1)
        else:
            intake.settle(message)


def bury(link: Link, intake: Intake, message: KombuMessage, service: str, reason: str, **more: Any) -> None:
    """Give a message up: to the dead letters of the service, unread and without the token of whoever sent it.

    more: further headers of the dead letter.
    """
    metrics.MESSAGES_DEAD.labels(reason).inc()
    headers = {
        **kept_headers(message),
        **more,
        wire.DEAD_REASON: reason,
        wire.DEAD_KEY: str(message.delivery_info["routing_key"]),
        wire.DEAD_AT: wire.now_ms(),
    }
    content_type = message.content_type if isinstance(message.content_type, str) else "application/octet-stream"
    forward(
        link,
        intake,
        message,
        Outgoing(DEAD_EXCHANGE, service, bytes_of(message), headers=headers, content_type=content_type),
    )


def kept_headers(message: KombuMessage) -> dict[str, Any]:
    """The headers that a message keeps on its way to waiting and to the dead letters."""
    return {name: value for name in _KEPT if isinstance(value := message.headers.get(name), str | int)}


def bytes_of(message: KombuMessage) -> bytes:
    """The body as it came."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)
