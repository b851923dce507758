"""Documents on order: exports, lists of a meeting, and the jobs that make them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.base import Command, Message

EXPORT_MAXIMUM = 5_000


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExportScope(Message):
    """Of which list an export is, in names alone: personal data may stand in what a condition asks for (PL-33).

    ticked: whether it holds ticked rows, else all that the conditions leave. conditions: the filters that were set.
    """

    view: str
    tab: str
    ticked: bool
    conditions: tuple[str, ...] = ()


class JobSummary(Message):
    """A job that somebody ordered: progress in items, and the file it made; of an export its reason and list, of a
    document of a meeting which it is, and of which meeting.

    is_stopping: it was cancelled while it ran, and ends after the item that it is at. `error_message` has the words of
    `error_code` in the reader's language, as the gateway adds them.
    """

    job_id: UUID
    kind: str
    state: JobState
    done: int
    total: int
    file_id: UUID | None
    error_code: str | None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    error_message: str = ""
    reason: str = ""
    scope: ExportScope | None = None
    document: str | None = None
    meeting_name: str | None = None
    is_stopping: bool = False


class Bundle(StrEnum):
    """How many documents travel as one file."""

    ZIP_PDF = "zip_pdf"
    ZIP_DOCX = "zip_docx"
    MERGED_PDF = "merged_pdf"


class OwnDocument(StrEnum):
    """What an applicant may have printed of the own submission."""

    RECEIPT = "receipt"
    GENERAL_FORM = "general_form"


class OrderOwnDocument(Command):
    """Order a document of the actor's own submission."""

    submission_id: UUID
    document: OwnDocument


class CancelJob(Command):
    """Stop a job that the actor ordered."""

    job_id: UUID


class MeetingDocument(StrEnum):
    """What is made of a meeting (HB-134, HB-158, HB-165)."""

    JUDGES = "judges"
    PASSED = "passed"
    FAILED = "failed"
    ROSTER = "roster"
    CERTIFICATES = "certificates"
    REVIEW_FORMS = "review_forms"


class ListFormat(StrEnum):
    """In which form a list is wanted."""

    XLSX = "xlsx"
    PDF = "pdf"
    DOCX = "docx"
