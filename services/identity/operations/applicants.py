"""Accounts of applicants, opened by their unit for one year (HB-20 to HB-25)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock, live
from contracts.base import Actor
from contracts.errors import Fault, InvalidInput, NotFound
from contracts.events import AccountKind
from contracts.identity import AlreadyEnrolled, HandedOver, OpenApplicantAccount, WithdrawEnrolment
from contracts.live import Topic
from services.identity import tree
from services.identity.operations.accounts import (
    account_of_person,
    add_unless_taken,
    hand_over,
    open_account,
    person_with_document,
)
from services.identity.operations.organizations import own_organization, refuse_disabled
from services.identity.rules.people import judge_contacts, judge_document
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, EnrolmentRow


def judge_year(year: int | None, rules: AccountRules) -> int:
    """The year in which people are enrolled, the present one unless said otherwise. Refuses: InvalidInput."""
    wanted = clock.today().year if year is None else year
    if faults := year_faults(wanted, rules):
        raise InvalidInput(faults=faults)
    return wanted


def year_faults(year: int, rules: AccountRules) -> tuple[Fault, ...]:
    """A year that is over, or further ahead than the province opens."""
    today = clock.today()
    if today.year <= year <= today.year + rules.enrolment.years_ahead:
        return ()
    return (Fault(pointer="/year", code="identity.year_not_open"),)


def withdraw_enrolment(session: Session, *, command: WithdrawEnrolment, actor: Actor) -> None:
    """Take back a wrong enrolment; the caller has checked that nothing was declared. Refuses: NotFound, NotAllowed.

    The account stays, so that the right unit finds the person; it declares nothing without an enrolment.
    """
    row = session.scalar(
        select(EnrolmentRow).filter_by(account_id=command.account_id, year=command.year).with_for_update()
    )
    if row is None:
        raise NotFound()
    own_organization(session, actor, row.organization_id)
    session.delete(row)
    account = session.get_one(Account, row.account_id)
    account.version += 1
    live.announce(session, Topic.SESSION, account.id)
    audit.record(
        session,
        "enrolment_withdrawn",
        "account",
        account.id,
        organization_id=row.organization_id,
        year=row.year,
        reason=command.reason,
    )


def open_applicant_account(
    session: Session, *, actor: Actor, command: OpenApplicantAccount, rules: AccountRules, demonstration: bool
) -> HandedOver:
    """Enrol a person of the own unit for a year; whoever has no account yet gets one (HB-20, HB-22, HB-23).

    Refuses: NotFound, NotAllowed, OrganizationDisabled, InvalidInput, AlreadyEnrolled.
    """
    organization = own_organization(session, actor, command.organization_id)
    refuse_disabled(tree.ancestor_rows(session, organization.id))
    today = clock.today()
    year = today.year if command.year is None else command.year
    contacts, faults = judge_contacts(command.real_name, mobile=command.mobile, email=command.email)
    number, document_faults = judge_document(
        command.id_document_type,
        command.id_document_no,
        accepted=rules.document_types,
        today=today,
        demonstration=demonstration,
    )
    faults = (*faults, *document_faults)
    faults = (*faults, *year_faults(year, rules))
    if faults:
        raise InvalidInput(faults=faults)
    person = person_with_document(
        session, document_type=command.id_document_type.value, number=number, contacts=contacts
    )
    account = account_of_person(session, person)
    handed_over = None
    if account is None:
        account = open_account(session, person=person, kind=AccountKind.APPLICANT)
        handed_over = hand_over(session, account, rules=rules)
    else:
        live.announce(session, Topic.SESSION, account.id)
    row = EnrolmentRow(
        profile=account.profile,
        person_id=person.id,
        account_id=account.id,
        organization_id=organization.id,
        year=year,
        created_at=clock.now(),
    )
    add_unless_taken(session, row, {"uq_enrolment_year": AlreadyEnrolled(year=year)})
    account.version += 1
    audit.record(session, "applicant_enrolled", "account", account.id, organization_id=organization.id, year=year)
    return handed_over or HandedOver(account_id=account.id, login_name=None, activation_code=None, expires_at=None)
