"""The documents service on a real database and object store: uploads, holds, documents, certificates."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from chassis import clock, context, jobs
from chassis.database import Database
from chassis.objects import ObjectStore
from chassis.settings import ObjectStoreSettings
from chassis.tables import AuditEntry, JobRow, OutboxRow
from chassis.tokens import Signer
from chassis.workshop import Worker
from contracts.base import Actor, PageRequest, Role
from contracts.committee import Certifiable, ListRow, MaterialResult, MeetingList
from contracts.declaration import FileAttachment, FrozenFile, SettingChoice, SubmissionCard, SubmissionContent
from contracts.documents import (
    AddExchangeTemplate,
    BeginUpload,
    Bundle,
    CancelJob,
    CertificateFormat,
    CertificateWithdrawn,
    EnableExchangeTemplate,
    FileFacts,
    FileNotReady,
    FinishUpload,
    JobState,
    JobSummary,
    ListFormat,
    MeetingDocument,
    NothingToRender,
    OrderOwnDocument,
    OwnDocument,
    PreviewFailed,
    PreviewNotReady,
    Stored,
    UnknownPurpose,
    Verdict,
)
from contracts.errors import CommandReused, NotAllowed, NotFound, StaleVersion
from contracts.events import CertificateIssued, DeclarationDiscarded, DeclarationSubmitted, Outcome
from contracts.grants import ReadGrant
from contracts.identity import OrganizationSummary
from contracts.profiles import ProfileSlice
from contracts.review import LogEntry
from deploy.fonts.install import install
from deploy.publish import read, template_key
from services.documents.jobs import Jobs
from services.documents.operations import ordering, uploads
from services.documents.published import PROFILES
from services.documents.rendering.converter import ConversionTimedOut
from services.documents.service import DocumentsService
from services.documents.settings import Settings
from services.documents.tables import CertificateRow
from tests.factories.documents import LONG_NAME, RARE_NAME, heic, portrait
from tests.unit.documents.test_inspection import action, docx, pdf

PROFILE = "hebei"


class Declarations:
    """What the declaration service would answer, by submission."""

    def __init__(self) -> None:
        self.contents: dict[uuid.UUID, SubmissionContent] = {}
        self.attached: dict[uuid.UUID, uuid.UUID] = {}

    def submission_content(self, *, submission_id: uuid.UUID) -> SubmissionContent:
        if submission_id not in self.contents:
            raise NotFound()
        return self.contents[submission_id]

    def attached_files(self, *, file_ids: tuple[uuid.UUID, ...]) -> tuple[FileAttachment, ...]:
        return tuple(
            FileAttachment(file_id=one, declaration_id=self.attached[one]) for one in file_ids if one in self.attached
        )


class Identities:
    """What the identity service would answer; `ended` are accounts that are no more."""

    def __init__(self) -> None:
        self.ended: set[uuid.UUID] = set()

    def acting_as(self, *, account_id: uuid.UUID) -> Actor:
        if account_id in self.ended:
            raise NotFound()
        return Actor(account_id=account_id, person_id=uuid.uuid4(), session_id=uuid.uuid4(), profile=PROFILE, roles=())

    def organizations(self, *, organization_ids: tuple[uuid.UUID, ...]) -> tuple[OrganizationSummary, ...]:
        return tuple(
            OrganizationSummary.model_construct(organization_id=one, name="栎城演示医科大学第三医院")
            for one in organization_ids
        )


class Reviews:
    """What the review service would answer; `removed` are accounts whose roles were taken."""

    def __init__(self) -> None:
        self.removed: set[uuid.UUID] = set()

    def confirm_export(self, *, actor: Actor, submission_ids: tuple[uuid.UUID, ...]) -> None:
        if actor.account_id in self.removed:
            raise NotAllowed()

    def routing_log(self, *, declaration_id: uuid.UUID) -> tuple[LogEntry, ...]:
        def entry(action: str, step: str, opinion: str | None) -> LogEntry:
            return LogEntry.model_construct(
                step=step,
                step_label=step,
                action=action,
                organization_id=None,
                organization_name="栎城演示医科大学",
                actor_name="庄予衡",
                opinion=opinion,
                at=datetime(2026, 11, 20, 2, tzinfo=UTC),
            )

        return (
            entry("waiting", "省级审核", None),
            entry("passed", "单位领导审核", "同意推荐。"),
            entry("passed", "单位经办人审核", "材料属实。"),
            entry("submitted", "个人申请提交", None),
            entry("returned", "单位经办人审核", "旧意见"),
        )


class Committees:
    """What the committee service would answer, by meeting; `removed` are accounts whose roles were taken."""

    def __init__(self) -> None:
        self.removed: set[uuid.UUID] = set()
        self.people: dict[uuid.UUID, tuple[Certifiable, ...]] = {}
        self.attached: set[uuid.UUID] = set()

    def attached_files(self, *, file_ids: tuple[uuid.UUID, ...]) -> tuple[uuid.UUID, ...]:
        return tuple(one for one in file_ids if one in self.attached)

    def confirm_document(self, *, actor: Actor, meeting_id: uuid.UUID, document: MeetingDocument) -> None:
        if actor.account_id in self.removed:
            raise NotAllowed()

    def certifiable(self, *, meeting_id: uuid.UUID) -> tuple[Certifiable, ...]:
        return self.people.get(meeting_id, ())

    def material_result(self, *, material_id: uuid.UUID) -> MaterialResult:
        return MaterialResult(
            material_id=material_id,
            committee_name="河北省卫生系列高级职称演示评审委员会",
            meeting_name="2026年度评审会议",
            roll_size=25,
            votes_cast=24,
            yes=21,
            no=3,
            outcome=Outcome.PASSED,
            confirmed_at=datetime(2026, 12, 20, tzinfo=UTC),
            score_total="88.5",
            committee_opinion=None,
        )

    def meeting_list(self, *, meeting_id: uuid.UUID, kind: str) -> MeetingList:
        return MeetingList(
            title="评委清单",
            columns=("姓名", "工作单位"),
            rows=(ListRow(cells={"姓名": "=cmd|' /C calc'!A0", "工作单位": "云汐演示大学"}),),
        )


class World:
    """The service, its worker and the neighbours that it asks."""

    def __init__(self, database: Database, workshop: Jobs, service: DocumentsService) -> None:
        self.database = database
        self.jobs = workshop
        self.service = service
        self.declarations: Any = workshop.declaration
        self.committees: Any = workshop.committee
        self.identities: Any = workshop.identity
        self.reviews: Any = workshop.review
        self.objects = workshop.objects

    def work(self, *kinds: str) -> None:
        """Let the worker do every job that is due, or those of some kinds."""
        worker = Worker(self.jobs, self.database, _Health())  # type: ignore[arg-type]
        while (found := jobs.take(self.database, kinds or tuple(worker._handlers))) is not None:
            worker._handle(found)

    def upload(
        self, content: bytes, *, name: str = "材料.pdf", purpose: str = "attachment", check: bool = True
    ) -> FileFacts:
        """What the gateway does with a file."""
        ticket = self.service.begin_upload(command=BeginUpload(command_id=uuid.uuid4(), name=name, purpose=purpose))
        self.objects.put(ticket.key, io.BytesIO(content), size=len(content))
        self.service.finish_upload(command=FinishUpload(command_id=uuid.uuid4(), file_id=ticket.file_id))
        if check:
            self.work()
        return self.service.own_file(file_id=ticket.file_id)

    def read(self, stored: Stored) -> bytes:
        return b"".join(self.objects.read(stored.key))

    def finished(self, job: JobSummary) -> JobSummary:
        self.work()
        return self.service.job(job_id=job.job_id)

    def document(self, job: JobSummary) -> bytes:
        done = self.finished(job)
        assert (done.state, done.error_code) == (JobState.DONE, None)
        assert done.file_id is not None
        return self.read(self.service.open_document(document_id=done.file_id))


class _Health:
    def set(self, need: str, met: bool) -> None:
        """Nobody looks."""


@pytest.fixture(scope="module")
def world(
    environment: dict[str, str], database_of: Callable[..., Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    database = database_of("documents")
    install(Path(environment["FONTCONFIG_FILE"]).parent)
    folder = tmp_path_factory.mktemp("worker")
    settings = Settings(work_folder=folder, demonstration=True)
    objects = ObjectStore(ObjectStoreSettings())
    PROFILES._parsed.clear()
    digest, slices, templates = read(PROFILE)
    for template, path in templates.items():
        with path.open("rb") as source:
            objects.put(template_key(template), source, size=path.stat().st_size)
    workshop = Jobs(settings, database=database, objects=objects, caller=None)  # type: ignore[arg-type]
    service = DocumentsService(settings, database=database, caller=None)  # type: ignore[arg-type]
    workshop.declaration = Declarations()  # type: ignore[assignment]
    workshop.identity = Identities()  # type: ignore[assignment]
    workshop.review = Reviews()  # type: ignore[assignment]
    workshop.committee = Committees()  # type: ignore[assignment]
    with context.use(context.CallContext(profile=PROFILE)):
        content = slices["documents"]
        service.store_profile(
            profile_slice=ProfileSlice(profile=PROFILE, content_hash=digest, content=content), version=1
        )
        service.activate_profile(profile=PROFILE, version=1)
    workshop.open()
    yield World(database, workshop, service)
    workshop.close()


@pytest.fixture
def applicant(make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]) -> Actor:
    actor = make_actor((Role.APPLICANT, None))
    acting(actor)
    return actor


def submission(
    world: World, actor: Actor, *, name: str = "纪知秋", files: tuple[FileFacts, ...] = ()
) -> SubmissionCard:
    """A frozen submission that the declaration service knows, and of which it told."""
    card = SubmissionCard(
        submission_id=uuid.uuid4(),
        declaration_id=uuid.uuid4(),
        submission_number=1,
        person_id=uuid.uuid4(),
        account_id=actor.account_id,
        organization_id=uuid.uuid4(),
        declaration_year=2026,
        batch_id=uuid.uuid4(),
        submitted_at=datetime(2026, 11, 21, 7, 4, tzinfo=UTC),
        profile_version=1,
        real_name=name,
        id_document_no="139901199003040028",
        setting=SettingChoice(
            category="health",
            title_series="health_medical",
            specialty="x",
            declared_title="general.deputy_senior",
            title_level="deputy_senior",
            declaration_mode="normal",
            review_mode="review",
            labels={
                "category": "卫生类",
                "title_series": "卫生技术人员-医疗",
                "specialty": "心血管内科",
                "declared_title": "副主任医师",
                "title_level": "高级(副高)",
                "declaration_mode": "正常申报",
                "review_mode": "评审",
            },
        ),
        facts={},
    )
    world.declarations.contents[card.submission_id] = SubmissionContent(
        card=card,
        blocks={
            "basic_profile": {
                "values": {
                    "real_name": name,
                    "gender": "2",
                    "ethnicity": "01",
                    "birth_date": "1990-03-04",
                    "id_document_no": card.id_document_no,
                    "work_summary_abstract": "一\n二 <b>{{ 7*7 }}</b>",
                }
            },
            "educations": {
                "rows": [
                    {"values": {"start_month": "2008-09", "end_month": "2013-07", "school": "栎城演示医科大学",
                                "major": "临床医学", "is_highest_education": "yes"}}
                ]
            },
        },
        files=tuple(
            FrozenFile(
                file_id=file.file_id,
                slot="basic_profile.photo" if file.kind == "png" else "base_materials.integrity_pledge",
                name=file.name,
                size=file.size,
                sha256=file.sha256 or "",
            )
            for file in files
        ),
        receipt_number=f"HB-2026-{card.submission_id.hex[:7]}",
        content_sha256="0123456789abcdef" * 4,
    )  # fmt: skip
    with world.database.begin(PROFILE) as session:
        event = DeclarationSubmitted(
            declaration_id=card.declaration_id,
            submission_id=card.submission_id,
            submission_number=1,
            account_id=actor.account_id,
        )
        uploads.note_submission(session, event=event, profile=PROFILE)
    return card


def certifiable(world: World, *cards: SubmissionCard) -> uuid.UUID:
    meeting_id = uuid.uuid4()
    world.committees.people[meeting_id] = tuple(
        Certifiable(
            material_id=uuid.uuid4(),
            meeting_id=meeting_id,
            declaration_id=card.declaration_id,
            submission_id=card.submission_id,
            person_id=card.person_id,
            account_id=card.account_id,
            committee_name="河北省卫生系列高级职称演示评审委员会",
            decided_on=date(2026, 12, 20),
        )
        for card in cards
    )
    return meeting_id


def order(world: World, meeting_id: uuid.UUID, document: MeetingDocument, **more: Any) -> JobSummary:
    return world.service.order_meeting_document(
        command_id=uuid.uuid4(), meeting_id=meeting_id, document=document, organization_name="省职改办", **more
    )


def text_of(content: bytes) -> str:
    """What is printed, without the blanks and line ends that the layout makes."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


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


