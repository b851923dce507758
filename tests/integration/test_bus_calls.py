"""Calls over the real broker: answers, refusals, deadlines, and everything that is no call of ours."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from amqp import Message as AmqpMessage
from amqp.exceptions import AccessRefused, PreconditionFailed

from chassis import context, wire
from chassis.asyncbus import UNANSWERED, AsyncBus
from chassis.topology import RPC_EXCHANGE
from contracts.base import Actor
from contracts.errors import DeadlinePassed, InternalError, InvalidInput, ServiceUnavailable, SessionRequired
from tests.bank.contracts import Deposit, DepositRefused, LedgerApi, TellerApi
from tests.bank.parts import wait_for
from tests.bank.world import PROFILE, Customer, World


async def test_refusal_arrives_as_it_was_raised(bus: AsyncBus) -> None:
    """A refusal keeps its class, code, kind and parameters on its way to the caller."""
    command = Deposit(command_id=uuid.uuid4(), account_id=uuid.uuid4(), amount=-5)
    with pytest.raises(DepositRefused) as refused:
        await bus.client(TellerApi).call(TellerApi.deposit, command=command)
    assert refused.value.params == {"amount": -5}


async def test_bug_is_logged_without_values(bus: AsyncBus, world: World) -> None:
    """A bug is answered without details and logged by type and place, never with the text of the exception."""
    secret = "130299199001010018"
    with pytest.raises(InternalError):
        await bus.client(TellerApi).call(TellerApi.fail, secret=secret)
    log = world.log_of("teller").read_text()
    assert "ValueError" in log
    assert secret not in log


async def test_actor_is_verified(bus: AsyncBus, world: World, make_actor: Callable[..., Actor]) -> None:
    """A method that demands an actor believes only what identity signed."""
    actor = make_actor()
    teller = bus.client(TellerApi)
    with pytest.raises(SessionRequired):
        await teller.call(TellerApi.who_am_i)
    token = world.token(actor)
    with context.changed(actor_token=token):
        assert await teller.call(TellerApi.who_am_i) == actor.account_id
    forged = token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB")
    with context.changed(actor_token=forged), pytest.raises(SessionRequired):
        await teller.call(TellerApi.who_am_i)


@pytest.mark.parametrize("inside_transaction", [True, False])
async def test_forbidden_calls_are_bugs(bus: AsyncBus, inside_transaction: bool) -> None:
    """A call inside a transaction, or from a call's handler to the left, fails at once."""
    with pytest.raises(InternalError):
        await bus.client(LedgerApi).call(LedgerApi.break_rule, inside_transaction=inside_transaction)


async def test_deadline_travels_with_the_call(bus: AsyncBus) -> None:
    """The callee knows the time that is left, and the caller gives up when it is over."""
    teller = bus.client(TellerApi)
    left = await teller.call(TellerApi.wait, seconds=0.1)
    assert 15 < left < 20
    with _seconds(0.3), pytest.raises(DeadlinePassed):
        started = time.monotonic()
        await teller.call(TellerApi.wait, seconds=2)
    assert time.monotonic() - started < 1


async def test_call_that_nobody_waits_for_is_dropped(bus: AsyncBus, world: World) -> None:
    """A call whose deadline is over when it arrives is not carried out."""
    account_id = uuid.uuid4()
    command = Deposit(command_id=uuid.uuid4(), account_id=account_id, amount=1)
    _send(world, headers=_headers(deadline=-1000), body=_body(command=command.model_dump(mode="json")))
    await Customer(bus).deposit()  # comes after it in the queue
    assert world.deposits(account_id) == (0, 0)


