"""What applicants send and see while they declare."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from contracts.base import Command, Message, VersionedCommand
from contracts.declaration.batches import BatchView
from contracts.declaration.content import BlockContent
from contracts.declaration.forms import Identifier, Label
from contracts.declaration.submissions import FrozenFile, SettingChoice
from contracts.declaration.workflow import StateKind
from contracts.errors import Fault
from contracts.remarks import Remark


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    """Whatever JSON can say; Python's parser lets NaN and halves of surrogate pairs through, which nothing stores."""
    json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    return values


SentValues = Annotated[dict[str, Any], AfterValidator(_storable)]
Choice = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class SettingInput(Message):
    """What is declared (HB-T5), as codes of the current catalogue and option lists."""

    category: Choice
    title_series: Choice
    specialty: Choice
    declared_title: Choice
    title_level: Choice
    declaration_mode: Choice
    review_mode: Choice


class StartDeclaration(Command):
    """Begin a declaration with its setting (立即申报). Without a batch, the open one that takes the setting."""

    setting: SettingInput
    batch_id: UUID | None = None


class ChangeSetting(VersionedCommand):
    """Change what is declared; data that is no longer asked is kept until it is saved again (HB-63)."""

    declaration_id: UUID
    expected_version: int
    setting: SettingInput


class SaveBlock(VersionedCommand):
    """Replace the values of a form block; `expected_version` is the block's, 0 before its first save."""

    declaration_id: UUID
    block: Identifier
    expected_version: int
    values: SentValues


class AddRow(Command):
    """Add a row to a block of rows."""

    declaration_id: UUID
    block: Identifier
    values: SentValues


class ChangeRow(VersionedCommand):
    """Replace the values of a row; `expected_version` is the row's."""

    declaration_id: UUID
    block: Identifier
    row_id: UUID
    expected_version: int
    values: SentValues


class DeleteRow(VersionedCommand):
    """Remove a row with its attachments; `expected_version` is the row's."""

    declaration_id: UUID
    block: Identifier
    row_id: UUID
    expected_version: int


class AttachFile(Command):
    """Put an uploaded and checked file into a slot of a block or row."""

    declaration_id: UUID
    block: Identifier
    row_id: UUID | None = None
    slot: Identifier
    file_id: UUID


class DetachFile(Command):
    """Take a file out of a slot; versions that were submitted keep it (PL-21)."""

    declaration_id: UUID
    block: Identifier
    row_id: UUID | None = None
    slot: Identifier
    file_id: UUID


class SubmitDeclaration(VersionedCommand):
    """Hand the declaration in. `block_versions` are the revisions that the applicant has seen, of every saved block."""

    declaration_id: UUID
    expected_version: int
    block_versions: dict[Identifier, int]


class WithdrawDeclaration(VersionedCommand):
    """Take the submission back before anybody decided (HB-104)."""

    declaration_id: UUID
    expected_version: int


class DiscardDeclaration(VersionedCommand):
    """Give the declaration up (HB-102)."""

    declaration_id: UUID
    expected_version: int


class Saved(Message):
    """Where the changed block, and the changed row, stand now."""

    declaration_id: UUID
    block: str
    version: int
    row_id: UUID | None = None
    row_version: int | None = None


class Superfluous(Message):
    """Something that is filled in and no longer asked: a whole block, or one field of it."""

    block: str
    block_label: Label
    field: str | None
    field_label: Label | None


class SettingChanged(Message):
    """The changed setting and what it makes superfluous (HB-63)."""

    declaration_id: UUID
    version: int
    superfluous: tuple[Superfluous, ...]


class ActionView(Message):
    """Something that the applicant may do now."""

    action: str
    label: Label


class DeclarationSummary(Message):
    """A declaration as its applicant's list shows it.

    deadline: the first moment at which it cannot be submitted any more, None while it is not the applicant's turn.
    return_reason: why it was returned, until it is submitted again (HB-37, HB-106).
    """

    declaration_id: UUID
    version: int
    declaration_year: int
    batch: BatchView
    organization_id: UUID
    organization_name: str
    setting: SettingChoice
    profile_version: int
    state: str
    state_kind: StateKind
    state_label: Label
    actions: tuple[ActionView, ...]
    deadline: datetime | None
    return_reason: str | None
    submission_id: UUID | None
    submission_number: int
    certificate_id: UUID | None
    created_at: datetime
    changed_at: datetime


