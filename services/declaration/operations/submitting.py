"""Submitting: the declaration is checked whole and frozen as a submission with its receipt (HB-100 to HB-103)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock, context
from chassis.commands import check_version
from contracts.base import Actor
from contracts.declaration.content import BlockContent
from contracts.declaration.drafts import SubmissionMade, SubmitDeclaration
from contracts.declaration.refusals import BatchClosed, FileNotUsable, Incomplete
from contracts.declaration.workflow import Trigger
from contracts.documents import FileFacts, Verdict
from contracts.errors import StaleVersion
from contracts.events import DeclarationSubmitted
from contracts.forms.checks import check_declaration, shown_content
from services.declaration.operations.declaring import require_open
from services.declaration.operations.moving import move, require, tell
from services.declaration.published import slice_of
from services.declaration.rules.freezing import PlacedFile, card_facts, content_hash, fact_labels, placed_files
from services.declaration.scope import circumstances_of, find_own
from services.declaration.tables import (
    RECEIPT_NUMBER,
    Batch,
    Declaration,
    DraftFile,
    Submission,
    SubmissionFile,
)

PERSON_BLOCK = "basic_profile"


def files_to_confirm(session: Session, *, actor: Actor, declaration_id: UUID) -> tuple[UUID, ...]:
    """The files of the draft, whose objects are read again before the submission is frozen. Refuses: NotFound."""
    declaration = find_own(session, actor, declaration_id)
    found = select(DraftFile.file_id).where(DraftFile.declaration_id == declaration.id).distinct()
    return tuple(session.scalars(found))


def submit_declaration(
    session: Session, *, command: SubmitDeclaration, actor: Actor, confirmed: Sequence[FileFacts]
) -> SubmissionMade:
    """Freeze the declaration and hand it to the unit; `confirmed` is what documents found of its files just now.

    Refuses: NotFound, WrongState, StaleVersion, BatchClosed, BatchNotOpen, Incomplete, FileNotUsable.
    """
    declaration = find_own(session, actor, command.declaration_id, lock=True)
    row = require(session, declaration, Trigger.SUBMIT)
    check_version(declaration.version, command)
    _require_time(session, declaration)
    around = circumstances_of(session, declaration)
    _require_seen(around.blocks, command.block_versions)
    faults = check_declaration(around)
    if faults:
        raise Incomplete(faults=faults, count=len(faults))
    content = shown_content(around)
    files = tuple(placed_files(content))
    _require_unchanged(files, confirmed)
    submission = _freeze(session, declaration, content, files)
    declaration.submission_id = submission.id
    declaration.submission_number = submission.number
    declaration.is_recalled = False
    declaration.return_reason = declaration.return_remarks = None
    declaration.upgraded_from = declaration.upgraded_at = None
    move(session, declaration, row)
    tell(
        session,
        declaration,
        DeclarationSubmitted(
            declaration_id=declaration.id,
            submission_id=submission.id,
            submission_number=submission.number,
            account_id=declaration.account_id,
        ),
    )
    audit.record(
        session,
        "submission_frozen",
        "submission",
        submission.id,
        declaration_id=declaration.id,
        number=submission.number,
        content_sha256=submission.content_sha256,
        files=len(files),
    )
    return SubmissionMade(
        declaration_id=declaration.id,
        version=declaration.version,
        submission_id=submission.id,
        submission_number=submission.number,
        receipt_number=submission.receipt_number,
        submitted_at=submission.submitted_at,
    )


def _require_time(session: Session, declaration: Declaration) -> None:
    """A returned declaration has its own time; any other the batch's window, judged by when the request was there."""
    if declaration.correct_until is None:
        require_open(session.get_one(Batch, declaration.batch_id))
    elif context.current().arrived_at >= declaration.correct_until:
        raise BatchClosed(closes_on=declaration.correct_until.isoformat())


def _require_seen(blocks: Mapping[str, BlockContent], seen: Mapping[str, int]) -> None:
    """Refuses: StaleVersion where the applicant has not seen what would be submitted (another tab, PL-12)."""
    actual = {name: content.version for name, content in blocks.items()}
    for name in sorted(actual.keys() | seen.keys()):
        if actual.get(name, 0) != seen.get(name, 0):
            raise StaleVersion(block=name, actual=actual.get(name, 0), expected=seen.get(name, 0))


def _require_unchanged(files: Sequence[PlacedFile], confirmed: Sequence[FileFacts]) -> None:
    """Refuses: FileNotUsable where a stored object is gone or is not what was checked."""
    known = {facts.file_id: facts for facts in confirmed}
    for place in files:
        facts = known.get(place.file.file_id)
        if facts is None or facts.verdict is not Verdict.CLEAN or facts.sha256 != place.file.sha256:
            raise FileNotUsable(
                block=place.block, slot=place.slot, verdict=facts.verdict.value if facts else Verdict.REFUSED.value
            )


def _freeze(
    session: Session, declaration: Declaration, content: Mapping[str, BlockContent], files: Sequence[PlacedFile]
) -> Submission:
    person = content[PERSON_BLOCK].values
    blocks = {name: block.model_dump(mode="json") for name, block in content.items()}
    profile = slice_of(session, declaration)
    prefix = profile.rules.number_prefix
    submission = Submission(
        id=uuid.uuid4(),
        profile=declaration.profile,
        profile_version=declaration.profile_version,
        declaration_id=declaration.id,
        number=declaration.submission_number + 1,
        receipt_number=f"{prefix}-{declaration.year}-{session.scalars(select(RECEIPT_NUMBER.next_value())).one():07d}",
        batch_id=declaration.batch_id,
        year=declaration.year,
        person_id=declaration.person_id,
        account_id=declaration.account_id,
        organization_id=declaration.organization_id,
        organization_name=declaration.organization_name,
        setting=declaration.setting,
        labels=declaration.labels | fact_labels(profile, content),
        facts=card_facts(content),
        real_name=person["real_name"],
        id_document_no=person["id_document_no"],
        blocks=blocks,
        content_sha256=content_hash(blocks),
        submitted_at=clock.now(),
    )
    session.add(submission)
    session.flush()
    session.add_all(
        SubmissionFile(
            submission_id=submission.id,
            position=position,
            profile=declaration.profile,
            block=place.block,
            row_id=place.row_id,
            slot=place.slot,
            file_id=place.file.file_id,
            name=place.file.name,
            size=place.file.size,
            sha256=place.file.sha256,
        )
        for position, place in enumerate(files, start=1)
    )
    return submission
