"""Remarks of the last return, and drafts that were brought to a newer form."""

import sqlalchemy as sa
from alembic import op

revision = "declaration_0002"
down_revision = "declaration_0001"


def upgrade() -> None:
    op.add_column("declaration", sa.Column("return_remarks", sa.LargeBinary))
    op.add_column("declaration", sa.Column("upgraded_from", sa.Integer))
    op.add_column("declaration", sa.Column("upgraded_at", sa.DateTime(timezone=True)))
