"""The organisation tree: create, change, close and delete organisations (HB-02, HB-09 to HB-15)."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from chassis import audit, clock, outbox
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.errors import Fault, InvalidInput, NotAllowed, NotFound
from contracts.events import AccountKind, OrganizationChanged
from contracts.identity import (
    ChangeOrganization,
    CommitteeRightsReserved,
    CreateOrganization,
    HandedOver,
    OrganizationAct,
    OrganizationCreated,
    OrganizationDisabled,
    OrganizationForm,
    OrganizationInUse,
    SetCommitteeRights,
)
from services.identity import tree
from services.identity.operations.accounts import (
    add_unless_taken,
    end_sessions,
    grant,
    hand_over,
    new_person,
    open_account,
    own_profile,
    reset,
)
from services.identity.rules.access import UNIT_ROLES
from services.identity.rules.organizations import default_login_name, form_faults, normalize_form
from services.identity.rules.people import LOGIN_NAME_FORM, judge_contacts
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, AccountRole, ActivationRow, EnrolmentRow, Organization, Person

_RIGHTS = ("committee_creation_right", "committee_formation_right")


def create_organization(
    session: Session, *, actor: Actor, command: CreateOrganization, rules: AccountRules, demonstration: bool
) -> OrganizationCreated:
    """A direct child of an own organisation, with its administrator's account (HB-10, HB-15).

    Refuses: NotFound, NotAllowed, OrganizationDisabled, CommitteeRightsReserved, InvalidInput.
    """
    parent = administered(session, actor, command.parent_id)
    chain = tree.ancestor_rows(session, parent.id)
    refuse_disabled(chain)
    form = normalize_form(command.form)
    if parent.parent_id is not None and (form.committee_creation_right or form.committee_formation_right):
        raise CommitteeRightsReserved()
    login_name = (command.administrator_login_name or "").lower()
    contacts, contact_faults = judge_contacts(
        command.administrator_name or form.supervising_person, mobile=command.administrator_mobile, email=None
    )
    faults = (
        *form_faults(form, rules=rules.organization, demonstration=demonstration),
        *(
            Fault(pointer=f"/administrator_{fault.pointer.removeprefix('/').removeprefix('real_')}", code=fault.code)
            for fault in contact_faults
        ),
        *login_name_faults(login_name, pointer="/administrator_login_name", optional=True),
    )
    if faults:
        raise InvalidInput(faults=faults)
    organization = insert_organization(session, form, parent_id=parent.id)
    codes = [row.org_code for row in reversed(chain) if row.parent_id is not None]
    administrator = open_administrator(
        session,
        organization,
        login_name=login_name or default_login_name([*codes, organization.org_code]),
        person=new_person(session, contacts),
        pointer="/administrator_login_name",
        rules=rules,
    )
    return OrganizationCreated(organization=tree.summary(organization), administrator=administrator)


def insert_organization(session: Session, form: OrganizationForm, *, parent_id: UUID | None) -> Organization:
    """Store an organisation and tell of it. Refuses: InvalidInput where a sibling has the code."""
    organization = Organization(profile=own_profile(), parent_id=parent_id, created_at=clock.now(), **form.model_dump())
    add_unless_taken(session, organization, {"uq_organization_org_code": _code_taken()})
    _tell(session, organization, "organization_created")
    return organization


def open_administrator(
    session: Session,
    organization: Organization,
    *,
    login_name: str,
    person: Person,
    rules: AccountRules,
    pointer: str = "/login_name",
) -> HandedOver:
    """The account of an organisation's administrator. Refuses: InvalidInput where the login name is taken."""
    account = open_account(
        session,
        person=person,
        kind=AccountKind.STAFF,
        login_name=login_name,
        home_id=organization.id,
        pointer=pointer,
    )
    grant(session, account, Role.ORG_ADMIN, organization.id)
    audit.record(session, "role_granted", "account", account.id, role=Role.ORG_ADMIN, organization_id=organization.id)
    return hand_over(session, account, rules=rules)


