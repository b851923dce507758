"""Committees, their policy settings and pools, experts with their profile, employers and relations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted, EncryptedJson
from services.committee.tables.base import CommitteeBase


class Committee(CommitteeBase):
    """评委会: who runs it, for how long, and for which series, specialties, levels, organisations and region.

    scope: one entry a title series, `{"title_series", "specialties": [], "title_levels": []}`, an empty list for all.
    subtree_organization_id: applicants of this organisation and those below it; None for everybody.
    region: GB/T 2260 code, a city or province covering what lies in it; "" for everywhere.
    """

    __tablename__ = "committee"
    __table_args__ = (
        UniqueConstraint("profile", "code"),
        CheckConstraint("valid_until >= valid_from", name="validity"),
        Index("ix_committee_year", "profile", "year"),
        Index("ix_committee_organization_id", "organization_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    year: Mapped[int]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    office_organization_id: Mapped[UUID]
    level: Mapped[str]
    scope_kind: Mapped[str]
    scope: Mapped[list[Any]]
    subtree_organization_id: Mapped[UUID | None]
    region: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    contact_name: Mapped[str]
    contact_phone: Mapped[str] = mapped_column(Encrypted, deferred=True)  # lists do not show it
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]


class PolicySetting(CommitteeBase):
    """One version of a committee's 申报政策要求设置; the highest number holds, the others are its history."""

    __tablename__ = "policy_setting"
    __table_args__ = (CheckConstraint("closes_on >= opens_on", name="window"),)

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    required_blocks: Mapped[list[str]]
    required_attachments: Mapped[list[str]]
    note: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID]


class PoolManager(CommitteeBase):
    """An account that may fill the pool of a committee: a person's own, never a shared one (W8)."""

    __tablename__ = "pool_manager"

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID]


class Expert(CommitteeBase):
    """评委专家: one row a person, whatever pools the person is in (HB-116); state as states §3.7.

    id_document_no and mobile are stored encrypted; the hash finds the same person again.
    reviewable: specialties (codes of the catalogue) that the expert can judge, from the profile's blocks.
    """

    __tablename__ = "expert"
    __table_args__ = (
        UniqueConstraint("profile", "id_document_hash"),
        CheckConstraint("state IN ('created', 'incomplete', 'submitted', 'approved', 'refused')", name="state"),
        CheckConstraint("state = 'created' OR account_id IS NOT NULL", name="account"),
        CheckConstraint("state NOT IN ('submitted', 'approved', 'refused') OR submitted_at IS NOT NULL", name="sent"),
        Index("ix_expert_account_id", "account_id", unique=True),
        Index("ix_expert_state", "profile", "state"),
        Index("ix_expert_by_name", sql('real_name COLLATE "zh-x-icu"'), "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    profile_version: Mapped[int]
    account_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    real_name: Mapped[str]
    id_document_type: Mapped[str]
    id_document_no: Mapped[str] = mapped_column(Encrypted)
    id_document_hash: Mapped[bytes] = mapped_column(LargeBinary)
    mobile: Mapped[str | None] = mapped_column(Encrypted)
    email: Mapped[str | None]
    employer_name: Mapped[str]
    reviewable: Mapped[list[str]]
    state: Mapped[str]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]


class PoolMember(CommitteeBase):
    """An expert in the pool of a committee."""

    __tablename__ = "pool_member"
    __table_args__ = (Index("ix_pool_member_expert_id", "expert_id"),)

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    profile: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID]


class ExpertBlock(CommitteeBase):
    """One block of an expert's profile; `content` is encrypted as a whole, what is searched stands in `expert`."""

    __tablename__ = "expert_block"

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    block: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    revision: Mapped[int]
    content: Mapped[Any] = mapped_column(EncryptedJson)
    saved_at: Mapped[datetime]


class ExpertFile(CommitteeBase):
    """A file in a slot of a block, or of one of its rows, as documents knew it when it was attached."""

    __tablename__ = "expert_file"
    __table_args__ = (
        Index("ix_expert_file_expert_id", "expert_id", "block"),
        Index("ix_expert_file_file_id", "file_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"))
    block: Mapped[str]
    row_id: Mapped[UUID | None]
    slot: Mapped[str]
    file_id: Mapped[UUID]
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    attached_at: Mapped[datetime]


class ExpertEmployer(CommitteeBase):
    """An organisation for which an expert works or worked, as typed and normalised (`rules/conflicts.py`)."""

    __tablename__ = "expert_employer"

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    normalised: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    name: Mapped[str]
    is_current: Mapped[bool]


class ExpertRelation(CommitteeBase):
    """A relation that excludes: an expert and a person, declared by the expert, by the applicant or for either.

    The person is named by the number of an identity document, by a material, or by name alone (an officer decides).
    """

    __tablename__ = "expert_relation"
    __table_args__ = (
        CheckConstraint("declared_side IN ('expert', 'applicant', 'officer')", name="declared_side"),
        CheckConstraint("person_name IS NOT NULL OR material_id IS NOT NULL", name="person"),
        Index("ix_expert_relation_expert_id", "expert_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"))
    kind: Mapped[str]
    person_name: Mapped[str | None]
    person_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    material_id: Mapped[UUID | None] = mapped_column(ForeignKey("review_material.id"))
    note: Mapped[str]
    declared_side: Mapped[str]
    declared_by: Mapped[UUID]
    declared_at: Mapped[datetime]


class ExpertImport(CommitteeBase):
    """批量新增 of experts from a file: job `job_id` checks or takes its rows and leaves a result for each.

    rows: `{"row", "outcome": ready | added | linked | left_out, "expert_id", "faults": [{"pointer", "code",
    "params"}]}`.
    typed: `{row: {field: text}}` of the rows that are not in the pool; None when its time is over.
    """

    __tablename__ = "expert_import"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'checked', 'taking', 'done', 'stopped', 'unreadable')", name="state"),
        Index("ix_expert_import_committee_id", "committee_id", "ordered_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))
    file_id: Mapped[UUID]
    job_id: Mapped[UUID]
    state: Mapped[str]
    rows: Mapped[list[Any]]
    typed: Mapped[Any | None] = mapped_column(EncryptedJson)
    error_code: Mapped[str | None]
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[UUID]
    finished_at: Mapped[datetime | None]
