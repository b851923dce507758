"""A report that another office returned is before nobody any more."""

from alembic import op

revision = "committee_0004"
down_revision = "committee_0003"


def upgrade() -> None:
    op.drop_constraint("ck_result_report_state", "result_report")
    op.create_check_constraint(
        "ck_result_report_state", "result_report", "state IN ('waiting', 'approved', 'returned', 'withdrawn')"
    )
