"""Pools, experts, their import, their profiles and the review of these."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from contracts.base import Command, Message, PageRequest, SecretAnswer
from contracts.committee.words import STORABLE, CatalogueCode, Line, Mobile, Name, Opinion, PersonName
from contracts.declaration.content import Files
from contracts.declaration.drafts import SentValues
from contracts.declaration.forms import Identifier
from contracts.errors import Fault
from contracts.identifiers import DocumentType


class ExpertState(StrEnum):
    """Where an expert's profile stands (states §3.7)."""

    CREATED = "created"
    INCOMPLETE = "incomplete"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"


class ExpertData(Message):
    """What the pool manager enters for one expert; the import has the same fields as columns."""

    real_name: PersonName
    id_document_type: DocumentType = DocumentType.RESIDENT
    id_document_no: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=5, max_length=30, pattern=STORABLE)
    ]
    mobile: Mobile | None = None
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=STORABLE)] | None = None
    employer_name: Name
    specialties: tuple[CatalogueCode, ...] = ()


class AddExpert(Command):
    """Put an expert into the pool; somebody known by the same number is linked, not doubled (HB-114, HB-116)."""

    committee_id: UUID
    expert: ExpertData


class ExpertAdded(SecretAnswer):
    """Who was added. `activation_code` is shown once, None where the person had an account or it was shown."""

    expert_id: UUID
    was_known: bool
    activation_code: str | None = None

    def without_secrets(self) -> ExpertAdded:
        return self.model_copy(update={"activation_code": None})


class ImportExperts(Command):
    """批量新增: have an uploaded workbook of the template checked; nobody is put into the pool yet (HB-115)."""

    committee_id: UUID
    file_id: UUID


class TakeCheckedExperts(Command):
    """Put the rows of a checked import that are right into the pool (HB-116)."""

    import_id: UUID


class ImportedFault(Fault):
    """What is wrong in a cell: the heading of its column, what was typed, and what the column takes.

    `value` is there for who sent the workbook, numbers masked; `message` has the words of `code`, as the gateway adds
    them.
    """

    column: str = ""
    value: str = ""
    message: str = ""
    expected: str = ""


class ImportedRow(Message):
    """What came of a row; `row` counts as the workbook does. outcome: ready, added, linked or left_out."""

    row: int
    outcome: str
    expert_id: UUID | None
    faults: tuple[ImportedFault, ...]


class ExpertImportResult(Message):
    """An import and its rows.

    state: waiting (for its check), checked (its rows wait to be taken), taking, done, stopped (a fault stopped the
    whole file) or unreadable. `error_message` has the words of `error_code`, as the gateway adds them.
    """

    import_id: UUID
    committee_id: UUID
    state: str
    error_code: str | None
    error_message: str = ""
    ready: int = 0
    added: int
    linked: int
    left_out: int
    rows: tuple[ImportedRow, ...]
    ordered_at: datetime
    finished_at: datetime | None


class ImportTemplate(Message):
    """The columns of the import's workbook, an example row and what each column takes."""

    sheet: str
    columns: tuple[str, ...]
    example: tuple[str, ...]
    notes: tuple[str, ...]


class OpenExpertAccounts(Command):
    """Open accounts for all experts of the pool who have none, at most 500 at once."""

    committee_id: UUID


class OpenedAccount(Message):
    """An expert's new account; the code is shown once."""

    expert_id: UUID
    real_name: str
    activation_code: str | None


class OpenedAccounts(Message):
    """The accounts that were opened; `left` says whether experts remain who have none."""

    accounts: tuple[OpenedAccount, ...]
    left: bool


class ResetExpert(Command):
    """Hand an expert of the pool a new activation code."""

    committee_id: UUID
    expert_id: UUID


class ExpertCard(Message):
    """An expert in a list; the number of the identity document is masked (W4)."""

    expert_id: UUID
    real_name: str
    id_document_no: str
    employer_name: str
    specialties: tuple[str, ...]
    state: ExpertState
    has_account: bool
    submitted_at: datetime | None
    version: int


