"""The service behind its contract: calls and answers as bytes of the bus, votes sealed as the gateway seals them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import jwt
import pytest
from nacl.public import PrivateKey

from chassis import settings
from chassis.database import Database
from contracts.base import PageRequest
from contracts.committee.ballots import CastVotes, CloseBallot, ConfirmBallotResult, OpenBallot, SelectVoters
from contracts.committee.judging_errors import AlreadyVoted, OpeningCodeWrong
from contracts.committee.results import PublishNotice
from contracts.committee.scoring import ConfirmScores, ScoreEntry, ScoreMaterial, ScoringStep
from contracts.errors import InvalidInput, NotFound
from gateway.ballots import intake_key, read_votes, seal_code, seal_votes, unseal_code
from services.committee.service import CommitteeService
from tests.factories.judging import World, make_world, new
from tests.factories.judging_rows import ITEMS
from tests.integration.committee_judging.wired import NoNeighbours, Wire

INTAKE = intake_key(bytes(32))


@pytest.fixture
def bus(database_of: Callable[..., Database]) -> Wire:
    service = CommitteeService(
        settings.load("committee"),
        database=database_of("committee"),
        caller=NoNeighbours(),  # type: ignore[arg-type]
    )
    return Wire(service)


def body(choice: str, *materials: uuid.UUID) -> bytes:
    return json.dumps({"choice": choice, "material_ids": [str(material) for material in materials]}).encode()


def cast(
    bus: Wire, world: World, judge: int, ballot_id: uuid.UUID, content: bytes, act: uuid.UUID | None = None
) -> Any:
    """What the gateway does with a judge's request."""
    key = bus.call(world.judge(judge), "ballot_key", ballot_id=ballot_id)
    votes = CastVotes(
        command_id=act or uuid.uuid4(), ballot_id=ballot_id, votes=seal_votes(key, read_votes(content, INTAKE))
    )
    return bus.call(world.judge(judge), "cast_votes", votes=votes)


@pytest.mark.req("HB-149", "HB-151", "HB-155")
def test_a_vote_passes_gateway_and_bus_and_no_message_holds_choice_or_code(bus: Wire) -> None:
    """Opened, cast, repeated, closed and confirmed through the contract; the recorded bytes tell nothing."""
    world = make_world(bus.service.database, judges=3, materials=2)
    world.start_scoring()
    for material in world.materials:
        world.score(material)
    bus.call(
        world.chair,
        "select_voters",
        command=SelectVoters(
            **new(), meeting_id=world.meeting_id, judge_ids=tuple(judge.id for judge in world.judges), selected=True
        ),
    )
    assert all(one.is_met for one in bus.call(world.chair, "opening_conditions", meeting_id=world.meeting_id))
    mine = PrivateKey.generate()
    opening = bus.call(
        world.chair,
        "open_ballot",
        command=OpenBallot(**new(), meeting_id=world.meeting_id, second_person_id=world.judges[1].id),
        answer_key=bytes(mine.public_key),
    )
    code = unseal_code(mine, opening.sealed_code)
    first, second = world.materials
    again = uuid.uuid4()
    for _ in range(3):
        assert cast(bus, world, 0, opening.ballot_id, body("approve", first, second), again).cast == 2
    with pytest.raises(AlreadyVoted):
        cast(bus, world, 0, opening.ballot_id, body("reject", first))
    assert cast(bus, world, 1, opening.ballot_id, b'{"choice": "approve", "all": true}').remaining == 0
    cast(bus, world, 2, opening.ballot_id, body("reject", second))
    paper = bus.call(world.judge(2), "ballot_paper", meeting_id=world.meeting_id)
    assert (paper.remaining, sorted(row.state for row in paper.rows)) == (1, ["cast", "open"])
    assert bus.call(world.chair, "ballot_progress", meeting_id=world.meeting_id).voted == 2
    cast(bus, world, 2, opening.ballot_id, body("approve", first))
    key = bus.call(world.chair, "code_key")
    close = CloseBallot(**new(), ballot_id=opening.ballot_id)
    with pytest.raises(OpeningCodeWrong):
        bus.call(world.chair, "close_ballot", command=close, sealed_code=seal_code(key.public_key, "wrong code"))
    with pytest.raises(OpeningCodeWrong):
        bus.call(world.chair, "close_ballot", command=close, sealed_code=bytes(100))
    for _ in range(2):
        results = bus.call(
            world.chair, "close_ballot", command=close, sealed_code=seal_code(key.public_key, code.lower())
        )
    counted = {row.material.material_id: (row.yes, row.no) for row in results.rows}
    assert counted == {first: (3, 0), second: (2, 1)}
    bus.call(
        world.chair,
        "confirm_ballot_result",
        command=ConfirmBallotResult(**new(), ballot_id=opening.ballot_id),
    )
    everything = b"\n".join(bus.heard)
    for word in ("approve", "reject", code, code.lower(), code.replace("-", "")):
        assert word.encode() not in everything


