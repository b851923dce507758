"""What the tests of a declaration share: a database with Hebei published, and a standing clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chassis import clock, context
from chassis.database import Database
from tests.factories.declaring import NOW, PROFILE, Declaring, build_declaring


@pytest.fixture(scope="module")
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("declaration")


@pytest.fixture(scope="module")
def declaring(database: Database) -> Declaring:
    return build_declaring(database)


@pytest.fixture(autouse=True)
def in_profile() -> Iterator[None]:
    with clock.standing_at(NOW), context.changed(profile=PROFILE, arrived_at=NOW):
        yield
