"""Files in and documents out: uploads, downloads, previews, exports, certificates and their public check."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, BinaryIO
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import FormData, UploadFile

from chassis import context
from contracts.base import Page
from contracts.committee import CommitteeApi
from contracts.committee.results import OrderMeetingDocument, WithdrawCertificate
from contracts.documents import (
    AddExchangeTemplate,
    BeginUpload,
    CancelJob,
    CertificateCheck,
    CertificateFormat,
    CertificateSummary,
    DocumentsApi,
    Download,
    EnableExchangeTemplate,
    ExchangeTemplate,
    FileFacts,
    FileRefused,
    FinishUpload,
    JobSummary,
    OrderOwnDocument,
    Verdict,
)
from contracts.errors import CommandReused, Fault, InvalidInput
from contracts.identity.sign_in import network_of
from gateway.clients import Services
from gateway.commands import IdempotencyKey, command_from
from gateway.description import FILE
from gateway.middleware import TokenBuckets, client_address
from gateway.paging import Paging
from gateway.problems import TooManyRequests, message
from gateway.sending import objects, send, size_of_template
from gateway.session import SignedIn, Visitor, signed_in

router = APIRouter(prefix="/{profile}", tags=["documents"])

LOOK_SECONDS = 0.15
PUBLIC_CHECKS_PER_MINUTE = 30
_checks = TokenBuckets(PUBLIC_CHECKS_PER_MINUTE)

PURPOSE = r"[a-z][a-z0-9_]{0,63}"
UPLOAD_FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {
                    "type": "string",
                    "format": "binary",
                    "description": "The file; what it is, is told by its content",
                },
                "purpose": {
                    "type": "string",
                    "pattern": f"^{PURPOSE}$",
                    "default": "attachment",
                    "description": "attachment, photo, import or exchange_template",
                },
            },
        }
    }
}

Grant = Annotated[
    str | None, Header(alias="X-Read-Grant", description="The right to read, given with a case or material")
]


# uploads


@router.post(
    "/files",
    status_code=201,
    responses={202: {"description": "Still being checked", "model": FileFacts}},
    openapi_extra={"requestBody": {"required": True, "content": UPLOAD_FORM}},
)
async def upload_file(
    request: Request,
    services: Services,
    _session: SignedIn,
    response: Response,
    wait: Annotated[float, Query(ge=0, le=30, description="Seconds to wait for the verdict")] = 10,
    idempotency_key: IdempotencyKey = None,
) -> FileFacts:
    """Upload a file and learn its verdict; 202 while it is still being checked, a problem where it is refused."""
    # Read here and not by FastAPI, which would take the whole body before it knows who sends it.
    async with _form(request) as form:
        file, purpose = form.get("file"), form.get("purpose", "attachment")
        if not isinstance(file, UploadFile):
            raise InvalidInput(faults=(Fault(pointer="/file", code="common.missing"),))
        name = (file.filename or "").replace("\0", "").strip()[-255:]
        faults = [Fault(pointer="/file", code="common.missing")] if not name else []
        if not isinstance(purpose, str) or not re.fullmatch(PURPOSE, purpose):
            faults.append(Fault(pointer="/purpose", code="common.string_pattern_mismatch"))
        if faults:
            raise InvalidInput(faults=tuple(faults))
        command = BeginUpload(command_id=idempotency_key or uuid4(), name=name, purpose=str(purpose))
        # A slow line may have taken longer to send the body than the token of its beginning is valid.
        await signed_in(request, request.path_params["profile"])
        return await _receive(services, response, file, command, wait)


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[FormData]:
    """The fields of a multipart body."""
    form = await request.form(max_files=1, max_fields=4)
    try:
        yield form
    finally:
        await form.close()


async def _receive(
    services: Services, response: Response, file: UploadFile, command: BeginUpload, wait: float
) -> FileFacts:
    """Hand the bytes to the store, have them checked, and wait for the verdict."""
    ticket = await services.documents.call(DocumentsApi.begin_upload, command=command)
    facts = await services.documents.call(DocumentsApi.own_file, file_id=ticket.file_id)
    if facts.verdict is Verdict.UPLOADING:
        size = file.size or 0
        if not 0 < size <= ticket.max_bytes:
            raise _refused("documents.refused_too_large" if size else "documents.refused_empty", ticket.max_bytes)
        await asyncio.to_thread(objects().put, ticket.key, file.file, size=size)
        finish = FinishUpload(command_id=uuid4(), file_id=ticket.file_id)
        facts = await services.documents.call(DocumentsApi.finish_upload, command=finish)
    give_up = asyncio.get_running_loop().time() + wait
    while facts.verdict is Verdict.CHECKING and asyncio.get_running_loop().time() < give_up:
        await asyncio.sleep(LOOK_SECONDS)
        facts = await services.documents.call(DocumentsApi.own_file, file_id=ticket.file_id)
    if facts.refused_because is not None:
        raise _refused(facts.refused_because, ticket.max_bytes)
    # Under one key one content is kept, whoever of two was first.
    if facts.verdict is Verdict.CLEAN and facts.sha256 != await asyncio.to_thread(_sha256, file.file):
        raise CommandReused()
    response.status_code = 201 if facts.verdict is Verdict.CLEAN else 202
    return facts


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while part := file.read(1024 * 1024):
        digest.update(part)
    return digest.hexdigest()


def _refused(reason: str, limit: int) -> FileRefused:
    return FileRefused(faults=(Fault(pointer="/file", code=reason, params={"limit": limit}),), reason=reason)


@router.get("/files/{file_id}")
async def show_file(services: Services, _session: SignedIn, file_id: UUID) -> FileFacts:
    """An own upload and its verdict."""
    return await services.documents.call(DocumentsApi.own_file, file_id=file_id)


@router.get("/files/{file_id}/content", response_class=StreamingResponse, responses=FILE)
async def download_file(
    request: Request, services: Services, _session: SignedIn, file_id: UUID, grant: Grant = None
) -> Response:
    """The bytes of an own file, or of one that the grant opens."""
    stored = await services.documents.call(DocumentsApi.open_file, file_id=file_id, grant=grant, preview=False)
    return await send(request, stored)


@router.get("/files/{file_id}/preview", response_class=StreamingResponse, responses=FILE)
async def preview_file(
    request: Request, services: Services, _session: SignedIn, file_id: UUID, grant: Grant = None
) -> Response:
    """The file to be shown in the page: of a picture a copy made anew, of a Word file a PDF (409 until it is made)."""
    stored = await services.documents.call(DocumentsApi.open_file, file_id=file_id, grant=grant, preview=True)
    return await send(request, stored, inline=True)


# what is offered


@router.get("/public/downloads")
async def list_public_downloads(services: Services, _profile: Visitor) -> tuple[Download, ...]:
    """The files that the province offers to everybody, with their sizes."""

    async def sized(offered: Download) -> Download:
        stored = await services.documents.call(DocumentsApi.open_public_download, download_id=offered.download_id)
        return offered.model_copy(update={"size": await asyncio.to_thread(size_of_template, stored.key)})

    found = await services.documents.call(DocumentsApi.public_downloads)
    return tuple(await asyncio.gather(*map(sized, found)))


@router.get("/public/downloads/{download_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_public_download(request: Request, services: Services, _profile: Visitor, download_id: str) -> Response:
    """A file that is offered to everybody."""
    return await send(
        request, await services.documents.call(DocumentsApi.open_public_download, download_id=download_id)
    )


@router.get("/downloads")
async def list_downloads(services: Services, _session: SignedIn) -> tuple[Download, ...]:
    """The files that the province offers."""
    return await services.documents.call(DocumentsApi.downloads)


@router.get("/downloads/{download_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_download(request: Request, services: Services, _session: SignedIn, download_id: str) -> Response:
    """An offered file."""
    return await send(request, await services.documents.call(DocumentsApi.open_download, download_id=download_id))


@router.get("/exchange-templates")
async def list_exchange_templates(services: Services, _session: SignedIn, page: Paging) -> Page[ExchangeTemplate]:
    """Templates for bulk data exchange, newest first."""
    return await services.documents.call(DocumentsApi.exchange_templates, page=page)


@router.post("/exchange-templates", status_code=201)
async def add_exchange_template(
    services: Services,
    _session: SignedIn,
    command: Annotated[AddExchangeTemplate, Depends(command_from(AddExchangeTemplate))],
) -> ExchangeTemplate:
    """Offer an uploaded file as a template."""
    return await services.documents.call(DocumentsApi.add_exchange_template, command=command)


@router.put("/exchange-templates/{template_id}")
async def enable_exchange_template(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        EnableExchangeTemplate,
        Depends(command_from(EnableExchangeTemplate, path=("template_id",), versioned=True)),
    ],
) -> ExchangeTemplate:
    """Offer a template again, or no more."""
    return await services.documents.call(DocumentsApi.enable_exchange_template, command=command)


@router.get("/exchange-templates/{template_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_exchange_template(
    request: Request, services: Services, _session: SignedIn, template_id: UUID
) -> Response:
    """A template's file."""
    stored = await services.documents.call(DocumentsApi.open_exchange_template, template_id=template_id)
    return await send(request, stored)