def sweep(world: World) -> None:
    with world.database.begin(PROFILE) as session:
        ordering.order_sweep(session, profile=PROFILE)


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


@pytest.mark.req("HB-48", "PL-24")
def test_general_forms_are_exported_in_the_background(world: World, applicant: Actor) -> None:
    """Ticked rows become one archive or one PDF, with opinions and progress, that expires."""
    cards = [submission(world, applicant, name=name) for name in ("纪知秋", LONG_NAME)]
    world.work()
    for bundle in Bundle:
        ordered = world.service.order_export(
            command_id=uuid.uuid4(),
            kind="general_form",
            submission_ids=tuple(card.submission_id for card in cards),
            bundle=bundle,
        )
        assert (ordered.state, ordered.total) == (JobState.WAITING, 2)
        content = world.document(ordered)
        if bundle is Bundle.MERGED_PDF:
            text = text_of(content)
            assert "同意推荐。" in text
            assert "旧意见" not in text
            assert "{{7*7}}" in text
            assert LONG_NAME.partition("·")[0] in text
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert len(archive.namelist()) == 2
                assert all(name.startswith("通用表_") for name in archive.namelist())
                if bundle is Bundle.ZIP_DOCX:
                    Document(io.BytesIO(archive.read(archive.namelist()[0])))
    done = world.service.own_jobs(page=PageRequest())
    assert done.total == 3
    assert all(one.done == one.total == 2 and one.expires_at for one in done.items)
    with clock.standing_at(clock.now() + timedelta(days=8)):
        sweep(world)
        world.work()
    for one in done.items:
        assert one.file_id is not None
        with pytest.raises(NotFound):
            world.service.open_document(document_id=one.file_id)


