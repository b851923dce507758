"""The pure rules of identity: who holds whose account, which passwords may be set, whose an applicant is."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.base import Actor, Role, RoleGrant
from services.identity.rules.access import Control, Standing, applicant_organization, control
from services.identity.rules.organizations import default_login_name
from services.identity.rules.passwords import CODE_ALPHABET, CODE_LENGTH, format_code, normalize_code, password_faults
from services.identity.rules.profile import PasswordRules

PARENT, UNIT, CHILD = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
RULES = PasswordRules(min_length=8, refused=("password",))


def actor(*grants: RoleGrant, account_id: uuid.UUID | None = None) -> Actor:
    return Actor(
        account_id=account_id or uuid.uuid4(),
        person_id=uuid.uuid4(),
        session_id=uuid.uuid4(),
        profile="hebei",
        roles=grants,
    )


def at(role: Role, place: uuid.UUID | None) -> RoleGrant:
    return RoleGrant(role=role, organization_id=place)


ADMIN, OFFICER, APPLICANT = (at(role, UNIT) for role in (Role.ORG_ADMIN, Role.CASE_OFFICER, Role.APPLICANT))


@pytest.mark.parametrize(
    ("holder", "standing", "expected"),
    [
        (ADMIN, {"grants": (OFFICER,)}, Control.HELD),
        (ADMIN, {"grants": (APPLICANT,)}, Control.HELD),
        (ADMIN, {"grants": (), "home": UNIT}, Control.HELD),
        (ADMIN, {"grants": (APPLICANT, OFFICER)}, Control.HELD),
        (OFFICER, {"grants": (APPLICANT,)}, Control.HELD),
        (OFFICER, {"grants": (APPLICANT, OFFICER)}, Control.SEEN),
        (OFFICER, {"grants": (OFFICER,)}, Control.SEEN),
        (APPLICANT, {"grants": (APPLICANT,)}, Control.HIDDEN),
        (ADMIN, {"grants": (ADMIN,), "superior": PARENT}, Control.SEEN),
        (at(Role.ORG_ADMIN, PARENT), {"grants": (ADMIN,), "superior": PARENT}, Control.HELD),
        (at(Role.ORG_ADMIN, PARENT), {"grants": (OFFICER,)}, Control.HIDDEN),
        (at(Role.ORG_ADMIN, CHILD), {"grants": (OFFICER,)}, Control.HIDDEN),
        (at(Role.SYSTEM_ADMIN, None), {"grants": (ADMIN,), "administers_root": True}, Control.HELD),
        (at(Role.SYSTEM_ADMIN, None), {"grants": (ADMIN,), "superior": PARENT}, Control.HIDDEN),
        (ADMIN, {"grants": (APPLICANT, at(Role.EXPERT, None))}, Control.SEEN),
        (ADMIN, {"grants": (OFFICER, at(Role.CASE_OFFICER, CHILD))}, Control.SEEN),
        (ADMIN, {"grants": (at(Role.POOL_MANAGER, None),), "home": UNIT}, Control.HELD),
        (ADMIN, {"grants": (at(Role.SYSTEM_ADMIN, None),)}, Control.HIDDEN),
    ],
)
def test_an_account_is_held_by_the_unit_in_which_alone_it_acts(
    holder: RoleGrant, standing: dict[str, object], expected: Control
) -> None:
    """Only a unit in which the account alone acts takes it in hand; administrators are held from above."""
    stands = Standing(**{"account_id": uuid.uuid4(), "home": None} | standing)  # type: ignore[arg-type]
    assert control(actor(holder), stands) is expected


@given(
    st.lists(st.tuples(st.sampled_from(Role), st.sampled_from((PARENT, UNIT, CHILD, None))), max_size=5),
    st.lists(st.tuples(st.sampled_from(Role), st.sampled_from((PARENT, UNIT, CHILD, None))), max_size=4),
    st.sampled_from((PARENT, UNIT, CHILD, None)),
)
def test_nobody_holds_the_own_account_nor_one_that_acts_elsewhere(
    own: list[tuple[Role, uuid.UUID | None]],
    other: list[tuple[Role, uuid.UUID | None]],
    home: uuid.UUID | None,
) -> None:
    """Whatever roles there are: control needs a role of one's own, and never reaches experts, oneself or two places."""
    holder = actor(*(at(role, place) for role, place in own))
    standing = Standing(account_id=uuid.uuid4(), home=home, grants=tuple(at(role, place) for role, place in other))
    if control(holder, standing) is Control.HELD:
        assert len(standing.places) == 1
        assert not standing.roles & {Role.EXPERT, Role.SYSTEM_ADMIN}
        assert holder.organizations(Role.ORG_ADMIN, Role.CASE_OFFICER, Role.UNIT_LEADER)
    myself = Standing(account_id=holder.account_id, home=home, grants=standing.grants)
    assert control(holder, myself) is not Control.HELD


@given(st.dictionaries(st.integers(2020, 2030), st.uuids(), max_size=5), st.integers(2018, 2032))
def test_an_applicant_is_of_the_unit_of_the_latest_year_that_has_begun(
    enrolments: dict[int, uuid.UUID], year: int
) -> None:
    """A coming year of another unit takes the applicant from nobody before it begins."""
    found = applicant_organization(enrolments, year)
    begun = sorted(enrolled for enrolled in enrolments if enrolled <= year)
    if begun:
        assert found == enrolments[begun[-1]]
    elif enrolments:
        assert found == enrolments[min(enrolments)]
    else:
        assert found is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "identity.password_short"),
        ("13990119880808004x", "identity.password_like_account"),
        ("K7QM2XRT9WPA", "identity.password_like_account"),
        ("PASSWORD", "identity.password_well_known"),
        ("99999999", "identity.password_well_known"),
        ("云汐知夏听澜一苇", None),
        ("Klarer-Himmel-7", None),
    ],
)
def test_passwords_follow_the_profile(password: str, code: str | None) -> None:
    """Too short, like the account, or well known: each has its reason; any other characters are welcome."""
    faults = password_faults(password, rules=RULES, forbidden=("13990119880808004X", "K7QM-2XRT-9WPA", None))
    assert [fault.code for fault in faults] == ([code] if code else [])


@given(st.text(alphabet=CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_codes_are_read_however_they_are_typed(characters: str) -> None:
    """Case, hyphens, blanks and full-width letters do not matter."""
    shown = format_code(characters)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in characters)
    for typed in (shown, shown.lower(), shown.replace("-", " "), wide):
        assert normalize_code(typed) == characters


@given(st.lists(st.text("0123456789AB", min_size=1, max_size=4), min_size=1, max_size=5, unique=True))
def test_default_login_names_differ_with_the_way(codes: list[str]) -> None:
    """Two ways through the tree never give one login name."""
    assert default_login_name(codes) != default_login_name(["".join(codes)]) or len(codes) == 1
