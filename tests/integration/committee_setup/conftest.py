"""What the tests of a committee's preparation share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chassis.database import Database
from tests.factories.committee_setup import World, build_world


@pytest.fixture(scope="module")
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("committee")


@pytest.fixture
def world(database: Database) -> World:
    return build_world(database)
