"""The life of a case on a real PostgreSQL: arrival, climbing, returning, holding, recalling, its log."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis import clock, context
from chassis.database import Database
from contracts.base import Role
from contracts.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
    WrongState,
)
from contracts.review import (
    AssignCommittee,
    CaseAlreadyReviewed,
    CaseState,
    DecideCase,
    Decision,
    LogAction,
    OwnDeclaration,
    SaveCommonOpinions,
)
from services.review.operations import assigning, deciding, opinions
from services.review.queries import facts, log
from services.review.tables import CaseCard
from tests.factories.review import RECOMMENDATION, World, applicant_of, build_world, organization, race

# climbing


@pytest.mark.req("HB-26", "HB-36", "HB-49", "HB-51")
def test_a_case_climbs_from_the_hospital_to_the_committee(world: World) -> None:
    """Officer and leader of four organisations pass it, the root assigns a committee, its office admits it."""
    card, case_id = world.opened()
    standing = world.climb(case_id)
    assert (standing.step, standing.organization_id) == ("preassignment", world.office.organization_id)
    committee = world.committee()
    officer = world.officer(world.office)
    command = AssignCommittee(
        command_id=uuid.uuid4(),
        expected_version=standing.version,
        case_id=case_id,
        committee_id=committee.committee_id,
    )
    with context.changed(actor=officer), world.database.begin() as session:
        standing = assigning.assign_committee(
            session, command=command, actor=officer, choice=world.choice(committee, case_id)
        )
    assert (standing.step, standing.organization_id) == ("committee_check", world.committee_unit.organization_id)
    with world.database.begin() as session, pytest.raises(NotFound):
        facts.admitted_case(session, case_id=case_id)
    checker = world.officer(world.committee_unit)
    standing = world.decide(checker, case_id, Decision.PASS, version=standing.version, opinion="材料齐全")
    assert standing.state is CaseState.ADMITTED

    told = world.events(case_id)
    assert [number for _, number, _ in told] == list(range(1, 11 + 1))
    assert [topic for topic, _, _ in told] == ["CaseAdvanced"] * 10 + ["CaseAdmitted"]
    assert [payload["step"] for _, _, payload in told[:-1]] == [
        "officer_review",
        "leader_review",
        *["upper_officer_review", "upper_leader_review"] * 3,
        "preassignment",
        "committee_check",
    ]
    assert told[0][2]["passed_by"] is None
    assert told[1][2]["passed_by"] == str(world.hospital.organization_id)
    assert told[-1][2]["committee_id"] == str(committee.committee_id)
    with world.database.begin() as session:
        admitted = facts.admitted_case(session, case_id=case_id)
    assert admitted.card == card
    assert admitted.organization_ids == tuple(
        one.organization_id for one in world.chain(world.hospital.organization_id)
    )
    assert len(admitted.recommendations) == 8
    assert admitted.recommendations[0]["organization_name"] == world.hospital.name
    assert admitted.recommendations[0]["panel_opinion"] == "同意推荐"


@pytest.mark.req("PL-04")
def test_only_the_holder_of_the_waiting_step_decides(world: World) -> None:
    """Who sees the case without holding its step is not allowed; who does not see it is told nothing."""
    _, case_id = world.opened()
    for seeing in (
        world.leader(world.hospital),
        world.officer(world.university),
        world.person((Role.UNIT_LEADER, world.hospital), (Role.CASE_OFFICER, world.office)),
    ):
        with pytest.raises(NotAllowed):
            world.decide(seeing, case_id, Decision.PASS, version=1)
    stranger = organization("岚汀演示公司")
    for blind in (
        world.officer(stranger),
        world.officer(world.committee_unit),
        world.person((Role.ORG_ADMIN, world.hospital)),
        world.person(),
    ):
        with pytest.raises(NotFound):
            world.decide(blind, case_id, Decision.PASS, version=1)
    assert world.state_of(case_id).version == 1


@pytest.mark.req("PL-39")
def test_nobody_decides_on_the_own_declaration(world: World) -> None:
    """An officer who is the applicant is refused every act, by person as by account."""
    card, case_id = world.opened()
    post = world.officer(world.hospital)
    for own in (
        post.model_copy(update={"person_id": card.person_id}),
        post.model_copy(update={"account_id": card.account_id}),
    ):
        for decision in (Decision.PASS, Decision.RETURN, Decision.HOLD):
            with pytest.raises(OwnDeclaration):
                world.decide(own, case_id, decision, version=1, opinion="同意")


@pytest.mark.req("HB-40")
def test_the_first_officer_must_enter_the_recommendation_data(world: World) -> None:
    """Hebei's own-unit officer cannot pass without HB-T30; the leader can."""
    _, case_id = world.opened()
    with pytest.raises(InvalidInput) as refused:
        world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1, recommendation=None)
    assert refused.value.faults[0].pointer == "/recommendation"
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    world.decide(world.leader(world.hospital), case_id, Decision.PASS, version=2, recommendation=None)


