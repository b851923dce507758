"""The read side: what somebody may see, as contract models."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.tables import JobRow
from contracts.base import Actor, Page, PageRequest
from contracts.documents import (
    CertificateCheck,
    CertificateFormat,
    CertificateSummary,
    CertificateWithdrawn,
    DocumentExpired,
    Download,
    ExchangeTemplate,
    FileFacts,
    FileNotReady,
    JobSummary,
    MeetingCertificate,
    PreviewFailed,
    PreviewNotReady,
    Stored,
    Verdict,
)
from contracts.errors import NotFound
from contracts.grants import ReadGrant
from services.documents.published import PROFILES
from services.documents.tables import CertificateRow, DocumentRow, ExchangeTemplateRow, FileRow, HeldFile
from services.documents.views import (
    CONTENT_TYPES,
    EXPORTS,
    STAFF,
    check_hash,
    exchange_template,
    file_facts,
    job_summary,
    own_job_row,
    sees_template,
)

# What the copy to be shown is; of pictures a JPEG.
PREVIEWS = {"docx": "pdf"}


def template_key(digest: str) -> str:
    """Where publishing put a template with this hash."""
    return f"profiles/{digest}"


# uploads


def own_file(session: Session, *, actor: Actor, file_id: uuid.UUID) -> FileFacts:
    """A file that the actor uploaded. Refuses: NotFound."""
    row = session.get(FileRow, file_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    return file_facts(row)


def facts_of(session: Session, *, file_ids: Collection[uuid.UUID]) -> tuple[FileFacts, ...]:
    """What is known of the files, in the order asked for."""
    rows = {row.id: row for row in session.scalars(select(FileRow).where(FileRow.id.in_(file_ids)))}
    return tuple(file_facts(rows[file_id]) for file_id in file_ids if file_id in rows)


def open_file(session: Session, *, actor: Actor, file_id: uuid.UUID, grant: ReadGrant | None, preview: bool) -> Stored:
    """A file that is the actor's own or that the grant opens; what a grant opened is recorded.

    Refuses: NotFound, FileNotReady, PreviewNotReady, PreviewFailed.
    """
    row = session.get(FileRow, file_id)
    if row is None or not (row.account_id == actor.account_id or _is_granted(session, row, grant)):
        raise NotFound()
    if row.state != Verdict.CLEAN or row.kind is None:
        raise FileNotReady(verdict=row.state)
    if preview and row.kind in PREVIEWS and not row.has_preview:
        raise PreviewFailed() if row.preview_failed else PreviewNotReady()
    if row.account_id != actor.account_id and grant is not None:
        audit.record(session, "file_opened", "file", row.id, submission_id=grant.submission_id, preview=preview)
    if preview and row.has_preview:
        # Its size is the store's to say: the row knows the original's.
        content_type = CONTENT_TYPES[PREVIEWS.get(row.kind, "jpeg")]
        return Stored(key=row.preview_key, name=row.name, content_type=content_type, size=0, sha256=None)
    return Stored(key=row.key, name=row.name, content_type=CONTENT_TYPES[row.kind], size=row.size, sha256=row.sha256)


def locate_file(session: Session, *, file_id: uuid.UUID) -> Stored:
    """A checked file, for another service. Refuses: NotFound, FileNotReady."""
    row = session.get(FileRow, file_id)
    if row is None:
        raise NotFound()
    if row.state != Verdict.CLEAN or row.kind is None:
        raise FileNotReady(verdict=row.state)
    return Stored(key=row.key, name=row.name, content_type=CONTENT_TYPES[row.kind], size=row.size, sha256=row.sha256)


def _is_granted(session: Session, row: FileRow, grant: ReadGrant | None) -> bool:
    if grant is None:
        return False
    if grant.files is not None:
        return row.id in grant.files
    return bool(
        session.scalar(select(exists().where(HeldFile.holder_id == grant.submission_id, HeldFile.file_id == row.id)))
    )


# what is offered


def open_public_file(session: Session, *, file_id: uuid.UUID) -> Stored:
    """A file that belongs to an article. Refuses: NotFound."""
    row = session.get(FileRow, file_id)
    if row is None or not row.is_public or row.kind is None:
        raise NotFound()
    return Stored(key=row.key, name=row.name, content_type=CONTENT_TYPES[row.kind], size=row.size, sha256=row.sha256)


def downloads(session: Session, *, profile: str, locale: str, public: bool) -> tuple[Download, ...]:
    """The files that the province offers, in the reader's language; `public`: only those for everybody."""
    _, published = PROFILES.current(session, profile)
    return tuple(
        Download(
            download_id=offered.id,
            label=offered.label.en if locale == "en" else offered.label.zh,
            name=offered.name,
        )
        for offered in published.rules.downloads
        if offered.is_public or not public
    )