def test_an_export_can_be_cancelled_and_refused(world: World, applicant: Actor) -> None:
    """A waiting export is stopped; one whose submission is unknown ends with the refusal's code."""
    ordered = world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=(uuid.uuid4(),))
    stopped = world.service.cancel_job(command=CancelJob(command_id=uuid.uuid4(), job_id=ordered.job_id))
    assert stopped.state is JobState.CANCELLED
    failed = world.finished(
        world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=(uuid.uuid4(),))
    )
    assert (failed.state, failed.error_code) == (JobState.FAILED, "common.not_found")
    with pytest.raises(NothingToRender):
        world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=())


def test_an_export_asks_for_the_right_again_when_it_is_made(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Who lost the role or the account while the export waited gets no file, only the code that says why."""
    card = submission(world, applicant)
    world.work()

    def outcomes() -> list[str | None]:
        ordered = (
            world.service.order_export(
                command_id=uuid.uuid4(), kind="general_form", submission_ids=(card.submission_id,)
            ),
            world.service.order_meeting_document(
                command_id=uuid.uuid4(),
                meeting_id=uuid.uuid4(),
                document=MeetingDocument.JUDGES,
                organization_name="栎城演示医科大学",
            ),
        )
        done = [world.finished(job) for job in ordered]
        assert all((job.file_id is None) == (job.error_code is not None) for job in done)
        return [job.error_code for job in done]

    officer = make_actor((Role.CASE_OFFICER, uuid.uuid4()))
    acting(officer)
    assert outcomes() == [None, None]
    world.reviews.removed.add(officer.account_id)
    world.committees.removed.add(officer.account_id)
    assert outcomes() == ["common.not_allowed"] * 2
    world.identities.ended.add(officer.account_id)
    assert outcomes() == ["common.not_found"] * 2


def test_own_documents_are_the_own_ones(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """A foreign submission is not found: at once where it is known here, by the job where its event is on the way."""
    known = submission(world, applicant)
    on_the_way = known.model_copy(update={"submission_id": uuid.uuid4()})
    content = world.declarations.contents[known.submission_id].model_copy(update={"card": on_the_way})
    world.declarations.contents[on_the_way.submission_id] = content

    def ordered(card: SubmissionCard) -> JobSummary:
        command = OrderOwnDocument(
            command_id=uuid.uuid4(), submission_id=card.submission_id, document=OwnDocument.GENERAL_FORM
        )
        return world.service.order_own_document(command=command)

    assert world.document(ordered(on_the_way)).startswith(b"%PDF")
    acting(make_actor((Role.APPLICANT, None)))
    with pytest.raises(NotFound):
        ordered(known)
    refused = world.finished(ordered(on_the_way))
    assert (refused.state, refused.error_code) == (JobState.FAILED, "common.not_found")


@pytest.mark.req("HB-134", "HB-158")
@pytest.mark.parametrize("wanted", list(ListFormat))
def test_lists_of_a_meeting_are_exported(world: World, applicant: Actor, wanted: ListFormat) -> None:
    """A list comes as spreadsheet, PDF or Word document, and no cell of it computes anything."""
    content = world.document(order(world, uuid.uuid4(), MeetingDocument.JUDGES, list_format=wanted))
    if wanted is ListFormat.PDF:
        assert "云汐演示大学" in text_of(content)
    elif wanted is ListFormat.XLSX:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


@pytest.mark.req("HB-165", "HB-166")
def test_certificates_are_made_once_for_each_person_and_meeting(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Ordering again gives the same numbers and codes; the holder has PDF and Word document, others nothing."""
    photo = world.upload(portrait())
    cards = [submission(world, applicant, files=(photo,)), submission(world, applicant, name=LONG_NAME)]
    world.work()
    meeting_id = certifiable(world, *cards)
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    first, second = (world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES)) for _ in range(2))
    with zipfile.ZipFile(io.BytesIO(first)) as before, zipfile.ZipFile(io.BytesIO(second)) as after:
        assert sorted(before.namelist()) == sorted(after.namelist())
        assert len(before.namelist()) == 4
        assert [before.read(name) for name in before.namelist()] == [after.read(name) for name in after.namelist()]
    acting(applicant)
    own = world.service.own_certificates()
    assert len(own) == 2
    assert all(one.is_ready for one in own)
    number = own[0].management_no
    assert world.service.check_certificate(management_no=number, check_code=own[0].check_code).management_no == number
    assert number.startswith("冀")
    with world.database.begin(PROFILE) as session:
        row = session.get_one(CertificateRow, own[0].certificate_id)
        told = session.scalars(select(OutboxRow).where(OutboxRow.topic == CertificateIssued.topic())).all()
    assert len([one for one in told if one.aggregate_id in {c.certificate_id for c in own}]) == 2
    stored = world.service.open_certificate(certificate_id=row.id, format=CertificateFormat.PDF)
    printed = text_of(world.read(stored))
    assert row.check_code in printed
    assert number.removeprefix("冀") in printed
    acting(make_actor((Role.APPLICANT, None)))
    with pytest.raises(NotFound):
        world.service.open_certificate(certificate_id=row.id, format=CertificateFormat.PDF)


