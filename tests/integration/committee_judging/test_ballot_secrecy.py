"""The auditor: with every table, row version and message nobody can tell who voted how (design §6, docs/ballots.md)."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, inspect, text

from chassis import clock, crypto
from chassis.database import Database
from chassis.migrate import migrate
from contracts.committee.ballots import CastVotes, SealedVote
from contracts.committee.envelope import Choice, VoteContent, pack
from services.committee.operations import ballots
from services.committee.queries import ballots as ballot_queries
from tests.factories.judging import Opened, World, make_world

JUDGES, MATERIALS, RECUSED = 6, 4, (5, 2)
MOMENT = datetime(2026, 11, 20, 2, tzinfo=UTC)

Votes = dict[tuple[int, int], Choice]


@pytest.fixture(scope="module")
def fresh(environment: dict[str, str]) -> Iterator[Callable[[], Database]]:
    """A function that gives an empty database of the committee service, in a schema of its own each time."""
    url, made = environment["COMMITTEE_DATABASE_URL"], []

    def run(statement: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def give() -> Database:
        schema = f"test_{uuid.uuid5(uuid.NAMESPACE_OID, str(random.SystemRandom().random())).hex[:12]}"
        run(f"CREATE SCHEMA {schema}")
        migrate(f"{url}?options=-csearch_path%3D{schema}", "committee")
        made.append((Database(f"{url}?options=-csearch_path%3D{schema}", pool_size=4), schema))
        return made[-1][0]

    yield give
    for database, schema in made:
        database.dispose()
        run(f"DROP SCHEMA {schema} CASCADE")


class Auditor:
    """Sees every row of every table with its version and place, and every message of the vote.

    What differs between any two runs is replaced by what an auditor could compare: ids by the order in which they
    appear, ciphers, keys and envelopes by their length, transaction numbers by their order.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.messages: list[Any] = []
        self.raw: list[str] = []

    def hear(self, message: Any) -> Any:
        self.messages.append(message.model_dump())
        self.raw.append(message.model_dump_json())
        return message

    def view(self) -> list[Any]:
        """Everything there is to see now, comparable between runs."""
        names: dict[UUID, str] = {}
        rows: list[tuple[str, int, Any]] = []
        with self.database.engine.connect() as connection, connection.begin():
            connection.execute(text("SELECT set_config('app.profile', '*', true)"))
            for table in sorted(inspect(connection).get_table_names()):
                found = connection.execute(text(f"SELECT xmin::text::bigint AS version, * FROM {table} ORDER BY ctid"))
                for place, row in enumerate(found.mappings()):
                    self.raw.append(repr({key: _bytes(value) for key, value in row.items()}))
                    rows.append((table, place, dict(row)))
        order = {version: rank for rank, version in enumerate(sorted({row["version"] for _, _, row in rows}))}
        shown = [(table, place, order[row.pop("version")], _canonical(row, names)) for table, place, row in rows]
        return [*shown, _canonical(self.messages, names)]


def _bytes(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, memoryview) else value


