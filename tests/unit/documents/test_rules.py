"""Numbers, check codes, masking and the words of forms in documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.rules.display import Fields, filled_in
from services.documents.rules.numbers import (
    ALPHABET,
    management_number,
    masked_name,
    new_check_code,
    normal_check_code,
)


@pytest.mark.req("HB-166")
def test_numbers_follow_the_profile_pattern() -> None:
    """Year and serial stand where the province wants them, the serial at its width."""
    assert management_number("冀{year}{serial:07d}", year=2026, serial=42) == "冀20260000042"
    assert management_number("{serial}/{year}", year=2026, serial=42) == "42/2026"


def test_check_codes_are_random_and_readable() -> None:
    """No two are alike, and no letter is mistaken for a digit."""
    codes = {new_check_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert not set("".join(codes)) - set(ALPHABET) - {"-"}
    assert not set("IO01") & set(ALPHABET)


@given(st.sampled_from([str.lower, str.upper, str.title]), st.sampled_from(["", " ", "-", "－"]))
def test_a_code_may_be_typed_in_any_way(case: object, separator: str) -> None:
    """Case, hyphens and blanks do not matter."""
    code = new_check_code()
    typed = case(code.replace("-", separator))  # type: ignore[operator]
    assert normal_check_code(typed) == code


@pytest.mark.req("PL-26")
@pytest.mark.parametrize("name", ["云深", "纪知秋", "买合木提·艾则孜·阿勒泰尼"])
def test_a_masked_name_does_not_tell_its_length(name: str) -> None:
    """Only the first character is readable."""
    assert masked_name(name) == f"{name[0]}**"


def test_patterns_print_no_empty_marks() -> None:
    """What was not filled in leaves neither brackets nor dashes behind."""
    row = Fields({"name": "奖", "award": ""})
    form = {"basic": Fields({"name": "纪知秋"})}
    assert filled_in("{name}（{award}）", form, row) == "奖"
    assert filled_in("{start}—{end}", form, row) == ""
    assert filled_in("{basic.name} {nothing.x}", form, row) == "纪知秋"
    assert filled_in("{name.__class__}", form, row) == "{name.__class__}"
