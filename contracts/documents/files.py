"""Uploaded files and their checks, and the files that a province and its offices offer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from contracts.base import Command, Message, VersionedCommand

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Verdict(StrEnum):
    """What the check of an uploaded file found."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    CLEAN = "clean"
    REFUSED = "refused"


class FileFacts(Message):
    """What is known of an uploaded file.

    kind: its type by content (pdf, jpeg, png, gif, bmp, tiff, webp, avif, heic, docx, xlsx).
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


class EnableExchangeTemplate(VersionedCommand):
    """Offer a template again, or offer it no more."""

    template_id: UUID
    is_enabled: bool


def file_key(profile: str, file_id: UUID) -> str:
    """Where the object store keeps an uploaded file that was found clean."""
    return f"files/{profile}/{file_id}"
