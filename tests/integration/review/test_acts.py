"""Batches, assignment to a committee and re-routing of cases, on a real PostgreSQL."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import context
from chassis.commands import carry_out
from chassis.database import Database
from chassis.tables import AuditEntry
from contracts.base import Actor, Role, RoleGrant
from contracts.errors import (
    CommandReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    WrongState,
)
from contracts.review import (
    AssignCommittee,
    AssignCommittees,
    BatchItem,
    BatchTooLarge,
    CaseAlreadyReviewed,
    CaseState,
    CommitteeNotAccepting,
    DecideCase,
    DecideCases,
    Decision,
    LogAction,
    PlaceNotOnRoute,
    RerouteCase,
)
from services.review.operations import assigning, deciding, organizations, rerouting
from services.review.queries import log
from services.review.scope import find_case
from services.review.tables import CaseCard
from tests.factories.review import PROFILE, RECOMMENDATION, World, applicant_of, build_world, organization, race

# batches


def batch(world: World, actor: Actor, items: list[tuple[UUID, int]], decision: Decision, **values: Any) -> Any:
    command = DecideCases(
        command_id=uuid.uuid4(),
        items=tuple(BatchItem(case_id=case_id, version=version) for case_id, version in items),
        decision=decision,
        **values,
    )
    with context.changed(actor=actor), world.database.begin() as session:
        return deciding.decide_cases(session, command=command, actor=actor, chains=world.chains)


@pytest.mark.req("HB-41", "HB-42", "HB-43")
def test_a_batch_decides_what_it_can_and_names_the_rest(world: World) -> None:
    """One recommendation for all ticked; changed, foreign and own rows are skipped with their reason."""
    officer = world.officer(world.hospital)
    cases = [world.opened()[1] for _ in range(3)]
    changed = world.opened()[1]
    world.decide(officer, changed, Decision.HOLD, version=1, opinion="待核实")
    _, own = world.opened(person_id=officer.person_id)
    upstairs = world.opened(organization_id=world.university.organization_id)[1]
    ticked = [*cases, changed, own, upstairs]
    result = batch(world, officer, [(case_id, 1) for case_id in ticked], Decision.PASS, recommendation=RECOMMENDATION)
    assert [row.case_id for row in result.rows] == ticked
    assert [row.error_code for row in result.rows] == [
        *[None] * 3,
        "common.stale_version",
        "review.own_declaration",
        "common.not_found",
    ]
    assert (result.done, result.skipped) == (3, 3)
    assert {world.state_of(case_id).step for case_id in cases} == {"leader_review"}
    leader = world.leader(world.hospital)
    returned = batch(world, leader, [(case_id, 2) for case_id in cases], Decision.RETURN, opinion="排名表缺盖章")
    assert returned.done == 3
    assert {world.state_of(case_id).state for case_id in cases} == {CaseState.RETURNED}
    with world.database.begin() as session:
        acts = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "bulk_act", AuditEntry.account_id == leader.account_id)
        ).all()
        lines = log.routing_log(
            session, declaration_id=session.get_one(CaseCard, cases[0]).declaration_id, with_notes=False
        )
    assert [sorted(act.details["case_ids"]) for act in acts] == [sorted(str(case_id) for case_id in cases)]
    assert lines[0].is_bulk
    assert lines[0].opinion == "排名表缺盖章"


def test_a_batch_is_refused_when_it_is_too_large_or_ticks_a_row_twice(database: Database) -> None:
    """The profile limits how many cases one act decides."""
    world = build_world(database, route={"batch_limit": 2})
    officer = world.officer(world.hospital)
    case_id = world.opened()[1]
    with pytest.raises(BatchTooLarge):
        batch(world, officer, [(uuid.uuid4(), 1) for _ in range(3)], Decision.RETURN, opinion="退回")
    with pytest.raises(InvalidInput):
        batch(world, officer, [(case_id, 1), (case_id, 1)], Decision.RETURN, opinion="退回")


def test_two_batches_over_the_same_cases_do_not_block_each_other(world: World) -> None:
    """Officers who tick the same rows in opposite order both get an answer; each row is decided once."""
    cases = [world.opened()[1] for _ in range(8)]
    results: list[Any] = []

    def run(order: list[UUID]) -> None:
        items = [(case_id, 1) for case_id in order]
        results.append(batch(world, world.officer(world.hospital), items, Decision.RETURN, opinion="退回"))

    assert race(lambda: run(cases), lambda: run(cases[::-1])) == [None, None]
    assert sum(result.done for result in results) == len(cases)


# commands


def test_a_repeated_command_gets_the_same_answer(world: World) -> None:
    """The same command again answers what it answered; other content under its id is refused."""
    _, case_id = world.opened()
    officer = world.officer(world.hospital)
    command = DecideCase(
        command_id=uuid.uuid4(), expected_version=1, case_id=case_id, decision=Decision.HOLD, opinion="待核实"
    )

    def send(command: DecideCase) -> Any:
        with context.changed(actor=officer), world.database.begin() as session:
            return carry_out(
                session, command, deciding.decide_case, command=command, actor=officer, chains=world.chains
            )

    assert send(command) == send(command)
    assert world.state_of(case_id).version == 2
    with pytest.raises(CommandReused):
        send(command.model_copy(update={"opinion": "其他"}))
    with pytest.raises(InvalidInput):
        send(command.model_copy(update={"command_id": uuid.uuid4(), "expected_version": None}))


# pre-assignment


def assign(world: World, actor: Actor, case_id: UUID, choice: assigning.Choice, **values: Any) -> Any:
    version = world.state_of(case_id).version
    command = AssignCommittee(
        **{
            "command_id": uuid.uuid4(),
            "expected_version": version,
            "case_id": case_id,
            "committee_id": choice.committee.committee_id,
        }
        | values
    )
    with context.changed(actor=actor), world.database.begin() as session:
        return assigning.assign_committee(session, command=command, actor=actor, choice=choice)


@pytest.mark.req("HB-50")
def test_a_committee_is_assigned_and_changed_until_it_was_checked(world: World) -> None:
    """The root's officer assigns, changes also while the check is held, and no more once it was decided."""
    _, case_id = world.opened()
    world.climb(case_id)
    office = world.officer(world.office)
    first, second = world.committee(), world.committee(name="第二评审委员会")
    with pytest.raises(NotAllowed):
        assign(world, world.leader(world.office), case_id, world.choice(first, case_id))
    with pytest.raises(CommitteeNotAccepting):
        assign(world, office, case_id, world.choice(first))
    with pytest.raises(CommitteeNotAccepting):
        assign(world, office, case_id, world.choice(world.committee(is_open=False), case_id))
    assign(world, office, case_id, world.choice(first, case_id))
    checker = world.officer(world.committee_unit)
    with pytest.raises(NotAllowed):
        assign(world, checker, case_id, world.choice(second, case_id))
    version = world.state_of(case_id).version
    world.decide(checker, case_id, Decision.HOLD, version=version, opinion="待核实")
    assign(world, office, case_id, world.choice(second), is_entrusted_review=True)
    card = world.state_of(case_id)
    assert (card.committee_id, card.is_entrusted_review, card.state) == (second.committee_id, True, CaseState.WAITING)
    world.decide(checker, case_id, Decision.RETURN, version=card.version, opinion="材料不全")
    with pytest.raises(WrongState):
        assign(world, office, case_id, world.choice(first, case_id))
    assert [step.outcome for step in world.steps_of(case_id)][-3:] == ["assigned", "assigned", "returned"]


