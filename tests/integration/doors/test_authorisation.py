"""Who may do what, through the running installation: every route, everybody, own and foreign things (PL-04)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from contracts.errors import NotAllowed
from gateway.problems import message
from tests.factories.province import PROFILE, Province
from tests.integration.doors.described import Description
from tests.integration.doors.requests import REQUESTS, Asked, ask, operations
from tests.integration.doors.table import EVERYBODY, NOT_ALLOWED, NOT_WALKED, TABLE, Row

AT_ONCE = 4
# Of what is shown to the chair and the office, which are a seat and a place: no role alone says it.
UNNAMED = {"show_minutes"}
# What only those may be shown who have to do with the home unit, its committee, its meeting or its applicant.
HOME = (
    "organization_id",
    "committee_id",
    "meeting_id",
    "case_id",
    "material_id",
    "declaration_id",
    "submission_id",
    "file_id",
    "expert_id",
    "judge_id",
    "past_id",
    "past_material_id",
    "draw_id",
    "objection_id",
    "job_id",
    "import_id",
    "certificate_id",
)


def _outcome(answer: httpx.Response, ids: dict[str, str]) -> str:
    """Status and code of the answer; of an answer that shows something of the home unit, that it does."""
    if not answer.is_success:
        return f"{answer.status_code} {answer.json()['code']}"
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    content = answer.json() if is_json and answer.content else None
    if isinstance(content, dict) and "skipped" in content:
        return f"{answer.status_code} row {content['rows'][0]['error_code']}"
    shows = any(ids[thing] in answer.text for thing in HOME)
    return f"{answer.status_code} shown" if shows else f"{answer.status_code}"


def _names_who_may(answer: httpx.Response) -> bool:
    """Whether a refusal says in code and words which roles may act."""
    problem = answer.json()
    return bool(problem["params"].get("roles")) and problem["title"] != message(NotAllowed.code, {}, "zh-CN")


def test_every_route_is_in_the_table(document: dict[str, Any]) -> None:
    """A route without a line in the table, or a line without a route, is an error."""
    assert TABLE.keys() | NOT_WALKED.keys() == operations(document).keys()


@pytest.mark.req("PL-04", "HB-10", "HB-17", "HB-20", "HB-107", "HB-113", "HB-124")
@pytest.mark.timeout(600)
def test_everybody_gets_what_the_table_says(
    document: dict[str, Any], description: Description, home: Province, clients: dict[str, httpx.Client]
) -> None:
    """Each route answers each person as the table says: it acts, it does not know the thing, or it does not allow.

    And each answer is as the OpenAPI document describes it.
    """
    assert set(EVERYBODY) == clients.keys()

    def walk(name: str) -> list[str]:
        method, path = operations(document)[name]
        row, wrong = TABLE[name], []
        for who, client in clients.items():
            answer = ask(client, home.ids, REQUESTS.get(name, Asked()), method, path)
            if not row.allows(who, found := _outcome(answer, home.ids)):
                wrong.append(f"{name}: {who} gets {found}, not {row.of(who)}")
            if fault := description.fault(name, answer):
                wrong.append(fault)
            if found == NOT_ALLOWED and name not in UNNAMED and not _names_who_may(answer):
                wrong.append(f"{name}: {who} is not told who may: {answer.text}")
        return wrong

    with ThreadPoolExecutor(AT_ONCE) as threads:
        wrong = [line for lines in threads.map(walk, TABLE) for line in lines]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.req("PL-04")
def test_a_read_grant_opens_for_its_reader_alone(home: Province, clients: dict[str, httpx.Client]) -> None:
    """What the officer opened, nobody else reads with the officer's grant."""
    address = f"/api/v1/{PROFILE}"
    opened = clients["officer"].get(f"{address}/cases/{home.ids['case_id']}").json()
    headers = {"X-Read-Grant": opened["read_grant"]}
    for path in (
        f"/submissions/{home.ids['submission_id']}",
        f"/files/{home.ids['file_id']}/content",
        f"/files/{home.ids['file_id']}/preview",
    ):
        for who, client in clients.items():
            status = client.get(address + path, headers=headers).status_code
            if who == "officer":
                assert status == 200, (who, path)
            else:
                assert status in (401, 403, 404), (who, path, status)


def test_the_table_names_only_people_that_there_are() -> None:
    """Whoever stands in a line of the table is one of those who walk."""
    for name, row in TABLE.items():
        assert isinstance(row, Row)
        assert row.named() <= set(EVERYBODY), (name, json.dumps(sorted(row.named())))
