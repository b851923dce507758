"""How rows of this service appear to others: as contract models, and under which types and hashes."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from chassis.crypto import keyring
from chassis.tables import JobRow
from contracts.base import Actor, Role
from contracts.documents import ExchangeTemplate, FileFacts, JobState, JobSummary, Verdict
from contracts.errors import NotFound
from services.documents.rules.numbers import normal_check_code
from services.documents.tables import ExchangeTemplateRow, FileRow

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "avif": "image/avif",
    "heic": "image/heic",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
STAFF = (Role.ORG_ADMIN, Role.CASE_OFFICER, Role.UNIT_LEADER)
# Work that a person ordered, as opposed to checks and sweeps.
EXPORTS = ("export_forms", "export_roster", "own_document", "meeting_list", "certificates", "review_forms")


def file_facts(row: FileRow) -> FileFacts:
    return FileFacts(
        file_id=row.id,
        account_id=row.account_id,
        name=row.name,
        kind=row.kind,
        size=row.size,
        sha256=row.sha256,
        verdict=Verdict(row.state),
        refused_because=row.reason,
        pages=row.pages,
        is_scanned=row.is_scanned,
    )


def exchange_template(row: ExchangeTemplateRow, file: FileRow) -> ExchangeTemplate:
    return ExchangeTemplate(
        template_id=row.id,
        organization_id=row.organization_id,
        title=row.title,
        name=file.name,
        is_enabled=row.is_enabled,
        version=row.version,
        created_at=row.created_at,
    )


def sees_template(actor: Actor, row: ExchangeTemplateRow) -> bool:
    """Templates are for staff; what an organisation offers no more, only its own staff see."""
    own = actor.organizations(*STAFF)
    return bool(own) and (row.is_enabled or row.organization_id in own)


def job_summary(row: JobRow) -> JobSummary:
    return JobSummary(
        job_id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        file_id=uuid.UUID(row.result["document_id"]) if row.result and "document_id" in row.result else None,
        error_code=row.error_code,
        created_at=row.created_at,
        reason=row.payload.get("reason", ""),
        scope=row.payload.get("scope"),
        document=row.payload.get("document"),
        meeting_name=row.payload.get("meeting_name"),
        is_stopping=row.state == "running" and row.cancel_requested,
    )


def own_job_row(session: Session, *, actor: Actor, job_id: uuid.UUID, lock: bool = False) -> JobRow:
    """A job that the actor ordered. Refuses: NotFound."""
    row = session.get(JobRow, job_id, with_for_update=lock or None)
    if row is None or row.profile != actor.profile or row.account_id != actor.account_id or row.kind not in EXPORTS:
        raise NotFound()
    return row


def check_hash(management_no: str, check_code: str) -> bytes:
    """By which a certificate is found from outside: number and code together."""
    return keyring().keyed_hash(f"{management_no.strip()} {normal_check_code(check_code)}")
