"""Score sheets, the four steps of scoring, the distribution of reviewers, and working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.committee.scoring import ScoreEntry, ScoringStep
from contracts.errors import WrongState
from services.committee.rules import assignment, calendar, scoring

STATES = ("grouped", "assigned", "lead_scored", "second_confirmed", "leader_confirmed", "chair_confirmed", "in_ballot")
COMMENTS = scoring.CommentRules(required_below_percent=40, longest=500)


@dataclass(frozen=True)
class Item:
    code: str
    name: str
    maximum: Decimal


ITEMS = (Item("ethics", "师德", Decimal(15)), Item("work", "教学", Decimal(25)))


def check(*entries: ScoreEntry) -> list[tuple[str, str]]:
    faults = scoring.check_entries(ITEMS, entries, step=Decimal("0.5"), comments=COMMENTS)
    return [(fault.pointer, fault.code) for fault in faults]


def entry(code: str, points: str, comment: str = "") -> ScoreEntry:
    return ScoreEntry(code=code, points=Decimal(points), comment=comment)


@pytest.mark.req("HB-146")
def test_a_complete_sheet_inside_its_ranges_is_accepted() -> None:
    """Every item once, on the step, up to its maximum; a low one with a comment."""
    assert check(entry("ethics", "15"), entry("work", "9.5", "理由")) == []
    assert scoring.total((entry("ethics", "15"), entry("work", "9.5"))) == Decimal("24.5")


@pytest.mark.req("HB-146")
@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((entry("ethics", "15.5"), entry("work", "20")), ("/entries/0/points", "committee.score_out_of_range")),
        ((entry("ethics", "-1"), entry("work", "20")), ("/entries/0/points", "committee.score_out_of_range")),
        ((entry("ethics", "14.2"), entry("work", "20")), ("/entries/0/points", "committee.score_off_step")),
        ((entry("ethics", "15"),), ("/entries", "committee.score_item_missing")),
        (
            (entry("ethics", "15"), entry("work", "20"), entry("work", "20")),
            ("/entries/2/code", "committee.score_item_repeated"),
        ),
        (
            (entry("ethics", "15"), entry("work", "20"), entry("fame", "1")),
            ("/entries/2/code", "committee.score_item_unknown"),
        ),
        ((entry("ethics", "15"), entry("work", "9.5", " ")), ("/entries/1/comment", "committee.comment_required")),
        ((entry("ethics", "15"), entry("work", "20", "x" * 501)), ("/entries/1/comment", "committee.comment_too_long")),
    ],
)
def test_a_fault_of_a_sheet_is_named_with_its_place(entries: tuple[ScoreEntry, ...], expected: tuple[str, str]) -> None:
    """A score out of range or off the step, an item missing, twice or unknown, and a missing reason are each named."""
    assert expected in check(*entries)


def test_an_item_without_a_score_is_named_as_the_standard_names_it() -> None:
    """The reader knows the item by its name, not by its code."""
    (fault,) = scoring.check_entries(ITEMS, (entry("ethics", "15"),), step=Decimal("0.5"), comments=COMMENTS)
    assert fault.params == {"item": "教学"}


@pytest.mark.req("HB-142", "HB-143", "HB-144", "HB-145")
def test_the_steps_follow_each_other_and_every_confirming_one_may_send_back() -> None:
    """Lead, second, leader, chair in this order and no other; a confirming step's return leads to the lead."""
    for before, after in pairwise(ScoringStep):
        assert scoring.ADVANCES[before][1] == scoring.ADVANCES[after][0]
    for step in ScoringStep:
        for state in STATES:
            if state == scoring.waiting_state(step):
                assert scoring.advanced(state, step) == scoring.ADVANCES[step][1]
            else:
                with pytest.raises(WrongState):
                    scoring.advanced(state, step)
            if state == scoring.waiting_state(step) and step is not ScoringStep.LEAD:
                assert scoring.sent_back(state, step) == scoring.waiting_state(ScoringStep.LEAD)
            else:
                with pytest.raises(WrongState):
                    scoring.sent_back(state, step)


