"""The bank on parts of its own: a broker, a database and two services that tests kill and start again."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
import pytest
from amqp import Connection as AmqpConnection
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.asyncbus import AsyncBus
from chassis.context import CallContext, use
from chassis.deadletters import DeadLetter, DeadLetters, dead_letters
from chassis.migrate import migrate
from chassis.tokens import Signer
from chassis.topology import VHOST, definitions
from contracts.base import Actor
from contracts.errors import WorldFault
from tests.bank.contracts import CONTRACTS, EVENTS, Deposit, DepositFacts, TellerApi
from tests.bank.parts import Broker, Part, Postgres, free_port, python, wait_for

PROFILE = "hebei"
BANK = ("teller", "ledger")
USERS = (*BANK, "gateway")
# Short, so that four attempts take two seconds.
DELAYS = (0.3, 0.5, 1.0)
SEED = bytes(range(32))

Result = TypeVar("Result")


class World:
    """Parts, services and what one can see of them from outside."""

    def __init__(self, folder: Path, *, unbound: tuple[str, ...] = ()) -> None:
        """Describe the parts in `folder`; `unbound` users may do all on the broker, as Nameko's own clients need."""
        folder.chmod(0o755)
        self.folder = folder
        self.fuses = folder / "fuses"
        self.fuses.mkdir()
        self.database = Postgres(folder / "postgres")
        topology = definitions({name: name for name in USERS}, contracts=CONTRACTS, events=EVENTS, delays=DELAYS)
        topology["topic_permissions"] = [p for p in topology["topic_permissions"] if p["user"] not in unbound]
        for permission in topology["permissions"]:
            if permission["user"] in unbound:
                permission.update(configure=".*", write=".*", read=".*")
        self.broker = Broker(folder / "rabbitmq", topology)
        key = base64.b64encode(bytes(32)).decode()
        public = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
        self.environment = {"ZHIPING_VERIFY_KEYS": json.dumps({"identity": base64.b64encode(public).decode()})}
        self.ports = {service: free_port() for service in BANK}
        for service in BANK:
            prefix = service.upper()
            self.environment |= {
                f"{prefix}_DATABASE_URL": self.database.url(service),
                f"{prefix}_AMQP_URL": self.broker.url(service),
                f"{prefix}_HTTP_PORT": str(self.ports[service]),
                f"{prefix}_SECRET_KEYS": json.dumps([{"id": "k1", "key": key}]),
                f"{prefix}_HASH_KEY": key,
                f"{prefix}_FUSE": str(self.fuses),
            }
        self.services = {service: self._part(service) for service in BANK}

    def open(self) -> None:
        """Start the parts and make the databases."""
        self.database.start()
        self.broker.start()
        for service in BANK:
            self.database.make(service)
            migrate(self.database.url(service), f"tests.bank.{service}")

    def _part(self, service: str) -> Part:
        return python(
            "chassis.run",
            f"tests.bank.{service}",
            environment=self.environment | {"PYTHONWARNINGS": "ignore"},
            folder=self.folder,
            log=self.log_of(service),
        )

    def log_of(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    # services

    def start(self, *services: str) -> None:
        """Start services and wait until they are ready."""
        for service in services:
            self.services[service].launch()
        for service in services:
            wait_for(lambda name=service: self.is_ready(name), 60)

    def ensure(self) -> None:
        """Bring everything to where a test begins: all there, no fuses laid."""
        for fuse in self.fuses.iterdir():
            fuse.unlink()
        for part in (self.database, self.broker):
            if part.process is None or part.process.poll() is not None:
                part.start()
        for name, part in self.services.items():
            if part.process is None or part.process.poll() is not None:
                self.start(name)
            wait_for(lambda name=name: self.is_ready(name), 60)

    def is_ready(self, service: str) -> bool:
        return httpx.get(f"http://127.0.0.1:{self.ports[service]}/readyz", timeout=2).status_code == 200

    def is_alive(self, service: str) -> bool:
        process = self.services[service].process
        return process is not None and process.poll() is None

    def lay_fuse(self, place: str, count: int = 1) -> None:
        """Have the next processes that come to `place` killed there."""
        for number in range(count):
            (self.fuses / f"{place}.{number}").touch()

    def wait_for_death(self, service: str) -> None:
        """Wait until a fuse has burnt."""
        wait_for(lambda: not self.is_alive(service), 60)

    def stop(self) -> None:
        for part in (*self.services.values(), self.broker, self.database):
            part.kill()

    # what is to be seen

    def deposits(self, account_id: uuid.UUID) -> tuple[int, int]:
        """How many deposits the teller has of an account, and their sum."""
        ((count, amount),) = self.database.run(
            f"SELECT count(*), coalesce(sum(amount), 0) FROM deposit WHERE account_id = '{account_id}'",
            database="teller",
        )
        return count, amount

    def balance(self, account_id: uuid.UUID) -> tuple[int, int]:
        """How many deposits of an account the ledger has added, and their sum."""
        found = self.database.run(
            f"SELECT deposits, amount FROM balance WHERE account_id = '{account_id}'", database="ledger"
        )
        return found[0] if found else (0, 0)

    def name_of(self, account_id: uuid.UUID) -> str | None:
        found = self.database.run(f"SELECT name FROM balance WHERE account_id = '{account_id}'", database="ledger")
        return found[0][0] if found else None

    def wait_for_balance(self, account_id: uuid.UUID, *, count: int, amount: int, seconds: float = 30) -> None:
        """Wait until the ledger agrees with the teller."""
        assert self.deposits(account_id) == (count, amount)
        wait_for(lambda: self.balance(account_id) == (count, amount), seconds)

    def waiting(self, service: str) -> int:
        """Events of a service that were not published."""
        ((count,),) = self.database.run("SELECT count(*) FROM outbox WHERE published_at IS NULL", database=service)
        return int(count)

    def connect(self, user: str) -> AmqpConnection:
        """A bare connection, to send what no client of ours would."""
        return AmqpConnection(
            f"127.0.0.1:{self.broker.port}", userid=user, password=user, virtual_host=VHOST, connect_timeout=5
        )

    def queue_length(self, user: str, queue: str) -> int:
        with self.connect(user) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)

    def dead(self, service: str) -> list[DeadLetter]:
        with dead_letters(self.broker.url(service)) as letters:
            return letters.all()

    def clear_dead(self, service: str) -> None:
        self.each_dead(service, DeadLetters.drop)

    def each_dead(self, service: str, act: Callable[[DeadLetters, DeadLetter], None]) -> None:
        with dead_letters(self.broker.url(service)) as letters:
            for letter in letters.all():
                act(letters, letter)

    def token(self, actor: Actor) -> str:
        """What identity would sign for the actor."""
        return Signer("identity", base64.b64encode(SEED).decode()).actor_token(actor)


