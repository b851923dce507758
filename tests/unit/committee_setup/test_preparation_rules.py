"""Steps of a meeting, small state machines, scope, standards and rosters as pure rules."""

from __future__ import annotations

import io
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from chassis.workbooks import read_rows, text_of
from contracts.committee.committees import ScopeEntry
from contracts.committee.experts import ExpertState
from contracts.committee.materials import StandardItem, StandardSheet
from contracts.committee.meetings import Step
from contracts.committee.plans import PlanState
from contracts.errors import WrongState
from services.committee.rules.meeting import STEPS, is_closed, missing, state_of
from services.committee.rules.roster import judged_row
from services.committee.rules.scope import covers_organization, covers_region, covers_setting
from services.committee.rules.standard import sheet_faults, sheet_for
from services.committee.rules.workflow import EXPERTS, PLANS, ExpertAct, PlanAct, expert_after, plan_after
from tests.factories.committee_setup import LEVEL, SERIES, SPECIALTY, demo_number, profile, setting

GROUP = UUID(int=7)


class TestSteps:
    @pytest.mark.req("PL-11")
    def test_the_table_has_every_step_once_and_asks_only_for_earlier_ones(self) -> None:
        """All states of the meeting stand in the table in their order, and no step waits for a later one."""
        assert [rule.step for rule in STEPS] == list(Step)
        for number, rule in enumerate(STEPS):
            assert set(rule.requires) <= set(list(Step)[:number])

    @given(st.sets(st.sampled_from(list(Step))))
    def test_the_state_is_the_end_of_the_unbroken_row(self, done: set[Step]) -> None:
        """Everything up to the state is done, and the step after it is not."""
        order = list(Step)
        place = order.index(state_of({*done, Step.CREATED}))
        assert set(order[: place + 1]) <= {*done, Step.CREATED}
        assert not set(order[place + 1 : place + 2]) & done

    def test_the_order_of_preparation_is_free_between_plan_and_standard(self) -> None:
        """Chair, materials and standard wait only for the plan; the chair's confirmation waits for all three."""
        approved = set(list(Step)[:5])
        free = (Step.CHAIR_APPOINTED, Step.MATERIALS_GROUPED, Step.STANDARD_SUBMITTED)
        assert all(not missing(step, approved) for step in free)
        assert set(missing(Step.STANDARD_CONFIRMED, approved)) == set(free)

    def test_confirming_the_standard_closes_the_preparation(self) -> None:
        """After the chair's confirmation nothing of the preparation changes any more."""
        done = set(list(Step)[:9])
        assert all(is_closed(step, done) for step in list(Step)[:8])


class TestWorkflows:
    def test_every_state_is_reached_and_unknown_acts_are_refused(self) -> None:
        """Each state of profiles and plans is reached by an act; what the tables do not name is refused."""
        assert {ExpertState.CREATED, *EXPERTS.values()} == set(ExpertState)
        assert {PlanState.DRAFT, *PLANS.values()} == set(PlanState)
        for state in ExpertState:
            for act in ExpertAct:
                if (state, act) not in EXPERTS:
                    with pytest.raises(WrongState):
                        expert_after(state, act)
        for plan_state in PlanState:
            for plan_act in PlanAct:
                if (plan_state, plan_act) not in PLANS:
                    with pytest.raises(WrongState):
                        plan_after(plan_state, plan_act)


class TestScope:
    @pytest.mark.req("HB-62")
    @pytest.mark.parametrize(
        ("entry", "covered"),
        [
            (ScopeEntry(title_series=SERIES), True),
            (ScopeEntry(title_series=SERIES, specialties=(SPECIALTY,), title_levels=(LEVEL,)), True),
            (ScopeEntry(title_series=SERIES, specialties=("01002",)), False),
            (ScopeEntry(title_series=SERIES, title_levels=("full_senior",)), False),
            (ScopeEntry(title_series="health"), False),
        ],
    )
    def test_an_entry_takes_its_series_specialties_and_levels(self, entry: ScopeEntry, covered: bool) -> None:
        """An empty list takes all, a filled one only what it names."""
        assert covers_setting((entry,), setting()) is covered

    @pytest.mark.parametrize(
        ("wanted", "covered"),
        [("", True), ("130000", True), ("139900", True), ("139901", True), ("139902", False), ("130100", False)],
    )
    def test_a_region_covers_what_lies_in_it(self, wanted: str, covered: bool) -> None:
        """A province covers its cities and counties, a city its counties, nothing covers everything."""
        assert covers_region(wanted, "139901") is covered

    def test_a_subtree_covers_the_organisations_below_it(self) -> None:
        """The subtree's organisation is among the applicant's organisation and its parents."""
        root, unit = uuid4(), uuid4()
        assert covers_organization(root, (unit, root))
        assert not covers_organization(uuid4(), (unit, root))
        assert covers_organization(None, ())