# documents on order


@router.post("/submissions/{submission_id}/documents", status_code=202)
async def order_own_document(
    services: Services,
    _session: SignedIn,
    command: Annotated[OrderOwnDocument, Depends(command_from(OrderOwnDocument, path=("submission_id",)))],
) -> JobSummary:
    """Order the receipt or the general form of an own submission."""
    return await services.documents.call(DocumentsApi.order_own_document, command=command)


@router.post("/meetings/{meeting_id}/documents", status_code=202)
async def order_meeting_document(
    services: Services,
    _session: SignedIn,
    command: Annotated[OrderMeetingDocument, Depends(command_from(OrderMeetingDocument, path=("meeting_id",)))],
) -> JobSummary:
    """Order a list of a meeting, its certificates or its review forms; then look at the export."""
    return await services.committee.call(CommitteeApi.order_document, command=command)


@router.get("/exports")
async def list_exports(services: Services, _session: SignedIn, page: Paging) -> Page[JobSummary]:
    """The own exports with progress and expiry, newest first."""
    found = await services.documents.call(DocumentsApi.own_jobs, page=page)
    return found.model_copy(update={"items": tuple(_in_words(job) for job in found.items)})


@router.get("/exports/{job_id}")
async def show_export(services: Services, _session: SignedIn, job_id: UUID) -> JobSummary:
    """How far an export is, and the file that it made."""
    return _in_words(await services.documents.call(DocumentsApi.job, job_id=job_id))