class Customer:
    """Somebody at the counter who does not give up before there is an answer."""

    def __init__(self, bus: AsyncBus) -> None:
        self._teller = bus.client(TellerApi)
        self.account_id = uuid.uuid4()
        self.count = 0
        self.amount = 0
        self.repeats = 0

    async def deposit(self, amount: int = 1) -> DepositFacts:
        """Put an amount on the account, asking again under the same command until answered."""
        command = Deposit(command_id=uuid.uuid4(), account_id=self.account_id, amount=amount)
        facts = await self._insist(lambda: self._teller.call(TellerApi.deposit, command=command))
        self.count += 1
        self.amount += amount
        return facts

    async def _insist(self, ask: Callable[[], Awaitable[Result]]) -> Result:
        while True:
            try:
                return await ask()
            except WorldFault:
                self.repeats += 1
                await asyncio.sleep(0.1)


@pytest.fixture(scope="session")
def _world() -> Iterator[World]:
    # Not pytest's folder: PostgreSQL may run as another user, whom pytest keeps out of it.
    with TemporaryDirectory(prefix="zhiping-bank-") as folder:
        made = World(Path(folder))
        try:
            made.open()
            yield made
        finally:
            made.stop()


@pytest.fixture
def world(_world: World) -> World:
    """The bank, everything running."""
    _world.ensure()
    return _world


@pytest.fixture
async def bus(world: World) -> Any:
    """The gateway's client, connected; calls are made in the profile of the tests."""
    made = AsyncBus(world.broker.url("gateway"))
    made.start()
    while not made.is_ready:
        await asyncio.sleep(0.02)
    with use(CallContext(profile=PROFILE)):
        yield made
    await made.stop()
