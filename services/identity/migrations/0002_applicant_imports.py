"""Workbooks of applicants: what the check found, and what was opened."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "identity_0002"
down_revision = "identity_0001"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "applicant_import",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("organization_id", sa.Uuid, sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("error_code", sa.String),
        sa.Column("rows", sa.LargeBinary, nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("state IN ('checking', 'checked', 'unreadable', 'done')", name="ck_applicant_import_state"),
    )
    op.create_index("ix_applicant_import_ordered_at", "applicant_import", ["ordered_at"])
    op.execute(isolate("applicant_import"))
