"""Walks along the audit chain, and the indexes by which operators search the audit."""

import sqlalchemy as sa
from alembic import op

revision = "chassis_0002"
down_revision = "chassis_0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("walked", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("fault", sa.String),
        sa.Column("fault_number", sa.BigInteger),
    )
    op.create_index("ix_audit_check_started_at", "audit_check", ["started_at"])
    op.create_index("ix_audit_entry_object_id", "audit_entry", ["object_id", "at"])
    op.create_index("ix_audit_entry_account_id", "audit_entry", ["account_id", "at"])
