"""The organisation tree and who may change what in it, on a real database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from chassis import context
from chassis.tables import OutboxRow
from contracts.base import Role
from contracts.errors import CommandReused, InvalidInput, NotAllowed, NotFound, SessionRequired, StaleVersion
from contracts.identity import (
    AccountDisabled,
    ChangeOrganization,
    CommitteeRightsReserved,
    CreateOrganization,
    OpenStaffAccount,
    OrganizationAct,
    OrganizationDisabled,
    OrganizationFilter,
    OrganizationForm,
    OrganizationInUse,
    SetCommitteeRights,
)
from contracts.profiles import ProfileInvalid, ProfileSlice
from services.identity.tables import Account, Organization
from tests.factories.identity import login_name, organization_form
from tests.integration.identity.conftest import Identity, Tree, Unit, login_of


def act(unit: Unit, **values: Any) -> OrganizationAct:
    return OrganizationAct(command_id=uuid.uuid4(), organization_id=unit.organization_id, **values)


@pytest.mark.req("HB-02", "HB-03", "HB-09", "HB-10", "HB-15")
def test_the_tree_grows_from_the_root_by_direct_children_only(identity: Identity, tree: Tree) -> None:
    """Each administrator creates organisations directly below the own one, each with its administrator's account."""
    chain = identity.service.ancestors(organization_id=tree.hospital.organization_id)
    assert [row.organization_id for row in chain] == [
        tree.hospital.organization_id,
        tree.university.organization_id,
        tree.department.organization_id,
        tree.office.organization_id,
    ]
    assert chain[-1].parent_id is None
    with pytest.raises(NotAllowed):
        identity.create(tree.department.actor, tree.university.organization_id)
    for stranger in (tree.other.actor, tree.hospital.actor):
        with pytest.raises(NotFound):
            identity.create(stranger, tree.university.organization_id)
    with pytest.raises(NotFound):
        identity.create(tree.office.actor, uuid.uuid4())
    officer = identity.enter(identity.staff(tree.university.actor, tree.university.organization_id))
    with pytest.raises(NotAllowed):
        identity.create(officer.actor, tree.university.organization_id)
    direct = identity.create(tree.office.actor, tree.office.organization_id)
    assert direct.organization.parent_id == tree.office.organization_id


@pytest.mark.req("PL-17")
def test_the_form_is_checked_field_by_field(identity: Identity, tree: Tree) -> None:
    """Unknown options and regions, wrong codes and a code that a sibling has are named by field."""
    office = tree.office
    first = identity.create(office.actor, office.organization_id)
    with pytest.raises(InvalidInput) as refused:
        identity.create(
            office.actor,
            office.organization_id,
            org_category="castle",
            org_nature="noble",
            economic_type="999",
            industry="ZZ",
            region="999999",
            unified_social_credit_code="12139901MA9900011F",
            organization_code="12345678",
            email="nowhere",
            postcode="12",
            contact_phone="call me",
        )
    assert {fault.pointer for fault in refused.value.faults} == {
        f"/form/{name}"
        for name in (
            "org_category",
            "org_nature",
            "economic_type",
            "industry",
            "region",
            "unified_social_credit_code",
            "organization_code",
            "email",
            "postcode",
            "contact_phone",
        )
    }
    with pytest.raises(InvalidInput) as refused:
        identity.create(office.actor, office.organization_id, org_code=first.organization.code.lower())
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/form/org_code", "identity.org_code_taken")
    ]
    identity.create(tree.department.actor, tree.department.organization_id, org_code=first.organization.code)


def test_a_login_name_is_given_once(identity: Identity, tree: Tree) -> None:
    """Two accounts cannot have one login name in any case of letters; without one it is made of the codes."""
    name = login_name()
    actor, place = tree.office.actor, tree.office.organization_id

    def create(login: str | None) -> Any:
        with context.changed(actor=actor):
            return identity.service.create_organization(
                command=CreateOrganization(
                    command_id=uuid.uuid4(),
                    parent_id=place,
                    form=organization_form(),
                    administrator_login_name=login,
                    administrator_name="䶮𬭎",
                )
            )

    create(name)
    with pytest.raises(InvalidInput) as refused:
        create(name.upper())
    assert refused.value.faults[0].code == "identity.login_name_taken"
    assert refused.value.faults[0].pointer == "/administrator_login_name"
    with pytest.raises(InvalidInput) as refused:
        create("139901198503040012")
    assert refused.value.faults[0].code == "identity.login_name_form"
    made = create(None)
    assert made.administrator.login_name == f"org-{made.organization.code.lower()}"


