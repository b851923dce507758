"""Committees, pools, experts and meetings up to the submitted standard, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from chassis.database import Database
from chassis.tables import OutboxRow
from contracts.base import Role, RoleGrant
from contracts.committee.committees import CreateCommittee, EditCommittee, SetPolicy
from contracts.committee.experts import (
    DeclareRelation,
    ExpertFilter,
    ExpertState,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
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
from contracts.committee.meetings import EditGroup, RemoveGroup, Step
from contracts.committee.plans import (
    Fraction,
    MeetingAct,
    PrepareDraw,
    ReviewPlan,
    RunDraw,
    SeatableFilter,
    StratumWanted,
    WritePlan,
)
from contracts.committee.refusals import (
    CommitteeCodeTaken,
    ConflictsUndecided,
    DrawImpossible,
    ExpertNotApproved,
    GroupInUse,
    GroupTooSmall,
    MaterialNotOffered,
    NoCreationRight,
    NoFormationRight,
    NotSeated,
    OpinionRequired,
    PlanIncomplete,
    PlanNeedsReview,
    ProfileIncomplete,
    SecondPersonRequired,
    StandardInvalid,
    StepNotReady,
    TooManyViceChairs,
    UnitNotSubordinate,
)
from contracts.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from services.committee.operations import (
    chair,
    committees,
    conflicts,
    draws,
    experts,
    groups,
    materials,
    plan,
    pool,
    standard,
)
from services.committee.queries import committees as committee_queries
from services.committee.queries import conflicts as conflict_queries
from services.committee.queries import experts as expert_queries
from services.committee.queries import materials as material_queries
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import plans as plan_queries
from services.committee.rules import draw as draw_rules
from tests.factories.committee_setup import (
    World,
    build_world,
    demo_name,
    demo_number,
    organization,
    person,
    policy,
    profile,
    setting,
)

HERE, ELSEWHERE = "云汐演示大学", "澄屿演示职业技术学院"


@pytest.fixture(scope="module")
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("committee")


@pytest.fixture
def world(database: Database) -> World:
    return build_world(database)


def events(world: World, name: str) -> list[dict[str, object]]:
    with world.database.begin("hebei") as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == f"committee.{name}").order_by(OutboxRow.id))
        return [row.payload for row in rows]


def meeting_with_plan(world: World, judges: int = 3) -> tuple[UUID, UUID, list[UUID]]:
    """A meeting with one group whose plan is in force: meeting, group, experts."""
    meeting_id = world.create_meeting()
    group_id = world.add_group(meeting_id)
    seated = [world.approved_expert(employer=ELSEWHERE)[0] for _ in range(judges)]
    world.write_plan(meeting_id)
    world.seat(meeting_id, dict.fromkeys(seated, group_id))
    world.approve_plan(meeting_id)
    return meeting_id, group_id, seated


class TestCommittees:
    @pytest.mark.req("HB-107", "HB-108")
    def test_the_office_adds_edits_and_finds_committees(self, world: World) -> None:
        """The office adds a committee, finds it in its list, and changes it under the version that it has seen."""
        listed = world.ask(
            committee_queries.committees,
            as_actor=world.office_officer,
            wanted=committee_queries.CommitteeFilter(year=2026, title_series="university_teacher_undergraduate"),
        )
        assert [card.committee_id for card in listed.items] == [world.committee_id]
        edited = world.do(
            committees.edit_committee,
            EditCommittee(
                command_id=uuid4(),
                committee_id=world.committee_id,
                data=world.committee_data(name="改名后的演示评委会"),
                expected_version=1,
            ),
            as_actor=world.office_officer,
            unit_chain=(world.unit, world.office),
        )
        assert (edited.name, edited.version) == ("改名后的演示评委会", 2)
        with pytest.raises(StaleVersion):
            world.do(
                committees.edit_committee,
                EditCommittee(
                    command_id=uuid4(),
                    committee_id=world.committee_id,
                    data=world.committee_data(),
                    expected_version=1,
                ),
                as_actor=world.office_officer,
                unit_chain=(world.unit, world.office),
            )

    @pytest.mark.req("HB-111")
    def test_creation_and_formation_rights_are_needed(self, world: World) -> None:
        """Without 评委会创建权 nobody adds a committee, without 评委会组建权 no unit runs one."""

        def create(office_creates: bool, unit_forms: bool, below: bool = True) -> None:
            office = organization("河北演示省教育主管部门", creates=office_creates)
            unit = organization("栎城演示医科大学", forms=unit_forms)
            actor = person(RoleGrant(role=Role.ORG_ADMIN, organization_id=office.organization_id))
            world.do(
                committees.create_committee,
                CreateCommittee(command_id=uuid4(), code="X1", data=world.committee_data(), policy=policy()),
                as_actor=actor,
                offices=(office,),
                unit_chain=(unit, office) if below else (unit,),
            )

        with pytest.raises(NoCreationRight):
            create(office_creates=False, unit_forms=True)
        with pytest.raises(NoFormationRight):
            create(office_creates=True, unit_forms=False)
        with pytest.raises(UnitNotSubordinate):
            create(office_creates=True, unit_forms=True, below=False)

    def test_a_code_is_unique_in_the_profile(self, world: World) -> None:
        """A second committee under a code that is taken is refused."""
        code = world.ask(
            committee_queries.committee_detail, as_actor=world.officer, committee_id=world.committee_id
        ).card.code
        with pytest.raises(CommitteeCodeTaken):
            world.create_committee(code=code)

    def test_unknown_codes_are_named_by_field(self, world: World) -> None:
        """A series or specialty outside the catalogue is refused with a pointer to it."""
        scope = (
            {"title_series": "no_such_series"},
            {"title_series": "university_teacher_undergraduate", "specialties": ("99",)},
        )
        with pytest.raises(InvalidInput) as refusal:
            world.create_committee(code="BAD", scope=scope, level="huge")
        assert {fault.pointer for fault in refusal.value.faults} == {
            "/data/scope/0/title_series",
            "/data/scope/1/specialties/0",
            "/data/level",
        }

    @pytest.mark.req("HB-112")
    def test_committees_whose_term_is_over_are_historical(self, world: World) -> None:
        """A committee whose term is over stands in the historical list and in no other."""
        old = world.create_committee(code="OLD1", year=2024, valid_from="2024-01-01", valid_until="2025-12-31")

        def listed(historical: bool) -> set[UUID]:
            wanted = committee_queries.CommitteeFilter(historical=historical)
            page = world.ask(committee_queries.committees, as_actor=world.office_officer, wanted=wanted)
            return {card.committee_id for card in page.items}

        assert (old in listed(True), old in listed(False)) == (True, False)
        assert (world.committee_id in listed(True), world.committee_id in listed(False)) == (False, True)

    @pytest.mark.req("HB-55", "HB-62")
    def test_a_setting_finds_the_committees_of_its_scope(self, world: World) -> None:
        """A setting finds the policy of the committees whose scope covers it; a closed window shows at once."""

        def found(**values: str) -> dict[UUID, bool]:
            with world.database.begin("hebei") as session:
                return {
                    one.committee_id: one.is_open
                    for one in committee_queries.accepting(
                        session,
                        setting=setting(**values),
                        declaration_year=2026,
                        organization_ids=(world.unit.organization_id,),
                        region="139901",
                    )
                }

        assert found()[world.committee_id] is True
        assert world.committee_id not in found(title_series="another")
        world.do(
            committees.set_policy,
            SetPolicy(
                command_id=uuid4(),
                committee_id=world.committee_id,
                policy=policy(closes_on="2026-01-31", required_blocks=("patents",)),
            ),
            as_actor=world.office_officer,
        )
        unknown = policy(
            required_blocks=("papers", "setting", "poems"),
            required_attachments=("continuing_education_certificate", "papers.attachment", "attachment"),
        )
        command = SetPolicy(command_id=uuid4(), committee_id=world.committee_id, policy=unknown)
        with pytest.raises(InvalidInput) as refused:
            world.do(committees.set_policy, command, as_actor=world.office_officer)
        assert [fault.pointer for fault in refused.value.faults] == [
            "/policy/required_blocks/1",
            "/policy/required_blocks/2",
            "/policy/required_attachments/2",
        ]
        changed = world.ask(committee_queries.committee_detail, as_actor=world.officer, committee_id=world.committee_id)
        assert [version.number for version in (changed.policy, *changed.policy_history)] == [2, 1]
        assert found()[world.committee_id] is False

    @pytest.mark.req("PL-04")
    def test_foreign_committees_are_not_found(self, world: World) -> None:
        """Somebody of another organisation does not find the committee; its own unit sees it but does not change it."""
        with pytest.raises(NotFound):
            world.ask(committee_queries.committee_detail, as_actor=world.stranger, committee_id=world.committee_id)
        command = SetPolicy(command_id=uuid4(), committee_id=world.committee_id, policy=policy())
        with pytest.raises(NotAllowed):
            world.do(committees.set_policy, command, as_actor=world.officer)


class TestPool:
    @pytest.mark.req("HB-113", "HB-116")
    def test_the_same_person_is_linked_not_doubled(self, world: World) -> None:
        """A number that is known links the person to the second pool; another name under it is refused."""
        first = world.add_expert(employer=HERE, real_name="舒望舟", id_document_no=demo_number(900_001))
        other = world.create_committee(code=f"L{uuid4().hex[:6]}")
        again = world.add_expert(
            employer=HERE, committee_id=other, real_name="舒望舟", id_document_no=demo_number(900_001).lower()
        )
        assert again == first
        with pytest.raises(InvalidInput) as refusal:
            world.add_expert(employer=HERE, real_name="庄予衡", id_document_no=demo_number(900_001))
        assert refusal.value.faults[0].code == "committee.name_differs"

    def test_wrong_data_is_named_by_field(self, world: World) -> None:
        """A wrong check character and an unknown specialty are named with their fields, and nothing is stored."""
        with pytest.raises(InvalidInput) as refusal:
            world.add_expert(employer=HERE, id_document_no="139901198503040013", specialties=("nope",))
        assert {(f.pointer, f.code) for f in refusal.value.faults} == {
            ("/expert/id_document_no", "identity.number_check_character"),
            ("/expert/specialties/0", "committee.not_in_catalogue"),
        }

    @pytest.mark.req("HB-113")
    def test_only_the_pool_manager_adds_and_finds_by_number(self, world: World) -> None:
        """The unit's officer sees the pool but does not add to it; a number is found exactly and shown masked."""
        number = demo_number(900_002)
        expert_id = world.add_expert(employer=HERE, real_name="阮一苇", id_document_no=number)
        manager, world.manager = world.manager, world.officer
        with pytest.raises(NotAllowed):
            world.add_expert(employer=HERE)
        world.manager = manager
        page = world.ask(expert_queries.experts, as_actor=world.officer, wanted=ExpertFilter(id_document_no=number))
        assert [(card.expert_id, card.has_account) for card in page.items] == [(expert_id, False)]
        assert number not in page.model_dump_json()
        nobody = world.ask(expert_queries.experts, as_actor=world.stranger, wanted=ExpertFilter(id_document_no=number))
        assert nobody.total == 0

    @pytest.mark.req("HB-114")
    def test_experts_without_account_are_asked_for_once(self, world: World) -> None:
        """The accounts wanted are those of experts who have none, and a repeat of the answer changes nothing."""
        expert_id = world.add_expert(employer=HERE)
        wanted = world.ask(pool.accounts_wanted, as_actor=world.manager, committee_id=world.committee_id)
        assert [request.reference for request in wanted] == [expert_id]
        world.open_account(expert_id)
        assert not world.ask(pool.accounts_wanted, as_actor=world.manager, committee_id=world.committee_id)


