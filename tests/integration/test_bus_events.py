"""Events over the real broker: once, in order, put off, given up, sent again."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from datetime import UTC, datetime

from amqp import Message as AmqpMessage

from chassis import wire
from chassis.asyncbus import AsyncBus
from chassis.consumer import ATTEMPTS
from chassis.database import Database
from chassis.deadletters import DeadLetters
from chassis.relay import send_again
from chassis.topology import EVENTS_EXCHANGE
from contracts.base import Envelope
from tests.bank.contracts import AccountRenamed, DepositMade, Rename, TellerApi
from tests.bank.ledger.service import UNLUCKY
from tests.bank.parts import wait_for
from tests.bank.world import PROFILE, Customer, World


async def test_event_takes_effect(bus: AsyncBus, world: World) -> None:
    """What one service did, its listener learns and asks for."""
    customer = Customer(bus)
    await customer.deposit(7)
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=1, amount=7, seconds=5)


async def test_events_sent_again_change_nothing(bus: AsyncBus, world: World) -> None:
    """After a restore a service sends its events of days again; whoever handled them knows them."""
    customer = Customer(bus)
    for _ in range(20):
        await customer.deposit(3)
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=20, amount=60)
    database = Database(world.database.url("teller"))
    assert send_again(database, since=datetime(2000, 1, 1, tzinfo=UTC)) >= 20
    database.dispose()
    await asyncio.to_thread(wait_for, lambda: world.waiting("teller") == 0, 10)
    await asyncio.to_thread(_settled, world)
    assert world.balance(customer.account_id) == (20, 60)


async def test_duplicated_and_reordered_deliveries(world: World) -> None:
    """Of names that arrive in any order, and twice, the newest stays."""
    account_id = uuid.uuid4()
    names = [
        _envelope("teller.AccountRenamed", AccountRenamed(account_id=account_id, name=f"name {n}"), account_id, n)
        for n in range(1, 41)
    ]
    told = names * 2
    random.shuffle(told)
    _tell(world, told)
    await asyncio.to_thread(wait_for, lambda: world.name_of(account_id) == "name 40", 10)
    await asyncio.to_thread(_settled, world)
    assert world.name_of(account_id) == "name 40"


async def test_versions_that_a_service_tells_arrive_in_order(bus: AsyncBus, world: World) -> None:
    """Many changes of one thing leave its listener with the last."""
    account_id = uuid.uuid4()
    teller = bus.client(TellerApi)
    for number in range(1, 31):
        command = Rename(command_id=uuid.uuid4(), account_id=account_id, name=f"name {number}")
        assert await teller.call(TellerApi.rename, command=command) == number
    await asyncio.to_thread(wait_for, lambda: world.name_of(account_id) == "name 30", 10)


async def test_faulty_message_is_tried_then_given_up_then_replayed(bus: AsyncBus, world: World) -> None:
    """A handler that fails is tried four times, the message is kept, and its replay is counted once."""
    world.clear_dead("ledger")
    customer = Customer(bus)
    await customer.deposit(UNLUCKY)
    await customer.deposit(1)
    await asyncio.to_thread(wait_for, lambda: world.balance(customer.account_id) == (1, 1), 5)
    await asyncio.to_thread(wait_for, lambda: world.dead("ledger"), 15)
    (letter,) = world.dead("ledger")
    assert (letter.reason, letter.attempts) == ("attempts used up", ATTEMPTS)
    assert letter.error is not None
    assert letter.envelope is not None
    assert world.log_of("ledger").read_text().count(f'"event_id": "{letter.envelope.event_id}"') == ATTEMPTS
    (world.fuses / "enlightened").touch()
    world.each_dead("ledger", DeadLetters.replay)
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=2, amount=UNLUCKY + 1)
    assert world.dead("ledger") == []


async def test_fault_of_the_world_waits_without_count(bus: AsyncBus, world: World) -> None:
    """While a service that the handler asks is away, its event waits, longer than all attempts take."""
    customer = Customer(bus)
    world.lay_fuse("before-effect")  # the ledger dies on the delivery, so that the teller can be gone when it returns
    await customer.deposit(5)
    world.wait_for_death("ledger")
    world.services["teller"].kill()
    world.services["ledger"].launch()
    await asyncio.to_thread(wait_for, lambda: '"event_put_off"' in world.log_of("ledger").read_text(), 40)
    world.start("teller")
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=1, amount=5)


UNREADABLE = {
    "no JSON": (b"\x00\xff", wire.JSON),
    "no envelope": (b'{"hello":1}', wire.JSON),
    "pickle": (b"cos\nsystem\n", "application/x-python-serialize"),
    "huge": (b" " * (wire.BODY_LIMIT + 1), wire.JSON),
}


async def test_undecodable_events_die_unread(bus: AsyncBus, world: World) -> None:
    """What is no envelope of ours goes to the dead letters at once and is not logged."""
    world.clear_dead("ledger")
    with world.connect("teller") as connection:
        channel = connection.channel()
        for body, content_type in UNREADABLE.values():
            channel.basic_publish_confirm(
                AmqpMessage(body, content_type=content_type, user_id="teller", delivery_mode=2),
                exchange=EVENTS_EXCHANGE,
                routing_key=DepositMade.topic(),
                mandatory=True,
            )
    await asyncio.to_thread(wait_for, lambda: len(world.dead("ledger")) == len(UNREADABLE), 10)
    assert "hello" not in world.log_of("ledger").read_text()
    # What one reader holds is away for the others meanwhile, so they wait for each other.
    seen = await asyncio.gather(*(asyncio.to_thread(world.dead, "ledger") for _ in range(4)))
    assert [len(letters) for letters in seen] == [len(UNREADABLE)] * 4
    customer = Customer(bus)
    await customer.deposit()
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=1, amount=1)
    world.clear_dead("ledger")


async def test_event_of_an_unknown_kind_is_kept(world: World) -> None:
    """An event that only a newer version knows is tried, then kept for it."""
    world.clear_dead("ledger")
    unknown = _envelope("teller.SomethingNew", DepositMade(deposit_id=uuid.uuid4()), uuid.uuid4(), 1)
    _tell(world, [unknown], key=DepositMade.topic())
    # What another test left waiting may be given up meanwhile too.
    await asyncio.to_thread(wait_for, lambda: unknown in [letter.envelope for letter in world.dead("ledger")], 30)
    world.clear_dead("ledger")


async def test_event_with_a_later_field_is_understood(world: World) -> None:
    """A field that a newer version added does not trouble an older listener."""
    account_id = uuid.uuid4()
    event = AccountRenamed(account_id=account_id, name="new")
    envelope = _envelope("teller.AccountRenamed", event, account_id, 1)
    _tell(world, [envelope.model_copy(update={"payload": {**envelope.payload, "later_field": 1}})])
    await asyncio.to_thread(wait_for, lambda: world.name_of(account_id) == "new", 10)


def _envelope(topic: str, event: DepositMade | AccountRenamed, aggregate_id: uuid.UUID, number: int) -> Envelope:
    return Envelope(
        event_id=uuid.uuid4(),
        topic=topic,
        profile=PROFILE,
        aggregate_id=aggregate_id,
        number=number,
        occurred_at=datetime.now(UTC),
        account_id=None,
        trace_id="test",
        payload=event.model_dump(mode="json"),
    )


def _tell(world: World, envelopes: list[Envelope], *, key: str | None = None) -> None:
    """Publish events as the teller would."""
    with world.connect("teller") as connection:
        channel = connection.channel()
        for envelope in envelopes:
            channel.basic_publish_confirm(
                AmqpMessage(envelope.model_dump_json(), content_type=wire.JSON, user_id="teller", delivery_mode=2),
                exchange=EVENTS_EXCHANGE,
                routing_key=key or envelope.topic,
                mandatory=True,
            )


def _settled(world: World) -> None:
    """Wait until the ledger has nothing left to handle."""
    wait_for(lambda: world.queue_length("ledger", "ledger.events") == 0, 10)
    wait_for(lambda: _handled(world) == _handled(world, pause=0.3), 10)


def _handled(world: World, *, pause: float = 0) -> int:
    time.sleep(pause)
    ((count,),) = world.database.run("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL", database="ledger")
    return int(count)
