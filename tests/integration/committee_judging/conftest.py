"""What the tests of a meeting's scoring, ballot and result share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chassis.database import Database


@pytest.fixture
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("committee")
