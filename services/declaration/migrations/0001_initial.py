"""Batches with their windows, drafts with blocks, rows and files, frozen submissions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import append_only, isolate

revision = "declaration_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "batch",
    "batch_window",
    "declaration",
    "draft_block",
    "draft_row",
    "draft_file",
    "submission",
    "submission_file",
)


def upgrade() -> None:
    op.execute("CREATE SEQUENCE receipt_number")
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("label", JSONB, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("cut_off", sa.Date, nullable=False),
        sa.Column("categories", ARRAY(sa.String), nullable=False),
        sa.Column("title_series", ARRAY(sa.String), nullable=False),
        sa.Column("levels", ARRAY(sa.String), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("profile", "code", name="uq_batch_profile_code"),
        sa.CheckConstraint("opens_on <= closes_on", name="ck_batch_window"),
        sa.CheckConstraint("version >= 1", name="ck_batch_version"),
    )
    op.create_table(
        "batch_window",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("batch_id", sa.Uuid, sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("batch_id", "version", name="uq_batch_window_batch_id_version"),
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("profile_version", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Uuid, sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("setting", JSONB, nullable=False),
        sa.Column("labels", JSONB, nullable=False),
        sa.Column("demanded", ARRAY(sa.String), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("previous_state", sa.String),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("is_discarded", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Uuid),
        sa.Column("submission_number", sa.Integer, nullable=False),
        sa.Column("is_recalled", sa.Boolean, nullable=False),
        sa.Column("return_reason", sa.LargeBinary),
        sa.Column("correct_until", MOMENT),
        sa.Column("committee_id", sa.Uuid),
        sa.Column("certificate_id", sa.Uuid),
        sa.Column("told_window", sa.Date, nullable=False),
        sa.Column("warned_window", sa.Date),
        sa.Column("event_number", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("version >= 1", name="ck_declaration_version"),
        sa.CheckConstraint("(submission_id IS NULL) = (submission_number = 0)", name="ck_declaration_submission"),
    )
    op.create_index("ix_declaration_person_id", "declaration", ["person_id"])
    op.create_index(
        "uq_declaration_person_year",
        "declaration",
        ["profile", "person_id", "year"],
        unique=True,
        postgresql_where=sa.text("NOT is_discarded"),
    )
    op.create_index(
        "ix_declaration_open", "declaration", ["batch_id", "told_window"], postgresql_where=sa.text("is_open")
    )
    op.create_table(
        "draft_block",
        sa.Column("declaration_id", sa.Uuid, sa.ForeignKey("declaration.id"), primary_key=True),
        sa.Column("block", sa.String, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("secrets", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "draft_row",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("declaration_id", sa.Uuid, sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("block", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("secrets", sa.LargeBinary, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
    )
    op.create_index("ix_draft_row_declaration_id_block", "draft_row", ["declaration_id", "block"])
    op.create_table(
        "draft_file",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("declaration_id", sa.Uuid, sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("block", sa.String, nullable=False),
        sa.Column("row_id", sa.Uuid, sa.ForeignKey("draft_row.id", ondelete="CASCADE")),
        sa.Column("slot", sa.String, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("attached_at", MOMENT, nullable=False),
    )
    op.create_index(
        "uq_draft_file_place",
        "draft_file",
        ["declaration_id", "block", "row_id", "slot", "file_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_draft_file_file_id", "draft_file", ["file_id"])
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("profile_version", sa.Integer, nullable=False),
        sa.Column("declaration_id", sa.Uuid, sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("receipt_number", sa.String, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("setting", JSONB, nullable=False),
        sa.Column("labels", JSONB, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("real_name", sa.String, nullable=False),
        sa.Column("id_document_no", sa.LargeBinary, nullable=False),
        sa.Column("blocks", sa.LargeBinary, nullable=False),
        sa.Column("content_sha256", sa.String, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.UniqueConstraint("declaration_id", "number", name="uq_submission_declaration_id_number"),
        sa.UniqueConstraint("receipt_number", name="uq_submission_receipt_number"),
    )
    op.create_table(
        "submission_file",
        sa.Column("submission_id", sa.Uuid, sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("block", sa.String, nullable=False),
        sa.Column("row_id", sa.Uuid),
        sa.Column("slot", sa.String, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
    )
    op.create_index("ix_submission_file_file_id", "submission_file", ["file_id"])
    op.execute(append_only("batch_window", "submission", "submission_file"))
    op.execute(isolate(*TABLES))
