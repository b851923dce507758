"""Deposits and accounts."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "teller_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "deposit",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.execute(isolate("deposit", "account"))
