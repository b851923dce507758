"""Groups, plan and draws of a meeting, on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.committee.materials import (
    AppointChair,
    PlaceMaterials,
    SetStandard,
)
from contracts.committee.meetings import EditGroup, MeetingDetail, RemoveGroup, Step
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
    DrawImpossible,
    ExpertNotApproved,
    GroupInUse,
    GroupTooSmall,
    OpinionRequired,
    PlanIncomplete,
    PlanNeedsReview,
    SecondPersonRequired,
    StepNotReady,
)
from contracts.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from services.committee.operations import (
    chair,
    draws,
    groups,
    materials,
    plan,
    standard,
)
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import plans as plan_queries
from services.committee.rules import draw as draw_rules
from tests.factories.committee_setup import (
    World,
    profile,
)

HERE, ELSEWHERE = "云汐演示大学", "澄屿演示职业技术学院"


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

    def test_a_group_is_changed_over_the_version_that_was_read(self, world: World) -> None:
        """Two officers who change the same group at once: the second is told, and the first one's words stay."""
        meeting_id = world.create_meeting()
        group_id = world.add_group(meeting_id)
        read = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id).card.version

        def edit(name: str) -> MeetingDetail:
            command = EditGroup(command_id=uuid4(), group_id=group_id, name=name, size=3, expected_version=read)
            return world.do(groups.edit_group, command, as_actor=world.officer)

        edit("教学组")
        with pytest.raises(StaleVersion):
            edit("科研组")
        after = world.ask(meeting_queries.meeting_detail, as_actor=world.officer, meeting_id=meeting_id)
        assert [group.name for group in after.groups] == ["教学组"]

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
        confirmed = [e for e in world.events("JudgesConfirmed") if e["meeting_id"] == str(meeting_id)]
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
