"""An import of experts is checked first and taken afterwards; rows that were not taken are kept as typed (HB-116)."""

import sqlalchemy as sa
from alembic import op

revision = "committee_0007"
down_revision = "committee_0006"

STATES = "state IN ('waiting', 'checked', 'taking', 'done', 'stopped', 'unreadable')"


def upgrade() -> None:
    op.add_column("expert_import", sa.Column("typed", sa.LargeBinary))
    op.drop_constraint("ck_expert_import_state", "expert_import")
    op.create_check_constraint("ck_expert_import_state", "expert_import", STATES)
