"""Bad input through the running installation: a clear refusal with code and place, never a fault of ours."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import httpx
import pytest

from contracts.declaration.drafts import SettingInput
from deploy.demo.declaring import CASCADE, STEPS
from tests.factories.province import PROFILE, Province
from tests.integration.doors.requests import REQUESTS, Asked, ask, filled, operations
from tests.integration.doors.table import TABLE

AT_ONCE = 4
ADDRESS = f"/api/v1/{PROFILE}"
# What stands in the place of each value in turn; escaped JSON, so that it may be what is no text at all.
NASTY = (
    "null",
    "[]",
    "{}",
    "-1",
    "1e400",
    "NaN",
    str(10**30),
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e\\u0007\\ufffe"',
    '"{{ 7*7 }}{% for x in y %}<w:p/>&amp;<script>]]>"',
    json.dumps("䶮" * 20_000),
    '"0001-01-01"',
    '"9999-12-31T23:59:59+14:00"',
    '"00000000-0000-0000-0000-000000000000"',
)
MARK = "7f1b0c2e-mark"


def _leaves(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of a body, the whole one included."""
    yield pointer
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(part, (*pointer, step))


def _with(value: Any, pointer: tuple[Any, ...], other: Any) -> Any:
    if not pointer:
        return other
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[pointer[0]] = _with(value[pointer[0]], pointer[1:], other)
    return changed


def _entitled(name: str) -> str:
    """Somebody who has the right to the route, so that the input reaches what is behind it."""
    row = TABLE[name]
    refused = ("403", "404")
    right = [people.split()[0] for outcome, people in row.others.items() if not outcome.startswith(refused)]
    return right[0] if right else "officer"


def _is_problem(answer: httpx.Response) -> bool:
    """Whether a refusal has its code, a text in the language that was asked for, and names its places."""
    if answer.is_success:
        return True
    problem = answer.json()
    named = problem["code"] != "common.invalid_input" or problem["errors"]
    return bool(
        answer.headers["content-type"] == "application/problem+json"
        and problem["title"] != problem["code"]
        and all(fault["message"] != fault["code"] for fault in problem["errors"])
        and named
    )


@pytest.mark.timeout(900)
def test_no_body_is_a_fault_of_ours(document: dict[str, Any], home: Province, clients: dict[str, httpx.Client]) -> None:
    """Each value of each body replaced by what does not belong there: refused with code and place, or harmless."""

    def tamper(name: str) -> list[str]:
        method, path = operations(document)[name]
        asked = REQUESTS[name]
        body = filled(asked.body, home.ids)
        client = clients[_entitled(name)]
        found = []
        for pointer in _leaves(body):
            for nasty in NASTY:
                text = json.dumps(_with(body, pointer, MARK)).replace(f'"{MARK}"', nasty)
                answer = ask(
                    client,
                    home.ids,
                    Asked(ids=asked.ids, query=asked.query, version=asked.version),
                    method,
                    path,
                    content=text.encode(),
                    headers={"Content-Type": "application/json", "If-Match": str(asked.version or 999)},
                )
                if answer.status_code >= 500 or not _is_problem(answer):
                    found.append(f"{name} {pointer} {nasty[:40]}: {answer.status_code} {answer.text[:300]}")
        return found

    walked = [name for name in TABLE if name in REQUESTS and REQUESTS[name].body is not None]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        wrong = [line for lines in threads.map(tamper, walked) for line in lines]
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_address_is_a_fault_of_ours(
    document: dict[str, Any], home: Province, clients: dict[str, httpx.Client]
) -> None:
    """Queries and paths with NUL, halves of characters, huge numbers and words: refused, or not found."""
    for name in TABLE:
        method, path = operations(document)[name]
        if method != "get":
            continue
        item = document["paths"][path]["get"]
        queries = [p["name"] for p in item.get("parameters", ()) if p["in"] == "query"]
        client = clients[_entitled(name)]
        asked = REQUESTS.get(name, Asked())
        for nasty in ("\0", "%ED%A0%80", "-1", str(10**30), "x" * 5000, "\u202e"):
            for query in queries:
                answer = ask(client, home.ids, Asked(ids=asked.ids, query={**asked.query, query: nasty}), method, path)
                assert answer.status_code < 500, (name, query, nasty[:20], answer.text)
                assert _is_problem(answer), (name, query, nasty[:20], answer.text)
        for word in ("1", "%00", "..%2f", "䶮"):
            if "_id}" in path:
                start, end = path.index("{", 10), path.index("_id}") + 4
                address = path[:start].replace("{profile}", PROFILE) + word + path[end:]
                for part in ("{block}", "{row_id}", "{group_id}", "{file_id}"):
                    address = address.replace(part, word)
                status = client.request(method, address).status_code
                assert status < 500, (name, address)