MALFORMED: dict[str, dict[str, Any]] = {
    "no reply_to": {"reply_to": None},
    "reply_to is a call": {"reply_to": "teller.deposit"},
    "reply_to is refused by the broker": {"reply_to": "nowhere"},
    "no correlation id": {"correlation_id": None},
    "no user_id": {"user_id": None},
    "no deadline": {"headers": {wire.ARRIVED: 1}},
    "deadline is a text": {"headers": {wire.DEADLINE: "soon", wire.ARRIVED: 1}},
    "deadline beyond time": {"headers": {wire.DEADLINE: 2**62, wire.ARRIVED: 1}},
    "profile is a number": {"headers": {wire.DEADLINE: 2**42, wire.ARRIVED: 1, wire.PROFILE: 5}},
    "huge": {"body": b" " * (wire.BODY_LIMIT + 1)},
    "pickle": {"content_type": "application/x-python-serialize"},
    "no content type": {"content_type": None},
    "compression bomb": {"headers": {"compression": "application/x-gzip"}},
}


async def test_malformed_messages_die_unread(bus: AsyncBus, world: World) -> None:
    """What is no call of ours goes to the dead letters without the sender's token, and the service lives on."""
    world.clear_dead("teller")
    for changes in MALFORMED.values():
        changes = {"headers": _headers(), **changes}
        changes["headers"] = {**changes["headers"], wire.ACTOR: "token-of-somebody"}
        _send(world, **changes)
    wait_for(lambda: len(world.dead("teller")) == len(MALFORMED), 10)
    await Customer(bus).deposit()
    assert world.is_alive("teller")
    with world.connect("teller") as connection:
        channel = connection.channel()
        while message := channel.basic_get("teller.dead"):
            assert "token-of-somebody" not in json.dumps(message.properties["application_headers"], default=str)
    assert "token-of-somebody" not in world.log_of("teller").read_text()
    world.clear_dead("teller")


BAD_BODIES = {
    "no JSON": b"\xff\xfe{",
    "a list": b"[]",
    "positional": b'{"args":[1],"kwargs":{}}',
    "missing": b'{"args":[],"kwargs":{}}',
    "unknown": b'{"args":[],"kwargs":{"command":{},"more":1}}',
    "deep": b"[" * 100_000,
}


async def test_bad_arguments_are_refused(bus: AsyncBus, world: World) -> None:
    """A call of ours with a body that does not fit is answered with the fields at fault."""
    for body in BAD_BODIES.values():
        answer = await asyncio.to_thread(_ask, world, body)
        assert answer["error"]["exc_type"] == InvalidInput.code
        assert answer["error"]["faults"]


def test_broker_refuses_a_false_sender(world: World) -> None:
    """Nobody can send in another's name."""
    with pytest.raises(PreconditionFailed):
        _send(world, user_id="ledger")


def test_broker_refuses_calls_that_the_contract_does_not_allow(world: World) -> None:
    """A user can only call the methods whose callers name it."""
    with pytest.raises(AccessRefused):
        _send(world, key="teller.deposit_facts")


def test_broker_refuses_foreign_queues(world: World) -> None:
    """A service cannot read, bind or fill what belongs to another."""
    for act in (
        lambda channel: channel.basic_get("teller.dead"),
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.basic_publish(AmqpMessage("{}"), exchange="events", routing_key="teller.DepositMade"),
        lambda channel: channel.basic_publish(AmqpMessage("{}"), exchange="", routing_key="teller.events"),
    ):
        with world.connect("ledger") as connection, pytest.raises(AccessRefused):
            act(connection.channel())
            connection.drain_events(timeout=2)


async def test_silent_service_is_refused_at_once(world: World) -> None:
    """Once a service answered none of its last calls, callers are told so at once; one probe a second finds it back."""
    impatient = AsyncBus(world.broker.url("gateway"))
    impatient.start()
    wait = impatient.client(TellerApi)
    while not impatient.is_ready:
        await asyncio.sleep(0.02)
    world.services["teller"].kill()
    with context.use(context.CallContext(profile=PROFILE)):
        for _ in range(UNANSWERED):
            with _seconds(0.1), pytest.raises(DeadlinePassed):
                await wait.call(TellerApi.wait, seconds=0)
        with _seconds(0.1), pytest.raises(DeadlinePassed):
            await wait.call(TellerApi.wait, seconds=0)  # the probe
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable) as refused:
            await wait.call(TellerApi.wait, seconds=0)
        assert time.monotonic() - started < 0.05
        assert refused.value.retry_after > 0
        await asyncio.to_thread(world.start, "teller")
        await asyncio.sleep(1)
        await wait.call(TellerApi.wait, seconds=0)
    await impatient.stop()


