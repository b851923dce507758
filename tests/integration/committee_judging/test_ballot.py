"""Roll, opening, votes, closing and counting of a ballot."""

from __future__ import annotations

import threading
import uuid
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.tables import CommandRow, OutboxRow
from contracts.base import PageRequest
from contracts.committee.ballots import (
    BallotState,
    CastVotes,
    OpenBallot,
    PaperState,
    SealedVote,
    VoidBallot,
)
from contracts.committee.envelope import Choice
from contracts.committee.judging_errors import (
    AlreadyVoted,
    BallotNotClosed,
    BallotNotOpen,
    BallotSpoiled,
    MaterialsNotConfirmed,
    NotOnRoll,
    OpeningCodeWrong,
    QuorumNotMet,
    RollEmpty,
    TooFewVotes,
    VoterRecused,
    VotesMissing,
)
from contracts.committee.refusals import SecondPersonRequired, StepIsOver, StepNotReady
from contracts.errors import NotAllowed, WrongState
from services.committee.operations import ballots, roll
from services.committee.queries import ballots as ballot_queries
from services.committee.tables import Ballot, CastVote, ReviewMaterial
from tests.factories.judging import make_world, new
from tests.factories.judging_rows import PROFILE

APPROVE, REJECT = Choice.APPROVE, Choice.REJECT


# roll and opening


@pytest.mark.req("HB-147", "HB-148")
def test_the_chair_selects_voters_from_the_judges_and_the_opening_freezes_the_roll(database: Database) -> None:
    """The roll lists the judges with masked numbers; after the opening nobody is added or taken off."""
    world = make_world(database, judges=4, materials=1)
    world.start_scoring()
    with pytest.raises(StepNotReady):
        world.select(0)
    world.score(world.materials[0])
    world.select(0, 1, 2, 3)
    world.select(3, selected=False)
    world.ask(world.judge(2), roll.be_present, meeting_id=world.meeting_id)
    rows = world.ask(world.chair, ballot_queries.voter_roll, meeting_id=world.meeting_id, page=PageRequest())
    shown = {row.judge.judge_id: row for row in rows.items}
    assert [shown[judge.id].is_selected for judge in world.judges] == [True, True, True, False]
    assert [shown[judge.id].is_present for judge in world.judges] == [False, False, True, False]
    assert all("*" in row.id_document_no and "*" in (row.mobile or "") for row in rows.items)
    opened = world.open()
    with pytest.raises(StepIsOver):
        world.select(3)
    with pytest.raises(NotOnRoll):
        world.vote(opened, 3, {world.materials[0]: APPROVE})


@pytest.mark.req("HB-149", "HB-150")
def test_only_the_chair_opens_and_only_with_scores_roll_quorum_and_a_second_person(database: Database) -> None:
    """Each missing condition has its own refusal, and the list of conditions says the same beforehand."""
    world = make_world(database, judges=6, materials=2)
    world.start_scoring()
    with pytest.raises(MaterialsNotConfirmed):
        world.open()
    for material in world.materials:
        world.score(material)
    with pytest.raises(RollEmpty):
        world.open()
    world.select(0, 1, 2)
    with pytest.raises(QuorumNotMet):
        world.open()
    conditions = world.ask(world.chair, ballot_queries.opening_conditions, meeting_id=world.meeting_id)
    assert [condition.is_met for condition in conditions] == [True, True, False]
    assert conditions[2].params == {"present": 3, "committee": 6, "needed": 4}
    world.select(3)
    with pytest.raises(SecondPersonRequired):
        world.open(second=0)
    with pytest.raises(NotAllowed):
        world.ask(world.judge(1), ballot_queries.opening_conditions, meeting_id=world.meeting_id)
    world.open()
    with database.begin(PROFILE) as session:
        assert set(session.scalars(select(ReviewMaterial.state).filter_by(meeting_id=world.meeting_id))) == {
            "in_ballot"
        }
    with pytest.raises(MaterialsNotConfirmed):
        world.open()


