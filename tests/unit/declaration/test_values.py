"""Windows, the cascade of the catalogue, conditions, texts and single values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import SHANGHAI
from contracts.declaration.forms import CascadeStep, Condition, FieldType, FormField, Label, SlotRules
from contracts.forms import cascade
from contracts.forms.conditions import holds
from contracts.forms.months import full_years
from contracts.forms.texts import has_refused_characters, normalise, undrawn_characters
from contracts.forms.values import Refused, Surroundings, read_value
from services.declaration.rules.windows import Phase, phase
from tests.factories.declaration import read_profile

CATALOGUE = read_profile().catalogue
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 30))


@given(first=DAYS, length=st.integers(0, 400), offset=st.integers(-900_000, 40_000_000))
def test_a_window_is_open_on_all_of_its_days(first: date, length: int, offset: int) -> None:
    """A moment is inside exactly when its day in Asia/Shanghai is one from the first to the last day."""
    last = first + timedelta(days=length)
    moment = (datetime(first.year, first.month, first.day, tzinfo=SHANGHAI) + timedelta(seconds=offset)).astimezone(UTC)
    day = moment.astimezone(SHANGHAI).date()
    expected = Phase.BEFORE if day < first else Phase.OPEN if day <= last else Phase.CLOSED
    assert phase(first_day=first, last_day=last, moment=moment) is expected


def test_the_last_second_counts_and_the_next_does_not() -> None:
    """The end day is included to its last moment."""
    last = date(2026, 11, 25)
    closing = datetime(2026, 11, 26, tzinfo=SHANGHAI)
    assert phase(first_day=last, last_day=last, moment=closing - timedelta(microseconds=1)) is Phase.OPEN
    assert phase(first_day=last, last_day=last, moment=closing) is Phase.CLOSED


@pytest.mark.parametrize(
    ("first", "last", "years"), [("2018-07", "2026-06", 7), ("2018-07", "2026-07", 8), ("2026-01", "2018-01", 0)]
)
def test_full_years(first: str, last: str, years: int) -> None:
    """Years count when they are completed."""
    assert full_years(first, last) == years


@pytest.mark.req("HB-57", "PL-18")
@given(st.data())
def test_every_way_through_the_catalogue_ends_at_a_level(data: st.DataObject) -> None:
    """From category to level each choice offers at least one next one, and only codes on the way are accepted."""
    path: list[str] = []
    for _ in CascadeStep:
        offered = cascade.choices(CATALOGUE, path)
        assert offered
        path.append(data.draw(st.sampled_from(sorted(offered))))
    assert len(cascade.labels(CATALOGUE, path) or ()) == len(CascadeStep)
    assert cascade.choices(CATALOGUE, path) == {}
    broken = [*path[:2], "no such specialty", *path[3:]]
    assert cascade.labels(CATALOGUE, broken) is None
    assert cascade.choices(CATALOGUE, broken[:3]) == {}


@pytest.mark.req("HB-57")
def test_the_samples_of_the_manual_are_in_the_catalogue() -> None:
    """教学类, 高等学校教师-本科, 逻辑学, 教授, 高级(正高) is a way through the catalogue."""
    path = ("teaching", "university_teacher_undergraduate", "01002", "general.full_senior", "full_senior")
    assert cascade.labels(CATALOGUE, path) == ("教学类", "高等学校教师-本科", "逻辑学", "教授", "高级(正高)")


VALUES = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["yes", "no", 1]))
LEAVES = st.one_of(
    st.builds(Condition, field=st.sampled_from(["a", "b"]), equals=st.sampled_from(["yes", "no", 1])),
    st.builds(Condition, field=st.sampled_from(["a", "b"]), filled=st.booleans()),
    st.builds(Condition, field=st.sampled_from(["a", "b"]), among=st.just(("yes", 1))),
)


@given(values=VALUES, left=LEAVES, right=LEAVES)
def test_conditions_follow_logic(values: dict[str, object], left: Condition, right: Condition) -> None:
    """all, any and none mean and, or and nor."""
    one, two = holds(left, values.get), holds(right, values.get)
    assert holds(Condition(all=(left, right)), values.get) is (one and two)
    assert holds(Condition(any=(left, right)), values.get) is (one or two)
    assert holds(Condition(none=(left, right)), values.get) is (not one and not two)
    assert holds(True, values.get)
    assert not holds(False, values.get)


@given(st.text(), st.booleans())
def test_normalising_twice_changes_nothing(text: str, lines: bool) -> None:
    """Normalised text is a fixed point, has one kind of line break and no blanks at its ends."""
    once = normalise(text, lines=lines)
    assert normalise(once, lines=lines) == once
    assert once == once.strip()
    assert lines or "\n" not in once


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("买合木提·艾则孜", False),
        ("䶮𬭎", False),
        ("\U0002ebf0", False),
        ("a\x00b", True),
        ("\u202eabc", True),
        ("\ud800", True),
        ("\ufffe", True),
        ("<w:p/>{{ x }}", False),
    ],
)
def test_only_characters_that_cannot_be_printed_are_refused(text: str, refused: bool) -> None:
    """Rare characters and markup are text; controls and direction overrides are not."""
    assert has_refused_characters(normalise(text, lines=False), lines=False) is refused


@pytest.mark.parametrize(
    ("text", "undrawn"),
    [
        ("讲授逻辑学。①②③ ★ ● → ≤ ℃ № ☑", "☑"),
        ("成绩突出👍🏻👍", "👍 🏻"),
        ("❤️", "❤"),
        ("\uf0d8 主持课题", "U+F0D8"),
        ("➢ 主持课题 ✓", "➢"),
        ("䶮𬭎\U0002ebf0", ""),
    ],
)
def test_what_no_typeface_draws_is_named(text: str, undrawn: str) -> None:
    """Emoji and pasted bullets are named at the field; signs that print, and rare characters of names, are text."""
    assert " ".join(undrawn_characters(normalise(text, lines=False))) == undrawn


def test_what_has_no_width_is_left_out() -> None:
    """Marks that come with pasted text make no other word of it."""
    assert normalise("\ufeff沈\u200b若谷\u200e", lines=False) == "沈若谷"


def test_middle_dots_are_folded() -> None:
    """The dot in a name has one form."""
    assert normalise("买合木提•艾则孜・阿勒泰尼", lines=False) == "买合木提·艾则孜·阿勒泰尼"


def reader_of(field_type: FieldType) -> FormField:
    return FormField(id="x", label=Label(zh="x", en="x"), type=field_type)


NOTHING_AROUND = Surroundings(
    options=lambda _: frozenset(), next_choices=lambda _: None, document_type=lambda _: None, today=date(2026, 11, 21)
)


@pytest.mark.parametrize(
    ("field_type", "typed", "stored"),
    [
        (FieldType.MOBILE, "154 0000 0001", "15400000001"),
        (FieldType.MOBILE, "+86-15400000001", "15400000001"),
        (FieldType.MOBILE, "１５４０００００００１", "15400000001"),
        (FieldType.PHONE, "0300-20000001", "030020000001"),
        (FieldType.PHONE, "（0300）20000001", "030020000001"),
        (FieldType.PHONE, "15400000001", "15400000001"),
        (FieldType.ISSN, "issn 9999 0008", "9999-0008"),
        (FieldType.ISBN, "978-7-000-00000-1", "9787000000001"),
        (FieldType.YEAR, "2021", 2021),
        (FieldType.NUMBER, 12.0, 12),
        (FieldType.DATE, "2024-02-29", "2024-02-29"),
        (FieldType.MONTH, "２０２４-02", "2024-02"),
    ],
)
def test_values_are_stored_in_one_form(field_type: FieldType, typed: object, stored: object) -> None:
    """Separators, blanks and width do not matter; what is stored is the normal form."""
    assert read_value(reader_of(field_type), typed, around=NOTHING_AROUND) == stored


@pytest.mark.parametrize(
    ("field_type", "typed", "code"),
    [
        (FieldType.MOBILE, "12400000001", "not_a_mobile"),
        (FieldType.PHONE, "20000001", "not_a_phone"),
        (FieldType.ISSN, "9999-0009", "not_an_issn"),
        (FieldType.ISBN, "9787000000002", "not_an_isbn"),
        (FieldType.YEAR, True, "not_a_year"),
        (FieldType.NUMBER, "12", "not_a_number"),
        (FieldType.NUMBER, float("nan"), "not_a_number"),
        (FieldType.NUMBER, 1.5, "too_many_decimals"),
        (FieldType.DATE, "2023-02-29", "not_a_date"),
        (FieldType.MONTH, "2023-13", "not_a_month"),
        (FieldType.MONTH, "2023-1", "not_a_month"),
        (FieldType.FILES, [], "files_are_attached"),
    ],
)
def test_values_that_do_not_fit_are_refused(field_type: FieldType, typed: object, code: str) -> None:
    """A value of the wrong form is refused with the reason."""
    field = (
        reader_of(field_type)
        if field_type is not FieldType.FILES
        else FormField(id="x", label=Label(zh="x", en="x"), type=field_type, slot=SlotRules())
    )
    with pytest.raises(Refused) as caught:
        read_value(field, typed, around=NOTHING_AROUND)
    assert caught.value.code == code