def login_name_faults(login_name: str, *, pointer: str, optional: bool = False) -> tuple[Fault, ...]:
    """What is wrong with the form of a login name in lower case."""
    if (optional and not login_name) or re.fullmatch(LOGIN_NAME_FORM, login_name):
        return ()
    return (Fault(pointer=pointer, code="identity.login_name_form"),)


def change_organization(
    session: Session, *, actor: Actor, command: ChangeOrganization, rules: AccountRules, demonstration: bool
) -> UUID:
    """Change the form of a child organisation. Refuses: NotFound, NotAllowed, CommitteeRightsReserved, InvalidInput."""
    organization, is_root_office = child_of_own(session, actor, command.organization_id)
    check_version(organization.version, command)
    form = normalize_form(command.form)
    if not is_root_office and any(getattr(form, name) != getattr(organization, name) for name in _RIGHTS):
        raise CommitteeRightsReserved()
    faults = form_faults(form, rules=rules.organization, demonstration=demonstration)
    if faults:
        raise InvalidInput(faults=faults)
    sibling = select(Organization.id).where(
        Organization.parent_id == organization.parent_id,
        Organization.org_code == form.org_code,
        Organization.id != organization.id,
    )
    if session.scalar(sibling) is not None:
        raise _code_taken()
    for name, value in form.model_dump().items():
        setattr(organization, name, value)
    organization.version += 1
    add_unless_taken(session, organization, {"uq_organization_org_code": _code_taken()})
    _tell(session, organization, "organization_changed")
    return organization.id


def set_committee_rights(session: Session, *, actor: Actor, command: SetCommitteeRights) -> UUID:
    """Give or take the committee rights of any organisation of the tree. Refuses: NotFound, CommitteeRightsReserved."""
    organization = session.get(Organization, command.organization_id, with_for_update=True)
    if organization is None or not tree.is_visible(session, actor, organization.id):
        raise NotFound()
    root = tree.ancestor_rows(session, organization.id)[-1]
    if not actor.has(Role.ORG_ADMIN, root.id):
        raise CommitteeRightsReserved()
    check_version(organization.version, command)
    organization.committee_creation_right = command.committee_creation_right
    organization.committee_formation_right = command.committee_formation_right
    organization.version += 1
    _tell(session, organization, "committee_rights_set")
    return organization.id


def disable_organization(session: Session, *, actor: Actor, command: OrganizationAct) -> UUID:
    """Close an organisation: its staff cannot sign in any more. Refuses: NotFound, NotAllowed."""
    organization, _ = child_of_own(session, actor, command.organization_id)
    check_version(organization.version, command)
    if organization.is_enabled:
        organization.is_enabled = False
        organization.version += 1
        for account_id in session.scalars(
            select(AccountRole.account_id).where(AccountRole.organization_id == organization.id).distinct()
        ):
            end_sessions(session, account_id)
        _tell(session, organization, "organization_disabled")
    return organization.id


def enable_organization(session: Session, *, actor: Actor, command: OrganizationAct) -> UUID:
    """Open a closed organisation again. Refuses: NotFound, NotAllowed."""
    organization, _ = child_of_own(session, actor, command.organization_id)
    check_version(organization.version, command)
    if not organization.is_enabled:
        organization.is_enabled = True
        organization.version += 1
        _tell(session, organization, "organization_enabled")
    return organization.id


