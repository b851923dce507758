"""Accounts of staff, applicants, experts and pool managers, on a real database."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import yaml

from chassis import clock, context
from chassis.tables import OutboxRow
from contracts.base import Role
from contracts.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleVersion
from contracts.identity import (
    AccountAct,
    AlreadyEnrolled,
    ApplicantFilter,
    ChangeAccount,
    ExpertAccountRequest,
    Login,
    LoginKind,
    OpenPoolAccount,
    SetStaffRoles,
    SignInFailed,
    StaffFilter,
)
from contracts.profiles import ProfileSlice
from services.identity.tables import AttemptRow, CaptchaRow, Person, RecoveryRow, SessionRow
from tests.factories.identity import identity_number, login_name, mobile, person
from tests.integration.identity.conftest import ACCOUNTS, Identity, Tree, login_of


def account_act(account_id: uuid.UUID) -> AccountAct:
    return AccountAct(command_id=uuid.uuid4(), account_id=account_id)


@pytest.mark.req("HB-16", "HB-17")
def test_the_unit_administrator_opens_accounts_for_officers_and_leaders(identity: Identity, tree: Tree) -> None:
    """Officers and leaders of the own unit are created and listed by its administrator, by nobody else."""
    admin, place = tree.university.actor, tree.university.organization_id
    officer = identity.enter(identity.staff(admin, place, Role.CASE_OFFICER, real_name="阮一苇"))
    leader = identity.enter(identity.staff(admin, place, Role.UNIT_LEADER, real_name="纪怀瑾"))
    assert officer.actor.has(Role.CASE_OFFICER, place)
    assert leader.actor.has(Role.UNIT_LEADER, place)
    for role in (Role.ORG_ADMIN, Role.SYSTEM_ADMIN, Role.EXPERT, Role.POOL_MANAGER, Role.APPLICANT):
        with pytest.raises(InvalidInput) as refused:
            identity.staff(admin, place, role)
        assert refused.value.faults[0].code == "identity.role_not_for_staff"
    with pytest.raises(NotAllowed):
        identity.staff(officer.actor, place)
    with pytest.raises(NotAllowed):
        identity.staff(tree.department.actor, place)
    with pytest.raises(NotFound):
        identity.staff(tree.other.actor, place)
    with context.changed(actor=admin):
        page = identity.service.list_staff(request=StaffFilter())
        assert [(row.real_name, row.roles) for row in page.items] == [
            ("纪怀瑾", (Role.UNIT_LEADER,)),
            ("阮一苇", (Role.CASE_OFFICER,)),
        ]
        assert page.items[0].mobile == "154****0003"
        leaders = identity.service.list_staff(request=StaffFilter(role=Role.UNIT_LEADER))
        assert [row.real_name for row in leaders.items] == ["纪怀瑾"]
        assert identity.service.list_staff(request=StaffFilter(real_name="一苇")).total == 1
    with context.changed(actor=officer.actor), pytest.raises(NotAllowed):
        identity.service.list_staff(request=StaffFilter())
    assert identity.service.accounts_with_role(organization_id=place, role=Role.UNIT_LEADER) == (
        leader.actor.account_id,
    )


@pytest.mark.req("HB-20")
def test_applicants_are_opened_by_the_staff_of_their_own_unit(identity: Identity, tree: Tree) -> None:
    """Administrator and officers open applicants of the own unit only; the row is in the list at once."""
    admin, place = tree.university.actor, tree.university.organization_id
    officer = identity.enter(identity.staff(admin, place))
    number = identity_number()
    handed_over = identity.applicant(officer.actor, place, real_name="闻人溪", id_document_no=number.lower())
    with context.changed(actor=officer.actor):
        page = identity.service.list_applicants(request=ApplicantFilter())
        assert [(row.real_name, row.id_document_no) for row in page.items] == [
            ("闻人溪", f"{number[:4]}{'*' * 12}{number[-2:]}")
        ]
        assert page.items[0].year == clock.today().year
        assert not page.items[0].is_activated
        assert identity.service.list_applicants(request=ApplicantFilter(id_document_no=f" {number} ")).total == 1
        assert identity.service.list_applicants(request=ApplicantFilter(id_document_no=identity_number())).total == 0
    with pytest.raises(NotAllowed):
        identity.applicant(admin, tree.hospital.organization_id)
    with pytest.raises(NotFound):
        identity.applicant(admin, tree.other.organization_id)
    applicant = identity.enter(handed_over, number)
    with pytest.raises(NotAllowed):
        identity.applicant(applicant.actor, place)
    found = identity.service.enrolment(account_id=handed_over.account_id, year=clock.today().year)
    assert (found.organization_id, found.person_id) == (place, applicant.actor.person_id)
    facts = identity.service.person(person_id=applicant.actor.person_id)
    assert facts.id_document_no == number


@pytest.mark.req("HB-22", "HB-23")
def test_a_person_has_one_account_and_one_unit_a_year(identity: Identity, tree: Tree) -> None:
    """A second enrolment in the year is refused to every unit; a later year may be another unit's, of one identity."""
    data = person()
    number = data["id_document_no"]
    first = identity.applicant(tree.university.actor, tree.university.organization_id, **data)
    for unit in (tree.university, tree.other):
        with pytest.raises(AlreadyEnrolled):
            identity.applicant(unit.actor, unit.organization_id, **data)
    year = clock.today().year
    for wrong in (year - 1, year + 2):
        with pytest.raises(InvalidInput) as refused:
            identity.applicant(tree.other.actor, tree.other.organization_id, **data, year=wrong)
        assert refused.value.faults[0].pointer == "/year"
    later = identity.applicant(tree.other.actor, tree.other.organization_id, **data, year=year + 1)
    assert (later.account_id, later.activation_code) == (first.account_id, None)
    applicant = identity.enter(first, number)
    assert applicant.actor.organizations(Role.APPLICANT) == {tree.university.organization_id}
    assert identity.service.enrolment(account_id=first.account_id, year=year + 1).organization_id == (
        tree.other.organization_id
    )
    with clock.standing_at(clock.start_of(clock.today().replace(year=year + 1, month=1, day=2))):
        moved = identity.signed(applicant.login)
    assert moved.actor.person_id == applicant.actor.person_id
    assert moved.actor.organizations(Role.APPLICANT) == {tree.other.organization_id}