class Missing(Fault):
    """What the automatic check found, with its words in the reader's language as the gateway adds them."""

    message: str = ""


class RemarkView(Remark):
    """A remark of the last return beside its field; `is_changed`: what stands there is not what was returned."""

    is_changed: bool


class FormChange(Message):
    """What another form asks differently: a block, or one field of it; `what` names the properties that changed.

    kind: added, removed or changed.
    """

    block: str
    block_label: Label
    field: str | None
    field_label: Label | None
    kind: str
    what: tuple[str, ...] = ()


class FormUpgrade(Message):
    """A draft was brought to a newer form, as the publisher laid down for a day (design §1)."""

    from_version: int
    to_version: int
    at: datetime
    changes: tuple[FormChange, ...]


class BlockState(Message):
    """How far a block is: version 0 was never saved; `faults` counts `missing`, what the automatic check finds in it.

    `remarks` counts those of the last return of which nothing was changed yet.
    """

    section: str
    block: str
    is_visible: bool
    version: int
    rows: int
    files: int
    faults: int
    missing: tuple[Missing, ...] = ()
    remarks: int = 0


class DeclarationView(Message):
    """A declaration with the state of each of its blocks (the task list of the portal).

    `remarks` are those of the return that is not answered yet; `form_upgrade` stands until the next submission.
    `demanded` are the blocks and slots that every accepting committee wants beyond the form (HB-62).
    """

    declaration: DeclarationSummary
    blocks: tuple[BlockState, ...]
    demanded: tuple[str, ...] = ()
    remarks: tuple[RemarkView, ...] = ()
    form_upgrade: FormUpgrade | None = None


class BlockView(Message):
    """One block of a draft with its content, and the remarks of the last return about it."""

    declaration_id: UUID
    block: str
    is_visible: bool
    content: BlockContent
    remarks: tuple[RemarkView, ...] = ()


class ContentChange(Message):
    """One difference between two states of a declaration.

    kind: added, removed (a row, with all its values) or changed (one field). `field` None means the whole row. Values
    are as the form stores them; of a slot of files the names.
    """

    block: str
    row_id: UUID | None
    field: str | None
    kind: str
    before: Any = None
    after: Any = None


class DraftChanges(Message):
    """What an applicant changed since the last submission; nothing before the first."""

    since_submission: int | None
    changes: tuple[ContentChange, ...]


class CheckResult(Message):
    """What the automatic check found: every fault with its place, in the order of the form (HB-101)."""

    is_complete: bool
    faults: tuple[Fault, ...]


class SubmissionMade(Message):
    """The declaration was handed in."""

    declaration_id: UUID
    version: int
    submission_id: UUID
    submission_number: int
    receipt_number: str
    submitted_at: datetime


class Receipt(Message):
    """The proof of a submission: number, moment, receiving unit, and the hash of the data and of every file (HB-100).

    content_sha256 is the SHA-256 of the submitted blocks as canonical JSON (keys sorted, no blanks, UTF-8).
    """

    submission_id: UUID
    declaration_id: UUID
    submission_number: int
    receipt_number: str
    submitted_at: datetime
    organization_id: UUID
    organization_name: str
    setting: SettingChoice
    profile_version: int
    content_sha256: str
    files: tuple[FrozenFile, ...]


class SubmissionView(Message):
    """A frozen submission to be read: masked values are shown in part, blinded ones are left out.

    `changes` is how it differs from the declaration's submission before, of which `changed_since` is the number.
    """

    receipt: Receipt
    blocks: dict[str, BlockContent]
    changed_since: int | None = None
    changes: tuple[ContentChange, ...] = ()


class StatusStep(Message):
    """One line of the routing log as the applicant sees it (HB-35)."""

    step_label: str
    action: str
    action_label: str
    organization_name: str | None
    opinion: str | None
    at: datetime
    submission_number: int


class DeclarationStatus(Message):
    """Where the declaration is now, and every step of it, newest first."""

    declaration: DeclarationSummary
    steps: tuple[StatusStep, ...]
