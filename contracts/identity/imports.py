"""Opening the accounts of many applicants from a workbook: checked first, opened when the clerk says so (HB-20)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from contracts.base import Command, Message, SecretAnswer

ACCOUNTS_AT_ONCE = 50


class ImportTemplate(Message):
    """The columns of an import's workbook, an example row and what each column takes."""

    sheet: str
    columns: tuple[str, ...]
    example: tuple[str, ...]
    notes: tuple[str, ...]


class CheckApplicants(Command):
    """Have an uploaded workbook of applicants checked; nothing is opened. Without year, for the present one."""

    organization_id: UUID
    file_id: UUID
    year: int | None = Field(default=None, ge=2000, le=2999)


class ApplicantImportState(StrEnum):
    """checking; checked: waits for the clerk; unreadable: no workbook of the template; done: no row is left."""

    CHECKING = "checking"
    CHECKED = "checked"
    UNREADABLE = "unreadable"
    DONE = "done"


class RowOutcome(StrEnum):
    """ready; faulty: to be corrected in the workbook; opened; enrolled: had an account; refused: since the check."""

    READY = "ready"
    FAULTY = "faulty"
    OPENED = "opened"
    ENROLLED = "enrolled"
    REFUSED = "refused"


class ApplicantImportFault(Message):
    """What is wrong in a cell: row and column as the workbook shows them, its value, and what would be right.

    Numbers of persons are masked. `message` has the words of `code` in the reader's language, as the gateway adds them.
    """

    row: int
    column: str
    value: str
    code: str
    params: dict[str, Any] = Field(default_factory=dict)
    message: str = ""
    expected: str


class ApplicantImportRow(Message):
    """A row of the workbook and what came of it; the number is masked."""

    row: int
    real_name: str
    id_document_no: str
    outcome: RowOutcome
    account_id: UUID | None


class ApplicantImport(Message):
    """An import as its clerk sees it. total, ready, faulty, opened (with the enrolled) and refused count rows.

    `error_message` has the words of `error_code`, as the gateway adds them.
    """

    import_id: UUID
    organization_id: UUID
    year: int
    state: ApplicantImportState
    error_code: str | None
    error_message: str = ""
    total: int
    ready: int
    faulty: int
    opened: int
    refused: int
    rows: tuple[ApplicantImportRow, ...]
    faults: tuple[ApplicantImportFault, ...]
    ordered_at: datetime


class OpenCheckedApplicants(Command):
    """Open the next accounts of a checked import, at most 50; to be repeated with fresh ids until none is left."""

    import_id: UUID


class OpenedApplicant(Message):
    """An account that was opened; the code is shown this once, None where the person has an account already."""

    row: int
    account_id: UUID
    real_name: str
    activation_code: str | None
    expires_at: datetime | None


class OpenedApplicants(SecretAnswer):
    """What one step of an import opened, and how many rows are left."""

    accounts: tuple[OpenedApplicant, ...]
    refused: tuple[ApplicantImportFault, ...]
    remaining: int

    def without_secrets(self) -> OpenedApplicants:
        accounts = tuple(account.model_copy(update={"activation_code": None}) for account in self.accounts)
        return self.model_copy(update={"accounts": accounts})


class FaultyRows(Message):
    """The faulty rows of an import as they were filled in, to be corrected: headings, then cells."""

    sheet: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