@pytest.mark.req("PL-11", "PL-12", "PL-35")
def test_what_the_protocol_refuses(home: Province, clients: dict[str, httpx.Client]) -> None:
    """No version, a stale one, another language, a foreign page, too much, no JSON, another type: each its own code."""
    officer, case = clients["officer"], f"{ADDRESS}/cases/{home.ids['case_id']}/decision"
    body = {"decision": "pass", "opinion": "同意"}

    def refused(status: int, code: str, **request: Any) -> dict[str, Any]:
        answer = officer.post(case, **request)
        problem: dict[str, Any] = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code), problem
        assert problem["title"] not in ("", code)
        return problem

    stale = {"If-Match": "999"}
    assert refused(428, "common.version_required", json=body)["title"]
    chinese = refused(409, "common.stale_version", json=body, headers=stale)
    english = refused(409, "common.stale_version", json=body, headers={**stale, "Accept-Language": "en"})
    assert english["title"].isascii()
    assert not chinese["title"].isascii()
    foreign = {**stale, "Origin": "https://elsewhere.example"}
    refused(403, "common.foreign_origin", json=body, headers=foreign)
    huge = {**body, "opinion": "x" * (1024 * 1024)}
    refused(413, "common.too_large", json=huge, headers=stale)
    for content in (b"{", b"[" * 100_000, b"\xff\xfe", b""):
        answer = officer.post(case, content=content, headers={**stale, "Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text
        assert _is_problem(answer), answer.text
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        content = b'{"decision": "pass"}'
        refused(415, "common.media_type_refused", content=content, headers={**stale, "Content-Type": kind})
    surprise = refused(422, "common.invalid_input", json={**body, "surprise": 1}, headers=stale)
    assert [fault["pointer"] for fault in surprise["errors"]] == ["/surprise"]
    assert officer.get(f"{ADDRESS}/cases/{home.ids['case_id']}").json()["case"]["version"] == int(
        home.ids["case_version"]
    )


@pytest.mark.req("PL-11")
def test_a_setting_is_refused_at_its_place_in_the_body(clients: dict[str, httpx.Client]) -> None:
    """The place of a wrong choice is told as it lies in what was sent: alone, or as a part of a declaration."""
    setting = dict.fromkeys(SettingInput.model_fields, "nothing")
    for path, body, pointer in (
        ("settings/preview", setting, "/category"),
        ("declarations", {"setting": setting}, "/setting/category"),
    ):
        answer = clients["applicant"].post(f"{ADDRESS}/{path}", json=body)
        assert pointer in [fault["pointer"] for fault in answer.json()["errors"]], answer.text


@pytest.mark.req("HB-16", "PL-11")
@pytest.mark.parametrize(
    ("name", "code"),
    [("王\u200b五", "common.invisible_characters"), ("王五（一）", "identity.name_characters")],
)
def test_what_is_wrong_in_a_name_is_told(
    home: Province, clients: dict[str, httpx.Client], name: str, code: str
) -> None:
    """A pasted character that nobody sees is named as such, another as what a name cannot hold."""
    body = {
        "organization_id": home.ids["organization_id"],
        "login_name": "officer-nine",
        "real_name": name,
        "roles": ["case_officer"],
    }
    answer = clients["admin"].post(f"{ADDRESS}/staff", json=body)
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/real_name", code)


@pytest.mark.req("PL-11")
def test_a_repeat_with_other_content_is_refused(home: Province, clients: dict[str, httpx.Client]) -> None:
    """The id of a command belongs to its content."""
    system, headers = clients["system"], {"Idempotency-Key": str(uuid.uuid4())}
    first = {"days": [{"day": "2099-01-01", "is_working_day": False}]}
    other = {"days": [{"day": "2099-01-02", "is_working_day": False}]}
    assert system.post(f"{ADDRESS}/calendar-days", json=first, headers=headers).status_code == 204
    assert system.post(f"{ADDRESS}/calendar-days", json=first, headers=headers).status_code == 204
    again = system.post(f"{ADDRESS}/calendar-days", json=other, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "common.command_reused")


@pytest.mark.req("PL-15")
def test_a_closed_batch_takes_nothing_whatever_a_client_says_of_the_time(clients: dict[str, httpx.Client]) -> None:
    """Last year's batch refuses a declaration that is right in all else, also one that is dated back."""
    applicant = clients["applicant_foreign"]
    codes: list[str] = []
    for label in CASCADE:
        choices = applicant.get(f"{ADDRESS}/catalogue/choices", params={"path": codes}).json()
        codes.append(next(choice["code"] for choice in choices if choice["label"] == label))
    setting = {**dict(zip(STEPS, codes, strict=True)), "declaration_mode": "normal", "review_mode": "review"}
    batches = {batch["code"]: batch for batch in applicant.get(f"{ADDRESS}/public/batches").json()}
    closed = next(batch for code, batch in sorted(batches.items()) if batch["closes_on"] < date.today().isoformat())
    back = f"{closed['opens_on']}T12:00:00+08:00"
    for headers in ({}, {"Date": back, "X-Arrived-At": back, "arrived_at": back}):
        body = {"setting": setting, "batch_id": closed["batch_id"]}
        answer = applicant.post(f"{ADDRESS}/declarations", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "declaration.batch_closed"), answer.text
    assert applicant.get(f"{ADDRESS}/declarations").json() == []
