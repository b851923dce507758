"""Chair, materials, conflicts and standard of a meeting, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from contracts.committee.experts import (
    DeclareRelation,
)
from contracts.committee.materials import (
    AppointChair,
    AskLift,
    ConflictFilter,
    DecideConflict,
    LiftConflict,
    MaterialFilter,
    PlaceMaterials,
    SetStandard,
)
from contracts.committee.meetings import Step
from contracts.committee.plans import (
    MeetingAct,
)
from contracts.committee.refusals import (
    ConflictsUndecided,
    MaterialNotOffered,
    NotSeated,
    SecondPersonRequired,
    StandardInvalid,
    TooManyViceChairs,
)
from contracts.errors import InvalidInput, StaleVersion, WrongState
from services.committee.operations import (
    chair,
    conflicts,
    materials,
    standard,
)
from services.committee.queries import conflicts as conflict_queries
from services.committee.queries import materials as material_queries
from services.committee.queries import meetings as meeting_queries
from tests.factories.committee_setup import (
    World,
    demo_name,
    demo_number,
    profile,
)

ELSEWHERE = "澄屿演示职业技术学院"


def meeting_with_plan(world: World, judges: int = 3) -> tuple[UUID, UUID, list[UUID]]:
    """A meeting with one group whose plan is in force: meeting, group, experts."""
    meeting_id = world.create_meeting()
    group_id = world.add_group(meeting_id)
    seated = [world.approved_expert(employer=ELSEWHERE)[0] for _ in range(judges)]
    world.write_plan(meeting_id)
    world.seat(meeting_id, dict.fromkeys(seated, group_id))
    world.approve_plan(meeting_id)
    return meeting_id, group_id, seated


@pytest.mark.req("HB-131")
def test_one_chair_and_at_most_two_vice_chairs(world: World) -> None:
    """One judge is chair, two may be vice-chairs; a third, a stranger and the same judge twice are refused."""
    meeting_id, _, _ = meeting_with_plan(world, judges=4)
    detail = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id)
    first, second, third, fourth = (judge.judge_id for judge in detail.judges)

    def appoint(chair_id: UUID, *vice: UUID) -> dict[UUID, str | None]:
        command = AppointChair(command_id=uuid4(), meeting_id=meeting_id, chair=chair_id, vice_chairs=vice)
        answer = world.do(chair.appoint_chair, command, as_actor=world.officer)
        return {judge.judge_id: judge.post for judge in answer.judges}

    with pytest.raises(TooManyViceChairs):
        appoint(first, second, third, fourth)
    with pytest.raises(NotSeated):
        appoint(uuid4())
    with pytest.raises(InvalidInput):
        appoint(first, first)
    appoint(first, second, third)
    posts = appoint(second)
    assert (posts[first], posts[second], posts[third]) == (None, "chair", None)


@pytest.mark.req("PL-12")
def test_posts_are_given_over_the_version_that_was_read(world: World) -> None:
    """Two officers who appoint at once: the second is told, and the first one's chair presides."""
    meeting_id, _, _ = meeting_with_plan(world)
    read = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id)

    def appoint(number: int) -> object:
        command = AppointChair(
            command_id=uuid4(),
            meeting_id=meeting_id,
            chair=read.judges[number].judge_id,
            expected_version=read.card.version,
        )
        return world.do(chair.appoint_chair, command, as_actor=world.officer)

    appoint(0)
    with pytest.raises(StaleVersion):
        appoint(1)
    after = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id)
    assert [judge.judge_id for judge in after.judges if judge.post == "chair"] == [read.judges[0].judge_id]


@pytest.mark.req("HB-132", "HB-133")
def test_admitted_materials_go_into_exactly_one_group(world: World) -> None:
    """Only admitted materials of the meeting's committees are offered; placed ones are told and can be moved."""
    meeting_id, group_id, _ = meeting_with_plan(world)
    submission = world.admit(employer="蘅州演示师范学院")
    other = world.create_committee(code=f"M{uuid4().hex[:6]}")
    known, world.committee_id = world.committee_id, other
    world.admit(employer="蘅州演示师范学院")
    world.committee_id = known
    wanted = MaterialFilter(meeting_id=meeting_id, offered=True)
    offered = world.ask(material_queries.materials, as_actor=world.officer, wanted=wanted)
    assert [row.submission_id for row in offered.items] == [submission]

    def place(*material_ids: UUID) -> int:
        command = PlaceMaterials(
            command_id=uuid4(), meeting_id=meeting_id, group_id=group_id, material_ids=material_ids or None
        )
        return world.do(materials.place_materials, command, as_actor=world.officer).placed

    with pytest.raises(MaterialNotOffered):
        place(uuid4())
    assert place() == 1
    assert place(offered.items[0].material_id) == 1
    told = [e for e in world.events("MaterialPlaced") if e["meeting_id"] == str(meeting_id)]
    assert [event["submission_id"] for event in told] == [str(submission)]


def test_an_admitted_case_is_taken_once(world: World) -> None:
    """The same submission told twice makes one material."""
    submission = world.admit(employer="蘅州演示师范学院")
    world.admit(employer="蘅州演示师范学院", submission_id=submission)
    meeting_id = world.create_meeting()
    wanted = MaterialFilter(meeting_id=meeting_id, offered=True)
    assert world.ask(material_queries.materials, as_actor=world.officer, wanted=wanted).total == 1