@pytest.mark.req("HB-22")
def test_of_two_units_at_once_one_enrols_the_person(identity: Identity, tree: Tree) -> None:
    """When two units open an account for one person at the same moment, exactly one succeeds and the other is told."""
    data = person()
    outcomes: list[Any] = []
    barrier = threading.Barrier(2)
    running = context.current()

    def enrol(unit: Any) -> None:
        with context.use(running):
            barrier.wait()
            try:
                outcomes.append(identity.applicant(unit.actor, unit.organization_id, **data))
            except DomainError as refusal:
                outcomes.append(refusal)

    threads = [threading.Thread(target=enrol, args=(unit,)) for unit in (tree.university, tree.other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyEnrolled", "HandedOver"]


@pytest.mark.req("PL-10")
def test_wrong_numbers_names_and_phones_are_named_by_field(identity: Identity, tree: Tree) -> None:
    """Each wrong field of an applicant has its own fault, and nothing is stored."""
    with pytest.raises(InvalidInput) as refused:
        identity.applicant(
            tree.university.actor,
            tree.university.organization_id,
            real_name="{{ 7*7 }}",
            id_document_no="139901198503040013",
            mobile="12345",
            email="x@y",
        )
    assert {(fault.pointer, fault.code) for fault in refused.value.faults} == {
        ("/real_name", "identity.name_characters"),
        ("/id_document_no", "identity.number_check_character"),
        ("/mobile", "identity.mobile_form"),
        ("/email", "identity.email_form"),
    }


def test_another_name_for_a_known_number_is_refused(identity: Identity, tree: Tree) -> None:
    """A person keeps name and phone, whoever enrols them: otherwise a unit could take an account over."""
    data = person(real_name="舒望舟", mobile="15400001111")
    first = identity.applicant(tree.university.actor, tree.university.organization_id, **data)
    year = clock.today().year + 1
    with pytest.raises(InvalidInput) as refused:
        identity.applicant(tree.other.actor, tree.other.organization_id, **data | {"real_name": "白若川"}, year=year)
    assert refused.value.faults[0].code == "identity.person_name_differs"
    identity.applicant(tree.other.actor, tree.other.organization_id, **data | {"mobile": "15400002222"}, year=year)
    (contact,) = identity.service.contacts(account_ids=(first.account_id, uuid.uuid4()))
    assert (contact.mobile, contact.display_name, contact.locale) == ("15400001111", "舒望舟", "zh-CN")
    (owner,) = identity.service.account_names(account_ids=(first.account_id, uuid.uuid4()))
    assert owner.model_dump() == {"account_id": first.account_id, "display_name": "舒望舟"}


@pytest.mark.req("HB-17", "PL-12")
def test_the_unit_corrects_disables_and_resets_its_accounts(identity: Identity, tree: Tree) -> None:
    """Staff and applicants are taken in hand by their own unit only; administrators not by themselves."""
    admin, place = tree.university.actor, tree.university.organization_id
    staff = identity.staff(admin, place)
    officer = identity.enter(staff)
    data = person()
    applicant = identity.applicant(admin, place, **data)

    def change(version: int) -> Any:
        return identity.service.change_account(
            command=ChangeAccount(
                command_id=uuid.uuid4(),
                expected_version=version,
                account_id=applicant.account_id,
                real_name="冉今朝",
                mobile=data["mobile"],
            )
        )

    with context.changed(actor=officer.actor):
        (row,) = identity.service.list_applicants(request=ApplicantFilter()).items
        changed = change(row.version)
        assert changed.real_name == "冉今朝"
        with pytest.raises(StaleVersion):
            change(row.version)
        for account_id in (staff.account_id, tree.university.actor.account_id):
            with pytest.raises(NotAllowed):
                identity.service.reset_password(command=account_act(account_id))
        again = identity.service.reset_password(command=account_act(applicant.account_id))
    assert again.activation_code not in (None, applicant.activation_code)
    for stranger in (tree.other.actor, tree.department.actor, tree.hospital.actor):
        with context.changed(actor=stranger), pytest.raises(NotFound):
            identity.service.disable_account(command=account_act(applicant.account_id))
    with context.changed(actor=admin):
        identity.service.reset_password(command=account_act(staff.account_id))
        with pytest.raises(NotAllowed):
            identity.service.disable_account(command=account_act(admin.account_id))
        assert not identity.service.disable_account(command=account_act(applicant.account_id)).is_enabled
    with pytest.raises(SignInFailed):
        identity.sign_in(officer.login)


@pytest.mark.req("PL-05")
def test_one_person_holds_several_roles_in_one_account(identity: Identity, tree: Tree) -> None:
    """An applicant of the unit may become its officer, with one account and one sign-in; the role can be taken back."""
    admin, place = tree.university.actor, tree.university.organization_id
    number = identity_number()
    handed_over = identity.applicant(admin, place, id_document_no=number)
    applicant = identity.enter(handed_over, number)

    def set_roles(actor: Any, version: int, *roles: Role) -> Any:
        with context.changed(actor=actor):
            return identity.service.set_staff_roles(
                command=SetStaffRoles(
                    command_id=uuid.uuid4(),
                    expected_version=version,
                    organization_id=place,
                    account_id=handed_over.account_id,
                    roles=roles,
                )
            )

    with context.changed(actor=admin):
        (row,) = identity.service.list_applicants(request=ApplicantFilter()).items
    row = set_roles(admin, row.version, Role.CASE_OFFICER, Role.UNIT_LEADER)
    again = identity.signed(applicant.login)
    assert again.actor.has(Role.APPLICANT, place)
    assert again.actor.has(Role.CASE_OFFICER, place)
    with context.changed(actor=admin):
        assert identity.service.list_staff(request=StaffFilter()).total == 1
    officer = identity.enter(identity.staff(admin, place))
    with context.changed(actor=officer.actor), pytest.raises(NotAllowed):
        identity.service.reset_password(command=account_act(handed_over.account_id))
    with pytest.raises(NotFound):
        set_roles(tree.other.actor, row.version, Role.CASE_OFFICER)
    set_roles(admin, row.version)
    assert not identity.signed(applicant.login).actor.has(Role.CASE_OFFICER)


@pytest.mark.req("HB-114")
def test_experts_get_accounts_in_a_batch_or_are_linked(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """New experts get an account with a code, known persons the role; the same command gives the same accounts."""
    admin, place = tree.university.actor, tree.university.organization_id
    known = person(real_name="蔺书遥")
    applicant = identity.enter(identity.applicant(admin, place, **known), known["id_document_no"])
    new = person(real_name="商知远")
    experts = tuple(
        ExpertAccountRequest(
            reference=uuid.uuid4(),
            real_name=data["real_name"],
            id_document_type="111",
            id_document_no=data["id_document_no"],
            mobile=data["mobile"],
        )
        for data in (known, new, new)
    )
    command_id = uuid.uuid4()
    with context.changed(actor=admin, caller="committee"):
        opened = identity.service.open_expert_accounts(command_id=command_id, experts=experts)
        again = identity.service.open_expert_accounts(command_id=command_id, experts=experts)
    assert [account.reference for account in opened] == [expert.reference for expert in experts]
    assert opened[0].account_id == applicant.actor.account_id
    assert opened[0].activation_code is None
    assert opened[1].account_id == opened[2].account_id
    assert {account.account_id for account in again} == {account.account_id for account in opened}
    assert not any(account.activation_code for account in again)
    assert identity.signed(applicant.login).actor.has(Role.EXPERT)
    login = Login(kind=LoginKind.PERSON, identifier=new["id_document_no"])
    code = next(account.activation_code for account in opened[1:] if account.activation_code)
    identity.activate(login, code)
    assert identity.signed(login).actor.has(Role.EXPERT)
    kinds = [row.payload["kind"] for row in rows(OutboxRow) if row.topic == "identity.AccountOpened"]
    assert kinds.count("expert") == 1


def test_a_batch_with_a_fault_opens_nothing(identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]) -> None:
    """Every fault of a batch is named by its place, and no account is made."""
    good, bad = person(), person(id_document_no="139901850304001", real_name="<x>")
    experts = [
        ExpertAccountRequest(reference=uuid.uuid4(), id_document_type=kind, **data)
        for kind, data in (("111", good), ("111", bad), ("999", person()))
    ]
    before = len(rows(Person))
    with context.changed(actor=tree.office.actor, caller="committee"), pytest.raises(InvalidInput) as refused:
        identity.service.open_expert_accounts(command_id=uuid.uuid4(), experts=tuple(experts))
    assert {(fault.pointer, fault.code) for fault in refused.value.faults} == {
        ("/experts/1/real_name", "identity.name_characters"),
        ("/experts/1/id_document_no", "identity.number_first_generation"),
        ("/experts/2/id_document_type", "identity.document_type_not_accepted"),
    }
    assert len(rows(Person)) == before


@pytest.mark.req("HB-109", "HB-110")
def test_the_committees_code_chooses_the_committee_of_a_personal_pool_account(identity: Identity, tree: Tree) -> None:
    """Pool managers sign in personally; with a committee's code they act for that committee alone (W8)."""
    place = tree.university.organization_id
    first, second = uuid.uuid4(), uuid.uuid4()
    with context.changed(actor=tree.office.actor, caller="committee"):
        handed_over = identity.service.open_pool_account(
            command=OpenPoolAccount(
                command_id=uuid.uuid4(),
                organization_id=place,
                committee_id=first,
                committee_code="HB-2026-01",
                login_name=login_name(),
                real_name="易简行",
                mobile=mobile(),
            )
        )
        identity.service.grant_pool_manager(
            command_id=uuid.uuid4(),
            account_id=handed_over.account_id,
            committee_id=second,
            committee_code="HB-2026-02",
        )
    manager = identity.enter(handed_over)

    def committees(code: str | None) -> set[uuid.UUID | None]:
        signed = identity.signed(Login(**manager.login.model_dump() | {"committee_code": code}))
        assert all(grant.role is Role.POOL_MANAGER for grant in signed.actor.roles)
        return {grant.committee_id for grant in signed.actor.roles}

    assert committees(None) == {first, second}
    assert committees("HB-2026-01") == {first}
    with pytest.raises(SignInFailed):
        committees("HB-2026-99")
    with context.changed(actor=tree.office.actor, caller="committee"):
        identity.service.revoke_pool_manager(
            command_id=uuid.uuid4(), account_id=handed_over.account_id, committee_id=second
        )
        reset = identity.service.reissue_activation(command=account_act(handed_over.account_id))
        with pytest.raises(NotAllowed):
            identity.service.reissue_activation(command=account_act(tree.university.actor.account_id))
    assert login_of(reset) == manager.login
    identity.enter(reset)
    assert committees(None) == {first}


def test_an_expert_who_is_also_an_applicant_is_in_nobodys_hand(identity: Identity, tree: Tree) -> None:
    """Neither the unit nor the committee resets an account that also acts elsewhere: its owner recovers it."""
    data = person()
    enrolled = identity.applicant(tree.university.actor, tree.university.organization_id, **data)
    expert = ExpertAccountRequest(reference=uuid.uuid4(), id_document_type="111", **data)
    with context.changed(actor=tree.office.actor, caller="committee"):
        identity.service.open_expert_accounts(command_id=uuid.uuid4(), experts=(expert,))
        with pytest.raises(NotAllowed):
            identity.service.reissue_activation(command=account_act(enrolled.account_id))
    with context.changed(actor=tree.university.actor), pytest.raises(NotAllowed):
        identity.service.reset_password(command=account_act(enrolled.account_id))


def test_over_and_done_is_forgotten(identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]) -> None:
    """The service's own loop deletes captchas, counters, recoveries and sessions in their time, and nothing else."""
    identity.captcha()
    assert tree.university.admin.token
    ended = clock.now()
    with identity.database.begin() as session:
        session.add(RecoveryRow(profile=identity.profile, account_id=None, code="123456", expires_at=ended))
    with clock.standing_at(clock.now() + timedelta(minutes=20)), identity.database.begin("*") as session:
        identity.service.forget_what_is_over(session)
    assert rows(CaptchaRow) == []
    assert rows(AttemptRow) == []
    assert len(rows(SessionRow)) == 1
    for hours, kept in ((23, 1), (25, 0)):
        with clock.standing_at(ended + timedelta(hours=hours)), identity.database.begin("*") as session:
            identity.service.forget_what_is_over(session)
        assert len(rows(RecoveryRow)) == kept
    with clock.standing_at(clock.now() + timedelta(days=200)), identity.database.begin("*") as session:
        identity.service.forget_what_is_over(session)
    assert rows(SessionRow) == []


@pytest.mark.req("PL-38")
def test_the_province_says_how_long_sessions_are_kept(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """What a profile says of retention holds from its publishing on, also for what is there already."""
    assert tree.university.admin.token
    content = yaml.safe_load(ACCOUNTS.read_text(encoding="utf-8"))
    content["retention"] = {"sessions_days": 2, "workbooks_days": 1}
    changed = ProfileSlice(profile=identity.profile, content_hash="2", content={"accounts": content})
    identity.service.store_profile(profile_slice=changed, version=2)
    identity.service.activate_profile(profile=identity.profile, version=2)
    signed_in = clock.now()
    for days, kept in ((2, 1), (3, 0)):
        with clock.standing_at(signed_in + timedelta(days=days)), identity.database.begin("*") as session:
            identity.service.forget_what_is_over(session)
        assert len(rows(SessionRow)) == kept