def open_download(session: Session, *, profile: str, download_id: str, public: bool) -> Stored:
    """An offered file; `public`: only one for everybody. Refuses: NotFound."""
    _, published = PROFILES.current(session, profile)
    offered = next((found for found in published.rules.downloads if found.id == download_id), None)
    if offered is None or (public and not offered.is_public):
        raise NotFound()
    digest, ending = published.templates[offered.template]
    return Stored(
        key=template_key(digest), name=offered.name, content_type=CONTENT_TYPES[ending], size=0, sha256=digest
    )


def exchange_templates(session: Session, *, actor: Actor, page: PageRequest) -> Page[ExchangeTemplate]:
    """What is offered to staff, and what the own organisation offers no more; newest first."""
    own = actor.organizations(*STAFF)
    if not own:
        return Page(items=(), total=0, page=page.page, size=page.size)
    visible = or_(ExchangeTemplateRow.is_enabled, ExchangeTemplateRow.organization_id.in_(own))
    total = session.scalar(select(func.count()).select_from(ExchangeTemplateRow).where(visible)) or 0
    rows = session.execute(
        select(ExchangeTemplateRow, FileRow)
        .join(FileRow, FileRow.id == ExchangeTemplateRow.file_id)
        .where(visible)
        .order_by(ExchangeTemplateRow.created_at.desc(), ExchangeTemplateRow.id)
        .offset(page.offset)
        .limit(page.size)
    )
    items = tuple(exchange_template(row, file) for row, file in rows)
    return Page(items=items, total=total, page=page.page, size=page.size)


def open_exchange_template(session: Session, *, actor: Actor, template_id: uuid.UUID) -> Stored:
    """A template's file, for staff. Refuses: NotFound."""
    row = session.get(ExchangeTemplateRow, template_id)
    if row is None or not sees_template(actor, row):
        raise NotFound()
    file = session.get_one(FileRow, row.file_id)
    return Stored(
        key=file.key, name=file.name, content_type=CONTENT_TYPES[file.kind or ""], size=file.size, sha256=file.sha256
    )


# jobs and documents


def own_job(session: Session, *, actor: Actor, job_id: uuid.UUID) -> JobSummary:
    """A job that the actor ordered, with the time at which its file goes. Refuses: NotFound."""
    summary = job_summary(own_job_row(session, actor=actor, job_id=job_id))
    document = session.get(DocumentRow, summary.file_id) if summary.file_id else None
    return summary.model_copy(update={"expires_at": document.expires_at if document is not None else None})


def own_jobs(session: Session, *, actor: Actor, page: PageRequest) -> Page[JobSummary]:
    """The actor's exports, newest first."""
    own = (JobRow.profile == actor.profile, JobRow.account_id == actor.account_id, JobRow.kind.in_(EXPORTS))
    total = session.scalar(select(func.count()).select_from(JobRow).where(*own)) or 0
    rows = session.scalars(
        select(JobRow).where(*own).order_by(JobRow.created_at.desc()).offset(page.offset).limit(page.size)
    )
    summaries = [job_summary(row) for row in rows]
    wanted = [summary.file_id for summary in summaries if summary.file_id is not None]
    expiries = {
        row.id: row.expires_at for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(wanted)))
    }
    items = tuple(
        summary.model_copy(update={"expires_at": expiries.get(summary.file_id)}) if summary.file_id else summary
        for summary in summaries
    )
    return Page(items=items, total=total, page=page.page, size=page.size)


