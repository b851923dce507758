"""The read side: rows of identity as messages of its contract."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, collate, exists, func, literal, select
from sqlalchemy.orm import Session

from chassis import clock, crypto
from contracts.base import Actor, Page, Role
from contracts.errors import NotAllowed, NotFound
from contracts.identifiers import DocumentType, mask_mobile, mask_name, mask_number, normalize_number
from contracts.identity import (
    AccountFilter,
    AccountName,
    AccountOptions,
    AccountRow,
    AccountView,
    ApplicantFilter,
    Contact,
    Enrolment,
    OrganizationDetail,
    OrganizationFilter,
    OrganizationForm,
    OrganizationRow,
    OrganizationSummary,
    PersonFacts,
    RecoveryMessage,
    SessionView,
    StaffFilter,
)
from services.identity import acting, tree
from services.identity.rules.access import STAFF_ROLES, UNIT_ROLES
from services.identity.rules.profile import AccountRules
from services.identity.tables import (
    CHINESE,
    Account,
    AccountRole,
    EnrolmentRow,
    Organization,
    Person,
    RecoveryRow,
    SessionRow,
)

# organisations


def organizations(session: Session, organization_ids: Iterable[UUID]) -> tuple[OrganizationSummary, ...]:
    """The organisations with these ids; unknown ids are left out."""
    rows = session.scalars(
        select(Organization).where(Organization.id.in_(set(organization_ids))).order_by(Organization.id)
    )
    return tuple(tree.summary(row) for row in rows)


def ancestors(session: Session, organization_id: UUID) -> tuple[OrganizationSummary, ...]:
    """The organisation and its parents up to the root. Refuses: NotFound."""
    chain = tree.ancestor_rows(session, organization_id)
    if not chain:
        raise NotFound()
    return tuple(tree.summary(row) for row in chain)


def list_organizations(session: Session, *, actor: Actor, request: OrganizationFilter) -> Page[OrganizationRow]:
    """The children of an organisation in the actor's scope (HB-11, HB-T1). Refuses: NotFound, NotAllowed."""
    parent_id = request.parent_id or _own_place(actor, Role.ORG_ADMIN)
    if not tree.is_visible(session, actor, parent_id):
        raise NotFound()
    if not (actor.has(Role.SYSTEM_ADMIN) or actor.organizations(*UNIT_ROLES)):
        raise NotAllowed(*UNIT_ROLES)
    conditions: list[ColumnElement[bool]] = [Organization.parent_id == parent_id]
    for column, part in (
        (Organization.org_name, request.org_name),
        (Organization.contact_person, request.contact_person),
        (Organization.supervising_person, request.supervising_person),
    ):
        if part:
            conditions.append(column.contains(part, autoescape=True))
    if request.org_category:
        conditions.append(Organization.org_category == request.org_category)
    if request.region:
        # A city or province stands for everything in it: 130100 for 1301xx, 130000 for 13xxxx.
        conditions.append(Organization.region.startswith(request.region.rstrip("0") or "0", autoescape=True))
    total = session.scalar(select(func.count()).select_from(Organization).where(*conditions)) or 0
    rows = session.scalars(
        select(Organization)
        .where(*conditions)
        .order_by(Organization.org_code, Organization.id)
        .limit(request.size)
        .offset(request.offset)
    )
    items = tuple(
        OrganizationRow(
            organization_id=row.id,
            org_code=row.org_code,
            org_name=row.org_name,
            org_category=row.org_category,
            contact_person=row.contact_person,
            region=row.region,
            supervising_person=row.supervising_person,
            is_enabled=row.is_enabled,
            version=row.version,
        )
        for row in rows
    )
    return Page(items=items, total=total, page=request.page, size=request.size)


def visible_organization(session: Session, *, actor: Actor, organization_id: UUID) -> OrganizationDetail:
    """An organisation in the actor's scope. Refuses: NotFound."""
    if not tree.is_visible(session, actor, organization_id):
        raise NotFound()
    return organization_detail(session, organization_id)


