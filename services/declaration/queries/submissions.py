"""Frozen submissions: for other services, for their applicant, and for whoever holds a read grant."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from chassis import audit
from contracts.base import Actor
from contracts.declaration import NoticeFacts, SubmissionCard, SubmissionContent
from contracts.declaration.drafts import DraftChanges, Receipt, SubmissionView
from contracts.declaration.submissions import FileAttachment
from contracts.errors import NotFound
from contracts.forms.checks import shown_content
from contracts.grants import ReadGrant
from services.declaration.rules.changes import content_changes
from services.declaration.rules.reading import as_granted, files_as_granted
from services.declaration.scope import circumstances_of, find_own
from services.declaration.tables import Batch, Declaration, DraftFile, Submission, SubmissionFile
from services.declaration.views import deadline_of, frozen_blocks, frozen_file, receipt, setting_choice


def _find(session: Session, submission_id: UUID) -> Submission:
    found = session.get(Submission, submission_id)
    if found is None:
        raise NotFound()
    return found


def _files(session: Session, submission_id: UUID) -> Sequence[SubmissionFile]:
    return session.scalars(
        select(SubmissionFile).where(SubmissionFile.submission_id == submission_id).order_by(SubmissionFile.position)
    ).all()


def submission_card(session: Session, *, submission_id: UUID) -> SubmissionCard:
    """The flat record of a submission. Refuses: NotFound."""
    found = _find(session, submission_id)
    return SubmissionCard(
        submission_id=found.id,
        declaration_id=found.declaration_id,
        submission_number=found.number,
        person_id=found.person_id,
        account_id=found.account_id,
        organization_id=found.organization_id,
        declaration_year=found.year,
        batch_id=found.batch_id,
        submitted_at=found.submitted_at,
        profile_version=found.profile_version,
        real_name=found.real_name,
        id_document_no=found.id_document_no,
        setting=setting_choice(found),
        facts=found.facts,
    )


def submission_content(session: Session, *, submission_id: UUID) -> SubmissionContent:
    """A submission whole. Refuses: NotFound."""
    found = _find(session, submission_id)
    return SubmissionContent(
        card=submission_card(session, submission_id=submission_id),
        blocks=found.blocks,
        files=tuple(frozen_file(file) for file in _files(session, submission_id)),
        receipt_number=found.receipt_number,
        content_sha256=found.content_sha256,
    )


def attached_files(session: Session, *, file_ids: tuple[UUID, ...]) -> tuple[FileAttachment, ...]:
    """Which of the files drafts and submissions have attached."""
    found = session.execute(
        union(
            select(DraftFile.file_id, DraftFile.declaration_id).where(DraftFile.file_id.in_(file_ids)),
            select(SubmissionFile.file_id, Submission.declaration_id)
            .join(Submission, Submission.id == SubmissionFile.submission_id)
            .where(SubmissionFile.file_id.in_(file_ids)),
        )
    )
    return tuple(FileAttachment(file_id=file_id, declaration_id=owner) for file_id, owner in found)


def notice_facts(session: Session, *, declaration_id: UUID) -> NoticeFacts:
    """What a message about the declaration may say. Refuses: NotFound."""
    found = session.get(Declaration, declaration_id)
    if found is None:
        raise NotFound()
    batch = session.get_one(Batch, found.batch_id)
    return NoticeFacts(
        declaration_id=found.id,
        account_id=found.account_id,
        title_label=str(found.labels["declared_title"]),
        deadline=deadline_of(found, batch) if found.is_open else None,
    )


def receipts(session: Session, *, actor: Actor, declaration_id: UUID) -> tuple[Receipt, ...]:
    """The receipts of an own declaration, newest first."""
    own = find_own(session, actor, declaration_id)
    found = session.scalars(
        select(Submission).where(Submission.declaration_id == own.id).order_by(Submission.number.desc())
    ).all()
    return tuple(receipt(one, _files(session, one.id)) for one in found)


def submission(session: Session, *, actor: Actor, grant: ReadGrant | None, submission_id: UUID) -> SubmissionView:
    """A submission for its applicant, or for the reader to whom its holder opened it. Refuses: NotFound."""
    if grant is None:
        return _own_submission(session, actor=actor, submission_id=submission_id)
    return _granted_submission(session, grant=grant, submission_id=submission_id)


def _own_submission(session: Session, *, actor: Actor, submission_id: UUID) -> SubmissionView:
    found = _find(session, submission_id)
    if found.person_id != actor.person_id:
        raise NotFound()
    before = _before(session, found)
    return SubmissionView(
        receipt=receipt(found, _files(session, found.id)),
        blocks=frozen_blocks(found),
        changed_since=before.number if before else None,
        changes=content_changes(frozen_blocks(before), frozen_blocks(found)) if before else (),
    )


def _granted_submission(session: Session, *, grant: ReadGrant, submission_id: UUID) -> SubmissionView:
    if grant.submission_id != submission_id:
        raise NotFound()
    found = _find(session, submission_id)
    audit.record(session, "submission_read", "submission", found.id, declaration_id=found.declaration_id)
    proof = receipt(found, files_as_granted(_files(session, found.id), grant))
    blocks, before = as_granted(frozen_blocks(found), grant), _before(session, found)
    return SubmissionView(
        receipt=proof,
        blocks=blocks,
        changed_since=before.number if before else None,
        changes=content_changes(as_granted(frozen_blocks(before), grant), blocks) if before else (),
    )


def draft_changes(session: Session, *, actor: Actor, declaration_id: UUID) -> DraftChanges:
    """What was changed since the last submission. Refuses: NotFound."""
    own = find_own(session, actor, declaration_id)
    if own.submission_id is None:
        return DraftChanges(since_submission=None, changes=())
    last = _find(session, own.submission_id)
    now = shown_content(circumstances_of(session, own))
    return DraftChanges(since_submission=last.number, changes=content_changes(frozen_blocks(last), now))


def _before(session: Session, submission: Submission) -> Submission | None:
    """The declaration's submission before this one."""
    return session.scalar(
        select(Submission).filter_by(declaration_id=submission.declaration_id, number=submission.number - 1)
    )
