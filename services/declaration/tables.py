"""The tables of the declaration service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted, EncryptedJson
from chassis.database import Base, metadata


class DeclarationBase(Base):
    """Tables of the declaration service."""

    __abstract__ = True
    metadata = metadata()


RECEIPT_NUMBER = Sequence("receipt_number", metadata=DeclarationBase.metadata)


class Batch(DeclarationBase):
    """A round of declaring with its window: days in Asia/Shanghai, the last one included. Empty scopes mean all."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("profile", "code"),
        CheckConstraint("opens_on <= closes_on", name="window"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    code: Mapped[str]
    label: Mapped[dict[str, Any]]
    year: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    cut_off: Mapped[date]
    categories: Mapped[list[str]]
    title_series: Mapped[list[str]]
    levels: Mapped[list[str]]
    version: Mapped[int]


class BatchWindow(DeclarationBase):
    """The history of a window: every change with who and why; never changed."""

    __tablename__ = "batch_window"
    __table_args__ = (UniqueConstraint("batch_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"))
    version: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    reason: Mapped[str]
    account_id: Mapped[UUID | None]
    at: Mapped[datetime]


class Declaration(DeclarationBase):
    """One person's declaration of one year.

    setting: codes by field; labels: their words at that time. state and previous_state are states of the profile
    version's workflow. demanded: what every accepting committee wants beyond the form. correct_until: the first moment
    at which a returned declaration may not come again. recalled: the current submission was taken back.
    told_window: the end of the window that its applicant knows; warned_window: the end before which he was reminded.
    return_remarks: what was said to single fields with the return; upgraded_from: the form version with which the
    draft was begun, where it was brought to a newer one since its last submission.
    event_number: the number of the last event about the declaration; telling something is no change of it.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(submission_id IS NULL) = (submission_number = 0)", name="submission"),
        Index(
            "uq_declaration_person_year",
            "profile",
            "person_id",
            "year",
            unique=True,
            postgresql_where=text("NOT is_discarded"),
        ),
        Index("ix_declaration_open", "batch_id", "told_window", postgresql_where=text("is_open")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    profile_version: Mapped[int]
    upgraded_from: Mapped[int | None]
    upgraded_at: Mapped[datetime | None]
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"))
    year: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(index=True)
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    setting: Mapped[dict[str, Any]]
    labels: Mapped[dict[str, Any]]
    demanded: Mapped[list[str]]
    state: Mapped[str]
    previous_state: Mapped[str | None]
    is_open: Mapped[bool]
    is_discarded: Mapped[bool]
    version: Mapped[int]
    submission_id: Mapped[UUID | None]
    submission_number: Mapped[int]
    is_recalled: Mapped[bool]
    return_reason: Mapped[str | None] = mapped_column(Encrypted)
    return_remarks: Mapped[list[Any] | None] = mapped_column(EncryptedJson)
    correct_until: Mapped[datetime | None]
    committee_id: Mapped[UUID | None]
    certificate_id: Mapped[UUID | None]
    told_window: Mapped[date]
    warned_window: Mapped[date | None]
    event_number: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DraftBlock(DeclarationBase):
    """A block of a draft. Its version counts every change of it, of its rows and of its attachments.

    values holds what is stored in clear, secrets the fields that the form marks as sensitive.
    """

    __tablename__ = "draft_block"

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    block: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    version: Mapped[int]
    values: Mapped[dict[str, Any]]
    secrets: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)


class DraftRow(DeclarationBase):
    """A row of a block of rows."""

    __tablename__ = "draft_row"
    __table_args__ = (Index("ix_draft_row_declaration_id_block", "declaration_id", "block"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    block: Mapped[str]
    version: Mapped[int]
    values: Mapped[dict[str, Any]]
    secrets: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    added_at: Mapped[datetime]


class DraftFile(DeclarationBase):
    """A file in a slot of a draft's block, or of one of its rows."""

    __tablename__ = "draft_file"
    __table_args__ = (
        Index(
            "uq_draft_file_place",
            "declaration_id",
            "block",
            "row_id",
            "slot",
            "file_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    block: Mapped[str]
    row_id: Mapped[UUID | None] = mapped_column(ForeignKey("draft_row.id", ondelete="CASCADE"))
    slot: Mapped[str]
    file_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    attached_at: Mapped[datetime]


class Submission(DeclarationBase):
    """A frozen submission: it never changes. blocks: block → content as JSON; content_sha256 is its hash."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("declaration_id", "number"), UniqueConstraint("receipt_number"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    profile_version: Mapped[int]
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    number: Mapped[int]
    receipt_number: Mapped[str]
    batch_id: Mapped[UUID]
    year: Mapped[int]
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    setting: Mapped[dict[str, Any]]
    labels: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    real_name: Mapped[str]
    id_document_no: Mapped[str] = mapped_column(Encrypted)
    blocks: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    content_sha256: Mapped[str]
    submitted_at: Mapped[datetime]


class SubmissionFile(DeclarationBase):
    """A file of a frozen submission with the hash that was confirmed when it was frozen."""

    __tablename__ = "submission_file"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    profile: Mapped[str]
    block: Mapped[str]
    row_id: Mapped[UUID | None]
    slot: Mapped[str]
    file_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
