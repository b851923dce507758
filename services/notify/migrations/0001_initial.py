"""Messages, notices, digests and articles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import isolate

revision = "notify_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("cause_id", sa.Uuid, nullable=False),
        sa.Column("occasion", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("params", JSONB, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("recipient_hash", sa.LargeBinary),
        sa.Column("provider_reference", sa.String),
        sa.Column("error_code", sa.String),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("delivered_at", MOMENT),
        sa.UniqueConstraint("cause_id", "account_id", "occasion", "channel", name="uq_message_cause_id"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'delivered', 'failed')", name="ck_message_state"),
        sa.CheckConstraint("(state = 'failed') = (error_code IS NOT NULL)", name="ck_message_error"),
        sa.CheckConstraint("(state IN ('sent', 'delivered')) = (sent_at IS NOT NULL)", name="ck_message_sent"),
    )
    op.create_index(
        "ix_message_created_at",
        "message",
        [sa.text("created_at DESC"), "id"],
        postgresql_include=["profile", "state", "channel"],
    )
    op.create_index(
        "ix_message_recipient",
        "message",
        ["recipient_hash", "sent_at"],
        postgresql_where=sa.text("recipient_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_message_reference",
        "message",
        ["provider_reference"],
        postgresql_where=sa.text("provider_reference IS NOT NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("cause_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("occasion", sa.String, nullable=False),
        sa.Column("params", JSONB, nullable=False),
        sa.Column("subject_kind", sa.String),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.UniqueConstraint("cause_id", "account_id", "occasion", name="uq_notice_cause_id"),
    )
    op.create_index("ix_notice_account", "notice", ["account_id", "created_at"])
    op.create_index("ix_notice_unread", "notice", ["account_id"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_table(
        "digest",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("occasion", sa.String, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
    )
    op.create_index("ix_digest_due_at", "digest", ["due_at"], postgresql_where=sa.text("count > 0"))
    op.create_table(
        "article",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("audience", ARRAY(sa.String), nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.CheckConstraint("kind IN ('announcement', 'policy', 'faq')", name="ck_article_kind"),
    )
    op.create_index(
        "ix_article_kind",
        "article",
        ["profile", "kind", "published_on"],
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.execute(isolate("message", "notice", "digest", "article"))
