"""The bus side of the documents service: its methods and event handlers, a few lines each."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import context
from chassis.database import Database
from chassis.loops import every
from chassis.objects import ObjectStore
from chassis.profiles import ProfileService
from chassis.rpc import Caller
from chassis.service import Delivery, on, serve
from chassis.settings import ObjectStoreSettings
from chassis.tables import ProfileRow
from contracts.base import Page, PageRequest
from contracts.documents import (
    AddExchangeTemplate,
    BeginUpload,
    Bundle,
    CancelJob,
    CertificateCheck,
    CertificateFormat,
    CertificateSummary,
    DocumentsApi,
    Download,
    EnableExchangeTemplate,
    ExchangeTemplate,
    ExportScope,
    FileFacts,
    FinishUpload,
    JobSummary,
    ListFormat,
    MeetingCertificate,
    MeetingDocument,
    OrderOwnDocument,
    Stored,
    UploadTicket,
    Verdict,
)
from contracts.events import DeclarationDiscarded, DeclarationSubmitted
from services.documents import queries
from services.documents.operations import exchange, issuing, ordering, uploads
from services.documents.published import PROFILES
from services.documents.settings import Settings

SWEEP_SECONDS = 600.0


@serve(DocumentsApi)
class DocumentsService(ProfileService[Settings]):
    """Files in, documents out."""

    profiles = PROFILES

    def __init__(self, settings: Settings, *, database: Database, caller: Caller) -> None:
        super().__init__(settings, database=database, caller=caller)
        self.objects = ObjectStore(ObjectStoreSettings())

    # events and loops

    @on(DeclarationSubmitted)
    def hold_submission(self, event: DeclarationSubmitted, delivery: Delivery) -> None:
        # Unordered: each submission is a thing of its own, and all of them are held.
        with delivery.once(ordered=False) as session:
            uploads.note_submission(session, event=event, profile=delivery.envelope.profile)

    @on(DeclarationDiscarded)
    def note_discarding(self, event: DeclarationDiscarded, delivery: Delivery) -> None:
        with delivery.once(ordered=False) as session:
            uploads.note_discarding(session, event=event, profile=delivery.envelope.profile)

    @every(SWEEP_SECONDS)
    def order_sweeps(self, session: Session) -> None:
        for profile in session.scalars(select(ProfileRow.profile).distinct()):
            with context.changed(profile=profile):
                ordering.order_sweep(session, profile=profile)

    # uploads

    def begin_upload(self, *, command: BeginUpload) -> UploadTicket:
        return self.execute(uploads.begin_upload, command, actor=context.actor())

    def finish_upload(self, *, command: FinishUpload) -> FileFacts:
        with self.database.begin() as session:
            return uploads.finish_upload(session, command=command, actor=context.actor())

    def own_file(self, *, file_id: UUID) -> FileFacts:
        with self.database.begin() as session:
            return queries.own_file(session, actor=context.actor(), file_id=file_id)

    def open_file(self, *, file_id: UUID, grant: str | None, preview: bool) -> Stored:
        actor = context.actor()
        opened = None if grant is None else self.verifier.read_grant(grant, actor)
        with self.database.begin() as session:
            return queries.open_file(session, actor=actor, file_id=file_id, grant=opened, preview=preview)

    def file_facts(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileFacts, ...]:
        with self.database.begin() as session:
            return queries.facts_of(session, file_ids=file_ids)

    def confirm_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileFacts, ...]:
        return tuple(self._confirmed(facts) for facts in self.file_facts(file_ids=file_ids))

    def _confirmed(self, facts: FileFacts) -> FileFacts:
        """The facts, as refused where the stored object is not what was checked."""
        if facts.verdict is not Verdict.CLEAN:
            return facts
        digest = hashlib.sha256()
        try:
            for part in self.objects.read(f"files/{context.current().profile}/{facts.file_id}"):
                digest.update(part)
        except KeyError:
            return facts.model_copy(update={"verdict": Verdict.REFUSED, "refused_because": "documents.refused_lost"})
        if digest.hexdigest() != facts.sha256:
            return facts.model_copy(update={"verdict": Verdict.REFUSED, "refused_because": "documents.refused_changed"})
        return facts

    def locate_file(self, *, file_id: UUID) -> Stored:
        with self.database.begin() as session:
            return queries.locate_file(session, file_id=file_id)

    # what is offered

    def publish_files(self, *, file_ids: tuple[UUID, ...]) -> None:
        with self.database.begin() as session:
            uploads.publish_files(session, actor=context.actor(), file_ids=file_ids)

    def open_public_file(self, *, file_id: UUID) -> Stored:
        with self.database.begin() as session:
            return queries.open_public_file(session, file_id=file_id)

    def public_downloads(self) -> tuple[Download, ...]:
        running = context.current()
        with self.database.begin() as session:
            return queries.downloads(session, profile=running.profile or "", locale=running.locale, public=True)

    def open_public_download(self, *, download_id: str) -> Stored:
        profile = context.current().profile or ""
        with self.database.begin() as session:
            return queries.open_download(session, profile=profile, download_id=download_id, public=True)

    def downloads(self) -> tuple[Download, ...]:
        profile = context.actor().profile
        with self.database.begin() as session:
            return queries.downloads(session, profile=profile, locale=context.current().locale, public=False)

    def open_download(self, *, download_id: str) -> Stored:
        with self.database.begin() as session:
            return queries.open_download(
                session, profile=context.actor().profile, download_id=download_id, public=False
            )

    def exchange_templates(self, *, page: PageRequest) -> Page[ExchangeTemplate]:
        with self.database.begin() as session:
            return queries.exchange_templates(session, actor=context.actor(), page=page)

    def add_exchange_template(self, *, command: AddExchangeTemplate) -> ExchangeTemplate:
        return self.execute(exchange.add_exchange_template, command, actor=context.actor())

    def enable_exchange_template(self, *, command: EnableExchangeTemplate) -> ExchangeTemplate:
        return self.execute(exchange.enable_exchange_template, command, actor=context.actor())

    def open_exchange_template(self, *, template_id: UUID) -> Stored:
        with self.database.begin() as session:
            return queries.open_exchange_template(session, actor=context.actor(), template_id=template_id)

    # documents on order

    def order_export(
        self,
        *,
        command_id: UUID,
        kind: str,
        submission_ids: tuple[UUID, ...],
        bundle: Bundle = Bundle.ZIP_PDF,
        reason: str = "",
        scope: ExportScope | None = None,
    ) -> JobSummary:
        command = ordering.OrderExport(
            command_id=command_id, kind=kind, submission_ids=submission_ids, bundle=bundle, reason=reason, scope=scope
        )
        return self.execute(ordering.order_export, command, actor=context.actor())

    def order_meeting_document(
        self,
        *,
        command_id: UUID,
        meeting_id: UUID,
        document: MeetingDocument,
        organization_name: str,
        list_format: ListFormat = ListFormat.XLSX,
        meeting_name: str | None = None,
    ) -> JobSummary:
        command = ordering.OrderMeetingDocument(
            command_id=command_id,
            meeting_id=meeting_id,
            document=document,
            organization_name=organization_name,
            list_format=list_format,
            meeting_name=meeting_name,
        )
        return self.execute(ordering.order_meeting_document, command, actor=context.actor())

    def withdraw_certificate(self, *, command_id: UUID, meeting_id: UUID, material_id: UUID, reason: str) -> None:
        command = issuing.WithdrawCertificate(
            command_id=command_id, meeting_id=meeting_id, material_id=material_id, reason=reason
        )
        self.execute(issuing.withdraw_certificate, command, actor=context.actor())

    def meeting_certificates(
        self, *, meeting_id: UUID, material_ids: tuple[UUID, ...]
    ) -> tuple[MeetingCertificate, ...]:
        with self.database.begin() as session:
            return queries.meeting_certificates(session, meeting_id=meeting_id, material_ids=material_ids)

    def order_own_document(self, *, command: OrderOwnDocument) -> JobSummary:
        return self.execute(ordering.order_own_document, command, actor=context.actor())

    def job(self, *, job_id: UUID) -> JobSummary:
        with self.database.begin() as session:
            return queries.own_job(session, actor=context.actor(), job_id=job_id)

    def own_jobs(self, *, page: PageRequest) -> Page[JobSummary]:
        with self.database.begin() as session:
            return queries.own_jobs(session, actor=context.actor(), page=page)

    def cancel_job(self, *, command: CancelJob) -> JobSummary:
        return self.execute(ordering.cancel_job, command, actor=context.actor())

    def open_document(self, *, document_id: UUID) -> Stored:
        with self.database.begin() as session:
            return queries.open_document(session, actor=context.actor(), document_id=document_id)

    # certificates

    def own_certificates(self) -> tuple[CertificateSummary, ...]:
        with self.database.begin() as session:
            return queries.own_certificates(session, actor=context.actor())

    def open_certificate(self, *, certificate_id: UUID, format: CertificateFormat) -> Stored:
        with self.database.begin() as session:
            return queries.open_certificate(
                session, actor=context.actor(), certificate_id=certificate_id, wanted=format
            )

    def check_certificate(self, *, management_no: str, check_code: str) -> CertificateCheck:
        with self.database.begin() as session:
            return queries.check_certificate(
                session,
                management_no=management_no,
                check_code=check_code,
                demonstration=self.settings.demonstration,
            )