@pytest.mark.req("PL-39")
def test_near_matches_are_decided_before_grouping_and_lifting_takes_two(world: World) -> None:
    """A near organisation stops grouping until an officer decides; a conflict is lifted only by a second person."""
    meeting_id = world.create_meeting()
    group_id = world.add_group(meeting_id)
    expert_id, actor = world.approved_expert(employer="澄屿演示理工大学", former=("云汐演示大学附属医院",))
    world.write_plan(meeting_id)
    world.seat(meeting_id, {expert_id: group_id})
    world.approve_plan(meeting_id)
    world.admit(employer="云汐演示大学")
    place = PlaceMaterials(command_id=uuid4(), meeting_id=meeting_id, group_id=group_id)
    with pytest.raises(ConflictsUndecided):
        world.do(materials.place_materials, place, as_actor=world.officer)
    wanted = ConflictFilter(meeting_id=meeting_id)
    found = world.ask(conflict_queries.conflicts, as_actor=world.officer, wanted=wanted).items[0]
    assert (found.state, found.grounds[0]["kind"]) == ("undecided", "former_organization")
    pair = {"expert_id": found.expert_id, "material_id": found.material_id}

    def act(operation: Callable[..., object], command: object, officer: str) -> object:
        return world.do(operation, command, as_actor=getattr(world, officer))  # type: ignore[arg-type]

    decide = DecideConflict(command_id=uuid4(), is_conflict=True, reason="附属医院属于该校", **pair)
    act(conflicts.decide_conflict, decide, "officer")
    with world.database.begin("hebei") as session:
        held = conflicts.blocked(session, expert_ids=[expert_id], material_ids=[found.material_id])
    assert held == {(expert_id, found.material_id)}
    act(conflicts.ask_lift, AskLift(command_id=uuid4(), reason="已离职二十年", **pair), "officer")
    with pytest.raises(SecondPersonRequired):
        act(conflicts.lift_conflict, LiftConflict(command_id=uuid4(), **pair), "officer")
    act(conflicts.lift_conflict, LiftConflict(command_id=uuid4(), **pair), "second_officer")
    assert world.do(materials.place_materials, place, as_actor=world.officer).placed == 1
    number = demo_number(900_011)
    mistyped = number[:-1] + ("0" if number[-1] != "0" else "1")
    slip = DeclareRelation(command_id=uuid4(), kind="relative", person_name=demo_name(1), id_document_no=mistyped)
    with pytest.raises(InvalidInput):
        world.do(conflicts.declare_relation, slip, as_actor=actor)
    relation = DeclareRelation(command_id=uuid4(), kind="relative", material_id=found.material_id)
    world.do(conflicts.declare_relation, relation, as_actor=actor)
    again = world.ask(conflict_queries.conflicts, as_actor=world.officer, wanted=wanted).items[0]
    assert (again.state, again.lifted_by) == ("blocking", None)


@pytest.mark.req("PL-39")
def test_nobody_judges_the_own_declaration(world: World) -> None:
    """An expert who declares is kept from the own material, and no officer can lift that."""
    count = 900_010
    expert_id, _ = world.approved_expert(
        employer=ELSEWHERE, real_name=demo_name(count), id_document_no=demo_number(count)
    )
    meeting_id = world.create_meeting()
    group_id = world.add_group(meeting_id)
    world.write_plan(meeting_id)
    world.seat(meeting_id, {expert_id: group_id})
    world.approve_plan(meeting_id)
    world.admit(employer="蘅州演示师范学院", real_name=demo_name(count), id_document_no=demo_number(count))
    wanted = ConflictFilter(meeting_id=meeting_id)
    found = world.ask(conflict_queries.conflicts, as_actor=world.officer, wanted=wanted).items[0]
    assert (found.state, found.grounds[0]["kind"]) == ("blocking", "own_declaration")
    command = AskLift(command_id=uuid4(), expert_id=found.expert_id, material_id=found.material_id, reason="无")
    with pytest.raises(WrongState):
        world.do(conflicts.ask_lift, command, as_actor=world.officer)


@pytest.mark.req("HB-135", "HB-136")
def test_a_standard_adds_up_covers_its_materials_and_goes_to_the_chair(world: World) -> None:
    """A wrong sum and a material without sheet are refused; a submitted standard is not changed any more."""
    meeting_id, group_id, _ = meeting_with_plan(world)
    world.admit(employer="蘅州演示师范学院")
    place = PlaceMaterials(command_id=uuid4(), meeting_id=meeting_id, group_id=group_id)
    world.do(materials.place_materials, place, as_actor=world.officer)
    sheet = profile().rules.standards[0]

    def put(**values: object) -> int:
        command = SetStandard(command_id=uuid4(), meeting_id=meeting_id, sheets=(sheet.model_copy(update=values),))
        return world.do(standard.set_standard, command, as_actor=world.officer).version

    def submit() -> str:
        command = MeetingAct(command_id=uuid4(), meeting_id=meeting_id)
        return world.do(standard.submit_standard, command, as_actor=world.officer).state

    with pytest.raises(StandardInvalid) as refusal:
        put(items=sheet.items[1:])
    assert refusal.value.faults[0].code == "committee.sum_differs"
    put(title_level="full_senior")
    with pytest.raises(StandardInvalid) as refusal:
        submit()
    assert refusal.value.faults[0].code == "committee.sheet_missing"
    put(title_level="intermediate", group_id=group_id)
    assert submit() == "submitted"
    with pytest.raises(WrongState):
        put()
    overview = world.ask(meeting_queries.meeting_overview, as_actor=world.officer, meeting_id=meeting_id)
    assert overview.state is Step.PLAN_APPROVED
    assert [line.step for line in overview.lines if line.is_next] == [Step.CHAIR_APPOINTED]
    judge = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id).judges[0]
    command = AppointChair(command_id=uuid4(), meeting_id=meeting_id, chair=judge.judge_id)
    assert world.do(chair.appoint_chair, command, as_actor=world.officer).card.state is Step.STANDARD_SUBMITTED
