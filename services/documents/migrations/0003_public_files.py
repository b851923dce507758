"""Files that belong to articles, for their readers."""

import sqlalchemy as sa
from alembic import op

revision = "documents_0003"
down_revision = "documents_0002"


def upgrade() -> None:
    op.add_column("file", sa.Column("is_public", sa.Boolean, nullable=False, server_default=sa.false()))
