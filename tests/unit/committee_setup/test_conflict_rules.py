"""Conflicts of interest: names, grounds and what a decision survives."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.committee.rules.conflicts import (
    BLOCKS,
    ConflictState,
    Employer,
    ExpertSide,
    Ground,
    GroundKind,
    MaterialSide,
    NameRules,
    Relation,
    close_pairs,
    find_grounds,
    is_near,
    normalise_organization,
    state_after,
)

RULES = NameRules(("有限责任公司", "有限公司", "公司"), {"演示三院": "云汐演示大学第三医院"}, 75)
NAMES = st.text(alphabet="云汐演示大学附属第三医院有限公司（）()ＡａA 　·-", max_size=14)
STATES = st.none() | st.sampled_from(ConflictState)
GROUNDS = st.frozensets(
    st.builds(Ground, st.sampled_from(GroundKind), st.sampled_from("abc"), st.booleans()), max_size=4
)


def expert(*employers: str, relations: tuple[Relation, ...] = (), document: bytes = b"e") -> ExpertSide:
    return ExpertSide(uuid4(), document, _employers(employers), relations)


def material(
    *employers: str, name: str = "舒望舟", document: bytes = b"m", material_id: UUID | None = None
) -> MaterialSide:
    return MaterialSide(material_id or uuid4(), uuid4(), document, name, _employers(employers))


def _employers(names: tuple[str, ...]) -> frozenset[Employer]:
    return frozenset(Employer(normalise_organization(name, RULES), is_current=True) for name in names)


@given(NAMES)
def test_normalising_again_changes_nothing(name: str) -> None:
    """A normalised name is its own normal form."""
    once = normalise_organization(name, RULES)
    assert normalise_organization(once, RULES) == once


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("云汐演示大学（本部）", "云汐演示大学(本部)"),
        ("河北澄屿演示装备有限公司", "河北澄屿演示装备"),
        ("ＡＢＣ演示研究院", "abc 演示研究院"),
        ("演示三院", "云汐演示大学第三医院"),
    ],
)
def test_width_suffix_and_alias_do_not_tell_organisations_apart(left: str, right: str) -> None:
    """One organisation written in two ways has one normal form."""
    assert normalise_organization(left, RULES) == normalise_organization(right, RULES)


def test_a_name_that_is_only_a_suffix_stays() -> None:
    """Nothing is normalised to an empty name."""
    assert normalise_organization("公司", RULES) == "公司"


@given(NAMES, NAMES)
def test_nearness_has_no_direction(left: str, right: str) -> None:
    """Whoever is compared with whom, the answer is the same."""
    assert is_near(left, right, 75) == is_near(right, left, 75)


@pytest.mark.req("HB-140", "PL-39")
def test_an_exact_organisation_blocks_and_a_near_one_asks() -> None:
    """The same organisation is an exact ground, a part of it a near one, another one no ground."""
    side = expert("云汐演示大学")
    (exact,) = find_grounds(side, material("云汐演示大学"), RULES)
    (near,) = find_grounds(side, material("云汐演示大学附属医院"), RULES)
    assert (exact.kind, exact.is_exact, near.is_exact) == (GroundKind.SAME_ORGANIZATION, True, False)
    assert not find_grounds(side, material("澄屿演示职业技术学院"), RULES)


def test_relations_block_by_material_or_number_and_ask_by_name() -> None:
    """A relation to a material or number is exact; to a name alone it is near, and a number that differs is none."""
    asked = material("甲演示院", document=b"number")
    by_material = Relation(uuid4(), asked.material_id, None, None)
    by_number = Relation(uuid4(), None, b"number", "别人")
    by_name = Relation(uuid4(), None, None, "舒 望舟")
    other_number = Relation(uuid4(), None, b"another", "舒望舟")
    found = {
        relation: find_grounds(expert(relations=(relation,)), asked, RULES)
        for relation in (by_material, by_number, by_name, other_number)
    }
    assert {r: [g.is_exact for g in grounds] for r, grounds in found.items()} == {
        by_material: [True],
        by_number: [True],
        by_name: [False],
        other_number: [],
    }


@given(
    st.lists(st.lists(NAMES, max_size=3), max_size=4),
    st.lists(st.lists(NAMES, max_size=3), max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_quick_search_misses_no_pair(
    experts: list[list[str]], materials: list[list[str]], same_person: list[bool]
) -> None:
    """Every pair with a ground is among the close pairs."""
    mine = {
        uuid4(): expert(*names, document=b"p" if same else b"e")
        for names, same in zip(experts, same_person, strict=False)
    }
    theirs = {uuid4(): material(*names, document=b"p") for names in materials}
    close = close_pairs(mine, theirs, RULES)
    for expert_id, side in mine.items():
        for material_id, other in theirs.items():
            assert not find_grounds(side, other, RULES) or (expert_id, material_id) in close


@given(STATES, GROUNDS, GROUNDS)
def test_comparing_again_changes_nothing(
    state: ConflictState | None, known: frozenset[Ground], found: frozenset[Ground]
) -> None:
    """Grounds that are known open no decision again; vanished ones close none."""
    after = state_after(state, known, found)
    assert state_after(after, known | found, found) == after
    assert state_after(after, known | found, frozenset()) == after


@given(STATES, GROUNDS, GROUNDS)
def test_a_new_exact_ground_always_blocks(
    state: ConflictState | None, known: frozenset[Ground], found: frozenset[Ground]
) -> None:
    """Whatever was decided before, a new exact ground blocks, and a new near one never lets somebody judge."""
    new = found - known
    after = state_after(state, known, found)
    if any(ground.is_exact for ground in new):
        assert after is ConflictState.BLOCKING
    elif new:
        assert after in BLOCKS
