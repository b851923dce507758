"""Outbox, inbox, commands, audit, jobs and profile versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import append_only, isolate

revision = "chassis_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("trace_id", sa.String, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("published_at", MOMENT),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["id"], postgresql_where=sa.text("published_at IS NULL"))
    op.create_index("ix_outbox_published_at", "outbox", ["published_at"])
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("starts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("handled_at", MOMENT),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"])
    op.create_table(
        "inbox_progress",
        sa.Column("consumer", sa.String, primary_key=True),
        sa.Column("aggregate_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "command",
        sa.Column("profile", sa.String, primary_key=True),
        sa.Column("command_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid),
        sa.Column("operation", sa.String, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("answer", JSONB),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_command_at", "command", ["at"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("caller", sa.String),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("object_type", sa.String, nullable=False),
        sa.Column("object_id", sa.Uuid),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("trace_id", sa.String, nullable=False),
    )
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_type", "object_id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry_id", sa.BigInteger, sa.ForeignKey("audit_entry.id"), nullable=False, unique=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("total", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT),
        sa.Column("cancel_requested", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("result", JSONB),
        sa.Column("error_code", sa.String),
        sa.Column("trace_id", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="ck_job_state"),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="ck_job_lease"),
    )
    op.create_index("ix_job_due", "job", ["due_at"], postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.create_index("ix_job_account", "job", ["account_id", "created_at"])
    op.create_index("ix_job_finished_at", "job", ["finished_at"])
    op.create_table(
        "profile_version",
        sa.Column("profile", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.Column("activated_at", MOMENT),
        sa.UniqueConstraint("profile", "content_hash", name="uq_profile_version_profile"),
    )
    op.execute(append_only("audit_entry", "audit_seal"))
    op.execute(isolate("outbox", "command", "audit_entry", "job", "profile_version"))
