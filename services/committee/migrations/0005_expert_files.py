"""Photograph and supporting files of an expert's profile (HB-T25)."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "committee_0005"
down_revision = "committee_0004"


def upgrade() -> None:
    op.create_table(
        "expert_file",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("block", sa.String, nullable=False),
        sa.Column("row_id", sa.Uuid),
        sa.Column("slot", sa.String, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_expert_file_expert_id"),
        sa.PrimaryKeyConstraint("id", name="pk_expert_file"),
    )
    op.create_index("ix_expert_file_expert_id", "expert_file", ["expert_id", "block"])
    op.create_index("ix_expert_file_file_id", "expert_file", ["file_id"])
    op.execute(isolate("expert_file"))
