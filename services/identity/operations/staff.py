"""Accounts of case officers and leaders (HB-16, HB-17)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import audit, clock, live
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.errors import Fault, InvalidInput, NotAllowed, NotFound
from contracts.events import AccountKind
from contracts.identity import HandedOver, OpenStaffAccount, SetStaffRoles
from contracts.live import Topic
from services.identity import tree
from services.identity.operations.accounts import grant, hand_over, new_person, open_account, standing
from services.identity.operations.organizations import administered, login_name_faults, refuse_disabled
from services.identity.rules.access import STAFF_ROLES
from services.identity.rules.people import judge_contacts
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, AccountRole, EnrolmentRow


def open_staff_account(session: Session, *, actor: Actor, command: OpenStaffAccount, rules: AccountRules) -> HandedOver:
    """An account for a case officer or leader of an own organisation.

    Refuses: NotFound, NotAllowed, OrganizationDisabled, InvalidInput.
    """
    organization = administered(session, actor, command.organization_id)
    refuse_disabled(tree.ancestor_rows(session, organization.id))
    login_name = command.login_name.lower()
    contacts, faults = judge_contacts(command.real_name, mobile=command.mobile, email=command.email)
    faults = (*faults, *login_name_faults(login_name, pointer="/login_name"), *_role_faults(command.roles))
    if faults:
        raise InvalidInput(faults=faults)
    account = open_account(
        session,
        person=new_person(session, contacts),
        kind=AccountKind.STAFF,
        login_name=login_name,
        home_id=organization.id,
    )
    for role in command.roles:
        grant(session, account, role, organization.id)
    audit.record(
        session, "roles_set", "account", account.id, organization_id=organization.id, roles=sorted(set(command.roles))
    )
    return hand_over(session, account, rules=rules)


def set_staff_roles(session: Session, *, actor: Actor, command: SetStaffRoles) -> UUID:
    """Set which staff roles an account of the unit has in it; roles elsewhere stay.

    Refuses: NotFound, NotAllowed, InvalidInput, StaleVersion.
    """
    organization = administered(session, actor, command.organization_id)
    account = session.get(Account, command.account_id, with_for_update=True)
    if account is None or not _belongs(session, account, organization.id):
        raise NotFound()
    if account.id == actor.account_id or Role.ORG_ADMIN in standing(session, account).roles:
        raise NotAllowed()
    check_version(account.version, command)
    faults = _role_faults(command.roles)
    if faults:
        raise InvalidInput(faults=faults)
    session.execute(
        delete(AccountRole).where(
            AccountRole.account_id == account.id,
            AccountRole.organization_id == organization.id,
            AccountRole.role.in_(STAFF_ROLES),
        )
    )
    for role in command.roles:
        grant(session, account, role, organization.id)
    account.version += 1
    live.announce(session, Topic.SESSION, account.id)
    audit.record(
        session, "roles_set", "account", account.id, organization_id=organization.id, roles=sorted(set(command.roles))
    )
    return account.id


def _belongs(session: Session, account: Account, organization_id: UUID) -> bool:
    """Whether the account was opened by the unit, works in it, or is enrolled with it now."""
    if account.home_id == organization_id or organization_id in standing(session, account).places:
        return True
    enrolled = select(EnrolmentRow.id).where(
        EnrolmentRow.account_id == account.id,
        EnrolmentRow.organization_id == organization_id,
        EnrolmentRow.year == clock.today().year,
    )
    return session.scalar(enrolled) is not None


def _role_faults(roles: tuple[Role, ...]) -> tuple[Fault, ...]:
    return tuple(
        Fault(pointer=f"/roles/{index}", code="identity.role_not_for_staff")
        for index, role in enumerate(roles)
        if role not in STAFF_ROLES
    )