def organization_detail(session: Session, organization_id: UUID) -> OrganizationDetail:
    """An organisation whole. Refuses: NotFound."""
    row = session.get(Organization, organization_id)
    if row is None:
        raise NotFound()
    parent = session.get(Organization, row.parent_id) if row.parent_id else None
    administrator = session.execute(
        select(Account.id, Account.login_name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.organization_id == row.id, AccountRole.role == Role.ORG_ADMIN)
        .order_by(Account.created_at, Account.id)
    ).first()
    return OrganizationDetail(
        organization_id=row.id,
        parent_id=row.parent_id,
        parent_name=parent.org_name if parent else None,
        form=OrganizationForm.model_validate({name: getattr(row, name) for name in OrganizationForm.model_fields}),
        is_enabled=row.is_enabled,
        has_children=bool(session.scalar(select(exists().where(Organization.parent_id == row.id)))),
        administrator_account_id=administrator.id if administrator else None,
        administrator_login_name=administrator.login_name if administrator else None,
        version=row.version,
    )


def account_options(rules: AccountRules, *, demonstration: bool) -> AccountOptions:
    """What the forms of organisations and accounts offer."""
    lists = rules.organization
    year = clock.today().year
    return AccountOptions(
        org_category=lists.org_category,
        org_nature=lists.org_nature,
        economic_type=lists.economic_type,
        industry=lists.industry,
        id_document_type=rules.id_document_type,
        regions=(*lists.regions, *(lists.demonstration_regions if demonstration else ())),
        enrolment_years=tuple(range(year, year + rules.enrolment.years_ahead + 1)),
        password_min_length=rules.password.min_length,
    )


# accounts


def _own_place(actor: Actor, *roles: Role) -> UUID:
    """The organisation of which a list is meant when none is named. Refuses: NotAllowed."""
    for grant in actor.roles:
        if grant.role in roles and grant.organization_id is not None:
            return grant.organization_id
    raise NotAllowed(*roles)


def _listed_place(session: Session, actor: Actor, request: AccountFilter, *roles: Role) -> UUID:
    place = request.organization_id or _own_place(actor, *roles)
    if place not in actor.organizations(*roles):
        if tree.is_visible(session, actor, place):
            raise NotAllowed(*roles)
        raise NotFound()
    return place


def list_staff(session: Session, *, actor: Actor, request: StaffFilter) -> Page[AccountRow]:
    """The staff accounts of an own organisation (HB-17). Refuses: NotFound, NotAllowed."""
    place = _listed_place(session, actor, request, Role.ORG_ADMIN)
    roles = (request.role,) if request.role else (*STAFF_ROLES, Role.POOL_MANAGER)
    here = exists().where(
        AccountRole.account_id == Account.id, AccountRole.organization_id == place, AccountRole.role.in_(STAFF_ROLES)
    )
    pool = exists().where(AccountRole.account_id == Account.id, AccountRole.role == Role.POOL_MANAGER)
    conditions: list[ColumnElement[bool]] = []
    if request.role is None:
        administrator = exists().where(AccountRole.account_id == Account.id, AccountRole.role == Role.ORG_ADMIN)
        conditions.append(here | ((Account.home_id == place) & ~administrator))
    elif request.role is Role.POOL_MANAGER:
        conditions.append(pool & (Account.home_id == place))
    else:
        conditions.append(
            exists().where(
                AccountRole.account_id == Account.id,
                AccountRole.organization_id == place,
                AccountRole.role.in_(roles),
            )
        )
    statement = select(Account, Person, literal(None)).join(Person, Person.id == Account.person_id)
    return _account_page(session, statement.where(*conditions), request, place)