@pytest.mark.req("PL-23")
def test_no_certificate_is_made_with_a_name_that_cannot_be_drawn(world: World, applicant: Actor) -> None:
    """Rare characters are drawn; one that no typeface has ends the order with its code, after all others were made."""
    rare, undrawable = "𠮷𪚥𠀀", "云\U00031350"
    cards = [submission(world, applicant, name=name) for name in (undrawable, rare)]
    world.work()
    failed = world.finished(order(world, certifiable(world, *cards), MeetingDocument.CERTIFICATES))
    assert (failed.state, failed.error_code) == (JobState.FAILED, "documents.characters_not_drawable")
    (ready,) = [one for one in world.service.own_certificates() if one.is_ready]
    printed = world.read(
        world.service.open_certificate(certificate_id=ready.certificate_id, format=CertificateFormat.PDF)
    )
    assert rare in text_of(printed)
    used = PdfReader(io.BytesIO(printed)).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert any("HanaMin" in str(font.get_object()["/BaseFont"]) for font in used)


@pytest.mark.req("PL-26", "HB-166")
def test_anybody_may_check_a_certificate_and_learns_little(world: World, applicant: Actor) -> None:
    """Number and check code together confirm a certificate; the name is masked and no identity number is shown."""
    card = submission(world, applicant, name="纪知秋")
    world.work()
    meeting_id = certifiable(world, card)
    world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES))
    with world.database.begin(PROFILE) as session:
        row = session.scalars(select(CertificateRow).where(CertificateRow.person_id == card.person_id)).one()
    typed = row.check_code.lower().replace("-", " ")
    found = world.service.check_certificate(management_no=f" {row.management_no} ", check_code=typed)
    assert (found.masked_name, found.declared_title) == ("纪**", "副主任医师")
    assert "139901" not in found.model_dump_json()
    for number, code in ((row.management_no, "2222-2222-2222"), ("冀20260000000", row.check_code)):
        with pytest.raises(NotFound):
            world.service.check_certificate(management_no=number, check_code=code)


