"""What operators are shown: no text of a person, and differences place by place."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.differences import differences
from chassis.facts import shown

ID = str(uuid.UUID(int=7))


@pytest.mark.req("PL-14")
def test_ids_numbers_and_states_are_shown_and_texts_are_not() -> None:
    """Of a name, a number of a document, an address or a sentence only the length stands there."""
    assert shown(
        {
            "case_id": ID,
            "kind": "case_officer",
            "topic": "identity.AccountOpened",
            "count": 3,
            "is_open": True,
            "none": None,
            "at": "2026-11-22T07:00:00+00:00",
            "name": "纪怀瑾",
            "number": "139901198503040013",
            "as_number": 139901198503040013,
            "address": "127.0.0.1",
            "mobile": "15400000001",
            "mail": "who@example.org",
            "login_name": "zhang_san",
            "case_number": 3,
            "ids": [ID, "纪怀瑾"],
            "nested": {"state": "open", "words": "Please come"},
        }
    ) == {
        "case_id": ID,
        "kind": "case_officer",
        "count": "3",
        "is_open": "true",
        "none": "",
        "at": "2026-11-22T07:00:00+00:00",
        "name": "…(3)",
        "number": "…(18)",
        "topic": "identity.AccountOpened",
        "as_number": "…(18)",
        "address": "…(9)",
        "mobile": "…(11)",
        "mail": "…(15)",
        "login_name": "…(9)",
        "case_number": "…(1)",
        "ids": f"{ID}, …(3)",
        "nested": "state: open; words: …(11)",
    }


@given(st.text(alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1))
def test_no_chinese_word_is_shown(word: str) -> None:
    """Whatever stands in a text in Chinese, nothing of it is shown, alone or in a list."""
    assert not set(word) & set("".join(shown({"a": word, "b": [word], "c": {"d": word}}).values()))


def test_differences_name_the_place_and_both_values() -> None:
    """What came, went and changed is told with its place; an entry put into a list of named ones changes no other."""
    before = {"a": 1, "gone": "x", "list": [{"id": "one", "n": 1}, {"id": "two", "n": 2}], "plain": [1, 2]}
    after = {"a": 2, "new": "y", "list": [{"id": "zero", "n": 0}, *before["list"]], "plain": [1, 3]}  # type: ignore[misc]
    assert [(one.pointer, one.before, one.after) for one in differences(before, after)] == [
        ("/a", "1", "2"),
        ("/gone", "x", None),
        ("/list/zero", None, '{"id": "zero", "n": 0}'),
        ("/plain", "[1, 2]", "[1, 3]"),
        ("/new", None, "y"),
    ]
    assert differences(before, before) == ()
    moved = {**before, "list": list(reversed(before["list"]))}  # type: ignore[call-overload]
    assert [one.pointer for one in differences(before, moved)] == ["/list"]