def list_applicants(session: Session, *, actor: Actor, request: ApplicantFilter) -> Page[AccountRow]:
    """The applicants of an own organisation in a year (HB-20). Refuses: NotFound, NotAllowed."""
    place = _listed_place(session, actor, request, *UNIT_ROLES)
    statement = (
        select(Account, Person, EnrolmentRow.year)
        .join(Person, Person.id == Account.person_id)
        .join(EnrolmentRow, EnrolmentRow.account_id == Account.id)
        .where(EnrolmentRow.organization_id == place, EnrolmentRow.year == (request.year or clock.today().year))
    )
    if request.id_document_no:
        hashed = crypto.keyring().keyed_hash(normalize_number(request.id_document_no))
        statement = statement.where(Person.id_document_hash == hashed)
    return _account_page(session, statement, request, place)


def _account_page(
    session: Session, statement: Select[Account, Person, int | None], request: AccountFilter, place: UUID
) -> Page[AccountRow]:
    if request.real_name:
        statement = statement.where(Person.real_name.contains(request.real_name, autoescape=True))
    if request.is_enabled is not None:
        statement = statement.where(Account.is_enabled == request.is_enabled)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found = session.execute(
        statement.order_by(collate(Person.real_name, CHINESE), Account.id).limit(request.size).offset(request.offset)
    ).all()
    roles = _roles_at(session, [account.id for account, _, _ in found], place)
    items = tuple(_account_row(account, person, year, roles[account.id]) for account, person, year in found)
    return Page(items=items, total=total, page=request.page, size=request.size)


def _roles_at(session: Session, account_ids: list[UUID], place: UUID | None) -> dict[UUID, list[Role]]:
    roles: dict[UUID, list[Role]] = {account_id: [] for account_id in account_ids}
    statement = select(AccountRole).where(AccountRole.account_id.in_(account_ids)).order_by(AccountRole.role)
    for row in session.scalars(statement):
        if row.organization_id in (place, None) and Role(row.role) not in roles[row.account_id]:
            roles[row.account_id].append(Role(row.role))
    return roles


def _account_row(account: Account, person: Person, year: int | None, roles: list[Role]) -> AccountRow:
    return AccountRow(
        account_id=account.id,
        login_name=account.login_name,
        real_name=person.real_name,
        id_document_type=DocumentType(person.id_document_type) if person.id_document_type else None,
        id_document_no=mask_number(person.id_document_no) if person.id_document_no else None,
        mobile=mask_mobile(person.mobile) if person.mobile else None,
        roles=tuple(roles) if year is None else (Role.APPLICANT, *roles),
        year=year,
        is_enabled=account.is_enabled,
        is_activated=account.password_hash is not None,
        version=account.version,
    )


