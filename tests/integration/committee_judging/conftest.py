"""What the tests of a meeting's scoring, ballot and result share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chassis import clock
from chassis.database import Database
from tests.factories.concluding import PUBLISHED
from tests.factories.judging import World, make_world


@pytest.fixture
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("committee")


@pytest.fixture(scope="module")
def decided(database_of: Callable[..., Database]) -> Callable[[], World]:
    """A function that gives a meeting with a confirmed result: two of three persons passed."""

    def give() -> World:
        with clock.standing_at(PUBLISHED):
            world = make_world(database_of("committee"), judges=3, materials=3)
            world.to_result(passed=2)
        return world

    return give
