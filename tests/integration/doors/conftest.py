"""One province at work for all tests of who may come in and with what."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.factories.province import Province, province
from tests.integration.doors.described import Description
from tests.stack import Stack


@pytest.fixture(scope="session")
def home(stack: Stack) -> Iterator[Province]:
    """A province at work."""
    with province({**os.environ, **stack.settings}) as built:
        yield built


@pytest.fixture(scope="session")
def document(stack: Stack) -> dict[str, Any]:
    """The OpenAPI document of the running gateway."""
    found: dict[str, Any] = httpx.get(f"{stack.url}/api/v1/openapi.json", trust_env=False, timeout=30).json()
    return found


@pytest.fixture(scope="session")
def description(document: dict[str, Any]) -> Description:
    """The document as a judge of answers."""
    return Description(document)


@pytest.fixture(scope="module")
def clients(stack: Stack, home: Province) -> Iterator[dict[str, httpx.Client]]:
    """A client for everybody of the table; `nobody` has no cookie."""
    home.renew()
    cookies = {"nobody": {}} | {who: browser.cookies for who, browser in home.people.items()}
    made = {
        who: httpx.Client(base_url=stack.url, cookies=kept, timeout=60, trust_env=False)
        for who, kept in cookies.items()
    }
    yield made
    for client in made.values():
        client.close()
