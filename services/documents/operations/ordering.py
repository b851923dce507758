"""Orders for documents: what is wanted becomes a job in the name of who wants it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, jobs
from chassis.tables import JobRow
from contracts.base import Actor, Command
from contracts.documents import (
    EXPORT_MAXIMUM,
    Bundle,
    CancelJob,
    ExportScope,
    ExportTooLarge,
    JobSummary,
    ListFormat,
    MeetingDocument,
    NothingToRender,
    OrderOwnDocument,
)
from contracts.errors import Fault, InvalidInput, NotFound
from services.documents.tables import SubmissionRow
from services.documents.views import job_summary, own_job_row

# What review and committee may order over submissions, and the job that makes it.
EXPORT_JOBS = {"general_form": "export_forms", "roster": "export_roster"}
MEETING_JOBS = {MeetingDocument.CERTIFICATES: "certificates", MeetingDocument.REVIEW_FORMS: "review_forms"}
SWEEP = "sweep"


class OrderExport(Command):
    """Documents of several submissions, as review or committee order them."""

    kind: str
    submission_ids: tuple[UUID, ...]
    bundle: Bundle
    reason: str = ""
    scope: ExportScope | None = None


class OrderMeetingDocument(Command):
    """A document of a meeting, as committee orders it."""

    meeting_id: UUID
    document: MeetingDocument
    organization_name: str
    list_format: ListFormat
    meeting_name: str | None = None


def order_export(session: Session, *, command: OrderExport, actor: Actor) -> JobSummary:
    """Order documents of submissions. Refuses: InvalidInput, ExportTooLarge, NothingToRender."""
    job = EXPORT_JOBS.get(command.kind)
    if job is None:
        raise InvalidInput(faults=(Fault(pointer="/kind", code="common.enum"),))
    if not command.submission_ids:
        raise NothingToRender()
    if len(command.submission_ids) > EXPORT_MAXIMUM:
        raise ExportTooLarge(limit=EXPORT_MAXIMUM)
    payload = command.model_dump(mode="json", include={"submission_ids", "bundle", "reason", "scope"})
    row = jobs.order(session, job, payload, total=len(command.submission_ids))
    audit.record(session, "export_ordered", "job", row.id, kind=command.kind, submissions=len(command.submission_ids))
    return job_summary(row)


def order_meeting_document(session: Session, *, command: OrderMeetingDocument, actor: Actor) -> JobSummary:
    """Order a document of a meeting."""
    job = MEETING_JOBS.get(command.document, "meeting_list")
    row = jobs.order(session, job, command.model_dump(mode="json", exclude={"command_id", "expected_version"}))
    audit.record(
        session, "meeting_document_ordered", "job", row.id, meeting_id=command.meeting_id, document=command.document
    )
    return job_summary(row)


def order_own_document(session: Session, *, command: OrderOwnDocument, actor: Actor) -> JobSummary:
    """Order a document of the own submission. Refuses: NotFound.

    A submission of which the event has not come yet is not refused: the job asks declaration whose it is.
    """
    submission = session.get(SubmissionRow, command.submission_id)
    if submission is not None and submission.account_id != actor.account_id:
        raise NotFound()
    payload = {"submission_id": str(command.submission_id), "document": command.document}
    row = jobs.order(session, "own_document", payload, total=1)
    audit.record(session, "own_document_ordered", "job", row.id, document=command.document)
    return job_summary(row)


def cancel_job(session: Session, *, command: CancelJob, actor: Actor) -> JobSummary:
    """Stop an export. Refuses: NotFound."""
    row = own_job_row(session, actor=actor, job_id=command.job_id, lock=True)
    jobs.cancel(session, row)
    audit.record(session, "export_cancelled", "job", row.id)
    return job_summary(row)


def order_sweep(session: Session, *, profile: str) -> None:
    """Have what is no longer needed removed, unless that is ordered already."""
    waiting = select(JobRow.id).where(
        JobRow.kind == SWEEP, JobRow.profile == profile, JobRow.state.in_(("waiting", "running"))
    )
    if session.scalar(waiting.limit(1)) is None:
        jobs.order(session, SWEEP, {})