@pytest.mark.req("HB-50")
def test_many_cases_are_given_to_one_committee(world: World) -> None:
    """Batch pre-assignment gives what the committee's scope covers and names the rest."""
    cases = [world.opened()[1] for _ in range(3)]
    for case_id in cases:
        world.climb(case_id)
    committee, office = world.committee(), world.officer(world.office)
    command = AssignCommittees(
        command_id=uuid.uuid4(),
        items=tuple(BatchItem(case_id=case_id, version=9) for case_id in cases),
        committee_id=committee.committee_id,
    )
    with context.changed(actor=office), world.database.begin() as session:
        result = assigning.assign_committees(
            session, command=command, actor=office, choice=world.choice(committee, *cases[:2])
        )
    assert [row.error_code for row in result.rows] == [None, None, "review.committee_not_accepting"]


# re-routing


def reroute(world: World, actor: Actor, case_id: UUID, step: str, place: Any, reason: str = "单位无领导账号") -> Any:
    command = RerouteCase(
        command_id=uuid.uuid4(),
        expected_version=world.state_of(case_id).version,
        case_id=case_id,
        step=step,
        organization_id=place.organization_id,
        reason=reason,
    )
    with context.changed(actor=actor), world.database.begin() as session:
        return rerouting.reroute_case(session, command=command, actor=actor, chains=world.chains)