@router.post("/exports/{job_id}/cancel")
async def cancel_export(
    services: Services,
    _session: SignedIn,
    command: Annotated[CancelJob, Depends(command_from(CancelJob, path=("job_id",)))],
) -> JobSummary:
    """Stop an export."""
    return await services.documents.call(DocumentsApi.cancel_job, command=command)


@router.get("/documents/{document_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_document(
    request: Request,
    services: Services,
    _session: SignedIn,
    document_id: UUID,
    inline: Annotated[bool, Query(description="To be shown in the page")] = False,
) -> Response:
    """A document that was ordered."""
    stored = await services.documents.call(DocumentsApi.open_document, document_id=document_id)
    return await send(request, stored, inline=inline)


# certificates


@router.get("/certificates")
async def list_own_certificates(services: Services, _session: SignedIn) -> tuple[CertificateSummary, ...]:
    """The own certificates."""
    return await services.documents.call(DocumentsApi.own_certificates)


@router.get("/certificates/{certificate_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_certificate(
    request: Request,
    services: Services,
    _session: SignedIn,
    certificate_id: UUID,
    format: Annotated[CertificateFormat, Query()] = CertificateFormat.PDF,
    inline: Annotated[bool, Query(description="To be shown in the page")] = False,
) -> Response:
    """An own certificate as PDF or Word document."""
    stored = await services.documents.call(DocumentsApi.open_certificate, certificate_id=certificate_id, format=format)
    return await send(request, stored, inline=inline)


@router.post("/meetings/{meeting_id}/materials/{material_id}/certificate-withdrawal", status_code=204)
async def withdraw_certificate(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        WithdrawCertificate, Depends(command_from(WithdrawCertificate, path=("meeting_id", "material_id")))
    ],
) -> None:
    """Let a certificate hold no longer, with a reason; its public check says since when."""
    await services.committee.call(CommitteeApi.withdraw_certificate, command=command)


@router.get("/public/certificates")
async def check_certificate(
    request: Request,
    services: Services,
    _profile: Visitor,
    management_no: Annotated[str, Query(min_length=1, max_length=36)],
    check_code: Annotated[str, Query(min_length=1, max_length=20)],
) -> CertificateCheck:
    """Whether a certificate is genuine, for anybody who holds its number and check code."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not _checks.take(network_of(client_address(request.scope, headers, request.app.state.settings))):
        raise TooManyRequests()
    return await services.documents.call(
        DocumentsApi.check_certificate, management_no=management_no, check_code=check_code
    )


def _in_words(job: JobSummary) -> JobSummary:
    if job.error_code is None:
        return job
    return job.model_copy(update={"error_message": message(job.error_code, {}, context.current().locale)})
