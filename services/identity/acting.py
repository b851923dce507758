"""What an account acts as in a session, at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, aliased

from chassis import clock
from contracts.base import Actor, Role, RoleGrant
from contracts.errors import NotFound
from contracts.events import AccountKind
from contracts.identifiers import mask_mobile, mask_number
from contracts.identity import AccountView, RoleView
from services.identity.rules.access import applicant_organization
from services.identity.tables import Account, AccountRole, EnrolmentRow, Organization, Person, SessionRow

NO_SESSION = UUID(int=0)


@dataclass(frozen=True)
class SignedInAs:
    """A session with account and person behind it, and the session that the account had before."""

    row: SessionRow
    account: Account
    person: Person
    before: SessionRow | None


def signed_in_as(session: Session, condition: ColumnElement[bool]) -> SignedInAs | None:
    """The session for which the condition on SessionRow, Account and Person holds; it names one."""
    earlier = aliased(SessionRow)
    newest = (
        select(earlier)
        .where(earlier.account_id == SessionRow.account_id, earlier.created_at < SessionRow.created_at)
        .order_by(earlier.created_at.desc())
        .limit(1)
        .lateral()
    )
    found = session.execute(
        select(SessionRow, Account, Person, aliased(SessionRow, newest))
        .join(Account, Account.id == SessionRow.account_id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(newest, true())
        .where(condition)
    ).first()
    return None if found is None else SignedInAs(*found)


def units_by_year(session: Session, account_id: UUID) -> dict[int, UUID]:
    """For which unit the account is enrolled in each year."""
    rows = session.execute(
        select(EnrolmentRow.year, EnrolmentRow.organization_id).where(EnrolmentRow.account_id == account_id)
    )
    return dict(iter(rows))


def acting_roles(session: Session, account: Account, *, committee_id: UUID | None) -> tuple[RoleView, ...]:
    """What the account acts as at this moment, with the names that the page head shows.

    Roles in a disabled organisation do not count; with a chosen committee only its pool does (W8).
    """
    rows = session.execute(
        select(AccountRole, Organization)
        .outerjoin(Organization, Organization.id == AccountRole.organization_id)
        .where(AccountRole.account_id == account.id)
        .order_by(AccountRole.role, AccountRole.id)
    ).all()
    views = [
        RoleView(
            role=Role(row.role),
            organization_id=row.organization_id,
            organization_name=organization.org_name if organization else None,
            committee_id=row.committee_id,
            committee_code=row.committee_code,
        )
        for row, organization in rows
        if (organization is None or organization.is_enabled) and committee_id in (None, row.committee_id)
    ]
    if committee_id is None:
        units = session.execute(
            select(EnrolmentRow.year, Organization.id, Organization.org_name)
            .join(Organization, Organization.id == EnrolmentRow.organization_id)
            .where(EnrolmentRow.account_id == account.id)
        ).all()
        unit_id = applicant_organization({year: found for year, found, _ in units}, clock.today().year)
        if unit_id is not None:
            views.append(
                RoleView(
                    role=Role.APPLICANT,
                    organization_id=unit_id,
                    organization_name=next(name for _, found, name in units if found == unit_id),
                    committee_id=None,
                    committee_code=None,
                )
            )
    return tuple(views)


def actor_of(account: Account, row: SessionRow, roles: tuple[RoleView, ...]) -> Actor:
    """The actor that the session stands for."""
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        session_id=row.id,
        profile=account.profile,
        roles=_grants(roles),
    )


def acting_without_session(session: Session, account_id: UUID) -> Actor:
    """What an enabled account acts as now, for work that goes on after its session. Refuses: NotFound."""
    account = session.get(Account, account_id)
    if account is None or not account.is_enabled:
        raise NotFound()
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        session_id=NO_SESSION,
        profile=account.profile,
        roles=_grants(acting_roles(session, account, committee_id=None)),
    )


def _grants(roles: tuple[RoleView, ...]) -> tuple[RoleGrant, ...]:
    return tuple(
        RoleGrant(role=view.role, organization_id=view.organization_id, committee_id=view.committee_id)
        for view in roles
    )


def account_view(found: SignedInAs, roles: tuple[RoleView, ...]) -> AccountView:
    """The account as its owner sees it in this session."""
    account, person, before = found.account, found.person, found.before
    return AccountView(
        account_id=account.id,
        person_id=account.person_id,
        kind=AccountKind(account.kind),
        display_name=person.real_name,
        login_name=account.login_name,
        id_document_no=mask_number(person.id_document_no) if person.id_document_no else None,
        mobile=mask_mobile(person.mobile) if person.mobile else None,
        email=person.email,
        locale=person.locale,
        roles=roles,
        signed_in_at=found.row.created_at,
        previous_sign_in_at=before.created_at if before else None,
        previous_address=before.address if before else None,
    )
