"""Files on a real database and object store: announced, checked, held by a submission, read, previewed, removed."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from chassis import clock
from chassis.tables import AuditEntry
from chassis.tokens import Signer
from contracts.base import Actor, Role
from contracts.documents import (
    BeginUpload,
    FileNotReady,
    FinishUpload,
    OrderOwnDocument,
    OwnDocument,
    PreviewFailed,
    PreviewNotReady,
    UnknownPurpose,
    Verdict,
)
from contracts.errors import CommandReused, NotFound
from contracts.events import DeclarationDiscarded
from contracts.grants import ReadGrant
from services.documents.operations import uploads
from services.documents.rendering.converter import ConversionTimedOut
from tests.factories.documents import RARE_NAME, heic, portrait
from tests.integration.documents.world import PROFILE, World, submission, sweep, text_of
from tests.unit.documents.test_inspection import action, docx, pdf


@pytest.mark.req("PL-20")
def test_an_upload_is_usable_only_with_its_verdict(world: World, applicant: Actor) -> None:
    """A file is checking until the job has looked; then it has kind, hash and pages, and can be read."""
    facts = world.upload(pdf(pages=3), check=False)
    assert facts.verdict is Verdict.CHECKING
    with pytest.raises(FileNotReady):
        world.service.open_file(file_id=facts.file_id, grant=None, preview=False)
    world.work()
    facts = world.service.own_file(file_id=facts.file_id)
    assert (facts.verdict, facts.kind, facts.pages, facts.is_scanned) == (Verdict.CLEAN, "pdf", 3, False)
    stored = world.service.open_file(file_id=facts.file_id, grant=None, preview=False)
    assert PdfReader(io.BytesIO(world.read(stored))).get_num_pages() == 3
    with pytest.raises(KeyError):
        world.objects.stat(f"quarantine/{PROFILE}/{facts.file_id}")


@pytest.mark.req("PL-20")
@pytest.mark.parametrize(
    ("content", "purpose", "reason"),
    [
        (b"MZ\x90" + b"\0" * 200, "attachment", "documents.refused_executable"),
        (pdf(action("/Launch")), "attachment", "documents.refused_active_content"),
        (docx({"word/media/x.xml": b"\0" * 80_000_000}), "attachment", "documents.refused_archive_bomb"),
        (pdf(), "photo", "documents.refused_type_not_accepted"),
        (b"\x89PNG" + b"x" * 600_000, "photo", "documents.refused_too_large"),
    ],
)
def test_a_refused_file_is_not_kept(world: World, applicant: Actor, content: bytes, purpose: str, reason: str) -> None:
    """A hostile or unsuitable file gets a reason, and its bytes are gone."""
    facts = world.upload(content, purpose=purpose)
    assert (facts.verdict, facts.refused_because) == (Verdict.REFUSED, reason)
    for folder in ("quarantine", "files"):
        with pytest.raises(KeyError):
            world.objects.stat(f"{folder}/{PROFILE}/{facts.file_id}")


def test_the_check_goes_on_after_a_crash_in_its_middle(world: World, applicant: Actor) -> None:
    """A worker that died after keeping the object is followed by one that finds it there."""
    content = pdf()
    facts = world.upload(content, check=False)
    world.objects.put(f"files/{PROFILE}/{facts.file_id}", io.BytesIO(content), size=len(content))
    world.objects.remove(f"quarantine/{PROFILE}/{facts.file_id}")
    world.work()
    assert world.service.own_file(file_id=facts.file_id).verdict is Verdict.CLEAN


@pytest.mark.req("PL-20")
def test_what_is_kept_is_what_was_checked(world: World, applicant: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that arrive in quarantine while others are being checked, by a second upload of one key, are not kept."""
    content, other = pdf(), b"MZ" + bytes(300)
    facts = world.upload(content, check=False)
    inspect = world.jobs._inspector.inspect

    def overtaken(path: Path, **rules: Any) -> Any:
        world.objects.put(f"quarantine/{PROFILE}/{facts.file_id}", io.BytesIO(other), size=len(other))
        return inspect(path, **rules)

    monkeypatch.setattr(world.jobs._inspector, "inspect", overtaken)
    world.work()
    kept = world.service.own_file(file_id=facts.file_id)
    assert (kept.verdict, kept.size) == (Verdict.CLEAN, len(content))
    stored = world.service.open_file(file_id=facts.file_id, grant=None, preview=False)
    assert world.read(stored) == content
    (confirmed,) = world.service.confirm_files(file_ids=(facts.file_id,))
    assert confirmed.verdict is Verdict.CLEAN


