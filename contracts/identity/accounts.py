"""Messages about the accounts of a unit: staff and applicants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.base import Command, Message, PageRequest, Role, SecretAnswer, VersionedCommand
from contracts.identifiers import DocumentType
from contracts.identity.fields import Line, OptionalLine


class HandedOver(SecretAnswer):
    """An account with its one-time activation code, shown once to whoever opened or reset it (W1).

    `activation_code` is None for a repeat of the command, and where the person has a password already.
    """

    account_id: UUID
    login_name: str | None
    activation_code: str | None
    expires_at: datetime | None

    def without_secrets(self) -> HandedOver:
        return self.model_copy(update={"activation_code": None})


class OpenStaffAccount(Command):
    """An account for a case officer or leader of an own organisation (HB-16, HB-T3.1)."""

    organization_id: UUID
    login_name: Annotated[Line, Field(max_length=32)]
    real_name: Annotated[Line, Field(max_length=50)]
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=4)]
    mobile: OptionalLine = Field(default=None, max_length=24)
    email: OptionalLine = Field(default=None, max_length=100)


class SetStaffRoles(VersionedCommand):
    """Which staff roles an account has in an own organisation; an applicant of the unit may get some as well."""

    expected_version: int
    organization_id: UUID
    account_id: UUID
    roles: Annotated[tuple[Role, ...], Field(max_length=4)]


class OpenApplicantAccount(Command):
    """An account of an applicant of the own unit for one year (HB-20, HB-22, HB-T3.2), by default the present one."""

    organization_id: UUID
    real_name: Annotated[Line, Field(max_length=50)]
    id_document_type: DocumentType = DocumentType.RESIDENT
    id_document_no: Annotated[Line, Field(max_length=40)]
    mobile: Annotated[Line, Field(max_length=24)]
    email: OptionalLine = Field(default=None, max_length=100)
    year: int | None = Field(default=None, ge=2000, le=2999)


class WithdrawEnrolment(Command):
    """Take back the enrolment of a person for a year that was wrong, before anything was declared; with a reason."""

    account_id: UUID
    year: int = Field(ge=2000, le=2999)
    reason: Annotated[Line, Field(min_length=2, max_length=200)]


class ChangeAccount(VersionedCommand):
    """Corrected name and contacts of an account of the own unit."""

    expected_version: int
    account_id: UUID
    real_name: Annotated[Line, Field(max_length=50)]
    mobile: OptionalLine = Field(default=None, max_length=24)
    email: OptionalLine = Field(default=None, max_length=100)


class AccountAct(VersionedCommand):
    """Enable or disable an account, or hand it a new activation code."""

    account_id: UUID


class AccountFilter(PageRequest):
    """Which accounts of an own organisation are listed; the number is compared whole, the name in part."""

    organization_id: UUID | None = None
    real_name: OptionalLine = Field(default=None, max_length=50)
    is_enabled: bool | None = None


class StaffFilter(AccountFilter):
    """Which staff accounts are listed."""

    role: Role | None = None


class ApplicantFilter(AccountFilter):
    """Which applicants are listed; without year, those of the present one."""

    id_document_no: OptionalLine = Field(default=None, max_length=40)
    year: int | None = None


class AccountRow(Message):
    """One line of a list of accounts, numbers masked (W4)."""

    account_id: UUID
    login_name: str | None
    real_name: str
    id_document_type: DocumentType | None
    id_document_no: str | None
    mobile: str | None
    roles: tuple[Role, ...]
    year: int | None
    is_enabled: bool
    is_activated: bool
    version: int