@pytest.mark.req("HB-141")
def test_scores_pass_the_bus_and_a_read_grant_is_signed_for_the_reader(bus: Wire) -> None:
    """Points keep their decimals; faults come back with pointers; the grant names actor and submission."""
    world = make_world(bus.service.database, judges=4, materials=1)
    world.start_scoring()
    (material,) = world.materials
    lead = world.reviewer(material, ScoringStep.LEAD)
    grant = bus.call(lead, "open_material", material_id=material)
    claims = jwt.decode(grant.grant, options={"verify_signature": False})
    assert (claims["iss"], claims["st"]["account_id"]) == ("committee", str(lead.account_id))
    assert claims["st"]["submission_id"] == str(grant.submission_id)
    sheet = bus.call(lead, "score_sheet", material_id=material)
    assert [item.code for item in sheet.items] == [code for code, _ in ITEMS]
    entries = [ScoreEntry(code=code, points=Decimal("30.5")) for code, _ in ITEMS]
    with pytest.raises(InvalidInput) as refused:
        bus.call(lead, "score_material", command=ScoreMaterial(**new(), material_id=material, entries=entries[:1]))
    assert [fault.code for fault in refused.value.faults] == ["committee.score_item_missing"]
    scored = bus.call(
        lead, "score_material", command=ScoreMaterial(**new(), material_id=material, entries=tuple(entries))
    )
    assert scored.current.total == Decimal(61)
    second = world.reviewer(material, ScoringStep.SECOND)
    tasks = {task.step: task.waiting for task in bus.call(second, "my_steps", meeting_id=world.meeting_id)}
    assert tasks["second"] == 1
    done = bus.call(
        second,
        "confirm_scores",
        command=ConfirmScores(
            **new(), meeting_id=world.meeting_id, step=ScoringStep.SECOND, materials=(world.state(material),)
        ),
    )
    assert done.done == (material,)
    with pytest.raises(NotFound):
        bus.call(lead, "voter_roll", meeting_id=uuid.uuid4(), page=PageRequest())


def test_everybody_reads_notices_without_an_actor(bus: Wire) -> None:
    """Public methods need no actor; what is asked without one is the province's alone."""
    world = make_world(bus.service.database, judges=3, materials=1)
    world.to_result(passed=1)
    command = PublishNotice(**new(), meeting_id=world.meeting_id, contact="云汐演示大学职改办", working_days=0)
    card = bus.call(world.officer, "publish_notice", command=command)
    page = bus.call(None, "public_notice", notice_id=card.notice_id)
    assert [one.name for one in page.persons] == ["申报人00"]
    assert bus.call(None, "public_notices", page=PageRequest()).total >= 1
    with pytest.raises(NotFound):
        bus.call(None, "public_notice", notice_id=uuid.uuid4())
