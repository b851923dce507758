"""The documents service: uploads and their checks, templates, rendered documents, certificates, exports."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.base import Page, PageRequest, rpc
from contracts.documents.certificates import CertificateCheck, CertificateFormat, CertificateSummary, MeetingCertificate
from contracts.documents.files import (
    AddExchangeTemplate,
    BeginUpload,
    Download,
    EnableExchangeTemplate,
    ExchangeTemplate,
    FileFacts,
    FinishUpload,
    Stored,
    UploadTicket,
)
from contracts.documents.orders import (
    Bundle,
    CancelJob,
    ExportScope,
    JobSummary,
    ListFormat,
    MeetingDocument,
    OrderOwnDocument,
)
from contracts.operations import Operated
from contracts.profiles import PublishesProfiles


class DocumentsApi(PublishesProfiles, Operated):
    """Files in, documents out."""

    name: ClassVar[str] = "documents"

    # uploads

    @rpc()
    def begin_upload(self, *, command: BeginUpload) -> UploadTicket:
        """Announce a file and learn where its bytes go. Refuses: UnknownPurpose."""
        raise NotImplementedError

    @rpc()
    def finish_upload(self, *, command: FinishUpload) -> FileFacts:
        """Have an announced file checked. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def own_file(self, *, file_id: UUID) -> FileFacts:
        """A file that the actor uploaded. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def open_file(self, *, file_id: UUID, grant: str | None, preview: bool) -> Stored:
        """Where a file is that the actor may read: the own one, or with a read grant of review or committee.

        A preview of a picture is a copy made anew from its pixels, one of a Word file a PDF.
        Refuses: NotFound, FileNotReady, PreviewNotReady, PreviewFailed.
        """
        raise NotImplementedError

    @rpc(callers=("declaration", "review", "committee", "identity"), actor=False)
    def file_facts(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileFacts, ...]:
        """What is known of the files; unknown ids are left out."""
        raise NotImplementedError

    @rpc(callers=("declaration",), actor=False, timeout=10)
    def confirm_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileFacts, ...]:
        """Read size and hash of the stored objects again before a submission is frozen (design §2).

        An object that is gone or was changed is answered as refused.
        """
        raise NotImplementedError

    @rpc(callers=("committee",), actor=False)
    def locate_file(self, *, file_id: UUID) -> Stored:
        """Where the bytes of a checked file are, for an import. Refuses: NotFound, FileNotReady."""
        raise NotImplementedError

    # what the province and its offices offer

    @rpc()
    def publish_files(self, *, file_ids: tuple[UUID, ...]) -> None:
        """Let own files belong to an article, for the system administrator; harmless when repeated.

        Refuses: NotAllowed, NotFound, FileNotReady.
        """
        raise NotImplementedError

    @rpc(actor=False)
    def open_public_file(self, *, file_id: UUID) -> Stored:
        """Where a file is that belongs to an article; the caller knows who may read that. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=False)
    def public_downloads(self) -> tuple[Download, ...]:
        """Those of the files that the province offers to everybody, signed in or not."""
        raise NotImplementedError

    @rpc(actor=False)
    def open_public_download(self, *, download_id: str) -> Stored:
        """Where a file is that is offered to everybody. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def downloads(self) -> tuple[Download, ...]:
        """The files that the province offers."""
        raise NotImplementedError

    @rpc()
    def open_download(self, *, download_id: str) -> Stored:
        """Where an offered file is. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def exchange_templates(self, *, page: PageRequest) -> Page[ExchangeTemplate]:
        """The templates for data exchange: all that are offered, and those of the own organisation (HB-52)."""
        raise NotImplementedError

    @rpc()
    def add_exchange_template(self, *, command: AddExchangeTemplate) -> ExchangeTemplate:
        """Offer a template, by a case officer. Refuses: NotAllowed, NotFound, FileNotReady."""
        raise NotImplementedError

    @rpc()
    def enable_exchange_template(self, *, command: EnableExchangeTemplate) -> ExchangeTemplate:
        """Offer a template again or no more. Refuses: NotFound, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def open_exchange_template(self, *, template_id: UUID) -> Stored:
        """Where a template's file is. Refuses: NotFound."""
        raise NotImplementedError

    # documents on order

    @rpc(callers=("review", "committee"))
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
        """Order a document per submission (general_form) or one over all (roster); the caller has checked scope.

        Refuses: ExportTooLarge, NothingToRender.
        """
        raise NotImplementedError

    @rpc(callers=("committee",))
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
        """Order a list of a meeting, or its certificates or review forms; the caller has checked scope.

        Certificates are made once for each person and meeting; ordering again makes the missing ones and bundles all.
        """
        raise NotImplementedError

    @rpc(callers=("committee",))
    def withdraw_certificate(self, *, command_id: UUID, meeting_id: UUID, material_id: UUID, reason: str) -> None:
        """Let a certificate hold no longer; the caller has checked the right. Harmless when repeated.

        Refuses: NotFound.
        """
        raise NotImplementedError

    @rpc(callers=("committee",))
    def meeting_certificates(
        self, *, meeting_id: UUID, material_ids: tuple[UUID, ...]
    ) -> tuple[MeetingCertificate, ...]:
        """The certificates of these materials of a meeting; the caller has checked the right."""
        raise NotImplementedError

    @rpc()
    def order_own_document(self, *, command: OrderOwnDocument) -> JobSummary:
        """Order a document of the own submission. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def job(self, *, job_id: UUID) -> JobSummary:
        """A job that the actor ordered. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def own_jobs(self, *, page: PageRequest) -> Page[JobSummary]:
        """The exports that the actor ordered, newest first (PL-24)."""
        raise NotImplementedError

    @rpc()
    def cancel_job(self, *, command: CancelJob) -> JobSummary:
        """Stop an export. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def open_document(self, *, document_id: UUID) -> Stored:
        """Where a document is that the actor ordered. Refuses: NotFound, DocumentExpired."""
        raise NotImplementedError

    # certificates

    @rpc()
    def own_certificates(self) -> tuple[CertificateSummary, ...]:
        """The actor's certificates."""
        raise NotImplementedError

    @rpc()
    def open_certificate(self, *, certificate_id: UUID, format: CertificateFormat) -> Stored:
        """Where a certificate of the actor is. Refuses: NotFound, FileNotReady."""
        raise NotImplementedError

    @rpc(actor=False)
    def check_certificate(self, *, management_no: str, check_code: str) -> CertificateCheck:
        """Whether a certificate is genuine, for anybody. Refuses: NotFound."""
        raise NotImplementedError