class TestExpertProfiles:
    @pytest.mark.req("HB-118")
    def test_who_submitted_first_is_reviewed_first(self, world: World) -> None:
        """Profiles that wait for a decision stand in the order in which they came, all others by name."""
        came = []
        for name in ("庄予衡", "阮一苇"):
            came.append(world.add_expert(employer=HERE, real_name=name))
            actor = world.open_account(came[-1])
            world.fill_profile(actor, employer=HERE)
            world.do(experts.submit_expert_profile, SubmitExpertProfile(command_id=uuid4()), as_actor=actor)

        def listed(*states: ExpertState) -> list[UUID]:
            page = world.ask(expert_queries.experts, as_actor=world.officer, wanted=ExpertFilter(states=states))
            return [card.expert_id for card in page.items if card.expert_id in came]

        assert listed(ExpertState.SUBMITTED) == came
        assert listed() == came[::-1]

    @pytest.mark.req("HB-117", "HB-118", "HB-119", "HB-120")
    def test_from_the_first_opening_to_the_approval(self, world: World) -> None:
        """An expert is told what is missing, fills it in, submits, is refused, submits again and is approved."""
        expert_id = world.add_expert(employer=HERE)
        actor = world.open_account(expert_id)
        opened = world.ask(experts.open_profile, as_actor=actor)
        assert opened.card.state is ExpertState.INCOMPLETE
        submit = SubmitExpertProfile(command_id=uuid4())
        with pytest.raises(ProfileIncomplete) as refusal:
            world.do(experts.submit_expert_profile, submit, as_actor=actor)
        assert "/educations" in {fault.pointer for fault in refusal.value.faults}
        world.fill_profile(actor, employer=HERE, former=("栎城演示医科大学",))
        assert world.do(experts.submit_expert_profile, submit, as_actor=actor).state is ExpertState.SUBMITTED

        def review(approve: bool, opinion: str) -> int:
            command = ReviewExperts(command_id=uuid4(), expert_ids=(expert_id,), approve=approve, opinion=opinion)
            return world.do(experts.review_experts, command, as_actor=world.officer).decided

        with pytest.raises(OpinionRequired):
            review(approve=False, opinion="")
        assert review(approve=False, opinion="请补充研究方向") == 1
        with pytest.raises(WrongState):
            review(approve=True, opinion="")
        again = SubmitExpertProfile(command_id=uuid4())
        world.do(experts.submit_expert_profile, again, as_actor=actor)
        assert review(approve=True, opinion="") == 1
        found = world.ask(expert_queries.expert_profile, as_actor=world.officer, expert_id=expert_id)
        assert found.card.state is ExpertState.APPROVED
        assert [line.action for line in reversed(found.log)] == [
            "profile_opened",
            "profile_submitted",
            "profile_refused",
            "profile_submitted",
            "profile_approved",
        ]
        told = [event["approved"] for event in events(world, "ExpertReviewed") if event["expert_id"] == str(expert_id)]
        assert told == [False, True]

    @pytest.mark.req("PL-12")
    def test_a_block_is_saved_over_the_revision_that_was_read(self, world: World) -> None:
        """Saving over a revision that was replaced is refused, and a wrong value is named by its field."""
        actor = world.open_account(world.add_expert(employer=HERE))
        world.ask(experts.open_profile, as_actor=actor)

        def save(revision: int, field: object) -> object:
            command = SaveExpertBlock(
                command_id=uuid4(), block="expert_research", revision=revision, content={"research_field": field}
            )
            return world.do(experts.save_expert_block, command, as_actor=actor)

        save(0, "逻辑学")
        with pytest.raises(StaleVersion):
            save(0, "伦理学")
        with pytest.raises(InvalidInput) as refusal:
            save(1, "长" * 201)
        assert refusal.value.faults[0].pointer == "/content/research_field"

    def test_read_only_values_stay(self, world: World) -> None:
        """The name that the pool knows cannot be changed by the expert."""
        actor = world.open_account(world.add_expert(employer=HERE, real_name="纪怀谷"))
        world.ask(experts.open_profile, as_actor=actor)
        command = SaveExpertBlock(
            command_id=uuid4(), block="expert_profile", revision=1, content={"real_name": "别的名字"}
        )
        with pytest.raises(InvalidInput):
            world.do(experts.save_expert_block, command, as_actor=actor)

    @pytest.mark.req("HB-119")
    def test_many_are_reviewed_at_once(self, world: World) -> None:
        """Of many, those that wait are decided as a bulk act and the others are passed over with the reason."""
        waiting = [world.add_expert(employer=HERE) for _ in range(2)]
        for expert_id in waiting:
            actor = world.open_account(expert_id)
            world.fill_profile(actor, employer=HERE)
            world.do(experts.submit_expert_profile, SubmitExpertProfile(command_id=uuid4()), as_actor=actor)
        fresh = world.add_expert(employer=HERE)
        command = ReviewExperts(command_id=uuid4(), expert_ids=(*waiting, fresh), approve=True)
        answer = world.do(experts.review_experts, command, as_actor=world.officer)
        assert (answer.decided, [fault.pointer for fault in answer.passed_over]) == (2, ["/expert_ids/2"])
        assert world.do(experts.review_experts, command, as_actor=world.officer) == answer

    def test_officers_of_other_units_do_not_review(self, world: World) -> None:
        """An officer whose unit runs no committee of the expert does not find the profile."""
        expert_id = world.add_expert(employer=HERE)
        command = ReviewExperts(command_id=uuid4(), expert_ids=(expert_id,), approve=True)
        with pytest.raises(NotFound):
            world.do(experts.review_experts, command, as_actor=world.stranger)

    def test_numbers_and_phones_stand_nowhere_in_clear(self, world: World) -> None:
        """No table holds the expert's number or phone in clear: not the profile, nor answers, logs, audit or events."""
        number, mobile = demo_number(900_020), "15400009876"
        world.approved_expert(employer=HERE, id_document_no=number, mobile=mobile)
        with world.database.begin("hebei") as session:
            tables = session.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
            ).all()
            assert {"command", "audit_entry", "outbox", "expert", "expert_block", "log_entry"} <= set(tables)
            for table in tables:
                found = session.scalar(
                    text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY (:marks)"),
                    {"marks": [f"%{number}%", f"%{mobile}%", f"%{mobile.encode().hex()}%"]},
                )
                assert found == 0, table


