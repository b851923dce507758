"""The lead's unfinished sheet."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "committee_0003"
down_revision = "committee_0002"


def upgrade() -> None:
    op.create_table(
        "score_draft",
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("judge_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["material_id"], ["review_material.id"], name="fk_score_draft_material_id"),
        sa.ForeignKeyConstraint(["judge_id"], ["meeting_judge.id"], name="fk_score_draft_judge_id"),
        sa.PrimaryKeyConstraint("material_id", "judge_id", name="pk_score_draft"),
    )
    op.execute(isolate("score_draft"))
