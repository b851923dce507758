"""The last day on which the holders of a post were told of overdue cases."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "review_0002"
down_revision = "review_0001"


def upgrade() -> None:
    op.create_table(
        "overdue_reminder",
        sa.Column("profile", sa.String, primary_key=True),
        sa.Column("organization_id", sa.Uuid, primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
        sa.Column("told_on", sa.Date, nullable=False),
    )
    op.execute(isolate("overdue_reminder"))
