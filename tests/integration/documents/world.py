"""The documents service with its worker and the neighbours that it asks, and what its tests order of it."""

from __future__ import annotations

import io
import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

from pypdf import PdfReader

from chassis import jobs
from chassis.database import Database
from chassis.workshop import Worker
from contracts.base import Actor
from contracts.committee import Certifiable, ListRow, MaterialResult, MeetingList
from contracts.declaration import FileAttachment, FrozenFile, SettingChoice, SubmissionCard, SubmissionContent
from contracts.documents import (
    BeginUpload,
    FileFacts,
    FinishUpload,
    JobState,
    JobSummary,
    MeetingDocument,
    Stored,
)
from contracts.errors import NotAllowed, NotFound
from contracts.events import DeclarationSubmitted, Outcome
from contracts.identity import OrganizationSummary
from contracts.review import LogEntry
from services.documents.jobs import Jobs
from services.documents.operations import ordering, uploads
from services.documents.service import DocumentsService

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


def sweep(world: World) -> None:
    with world.database.begin(PROFILE) as session:
        ordering.order_sweep(session, profile=PROFILE)
