"""Tables: uploads and what holds them, certificates, rendered documents, exchange templates."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted
from chassis.database import Base, metadata


class DocumentsBase(Base):
    """Tables of the documents service."""

    __abstract__ = True
    metadata = metadata()


class FileRow(DocumentsBase):
    """An uploaded file: announced, checked, then kept under `files/` or refused and deleted."""

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("state IN ('uploading', 'checking', 'clean', 'refused')", name="state"),
        CheckConstraint("(state = 'clean') = (sha256 IS NOT NULL AND kind IS NOT NULL)", name="clean"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused"),
        Index("ix_file_account_id", "account_id"),
        Index("ix_file_looked_at", "looked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    account_id: Mapped[UUID]
    purpose: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    kind: Mapped[str | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    max_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    pages: Mapped[int | None]
    is_scanned: Mapped[bool] = mapped_column(default=False)
    # a copy to be shown: of a picture, of a Word file; the latter has neither while it is being made
    has_preview: Mapped[bool] = mapped_column(default=False)
    preview_failed: Mapped[bool] = mapped_column(default=False)
    # belongs to an article: shown to whoever may read that, and never collected
    is_public: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # when somebody last asked whether the file is still needed
    looked_at: Mapped[datetime]

    @property
    def quarantine_key(self) -> str:
        return f"quarantine/{self.profile}/{self.id}"

    @property
    def key(self) -> str:
        return f"files/{self.profile}/{self.id}"

    @property
    def preview_key(self) -> str:
        return f"previews/{self.profile}/{self.id}"


class SubmissionRow(DocumentsBase):
    """A frozen submission whose files are held, as `DeclarationSubmitted` told of it."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_declaration_id", "declaration_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    declaration_id: Mapped[UUID]
    number: Mapped[int]
    account_id: Mapped[UUID]
    received_at: Mapped[datetime]
    held_at: Mapped[datetime | None]


class HeldFile(DocumentsBase):
    """A file that a submission, or something of another service, holds: it is not collected."""

    __tablename__ = "held_file"
    __table_args__ = (Index("ix_held_file_file_id", "file_id"),)

    holder_id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]


class DiscardedDeclaration(DocumentsBase):
    """A declaration that was given up: its files go after their retention time (PL-38)."""

    __tablename__ = "discarded_declaration"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    discarded_at: Mapped[datetime]


class CertificateRow(DocumentsBase):
    """A certificate: one for each person and meeting, its number and check code never change (HB-166)."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("profile", "meeting_id", "person_id"),
        UniqueConstraint("profile", "management_no"),
        UniqueConstraint("check_hash"),
        Index("ix_certificate_account_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID]
    person_id: Mapped[UUID]
    material_id: Mapped[UUID]
    declaration_id: Mapped[UUID]
    submission_id: Mapped[UUID]
    account_id: Mapped[UUID]
    management_no: Mapped[str]
    check_code: Mapped[str] = mapped_column(Encrypted)
    check_hash: Mapped[bytes] = mapped_column(LargeBinary)
    masked_name: Mapped[str]
    title_series: Mapped[str]
    specialty: Mapped[str]
    declared_title: Mapped[str]
    title_level: Mapped[str]
    committee_name: Mapped[str]
    issuer: Mapped[str]
    decided_on: Mapped[date]
    issued_on: Mapped[date]
    # the rendered files; None until they are
    pdf_id: Mapped[UUID | None]
    docx_id: Mapped[UUID | None]
    # since when it holds no longer, and why
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]


class CertificateCounter(DocumentsBase):
    """The last serial number of a year's certificates."""

    __tablename__ = "certificate_counter"

    profile: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class DocumentRow(DocumentsBase):
    """A document that was made: who may fetch it, and until when."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_account_id", "account_id", "created_at"),
        Index("ix_document_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    kind: Mapped[str]
    account_id: Mapped[UUID | None]
    submission_id: Mapped[UUID | None]
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]

    @property
    def key(self) -> str:
        return f"documents/{self.profile}/{self.id}"


class ExchangeTemplateRow(DocumentsBase):
    """A template for bulk data exchange that an organisation offers (HB-52)."""

    __tablename__ = "exchange_template"
    __table_args__ = (Index("ix_exchange_template_organization_id", "organization_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    organization_id: Mapped[UUID]
    title: Mapped[str]
    file_id: Mapped[UUID]
    is_enabled: Mapped[bool]
    version: Mapped[int]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