def _canonical(value: Any, names: dict[UUID, str]) -> Any:
    if isinstance(value, UUID):
        return names.setdefault(value, f"id{len(names)}")
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    if isinstance(value, dict):
        return {str(_canonical(key, names)): _canonical(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(each, names) for each in value]
    if isinstance(value, str):
        return _IDS.sub(lambda found: names.setdefault(UUID(found[0]), f"id{len(names)}"), _SECRETS.sub("…", value))
    return value


_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SECRETS = re.compile(r"[A-Za-z0-9+/]{42,}={0,2}")


@dataclass(frozen=True)
class Held:
    """A meeting whose vote was held: the auditor, and what the auditor saw while open, after closing, at the end."""

    auditor: Auditor
    world: World
    opened: Opened
    seen: list[list[Any]]


def hold_vote(database: Database, votes: Votes) -> Held:
    """The same meeting with these votes, up to the confirmed result."""
    monkeypatch = pytest.MonkeyPatch()
    ids = random.Random(2026)
    monkeypatch.setattr(uuid, "uuid4", lambda: UUID(int=ids.getrandbits(128), version=4))
    with clock.standing_at(MOMENT):
        world = make_world(database, judges=JUDGES, materials=MATERIALS, conflicts=(RECUSED,))
        opened = world.to_ballot()
        auditor = Auditor(database)
        auditor.hear(opened.opening)
        for judge in range(JUDGES):
            auditor.hear(world.ask(world.judge(judge), ballot_queries.ballot_key, ballot_id=opened.ballot_id))
            mine = [(world.materials[material], choice) for (who, material), choice in votes.items() if who == judge]
            for part in (mine[:1], mine[1:], mine[1:]):
                cast = CastVotes(
                    command_id=UUID(int=1000 * judge + len(part)),
                    ballot_id=opened.ballot_id,
                    votes=tuple(
                        SealedVote(
                            material_id=material,
                            envelope=world.seal(opened, material, world.judges[judge].id, choice),
                        )
                        for material, choice in part
                    ),
                )
                auditor.hear(cast)
                auditor.hear(world.ask(world.judge(judge), ballots.cast_votes, votes=cast))
            auditor.hear(world.ask(world.chair, ballot_queries.ballot_progress, meeting_id=world.meeting_id))
        while_open = auditor.view()
        auditor.hear(world.close(opened))
        closed = auditor.view()
        auditor.hear(world.confirm_result(opened))
        confirmed = auditor.view()
    monkeypatch.undo()
    return Held(auditor, world, opened, [while_open, closed, confirmed])


def places() -> list[tuple[int, int]]:
    return [
        (judge, material) for judge in range(JUDGES) for material in range(MATERIALS) if (judge, material) != RECUSED
    ]


def some_votes() -> Votes:
    chance = random.Random(7)
    return {place: chance.choice(list(Choice)) for place in places()}


def exchanged(votes: Votes) -> Votes:
    """Other votes of everybody with the same sums: each material's choices go round among its voters."""
    turned: Votes = {}
    for material in range(MATERIALS):
        voters = [judge for judge, each in places() if each == material]
        choices = [votes[judge, material] for judge in voters]
        turned |= {(judge, material): choice for judge, choice in zip(voters, choices[1:] + choices[:1], strict=True)}
    return {place: turned[place] for place in places()}


@pytest.fixture(scope="module")
def first(fresh: Callable[[], Database]) -> Held:
    """A vote that the tests compare with others."""
    crypto.use(crypto.Keyring([("k1", bytes(32))], b"hash-key-of-tests"))
    return hold_vote(fresh(), some_votes())


@pytest.mark.req("HB-153")
def test_tables_row_versions_and_messages_are_the_same_whoever_voted_how(
    fresh: Callable[[], Database], first: Held
) -> None:
    """Two votes with the same sums and other voters behind them leave the same traces, before and after the closing."""
    votes = some_votes()
    other = exchanged(votes)
    assert sum(votes[place] is not other[place] for place in places()) >= MATERIALS
    assert hold_vote(fresh(), other).seen == first.seen


@pytest.mark.req("HB-153")
def test_before_the_closing_nobody_can_count_and_after_it_only_sums_differ(
    fresh: Callable[[], Database], first: Held
) -> None:
    """A vote with other sums looks the same until it is closed; then it differs, so the comparison does see."""
    while_open, closed, _ = hold_vote(fresh(), dict.fromkeys(places(), Choice.APPROVE)).seen
    assert while_open == first.seen[0]
    pairs = zip(closed[:-1], first.seen[1][:-1], strict=True)
    assert {row[0] for row, again in pairs if row != again} == {"ballot_material", "command"}


@pytest.mark.req("HB-153")
def test_no_code_choice_or_opened_envelope_is_written_anywhere(first: Held) -> None:
    """Neither the opening code nor the content of any envelope is written; after the closing no envelope is left."""
    everything = "\n".join(first.auditor.raw)
    assert first.opened.code not in everything
    assert first.opened.code.replace("-", "") not in everything
    for judge, material in places():
        for choice in Choice:
            ids = (first.opened.ballot_id, first.world.materials[material], first.world.judges[judge].id)
            assert pack(VoteContent(*ids, choice)).hex() not in everything
    with first.world.database.engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT set_config('app.profile', '*', true)"))
        assert connection.execute(text("SELECT count(*), count(envelope) FROM cast_vote")).one() == (len(places()), 0)
        assert connection.execute(text("SELECT count(stored_half) FROM ballot")).scalar() == 0
