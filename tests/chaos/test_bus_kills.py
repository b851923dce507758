"""kill -9 in every place where something could be lost or done twice: nothing is, and everything comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from chassis import context
from chassis.asyncbus import AsyncBus
from chassis.consumer import STARTS
from chassis.relay import LOCK
from contracts.errors import WorldFault
from tests.bank.contracts import TellerApi
from tests.bank.parts import Broker, Postgres, wait_for
from tests.bank.world import Customer, World


async def test_kill_between_commit_and_publish(bus: AsyncBus, world: World) -> None:
    """An event whose process dies after the commit is published by the next one."""
    customer = Customer(bus)
    world.services["teller"].kill()
    with _relay_held_up(world):
        await asyncio.to_thread(world.start, "teller")
        for _ in range(5):
            await customer.deposit(2)
        assert world.waiting("teller") >= 5
        world.services["teller"].kill()
    assert world.balance(customer.account_id) == (0, 0)
    await asyncio.to_thread(world.start, "teller")
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=5, amount=10)


@pytest.mark.parametrize("place", ["during-command", "before-answer"])
async def test_kill_during_a_command(bus: AsyncBus, world: World, place: str) -> None:
    """A command whose service dies before or after the commit is carried out once, however often it is repeated."""
    customer = Customer(bus)
    world.lay_fuse(place)
    asked = asyncio.create_task(customer.deposit(4))
    await asyncio.to_thread(world.wait_for_death, "teller")
    await asyncio.to_thread(world.start, "teller")
    await asked
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=1, amount=4)


async def test_kill_between_effect_and_ack(bus: AsyncBus, world: World) -> None:
    """An event whose effect was committed when its process died is not applied again."""
    customer = Customer(bus)
    world.lay_fuse("before-ack")
    await customer.deposit(6)
    await asyncio.to_thread(world.wait_for_death, "ledger")
    assert world.balance(customer.account_id) == (1, 6)
    await asyncio.to_thread(world.start, "ledger")
    await customer.deposit(1)
    await asyncio.to_thread(world.wait_for_balance, customer.account_id, count=2, amount=7)


async def test_event_that_kills_its_process_takes_no_innocents(bus: AsyncBus, world: World) -> None:
    """An event that crashes the process again and again is given up; those delivered beside it are all handled."""
    world.clear_dead("ledger")
    world.services["ledger"].kill()
    crasher, innocent = Customer(bus), Customer(bus)
    await crasher.deposit(8)
    for _ in range(10):
        await innocent.deposit(1)
    # The queue is in order, so the crasher is the first to come by: once unmarked, then each time as redelivered.
    for _ in range(STARTS + 1):
        world.lay_fuse("before-effect")
        world.services["ledger"].launch()
        await asyncio.to_thread(world.wait_for_death, "ledger")
    await asyncio.to_thread(world.start, "ledger")
    await asyncio.to_thread(world.wait_for_balance, innocent.account_id, count=10, amount=10)
    (letter,) = world.dead("ledger")
    assert letter.reason == "starts without an end"
    assert world.balance(crasher.account_id) == (0, 0)
    world.clear_dead("ledger")


async def test_kills_under_traffic(bus: AsyncBus, world: World) -> None:
    """Services, database and broker are killed while deposits are made: in the end every sum is right."""
    world.clear_dead("ledger")
    customers = [Customer(bus) for _ in range(6)]
    counter_is_open = asyncio.Event()
    counter_is_open.set()

    async def trade(customer: Customer) -> None:
        number = 0
        while counter_is_open.is_set():
            number += 1
            await customer.deposit(number)

    trading = [asyncio.create_task(trade(customer)) for customer in customers]
    try:
        for act in (
            lambda: _restart(world, "ledger"),
            lambda: _restart(world, "teller"),
            lambda: _kill_and_start(world.database),
            lambda: _kill_and_start(world.broker),
            lambda: _restart(world, "ledger"),
            lambda: _kill_and_start(world.database),
        ):
            await asyncio.sleep(1)
            await asyncio.to_thread(act)
        await asyncio.sleep(1)
    finally:
        counter_is_open.clear()
    async with asyncio.timeout(60):
        await asyncio.gather(*trading)
    for customer in customers:
        await asyncio.to_thread(
            world.wait_for_balance, customer.account_id, count=customer.count, amount=customer.amount, seconds=60
        )
    assert sum(customer.repeats for customer in customers) > 0
    assert world.waiting("teller") == 0
    assert world.dead("ledger") == []


async def test_start_without_broker_and_database(world: World) -> None:
    """Services start where nothing is there yet, say that they are not ready, and serve when it comes."""
    for part in (*world.services.values(), world.broker, world.database):
        part.kill()
    for service in world.services.values():
        service.launch()
    for name in world.services:
        await asyncio.to_thread(wait_for, lambda name=name: not world.is_ready(name), 60)
    await asyncio.sleep(3)
    for name in world.services:
        assert world.is_alive(name)
        assert not world.is_ready(name)
    await asyncio.to_thread(world.database.start)
    await asyncio.to_thread(world.broker.start)
    for name in world.services:
        await asyncio.to_thread(wait_for, lambda name=name: world.is_ready(name), 60)


async def test_drain_finishes_what_was_begun(bus: AsyncBus, world: World) -> None:
    """On SIGTERM a service answers the calls that it has, takes no more, and ends in time."""
    teller = bus.client(TellerApi)
    running = [asyncio.create_task(teller.call(TellerApi.wait, seconds=2)) for _ in range(8)]
    await asyncio.sleep(0.5)
    started = time.monotonic()
    assert await asyncio.to_thread(world.services["teller"].terminate) == 0
    assert time.monotonic() - started < 10
    assert all(left > 0 for left in await asyncio.gather(*running))
    late = asyncio.create_task(teller.call(TellerApi.wait, seconds=0))  # waits in the queue for the next process
    await asyncio.to_thread(world.start, "teller")
    await late


async def test_drain_has_a_limit(bus: AsyncBus, world: World) -> None:
    """A call that takes longer than the drain allows does not keep the process."""
    with context.changed(deadline=datetime.now(UTC) + timedelta(seconds=12)):
        hanging = asyncio.create_task(bus.client(TellerApi).call(TellerApi.wait, seconds=12))
        await asyncio.sleep(0.5)
    started = time.monotonic()
    assert await asyncio.to_thread(world.services["teller"].terminate) == 0
    assert 9 < time.monotonic() - started < 13
    # Until its deadline the next process would take the call up, and another test would find that process busy.
    with pytest.raises(WorldFault):
        await hanging


def _restart(world: World, service: str) -> None:
    world.services[service].kill()
    world.start(service)


def _kill_and_start(part: Broker | Postgres) -> None:
    part.kill()
    part.start()


@contextmanager
def _relay_held_up(world: World) -> Iterator[None]:
    """Hold the lock of the teller's relay, so that what commits is not published."""
    connection = psycopg2.connect(host="127.0.0.1", port=world.database.port, user="admin", dbname="teller")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", (LOCK,))
            yield
    finally:
        connection.close()