@pytest.mark.req("HB-11")
def test_children_are_listed_with_filters_and_pages(identity: Identity, tree: Tree) -> None:
    """The list shows an organisation's children, filtered by the five filters of the manual, page by page."""
    office = tree.office
    for index in range(3):
        identity.create(
            office.actor,
            office.organization_id,
            org_code=f"A{index}",
            org_name=f"澄屿演示学院_{index}",
            org_category="talent_agency",
            contact_person=f"联系{index}",
            region="139902",
            supervising_person="尉迟砚",
        )
    with context.changed(actor=office.actor):

        def found(**values: Any) -> list[str]:
            page = identity.service.list_organizations(request=OrganizationFilter(**values))
            assert page.total >= len(page.items)
            return [row.org_code for row in page.items]

        assert len(found()) == 4
        assert found(size=2, page=2, org_category="talent_agency") == ["A2"]
        assert found(org_name="学院_1") == ["A1"]
        assert found(org_name="%") == []
        assert found(contact_person="联系2") == ["A2"]
        assert found(supervising_person="尉迟") == ["A0", "A1", "A2"]
        assert found(region="139902") == ["A0", "A1", "A2"]
        assert len(found(region="130000")) == 4
        assert found(region="130100") == []
        below = identity.service.list_organizations(
            request=OrganizationFilter(parent_id=tree.department.organization_id)
        )
        assert {row.organization_id for row in below.items} == {
            tree.university.organization_id,
            tree.other.organization_id,
        }
    with context.changed(actor=tree.university.actor):
        with pytest.raises(NotFound):
            identity.service.list_organizations(request=OrganizationFilter(parent_id=tree.other.organization_id))
        with pytest.raises(NotFound):
            identity.service.organization(organization_id=tree.department.organization_id)


@pytest.mark.req("HB-13")
def test_committee_rights_are_given_by_the_root_office_only(identity: Identity, tree: Tree) -> None:
    """Neither creating nor changing gives a committee right below an organisation that is not the root office."""
    department, university = tree.department, tree.university
    with pytest.raises(CommitteeRightsReserved):
        identity.create(department.actor, department.organization_id, committee_creation_right=True)
    with context.changed(actor=department.actor):
        seen = identity.service.organization(organization_id=university.organization_id)
        with pytest.raises(CommitteeRightsReserved):
            identity.service.change_organization(
                command=ChangeOrganization(
                    command_id=uuid.uuid4(),
                    expected_version=seen.version,
                    organization_id=university.organization_id,
                    form=seen.form.model_copy(update={"committee_formation_right": True}),
                )
            )
    command = SetCommitteeRights(
        command_id=uuid.uuid4(),
        expected_version=seen.version,
        organization_id=university.organization_id,
        committee_creation_right=True,
        committee_formation_right=True,
    )
    with context.changed(actor=department.actor), pytest.raises(CommitteeRightsReserved):
        identity.service.set_committee_rights(command=command)
    with context.changed(actor=tree.office.actor):
        changed = identity.service.set_committee_rights(command=command)
    assert changed.form.committee_creation_right
    (summary,) = identity.service.organizations(organization_ids=(university.organization_id, uuid.uuid4()))
    assert (summary.may_create_committees, summary.may_form_committees) == (True, True)
    given = identity.create(tree.office.actor, tree.office.organization_id, committee_formation_right=True)
    assert given.organization.may_form_committees