def test_the_opening_code_is_shown_once_and_kept_nowhere(database: Database) -> None:
    """The repeat of the opening gives the same ballot without a code."""
    world = make_world(database, judges=3, materials=1)
    world.start_scoring()
    world.score(world.materials[0])
    world.select(0, 1, 2)
    command = OpenBallot(**new(), meeting_id=world.meeting_id, second_person_id=world.judges[1].id)
    keys = [bytes(PrivateKey.generate().public_key) for _ in range(2)]
    first = world.do(world.chair, ballots.open_ballot, command, answer_key=keys[0])
    again = world.do(world.chair, ballots.open_ballot, command, answer_key=keys[1])
    assert first.sealed_code is not None
    assert again.sealed_code is None
    assert again.ballot_id == first.ballot_id
    with database.begin(PROFILE) as session:
        answer = session.get_one(CommandRow, (PROFILE, command.command_id)).answer
    assert answer["sealed_code"] is None


# the vote


@pytest.mark.req("HB-151", "HB-153", "HB-156")
def test_votes_are_cast_once_and_counted_per_material(database: Database) -> None:
    """A repeat is harmless, a second vote is refused even if it is the same, and the sums are right."""
    world = make_world(database, judges=3, materials=2)
    opened = world.to_ballot()
    first, second = world.materials
    again = uuid.uuid4()
    assert world.vote(opened, 0, {first: APPROVE, second: REJECT}, again).remaining == 0
    assert world.vote(opened, 0, {first: APPROVE, second: REJECT}, again).cast == 2
    with pytest.raises(AlreadyVoted):
        world.vote(opened, 0, {first: REJECT})
    assert world.vote(opened, 1, {first: APPROVE}).remaining == 1
    with pytest.raises(VotesMissing) as missing:
        world.close(opened)
    assert missing.value.params == {"voters": 2}
    with pytest.raises(BallotNotClosed):
        world.ask(world.chair, ballot_queries.ballot_results, meeting_id=world.meeting_id)
    with pytest.raises(BallotNotClosed):
        world.confirm_result(opened)
    # One vote alone would be read in the sum of the second material.
    with pytest.raises(TooFewVotes) as few:
        world.close(opened, early=True)
    assert few.value.params == {"needed": 2, "materials": 1}
    world.vote(opened, 1, {second: REJECT})
    results = world.close(opened, early=True)
    counted = {row.material.material_id: (row.yes, row.no, row.entitled, row.needed) for row in results.rows}
    assert counted == {first: (2, 0, 3, 2), second: (0, 2, 3, 2)}
    with pytest.raises(BallotNotOpen):
        world.vote(opened, 2, {first: APPROVE})
    outcome = {row.material.material_id: row.outcome for row in world.confirm_result(opened).rows}
    assert outcome == {first: "passed", second: "failed"}
    with database.begin(PROFILE) as session:
        topics = session.scalars(select(OutboxRow.topic).order_by(OutboxRow.id)).all()
    assert topics.count("committee.ResultConfirmed") >= 2


@pytest.mark.req("HB-153", "PL-39")
def test_a_recused_judge_votes_on_everything_else(database: Database) -> None:
    """The paper shows the gap with its reason; a vote there is refused whole, and the database refuses it as well."""
    world = make_world(database, judges=4, materials=2, conflicts=((3, 0),))
    opened = world.to_ballot()
    paper = world.ask(world.judge(3), ballot_queries.ballot_paper, meeting_id=world.meeting_id)
    shown = {row.material.material_id: (row.state, row.recused_because) for row in paper.rows}
    assert shown[world.materials[0]] == (PaperState.RECUSED, ("same_organization",))
    assert shown[world.materials[1]] == (PaperState.OPEN, ())
    with pytest.raises(VoterRecused):
        world.vote(opened, 3, dict.fromkeys(world.materials, APPROVE))
    with pytest.raises(DBAPIError), database.begin(PROFILE) as session:
        session.add(
            CastVote(
                ballot_id=opened.ballot_id,
                material_id=world.materials[0],
                voter_id=world.judges[3].id,
                profile=PROFILE,
                command_id=uuid.uuid4(),
                envelope=bytes(97),
            )
        )
    assert world.vote(opened, 3, {world.materials[1]: APPROVE}).remaining == 0
    assert world.ask(world.judge(3), ballot_queries.ballot_key, ballot_id=opened.ballot_id).open_material_ids == ()


