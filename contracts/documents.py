"""The documents service: uploads and their checks, templates, rendered documents, certificates, exports."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.base import Message, rpc
from contracts.profiles import PublishesProfiles


class Verdict(StrEnum):
    """What the check of an uploaded file found."""

    CHECKING = "checking"
    CLEAN = "clean"
    REFUSED = "refused"


class FileFacts(Message):
    """What is known of an uploaded file. `kind` is its type by content (pdf, jpeg, png, docx, xlsx …)."""

    file_id: UUID
    account_id: UUID
    name: str
    kind: str | None
    size: int
    sha256: str | None
    verdict: Verdict
    refused_because: str | None


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobSummary(Message):
    """A job that somebody ordered: progress in items, and the file it made."""

    job_id: UUID
    kind: str
    state: JobState
    done: int
    total: int
    file_id: UUID | None
    error_code: str | None


class DocumentsApi(PublishesProfiles):
    """Files in, documents out."""

    name: ClassVar[str] = "documents"

    @rpc(callers=("declaration", "review", "committee"), actor=False)
    def file_facts(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileFacts, ...]:
        """What is known of the files; unknown ids are left out."""
        raise NotImplementedError

    @rpc(callers=("declaration",), actor=False, timeout=10)
    def confirm_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileFacts, ...]:
        """Read size and hash of the stored objects again before a submission is frozen (design §2)."""
        raise NotImplementedError

    @rpc(callers=("review", "committee"), actor=True)
    def order_export(self, *, command_id: UUID, kind: str, submission_ids: tuple[UUID, ...]) -> JobSummary:
        """Order a document per submission (general_form) or one over all (roster); the caller has checked scope."""
        raise NotImplementedError
