"""One connection to the broker that sends, knows what was confirmed, and receives the answers to calls.

The same code serves eventlet processes (threads are green there) and plain ones. A single thread reads; whoever sends
only writes, so nobody reads the socket at the same time.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from amqp import Channel, Connection, spec
from amqp import Message as AmqpMessage
from amqp.exceptions import AMQPError

from chassis import metrics
from chassis.topology import RPC_EXCHANGE, reply_prefix
from chassis.wire import JSON
from contracts.errors import WorldFault

log = structlog.get_logger(__name__)

HEARTBEAT = 10
CONNECT_TIMEOUT = 5
RECONNECT_DELAYS = (0.1, 0.2, 0.5, 1.0, 2.0)
TRANSIENT, PERSISTENT = 1, 2


class BrokerAway(WorldFault):
    """The broker cannot be reached, gave the connection up, or takes nothing at present."""


class Unroutable(WorldFault):
    """The broker knows no queue for a message: its topology is older than this process."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent; `body` is sent as it is."""

    exchange: str
    key: str
    body: bytes
    headers: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = True
    persistent: bool = True
    content_type: str = JSON
    properties: dict[str, Any] = field(default_factory=dict)


class _Batch:
    """Messages sent together; done when the broker has answered for each, or the connection is lost."""

    def __init__(self, size: int) -> None:
        self.open = size
        self.error: Exception | None = None
        self.done = threading.Event()

    def settle(self, error: Exception | None = None) -> None:
        self.open -= 1
        self.error = self.error or error
        if self.open <= 0:
            self.done.set()