@pytest.mark.req("HB-166", "PL-26")
def test_a_withdrawn_certificate_says_since_when_and_is_not_given_out(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Its number and code still answer, with the day; nobody gets the file, and a new bundle leaves it out."""
    card = submission(world, applicant)
    other = submission(world, applicant, name=LONG_NAME)
    world.work()
    meeting_id = certifiable(world, card, other)
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES))
    with world.database.begin(PROFILE) as session:
        row = session.scalars(select(CertificateRow).where(CertificateRow.person_id == card.person_id)).one()
    wanted = {"meeting_id": meeting_id, "material_id": row.material_id, "reason": "材料造假"}
    for _ in range(2):
        world.service.withdraw_certificate(command_id=uuid.uuid4(), **wanted)
    with pytest.raises(NotFound):
        world.service.withdraw_certificate(command_id=uuid.uuid4(), **{**wanted, "material_id": uuid.uuid4()})
    found = world.service.check_certificate(management_no=row.management_no, check_code=row.check_code)
    assert found.withdrawn_on == clock.today()
    with zipfile.ZipFile(io.BytesIO(world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES)))) as bundle:
        assert len(bundle.namelist()) == 2
    acting(applicant)
    (seen,) = world.service.meeting_certificates(meeting_id=row.meeting_id, material_ids=(row.material_id,))
    assert (seen.management_no, seen.withdrawn_on) == (row.management_no, clock.today())
    assert world.service.meeting_certificates(meeting_id=uuid.uuid4(), material_ids=(row.material_id,)) == ()
    own = {one.certificate_id: one.withdrawn_on for one in world.service.own_certificates()}
    assert own[row.id] == clock.today()
    with pytest.raises(CertificateWithdrawn):
        world.service.open_certificate(certificate_id=row.id, format=CertificateFormat.PDF)


@pytest.mark.req("HB-165")
def test_review_forms_show_the_vote_in_numbers(world: World, applicant: Actor) -> None:
    """The review form comes as Word and PDF with opinions, counts and result; none where nobody may have one."""
    card = submission(world, applicant)
    world.work()
    content = world.document(order(world, certifiable(world, card), MeetingDocument.REVIEW_FORMS))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(archive.namelist())
        assert [name.rpartition(".")[2] for name in names] == ["docx", "pdf"]
        printed = text_of(archive.read(names[1]))
    assert "同意推荐。" in printed
    assert "88.5" in printed
    failed = world.finished(order(world, uuid.uuid4(), MeetingDocument.REVIEW_FORMS))
    assert failed.error_code == NothingToRender.code


@pytest.mark.req("HB-60", "HB-74", "HB-115")
def test_the_province_offers_its_files(world: World, applicant: Actor) -> None:
    """Filling instructions, ethics evaluation and expert sheet can be downloaded under their Chinese names."""
    offered = {one.download_id: one for one in world.service.downloads()}
    assert offered.keys() == {"filling_instructions", "ethics_evaluation_template", "expert_import"}
    for download_id in offered:
        stored = world.service.open_download(download_id=download_id)
        assert world.read(stored).startswith(b"PK")
    with pytest.raises(NotFound):
        world.service.open_download(download_id="nonsense")


@pytest.mark.req("HB-52")
def test_exchange_templates_are_offered_and_withdrawn(
    world: World, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """A case officer offers a file of the own organisation; others see it until it is withdrawn."""
    organization_id = uuid.uuid4()
    officer = make_actor((Role.CASE_OFFICER, organization_id))
    acting(officer)
    file = world.upload(docx(), purpose="exchange_template", name="报盘.docx")
    foreign = AddExchangeTemplate(
        command_id=uuid.uuid4(), organization_id=uuid.uuid4(), title="报盘模板", file_id=file.file_id
    )
    with pytest.raises(NotFound):
        world.service.add_exchange_template(command=foreign)
    acting(make_actor((Role.ORG_ADMIN, organization_id)))
    with pytest.raises(NotAllowed):
        world.service.add_exchange_template(
            command=foreign.model_copy(update={"command_id": uuid.uuid4(), "organization_id": organization_id})
        )
    acting(officer)
    made = world.service.add_exchange_template(
        command=foreign.model_copy(update={"command_id": uuid.uuid4(), "organization_id": organization_id})
    )
    other = make_actor((Role.CASE_OFFICER, uuid.uuid4()))
    acting(other)
    assert made.template_id in {one.template_id for one in world.service.exchange_templates(page=PageRequest()).items}
    assert world.read(world.service.open_exchange_template(template_id=made.template_id)).startswith(b"PK")
    withdraw = EnableExchangeTemplate(
        command_id=uuid.uuid4(), template_id=made.template_id, is_enabled=False, expected_version=1
    )
    with pytest.raises(NotAllowed):
        world.service.enable_exchange_template(command=withdraw)
    acting(officer)
    assert world.service.enable_exchange_template(command=withdraw).version == 2
    with pytest.raises(StaleVersion):
        world.service.enable_exchange_template(command=withdraw.model_copy(update={"command_id": uuid.uuid4()}))
    acting(other)
    with pytest.raises(NotFound):
        world.service.open_exchange_template(template_id=made.template_id)
    with pytest.raises(NotFound):
        world.service.enable_exchange_template(command=withdraw.model_copy(update={"command_id": uuid.uuid4()}))


def test_jobs_of_others_are_not_there(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Nobody sees, stops or fetches what somebody else ordered."""
    ordered = order(world, uuid.uuid4(), MeetingDocument.JUDGES)
    world.work()
    done = world.service.job(job_id=ordered.job_id)
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    with pytest.raises(NotFound):
        world.service.job(job_id=ordered.job_id)
    with pytest.raises(NotFound):
        world.service.cancel_job(command=CancelJob(command_id=uuid.uuid4(), job_id=ordered.job_id))
    assert done.file_id is not None
    with pytest.raises(NotFound):
        world.service.open_document(document_id=done.file_id)
    with world.database.begin(PROFILE) as session:
        assert session.get(JobRow, ordered.job_id) is not None