# returning and coming again


@pytest.mark.req("HB-37", "HB-38", "HB-39")
def test_a_returned_declaration_starts_again_at_the_own_unit(world: World) -> None:
    """Any level returns with an opinion and a deadline; the next submission opens a new case at the first step."""
    card, case_id = world.opened()
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    world.decide(world.leader(world.hospital), case_id, Decision.PASS, version=2)
    officer = world.officer(world.university)
    with pytest.raises(InvalidInput) as refused:
        world.decide(officer, case_id, Decision.RETURN, version=3, opinion="  ")
    assert refused.value.faults[0].pointer == "/opinion"
    with clock.standing_at(datetime(2026, 9, 1, 8, tzinfo=UTC)):
        standing = world.decide(officer, case_id, Decision.RETURN, version=3, opinion="附件不清晰")
    assert standing.state is CaseState.RETURNED
    topic, number, payload = world.events(case_id)[-1]
    assert (topic, number) == ("CaseReturned", 4)
    with world.database.begin() as session:
        told = facts.return_facts(session, decision_id=UUID(payload["decision_id"]))
    assert (told.opinion, told.submission_id) == ("附件不清晰", card.submission_id)
    assert told.deadline == datetime(2026, 9, 11, 16, tzinfo=UTC)  # the 11th counts in full, in Asia/Shanghai

    again = card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2})
    second = world.open(again)
    assert second is not None
    new = world.state_of(second)
    assert (new.step, new.holder_id, new.is_latest) == ("officer_review", world.hospital.organization_id, True)
    assert not world.state_of(case_id).is_latest
    for late in (officer, world.leader(world.university)):
        with pytest.raises((WrongState, NotAllowed)):
            world.decide(late, case_id, Decision.PASS, version=4)


def test_a_profile_may_let_a_corrected_declaration_resume_where_it_was_returned(database: Database) -> None:
    """With resume_at_returning_level the next submission waits at the returning step, its steps before stay history."""
    world = build_world(database, route={"resubmission": "resume_at_returning_level"})
    card, case_id = world.opened()
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    world.decide(world.leader(world.hospital), case_id, Decision.PASS, version=2)
    world.decide(world.officer(world.university), case_id, Decision.RETURN, version=3, opinion="请补充")
    second = world.open(card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2}))
    assert second is not None
    resumed = world.state_of(second)
    assert (resumed.step, resumed.holder_id) == ("upper_officer_review", world.university.organization_id)


def test_a_newer_submission_wins_over_late_and_open_ones(world: World) -> None:
    """An older submission that arrives late opens nothing; one still open gives way to a newer."""
    card, first = world.opened()
    second = card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 3})
    newer = world.open(second)
    assert newer is not None
    assert world.state_of(first).state == CaseState.SUPERSEDED
    assert world.open(card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2})) is None
    assert world.open(second) is None
    with pytest.raises((WrongState, StaleVersion)):
        world.decide(world.officer(world.hospital), first, Decision.PASS, version=2)


# holding


@pytest.mark.req("HB-44", "HB-104")
def test_a_held_case_is_reversible_and_counts_as_reviewed(world: World) -> None:
    """审核待定 needs a note, is undone by resuming, and closes the applicant's way back even then."""
    card, case_id = world.opened()
    officer = world.officer(world.hospital)
    with pytest.raises(InvalidInput):
        world.decide(officer, case_id, Decision.HOLD, version=1)
    assert world.decide(officer, case_id, Decision.HOLD, version=1, opinion="待核实").state is CaseState.HELD
    with pytest.raises(WrongState):
        world.decide(officer, case_id, Decision.PASS, version=2)
    with pytest.raises(CaseAlreadyReviewed):
        world.recall(applicant_of(card), card.submission_id)
    assert world.decide(officer, case_id, Decision.RESUME, version=2).state is CaseState.WAITING
    with pytest.raises(CaseAlreadyReviewed):
        world.recall(applicant_of(card), card.submission_id)
    assert [(topic, payload["held"]) for topic, _, payload in world.events(case_id)[1:]] == [
        ("CaseHeld", True),
        ("CaseHeld", False),
    ]
    assert world.log_of(card.declaration_id)[2] == (LogAction.HELD, "待核实")
    assert world.log_of(card.declaration_id, with_notes=False)[2] == (LogAction.HELD, None)


