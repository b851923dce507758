"""Stored rows as the messages that others read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from chassis import clock, context
from contracts.declaration.batches import BatchView
from contracts.declaration.content import BlockContent
from contracts.declaration.drafts import (
    ActionView,
    DeclarationSummary,
    Receipt,
    StatusStep,
    Superfluous,
)
from contracts.declaration.forms import Block, FormField, Label
from contracts.declaration.submissions import FrozenFile, SettingChoice
from contracts.declaration.workflow import COMMANDS, EDITABLE_KINDS, StateKind
from contracts.review import LogEntry
from services.declaration.published import slice_of
from services.declaration.rules import workflow
from services.declaration.rules.windows import Phase, phase
from services.declaration.tables import Batch, Declaration, Submission, SubmissionFile


def batch_view(batch: Batch) -> BatchView:
    """A batch with its window as it stands at the moment of the running request."""
    return BatchView(
        batch_id=batch.id,
        code=batch.code,
        label=Label.model_validate(batch.label),
        year=batch.year,
        opens_on=batch.opens_on,
        closes_on=batch.closes_on,
        cut_off=batch.cut_off,
        is_open=phase_of(batch) is Phase.OPEN,
        version=batch.version,
    )


def phase_of(batch: Batch) -> Phase:
    """Where the moment at which the gateway had the whole request lies against the batch's window."""
    return phase(first_day=batch.opens_on, last_day=batch.closes_on, moment=context.current().arrived_at)


def deadline_of(declaration: Declaration, batch: Batch) -> datetime:
    """The first moment at which the declaration cannot be submitted any more."""
    return declaration.correct_until or clock.end_of(batch.closes_on)


def setting_choice(row: Declaration | Submission) -> SettingChoice:
    """What is declared, in codes and words."""
    return SettingChoice(**row.setting, labels=row.labels)


def summary(session: Session, declaration: Declaration) -> DeclarationSummary:
    """A declaration as its applicant's list shows it."""
    table = slice_of(session, declaration).workflow
    state = table.state(declaration.state)
    batch = session.get_one(Batch, declaration.batch_id)
    return DeclarationSummary(
        declaration_id=declaration.id,
        version=declaration.version,
        declaration_year=declaration.year,
        batch=batch_view(batch),
        organization_id=declaration.organization_id,
        organization_name=declaration.organization_name,
        setting=setting_choice(declaration),
        profile_version=declaration.profile_version,
        state=state.id,
        state_kind=state.kind,
        state_label=state.label,
        actions=tuple(
            ActionView(action=row.trigger.value, label=row.label)
            for row in table.transitions
            if row.trigger in COMMANDS and state.id in row.from_states
        ),
        deadline=deadline_of(declaration, batch) if state.kind in EDITABLE_KINDS else None,
        return_reason=declaration.return_reason if state.kind is StateKind.RETURNED else None,
        submission_id=declaration.submission_id,
        submission_number=declaration.submission_number,
        certificate_id=declaration.certificate_id,
        created_at=declaration.created_at,
        changed_at=declaration.changed_at,
    )


def frozen_file(file: SubmissionFile) -> FrozenFile:
    """A file of a submission; its slot as `block.field`."""
    return FrozenFile(
        file_id=file.file_id,
        slot=f"{file.block}.{file.slot}",
        row_id=file.row_id,
        name=file.name,
        size=file.size,
        sha256=file.sha256,
    )


def receipt(submission: Submission, files: Sequence[SubmissionFile]) -> Receipt:
    """The proof of a submission."""
    return Receipt(
        submission_id=submission.id,
        declaration_id=submission.declaration_id,
        submission_number=submission.number,
        receipt_number=submission.receipt_number,
        submitted_at=submission.submitted_at,
        organization_id=submission.organization_id,
        organization_name=submission.organization_name,
        setting=setting_choice(submission),
        profile_version=submission.profile_version,
        content_sha256=submission.content_sha256,
        files=tuple(frozen_file(file) for file in files),
    )


def frozen_blocks(submission: Submission) -> dict[str, BlockContent]:
    """The content of a submission."""
    return {name: BlockContent.model_validate(content) for name, content in submission.blocks.items()}


def superfluous_view(found: Sequence[tuple[Block, FormField | None]]) -> tuple[Superfluous, ...]:
    """What would no longer be asked, in words."""
    return tuple(
        Superfluous(
            block=block.id,
            block_label=block.label,
            field=field.id if field is not None else None,
            field_label=field.label if field is not None else None,
        )
        for block, field in found
    )


def is_editable(session: Session, declaration: Declaration) -> bool:
    """Whether the applicant may change data now (HB-103)."""
    return workflow.is_editable(slice_of(session, declaration).workflow, declaration.state)


def status_steps(log: Sequence[LogEntry]) -> tuple[StatusStep, ...]:
    """The routing log as the applicant sees it, without who acted."""
    return tuple(
        StatusStep(
            step_label=entry.step_label,
            action=entry.action,
            action_label=entry.action_label,
            organization_name=entry.organization_name,
            opinion=entry.opinion,
            at=entry.at,
            submission_number=entry.submission_number,
        )
        for entry in log
    )
