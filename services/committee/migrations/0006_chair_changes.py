"""Another chair after the standard was confirmed (HB-131)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import isolate

revision = "committee_0006"
down_revision = "committee_0005"


def upgrade() -> None:
    op.create_table(
        "chair_change",
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("former_chair_id", sa.Uuid, nullable=False),
        sa.Column("former_vice_chair_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("chair_id", sa.Uuid, nullable=False),
        sa.Column("vice_chair_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("changed_by", sa.Uuid, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_chair_change_meeting_id"),
        sa.ForeignKeyConstraint(
            ["former_chair_id", "meeting_id"],
            ["meeting_judge.id", "meeting_judge.meeting_id"],
            name="fk_chair_change_former_chair_id_meeting_id",
        ),
        sa.ForeignKeyConstraint(
            ["chair_id", "meeting_id"],
            ["meeting_judge.id", "meeting_judge.meeting_id"],
            name="fk_chair_change_chair_id_meeting_id",
        ),
        sa.PrimaryKeyConstraint("meeting_id", "number", name="pk_chair_change"),
    )
    op.execute(isolate("chair_change"))