def test_a_repeated_announcement_is_the_same_file(world: World, applicant: Actor) -> None:
    """The same command gives the same ticket; another content under it is refused."""
    command = BeginUpload(command_id=uuid.uuid4(), name="a.pdf")
    assert world.service.begin_upload(command=command) == world.service.begin_upload(command=command)
    with pytest.raises(CommandReused):
        world.service.begin_upload(command=command.model_copy(update={"name": "b.pdf"}))
    with pytest.raises(UnknownPurpose):
        world.service.begin_upload(command=BeginUpload(command_id=uuid.uuid4(), name="a", purpose="nonsense"))


@pytest.mark.req("PL-04")
def test_files_of_others_are_not_there(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """A foreign file answers as one that does not exist, whatever is tried."""
    facts = world.upload(pdf())
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    with pytest.raises(NotFound):
        world.service.own_file(file_id=facts.file_id)
    with pytest.raises(NotFound):
        world.service.open_file(file_id=facts.file_id, grant=None, preview=False)
    with pytest.raises(NotFound):
        world.service.open_file(file_id=facts.file_id, grant="forged", preview=False)
    with pytest.raises(NotFound):
        world.service.finish_upload(command=FinishUpload(command_id=uuid.uuid4(), file_id=facts.file_id))


@pytest.mark.req("PL-04", "PL-20")
def test_a_read_grant_opens_the_files_of_its_submission(
    world: World,
    applicant: Actor,
    environment: dict[str, str],
    make_actor: Callable[..., Actor],
    acting: Callable[[Actor | None], None],
) -> None:
    """Whom the holder lets read reads the submission's files, each time recorded; nobody else does by that grant."""
    held, loose = world.upload(pdf()), world.upload(pdf())
    card = submission(world, applicant, files=(held,))
    world.work()
    officer = make_actor((Role.CASE_OFFICER, uuid.uuid4()))
    signer = Signer("review", environment["REVIEW_SIGNING_KEY"])

    def granted(files: tuple[uuid.UUID, ...] | None) -> str:
        return signer.read_grant(
            ReadGrant(account_id=officer.account_id, profile=PROFILE, submission_id=card.submission_id, files=files)
        )

    acting(officer)
    for grant in (granted(None), granted((held.file_id,))):
        stored = world.service.open_file(file_id=held.file_id, grant=grant, preview=False)
        assert world.read(stored).startswith(b"%PDF")
        with pytest.raises(NotFound):
            world.service.open_file(file_id=loose.file_id, grant=grant, preview=False)
    with pytest.raises(NotFound):
        world.service.open_file(file_id=held.file_id, grant=granted(()), preview=False)
    with world.database.begin(PROFILE) as session:
        noted = session.scalars(
            select(AuditEntry).where(AuditEntry.object_id == held.file_id, AuditEntry.action == "file_opened")
        ).all()
    assert [entry.account_id for entry in noted] == [officer.account_id] * 2
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    with pytest.raises(NotFound):
        world.service.open_file(file_id=held.file_id, grant=granted(None), preview=False)


def test_names_tell_what_the_content_is(world: World, applicant: Actor) -> None:
    """A picture called .pdf is kept under a name that says what it is; its preview is a new picture."""
    for content, kind in ((portrait(), "png"), (heic(), "heic")):
        facts = world.upload(content, name="..\\照片.pdf")
        assert (facts.name, facts.kind) == (f"照片.pdf.{kind}", kind)
        preview = world.service.open_file(file_id=facts.file_id, grant=None, preview=True)
        assert preview.content_type == "image/jpeg"
        assert world.read(preview).startswith(b"\xff\xd8\xff")
        assert world.read(world.service.open_file(file_id=facts.file_id, grant=None, preview=False)) == content


def test_a_word_file_is_shown_as_pdf_once_that_is_made(
    world: World, applicant: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF of a Word file is waited for, then shown; where none can be made it says so, and the file stays."""
    written = Document()
    written.add_paragraph("演示：任现职以来的工作总结")
    content = io.BytesIO()
    written.save(content)
    ticket = world.service.begin_upload(command=BeginUpload(command_id=uuid.uuid4(), name="总结.docx"))
    world.objects.put(ticket.key, io.BytesIO(content.getvalue()), size=len(content.getvalue()))
    world.service.finish_upload(command=FinishUpload(command_id=uuid.uuid4(), file_id=ticket.file_id))
    world.work("check_upload")
    with pytest.raises(PreviewNotReady):
        world.service.open_file(file_id=ticket.file_id, grant=None, preview=True)
    world.work()
    shown = world.service.open_file(file_id=ticket.file_id, grant=None, preview=True)
    assert shown.content_type == "application/pdf"
    assert "任现职以来的工作总结" in text_of(world.read(shown))
    kept = world.service.open_file(file_id=ticket.file_id, grant=None, preview=False)
    assert (kept.name, world.read(kept)) == ("总结.docx", content.getvalue())

    def stuck(*_: object, **__: object) -> bytes:
        raise ConversionTimedOut("stuck")

    monkeypatch.setattr(world.jobs._converter, "to_pdf", stuck)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(seconds=60))
    other = world.upload(content.getvalue(), name="卡住.docx")
    assert other.verdict is Verdict.CLEAN
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(seconds=120))
    world.work()
    with pytest.raises(PreviewFailed):
        world.service.open_file(file_id=other.file_id, grant=None, preview=True)
    assert world.read(world.service.open_file(file_id=other.file_id, grant=None, preview=False)) == content.getvalue()


def test_a_file_that_changed_in_the_store_is_refused_at_freezing(world: World, applicant: Actor) -> None:
    """Before a submission is frozen the bytes themselves are compared with their verdict."""
    good, changed, lost = (world.upload(pdf(pages=pages)) for pages in (1, 2, 3))
    world.objects.put(f"files/{PROFILE}/{changed.file_id}", io.BytesIO(b"other"), size=5)
    world.objects.remove(f"files/{PROFILE}/{lost.file_id}")
    found = world.service.confirm_files(file_ids=(good.file_id, changed.file_id, lost.file_id))
    assert [(one.verdict, one.refused_because) for one in found] == [
        (Verdict.CLEAN, None),
        (Verdict.REFUSED, "documents.refused_changed"),
        (Verdict.REFUSED, "documents.refused_lost"),
    ]


@pytest.mark.req("PL-22")
def test_a_submission_holds_its_files_and_has_a_receipt(world: World, applicant: Actor) -> None:
    """The receipt shows the hash of every file, and the sweep leaves what a submission holds."""
    photo, pledge, loose = world.upload(portrait()), world.upload(pdf()), world.upload(pdf(pages=9))
    card = submission(world, applicant, name=RARE_NAME, files=(photo, pledge))
    world.work()
    ordered = world.service.order_own_document(
        command=OrderOwnDocument(
            command_id=uuid.uuid4(), submission_id=card.submission_id, document=OwnDocument.RECEIPT
        )
    )
    printed = text_of(world.document(ordered))
    assert pledge.sha256 is not None
    assert pledge.sha256 in printed
    assert RARE_NAME in printed
    assert "申报材料真实性承诺书" in printed
    with clock.standing_at(clock.now() + timedelta(hours=25)):
        sweep(world)
        world.work()
    assert world.service.own_file(file_id=pledge.file_id).verdict is Verdict.CLEAN
    with pytest.raises(NotFound):
        world.service.own_file(file_id=loose.file_id)
    with pytest.raises(KeyError):
        world.objects.stat(f"files/{PROFILE}/{loose.file_id}")


@pytest.mark.req("PL-38")
def test_files_of_discarded_drafts_go_after_their_time(world: World, applicant: Actor) -> None:
    """A draft keeps its files, a discarded one until its retention time is over; an expert's profile keeps its own."""
    drafted, discarded, experts = world.upload(pdf()), world.upload(pdf()), world.upload(portrait())
    gone = uuid.uuid4()
    world.committees.attached = {experts.file_id}
    world.declarations.attached = {drafted.file_id: uuid.uuid4(), discarded.file_id: gone}
    with world.database.begin(PROFILE) as session:
        uploads.note_discarding(session, event=DeclarationDiscarded(declaration_id=gone), profile=PROFILE)
    for days, kept in ((2, True), (31, False)):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            sweep(world)
            world.work()
        assert bool(world.service.file_facts(file_ids=(discarded.file_id,))) is kept
    assert len(world.service.file_facts(file_ids=(drafted.file_id, experts.file_id))) == 2
    world.declarations.attached, world.committees.attached = {}, set()
