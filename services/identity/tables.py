"""Persons, organisations, accounts, roles, enrolments, codes and sessions as tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted, EncryptedJson
from chassis.database import Base, metadata

# Chinese names in the order of their pinyin (GB 2312 readings by ICU), whatever the cluster's own order is.
CHINESE = "zh-x-icu"


class IdentityBase(Base):
    """Tables of the identity service."""

    __abstract__ = True
    metadata = metadata()


class Organization(IdentityBase):
    """A node of the organisation tree (HB-T2). One root per profile; codes are unique among siblings."""

    __tablename__ = "organization"
    __table_args__ = (
        UniqueConstraint("profile", "parent_id", "org_code", name="uq_organization_org_code"),
        Index("uq_organization_root", "profile", unique=True, postgresql_where=text("parent_id IS NULL")),
        Index("ix_organization_parent_id", "parent_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    org_code: Mapped[str] = mapped_column(String(4))
    org_name: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(6))
    org_category: Mapped[str]
    org_nature: Mapped[str]
    economic_type: Mapped[str | None]
    industry: Mapped[str]
    committee_creation_right: Mapped[bool]
    committee_formation_right: Mapped[bool]
    unified_social_credit_code: Mapped[str | None]
    organization_code: Mapped[str | None]
    contact_person: Mapped[str | None]
    contact_phone: Mapped[str | None] = mapped_column(Encrypted)
    fax: Mapped[str | None]
    email: Mapped[str | None]
    postcode: Mapped[str | None]
    address: Mapped[str | None]
    supervising_person: Mapped[str]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Person(IdentityBase):
    """A human being as one profile knows them. Staff whose document was never asked for have none here."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("profile", "id_document_type", "id_document_hash", name="uq_person_document"),
        CheckConstraint(
            "num_nonnulls(id_document_type, id_document_no, id_document_hash) IN (0, 3)", name="document_is_whole"
        ),
        Index("ix_person_id_document_hash", "id_document_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    real_name: Mapped[str] = mapped_column(String(50))
    id_document_type: Mapped[str | None]
    id_document_no: Mapped[str | None] = mapped_column(Encrypted)
    id_document_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile: Mapped[str | None] = mapped_column(Encrypted)
    email: Mapped[str | None] = mapped_column(Encrypted)
    locale: Mapped[str] = mapped_column(default="zh-CN")
    created_at: Mapped[datetime]


class Account(IdentityBase):
    """What somebody signs in with: a login name, or without one the number of the person's document.

    Without a password only an activation opens it, and only to set one.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("profile", "login_name", name="uq_account_login_name"),
        Index("uq_account_person", "person_id", unique=True, postgresql_where=text("login_name IS NULL")),
        CheckConstraint("kind IN ('staff', 'applicant', 'expert', 'pool')", name="kind"),
        CheckConstraint("(login_name IS NOT NULL) = (kind IN ('staff', 'pool'))", name="login"),
        Index("ix_account_home_id", "home_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    login_name: Mapped[str | None] = mapped_column(String(64))
    home_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    password_hash: Mapped[str | None]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class AccountRole(IdentityBase):
    """A role of an account and where it holds. The role of applicants comes from their enrolments."""

    __tablename__ = "account_role"
    __table_args__ = (
        UniqueConstraint(
            "account_id",
            "role",
            "organization_id",
            "committee_id",
            name="uq_account_role",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(role = 'pool_manager') = (committee_id IS NOT NULL)", name="committee"),
        CheckConstraint(
            "(role IN ('org_admin', 'case_officer', 'unit_leader')) = (organization_id IS NOT NULL)",
            name="organization",
        ),
        Index("ix_account_role_organization_id", "organization_id", "role"),
        Index("ix_account_role_committee_id", "committee_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    committee_id: Mapped[UUID | None]
    committee_code: Mapped[str | None]


class EnrolmentRow(IdentityBase):
    """The right of a person to declare in one year, for one unit (HB-22, HB-23)."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "year", name="uq_enrolment_year"),
        Index("ix_enrolment_organization_id", "organization_id", "year"),
        Index("ix_enrolment_account_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    year: Mapped[int]
    created_at: Mapped[datetime]


class ApplicantImportRow(IdentityBase):
    """A workbook of applicants that a clerk had checked.

    rows: `{"row", "values": {field: text}, "document_type", "faults": [Fault], "outcome", "account_id"}`.
    """

    __tablename__ = "applicant_import"
    __table_args__ = (
        CheckConstraint("state IN ('checking', 'checked', 'unreadable', 'done')", name="state"),
        Index("ix_applicant_import_ordered_at", "ordered_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    file_id: Mapped[UUID]
    year: Mapped[int]
    state: Mapped[str]
    error_code: Mapped[str | None]
    rows: Mapped[list[Any]] = mapped_column(EncryptedJson)
    ordered_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ActivationRow(IdentityBase):
    """The one-time code with which the owner of an account sets a password; a newer one takes its place."""

    __tablename__ = "activation"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    profile: Mapped[str]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    failures: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]


class RecoveryRow(IdentityBase):
    """A request for a recovery code. Without an account it only keeps up appearances: its code was sent to nobody."""

    __tablename__ = "recovery"
    __table_args__ = (Index("ix_recovery_expires_at", "expires_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(Encrypted)
    failures: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(IdentityBase):
    """Somebody signed in. The token is kept as a hash; `committee_id` is the committee chosen by its code (W8)."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_session_token_hash"),
        Index("ix_session_account_id", "account_id", "created_at"),
        Index("ix_session_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    committee_id: Mapped[UUID | None]
    address: Mapped[str]
    user_agent: Mapped[str]
    idle_minutes: Mapped[int]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CaptchaRow(IdentityBase):
    """An image that waits for its answer; the row goes when one is given."""

    __tablename__ = "captcha"
    __table_args__ = (Index("ix_captcha_expires_at", "expires_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    profile: Mapped[str]
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class AttemptRow(IdentityBase):
    """How often an account or an address has tried something since `window_ends_at` was set; kept as keyed hashes."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_window_ends_at", "window_ends_at"),)

    profile: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    spent: Mapped[int]
    window_ends_at: Mapped[datetime]
