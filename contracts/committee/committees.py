"""Committees, their scope and their policy settings."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from contracts.base import Command, Message, PageRequest, VersionedCommand
from contracts.committee.plans import Fraction
from contracts.committee.words import (
    CatalogueCode,
    Code,
    Line,
    LoginName,
    Mobile,
    Name,
    PersonName,
    Phone,
    Region,
    must_not_precede,
)
from contracts.declaration.forms import Label


class CommitteeSummary(Message):
    """A committee as other services know it; `organization_id` is the unit that runs it and checks its material.

    required_blocks and required_attachments are what its policy settings demand beyond the form description (HB-62).
    """

    committee_id: UUID
    code: str
    name: str
    year: int
    organization_id: UUID
    is_open: bool
    accepts_until: datetime | None
    required_blocks: tuple[str, ...] = ()
    required_attachments: tuple[str, ...] = ()


class ScopeEntry(Message):
    """One title series of a committee's scope; an empty list means all of the series."""

    title_series: CatalogueCode
    specialties: tuple[CatalogueCode, ...] = ()
    title_levels: tuple[CatalogueCode, ...] = ()


class OpenCommittee(Message):
    """A committee that takes declarations now; `closes_on` is the last day of its window."""

    committee_id: UUID
    name: str
    year: int
    scope: tuple[ScopeEntry, ...]
    closes_on: date


class CommitteeData(Message):
    """HB-T24 without the code. region: GB/T 2260 code of a county, city (xxxx00) or province (xx0000), "" for all."""

    name: Name
    year: int = Field(ge=2000, le=2100)
    organization_id: UUID
    level: CatalogueCode
    scope_kind: CatalogueCode
    scope: tuple[ScopeEntry, ...] = Field(min_length=1, max_length=100)
    subtree_organization_id: UUID | None = None
    region: Region = ""
    valid_from: date
    valid_until: date
    contact_name: Name
    contact_phone: Phone

    @field_validator("valid_until")
    @classmethod
    def _ends_after_it_begins(cls, day: date, told: ValidationInfo) -> date:
        return must_not_precede(day, told.data.get("valid_from"))


class PolicySettings(Message):
    """申报政策要求设置: the declaration window (both days count) and what is asked beyond the form (HB-T24.3)."""

    opens_on: date
    closes_on: date
    required_blocks: tuple[CatalogueCode, ...] = ()
    required_attachments: tuple[CatalogueCode, ...] = ()
    note: Line = ""

    @field_validator("closes_on")
    @classmethod
    def _closes_after_it_opens(cls, day: date, told: ValidationInfo) -> date:
        return must_not_precede(day, told.data.get("opens_on"))


class CreateCommittee(Command):
    """Add a committee under a code that nobody else has."""

    code: Code
    data: CommitteeData
    policy: PolicySettings


class EditCommittee(VersionedCommand):
    """Change everything of a committee but its code."""

    committee_id: UUID
    data: CommitteeData


class SetPolicy(VersionedCommand):
    """Set the policy anew; the former settings stay in the history."""

    committee_id: UUID
    policy: PolicySettings


class GrantPool(Command):
    """Let an account of the committee's unit fill its pool (W8)."""

    committee_id: UUID
    account_id: UUID


class OpenPool(Command):
    """Open a personal account that fills the pool; the committee's code is the way to choose the committee (HB-109)."""

    committee_id: UUID
    login_name: LoginName
    real_name: PersonName
    mobile: Mobile | None = None


class ResetPool(Command):
    """Hand the manager of a pool a new activation code (HB-107, HB-110)."""

    committee_id: UUID
    account_id: UUID


class PolicyVersion(Message):
    """One version of a committee's policy settings."""

    number: int
    policy: PolicySettings
    set_at: datetime
    set_by: UUID


class CommitteeCard(Message):
    """A committee in a list."""

    committee_id: UUID
    code: str
    name: str
    year: int
    organization_id: UUID
    organization_name: str
    level: str
    scope_kind: str
    title_series: tuple[str, ...]
    region: str
    valid_from: date
    valid_until: date
    is_historical: bool
    is_open: bool
    experts: int
    version: int


class CommitteeDetail(Message):
    """A committee whole. `pool_managers` are account ids."""

    card: CommitteeCard
    data: CommitteeData
    policy: PolicyVersion
    policy_history: tuple[PolicyVersion, ...]
    pool_managers: tuple[UUID, ...]


class Choice(Message):
    """A value of a closed list with the province's words."""

    code: str
    label: Label


class CommitteeOptions(Message):
    """Choices and defaults of the forms of committees and meetings, in the present words of the profile."""

    levels: tuple[Choice, ...]
    scope_kinds: tuple[Choice, ...]
    relations: tuple[Choice, ...]
    quorum: Fraction
    threshold: Fraction
    vice_chairs: int
    second_person_reviews_plan: bool


class CommitteeFilter(PageRequest):
    """Which committees are wanted. `historical`: those whose term is over (HB-112)."""

    historical: bool = False
    text: Line = ""
    year: int | None = None
    title_series: str | None = None
