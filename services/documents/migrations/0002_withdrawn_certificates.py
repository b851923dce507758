"""Certificates that hold no longer."""

import sqlalchemy as sa
from alembic import op

revision = "documents_0002"
down_revision = "documents_0001"


def upgrade() -> None:
    op.add_column("certificate", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.add_column("certificate", sa.Column("withdrawal_reason", sa.String))