class Link:
    """A connection that is always being re-established until `stop`.

    on_reply gets (correlation id, body) of each answer; on_return (correlation id, service) of a call that no queue
    took; on_lost tells that answers to what was sent before will not come.
    """

    def __init__(
        self,
        url: str,
        *,
        on_reply: Callable[[str, bytes], None] | None = None,
        on_return: Callable[[str, str], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        parts = urlsplit(url)
        self.user = unquote(parts.username or "guest")
        self._parameters: dict[str, Any] = {
            "host": f"{parts.hostname}:{parts.port or (5671 if parts.scheme == 'amqps' else 5672)}",
            "userid": self.user,
            "password": unquote(parts.password or "guest"),
            "virtual_host": unquote(parts.path[1:]) or "/",
            "ssl": parts.scheme == "amqps",
        }
        self.reply_to = f"{reply_prefix(self.user)}{uuid.uuid4().hex}"
        self._on_reply = on_reply
        self._on_return = on_return
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self._plain: Channel
        self._sure: Channel
        self._lock = threading.Lock()
        self._tag = 0
        self._unconfirmed: dict[int, _Batch] = {}
        self._returned: set[str] = set()
        self._ready = threading.Event()
        self._blocked = False
        self._stopping = False
        self._thread: threading.Thread | None = None

    # life

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread = threading.Thread(target=self._run, name="broker-link", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Have the reading thread close the connection, within a second."""
        self._stopping = True

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set() and not self._blocked

    @property
    def is_blocked(self) -> bool:
        """Whether the broker has no room and takes nothing at present."""
        return self._blocked

    def wait_ready(self, seconds: float) -> None:
        """Wait until messages can be sent. Raises BrokerAway."""
        if not self._ready.wait(max(0.0, seconds)) or self._blocked:
            raise BrokerAway()

    # sending

    def send(self, message: Outgoing) -> None:
        """Send without waiting for anything; it may be lost with the connection. Raises BrokerAway."""
        if not self.is_ready:
            raise BrokerAway()
        self._write(self._plain, message)

    def send_surely(self, messages: Iterable[Outgoing], *, seconds: float = 10.0) -> None:
        """Send and wait until the broker has each message safe, in this order. Raises BrokerAway or Unroutable.

        After an error any of them may have arrived, so all are sent again.
        """
        outgoing = tuple(messages)
        self.wait_ready(seconds)
        batch = _Batch(len(outgoing))
        with self._lock:
            if not self._ready.is_set():
                raise BrokerAway()
            for message in outgoing:
                self._tag += 1
                self._unconfirmed[self._tag] = batch
                self._write(self._sure, message, message_id=str(self._tag))
        if not batch.done.wait(seconds):
            raise BrokerAway()
        if batch.error is not None:
            raise batch.error

    def _write(self, channel: Channel, message: Outgoing, **properties: Any) -> None:
        content = AmqpMessage(
            message.body,
            content_type=message.content_type,
            delivery_mode=PERSISTENT if message.persistent else TRANSIENT,
            user_id=self.user,
            application_headers=message.headers,
            **message.properties,
            **properties,
        )
        try:
            # Not channel.basic_publish: it reads from the socket first, which belongs to the reading thread.
            channel.send_method(
                spec.Basic.Publish, "Bssbb", (0, message.exchange, message.key, message.mandatory, False), content
            )
        except (AMQPError, OSError, AttributeError) as error:
            # AttributeError: amqp clears its fields when the connection closes under a writer
            raise BrokerAway() from error

    # the reading thread

    def _run(self) -> None:
        attempt = 0
        while not self._stopping:
            try:
                self._connect()
                attempt = 0
                self._read()
            except Exception as error:  # whatever broke, the link comes back
                if not self._stopping:
                    log.warning("broker_link_lost", error=type(error).__name__, attempt=attempt)
            finally:
                self._lost()
            time.sleep(RECONNECT_DELAYS[min(attempt, len(RECONNECT_DELAYS) - 1)])
            attempt += 1

    def _connect(self) -> None:
        connection = Connection(
            heartbeat=HEARTBEAT,
            connect_timeout=CONNECT_TIMEOUT,
            on_blocked=self._block,
            on_unblocked=self._unblock,
            **self._parameters,
        )
        self._connection = connection
        connection.connect()
        plain = self._open_channel(connection)
        plain.events["basic_return"].add(self._call_returned)
        sure = self._open_channel(connection)
        sure.confirm_select()
        sure.events["basic_ack"].add(self._acked)
        sure.events["basic_nack"].add(self._nacked)
        sure.events["basic_return"].add(self._surely_returned)
        if self._on_reply is not None:
            plain.queue_declare(self.reply_to, exclusive=True, auto_delete=True)
            plain.queue_bind(self.reply_to, RPC_EXCHANGE, self.reply_to)
            plain.basic_consume(self.reply_to, no_ack=True, exclusive=True, callback=self._reply)
        with self._lock:
            self._plain, self._sure, self._tag = plain, sure, 0
            self._ready.set()
        log.info("broker_link_ready")

    @staticmethod
    def _open_channel(connection: Connection) -> Channel:
        channel = connection.channel()
        channel.auto_decode = False
        return channel

    def _read(self) -> None:
        connection = self._connection
        assert connection is not None
        ticked = time.monotonic()
        while not self._stopping:
            with suppress(TimeoutError):
                connection.drain_events(timeout=1)
            if time.monotonic() - ticked > HEARTBEAT / 4:
                connection.heartbeat_tick()
                ticked = time.monotonic()
        connection.close()

    def _lost(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.collect()
        with self._lock:
            self._ready.clear()
            self._blocked = False
            batches = set(self._unconfirmed.values())
            self._unconfirmed.clear()
            self._returned.clear()
        for batch in batches:
            batch.error = BrokerAway()
            batch.done.set()
        if self._on_lost is not None:
            self._on_lost()

    def _block(self, _reason: str) -> None:
        self._blocked = True
        metrics.BROKER_BLOCKED.set(1)
        log.warning("broker_blocked")

    def _unblock(self) -> None:
        self._blocked = False
        metrics.BROKER_BLOCKED.set(0)

    def _reply(self, message: Any) -> None:
        correlation_id = message.properties.get("correlation_id")
        if self._on_reply is not None and correlation_id is not None:
            self._on_reply(correlation_id, bytes(message.body))

    def _call_returned(self, _error: Any, _exchange: str, key: str, message: Any) -> None:
        correlation_id = message.properties.get("correlation_id")
        if self._on_return is not None and correlation_id is not None:
            self._on_return(correlation_id, key.partition(".")[0])

    def _surely_returned(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        # The broker returns a message before it confirms it.
        self._returned.add(message.properties["message_id"])

    def _acked(self, tag: int, multiple: bool) -> None:
        for found in self._answered(tag, multiple):
            name = str(found)
            error = Unroutable() if name in self._returned else None
            self._returned.discard(name)
            self._settle(found, error)

    def _nacked(self, tag: int, multiple: bool) -> None:
        for found in self._answered(tag, multiple):
            self._settle(found, BrokerAway())

    def _answered(self, tag: int, multiple: bool) -> list[int]:
        if not multiple:
            return [tag]
        # Tags ascend in the order of sending, which is the order of the dictionary.
        return list(itertools.takewhile(lambda sent: sent <= tag, self._unconfirmed))

    def _settle(self, tag: int, error: Exception | None) -> None:
        batch = self._unconfirmed.pop(tag, None)
        if batch is not None:
            batch.settle(error)
