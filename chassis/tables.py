"""The tables that every service's database has for the chassis: outbox, inbox, commands, audit, jobs, profiles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base, metadata


class ChassisBase(Base):
    """Tables of the chassis."""

    __abstract__ = True
    metadata = metadata()


class OutboxRow(ChassisBase):
    """An event waiting to be published, kept 30 days after it was."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event_id"),
        Index("ix_outbox_waiting", "id", postgresql_where=text("published_at IS NULL")),
        Index("ix_outbox_published_at", "published_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[UUID]
    topic: Mapped[str]
    profile: Mapped[str]
    aggregate_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    trace_id: Mapped[str]
    payload: Mapped[dict[str, Any]]
    published_at: Mapped[datetime | None]


class InboxRow(ChassisBase):
    """An event that a consumer has handled; `starts` counts attempts that never ended (a crash each)."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_handled_at", "handled_at"),)

    consumer: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None]


class InboxProgress(ChassisBase):
    """The newest number of an aggregate that a consumer has applied: what comes later with less is stale."""

    __tablename__ = "inbox_progress"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class CommandRow(ChassisBase):
    """A command that was carried out, with its answer for a repeat."""

    __tablename__ = "command"
    __table_args__ = (Index("ix_command_at", "at"),)

    profile: Mapped[str] = mapped_column(primary_key=True)
    command_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None]
    operation: Mapped[str]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[Any | None] = mapped_column(JSONB)
    at: Mapped[datetime]


class AuditEntry(ChassisBase):
    """Who did what to which object, when; written in the transaction of the change."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_object", "object_type", "object_id"),
        Index("ix_audit_entry_object_id", "object_id", "at"),
        Index("ix_audit_entry_account_id", "account_id", "at"),
        Index("ix_audit_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    profile: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    caller: Mapped[str | None]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    trace_id: Mapped[str]


class AuditSeal(ChassisBase):
    """The place of an audit row in the chain: `hash` covers the row and the hash before."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheck(ChassisBase):
    """A walk along the chain, in steps: `walked` is the last number that was right, `hash` the hash there."""

    __tablename__ = "audit_check"
    __table_args__ = (Index("ix_audit_check_started_at", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    walked: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    total: Mapped[int] = mapped_column(BigInteger)
    fault: Mapped[str | None]
    fault_number: Mapped[int | None] = mapped_column(BigInteger)


class JobRow(ChassisBase):
    """Background work: who ordered it, what, how far it is, and what came of it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        Index("ix_job_due", "due_at", postgresql_where=text("state IN ('waiting', 'running')")),
        Index("ix_job_account", "account_id", "created_at"),
        Index("ix_job_finished_at", "finished_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    kind: Mapped[str]
    account_id: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    result: Mapped[dict[str, Any] | None]
    error_code: Mapped[str | None]
    trace_id: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ProfileRow(ChassisBase):
    """Version N of a profile's slice for this service; the newest activated one is current."""

    __tablename__ = "profile_version"
    __table_args__ = (UniqueConstraint("profile", "content_hash"),)

    profile: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    content: Mapped[dict[str, Any]]
    stored_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