def sheet(*maxima: str, total: str = "100", group_id: UUID | None = None, level: str | None = None) -> StandardSheet:
    items = tuple(
        StandardItem(code=f"i{number}", name="项目", maximum=Decimal(maximum)) for number, maximum in enumerate(maxima)
    )
    return StandardSheet(
        group_id=group_id, title_level=level, name="标准", total=Decimal(total), step=Decimal("0.5"), items=items
    )


class TestStandards:
    @pytest.mark.req("HB-136")
    @given(st.lists(st.integers(1, 200), min_size=1, max_size=10))
    def test_the_sum_of_maxima_is_the_total(self, halves: list[int]) -> None:
        """A sheet is right exactly where its maxima add up to its total, to the last half point."""
        maxima = [Decimal(half) / 2 for half in halves]
        total = sum(maxima, Decimal())
        right = sheet(*(str(one) for one in maxima), total=str(total))
        wrong = sheet(*(str(one) for one in maxima), total=str(total + Decimal("0.5")))
        assert not sheet_faults((right,), ())
        assert [fault.code for fault in sheet_faults((wrong,), ())] == ["committee.sum_differs"]

    def test_faults_name_their_places(self) -> None:
        """A maximum off the step, a sheet for an unknown group and a second sheet for one place are named."""
        faults = sheet_faults((sheet("99.7", "0.3"), sheet("100", group_id=GROUP), sheet("100")), ())
        assert {(fault.pointer, fault.code) for fault in faults} == {
            ("/sheets/0/items/0/maximum", "committee.not_a_multiple_of_step"),
            ("/sheets/0/items/1/maximum", "committee.not_a_multiple_of_step"),
            ("/sheets/1/group_id", "committee.group_unknown"),
            ("/sheets/2", "committee.sheet_doubled"),
        }

    @pytest.mark.req("HB-136")
    def test_the_closest_sheet_holds(self) -> None:
        """Group and level come before the group, the group before the level, the level before all."""
        sheets = [sheet("100", group_id=group_id, level=level) for group_id in (None, GROUP) for level in (None, LEVEL)]
        found = [sheet_for(sheets[:count], GROUP, LEVEL) for count in range(5)]
        assert found == [None, sheets[0], sheets[1], sheets[2], sheets[3]]


class TestRosters:
    HEADINGS = ("姓名", "证件类型", "证件号码", "手机号码", "邮箱", "工作单位", "可评专业")
    CODES = {"哲学": SPECIALTY, SPECIALTY: SPECIALTY}  # noqa: RUF012

    def rows(self, *rows: tuple[object, ...]) -> list[tuple[int, list[tuple[str, str]]]]:
        rules = profile().rules.expert_import
        book, target, found = Workbook(), io.BytesIO(), []
        for row in (self.HEADINGS, *rows):
            book.worksheets[0].append(list(row))
        book.save(target)
        for number, cells in read_rows(target.getvalue(), rules.columns, maximum=rules.maximum_rows):
            texts = {field: text_of(cell) for field, cell in cells.items()}
            found.append(judged_row(number, cells, texts, rules=rules, specialty_codes=self.CODES))
        return [(row.number, [(fault.pointer, fault.code) for fault in row.faults]) for row in found]

    @pytest.mark.req("HB-116")
    def test_each_row_tells_its_faults(self) -> None:
        """Rows are counted as the workbook does; a good one has no faults, a bad one names the column."""
        good = ("舒望舟", None, demo_number(5), 15400000001, None, "云汐演示大学", "哲学、01001")
        assert self.rows(good, (None,) * 7, ("", "船票", "1", "2", "", "", "占星")) == [
            (2, []),
            (4, [("/id_document_type", "committee.not_an_option"), ("/specialties", "committee.not_in_catalogue")]),
        ]
        assert self.rows(("", None, demo_number(6), "123", None, "", None)) == [
            (
                2,
                [
                    ("/real_name", "committee.field_missing"),
                    ("/mobile", "committee.field_form"),
                    ("/employer_name", "committee.field_missing"),
                ],
            )
        ]

    def test_a_number_that_the_sheet_rounded_is_not_taken(self) -> None:
        """Eighteen digits in a numeric cell have lost their end, so they are refused with the reason."""
        ((_, faults),) = self.rows(("舒望舟", None, 1.39901e17, None, None, "云汐演示大学", None))
        assert faults == [("/id_document_no", "committee.number_not_text")]
