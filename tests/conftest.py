"""Fixtures that give a test the real parts: their addresses, a database of its own, somebody who acts."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from chassis import context, crypto
from chassis.database import Database
from chassis.migrate import migrate
from contracts.base import Actor, Role, RoleGrant

pytest_plugins = ("tests.stack", "tests.bank.world")

PROFILE = "hebei"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for the parts is marked, so that `-m 'not stack'` leaves it out."""
    for item in items:
        if "environment" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of the running parts, as `./zhiping parts` wrote it down; set for this process."""
    folder = Path(os.environ.get("ZHIPING_RUN", Path(__file__).parent.parent / ".run"))
    file = folder / "environment.json"
    if not file.exists():
        pytest.fail(f"no running parts: {file} is missing; start them with ./zhiping parts")
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    os.environ.update(found)
    return found


@pytest.fixture(scope="module")
def database_of(environment: dict[str, str]) -> Iterator[Callable[..., Database]]:
    """A function that gives the database of a service in a schema of this module's own, migrated.

    own_tables: False leaves it with the tables of the chassis alone.
    """
    made: dict[str, tuple[Database, str, str]] = {}

    def give(service: str, *, own_tables: bool = True) -> Database:
        if service not in made:
            url = environment[f"{service.upper()}_DATABASE_URL"]
            schema = f"test_{uuid.uuid4().hex[:12]}"
            _run(url, f"CREATE SCHEMA {schema}")
            own = f"{url}?options=-csearch_path%3D{schema}"
            migrate(own, *((service,) if own_tables else ()))
            made[service] = (Database(own, pool_size=8), url, schema)
        return made[service][0]

    yield give
    for database, url, schema in made.values():
        database.dispose()
        _run(url, f"DROP SCHEMA {schema} CASCADE")


def _run(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(autouse=True)
def keys() -> crypto.Keyring:
    """Keys for encrypted columns, the same in every test."""
    return crypto.use(crypto.Keyring([("k1", bytes(32))], b"hash-key-of-tests"))


@pytest.fixture
def make_actor() -> Callable[..., Actor]:
    """A function that gives an invented actor with these grants: `make_actor((Role.CASE_OFFICER, organization_id))`."""

    def give(*grants: tuple[Role, uuid.UUID | None], **values: Any) -> Actor:
        return Actor(
            **{
                "account_id": uuid.uuid4(),
                "person_id": uuid.uuid4(),
                "session_id": uuid.uuid4(),
                "profile": PROFILE,
                "roles": tuple(RoleGrant(role=role, organization_id=place) for role, place in grants),
            }
            | values
        )

    return give


@pytest.fixture
def acting() -> Iterator[Callable[[Actor | None], None]]:
    """A function that makes somebody the actor of the running call, in the profile of the tests."""
    open_contexts: list[Any] = []

    def begin(actor: Actor | None) -> None:
        changed = context.changed(actor=actor, profile=PROFILE if actor is None else actor.profile)
        changed.__enter__()
        open_contexts.append(changed)

    yield begin
    for changed in reversed(open_contexts):
        changed.__exit__(None, None, None)
