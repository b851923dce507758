"""The documents service: uploads and their checks, templates, rendered documents, certificates, exports."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, Page, PageRequest, rpc
from contracts.errors import DomainError, Kind
from contracts.profiles import PublishesProfiles

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
EXPORT_MAXIMUM = 5_000


class FileRefused(DomainError):
    """The check of an uploaded file refused it; `reason` is a code with a text of its own (PL-20)."""

    code = "documents.file_refused"
    kind = Kind.INVALID


class UnknownPurpose(DomainError):
    """The profile knows no upload for this purpose."""

    code = "documents.unknown_purpose"
    kind = Kind.INVALID


class FileNotReady(DomainError):
    """The file is still being received or checked, or its check refused it."""

    code = "documents.file_not_ready"
    kind = Kind.CONFLICT


class PreviewNotReady(DomainError):
    """What is shown of a Word file is still being made; ask again in a moment."""

    code = "documents.preview_not_ready"
    kind = Kind.CONFLICT


class PreviewFailed(DomainError):
    """The Word file cannot be shown; it can be downloaded."""

    code = "documents.preview_failed"
    kind = Kind.CONFLICT


class ExportTooLarge(DomainError):
    """More documents than one export may hold."""

    code = "documents.export_too_large"
    kind = Kind.INVALID


class CharactersNotDrawable(DomainError):
    """An official paper holds characters that no installed typeface draws; it would be wrong without them."""

    code = "documents.characters_not_drawable"
    kind = Kind.CONFLICT


class NothingToRender(DomainError):
    """There is nobody for whom the document could be made now (HB-166)."""

    code = "documents.nothing_to_render"
    kind = Kind.CONFLICT


class CertificateWithdrawn(DomainError):
    """The certificate holds no longer, so it is not given out; its public check says since when."""

    code = "documents.certificate_withdrawn"
    kind = Kind.CONFLICT


class DocumentExpired(DomainError):
    """The export's time is over and it was deleted (PL-24)."""

    code = "documents.document_expired"
    kind = Kind.NOT_FOUND


class Verdict(StrEnum):
    """What the check of an uploaded file found."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    CLEAN = "clean"
    REFUSED = "refused"


class FileFacts(Message):
    """What is known of an uploaded file.

    kind: its type by content (pdf, jpeg, png, gif, bmp, tiff, webp, docx, xlsx).
    refused_because: the code of the reason's text, `documents.refused_…`.
    is_scanned: whether a malware scanner looked at it; none may be configured.
    """

    file_id: UUID
    account_id: UUID
    name: str
    kind: str | None
    size: int
    sha256: str | None
    verdict: Verdict
    refused_because: str | None
    pages: int | None = None
    is_scanned: bool = False


class BeginUpload(Command):
    """Announce a file. `purpose` names the profile's rules for it: attachment, photo, import, exchange_template …"""

    name: Name
    purpose: Code = "attachment"


class UploadTicket(Message):
    """Where the gateway puts the bytes of an announced file, and how many it may."""

    file_id: UUID
    key: str
    max_bytes: int
    verdict: Verdict


class FinishUpload(Command):
    """The bytes of an announced file are in the store; its check may begin."""

    file_id: UUID


class Stored(Message):
    """Where the gateway finds the bytes of something that the caller may read."""

    key: str
    name: str
    content_type: str
    size: int
    sha256: str | None


class Download(Message):
    """A file that the province offers (HB-60, HB-74, HB-115); the size in bytes is told to who need not sign in."""

    download_id: str
    label: str
    name: str
    size: int | None = None


class ExchangeTemplate(Message):
    """A template for bulk data exchange (报盘模板, HB-52)."""

    template_id: UUID
    organization_id: UUID
    title: str
    name: str
    is_enabled: bool
    version: int
    created_at: datetime


class AddExchangeTemplate(Command):
    """Offer a file, uploaded for the purpose `exchange_template`, as a template of the actor's organisation."""

    organization_id: UUID
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    file_id: UUID


class EnableExchangeTemplate(Command):
    """Offer a template again, or offer it no more."""

    template_id: UUID
    is_enabled: bool


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExportScope(Message):
    """Of which list an export is, in names alone: personal data may stand in what a condition asks for (PL-33).

    ticked: whether it holds ticked rows, else all that the conditions leave. conditions: the filters that were set.
    """

    view: str
    tab: str
    ticked: bool
    conditions: tuple[str, ...] = ()


class JobSummary(Message):
    """A job that somebody ordered: progress in items, and the file it made; of an export its reason and list.

    `error_message` has the words of `error_code` in the reader's language, as the gateway adds them.
    """

    job_id: UUID
    kind: str
    state: JobState
    done: int
    total: int
    file_id: UUID | None
    error_code: str | None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    error_message: str = ""
    reason: str = ""
    scope: ExportScope | None = None


class Bundle(StrEnum):
    """How many documents travel as one file."""

    ZIP_PDF = "zip_pdf"
    ZIP_DOCX = "zip_docx"
    MERGED_PDF = "merged_pdf"


class OwnDocument(StrEnum):
    """What an applicant may have printed of the own submission."""

    RECEIPT = "receipt"
    GENERAL_FORM = "general_form"


class OrderOwnDocument(Command):
    """Order a document of the actor's own submission."""

    submission_id: UUID
    document: OwnDocument


class CancelJob(Command):
    """Stop a job that the actor ordered."""

    job_id: UUID


class MeetingDocument(StrEnum):
    """What is made of a meeting (HB-134, HB-158, HB-165)."""

    JUDGES = "judges"
    PASSED = "passed"
    FAILED = "failed"
    ROSTER = "roster"
    CERTIFICATES = "certificates"
    REVIEW_FORMS = "review_forms"


class ListFormat(StrEnum):
    """In which form a list is wanted."""

    XLSX = "xlsx"
    PDF = "pdf"
    DOCX = "docx"


class CertificateSummary(Message):
    """A certificate as its holder sees it; with number and check code anybody may confirm it."""

    certificate_id: UUID
    declaration_id: UUID
    management_no: str
    check_code: str = Field(repr=False)
    declared_title: str
    title_level: str
    issued_on: date
    is_ready: bool
    withdrawn_on: date | None = None


class MeetingCertificate(Message):
    """A certificate as the office sees it beside a result, without its check code."""

    material_id: UUID
    management_no: str
    issued_on: date
    is_ready: bool
    withdrawn_on: date | None = None
    withdrawal_reason: str | None = None


class CertificateFormat(StrEnum):
    """In which form a certificate or review form is read."""

    PDF = "pdf"
    DOCX = "docx"


class CertificateCheck(Message):
    """What anybody may learn who holds number and check code (PL-26): minimal, the name masked."""

    management_no: str
    masked_name: str
    title_series: str
    specialty: str
    declared_title: str
    title_level: str
    committee_name: str
    decided_on: date
    issuer: str
    issued_on: date
    is_demonstration: bool
    withdrawn_on: date | None = None


def file_key(profile: str, file_id: UUID) -> str:
    """Where the object store keeps an uploaded file that was found clean."""
    return f"files/{profile}/{file_id}"


class DocumentsApi(PublishesProfiles):
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

    @rpc(callers=("committee",), actor=False)
    def hold_files(self, *, holder_id: UUID, file_ids: tuple[UUID, ...]) -> None:
        """Keep these files, and no others, for something of the caller's: what nobody holds is collected.

        An import need not hold its file: it is kept for the hours of the profile's `unattached_hours`.
        """
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
