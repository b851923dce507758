"""The index of the queues holds the own organisation, for which every officer asks, and the department above it."""

from alembic import op

revision = "review_0005"
down_revision = "review_0004"

INCLUDED = [
    "profile",
    "organization_id",
    "real_name",
    "organization_name",
    "school",
    "competent_department",
    "region",
    "title_obtained_on",
    "highest_education",
    "first_education",
    "category",
    "title_series",
    "title_level",
    "declaration_mode",
    "review_mode",
    "declared_title",
    "current_title",
    "current_title_level",
    "is_entrusted_review",
    "declaration_year",
]


def upgrade() -> None:
    op.drop_index("ix_case_card_queue", "case_card")
    op.create_index(
        "ix_case_card_queue",
        "case_card",
        ["holder_id", "role", "state", "step_kind", "waiting_since", "id"],
        postgresql_include=INCLUDED,
    )
