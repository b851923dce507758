"""What operators see and do through the running installation: dead messages, late jobs, audit, profiles."""

from __future__ import annotations

import io
import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from chassis import clock
from chassis.rpc import Caller
from contracts.base import SERVICES, Role
from contracts.errors import DomainError
from deploy.demo.browser import Browser, Problem, wait_until
from deploy.found import found
from tests.factories.operations import KIND, bury, drop, late_jobs, told_before
from tests.factories.province import PROFILE, Doors
from tests.main_job import rows
from tests.stack import Stack

SECRET = "纪怀瑾 139901198503040013"


@pytest.fixture(scope="module")
def doors(stack: Stack) -> Iterator[Doors]:
    opened = Doors({**os.environ, **stack.settings})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def operator(stack: Stack, doors: Doors) -> Browser:
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    found(PROFILE, caller)  # the first test of an installation finds no accounts
    caller.link.stop()
    return doors.enter("system", doors.holder(Role.SYSTEM_ADMIN, None))


def at(answer: list[dict[str, Any]], service: str) -> dict[str, Any]:
    """What one service answered."""
    (one,) = [each for each in answer if each["service"] == service]
    assert one["is_there"], service
    content: dict[str, Any] = one["found"]
    return content


@pytest.mark.req("PL-14", "PL-41")
def test_a_dead_message_is_found_and_sent_again_once(stack: Stack, operator: Browser) -> None:
    """The operator sees what a service gave up, when, why and how often it was tried, but no text of it; sent again it
    is gone, a second time harmless, and an audit row says who did it. Of another province nothing is seen."""
    envelope = told_before(stack, "identity", "identity.AccountOpened")
    payload = {**envelope.payload, "account_id": str(uuid.uuid4()), "note": SECRET}
    ours = envelope.model_copy(update={"event_id": uuid.uuid4(), "payload": payload, "topic": "identity.Unheard"})
    handled = envelope.model_copy(update={"profile": PROFILE})
    foreign = envelope.model_copy(update={"event_id": uuid.uuid4(), "profile": "t_elsewhere"})
    try:
        for letter in (ours, handled, foreign):
            bury(stack, "notify", letter)
        seen = at(operator.get("/ops/dead-messages"), "notify")
        by_id = {item["event_id"]: item for item in seen["items"]}
        assert str(foreign.event_id) not in by_id
        line = by_id[str(ours.event_id)]
        assert (line["topic"], line["reason"], line["detail"]) == ("identity.Unheard", "attempts", DomainError.code)
        assert (line["attempts"], line["trace_id"]) == (4, envelope.trace_id)
        assert line["facts"]["account_id"] == payload["account_id"]
        assert SECRET not in json.dumps(seen, ensure_ascii=False)
        assert seen["oldest_at"] is not None
        assert seen["total"] >= 2

        begun = clock.now().isoformat()
        again = {"event_ids": [str(handled.event_id)]}
        (sent,) = operator.post("/ops/notify/dead-messages/resend", again)
        assert (sent["event_id"], sent["is_sent"]) == (str(handled.event_id), True)
        left = at(operator.get("/ops/dead-messages"), "notify")
        assert str(handled.event_id) not in {item["event_id"] for item in left["items"]}
        assert str(ours.event_id) in {item["event_id"] for item in left["items"]}
        (gone,) = operator.post("/ops/notify/dead-messages/resend", again)
        assert not gone["is_sent"]
        query = {"object_id": str(handled.event_id), "since": begun}
        found = operator.post("/ops/audit/search", {"service": "notify", "query": query})
        assert [item["line"]["action"] for item in found["items"]] == ["dead_message_resent"]
        assert found["items"][0]["actor"].endswith("*")
    finally:
        drop(stack, "notify", {ours.event_id, handled.event_id, foreign.event_id})


@pytest.fixture
def late(stack: Stack) -> Iterator[dict[str, uuid.UUID]]:
    """Jobs that are late, of the review service."""
    with late_jobs(stack, "review", note=SECRET) as made:
        yield made


