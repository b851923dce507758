"""Announcing after the commit, on a real database and a real broker."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from amqp import Connection
from sqlalchemy import text

from chassis import context, live
from chassis.database import Database
from chassis.link import Link
from chassis.live import Announcer
from chassis.topology import LIVE_EXCHANGE, live_prefix
from contracts.live import Topic
from tests.stack import Stack


class Ear:
    """A queue of the gateway's own, bound to the exchange of live updates."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = Connection(
            host=f"{parts.hostname}:{parts.port}",
            userid=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            virtual_host=unquote(parts.path[1:]),
        )
        self._connection.connect()
        self._channel = self._connection.channel()
        self._queue = f"{live_prefix('gateway')}{uuid.uuid4().hex}"
        self._channel.queue_declare(self._queue, exclusive=True, auto_delete=True)
        self._channel.queue_bind(self._queue, LIVE_EXCHANGE)

    def hears(self, account_ids: set[uuid.UUID], *, seconds: float = 0.6) -> list[dict[str, Any]]:
        """What is announced about these accounts within some time."""
        found = []
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            message = self._channel.basic_get(self._queue, no_ack=True)
            if message is None:
                time.sleep(0.02)
                continue
            announcement = json.loads(message.body)
            if announcement["look"].get("id") in {str(account_id) for account_id in account_ids}:
                found.append(announcement)
        return found

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def ear(stack: Stack) -> Iterator[Ear]:
    found = Ear(stack.settings["GATEWAY_AMQP_URL"])
    yield found
    found.close()


@pytest.fixture
def link(stack: Stack) -> Iterator[Link]:
    made = Link(stack.settings["NOTIFY_AMQP_URL"])
    made.start()
    made.wait_ready(10)
    yield made
    made.stop()


@pytest.fixture
def announcer(link: Link) -> Iterator[Announcer]:
    made = Announcer(link)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("notify")


@pytest.fixture(autouse=True)
def profile() -> Iterator[None]:
    with context.changed(profile="hebei"):
        yield


@pytest.mark.usefixtures("announcer")
def test_nothing_is_announced_before_it_is_committed(database: Database, ear: Ear) -> None:
    """A hint waits for the commit, also past the end of a savepoint, and names topic, id and profile only."""
    account_id = uuid.uuid4()
    with database.begin() as session:
        live.announce(session, Topic.NOTICES, account_id)
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        assert ear.hears({account_id}) == []
    (heard,) = ear.hears({account_id})
    assert heard == {"profile": "hebei", "look": {"topic": "notices", "id": str(account_id), "role": None}}


@pytest.mark.usefixtures("announcer")
def test_what_is_rolled_back_is_never_announced(database: Database, ear: Ear) -> None:
    """A transaction that fails announces nothing."""
    account_id = uuid.uuid4()

    def fail() -> None:
        with database.begin() as session:
            live.announce(session, Topic.NOTICES, account_id)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 (raised four lines above)
        fail()
    assert ear.hears({account_id}) == []


@pytest.mark.usefixtures("announcer")
def test_many_commits_are_announced_together(database: Database, ear: Ear) -> None:
    """A hundred quick commits about one account make a few announcements, two accounts make one each at least."""
    often, once = uuid.uuid4(), uuid.uuid4()
    for _ in range(100):
        with database.begin() as session:
            live.announce(session, Topic.JOBS, often)
    with database.begin() as session:
        live.announce(session, Topic.JOBS, once)
    heard = [announcement["look"]["id"] for announcement in ear.hears({often, once}, seconds=1)]
    assert 1 <= heard.count(str(often)) <= 20
    assert heard.count(str(once)) == 1


def test_what_is_announced_without_the_broker_is_kept(stack: Stack, database: Database, ear: Ear) -> None:
    """Hints of a process whose link is not there yet are sent when it is; too many of them become "everything"."""
    late = Link(stack.settings["NOTIFY_AMQP_URL"])
    announcer = Announcer(late)
    announcer.start()
    account_id = uuid.uuid4()
    with database.begin() as session:
        live.announce(session, Topic.NOTICES, account_id)
    assert ear.hears({account_id}) == []
    late.start()
    try:
        late.wait_ready(10)
        assert len(ear.hears({account_id}, seconds=12)) == 1
    finally:
        announcer.stop()
        late.stop()


def test_too_many_hints_become_one(link: Link) -> None:
    """A process that cannot get rid of its hints keeps no more than some thousands."""
    announcer = Announcer(link)
    announcer._keep(dict.fromkeys(_hints(live.MOST)))
    assert len(announcer._waiting) == live.MOST
    announcer._keep(dict.fromkeys(_hints(1)))
    assert list(announcer._waiting) == [live.EVERYTHING]


def _hints(count: int) -> list[Any]:
    look = live.EVERYTHING.look
    return [
        live.EVERYTHING.model_copy(update={"look": look.model_copy(update={"topic": Topic.JOBS, "id": uuid.uuid4()})})
        for _ in range(count)
    ]