@pytest.mark.req("HB-154")
def test_the_threshold_is_a_share_of_those_present_or_of_those_who_stayed(database: Database) -> None:
    """With a recused judge 4 of 6 are two thirds of who stayed, but not of the whole roll: the profile decides."""
    for version, recused_count, expected in ((31, True, "failed"), (32, False, "passed")):
        world = make_world(
            database,
            judges=7,
            materials=1,
            conflicts=((6, 0),),
            version=version,
            recused_count_as_present=recused_count,
        )
        opened = world.to_ballot()
        for index in range(6):
            world.vote(opened, index, {world.materials[0]: APPROVE if index < 4 else REJECT})
        world.close(opened)
        (row,) = world.confirm_result(opened).rows
        assert (row.outcome, row.entitled) == (expected, 6)


@pytest.mark.req("HB-155", "HB-156")
def test_only_the_code_closes_and_a_lost_one_means_to_vote_again(database: Database) -> None:
    """A wrong code counts nothing; the chair voids the round with a reason, and a new one begins from nothing."""
    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    for index in range(3):
        world.vote(opened, index, {material: REJECT})
    with pytest.raises(OpeningCodeWrong):
        world.close(opened, code="00000-00000-00000-00000-00000")
    void = VoidBallot(**new(), ballot_id=opened.ballot_id, reason="开票码遗失")
    with pytest.raises(NotAllowed):
        world.do(world.judge(1), ballots.void_ballot, void)
    world.do(world.chair, ballots.void_ballot, void)
    with database.begin(PROFILE) as session:
        left = session.scalars(select(CastVote.envelope).filter_by(ballot_id=opened.ballot_id)).all()
        assert left == [None] * 3
        assert session.get_one(Ballot, opened.ballot_id).stored_half is None
    with pytest.raises(BallotNotOpen):
        world.close(opened)
    again = world.open()
    assert again.opening.number == 2
    for index in range(3):
        world.vote(again, index, {material: APPROVE})
    world.close(again)
    (row,) = world.confirm_result(again).rows
    assert (row.yes, row.no, row.outcome) == (3, 0, "passed")


def test_a_counted_ballot_cannot_be_voided_but_a_spoiled_one_must_be(database: Database) -> None:
    """Nobody repeats a vote because of its result; envelopes in the wrong place forbid to confirm one."""
    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    for index in range(3):
        world.vote(opened, index, {material: APPROVE})
    world.close(opened)
    void = VoidBallot(**new(), ballot_id=opened.ballot_id, reason="再投一次")
    with pytest.raises(WrongState):
        world.do(world.chair, ballots.void_ballot, void)

    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    stolen = world.seal(opened, material, world.judges[1].id, APPROVE)
    cast = CastVotes(
        command_id=uuid.uuid4(),
        ballot_id=opened.ballot_id,
        votes=(SealedVote(material_id=material, envelope=stolen),),
    )
    world.ask(world.judge(0), ballots.cast_votes, votes=cast)
    world.vote(opened, 1, {material: APPROVE})
    world.vote(opened, 2, {material: APPROVE})
    (row,) = world.close(opened).rows
    assert (row.yes, row.spoiled) == (2, 1)
    with pytest.raises(BallotSpoiled):
        world.confirm_result(opened)
    world.do(world.chair, ballots.void_ballot, VoidBallot(**new(), ballot_id=opened.ballot_id, reason="选票有误"))
    assert world.open().opening.number == 2