def delete_organization(session: Session, *, actor: Actor, command: OrganizationAct) -> None:
    """Remove an organisation that nobody has used yet. Refuses: NotFound, NotAllowed, OrganizationInUse."""
    organization, _ = child_of_own(session, actor, command.organization_id)
    check_version(organization.version, command)
    accounts = select(Account.id).where(Account.home_id == organization.id)
    in_use = session.scalar(
        select(
            exists().where(Organization.parent_id == organization.id)
            | exists().where(EnrolmentRow.organization_id == organization.id)
            | exists().where(Account.home_id == organization.id, Account.password_hash.is_not(None))
            | exists().where(AccountRole.organization_id == organization.id, AccountRole.account_id.not_in(accounts))
        )
    )
    if in_use:
        raise OrganizationInUse()
    people = session.scalars(select(Account.person_id).where(Account.home_id == organization.id)).all()
    session.execute(delete(AccountRole).where(AccountRole.account_id.in_(accounts)))
    session.execute(delete(ActivationRow).where(ActivationRow.account_id.in_(accounts)))
    session.execute(delete(Account).where(Account.home_id == organization.id))
    session.execute(
        delete(Person).where(Person.id.in_(people), ~exists().where(Account.person_id == Person.id).correlate(Person))
    )
    organization.version += 1
    _tell(session, organization, "organization_deleted")
    session.flush()
    session.delete(organization)


def reset_administrator(session: Session, *, actor: Actor, command: OrganizationAct, rules: AccountRules) -> HandedOver:
    """A new activation code for the administrator of a child organisation (HB-14). Refuses: NotFound, NotAllowed."""
    organization, _ = child_of_own(session, actor, command.organization_id)
    check_version(organization.version, command)
    account = session.scalars(
        select(Account)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.organization_id == organization.id, AccountRole.role == Role.ORG_ADMIN)
        .order_by(Account.created_at, Account.id)
        .limit(1)
        .with_for_update(of=Account)
    ).one()
    return reset(session, account, rules=rules)


def administered(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """An organisation of which the actor is administrator. Refuses: NotFound, NotAllowed."""
    return own_organization(session, actor, organization_id, Role.ORG_ADMIN)


def own_organization(session: Session, actor: Actor, organization_id: UUID, *roles: Role) -> Organization:
    """An organisation in which the actor holds one of the roles. Refuses: NotFound, NotAllowed."""
    organization = session.get(Organization, organization_id)
    if organization is None or not tree.is_visible(session, actor, organization_id):
        raise NotFound()
    wanted = roles or UNIT_ROLES
    if organization_id not in actor.organizations(*wanted):
        raise NotAllowed(*wanted)
    return organization


def child_of_own(session: Session, actor: Actor, organization_id: UUID) -> tuple[Organization, bool]:
    """A direct child of an organisation that the actor administers, locked; and whether that one is the root.

    The root itself is the system administrator's. Refuses: NotFound, NotAllowed.
    """
    organization = session.get(Organization, organization_id, with_for_update=True)
    if organization is None or not tree.is_visible(session, actor, organization_id):
        raise NotFound()
    if organization.parent_id is None:
        if not actor.has(Role.SYSTEM_ADMIN):
            raise NotAllowed(Role.SYSTEM_ADMIN)
        return organization, True
    if not actor.has(Role.ORG_ADMIN, organization.parent_id):
        raise NotAllowed(Role.ORG_ADMIN)
    parent = session.get_one(Organization, organization.parent_id)
    return organization, parent.parent_id is None


def refuse_disabled(chain: list[Organization]) -> None:
    """Refuse to open anything in or below a disabled organisation. Refuses: OrganizationDisabled."""
    for organization in chain:
        if not organization.is_enabled:
            raise OrganizationDisabled(organization_id=str(organization.id))


def _code_taken() -> InvalidInput:
    return InvalidInput(faults=(Fault(pointer="/form/org_code", code="identity.org_code_taken"),))


def _tell(session: Session, organization: Organization, action: str) -> None:
    outbox.publish(
        session,
        OrganizationChanged(organization_id=organization.id),
        aggregate_id=organization.id,
        number=organization.version,
    )
    audit.record(
        session,
        action,
        "organization",
        organization.id,
        version=organization.version,
        **{name: getattr(organization, name) for name in _RIGHTS},
    )