@given(
    materials=st.integers(0, 40),
    judges=st.integers(2, 9),
    excluded=st.sets(st.tuples(st.integers(0, 39), st.integers(100, 108)), max_size=60),
)
def test_reviewers_are_two_judges_without_conflict_or_the_material_is_named(
    materials: int, judges: int, excluded: set[tuple[int, int]]
) -> None:
    """No pair holds one judge twice or a judge with a conflict; who has no two free judges is reported."""
    pairs_excluded = {(UUID(int=m), UUID(int=j)) for m, j in excluded}
    ids = [UUID(int=number) for number in range(materials)]
    people = [UUID(int=100 + number) for number in range(judges)]
    pairs, without = assignment.distribute(
        ids, people, confirming=(), excluded=pairs_excluded, loads=assignment.Loads()
    )
    assert [pair.material_id for pair in pairs] == [m for m in ids if m not in without]
    for pair in pairs:
        assert pair.lead_id != pair.second_id
        assert not {(pair.material_id, pair.lead_id), (pair.material_id, pair.second_id)} & pairs_excluded
    for material in without:
        assert sum((material, judge) not in pairs_excluded for judge in people) < 2


@pytest.mark.req("HB-139")
@given(materials=st.integers(0, 60), judges=st.integers(2, 9))
def test_work_is_spread_evenly_and_leaders_are_spared(materials: int, judges: int) -> None:
    """Without conflicts nobody leads more than one material more than another; who confirms later reviews nothing."""
    people = [UUID(int=100 + number) for number in range(judges)]
    leader = UUID(int=1)
    pairs, _ = assignment.distribute(
        [UUID(int=1000 + number) for number in range(materials)],
        [leader, *people],
        confirming=(leader,),
        excluded=(),
        loads=assignment.Loads(),
    )
    loads = assignment.loads_of(pairs)
    assert loads.of(leader) == 0
    leads = [loads.lead[judge] for judge in people]
    both = [loads.of(judge) for judge in people]
    assert max(leads) - min(leads) <= 1
    assert max(both) - min(both) <= 2


@pytest.mark.req("HB-159")
@pytest.mark.parametrize(
    ("published", "days", "last", "provisional"),
    [
        (date(2026, 9, 22), 5, date(2026, 9, 30), False),
        (date(2026, 9, 28), 5, date(2026, 10, 10), False),
        (date(2026, 2, 12), 5, date(2026, 2, 26), False),
        (date(2026, 5, 7), 5, date(2026, 5, 13), False),
        (date(2026, 11, 20), 5, date(2026, 11, 27), False),
        (date(2026, 10, 9), 1, date(2026, 10, 10), False),
        (date(2026, 12, 25), 4, date(2026, 12, 31), False),
        (date(2026, 12, 28), 5, date(2027, 1, 5), True),
    ],
)
def test_a_notice_ends_on_the_nth_working_day_after_its_publication(
    published: date, days: int, last: date, provisional: bool
) -> None:
    """The examples of the calendar's source: feasts and make-up days count, and a year not announced is provisional."""
    assert calendar.end_of_period(published, days, {}) == calendar.PeriodEnd(last, provisional)


def test_the_platforms_own_table_wins_and_makes_an_end_official() -> None:
    """Days entered by the administrator decide before the package and before the provisional rule."""
    table = {date(2027, 1, 1) + timedelta(days=n): n not in (0, 1, 2, 3, 8, 9) for n in range(15)}
    assert calendar.end_of_period(date(2026, 12, 28), 5, table) == calendar.PeriodEnd(date(2027, 1, 6), False)
    assert calendar.end_of_period(date(2026, 11, 20), 1, {date(2026, 11, 23): False}).last_day == date(2026, 11, 24)


@given(start=st.dates(date(2026, 1, 1), date(2028, 12, 31)), days=st.integers(0, 30))
def test_more_working_days_never_end_earlier(start: date, days: int) -> None:
    """The period grows with its length, and a period of no days ends on the day of publication."""
    end = calendar.end_of_period(start, days, {}).last_day
    assert calendar.end_of_period(start, days + 1, {}).last_day > end or days < 0
    assert (end == start) is (days == 0)
