"""What every kind of account shares: opening, handing over, changing, disabling and resetting it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis import audit, clock, context, crypto, live, outbox
from chassis.commands import check_version
from contracts.base import Actor, Role, RoleGrant
from contracts.errors import DomainError, Fault, InvalidInput, NotAllowed, NotFound
from contracts.events import AccountKind, AccountOpened
from contracts.identity import AccountAct, ChangeAccount, HandedOver
from contracts.live import Topic
from services.identity import acting
from services.identity.rules.access import Control, Standing, applicant_organization, control, in_charge
from services.identity.rules.passwords import CODE_ALPHABET, CODE_LENGTH, format_code, normalize_code
from services.identity.rules.people import Contacts, judge_contacts
from services.identity.rules.profile import AccountRules
from services.identity.tables import (
    Account,
    AccountRole,
    ActivationRow,
    Organization,
    Person,
    SessionRow,
)


def own_profile() -> str:
    """The profile of the running call, to which new rows belong."""
    profile = context.current().profile
    if profile is None:
        raise RuntimeError("an operation needs a profile")
    return profile


def add_unless_taken(session: Session, row: object, refusals: dict[str, DomainError]) -> None:
    """Store a row, or refuse with the error of the unique constraint that it would break, also against a rival.

    A refusal ends the transaction.
    """
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        broken = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if broken in refusals:
            raise refusals[broken] from None
        raise


def open_account(
    session: Session,
    *,
    person: Person,
    kind: AccountKind,
    login_name: str | None = None,
    home_id: UUID | None = None,
    pointer: str = "/login_name",
) -> Account:
    """A new account without a password. Refuses: InvalidInput where the login name is taken."""
    account = Account(
        profile=own_profile(),
        person_id=person.id,
        kind=kind.value,
        login_name=login_name,
        home_id=home_id,
        created_at=clock.now(),
    )
    taken = InvalidInput(faults=(Fault(pointer=pointer, code="identity.login_name_taken"),))
    add_unless_taken(session, account, {"uq_account_login_name": taken})
    outbox.publish(
        session, AccountOpened(account_id=account.id, kind=kind), aggregate_id=account.id, number=account.version
    )
    audit.record(session, "account_opened", "account", account.id, kind=kind.value, organization_id=home_id)
    return account


def new_person(session: Session, contacts: Contacts) -> Person:
    """A person whose document is not asked for."""
    person = Person(
        profile=own_profile(),
        real_name=contacts.real_name,
        mobile=contacts.mobile,
        email=contacts.email,
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    return person


def person_with_document(
    session: Session, *, document_type: str, number: str, contacts: Contacts, pointer: str = ""
) -> Person:
    """The person with this document, made if there is none: a person is one, whoever enrols them (HB-23).

    Name and contacts of a known person stay as they are: who could change them could take the account over.
    Refuses: InvalidInput where the known person has another name.
    """
    hashed = crypto.keyring().keyed_hash(number)
    session.execute(
        insert(Person)
        .values(
            profile=own_profile(),
            real_name=contacts.real_name,
            id_document_type=document_type,
            id_document_no=number,
            id_document_hash=hashed,
            mobile=contacts.mobile,
            email=contacts.email,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(constraint="uq_person_document")
    )
    person = session.scalars(
        select(Person)
        .where(Person.id_document_type == document_type, Person.id_document_hash == hashed)
        .with_for_update()
    ).one()
    if person.real_name != contacts.real_name:
        raise InvalidInput(faults=(Fault(pointer=f"{pointer}/real_name", code="identity.person_name_differs"),))
    return person


def account_of_person(session: Session, person: Person) -> Account | None:
    """The account that the person signs in to with the number of the document."""
    return session.scalar(
        select(Account).where(Account.person_id == person.id, Account.login_name.is_(None)).with_for_update()
    )


def hand_over(session: Session, account: Account, *, rules: AccountRules) -> HandedOver:
    """A new activation code in place of any earlier one; it is shown in this answer and nowhere else (W1)."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    values = {
        "profile": account.profile,
        "code_hash": code_hash(account.id, code),
        "failures": 0,
        "expires_at": clock.now() + timedelta(days=rules.activation.days),
    }
    session.execute(
        insert(ActivationRow)
        .values(account_id=account.id, **values)
        .on_conflict_do_update(index_elements=[ActivationRow.account_id], set_=values)
    )
    return HandedOver(
        account_id=account.id,
        login_name=account.login_name,
        activation_code=format_code(code),
        expires_at=values["expires_at"],
    )


def code_hash(account_id: UUID, code: str) -> bytes:
    """The keyed hash of an activation code, bound to its account."""
    return crypto.keyring().keyed_hash(f"activation:{account_id}:{normalize_code(code)}")


