"""Tables of the notify service. Addresses are never stored; a keyed hash of the number serves the daily limit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base, metadata


class NotifyBase(Base):
    """Tables of this service."""

    __abstract__ = True
    metadata = metadata()


class MessageRow(NotifyBase):
    """One SMS or e-mail to one account."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("cause_id", "account_id", "occasion", "channel"),
        CheckConstraint("state IN ('waiting', 'sent', 'delivered', 'failed')", name="state"),
        CheckConstraint("(state = 'failed') = (error_code IS NOT NULL)", name="error"),
        CheckConstraint("(state IN ('sent', 'delivered')) = (sent_at IS NOT NULL)", name="sent"),
        # The list's order and, with the included columns, its total under row-level security.
        Index(
            "ix_message_created_at",
            text("created_at DESC"),
            "id",
            postgresql_include=["profile", "state", "channel"],
        ),
        Index("ix_message_recipient", "recipient_hash", "sent_at", postgresql_where=text("recipient_hash IS NOT NULL")),
        Index("ix_message_reference", "provider_reference", postgresql_where=text("provider_reference IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    cause_id: Mapped[UUID]
    occasion: Mapped[str]
    channel: Mapped[str]
    account_id: Mapped[UUID]
    params: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    recipient_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    provider_reference: Mapped[str | None]
    error_code: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class NoticeRow(NotifyBase):
    """One in-app notice to one account; its words are the profile's current ones when it is read."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("cause_id", "account_id", "occasion"),
        Index("ix_notice_account", "account_id", "created_at"),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    cause_id: Mapped[UUID]
    account_id: Mapped[UUID]
    occasion: Mapped[str]
    params: Mapped[dict[str, Any]]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class DigestRow(NotifyBase):
    """What is collected for an account instead of being told one by one."""

    __tablename__ = "digest"
    __table_args__ = (Index("ix_digest_due_at", "due_at", postgresql_where=text("count > 0")),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    count: Mapped[int]
    due_at: Mapped[datetime]


class ArticleRow(NotifyBase):
    """An announcement, policy or question with its answer.

    page: the name of the profile's standing page that this is; page_hash: of that page as it was published last, so
    that what an administrator changed since is kept until the page itself changes.
    """

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("kind IN ('announcement', 'policy', 'faq')", name="kind"),
        UniqueConstraint("profile", "page"),
        Index("ix_article_kind", "profile", "kind", "published_on", postgresql_where=text("withdrawn_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    audience: Mapped[list[str]]
    downloads: Mapped[list[str]]
    files: Mapped[list[Any]]
    page: Mapped[str | None]
    page_hash: Mapped[str | None]
    published_on: Mapped[date]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
