"""Identity numbers that passed through the whole job stand nowhere in clear: no table, no log, no queue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.base import SERVICES
from tests.main_job import MainJob, dead, rows
from tests.stack import Stack


@pytest.fixture(scope="module")
def numbers(job: MainJob, stack: Stack) -> list[str]:
    """The identity numbers of the people of a whole run, by which they sign in."""
    accounts = json.loads((Path(stack.settings["ZHIPING_RUN"]) / "demo-accounts-hebei.json").read_text("utf-8"))
    found = [account["identifier"] for account in accounts.values() if account["kind"] == "person"]
    assert len(found) >= 8
    return found


@pytest.mark.req("PL-37")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", SERVICES)
def test_no_table_holds_a_number_in_clear(stack: Stack, numbers: list[str], service: str) -> None:
    """Neither as text nor as the bytes of the text."""
    pattern = "|".join([*numbers, *(number.encode().hex() for number in numbers)])
    tables = rows(
        stack.settings,
        service,
        "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    )
    assert len(tables) > 7
    holding = [
        table.name
        for table in tables
        if rows(
            stack.settings, service, f"SELECT 1 FROM {table.name} AS t WHERE t::text ~ :wanted LIMIT 1", wanted=pattern
        )
    ]
    assert holding == []


@pytest.mark.req("PL-37")
def test_no_log_and_no_dead_letter_holds_a_number(stack: Stack, numbers: list[str]) -> None:
    """Logs of all processes, the broker's and the database's among them, hold ids alone."""
    holding = [
        file.name
        for file in sorted((Path(stack.settings["ZHIPING_RUN"]) / "log").iterdir())
        if any(number in file.read_text("utf-8", errors="replace") for number in numbers)
    ]
    assert holding == []
    assert dead(stack.settings) == []