def grant(session: Session, account: Account, role: Role, organization_id: UUID | None) -> None:
    """Give a role; harmless when it is there."""
    session.execute(
        insert(AccountRole)
        .values(profile=account.profile, account_id=account.id, role=role.value, organization_id=organization_id)
        .on_conflict_do_nothing()
    )


def grants(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, tuple[AccountRole, ...]]:
    """The stored roles of the accounts."""
    found: dict[UUID, list[AccountRole]] = {account_id: [] for account_id in account_ids}
    for row in session.scalars(select(AccountRole).where(AccountRole.account_id.in_(found)).order_by(AccountRole.id)):
        found[row.account_id].append(row)
    return {account_id: tuple(rows) for account_id, rows in found.items()}


def standing(session: Session, account: Account) -> Standing:
    """Where the account stands, for the rules of access."""
    rows = grants(session, (account.id,))[account.id]
    held = [
        RoleGrant(role=Role(row.role), organization_id=row.organization_id, committee_id=row.committee_id)
        for row in rows
    ]
    unit = applicant_organization(acting.units_by_year(session, account.id), clock.today().year)
    if unit is not None:
        held.append(RoleGrant(role=Role.APPLICANT, organization_id=unit))
    administered = [row.organization_id for row in rows if row.role == Role.ORG_ADMIN]
    superior = None
    if administered:
        superior = session.scalar(select(Organization.parent_id).where(Organization.id == administered[0]))
    return Standing(
        account_id=account.id,
        home=account.home_id,
        grants=tuple(held),
        superior=superior,
        administers_root=bool(administered) and superior is None,
    )


def held_account(session: Session, actor: Actor, account_id: UUID) -> Account:
    """The account, locked, if the actor may take it in hand. Refuses: NotFound, NotAllowed."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound()
    where = standing(session, account)
    found = control(actor, where)
    if found is Control.HIDDEN:
        raise NotFound()
    if found is Control.SEEN:
        raise NotAllowed(*(grant.role for grant in in_charge(where)))
    return account


def end_sessions(session: Session, account_id: UUID) -> None:
    """End every open session of the account (PL-07)."""
    ended = session.scalars(
        update(SessionRow)
        .where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SessionRow.id)
    ).all()
    if ended:
        live.announce(session, Topic.SESSION, account_id)


def change_account(session: Session, *, actor: Actor, command: ChangeAccount) -> UUID:
    """Correct name and contacts of an account of the own unit. Refuses: NotFound, NotAllowed, InvalidInput."""
    account = held_account(session, actor, command.account_id)
    check_version(account.version, command)
    contacts, faults = judge_contacts(command.real_name, mobile=command.mobile, email=command.email)
    if faults:
        raise InvalidInput(faults=faults)
    person = session.get_one(Person, account.person_id, with_for_update=True)
    person.real_name, person.mobile, person.email = contacts.real_name, contacts.mobile, contacts.email
    account.version += 1
    live.announce(session, Topic.SESSION, account.id)
    audit.record(session, "account_changed", "account", account.id)
    return account.id


def disable_account(session: Session, *, actor: Actor, command: AccountAct) -> UUID:
    """Close an account and end its sessions; harmless when it is closed. Refuses: NotFound, NotAllowed."""
    account = held_account(session, actor, command.account_id)
    check_version(account.version, command)
    if account.is_enabled:
        account.is_enabled = False
        account.version += 1
        end_sessions(session, account.id)
        audit.record(session, "account_disabled", "account", account.id)
    return account.id


def enable_account(session: Session, *, actor: Actor, command: AccountAct) -> UUID:
    """Open a closed account again; harmless when it is open. Refuses: NotFound, NotAllowed."""
    account = held_account(session, actor, command.account_id)
    check_version(account.version, command)
    if not account.is_enabled:
        account.is_enabled = True
        account.version += 1
        audit.record(session, "account_enabled", "account", account.id)
    return account.id


def reset_password(session: Session, *, actor: Actor, command: AccountAct, rules: AccountRules) -> HandedOver:
    """A new activation code; the old password and all sessions end. Refuses: NotFound, NotAllowed."""
    account = held_account(session, actor, command.account_id)
    check_version(account.version, command)
    return reset(session, account, rules=rules)


def reset(session: Session, account: Account, *, rules: AccountRules) -> HandedOver:
    """Take the password from an account and hand it over anew."""
    account.password_hash = None
    account.version += 1
    end_sessions(session, account.id)
    audit.record(session, "password_reset", "account", account.id)
    return hand_over(session, account, rules=rules)


def drop_activation(session: Session, account_id: UUID) -> None:
    """Forget the activation code of an account that has a password."""
    session.execute(delete(ActivationRow).where(ActivationRow.account_id == account_id))