@pytest.mark.req("HB-155", "HB-153")
def test_by_judge_shows_who_has_voted_and_never_how(database: Database) -> None:
    """The chair sees presence and completion of persons; no field of the view holds a count of votes or a choice."""
    world = make_world(database, judges=3, materials=2)
    opened = world.to_ballot()
    world.vote(opened, 1, dict.fromkeys(world.materials, REJECT))
    world.vote(opened, 2, {world.materials[0]: APPROVE})
    world.ask(world.judge(1), roll.be_present, meeting_id=world.meeting_id)
    progress = world.ask(world.chair, ballot_queries.ballot_progress, meeting_id=world.meeting_id)
    shown = {voter.judge.judge_id: (voter.is_present, voter.has_voted) for voter in progress.voters}
    assert [shown[judge.id] for judge in world.judges] == [(False, False), (True, True), (False, False)]
    assert (progress.present, progress.voted) == (1, 1)
    with pytest.raises(NotAllowed):
        world.ask(world.judge(1), ballot_queries.ballot_progress, meeting_id=world.meeting_id)


def test_a_vote_in_the_table_is_never_changed(database: Database) -> None:
    """Replacing, wiping or deleting an envelope of an open ballot is refused by the database itself."""
    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    world.vote(opened, 0, {world.materials[0]: APPROVE})
    mine = f"ballot_id = '{opened.ballot_id}'"
    for statement in (
        f"UPDATE cast_vote SET envelope = decode(repeat('00', 97), 'hex') WHERE {mine}",
        f"UPDATE cast_vote SET envelope = NULL WHERE {mine}",
        f"DELETE FROM cast_vote WHERE {mine}",
        f"DELETE FROM voting_right WHERE {mine}",
        f"UPDATE voter SET judge_id = judge_id WHERE {mine}",
    ):
        with pytest.raises(DBAPIError), database.begin(PROFILE) as session:
            session.execute(text(statement))


def test_closing_waits_for_votes_under_way_and_later_ones_are_told(database: Database) -> None:
    """Judges vote in parallel while the chair closes early: each vote is either counted or refused, none is lost."""
    world = make_world(database, judges=8, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    told: dict[int, str] = {}

    def cast(index: int) -> None:
        try:
            world.vote(opened, index, {material: APPROVE})
            told[index] = "cast"
        except BallotNotOpen:
            told[index] = "late"

    threads = [threading.Thread(target=cast, args=(index,)) for index in (6, 7)]
    for index in range(6):  # the quorum
        cast(index)
    threads[0].start()
    closer = threading.Thread(target=lambda: told.update({-1: str(world.close(opened, early=True).rows[0].yes)}))
    closer.start()
    threads[1].start()
    for thread in (*threads, closer):
        thread.join()
    assert len(told) == 9
    assert int(told.pop(-1)) == list(told.values()).count("cast")


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_votes_with_triple_retries_are_tallied_right(database: Database, data: st.DataObject) -> None:
    """Judges vote in any portions and send each portion three times; what is counted is what they chose."""
    world = make_world(database, judges=4, materials=3, conflicts=((3, 1),))
    opened = world.to_ballot()
    expected: dict[UUID, list[Choice]] = {material: [] for material in world.materials}
    for index in range(4):
        own = [m for place, m in enumerate(world.materials) if (index, place) != (3, 1)]
        choices = {m: data.draw(st.sampled_from(Choice)) for m in own if data.draw(st.integers(0, 9))}
        for material, choice in choices.items():
            expected[material].append(choice)
        parts = [choices] if data.draw(st.booleans()) else [{m: c} for m, c in choices.items()]
        for part in filter(None, parts):
            again = uuid.uuid4()
            answers = [world.vote(opened, index, part, again) for _ in range(3)]
            assert len(set(answers)) == 1
    if short := sum(len(expected[material]) < 3 for material in world.materials):
        with pytest.raises(TooFewVotes) as few:
            world.close(opened, early=True)
        assert few.value.params == {"needed": 3, "materials": short}
        return
    results = world.close(opened, early=True)
    assert {row.material.material_id: (row.yes, row.no, row.spoiled) for row in results.rows} == {
        material: (choices.count(APPROVE), choices.count(REJECT), 0) for material, choices in expected.items()
    }
    assert results.state is BallotState.CLOSED
