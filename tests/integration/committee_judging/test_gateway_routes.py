"""The HTTP routes from the confirmed standard to the closing, down to the service and its database."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import Request

from chassis import context, settings
from chassis.database import Database
from contracts.base import Actor, Role
from contracts.committee.scoring import ScoringStep
from gateway import clients
from gateway.app import create_app
from gateway.session import signed_in
from gateway.settings import Settings
from services.committee.service import CommitteeService
from tests.factories.judging import World, make_world, person
from tests.factories.judging_rows import ITEMS, PROFILE
from tests.integration.committee_judging.wired import NoNeighbours, Wire


class Called:
    """The committee service as the routes call it, over the bytes of the bus."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    async def call(self, method: Any, **arguments: Any) -> Any:
        return self.wire.call(context.current().actor, method.__name__, **arguments)


class Services:
    """What the routes know of other services: the committee alone."""

    def __init__(self, wire: Wire) -> None:
        self.committee = Called(wire)


class Desk:
    """The gateway with people who are signed in."""

    def __init__(self, wire: Wire) -> None:
        self.people: dict[str, Actor] = {}
        self.app = create_app(Settings(amqp_url="amqp://nobody@127.0.0.1/none", requests_per_minute=10_000))
        self.app.dependency_overrides[clients._clients] = lambda: Services(wire)
        self.app.dependency_overrides[signed_in] = self._sign_in

    async def _sign_in(self, request: Request) -> None:
        context.adopt(actor=self.people[request.headers["x-test-person"]], profile=PROFILE)

    async def ask(
        self, actor: Actor | None, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str
    ) -> Any:
        """One request; bytes as body go out as they are."""
        if actor is not None:
            headers["x-test-person"] = str(actor.account_id)
            self.people[headers["x-test-person"]] = actor
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            answer = await client.request(
                method,
                f"/api/v1/{PROFILE}{path}",
                content=content,
                headers={"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), **headers},
            )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def wire(database_of: Callable[..., Database]) -> Wire:
    service = CommitteeService(
        settings.load("committee"),
        database=database_of("committee"),
        caller=NoNeighbours(),  # type: ignore[arg-type]
    )
    return Wire(service)


@pytest.fixture
def desk(wire: Wire) -> Iterator[Desk]:
    yield Desk(wire)
    structlog.reset_defaults()


async def scored(desk: Desk, world: World, material: UUID) -> None:
    """A material through the four steps."""
    lead = world.reviewer(material, ScoringStep.LEAD)
    sheet = await desk.ask(lead, "GET", f"/materials/{material}/score-sheet")
    entries = [{"code": code, "points": "30.5"} for code, _ in ITEMS]
    version = sheet["material"]["version"]
    await desk.ask(lead, "POST", f"/materials/{material}/scores", {"entries": entries}, status=428)
    await desk.ask(lead, "POST", f"/materials/{material}/scores", {"entries": entries}, **{"If-Match": f'"{version}"'})
    for step in (ScoringStep.SECOND, ScoringStep.LEADER, ScoringStep.CHAIR):
        actor = world.reviewer(material, step)
        listed = await desk.ask(actor, "GET", f"/meetings/{world.meeting_id}/scoring?step={step}&waiting=true")
        (line,) = [line for line in listed["items"] if line["material_id"] == str(material)]
        done = await desk.ask(
            actor,
            "POST",
            f"/meetings/{world.meeting_id}/score-confirmations",
            {"step": step, "materials": [{"material_id": str(material), "version": line["version"]}]},
        )
        assert done["done"] == [str(material)]


async def test_a_meeting_goes_from_the_standard_to_its_closing_over_http(desk: Desk, wire: Wire) -> None:
    """Every act of chair, leader, reviewers, judges, office and auditing office is one request of theirs."""
    world = make_world(wire.service.database, judges=4, materials=2)
    meeting, chair = f"/meetings/{world.meeting_id}", world.chair
    await desk.ask(chair, "POST", f"{meeting}/standard/confirmation", status=204)
    leader = {"group_id": str(world.groups[0]), "judge_id": str(world.judges[2].id)}
    await desk.ask(chair, "POST", f"{meeting}/leaders", {"leaders": [leader]}, status=204)
    await desk.ask(world.judge(2), "POST", f"{meeting}/groups/{world.groups[0]}/reviewers")
    assert (await desk.ask(world.judge(2), "GET", f"{meeting}/reviewers"))["total"] == 2
    for material in world.materials:
        await scored(desk, world, material)
    await desk.ask(world.judge(1), "POST", f"{meeting}/presence", status=204)
    ids = [str(judge.id) for judge in world.judges]
    await desk.ask(chair, "POST", f"{meeting}/roll", {"judge_ids": ids, "selected": True}, status=204)
    assert (await desk.ask(chair, "GET", f"{meeting}/roll"))["total"] == 4
    conditions = await desk.ask(chair, "GET", f"{meeting}/ballot/conditions")
    assert all(condition["is_met"] for condition in conditions)
    opened = await desk.ask(chair, "POST", f"{meeting}/ballots", {"second_person_id": ids[1]}, status=201)
    ballot = f"/ballots/{opened['ballot_id']}"
    first, second = map(str, world.materials)
    for index in range(4):
        body = {"votes": [{"material_id": first, "choice": "approve"}, {"material_id": second, "choice": "reject"}]}
        assert (await desk.ask(world.judge(index), "POST", f"{ballot}/votes", body))["remaining"] == 0
    await desk.ask(world.judge(3), "POST", f"{ballot}/votes", {"choice": "reject", "material_ids": [first]}, status=409)
    assert (await desk.ask(chair, "GET", f"{meeting}/ballot/progress"))["voted"] == 4
    await desk.ask(chair, "POST", f"{ballot}/closing", {"opening_code": "WRONG"}, status=422)
    closed = await desk.ask(chair, "POST", f"{ballot}/closing", {"opening_code": opened["opening_code"]})
    assert {row["material"]["material_id"]: (row["yes"], row["no"]) for row in closed["rows"]} == {
        first: (4, 0),
        second: (0, 4),
    }
    await desk.ask(chair, "POST", f"{ballot}/confirmation")
    assert (await desk.ask(world.judge(3), "POST", f"{meeting}/results/search", {}))["total"] == 2
    office = world.officer
    card = await desk.ask(office, "POST", f"{meeting}/notice", {"contact": "云汐演示", "working_days": 0}, status=201)
    shown = await desk.ask(None, "GET", f"/public-notices/{card['notice_id']}")
    assert [one["material_id"] for one in shown["persons"]] == [first]
    await desk.ask(office, "POST", f"{meeting}/notice/end")
    await desk.ask(office, "POST", f"{meeting}/report", status=201)
    assert (await desk.ask(world.auditor, "GET", "/result-reports"))["total"] == 1
    await desk.ask(world.auditor, "POST", f"{meeting}/audit", {"approved": True})
    await desk.ask(office, "POST", f"{meeting}/closing", status=204)
    await desk.ask(office, "POST", f"{meeting}/closing", status=409)
    assert (await desk.ask(office, "GET", f"{meeting}/minutes"))["rounds"][0]["state"] == "confirmed"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"votes": [{"material_id": "MARKED-17", "choice": "MARKED-23"}]}', "committee.vote_choice_invalid"),
        (b'{"choice": "approve", "material_ids": ["MARKED-17"]}', "common.uuid_parsing"),
        (b"MARKED-17", "committee.vote_format_invalid"),
        (b'{"choice": "reject", "all": true, "note": "MARKED-23"}', "committee.vote_format_invalid"),
    ],
)
async def test_a_refused_vote_is_neither_repeated_nor_logged(
    desk: Desk, wire: Wire, body: bytes, code: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer names place and code; neither it nor any log line holds a word of the request."""
    with caplog.at_level(logging.DEBUG):
        actor = person((Role.EXPERT, None))
        refused = await desk.ask(actor, "POST", f"/ballots/{uuid.uuid4()}/votes", body, status=422)
    assert [error["code"] for error in refused["errors"]] == [code]
    captured = capsys.readouterr()
    for text in (json.dumps(refused), caplog.text, captured.out, captured.err):
        assert "MARKED" not in text
    assert wire.heard == []


async def test_strangers_and_wrong_input_get_a_clear_refusal(desk: Desk, wire: Wire) -> None:
    """A stranger finds nothing, a wrong type names its field, and nothing ends in an internal error."""
    world = make_world(wire.service.database, judges=3, materials=1)
    meeting, stranger = f"/meetings/{world.meeting_id}", person((Role.EXPERT, None))
    for path in ("/tasks", "/roll", "/ballot/paper", "/ballot/progress", "/certificates", "/minutes", "/notice"):
        await desk.ask(stranger, "GET", meeting + path, status=404)
    for path, body in (
        ("/standard/confirmation", None),
        ("/ballots", {"second_person_id": str(uuid.uuid4())}),
        ("/notice", {"contact": "x"}),
        ("/report", None),
        ("/results/search", {}),
        ("/audit", {"approved": True}),
        ("/closing", None),
    ):
        await desk.ask(stranger, "POST", meeting + path, body, status=404)
    refused = await desk.ask(world.chair, "POST", f"{meeting}/leaders", {"leaders": [{"group_id": 5}]}, status=422)
    assert {error["pointer"] for error in refused["errors"]} >= {"/leaders/0/group_id"}
    for path in (f"/ballots/{uuid.uuid4()}/votes", f"/ballots/{uuid.uuid4()}/closing"):
        body = {"choice": "approve", "all": True} if path.endswith("votes") else {"opening_code": "X"}
        await desk.ask(world.chair, "POST", path, body, status=404)
    await desk.ask(world.chair, "GET", f"{meeting}/scoring?step=nobody", status=422)
    await desk.ask(world.chair, "POST", f"{meeting}/roll", {"judge_ids": [], "selected": True}, status=422)
    await desk.ask(None, "GET", f"/public-notices/{uuid.uuid4()}", status=404)