@pytest.mark.req("HB-14", "PL-12")
def test_a_child_is_changed_by_the_administrator_above_and_never_silently_overwritten(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """Changes need the version that was read; the organisation's own administrator and strangers are refused."""
    university = tree.university
    with context.changed(actor=tree.department.actor):
        seen = identity.service.organization(organization_id=university.organization_id)
    assert seen.administrator_login_name == university.handed_over.login_name

    def change(unit: Unit, name: str, version: int) -> Any:
        with context.changed(actor=unit.actor):
            return identity.service.change_organization(
                command=ChangeOrganization(
                    command_id=uuid.uuid4(),
                    expected_version=version,
                    organization_id=university.organization_id,
                    form=seen.form.model_copy(update={"org_name": name}),
                )
            )

    changed = change(tree.department, "云汐演示医科大学", seen.version)
    assert (changed.form.org_name, changed.version) == ("云汐演示医科大学", seen.version + 1)
    with pytest.raises(StaleVersion):
        change(tree.department, "云汐演示师范大学", seen.version)
    with pytest.raises(NotAllowed):
        change(university, "云汐演示师范大学", changed.version)
    with pytest.raises(NotAllowed):
        change(tree.office, "云汐演示师范大学", changed.version)
    with pytest.raises(NotFound):
        change(tree.other, "云汐演示师范大学", changed.version)
    told = [row for row in rows(OutboxRow) if row.aggregate_id == university.organization_id]
    assert [(row.topic, row.number) for row in told] == [
        ("identity.OrganizationChanged", 1),
        ("identity.OrganizationChanged", 2),
    ]
    assert "云汐" not in str([row.payload for row in told])


@pytest.mark.req("HB-14")
def test_a_disabled_organization_locks_its_staff_out_and_opens_nothing(identity: Identity, tree: Tree) -> None:
    """Disabling ends the sessions of the staff; below it nothing is opened; enabling brings it back."""
    department, university = tree.department, tree.university
    token = university.admin.token
    with context.changed(actor=department.actor):
        identity.service.disable_organization(command=act(university))
        identity.service.disable_organization(command=act(university))
    with pytest.raises(SessionRequired):
        identity.service.resolve_session(token=token)
    with pytest.raises(AccountDisabled):
        identity.sign_in(university.admin.login)
    with pytest.raises(OrganizationDisabled):
        identity.applicant(tree.hospital.actor, tree.hospital.organization_id)
    with pytest.raises(OrganizationDisabled):
        identity.create(university.actor, university.organization_id)
    with context.changed(actor=department.actor):
        assert identity.service.enable_organization(command=act(university)).is_enabled
    identity.sign_in(university.admin.login)


@pytest.mark.req("HB-14")
def test_only_an_unused_organization_is_deleted(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """Children, applicants or an administrator who has signed in keep an organisation; an unused one goes whole."""
    department = tree.department
    assert tree.other.admin.token
    with context.changed(actor=department.actor):
        with pytest.raises(OrganizationInUse):
            identity.service.delete_organization(command=act(tree.university))
        with pytest.raises(OrganizationInUse):
            identity.service.delete_organization(command=act(tree.other))
        with pytest.raises(NotAllowed):
            identity.service.delete_organization(command=act(tree.hospital))
    unused = identity.create(department.actor, department.organization_id)
    with context.changed(actor=department.actor):
        identity.service.delete_organization(
            command=OrganizationAct(command_id=uuid.uuid4(), organization_id=unused.organization.organization_id)
        )
    assert unused.organization.organization_id not in {row.id for row in rows(Organization)}
    assert unused.administrator.account_id not in {row.id for row in rows(Account)}


@pytest.mark.req("HB-14")
def test_an_administrators_password_is_reset_by_the_one_above(identity: Identity, tree: Tree) -> None:
    """The administrator above hands over a new code; the old password and sessions end; nobody else may."""
    university = tree.university
    token = university.admin.token
    for unit, refusal in ((tree.other, NotFound), (university, NotAllowed), (tree.office, NotAllowed)):
        with context.changed(actor=unit.actor), pytest.raises(refusal):
            identity.service.reset_administrator(command=act(university))
    with context.changed(actor=tree.department.actor):
        handed_over = identity.service.reset_administrator(command=act(university))
    with pytest.raises(SessionRequired):
        identity.service.resolve_session(token=token)
    assert identity.enter(handed_over).actor.has(Role.ORG_ADMIN, university.organization_id)


def test_the_root_is_founded_once(identity: Identity) -> None:
    """A repeat makes nothing new; it hands over anew what nobody has activated yet."""
    first = identity.service.found(profile=identity.profile)
    second = identity.service.found(profile=identity.profile)
    assert first.organization_id == second.organization_id
    assert first.administrator.account_id == second.administrator.account_id
    assert first.administrator.activation_code != second.administrator.activation_code
    administrator = identity.enter(second.administrator)
    assert administrator.actor.has(Role.ORG_ADMIN, first.organization_id)
    assert identity.enter(second.system_administrator).actor.has(Role.SYSTEM_ADMIN)
    third = identity.service.found(profile=identity.profile)
    assert (third.administrator.activation_code, third.system_administrator.activation_code) == (None, None)


@pytest.mark.req("PL-06")
def test_the_root_is_kept_by_the_system_administrator(identity: Identity, tree: Tree) -> None:
    """Only the system administrator changes the root and resets its administrator."""
    founded = identity.service.found(profile=identity.profile)
    system = identity.enter(founded.system_administrator)
    with context.changed(actor=tree.office.actor), pytest.raises(NotAllowed):
        identity.service.reset_administrator(command=act(tree.office))
    with context.changed(actor=system.actor):
        seen = identity.service.organization(organization_id=tree.office.organization_id)
        changed = identity.service.change_organization(
            command=ChangeOrganization(
                command_id=uuid.uuid4(),
                expected_version=seen.version,
                organization_id=tree.office.organization_id,
                form=seen.form.model_copy(update={"address": "河北云汐演示区无名路1号"}),
            )
        )
        assert changed.form.address == "河北云汐演示区无名路1号"
        handed_over = identity.service.reset_administrator(command=act(tree.office))
    assert handed_over.account_id == tree.office.actor.account_id


@pytest.mark.req("PL-11")
def test_a_repeated_command_makes_nothing_twice_and_shows_the_code_once(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """The same command id gives the same account without its code; other content under it is refused."""
    values: dict[str, Any] = {
        "command_id": uuid.uuid4(),
        "organization_id": tree.university.organization_id,
        "login_name": login_name(),
        "real_name": "苗知夏",
        "roles": (Role.UNIT_LEADER,),
    }
    with context.changed(actor=tree.university.actor):
        first = identity.service.open_staff_account(command=OpenStaffAccount(**values))
        before = len(rows(Account))
        again = identity.service.open_staff_account(command=OpenStaffAccount(**values))
        assert len(rows(Account)) == before
        assert again == first.without_secrets()
        assert first.activation_code
        with pytest.raises(CommandReused):
            identity.service.open_staff_account(command=OpenStaffAccount(**values | {"real_name": "庄予衡"}))
    assert identity.enter(first).login == login_of(first)


@pytest.mark.req("PL-02")
def test_another_profile_sees_nothing(identity: Identity, tree: Tree) -> None:
    """Under another profile neither accounts nor organisations nor sessions are there."""
    token = tree.university.admin.token
    with context.changed(profile="elsewhere", actor=None):
        assert identity.service.organizations(organization_ids=(tree.university.organization_id,)) == ()
        with pytest.raises(NotFound):
            identity.service.ancestors(organization_id=tree.university.organization_id)
        with pytest.raises(SessionRequired):
            identity.service.resolve_session(token=token)


def test_a_slice_that_does_not_fit_is_refused_with_its_places(identity: Identity) -> None:
    """Publishing names each fault of the slice and stores nothing."""
    with pytest.raises(ProfileInvalid) as refused:
        identity.service.store_profile(
            profile_slice=ProfileSlice(
                profile=identity.profile, content_hash="2", content={"accounts": {"captcha": {"length": 1}}}
            ),
            version=2,
        )
    assert "/accounts/captcha/length" in {fault.pointer for fault in refused.value.faults}


LIMITS = {
    "org_code": ("A", 4),
    "unified_social_credit_code": ("1", 50),
    "organization_code": ("1", 50),
    "contact_person": ("甲", 20),
    "contact_phone": ("1", 12),
    "fax": ("1", 20),
    "email": ("a", 100),
    "postcode": ("1", 20),
    "address": ("甲", 100),
}
STARRED = ("org_code", "region", "org_name", "org_category", "org_nature", "industry", "supervising_person")


@pytest.mark.req("HB-12")
def test_the_form_has_the_manuals_stars_and_counters() -> None:
    """HB-T2: the starred fields must be there, the others need not, and no text exceeds its counter."""
    required = {name for name, field in OrganizationForm.model_fields.items() if field.is_required()}
    assert required == set(STARRED)
    whole = organization_form().model_dump()
    for name, (letter, limit) in LIMITS.items():
        with pytest.raises(ValidationError) as refused:
            OrganizationForm.model_validate(whole | {name: letter * (limit + 1)})
        assert [fault["loc"] for fault in refused.value.errors()] == [(name,)]
        assert getattr(OrganizationForm.model_validate(whole | {name: letter * limit}), name) == letter * limit
    for name in STARRED:
        with pytest.raises(ValidationError):
            OrganizationForm.model_validate({key: value for key, value in whole.items() if key != name})


@pytest.mark.req("HB-12", "HB-13")
def test_a_saved_form_is_shown_again_as_it_was_saved(identity: Identity, tree: Tree) -> None:
    """保存 keeps every field of HB-T2, and the list and the opened organisation show it."""
    given = {
        "economic_type": identity.service.account_options().economic_type[0].code,
        "contact_person": "钟起岚",
        "contact_phone": "030020000001",
        "fax": "030020000002",
        "email": "office@hb.example",
        "postcode": "050000",
        "address": "演示路1号",
    }
    created = identity.create(tree.office.actor, tree.office.organization_id, **given)
    with context.changed(actor=tree.office.actor):
        shown = identity.service.organization(organization_id=created.organization.organization_id)
    assert {name: getattr(shown.form, name) for name in given} == given