# recalling


@pytest.mark.req("HB-104", "HB-105")
def test_an_applicant_recalls_until_somebody_acted(world: World) -> None:
    """Recalling twice is harmless, a foreign submission is not found, a passed one is refused."""
    card, case_id = world.opened()
    with pytest.raises(NotFound):
        world.recall(world.person(), card.submission_id)
    world.recall(applicant_of(card), card.submission_id)
    world.recall(applicant_of(card), card.submission_id)
    assert world.state_of(case_id).state == CaseState.RECALLED
    assert [topic for topic, _, _ in world.events(case_id)] == ["CaseAdvanced", "CaseRecalled"]
    with pytest.raises((WrongState, StaleVersion)):
        world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=2)

    card, case_id = world.opened()
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    with pytest.raises(CaseAlreadyReviewed):
        world.recall(applicant_of(card), card.submission_id)


def test_a_recall_that_overtakes_the_submission_leaves_a_tombstone(world: World) -> None:
    """A DeclarationSubmitted that comes after the recall opens nothing; the next submission opens its case."""
    card = world.card()
    world.recall(applicant_of(card), card.submission_id)
    world.recall(applicant_of(card), card.submission_id)
    assert world.open(card) is None
    assert world.open(card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2})) is not None


@pytest.mark.req("HB-105", "PL-12")
def test_of_recall_and_decisions_at_once_exactly_one_wins(world: World) -> None:
    """Two officers and the applicant act at the same moment: one effect, the others are told."""
    for _ in range(10):
        card, case_id = world.opened()
        officers = [world.officer(world.hospital) for _ in range(2)]
        refusals = race(
            lambda case_id=case_id, actor=officers[0]: world.decide(actor, case_id, Decision.PASS, version=1),
            lambda case_id=case_id, actor=officers[1]: world.decide(
                actor, case_id, Decision.RETURN, version=1, opinion="退回"
            ),
            lambda card=card: world.recall(applicant_of(card), card.submission_id),
        )
        assert refusals.count(None) == 1
        assert all(isinstance(r, StaleVersion | CaseAlreadyReviewed) for r in refusals if r is not None)
        assert world.state_of(case_id).version == 2
        assert len(world.events(case_id)) == 2


def test_recall_and_arrival_at_once_never_leave_a_case_open(world: World) -> None:
    """Whichever is first, the case is recalled or was never opened."""
    for _ in range(10):
        card = world.card()
        refusals = race(
            lambda card=card: world.open(card),
            lambda card=card: world.recall(applicant_of(card), card.submission_id),
        )
        assert refusals == [None, None]
        with world.database.begin() as session:
            found = session.scalar(select(CaseCard).where(CaseCard.submission_id == card.submission_id))
            assert found is None or found.state == CaseState.RECALLED


def test_two_submissions_at_once_leave_the_newer_one_open(world: World) -> None:
    """Arrivals of two submissions of one declaration in any order end with only the newer open."""
    for _ in range(10):
        older = world.card()
        newer = older.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2})
        race(lambda card=newer: world.open(card), lambda card=older: world.open(card))
        with world.database.begin() as session:
            cards = session.scalars(select(CaseCard).where(CaseCard.declaration_id == older.declaration_id)).all()
        assert [card.submission_number for card in cards if card.state == CaseState.WAITING] == [2]
        assert [card.submission_number for card in cards if card.is_latest] == [2]


@pytest.mark.req("HB-35")
def test_the_routing_log_tells_all_submissions_newest_first(world: World) -> None:
    """Submission, decisions with opinion and unit, the second submission, and the step that waits on top."""
    card, case_id = world.opened()
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1, opinion="同意推荐")
    world.decide(world.leader(world.hospital), case_id, Decision.RETURN, version=2, opinion="请补充")
    world.open(card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2}))
    with world.database.begin() as session:
        lines = log.routing_log(session, declaration_id=card.declaration_id, with_notes=False)
    assert [(line.submission_number, line.action.value, line.opinion) for line in lines] == [
        (2, "waiting", None),
        (2, "submitted", None),
        (1, "returned", "请补充"),
        (1, "passed", "同意推荐"),
        (1, "submitted", None),
    ]
    assert [line.step_label for line in lines] == [
        "经办人审核",
        "个人申请提交",
        "单位领导审核",
        "经办人审核",
        "个人申请提交",
    ]
    assert lines[0].action_label == "待审核"
    assert lines[0].organization_name == world.hospital.name
    assert lines[1].actor_name == "闻人溪"
    assert lines[2].actor_name is None