def open_document(session: Session, *, actor: Actor, document_id: uuid.UUID) -> Stored:
    """A document that the actor ordered or that is about him. Refuses: NotFound, DocumentExpired."""
    row = session.get(DocumentRow, document_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    if row.expires_at is not None and row.expires_at <= clock.now():
        raise DocumentExpired()
    audit.record(session, "document_opened", "document", row.id, kind=row.kind)
    return _stored(row)


def _stored(row: DocumentRow) -> Stored:
    return Stored(key=row.key, name=row.name, content_type=row.content_type, size=row.size, sha256=row.sha256)


# certificates


def own_certificates(session: Session, *, actor: Actor) -> tuple[CertificateSummary, ...]:
    """The actor's certificates, newest first."""
    rows = session.scalars(
        select(CertificateRow)
        .where(CertificateRow.account_id == actor.account_id)
        .order_by(CertificateRow.issued_on.desc(), CertificateRow.management_no)
    )
    return tuple(
        CertificateSummary(
            certificate_id=row.id,
            declaration_id=row.declaration_id,
            management_no=row.management_no,
            check_code=row.check_code,
            declared_title=row.declared_title,
            title_level=row.title_level,
            issued_on=row.issued_on,
            is_ready=row.pdf_id is not None,
            withdrawn_on=_day(row.withdrawn_at),
        )
        for row in rows
    )


def meeting_certificates(
    session: Session, *, meeting_id: uuid.UUID, material_ids: Collection[uuid.UUID]
) -> tuple[MeetingCertificate, ...]:
    """The certificates of these materials, those that hold no longer among them."""
    rows = session.scalars(
        select(CertificateRow)
        .where(CertificateRow.meeting_id == meeting_id, CertificateRow.material_id.in_(material_ids))
        .order_by(CertificateRow.management_no)
    )
    return tuple(
        MeetingCertificate(
            material_id=row.material_id,
            management_no=row.management_no,
            issued_on=row.issued_on,
            is_ready=row.pdf_id is not None,
            withdrawn_on=_day(row.withdrawn_at),
            withdrawal_reason=row.withdrawal_reason,
        )
        for row in rows
    )


def open_certificate(session: Session, *, actor: Actor, certificate_id: uuid.UUID, wanted: CertificateFormat) -> Stored:
    """A certificate of the actor. Refuses: NotFound, CertificateWithdrawn, FileNotReady."""
    row = session.get(CertificateRow, certificate_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    if row.withdrawn_at is not None:
        raise CertificateWithdrawn()
    document_id = row.pdf_id if wanted is CertificateFormat.PDF else row.docx_id
    if document_id is None:
        raise FileNotReady(verdict="rendering")
    audit.record(session, "certificate_opened", "certificate", row.id)
    return _stored(session.get_one(DocumentRow, document_id))


def check_certificate(
    session: Session, *, management_no: str, check_code: str, demonstration: bool
) -> CertificateCheck:
    """Minimal data of a genuine certificate. Refuses: NotFound."""
    row = session.scalar(
        select(CertificateRow).where(CertificateRow.check_hash == check_hash(management_no, check_code))
    )
    if row is None:
        raise NotFound()
    return CertificateCheck(
        management_no=row.management_no,
        masked_name=row.masked_name,
        title_series=row.title_series,
        specialty=row.specialty,
        declared_title=row.declared_title,
        title_level=row.title_level,
        committee_name=row.committee_name,
        decided_on=row.decided_on,
        issuer=row.issuer,
        issued_on=row.issued_on,
        is_demonstration=demonstration,
        withdrawn_on=_day(row.withdrawn_at),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None