@pytest.mark.req("PL-41")
def test_late_jobs_are_tried_again_or_given_up(stack: Stack, operator: Browser, late: dict[str, uuid.UUID]) -> None:
    """Jobs that nobody takes, whose worker went silent or that broke are listed with their age, refusals are not; each
    is begun anew or ended, and one that is no longer late is left alone."""
    ours = {str(job_id): name for name, job_id in late.items()}

    def listed() -> dict[str, str]:
        answer = at(operator.get("/ops/late-jobs"), "review")
        assert SECRET not in json.dumps(answer, ensure_ascii=False)
        assert answer["oldest_at"] is None or answer["total"] >= 1
        return {ours[item["job_id"]]: item["state"] for item in answer["items"] if item["job_id"] in ours}

    assert listed() == {"untaken": "untaken", "silent": "silent", "failed": "failed"}
    operator.post(f"/ops/review/late-jobs/{late['failed']}/retry")
    operator.post(f"/ops/review/late-jobs/{late['untaken']}/retry")
    operator.post(f"/ops/review/late-jobs/{late['silent']}/give-up")
    assert listed() == {}
    states = dict(rows(stack.settings, "review", "SELECT id, state FROM job WHERE kind = :kind", kind=KIND))
    assert {name: states[job_id] for name, job_id in late.items()} == {
        "untaken": "waiting",
        "silent": "cancelled",
        "failed": "waiting",
        "refused": "failed",
    }
    with pytest.raises(Problem) as refused:
        operator.post(f"/ops/review/late-jobs/{late['silent']}/retry")
    assert refused.value.code == "common.wrong_state"


@pytest.mark.req("PL-14")
def test_the_audit_is_searched_checked_and_exported_with_a_reason(stack: Stack, operator: Browser) -> None:
    """Rows are found by act, by time and page by page; a walk along the chain says how far it is, who asked for it and
    that it is whole; an export needs a reason, which is recorded."""
    first = operator.post("/ops/audit/search", {})
    assert not first["silent"]
    moments = [item["line"]["at"] for item in first["items"]]
    assert moments == sorted(moments, reverse=True)
    if first["older_before"]:
        older = operator.post("/ops/audit/search", {"query": {"before": first["older_before"]}})
        assert older["items"][0]["line"]["at"] < moments[-1]
    stored = operator.post("/ops/audit/search", {"service": "identity", "query": {"action": "profile_act"}})
    assert {item["line"]["action"] for item in stored["items"]} == {"profile_activated"}

    me = operator.get("/me")
    sought = operator.post("/ops/accounts/find", {"login_name": " hb-system "})
    assert sought == {"account_id": me["account_id"], "display_name": "系**"}
    own = operator.post("/ops/audit/search", {"query": {"account_id": me["account_id"]}})
    assert {item["line"]["account_id"] for item in own["items"]} == {me["account_id"]}
    with pytest.raises(Problem) as unknown:
        operator.post("/ops/accounts/find", {"login_name": "nobody-of-this-name"})
    assert unknown.value.status == 404

    begun = operator.post("/ops/identity/audit/check")
    assert begun["walked"] <= begun["total"]

    def ended() -> dict[str, Any] | None:
        (state,) = [one for one in operator.get("/ops/audit/chains") if one["service"] == "identity"]
        assert state["found"] is not None
        return state if state["found"]["ended_at"] else None

    state = wait_until(ended)
    assert (state["found"]["fault"], state["found"]["walked"] >= state["found"]["total"]) == (None, True)

    with pytest.raises(Problem) as refused:
        operator.post("/ops/identity/audit/export", {"query": {}, "reason": " "})
    assert refused.value.status == 422
    exported = httpx.post(
        f"{stack.url}/api/v1/{PROFILE}/ops/identity/audit/export",
        json={"query": {}, "reason": "年度检查"},
        cookies=operator.cookies,
        timeout=60,
        trust_env=False,
    )
    sheet = load_workbook(io.BytesIO(exported.content)).worksheets[0]
    assert [str(cell.value) for cell in sheet[1]][:3] == ["at", "action", "object"]
    assert sheet.max_row > 2
    query = {"query": {"action": "audit_exported"}}
    (noted, *_) = operator.post("/ops/audit/search", query)["items"]
    assert noted["line"]["facts"]["rows"] == str(sheet.max_row - 1)
    reasons = rows(stack.settings, "identity", "SELECT details FROM audit_entry WHERE action = 'audit_exported'")
    assert "年度检查" in {row[0]["reason"] for row in reasons}


@pytest.mark.req("PL-06")
def test_installed_profiles_are_listed_with_who_goes_by_them(operator: Browser) -> None:
    """Each version stands with every service that has it, what the check says of it today, and what it changed."""
    versions = operator.get("/ops/profiles")
    assert [one["version"] for one in versions] == sorted((one["version"] for one in versions), reverse=True)
    current = versions[0]
    assert {part["service"] for part in current["services"]} == set(SERVICES)
    for part in current["services"]:
        assert part["stored"]["is_current"], part["service"]
        assert part["stored"]["faults"] == [], part["service"]
    changes = operator.get(f"/ops/profiles/{current['version']}/changes")
    assert {part["service"] for part in changes} == set(SERVICES)
    with pytest.raises(Problem) as refused:
        operator.get("/ops/profiles/9999/changes")
    assert refused.value.status == 404
