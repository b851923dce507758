"""Certificates, as their holders, the office and anybody who checks them see them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from contracts.base import Message


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
