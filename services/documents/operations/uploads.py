"""Uploads: announced, received, checked, held by submissions, let go."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, jobs, live
from contracts.base import Actor, Role
from contracts.documents import (
    BeginUpload,
    FileFacts,
    FileNotReady,
    FinishUpload,
    UnknownPurpose,
    UploadTicket,
    Verdict,
)
from contracts.errors import Fault, NotAllowed, NotFound
from contracts.events import DeclarationDiscarded, DeclarationSubmitted
from contracts.live import Topic
from services.documents.inspection.inspector import Finding
from services.documents.inspection.malware import Scan
from services.documents.inspection.names import safe_name
from services.documents.published import PROFILES
from services.documents.tables import (
    DiscardedDeclaration,
    ExchangeTemplateRow,
    FileRow,
    HeldFile,
    SubmissionRow,
)
from services.documents.views import file_facts

CHECK = "check_upload"
PREVIEW = "make_preview"
RECEIVE = "receive_submission"
WORD = "docx"

ENDINGS = {
    "pdf": ("pdf",),
    "jpeg": ("jpg", "jpeg"),
    "png": ("png",),
    "gif": ("gif",),
    "bmp": ("bmp",),
    "tiff": ("tif", "tiff"),
    "webp": ("webp",),
    "avif": ("avif",),
    "heic": ("heic", "heif", "hif"),
    "docx": ("docx",),
    "xlsx": ("xlsx",),
}


def begin_upload(session: Session, *, command: BeginUpload, actor: Actor) -> UploadTicket:
    """Announce a file. Refuses: UnknownPurpose."""
    _, profile = PROFILES.current(session, actor.profile)
    rules = profile.rules.uploads.get(command.purpose)
    if rules is None:
        fault = Fault(pointer="/purpose", code=UnknownPurpose.code)
        raise UnknownPurpose(faults=(fault,), purpose=command.purpose)
    now = clock.now()
    row = FileRow(
        # From the command, so that a repeat whose first answer was lost finds the same object.
        id=uuid.uuid5(command.command_id, str(actor.account_id)),
        profile=actor.profile,
        account_id=actor.account_id,
        purpose=command.purpose,
        name=safe_name(command.name),
        state=Verdict.UPLOADING,
        size=0,
        max_bytes=rules.max_kb * 1024,
        is_scanned=False,
        has_preview=False,
        created_at=now,
        looked_at=now,
    )
    session.add(row)
    audit.record(session, "upload_begun", "file", row.id, purpose=row.purpose)
    return UploadTicket(file_id=row.id, key=row.quarantine_key, max_bytes=row.max_bytes, verdict=Verdict(row.state))


def finish_upload(session: Session, *, command: FinishUpload, actor: Actor) -> FileFacts:
    """Have the received bytes checked; harmless when repeated. Refuses: NotFound."""
    row = session.get(FileRow, command.file_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    if row.state == Verdict.UPLOADING:
        row.state = Verdict.CHECKING
        jobs.order(session, CHECK, {"file_id": str(row.id)})
        audit.record(session, "upload_finished", "file", row.id)
    return file_facts(row)


def settle_check(
    session: Session, *, file_id: uuid.UUID, finding: Finding, size: int, sha256: str, has_preview: bool
) -> None:
    """Write the verdict down, unless an earlier attempt at the check did."""
    row = session.get_one(FileRow, file_id, with_for_update=True)
    if row.state != Verdict.CHECKING:
        return
    row.size = size
    if finding.reason is not None or finding.kind is None:
        row.state, row.reason = Verdict.REFUSED, f"documents.refused_{finding.reason}"
    else:
        row.state, row.kind, row.sha256, row.pages = Verdict.CLEAN, finding.kind, sha256, finding.pages
        row.is_scanned, row.has_preview = finding.scan is Scan.CLEAN, has_preview
        if row.kind == WORD:
            jobs.order(session, PREVIEW, {"file_id": str(row.id)})
        row.name = _named_after_content(row.name, finding.kind)
    live.announce(session, Topic.FILES, row.account_id, profile=row.profile)
    audit.record(session, "file_checked", "file", row.id, state=row.state, reason=row.reason)


def settle_preview(session: Session, *, file_id: uuid.UUID, is_made: bool) -> None:
    """Write down whether a Word file can be shown; it may have been collected meanwhile."""
    row = session.get(FileRow, file_id, with_for_update=True)
    if row is not None:
        row.has_preview, row.preview_failed = is_made, not is_made
        audit.record(session, "preview_made" if is_made else "preview_failed", "file", row.id)


def _named_after_content(name: str, kind: str) -> str:
    """The name with an ending that tells what the file is; a wrong one stays readable before it."""
    endings = ENDINGS[kind]
    return name if name.rpartition(".")[2].lower() in endings else f"{name}.{endings[0]}"


def note_submission(session: Session, *, event: DeclarationSubmitted, profile: str) -> None:
    """Remember a frozen submission and have its files held and its receipt printed."""
    session.execute(
        insert(SubmissionRow)
        .values(
            id=event.submission_id,
            profile=profile,
            declaration_id=event.declaration_id,
            number=event.submission_number,
            account_id=event.account_id,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    jobs.order(session, RECEIVE, {"submission_id": str(event.submission_id)})


def note_discarding(session: Session, *, event: DeclarationDiscarded, profile: str) -> None:
    """Remember that a declaration was given up, so that its files go after their retention time."""
    session.execute(
        insert(DiscardedDeclaration)
        .values(declaration_id=event.declaration_id, profile=profile, discarded_at=clock.now())
        .on_conflict_do_nothing()
    )


def hold_files(session: Session, *, submission_id: uuid.UUID, file_ids: Collection[uuid.UUID]) -> None:
    """Hold the files of a submission for as long as it exists; harmless when repeated."""
    submission = session.get_one(SubmissionRow, submission_id, with_for_update=True)
    if submission.held_at is not None:
        return
    for file_id in file_ids:
        session.execute(
            insert(HeldFile)
            .values(holder_id=submission_id, file_id=file_id, profile=submission.profile)
            .on_conflict_do_nothing()
        )
    submission.held_at = clock.now()
    audit.record(session, "files_held", "submission", submission_id, files=len(file_ids))


def publish_files(session: Session, *, actor: Actor, file_ids: Collection[uuid.UUID]) -> None:
    """Let own files be shown with an article, by the system administrator. Refuses: NotAllowed, NotFound, FileNotReady.

    A file that is public already may be another administrator's.
    """
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotAllowed(Role.SYSTEM_ADMIN)
    for row in [session.get(FileRow, file_id, with_for_update=True) for file_id in sorted(set(file_ids))]:
        if row is None or not (row.is_public or row.account_id == actor.account_id):
            raise NotFound()
        if row.state != Verdict.CLEAN:
            raise FileNotReady(verdict=row.state)
        if not row.is_public:
            row.is_public = True
            audit.record(session, "file_published", "file", row.id)


def collectable(session: Session, *, before: datetime, limit: int = 500) -> list[FileRow]:
    """Files that nothing here holds and after which nobody has looked since `before`."""
    return list(
        session.scalars(
            select(FileRow)
            .where(
                FileRow.looked_at < before,
                ~FileRow.is_public,
                ~exists().where(HeldFile.file_id == FileRow.id),
                ~exists().where(ExchangeTemplateRow.file_id == FileRow.id),
            )
            .order_by(FileRow.looked_at)
            .limit(limit)
        )
    )


def keep_files(session: Session, file_ids: Collection[uuid.UUID]) -> None:
    """Look at these files again only after another period: drafts have them attached."""
    for row in session.scalars(select(FileRow).where(FileRow.id.in_(file_ids))):
        row.looked_at = clock.now()


def forget_files(session: Session, file_ids: Collection[uuid.UUID]) -> None:
    """Delete the rows of collected files, except one that a submission has held meanwhile."""
    session.execute(delete(FileRow).where(FileRow.id.in_(file_ids), ~exists().where(HeldFile.file_id == FileRow.id)))
    for file_id in file_ids:
        audit.record(session, "file_collected", "file", file_id)


def discarded_since(session: Session, *, days: int) -> frozenset[uuid.UUID]:
    """Declarations that were given up longer ago than their retention time."""
    return frozenset(
        session.scalars(
            select(DiscardedDeclaration.declaration_id).where(
                DiscardedDeclaration.discarded_at < clock.now() - timedelta(days=days)
            )
        )
    )
