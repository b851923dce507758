"""What a profile begins with: the root organisation, its administrator and a system administrator (PL-06)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit
from contracts.base import Role
from contracts.events import AccountKind
from contracts.identity import Founded, HandedOver
from services.identity.operations.accounts import grant, hand_over, new_person, open_account
from services.identity.operations.organizations import insert_organization, open_administrator
from services.identity.rules.organizations import normalize_form
from services.identity.rules.people import Contacts
from services.identity.rules.profile import AccountRules, FirstAccount
from services.identity.tables import Account, AccountRole, Organization, Person


def found(session: Session, *, rules: AccountRules) -> Founded:
    """Make root and first accounts once; a repeat hands over anew what nobody has activated yet."""
    root = session.scalar(select(Organization).where(Organization.parent_id.is_(None)).with_for_update())
    if root is None:
        root = insert_organization(session, normalize_form(rules.root), parent_id=None)
        return Founded(
            organization_id=root.id,
            administrator=open_administrator(
                session,
                root,
                login_name=rules.administrator.login_name,
                person=_person(session, rules.administrator),
                rules=rules,
            ),
            system_administrator=_open_system_administrator(session, rules),
        )
    return Founded(
        organization_id=root.id,
        administrator=_hand_over_again(session, rules, Role.ORG_ADMIN, root),
        system_administrator=_hand_over_again(session, rules, Role.SYSTEM_ADMIN, None),
    )


def _person(session: Session, first: FirstAccount) -> Person:
    return new_person(session, Contacts(real_name=first.real_name, mobile=None, email=None))


def _open_system_administrator(session: Session, rules: AccountRules) -> HandedOver:
    account = open_account(
        session,
        person=_person(session, rules.system_administrator),
        kind=AccountKind.STAFF,
        login_name=rules.system_administrator.login_name,
    )
    grant(session, account, Role.SYSTEM_ADMIN, None)
    audit.record(session, "role_granted", "account", account.id, role=Role.SYSTEM_ADMIN)
    return hand_over(session, account, rules=rules)


def _hand_over_again(
    session: Session, rules: AccountRules, role: Role, organization: Organization | None
) -> HandedOver:
    account = session.scalars(
        select(Account)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == role, AccountRole.organization_id == (organization.id if organization else None))
        .order_by(Account.created_at, Account.id)
        .limit(1)
        .with_for_update(of=Account)
    ).one()
    if account.password_hash is None:
        return hand_over(session, account, rules=rules)
    return HandedOver(account_id=account.id, login_name=account.login_name, activation_code=None, expires_at=None)
