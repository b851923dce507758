"""Cases with their steps and decisions, known organisations, tombstones of recalls, common opinions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import append_only, isolate

revision = "review_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
PATH = sa.String(collation="C")
TABLES = (
    "case_card",
    "case_step",
    "case_decision",
    "known_organization",
    "recall_tombstone",
    "common_opinion_list",
)

QUEUE_FILTERS = [
    "profile",
    "real_name",
    "organization_name",
    "school",
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
    op.create_table(
        "case_card",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("declaration_id", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False),
        sa.Column("submission_number", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("declaration_year", sa.Integer, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("profile_version", sa.Integer, nullable=False),
        sa.Column("real_name", sa.String, nullable=False),
        sa.Column("id_document_no", sa.LargeBinary, nullable=False),
        sa.Column("id_document_no_hash", sa.LargeBinary, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("title_series", sa.String, nullable=False),
        sa.Column("specialty", sa.String, nullable=False),
        sa.Column("declared_title", sa.String, nullable=False),
        sa.Column("title_level", sa.String, nullable=False),
        sa.Column("declaration_mode", sa.String, nullable=False),
        sa.Column("review_mode", sa.String, nullable=False),
        sa.Column("title_labels", JSONB, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("highest_education", sa.String),
        sa.Column("first_education", sa.String),
        sa.Column("school", sa.String),
        sa.Column("major", sa.String),
        sa.Column("current_title", sa.String),
        sa.Column("current_title_level", sa.String),
        sa.Column("title_obtained_on", sa.Date),
        sa.Column("special_experience", sa.String),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("organization_path", PATH, nullable=False),
        sa.Column("region", PATH, nullable=False),
        sa.Column("competent_department", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("step_number", sa.Integer, nullable=False),
        sa.Column("step_kind", sa.String, nullable=False),
        sa.Column("holder_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("waiting_since", MOMENT, nullable=False),
        sa.Column("is_reviewed", sa.Boolean, nullable=False),
        sa.Column("is_latest", sa.Boolean, nullable=False),
        sa.Column("committee_id", sa.Uuid),
        sa.Column("committee_name", sa.String),
        sa.Column("is_entrusted_review", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "state <> 'admitted' OR step_kind = 'committee_check'", name="ck_case_card_admitted_after_check"
        ),
        sa.CheckConstraint(
            "step_kind <> 'committee_check' OR committee_id IS NOT NULL", name="ck_case_card_check_has_committee"
        ),
        sa.CheckConstraint("(committee_id IS NULL) = (committee_name IS NULL)", name="ck_case_card_committee"),
        sa.CheckConstraint("state <> 'recalled' OR NOT is_reviewed", name="ck_case_card_recalled_unreviewed"),
        sa.CheckConstraint(
            "state NOT IN ('held', 'returned', 'admitted') OR is_reviewed", name="ck_case_card_reviewed"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'returned', 'recalled', 'admitted', 'superseded')", name="ck_case_card_state"
        ),
        sa.CheckConstraint(
            "step_kind IN ('review', 'preassignment', 'committee_check')", name="ck_case_card_step_kind"
        ),
        sa.CheckConstraint("version >= 1", name="ck_case_card_version"),
        sa.UniqueConstraint(
            "declaration_id", "submission_number", name="uq_case_card_declaration_id_submission_number"
        ),
        sa.UniqueConstraint("submission_id", name="uq_case_card_submission_id"),
    )
    for column in (
        "declaration_year",
        "submitted_at",
        "waiting_since",
        "id_document_no_hash",
        "category",
        "title_series",
        "specialty",
        "declared_title",
        "title_level",
        "declaration_mode",
        "review_mode",
        "highest_education",
        "first_education",
        "major",
        "current_title",
        "current_title_level",
        "title_obtained_on",
        "special_experience",
        "organization_id",
        "organization_path",
        "region",
        "committee_id",
        "is_entrusted_review",
    ):
        op.create_index(f"ix_case_card_{column}", "case_card", [column])
    op.create_index(
        "ix_case_card_queue",
        "case_card",
        ["holder_id", "role", "state", "step_kind", "waiting_since", "id"],
        postgresql_include=QUEUE_FILTERS,
    )
    op.create_index("ix_case_card_by_name", "case_card", [sa.text('real_name COLLATE "zh-x-icu"'), "id"])
    op.create_index(
        "ix_case_card_by_organization", "case_card", [sa.text('organization_name COLLATE "zh-x-icu"'), "id"]
    )
    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_card.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT),
        sa.Column("outcome", sa.String),
        sa.CheckConstraint("(outcome IS NULL) = (left_at IS NULL)", name="ck_case_step_left"),
    )
    op.create_index(
        "ix_case_step_taken",
        "case_step",
        ["organization_id", "role", "outcome", "kind", "case_id"],
        postgresql_include=["profile"],
    )
    op.create_table(
        "case_decision",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_card.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("declaration_id", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False),
        sa.Column("submission_number", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("organization_id", sa.Uuid),
        sa.Column("role", sa.String),
        sa.Column("account_id", sa.Uuid),
        sa.Column("state_before", sa.String),
        sa.Column("state_after", sa.String, nullable=False),
        sa.Column("opinion", sa.String, nullable=False),
        sa.Column("recommendation", JSONB),
        sa.Column("deadline", MOMENT),
        sa.Column("bulk_act_id", sa.Uuid),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("case_id", "number", name="uq_case_decision_case_id_number"),
    )
    op.create_index("ix_case_decision_declaration", "case_decision", ["declaration_id", "submission_number", "number"])
    op.create_table(
        "known_organization",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("path", PATH, nullable=False),
    )
    op.create_index("ix_known_organization_path", "known_organization", ["path"])
    op.create_table(
        "recall_tombstone",
        sa.Column("submission_id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "common_opinion_list",
        sa.Column("profile", sa.String, primary_key=True),
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("phrases", ARRAY(sa.String), nullable=False),
    )
    op.execute(append_only("case_decision"))
    op.execute(
        "CREATE TRIGGER taken_steps_stay BEFORE UPDATE ON case_step FOR EACH ROW "
        "WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(isolate(*TABLES))