class ExpertFilter(PageRequest):
    """Which experts are wanted: of one committee's pool, by part of name or unit, by exact number, by state."""

    committee_id: UUID | None = None
    text: Line = ""
    id_document_no: Line = ""
    states: tuple[ExpertState, ...] = ()


class LogLine(Message):
    """One line of a 流转日志, newest first. `account_name` is only filled in where the reader may see it."""

    action: str
    old_state: str | None
    new_state: str | None
    opinion: str
    account_id: UUID
    organization_id: UUID | None
    is_bulk: bool
    at: datetime
    account_name: str | None = None


class SavedRow(Message):
    """What a row of a list has besides its values: by what it is known, and its files by slot."""

    row_id: UUID
    files: Files = Field(default_factory=dict)


class SavedBlock(Message):
    """A block of an expert's profile as saved; its content is a list where the block is one, with `rows` beside it."""

    block: str
    revision: int
    content: dict[str, Any] | list[dict[str, Any]]
    files: Files = Field(default_factory=dict)
    rows: tuple[SavedRow, ...] = ()


class ExpertRelationRow(Message):
    """A declared relation. `material_id` where it was declared about a material of a meeting."""

    relation_id: UUID
    kind: str
    person_name: str | None
    material_id: UUID | None
    note: str
    declared_side: str
    declared_at: datetime


class ExpertProfile(Message):
    """An expert's profile with the form description by which it is drawn and checked (HB-T25)."""

    card: ExpertCard
    form: dict[str, Any]
    blocks: tuple[SavedBlock, ...]
    relations: tuple[ExpertRelationRow, ...]
    faults: tuple[Fault, ...]
    log: tuple[LogLine, ...]


class SaveExpertBlock(Command):
    """Save one block, complete or not; `revision` is the one that was read, 0 for the first time (PL-12).

    row_ids: which saved row each row of a list is, None for a new one; rows that are named keep their files. Without
    it all rows are new.
    """

    block: Identifier
    revision: int = Field(ge=0)
    content: SentValues | Annotated[list[SentValues], Field(max_length=500)]
    row_ids: Annotated[tuple[UUID | None, ...], Field(max_length=500)] | None = None


class AttachExpertFile(Command):
    """Put an own uploaded and checked file into a slot of a block or row of the own profile (HB-T25)."""

    block: Identifier
    row_id: UUID | None = None
    slot: Identifier
    file_id: UUID


class DetachExpertFile(Command):
    """Take a file out of a slot of the own profile."""

    block: Identifier
    row_id: UUID | None = None
    slot: Identifier
    file_id: UUID


class BlockSaved(Message):
    """The new revision and what is still wrong in the block; an incomplete block is saved all the same.

    row_ids: of a list, in the order of its rows.
    """

    revision: int
    faults: tuple[Fault, ...]
    row_ids: tuple[UUID, ...] = ()


class ExpertFilesGrant(Message):
    """The right to read the files of an expert's profile for some minutes, to be shown to documents."""

    expert_id: UUID
    grant: str
    minutes: int


class SubmitExpertProfile(Command):
    """提交审批 (HB-118)."""


class DeclareRelation(Command):
    """Declare a relation that excludes: as an expert about oneself, or as an officer for an expert or applicant.

    The person is named by a material of a meeting, by the number of an identity document, or by name alone.
    """

    expert_id: UUID | None = None
    kind: CatalogueCode
    person_name: Name | None = None
    id_document_no: Line | None = None
    material_id: UUID | None = None
    on_behalf_of_applicant: bool = False
    note: Line = ""

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.person_name is None and self.material_id is None:
            raise PydanticCustomError("nobody_named", "person_name or material_id")
        return self


class ReviewExperts(Command):
    """Approve or refuse submitted profiles, one or many (HB-119)."""

    expert_ids: tuple[UUID, ...] = Field(min_length=1, max_length=200)
    approve: bool
    opinion: Opinion = ""


class ReviewedExperts(Message):
    """How many were decided and which were passed over, with the code of the reason."""

    decided: int
    passed_over: tuple[Fault, ...]
