"""Opening the accounts of many applicants from a workbook: order, check, open (HB-20 to HB-25)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock, jobs
from contracts.base import Actor
from contracts.errors import DomainError, Fault, NotFound, WrongState
from contracts.identifiers import DocumentType, normalize_number
from contracts.identity import OpenApplicantAccount
from contracts.identity.imports import (
    ACCOUNTS_AT_ONCE,
    ApplicantImport,
    ApplicantImportState,
    CheckApplicants,
    OpenCheckedApplicants,
    OpenedApplicant,
    OpenedApplicants,
    RowOutcome,
)
from services.identity.imported import import_view, shown_faults
from services.identity.operations.applicants import judge_year, open_applicant_account
from services.identity.operations.organizations import own_organization
from services.identity.rules.imports import add_fault, mark_doubles
from services.identity.rules.profile import AccountRules, ApplicantImportRules
from services.identity.tables import ApplicantImportRow, EnrolmentRow, Person

KIND = "check_applicants"
# What befalls a row although its cells are right.
LATER_FAULTS = "/id_document_no"


def import_rules(rules: AccountRules) -> ApplicantImportRules:
    """The province's workbook. Refuses: NotFound where it takes none."""
    if rules.applicant_import is None:
        raise NotFound()
    return rules.applicant_import


def check_applicants(
    session: Session, *, actor: Actor, command: CheckApplicants, rules: AccountRules
) -> ApplicantImport:
    """Order the check of a workbook. Refuses: NotFound, NotAllowed, InvalidInput."""
    organization = own_organization(session, actor, command.organization_id)
    wanted = import_rules(rules)
    year = judge_year(command.year, rules)
    row = ApplicantImportRow(
        id=uuid4(),
        profile=organization.profile,
        organization_id=organization.id,
        account_id=actor.account_id,
        file_id=command.file_id,
        year=year,
        state=ApplicantImportState.CHECKING,
        rows=[],
        ordered_at=clock.now(),
    )
    session.add(row)
    jobs.order(session, KIND, {"import_id": str(row.id)})
    audit.record(session, "applicant_import_ordered", "import", row.id, organization_id=organization.id, year=year)
    return import_view(row, wanted)


def find_import(session: Session, *, actor: Actor, import_id: UUID, lock: bool = False) -> ApplicantImportRow:
    """An import that the actor ordered and still may. Refuses: NotFound, NotAllowed."""
    row = session.get(ApplicantImportRow, import_id, with_for_update=lock or None)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    own_organization(session, actor, row.organization_id)
    return row


def take_check(
    session: Session, *, import_id: UUID, rows: list[dict[str, Any]], keyed_hash: Callable[[str], bytes]
) -> None:
    """Keep what the check found; people who are enrolled in that year already are named (HB-22)."""
    row = session.get_one(ApplicantImportRow, import_id, with_for_update=True)
    if row.state != ApplicantImportState.CHECKING:
        return
    mark_doubles(rows, normalize_number)
    ready = {
        keyed_hash(normalize_number(one["values"]["id_document_no"])): one
        for one in rows
        if one["outcome"] == RowOutcome.READY
    }
    enrolled = session.scalars(
        select(Person.id_document_hash)
        .join(EnrolmentRow, EnrolmentRow.person_id == Person.id)
        .where(Person.id_document_hash.in_(list(ready)), EnrolmentRow.year == row.year)
    )
    for number in enrolled:
        if number is not None:
            fault = Fault(pointer=LATER_FAULTS, code="identity.already_enrolled", params={"year": row.year})
            add_fault(ready[number], fault, RowOutcome.FAULTY)
    row.rows, row.state = rows, ApplicantImportState.CHECKED


def refuse_check(session: Session, *, import_id: UUID, error_code: str) -> None:
    """The file is no workbook of the template."""
    row = session.get_one(ApplicantImportRow, import_id, with_for_update=True)
    row.state, row.error_code, row.finished_at = ApplicantImportState.UNREADABLE, error_code, clock.now()


def open_checked_applicants(
    session: Session, *, actor: Actor, command: OpenCheckedApplicants, rules: AccountRules, demonstration: bool
) -> OpenedApplicants:
    """Open the next accounts of a checked import. Refuses: NotFound, NotAllowed, WrongState, OrganizationDisabled."""
    found = find_import(session, actor=actor, import_id=command.import_id, lock=True)
    if found.state not in (ApplicantImportState.CHECKED, ApplicantImportState.DONE):
        raise WrongState(state=found.state)
    rows = [dict(row) for row in found.rows]
    waiting = [row for row in rows if row["outcome"] == RowOutcome.READY]
    opened = [
        account
        for row in waiting[:ACCOUNTS_AT_ONCE]
        if (account := _open(session, found, row, actor=actor, rules=rules, demonstration=demonstration)) is not None
    ]
    found.rows = rows
    remaining = max(0, len(waiting) - ACCOUNTS_AT_ONCE)
    if not remaining and found.state != ApplicantImportState.DONE:
        found.state, found.finished_at = ApplicantImportState.DONE, clock.now()
    refused = [row for row in waiting[:ACCOUNTS_AT_ONCE] if row["outcome"] == RowOutcome.REFUSED]
    audit.record(session, "applicants_imported", "import", found.id, opened=len(opened), refused=len(refused))
    return OpenedApplicants(
        accounts=tuple(opened), refused=shown_faults(refused, import_rules(rules)), remaining=remaining
    )


def _open(
    session: Session,
    found: ApplicantImportRow,
    row: dict[str, Any],
    *,
    actor: Actor,
    rules: AccountRules,
    demonstration: bool,
) -> OpenedApplicant | None:
    values = row["values"]
    command = OpenApplicantAccount(
        command_id=found.id,
        organization_id=found.organization_id,
        real_name=values["real_name"],
        id_document_type=DocumentType(row["document_type"]),
        id_document_no=values["id_document_no"],
        mobile=values["mobile"],
        email=values["email"] or None,
        year=found.year,
    )
    try:
        with session.begin_nested():
            handed = open_applicant_account(
                session, actor=actor, command=command, rules=rules, demonstration=demonstration
            )
    except DomainError as refusal:
        faults = refusal.faults or (Fault(pointer=LATER_FAULTS, code=refusal.code, params=refusal.params),)
        for fault in faults:
            add_fault(row, fault, RowOutcome.REFUSED)
        return None
    row["outcome"] = RowOutcome.OPENED if handed.activation_code else RowOutcome.ENROLLED
    row["account_id"] = str(handed.account_id)
    return OpenedApplicant(
        row=row["row"],
        account_id=handed.account_id,
        real_name=values["real_name"],
        activation_code=handed.activation_code,
        expires_at=handed.expires_at,
    )
