"""Certificates and documents as they come into being: numbers, check codes, and who may fetch what."""

from __future__ import annotations

import uuid
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, outbox
from contracts.base import Actor, Command
from contracts.committee import Certifiable
from contracts.errors import NotFound
from contracts.events import CertificateIssued, JobFinished
from services.documents.rules.numbers import management_number, masked_name, new_check_code
from services.documents.rules.profile import DocumentRules
from services.documents.tables import CertificateCounter, CertificateRow, DocumentRow
from services.documents.views import CONTENT_TYPES, check_hash


def known_certificate(session: Session, *, person: Certifiable) -> CertificateRow | None:
    """The person's certificate of the meeting, if it has its number."""
    return session.scalar(
        select(CertificateRow).where(
            CertificateRow.meeting_id == person.meeting_id, CertificateRow.person_id == person.person_id
        )
    )


def certificate_documents(session: Session, row: CertificateRow) -> tuple[DocumentRow, DocumentRow] | None:
    """The printed certificate as PDF and DOCX, None until it is printed."""
    if row.pdf_id is None or row.docx_id is None:
        return None
    return session.get_one(DocumentRow, row.pdf_id), session.get_one(DocumentRow, row.docx_id)


def certificate_for(
    session: Session,
    *,
    profile: str,
    rules: DocumentRules,
    person: Certifiable,
    setting: dict[str, str],
    real_name: str,
) -> CertificateRow:
    """The person's certificate of the meeting: made once, with a number and a check code that stay (HB-166)."""
    found = known_certificate(session, person=person)
    if found is not None:
        return found
    today = clock.today()
    counter = (
        insert(CertificateCounter)
        .values(profile=profile, year=today.year, last=1)
        .on_conflict_do_update(
            index_elements=[CertificateCounter.profile, CertificateCounter.year],
            set_={"last": CertificateCounter.last + 1},
        )
        .returning(CertificateCounter.last)
    )
    number = management_number(rules.certificate.number, year=today.year, serial=session.execute(counter).scalar_one())
    # The counter's row was locked by now: of two jobs at once the second finds the first one's certificate.
    again = known_certificate(session, person=person)
    if again is not None:
        return again
    code = new_check_code()
    row = CertificateRow(
        id=uuid.uuid4(),
        profile=profile,
        meeting_id=person.meeting_id,
        person_id=person.person_id,
        material_id=person.material_id,
        declaration_id=person.declaration_id,
        submission_id=person.submission_id,
        account_id=person.account_id,
        management_no=number,
        check_code=code,
        check_hash=check_hash(number, code),
        masked_name=masked_name(real_name),
        title_series=setting["title_series"],
        specialty=setting["specialty"],
        declared_title=setting["declared_title"],
        title_level=setting["title_level"],
        committee_name=person.committee_name,
        issuer=rules.issuer,
        decided_on=person.decided_on,
        issued_on=today,
    )
    session.add(row)
    audit.record(session, "certificate_numbered", "certificate", row.id, meeting_id=row.meeting_id)
    return row


def finish_certificate(
    session: Session, *, certificate_id: uuid.UUID, pdf: DocumentRow, docx: DocumentRow
) -> tuple[DocumentRow, DocumentRow]:
    """The certificate is printed: its holder may fetch it and is told. Of two prints the first stays."""
    row = session.get_one(CertificateRow, certificate_id, with_for_update=True)
    printed = certificate_documents(session, row)
    if printed is not None:
        return printed
    session.add_all((pdf, docx))
    row.pdf_id, row.docx_id = pdf.id, docx.id
    audit.record(session, "certificate_issued", "certificate", row.id, management_no=row.management_no)
    outbox.publish(
        session,
        CertificateIssued(certificate_id=row.id, declaration_id=row.declaration_id, account_id=row.account_id),
        aggregate_id=row.id,
        number=1,
    )
    return pdf, docx


def new_document(
    *,
    profile: str,
    kind: str,
    ending: str,
    name: str,
    size: int,
    sha256: str,
    account_id: uuid.UUID | None,
    submission_id: uuid.UUID | None = None,
    days: int | None = None,
) -> DocumentRow:
    """The row of a document whose bytes are stored under its key before it is added; it goes after `days`."""
    now = clock.now()
    return DocumentRow(
        id=uuid.uuid4(),
        profile=profile,
        kind=kind,
        account_id=account_id,
        submission_id=submission_id,
        name=name,
        content_type=CONTENT_TYPES[ending],
        size=size,
        sha256=sha256,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )


def keep_document(session: Session, *, document: DocumentRow) -> None:
    """A document exists; its bytes are in the store."""
    session.add(document)
    audit.record(session, "document_made", "document", document.id, kind=document.kind)


def tell_finished(session: Session, *, job_id: uuid.UUID, account_id: uuid.UUID, succeeded: bool) -> None:
    """An ordered job came to its end."""
    outbox.publish(
        session,
        JobFinished(job_id=job_id, account_id=account_id, succeeded=succeeded),
        aggregate_id=job_id,
        number=1,
    )


def document_of(session: Session, *, kind: str, submission_id: uuid.UUID, ending: str) -> DocumentRow | None:
    """The lasting document of this kind about a submission, if it was made."""
    return session.scalar(
        select(DocumentRow).where(
            DocumentRow.kind == kind,
            DocumentRow.submission_id == submission_id,
            DocumentRow.content_type == CONTENT_TYPES[ending],
            DocumentRow.expires_at.is_(None),
        )
    )


def expired_documents(session: Session, *, limit: int = 500) -> list[DocumentRow]:
    """Documents whose time is over."""
    return list(session.scalars(select(DocumentRow).where(DocumentRow.expires_at <= clock.now()).limit(limit)))


def forget_documents(session: Session, document_ids: list[uuid.UUID]) -> None:
    """Their bytes are gone."""
    session.execute(delete(DocumentRow).where(DocumentRow.id.in_(document_ids)))


class WithdrawCertificate(Command):
    """A certificate that holds no longer, as committee orders it."""

    meeting_id: UUID
    material_id: UUID
    reason: str


def withdraw_certificate(session: Session, *, command: WithdrawCertificate, actor: Actor) -> None:
    """Let a certificate hold no longer; number and code stay, and the public check says since when."""
    row = session.scalar(
        select(CertificateRow)
        .filter_by(meeting_id=command.meeting_id, material_id=command.material_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound()
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawal_reason = clock.now(), command.reason
        audit.record(session, "certificate_withdrawn", "certificate", row.id, reason=command.reason)
