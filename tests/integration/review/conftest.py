"""What the tests of the review service share: its database, an invented tree of organisations, the profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chassis import context
from chassis.database import Database
from tests.factories.review import PROFILE, World, build_world


@pytest.fixture(scope="module")
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("review")


@pytest.fixture
def world(database: Database) -> World:
    return build_world(database)


@pytest.fixture(autouse=True)
def in_profile() -> Iterator[None]:
    with context.changed(profile=PROFILE):
        yield
