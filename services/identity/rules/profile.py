"""What a profile decides about accounts and organisations: the slice `accounts.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contracts.identifiers import DocumentType
from contracts.identity import LoginKind, Option, OrganizationForm, Region

Minutes = Annotated[int, Field(ge=1, le=60 * 24)]
Attempts = Annotated[int, Field(ge=1, le=1000)]
IMPORT_FIELDS = ("real_name", "id_document_type", "id_document_no", "mobile", "email")


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CaptchaRules(_Rules):
    """length: characters of an image; minutes: how long it may be answered."""

    length: int = Field(ge=4, le=8)
    minutes: Minutes


class AttemptRules(_Rules):
    """How many attempts an account or an address has within some minutes; one more locks it for as long again."""

    account: Attempts
    address: Attempts
    minutes: Minutes


class ActivationRules(_Rules):
    """days: life of an activation code; attempts: wrong entries after which it is dead."""

    days: int = Field(ge=1, le=90)
    attempts: Attempts


class RecoveryRules(_Rules):
    """minutes: life of a code; attempts: wrong entries after which it is dead; requests: how often one may be asked."""

    minutes: Minutes
    attempts: Attempts
    requests: AttemptRules


class SessionRules(_Rules):
    """A session ends after `idle_minutes` without a request, and after `hours` in any case (PL-07)."""

    idle_minutes: Minutes
    hours: int = Field(ge=1, le=24 * 7)


class PasswordRules(_Rules):
    """min_length: characters; refused: well-known passwords that nobody may take (PL-08)."""

    min_length: int = Field(ge=8, le=64)
    refused: tuple[str, ...] = ()


class EnrolmentRules(_Rules):
    """years_ahead: for how many coming years a unit may open a person's declaration year (HB-22, HB-23)."""

    years_ahead: int = Field(ge=0, le=2)


class RetentionRules(_Rules):
    """How long is kept what is of use for a while only (PL-38): sessions with their addresses after their end, to be
    looked up when an account was misused, and workbooks of applicants.
    """

    sessions_days: int = Field(default=180, ge=1, le=3650)
    workbooks_days: int = Field(default=30, ge=1, le=3650)


class ApplicantImportRules(_Rules):
    """The workbook by which applicants are enrolled: its sheet and headings by field, an example, and what fits."""

    sheet: str = Field(min_length=1, max_length=31)
    maximum_rows: int = Field(ge=1, le=2000)
    columns: dict[str, str]
    example: dict[str, str] = {}
    notes: dict[str, str] = {}

    @field_validator("columns")
    @classmethod
    def _has_every_column(cls, columns: dict[str, str]) -> dict[str, str]:
        """In their order, which a stored profile does not keep."""
        if set(columns) != set(IMPORT_FIELDS) or len(set(columns.values())) != len(columns):
            raise ValueError("each field has one heading of its own")
        return {field: columns[field] for field in IMPORT_FIELDS}


class OrganizationRules(_Rules):
    """The option lists of the form HB-T2 and the divisions that may be chosen."""

    org_category: tuple[Option, ...]
    org_nature: tuple[Option, ...]
    economic_type: tuple[Option, ...]
    industry: tuple[Option, ...]
    regions: tuple[Region, ...]
    demonstration_regions: tuple[Region, ...] = ()

    def codes(self, name: str) -> frozenset[str]:
        """The codes of one of the option lists."""
        options: tuple[Option, ...] = getattr(self, name)
        return frozenset(option.code for option in options)


class FirstAccount(_Rules):
    """An account that exists from the beginning."""

    login_name: str = Field(pattern="^[a-z][a-z0-9_.-]{2,31}$")
    real_name: str = Field(min_length=1, max_length=50)


class AccountRules(_Rules):
    """Everything that a profile says about who may sign in how and which organisations there are."""

    login: dict[LoginKind, tuple[str, ...]]
    id_document_type: tuple[Option, ...]
    captcha: CaptchaRules
    sign_in: AttemptRules
    activation: ActivationRules
    recovery: RecoveryRules
    session: SessionRules
    password: PasswordRules
    enrolment: EnrolmentRules
    retention: RetentionRules = RetentionRules()
    # A province without it takes no workbooks of applicants.
    applicant_import: ApplicantImportRules | None = None
    organization: OrganizationRules
    root: OrganizationForm
    administrator: FirstAccount
    system_administrator: FirstAccount

    @model_validator(mode="after")
    def _document_types_are_known(self) -> AccountRules:
        for option in self.id_document_type:
            DocumentType(option.code)
        return self

    @property
    def document_types(self) -> frozenset[DocumentType]:
        """The identity documents that the province accepts."""
        return frozenset(DocumentType(option.code) for option in self.id_document_type)


class Slice(BaseModel):
    """Identity's part of a profile."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    accounts: AccountRules