def test_a_superior_lets_a_stuck_case_go_on_with_a_reason(world: World) -> None:
    """An organisation without a leader does not stop a case for ever; steps taken stay, the reason is in the log."""
    card, case_id = world.opened()
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    superior = world.officer(world.university)
    with pytest.raises(NotAllowed):
        reroute(world, world.officer(world.hospital), case_id, "upper_officer_review", world.university)
    with pytest.raises(InvalidInput):
        reroute(world, superior, case_id, "upper_officer_review", world.university, reason="")
    for step, place in (("officer_review", world.hospital), ("upper_officer_review", world.office)):
        with pytest.raises(PlaceNotOnRoute):
            reroute(world, superior, case_id, step, place)
    standing = reroute(world, superior, case_id, "upper_officer_review", world.university)
    assert (standing.step, standing.organization_id) == ("upper_officer_review", world.university.organization_id)
    assert [step.outcome for step in world.steps_of(case_id)] == ["passed", "rerouted", None]
    assert world.log_of(card.declaration_id)[1] == (LogAction.REROUTED, "单位无领导账号")
    with pytest.raises(CaseAlreadyReviewed):
        world.recall(applicant_of(card), card.submission_id)


def test_a_case_of_a_closed_organisation_goes_round_it(world: World) -> None:
    """What waits in a closed unit is sent to the next open place above, and to none of the closed one's."""
    card, case_id = world.opened()
    below = world.hospital.organization_id
    shut = {unit.organization_id: unit.model_copy(update={"is_enabled": False}) for unit in world.chain(below)[:2]}
    world.chains[below] = tuple(shut.get(unit.organization_id, unit) for unit in world.chain(below))
    superior = world.officer(world.education)
    with context.changed(actor=superior), world.database.begin() as session:
        places = rerouting.places_ahead(session, find_case(session, superior, case_id), superior, world.chains)
    assert {place.organization_id for place in places} == {world.education.organization_id}
    for step, place in (("leader_review", world.hospital), ("upper_officer_review", world.university)):
        with pytest.raises(PlaceNotOnRoute):
            reroute(world, superior, case_id, step, place)
    assert reroute(world, superior, case_id, "upper_officer_review", world.education).role is Role.CASE_OFFICER
    assert world.log_of(card.declaration_id)[1] == (LogAction.REROUTED, "单位无领导账号")


def test_the_system_administrator_helps_at_the_top(world: World) -> None:
    """Nobody stands above the root: there the system administrator re-routes."""
    _, case_id = world.opened()
    administrator = world.person().model_copy(update={"roles": (RoleGrant(role=Role.SYSTEM_ADMIN),)})
    assert reroute(world, administrator, case_id, "preassignment", world.office).step == "preassignment"


def test_a_moved_organisation_climbs_along_its_new_superiors(world: World) -> None:
    """After the hospital moved under the department its next superior is the department, which then sees the case."""
    _, case_id = world.opened()
    below = organization("云汐演示大学附属医院分院", world.hospital.organization_id)
    world.chains[below.organization_id] = (below, *world.chain(world.hospital.organization_id))
    _, of_branch = world.opened(organization_id=below.organization_id)
    world.decide(world.officer(world.hospital), case_id, Decision.PASS, version=1)
    newcomer = organization("澄屿演示省卫生主管部门", world.office.organization_id)
    moved = (world.hospital.model_copy(update={"name": "澄屿演示医院"}), newcomer, world.office)
    world.chains[world.hospital.organization_id] = moved
    watcher = world.officer(newcomer)
    with world.database.begin() as session:
        with pytest.raises(NotFound):
            find_case(session, watcher, case_id)
        organizations.renew_organization(session, profile=PROFILE, chain=moved)
        assert find_case(session, watcher, case_id).organization_name == "云汐演示大学附属医院"
        assert find_case(session, watcher, of_branch).id == of_branch
        with pytest.raises(NotFound):
            find_case(session, world.officer(world.university), case_id)
    standing = world.decide(world.leader(world.hospital), case_id, Decision.PASS, version=2)
    assert standing.organization_id == newcomer.organization_id


# the log
