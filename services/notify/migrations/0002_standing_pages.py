"""Articles: what belongs to them, and which are standing pages of the profile."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "notify_0002"
down_revision = "notify_0001"


def upgrade() -> None:
    op.add_column("article", sa.Column("downloads", ARRAY(sa.String), nullable=False, server_default="{}"))
    op.add_column("article", sa.Column("files", JSONB, nullable=False, server_default="[]"))
    op.add_column("article", sa.Column("page", sa.String))
    op.add_column("article", sa.Column("page_hash", sa.String))
    op.create_unique_constraint("uq_article_profile", "article", ["profile", "page"])