class TestGroupsAndPlan:
    @pytest.mark.req("HB-121", "HB-126", "HB-127")
    def test_groups_limit_their_judges_and_are_kept_while_used(self, world: World) -> None:
        """More judges than 人数 are refused, and a group with judges is not deleted."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id, size=1)
        empty = world.add_group(meeting_id, "第二组")
        seated = [world.approved_expert(employer=ELSEWHERE)[0] for _ in range(2)]
        world.write_plan(meeting_id)
        with pytest.raises(GroupTooSmall):
            world.seat(meeting_id, dict.fromkeys(seated, group_id))
        world.seat(meeting_id, {seated[0]: group_id})
        with pytest.raises(GroupInUse):
            world.do(groups.remove_group, RemoveGroup(command_id=uuid4(), group_id=group_id), as_actor=world.officer)
        left = world.do(groups.remove_group, RemoveGroup(command_id=uuid4(), group_id=empty), as_actor=world.officer)
        assert [group.name for group in left.groups] == ["第一组"]

    @pytest.mark.req("HB-120")
    def test_only_approved_experts_are_seated(self, world: World) -> None:
        """An expert whose profile nobody approved cannot be seated."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id)
        world.write_plan(meeting_id)
        with pytest.raises(ExpertNotApproved):
            world.seat(meeting_id, {world.add_expert(employer=ELSEWHERE): group_id})

    @pytest.mark.req("HB-128", "HB-129", "HB-130", "HB-154")
    def test_a_second_officer_passes_the_plan_and_it_changes_only_by_a_new_review(self, world: World) -> None:
        """The plan is submitted, not passed by who submitted it, returned, passed, in force, and then revised."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id)
        seated = [world.approved_expert(employer=ELSEWHERE)[0] for _ in range(2)]
        world.write_plan(meeting_id)
        act = MeetingAct(command_id=uuid4(), meeting_id=meeting_id)
        with pytest.raises(PlanIncomplete):
            world.do(plan.submit_plan, act, as_actor=world.officer)
        world.seat(meeting_id, {seated[0]: group_id})
        world.do(plan.submit_plan, act, as_actor=world.officer)

        def review(approve: bool, officer: str = "second_officer", opinion: str = "") -> object:
            command = ReviewPlan(command_id=uuid4(), meeting_id=meeting_id, approve=approve, opinion=opinion)
            return world.do(plan.review_plan, command, as_actor=getattr(world, officer))

        with pytest.raises(SecondPersonRequired):
            review(approve=True, officer="officer")
        with pytest.raises(OpinionRequired):
            review(approve=False)
        review(approve=False, opinion="请增加评委")
        world.approve_plan(meeting_id)
        found = world.ask(plan_queries.plans, as_actor=world.officer, meeting_id=meeting_id)
        assert found.in_force is not None
        assert (found.in_force.quorum.numerator, found.in_force.quorum.denominator) == (2, 3)
        assert "plan_returned" in [line.action for line in found.in_force.log]
        with pytest.raises(PlanNeedsReview):
            world.write_plan(meeting_id)
        revise = MeetingAct(command_id=uuid4(), meeting_id=meeting_id)
        world.do(plan.revise_plan, revise, as_actor=world.officer)
        world.seat(meeting_id, dict.fromkeys(seated, group_id))
        before = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id)
        assert [judge.expert_id for judge in before.judges] == seated[:1]
        world.approve_plan(meeting_id)
        after = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id)
        assert {judge.expert_id for judge in after.judges} == set(seated)
        assert after.judges[0].judge_id in {judge.judge_id for judge in (*before.judges, *after.judges)}
        confirmed = [e for e in events(world, "JudgesConfirmed") if e["meeting_id"] == str(meeting_id)]
        assert [len(event["account_ids"]) for event in confirmed] == [1, 2]  # type: ignore[arg-type]

    def test_a_plan_is_written_over_the_version_that_was_read(self, world: World) -> None:
        """Two officers who write at once: the second is told."""
        meeting_id = world.create_meeting()
        world.add_group(meeting_id)
        world.write_plan(meeting_id)
        command = WritePlan(command_id=uuid4(), meeting_id=meeting_id, text="另一稿", expected_version=7)
        with pytest.raises(StaleVersion):
            world.do(plan.write_plan, command, as_actor=world.second_officer)

    @pytest.mark.req("HB-154", "PL-11")
    @pytest.mark.parametrize(
        ("asked", "places"),
        [
            ({"threshold": Fraction(numerator=1, denominator=2)}, ["/threshold"]),
            ({"quorum": Fraction(numerator=65, denominator=100)}, ["/quorum"]),
            ({"quorum": Fraction(numerator=4, denominator=6), "threshold": Fraction(numerator=3, denominator=4)}, []),
        ],
    )
    def test_a_plan_asks_for_no_less_than_the_province(
        self, world: World, asked: dict[str, Fraction], places: list[str]
    ) -> None:
        """A smaller share of the judges than the profile's is refused at its field; the same and a larger one hold."""
        meeting_id = world.create_meeting()
        world.add_group(meeting_id)
        command = WritePlan(command_id=uuid4(), meeting_id=meeting_id, text="演示", **asked)
        if places:
            with pytest.raises(InvalidInput) as refused:
                world.do(plan.write_plan, command, as_actor=world.officer)
            assert [fault.pointer for fault in refused.value.faults] == places
        else:
            assert world.do(plan.write_plan, command, as_actor=world.officer).open is not None

    @pytest.mark.req("HB-130", "PL-11")
    def test_steps_wait_for_the_plan(self, world: World) -> None:
        """Chair, materials and standard are refused before the plan is approved, and the overview says why."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id)
        for operation, command in (
            (chair.appoint_chair, AppointChair(command_id=uuid4(), meeting_id=meeting_id, chair=uuid4())),
            (
                materials.place_materials,
                PlaceMaterials(command_id=uuid4(), meeting_id=meeting_id, group_id=group_id),
            ),
            (
                standard.set_standard,
                SetStandard(command_id=uuid4(), meeting_id=meeting_id, sheets=profile().rules.standards[:1]),
            ),
        ):
            with pytest.raises(StepNotReady):
                world.do(operation, command, as_actor=world.officer)
        overview = world.ask(meeting_queries.meeting_overview, as_actor=world.officer, meeting_id=meeting_id)
        assert overview.state is Step.GROUPED
        assert [line.step for line in overview.lines if line.is_next] == [Step.PLAN_DRAFTED]
        chairs = next(line for line in overview.lines if line.step is Step.CHAIR_APPOINTED)
        assert chairs.why_not[0].params == {"missing": ["plan_approved"]}


class TestSeats:
    def test_an_expert_who_sits_elsewhere_at_the_same_time_is_shown_as_occupied(self, world: World) -> None:
        """The list of experts names other open meetings at the same time, and no meeting of another day."""
        expert_id, _ = world.approved_expert(employer=ELSEWHERE)
        other = world.create_meeting(name="同期会议")
        group_id = world.add_group(other)
        world.write_plan(other)
        world.seat(other, {expert_id: group_id})
        world.approve_plan(other)

        def occupied(meeting_id: UUID) -> tuple[str, ...]:
            wanted = SeatableFilter(meeting_id=meeting_id)
            shown = world.ask(plan_queries.seatable_experts, as_actor=world.officer, wanted=wanted)
            return next(row.occupied for row in shown.items if row.expert_id == expert_id)

        assert occupied(world.create_meeting()) == ("同期会议",)
        later = {"starts_at": datetime(2026, 12, 6, 10, tzinfo=UTC), "ends_at": datetime(2026, 12, 7, tzinfo=UTC)}
        assert occupied(world.create_meeting(**later)) == ()
        assert occupied(other) == ()


class TestDraw:
    def test_a_draw_seats_what_its_record_proves(self, world: World) -> None:
        """The seed is hidden before and revealed after; commitment, list hash and ranks follow from the record."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id, size=3)
        pool_of_experts = {world.approved_expert(employer=ELSEWHERE)[0] for _ in range(5)}
        near, _ = world.approved_expert(employer=HERE)
        world.admit(employer=HERE)
        world.write_plan(meeting_id)
        strata = (StratumWanted(group_id=group_id, wanted=3, reserves=1, specialties=("01001",)),)
        command = PrepareDraw(command_id=uuid4(), meeting_id=meeting_id, strata=strata)
        prepared = world.do(draws.prepare_draw, command, as_actor=world.officer)
        assert prepared.seed is None
        assert {c.expert_id for c in prepared.candidates if c.excluded_because is None} == pool_of_experts
        assert [c.expert_id for c in prepared.candidates if c.excluded_because == "conflict"] == [near]
        run = RunDraw(command_id=uuid4(), draw_id=prepared.draw_id)
        done = world.do(draws.run_draw, run, as_actor=world.officer)
        assert done.seed is not None
        lines = [draw_rules.Line(c.stratum, c.expert_id, c.excluded_because) for c in done.candidates]
        assert draw_rules.commitment(done.seed) == prepared.commitment == done.commitment
        assert draw_rules.list_hash(lines) == prepared.list_hash
        again = draw_rules.run(done.seed, done.draw_id, lines, [draw_rules.Stratum(3, 1)])
        drawn = {r.line.expert_id for r in again if r.outcome is draw_rules.Outcome.DRAWN}
        seats = world.ask(plan_queries.plans, as_actor=world.officer, meeting_id=meeting_id).open
        assert seats is not None
        assert {seat.expert_id for seat in seats.seats if seat.drawn} == drawn
        with pytest.raises(WrongState):
            world.do(draws.run_draw, RunDraw(command_id=uuid4(), draw_id=prepared.draw_id), as_actor=world.officer)

    def test_a_draw_that_cannot_be_filled_is_refused(self, world: World) -> None:
        """Fewer experts than wanted are refused before anything is frozen."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id)
        world.approved_expert(employer=ELSEWHERE)
        world.write_plan(meeting_id)
        strata = (StratumWanted(group_id=group_id, wanted=2),)
        with pytest.raises(DrawImpossible) as refusal:
            world.do(
                draws.prepare_draw,
                PrepareDraw(command_id=uuid4(), meeting_id=meeting_id, strata=strata),
                as_actor=world.officer,
            )
        assert refusal.value.params == {"group": "第一组", "wanted": 2, "found": 1}


class TestChairMaterialsStandard:
    @pytest.mark.req("HB-131")
    def test_one_chair_and_at_most_two_vice_chairs(self, world: World) -> None:
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

    @pytest.mark.req("HB-132", "HB-133")
    def test_admitted_materials_go_into_exactly_one_group(self, world: World) -> None:
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
        told = [e for e in events(world, "MaterialPlaced") if e["meeting_id"] == str(meeting_id)]
        assert [event["submission_id"] for event in told] == [str(submission)]

    def test_an_admitted_case_is_taken_once(self, world: World) -> None:
        """The same submission told twice makes one material."""
        submission = world.admit(employer="蘅州演示师范学院")
        world.admit(employer="蘅州演示师范学院", submission_id=submission)
        meeting_id = world.create_meeting()
        wanted = MaterialFilter(meeting_id=meeting_id, offered=True)
        assert world.ask(material_queries.materials, as_actor=world.officer, wanted=wanted).total == 1

    @pytest.mark.req("PL-39")
    def test_near_matches_are_decided_before_grouping_and_lifting_takes_two(self, world: World) -> None:
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
        relation = DeclareRelation(command_id=uuid4(), kind="relative", material_id=found.material_id)
        world.do(conflicts.declare_relation, relation, as_actor=actor)
        again = world.ask(conflict_queries.conflicts, as_actor=world.officer, wanted=wanted).items[0]
        assert (again.state, again.lifted_by) == ("blocking", None)

    @pytest.mark.req("PL-39")
    def test_nobody_judges_the_own_declaration(self, world: World) -> None:
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
    def test_a_standard_adds_up_covers_its_materials_and_goes_to_the_chair(self, world: World) -> None:
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

    @pytest.mark.req("PL-04")
    def test_meetings_of_others_are_not_found(self, world: World) -> None:
        """Strangers find no meeting; the unit's administrator sees it but does not do the officer's work."""
        meeting_id = world.create_meeting()
        with pytest.raises(NotFound):
            world.ask(meeting_queries.meeting_detail, as_actor=world.stranger, meeting_id=meeting_id)
        group_id = world.add_group(meeting_id)
        with pytest.raises(NotAllowed):
            world.do(
                groups.edit_group,
                EditGroup(command_id=uuid4(), group_id=group_id, name="改名", size=3),
                as_actor=world.admin,
            )
