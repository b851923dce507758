"""The version of the route rules of each case, apart from that of the submission's form."""

import sqlalchemy as sa
from alembic import op

revision = "review_0003"
down_revision = "review_0002"


def upgrade() -> None:
    op.add_column("case_card", sa.Column("route_version", sa.Integer))
    op.execute("SET LOCAL app.profile = '*'")
    op.execute("UPDATE case_card SET route_version = profile_version")
    op.alter_column("case_card", "route_version", nullable=False)
