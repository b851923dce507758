"""Balances."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "ledger_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "balance",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("deposits", sa.Integer, nullable=False),
        sa.Column("name", sa.String),
    )
    op.execute(isolate("balance"))
