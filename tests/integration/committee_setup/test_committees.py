"""Committees, their pools and the profiles of experts."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from contracts.base import Role, RoleGrant
from contracts.committee.committees import CreateCommittee, EditCommittee, SetPolicy
from contracts.committee.experts import (
    ExpertFilter,
    ExpertState,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
)
from contracts.committee.refusals import (
    CommitteeCodeTaken,
    NoCreationRight,
    NoFormationRight,
    OpinionRequired,
    ProfileIncomplete,
    UnitNotSubordinate,
)
from contracts.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from services.committee.operations import (
    committees,
    experts,
    pool,
)
from services.committee.queries import committees as committee_queries
from services.committee.queries import experts as expert_queries
from tests.factories.committee_setup import (
    World,
    demo_number,
    organization,
    person,
    policy,
    setting,
)

HERE, ELSEWHERE = "云汐演示大学", "澄屿演示职业技术学院"


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
        told = [event["approved"] for event in world.events("ExpertReviewed") if event["expert_id"] == str(expert_id)]
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