def account_row(session: Session, account_id: UUID) -> AccountRow:
    """One account as lists show it, with all its stored roles and the latest year. Refuses: NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound()
    person = session.get_one(Person, account.person_id)
    year = session.scalar(select(func.max(EnrolmentRow.year)).where(EnrolmentRow.account_id == account_id))
    rows = session.scalars(select(AccountRole.role).where(AccountRole.account_id == account_id).distinct())
    return _account_row(account, person, year, sorted(Role(role) for role in rows))


def accounts_with_role(session: Session, *, organization_id: UUID, role: Role) -> tuple[UUID, ...]:
    """The enabled accounts that hold the role in the organisation."""
    if role is Role.APPLICANT:
        holders: Select[UUID] = select(EnrolmentRow.account_id).where(
            EnrolmentRow.organization_id == organization_id, EnrolmentRow.year == clock.today().year
        )
    else:
        holders = select(AccountRole.account_id).where(
            AccountRole.organization_id == organization_id, AccountRole.role == role
        )
    return tuple(
        session.scalars(
            select(Account.id).where(Account.id.in_(holders), Account.is_enabled.is_(True)).order_by(Account.id)
        )
    )


# what other services ask about people


def contacts(session: Session, account_ids: Iterable[UUID]) -> tuple[Contact, ...]:
    """Where the owners of the accounts are reached; unknown ids are left out."""
    rows = session.execute(
        select(Account, Person)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(set(account_ids)))
        .order_by(Account.id)
    )
    return tuple(
        Contact(
            account_id=account.id,
            profile=account.profile,
            display_name=person.real_name,
            mobile=person.mobile,
            email=person.email,
            locale=person.locale,
        )
        for account, person in rows
    )


def account_names(session: Session, account_ids: Iterable[UUID]) -> tuple[AccountName, ...]:
    """Whose accounts these are; unknown ids are left out."""
    rows = session.execute(
        select(Account.id, Person.real_name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(set(account_ids)))
        .order_by(Account.id)
    )
    return tuple(AccountName(account_id=row.id, display_name=row.real_name) for row in rows)


def masked_names(session: Session, account_ids: Iterable[UUID]) -> tuple[AccountName, ...]:
    """The same for who need not know the whole name."""
    return tuple(
        name.model_copy(update={"display_name": mask_name(name.display_name)})
        for name in account_names(session, account_ids)
    )


def account_called(session: Session, login_name: str) -> AccountName:
    """The account with this login name, the person's name masked. Refuses: NotFound."""
    found = session.scalars(select(Account.id).where(Account.login_name == login_name)).all()
    if not found:
        raise NotFound()
    return masked_names(session, found)[0]


def person_facts(session: Session, person_id: UUID) -> PersonFacts:
    """What identity knows of a person who has a document. Refuses: NotFound."""
    person = session.get(Person, person_id)
    if person is None or person.id_document_type is None or person.id_document_no is None:
        raise NotFound()
    return PersonFacts(
        person_id=person.id,
        real_name=person.real_name,
        id_document_type=person.id_document_type,
        id_document_no=person.id_document_no,
        mobile=person.mobile,
        email=person.email,
    )


def enrolment(session: Session, *, account_id: UUID, year: int) -> Enrolment:
    """For which organisation the account may declare in the year. Refuses: NotFound."""
    row = session.scalar(select(EnrolmentRow).where(EnrolmentRow.account_id == account_id, EnrolmentRow.year == year))
    if row is None:
        raise NotFound()
    return Enrolment(
        account_id=row.account_id, person_id=row.person_id, year=row.year, organization_id=row.organization_id
    )


def recovery_message(session: Session, recovery_id: UUID, *, minutes: int) -> RecoveryMessage:
    """The code of a recovery while it is valid. Refuses: NotFound."""
    row = session.get(RecoveryRow, recovery_id)
    if row is None or row.account_id is None:
        raise NotFound()
    valid = row.used_at is None and row.expires_at > clock.now()
    return RecoveryMessage(account_id=row.account_id, code=row.code if valid else None, minutes=minutes)


# the signed-in account


def whoami(session: Session, *, actor: Actor) -> AccountView:
    """The signed-in account. Refuses: NotFound."""
    found = acting.signed_in_as(session, SessionRow.id == actor.session_id)
    if found is None:
        raise NotFound()
    roles = acting.acting_roles(session, found.account, committee_id=found.row.committee_id)
    return acting.account_view(found, roles)


def open_sessions(session: Session, *, actor: Actor) -> tuple[SessionView, ...]:
    """The own open sessions, newest first."""
    now = clock.now()
    rows = session.scalars(
        select(SessionRow)
        .where(
            SessionRow.account_id == actor.account_id,
            SessionRow.ended_at.is_(None),
            SessionRow.expires_at > now,
            SessionRow.last_seen_at + func.make_interval(0, 0, 0, 0, 0, SessionRow.idle_minutes) > now,
        )
        .order_by(SessionRow.created_at.desc())
    )
    return tuple(
        SessionView(
            session_id=row.id,
            signed_in_at=row.created_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            user_agent=row.user_agent,
            is_current=row.id == actor.session_id,
        )
        for row in rows
    )