@pytest.mark.req("PL-13")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_decision SET opinion = 'x' WHERE case_id = :id",
        "DELETE FROM case_decision WHERE case_id = :id",
        "UPDATE case_step SET organization_id = gen_random_uuid() WHERE case_id = :id AND outcome IS NOT NULL",
    ],
)
def test_what_happened_cannot_be_rewritten(world: World, statement: str) -> None:
    """The routing log and the steps taken are closed even to a hand in the database."""
    _, case_id = world.opened()
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    with pytest.raises(DBAPIError), world.database.begin() as session:
        session.execute(text(statement), {"id": case_id})


def test_another_profile_sees_nothing(world: World) -> None:
    """Cases of one province are invisible to transactions of another (PL-02)."""
    _, case_id = world.opened()
    with world.database.begin("liaoning") as session:
        assert session.get(CaseCard, case_id) is None


def test_the_identity_number_is_stored_as_cipher_and_hash_only(world: World) -> None:
    """No column of the card holds the number in clear."""
    _, case_id = world.opened()
    with world.database.begin() as session:
        row = session.execute(text("SELECT * FROM case_card WHERE id = :id"), {"id": case_id}).one()
    assert not [value for value in row if "19840612" in str(value) or b"19840612" in bytes(str(value), "utf-8")]


# common opinions


@pytest.mark.req("HB-33", "HB-34")
def test_an_officer_keeps_own_phrases(world: World) -> None:
    """The province's start set until the first saving; then the officer's own in their order, each by its version."""
    officer = world.officer(world.hospital)

    def save(version: int | None, *phrases: str) -> Any:
        command = SaveCommonOpinions(command_id=uuid.uuid4(), expected_version=version, phrases=phrases)
        with context.changed(actor=officer), world.database.begin() as session:
            return opinions.save_common_opinions(session, command=command, actor=officer)

    with world.database.begin() as session:
        start = facts.common_opinions(session, actor=officer)
    assert start.version == 0
    assert len(start.phrases) == 5
    assert save(0, *start.phrases[1:], "另行说明").version == 1
    with pytest.raises(StaleVersion):
        save(0, "覆盖")
    assert save(1, "乙", "甲").phrases == ("乙", "甲")
    with pytest.raises(InvalidInput):
        save(2, "甲", "甲")
    with world.database.begin() as session:
        assert facts.common_opinions(session, actor=officer).phrases == ("乙", "甲")
        assert facts.common_opinions(session, actor=world.leader(world.hospital)).version == 0


def test_decisions_on_different_cases_do_not_wait_for_each_other(world: World) -> None:
    """While one officer's decision is not yet committed, another's about another case goes through."""
    officer = world.officer(world.hospital)
    world.decide(officer, world.opened()[1], Decision.PASS, version=1)
    first, second = world.opened()[1], world.opened()[1]
    command = DecideCase(
        command_id=uuid.uuid4(),
        expected_version=1,
        case_id=first,
        decision=Decision.PASS,
        recommendation=RECOMMENDATION,
    )
    other = threading.Thread(target=lambda: world.decide(officer, second, Decision.PASS, version=1))
    with context.changed(actor=officer), world.database.begin() as session:
        deciding.decide_case(session, command=command, actor=officer, chains=world.chains)
        session.flush()
        other.start()
        other.join(timeout=10)
        assert not other.is_alive()
    assert world.state_of(second).version == 2


def test_a_submission_keeps_the_route_rules_of_its_day(database: Database) -> None:
    """Rules published later touch neither a case under way nor one that arrives late; the form has its own version."""
    world = build_world(database)
    early = world.card(profile_version=world.version)
    _, case_id = world.opened()
    later = build_world(database, route={"return_days": 1})
    late_id = world.open(early)
    assert late_id is not None
    new_id = world.opened()[1]
    versions = [world.state_of(one).route_version for one in (case_id, late_id, new_id)]
    assert versions == [world.version, world.version, later.version]
    assert world.state_of(new_id).profile_version == world.version
