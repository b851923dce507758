"""The gateway's side of the bus on asyncio: calls in Nameko's protocol with deadlines, limits and quick refusals."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

import aiormq
import structlog
from aiormq.abc import AbstractConnection, DeliveredMessage
from aiormq.channel import Channel
from pamqp.commands import Basic

from chassis import context, metrics, wire
from chassis.link import HEARTBEAT, RECONNECT_DELAYS, TRANSIENT
from chassis.topology import LIVE_EXCHANGE, RPC_EXCHANGE, live_prefix, reply_prefix
from chassis.wire import Method
from contracts.base import Contract
from contracts.errors import DeadlinePassed, DomainError, ServiceUnavailable

log = structlog.get_logger(__name__)

Served = TypeVar("Served", bound=Contract)
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

IN_FLIGHT = 256
IN_FLIGHT_PER_SERVICE = 96
# Calls without any answer after which a service counts as gone; then one call a second finds out whether it is back.
UNANSWERED = 5
PROBE_SECONDS = 1.0


@dataclass
class _Service:
    """What the gateway knows of one service."""

    in_flight: int = 0
    unanswered: int = 0
    probed_at: float = 0.0


class AsyncBus:
    """One connection to send, one to receive, one reply queue; both are re-established until `stop`."""

    def __init__(
        self, url: str, *, in_flight: int = IN_FLIGHT, in_flight_per_service: int = IN_FLIGHT_PER_SERVICE
    ) -> None:
        parts = urlsplit(url)
        self._url = url + ("&" if parts.query else "?") + f"heartbeat={HEARTBEAT}"
        self.user = unquote(parts.username or "guest")
        self._in_flight_limit = in_flight
        self._in_flight_per_service = in_flight_per_service
        self._in_flight = 0
        self._services: defaultdict[str, _Service] = defaultdict(_Service)
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._ids = itertools.count()
        self._prefix = uuid.uuid4().hex[:12]
        self._reply_to = f"{reply_prefix(self.user)}{uuid.uuid4().hex}"
        self._sending: Channel | None = None
        self._connection: AbstractConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[bytes | None], None]] = []

    # life

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._task = asyncio.create_task(self._run(), name="broker")

    async def stop(self) -> None:
        """Close the connections."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def is_ready(self) -> bool:
        """Whether calls can be sent at present."""
        return self._sending is not None and self._connection is not None and self._connection.is_opened

    def listen(self, listener: Callable[[bytes | None], None]) -> None:
        """Give `listener` every live update; None when the link to the broker breaks, and when it is there again."""
        self._listeners.append(listener)

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                async with await aiormq.connect(self._url) as receiving, await aiormq.connect(self._url) as sending:
                    await self._open(receiving, sending)
                    attempt = 0
                    log.info("broker_link_ready")
                    await asyncio.wait((receiving.closing, sending.closing), return_when=asyncio.FIRST_COMPLETED)
            except (aiormq.AMQPError, OSError, TimeoutError) as error:
                log.warning("broker_link_lost", error=type(error).__name__, attempt=attempt)
            finally:
                self._lost()
            await asyncio.sleep(RECONNECT_DELAYS[min(attempt, len(RECONNECT_DELAYS) - 1)])
            attempt += 1

    async def _open(self, receiving: AbstractConnection, sending: AbstractConnection) -> None:
        replies = await receiving.channel(publisher_confirms=False)
        await replies.queue_declare(self._reply_to, exclusive=True, auto_delete=True)
        await replies.queue_bind(self._reply_to, RPC_EXCHANGE, self._reply_to)
        await replies.basic_consume(self._reply_to, self._answered, no_ack=True, exclusive=True)
        if self._listeners:
            updates = f"{live_prefix(self.user)}{uuid.uuid4().hex}"
            await replies.queue_declare(updates, exclusive=True, auto_delete=True)
            await replies.queue_bind(updates, LIVE_EXCHANGE)
            await replies.basic_consume(updates, self._updated, no_ack=True, exclusive=True)
        channel = await sending.channel(publisher_confirms=True, on_return_raises=True)
        assert isinstance(channel, Channel)  # the abstract class does not know `basic_publish(wait=…)`
        self._sending = channel
        self._connection = sending
        for listener in self._listeners:
            listener(None)

    def _lost(self) -> None:
        was_open, self._sending, self._connection = self._sending is not None, None, None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError())
        self._waiting.clear()
        if was_open:
            for listener in self._listeners:
                listener(None)

    async def _answered(self, message: DeliveredMessage) -> None:
        future = self._waiting.pop(message.header.properties.correlation_id or "", None)
        if future is not None and not future.done():  # else nobody waits any more
            future.set_result(message.body)

    async def _updated(self, message: DeliveredMessage) -> None:
        for listener in self._listeners:
            listener(message.body)

    # calling

    def client(self, contract: type[Served]) -> AsyncClient[Served]:
        """A service to be called."""
        return AsyncClient(self, contract)

    async def call(self, method: Method, arguments: dict[str, Any]) -> Any:
        """The method's result. Raises the DomainError that it answers, ServiceUnavailable, DeadlinePassed."""
        seconds = min(method.options.timeout, context.seconds_left(method.options.timeout))
        body = method.dump_call(arguments)
        service = self._services[method.service]
        self._admit(method.service, service)
        started = time.perf_counter()
        outcome = "world"
        self._in_flight += 1
        service.in_flight += 1
        try:
            result = method.load_answer(await self._ask(method, service, body, seconds))
            outcome = "ok"
            return result
        except DomainError as error:
            outcome = error.kind
            raise
        finally:
            self._in_flight -= 1
            service.in_flight -= 1
            metrics.CALLS_MADE.labels(method.key, outcome).observe(time.perf_counter() - started)

    def _admit(self, name: str, service: _Service) -> None:
        """Refuse at once what could only wait in vain. Raises ServiceUnavailable."""
        if (
            not self.is_ready
            or self._in_flight >= self._in_flight_limit
            or service.in_flight >= self._in_flight_per_service
        ):
            raise ServiceUnavailable(name)
        if service.unanswered >= UNANSWERED:
            now = time.monotonic()
            if now - service.probed_at < PROBE_SECONDS:
                raise ServiceUnavailable(name)
            service.probed_at = now

    async def _ask(self, method: Method, service: _Service, body: bytes, seconds: float) -> bytes:
        correlation_id = f"{self._prefix}{next(self._ids)}"
        future = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        try:
            async with asyncio.timeout(seconds):
                await self._send(method, body, correlation_id, deadline, seconds)
                answer: bytes = await future
        except TimeoutError:
            service.unanswered += 1
            raise DeadlinePassed() from None
        except (aiormq.AMQPError, OSError):
            # Returned for want of a queue, refused since the queue is full, or lost with the connection.
            raise ServiceUnavailable(method.service) from None
        finally:
            self._waiting.pop(correlation_id, None)
        service.unanswered = 0
        return answer

    async def _send(self, method: Method, body: bytes, correlation_id: str, deadline: datetime, seconds: float) -> None:
        channel = self._sending
        if channel is None:
            raise ConnectionResetError()
        await channel.basic_publish(
            body,
            exchange=RPC_EXCHANGE,
            routing_key=method.key,
            mandatory=True,
            # Not until the socket has drained, for which the channel's lock is held: the confirm comes after it anyway.
            wait=False,
            properties=Basic.Properties(
                content_type=wire.JSON,
                delivery_mode=TRANSIENT,
                user_id=self.user,
                reply_to=self._reply_to,
                correlation_id=correlation_id,
                expiration=str(max(1, int(seconds * 1000))),
                headers=wire.write_context(context.current(), deadline=deadline),
            ),
        )


class AsyncClient(Generic[Served]):
    """A service as the gateway calls it: `await declarations.call(DeclarationApi.submit, command=…)`.

    A wrong method, a wrong argument or another service's method is an error of types; the answer has the method's
    declared type.
    """

    def __init__(self, bus: AsyncBus, contract: type[Served]) -> None:
        self._bus = bus
        self._contract = contract

    def call(
        self,
        method: Callable[Concatenate[Served, Parameters], Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Awaitable[Result]:
        """The method's answer. Raises the DomainError that it answers, ServiceUnavailable, DeadlinePassed."""
        if arguments:
            raise TypeError("a method of a contract takes keyword arguments only")
        return self._bus.call(wire.method(self._contract, method.__name__), named)
