"""Remarks of a return, and drafts of opinions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import isolate

revision = "review_0004"
down_revision = "review_0003"


def upgrade() -> None:
    op.add_column("case_decision", sa.Column("remarks", JSONB, nullable=False, server_default="[]"))
    op.create_index("ix_case_decision_bulk_act_id", "case_decision", ["bulk_act_id"])
    op.create_table(
        "opinion_draft",
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_card.id"), primary_key=True),
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(isolate("opinion_draft"))