async def test_too_many_calls_are_refused_at_once(world: World) -> None:
    """Beyond the calls in flight that are allowed, the next is refused instead of queued."""
    narrow = AsyncBus(world.broker.url("gateway"), in_flight_per_service=2)
    narrow.start()
    while not narrow.is_ready:
        await asyncio.sleep(0.02)
    teller = narrow.client(TellerApi)
    with context.use(context.CallContext(profile=PROFILE)):
        running = [asyncio.ensure_future(teller.call(TellerApi.wait, seconds=0.3)) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(ServiceUnavailable):
            await teller.call(TellerApi.wait, seconds=0)
        await asyncio.gather(*running)
    await narrow.stop()


async def test_calls_do_not_wait_behind_events(bus: AsyncBus, world: World) -> None:
    """A flood of events leaves calls their own workers."""
    customer = Customer(bus)
    await asyncio.gather(*(customer.deposit() for _ in range(60)))
    started = time.monotonic()
    await bus.client(LedgerApi).call(LedgerApi.balance, account_id=customer.account_id)
    assert time.monotonic() - started < 1
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=60, amount=60)


def _seconds(seconds: float) -> Any:
    """The time that calls inside the block have."""
    return context.changed(deadline=datetime.now(UTC) + timedelta(seconds=seconds))


def _headers(*, deadline: int = 60_000) -> dict[str, Any]:
    return {wire.DEADLINE: wire.now_ms() + deadline, wire.ARRIVED: wire.now_ms(), wire.PROFILE: PROFILE}


def _body(**arguments: Any) -> bytes:
    return json.dumps({"args": [], "kwargs": arguments}).encode()


def _send(world: World, *, key: str = "teller.deposit", **changes: Any) -> None:
    """Send what may or may not be a call, as the gateway's user."""
    properties = {
        "content_type": wire.JSON,
        "user_id": "gateway",
        "reply_to": f"reply.gateway.{uuid.uuid4().hex}",
        "correlation_id": "1",
        "headers": _headers(),
        **changes,
    }
    body = properties.pop("body", _body())
    properties["application_headers"] = properties.pop("headers")
    with world.connect("gateway") as connection:
        channel = connection.channel()
        message = AmqpMessage(body, **{k: v for k, v in properties.items() if v is not None})
        channel.basic_publish_confirm(message, exchange=RPC_EXCHANGE, routing_key=key, mandatory=True, timeout=5)


def _ask(world: World, body: bytes) -> dict[str, Any]:
    """The answer to a body, over a reply queue of its own."""
    answers: list[bytes] = []
    name = f"reply.gateway.{uuid.uuid4().hex}"
    with world.connect("gateway") as connection:
        channel = connection.channel()
        channel.queue_declare(name, exclusive=True, auto_delete=True)
        channel.queue_bind(name, RPC_EXCHANGE, name)
        channel.basic_consume(name, no_ack=True, callback=lambda message: answers.append(message.body))
        channel.basic_publish(
            AmqpMessage(
                body,
                content_type=wire.JSON,
                user_id="gateway",
                reply_to=name,
                correlation_id="1",
                application_headers=_headers(),
            ),
            exchange=RPC_EXCHANGE,
            routing_key="teller.deposit",
        )
        while not answers:
            connection.drain_events(timeout=5)
    found: dict[str, Any] = json.loads(answers[0])
    return found
