"""Uploads and what holds them, certificates, rendered documents, exchange templates."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "documents_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("kind", sa.String),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("max_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String),
        sa.Column("pages", sa.Integer),
        sa.Column("is_scanned", sa.Boolean, nullable=False),
        sa.Column("has_preview", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('uploading', 'checking', 'clean', 'refused')", name="ck_file_state"),
        sa.CheckConstraint("(state = 'clean') = (sha256 IS NOT NULL AND kind IS NOT NULL)", name="ck_file_clean"),
        sa.CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="ck_file_refused"),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
    )
    op.create_index("ix_file_account_id", "file", ["account_id"])
    op.create_index("ix_file_looked_at", "file", ["looked_at"])
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("declaration_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("held_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_declaration_id", "submission", ["declaration_id"])
    op.create_table(
        "held_file",
        sa.Column("holder_id", sa.Uuid, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("holder_id", "file_id", name="pk_held_file"),
    )
    op.create_index("ix_held_file_file_id", "held_file", ["file_id"])
    op.create_table(
        "discarded_declaration",
        sa.Column("declaration_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("discarded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", name="pk_discarded_declaration"),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("declaration_id", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("management_no", sa.String, nullable=False),
        sa.Column("check_code", sa.LargeBinary, nullable=False),
        sa.Column("check_hash", sa.LargeBinary, nullable=False),
        sa.Column("masked_name", sa.String, nullable=False),
        sa.Column("title_series", sa.String, nullable=False),
        sa.Column("specialty", sa.String, nullable=False),
        sa.Column("declared_title", sa.String, nullable=False),
        sa.Column("title_level", sa.String, nullable=False),
        sa.Column("committee_name", sa.String, nullable=False),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("pdf_id", sa.Uuid),
        sa.Column("docx_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("profile", "meeting_id", "person_id", name="uq_certificate_profile_meeting_id_person_id"),
        sa.UniqueConstraint("profile", "management_no", name="uq_certificate_profile_management_no"),
        sa.UniqueConstraint("check_hash", name="uq_certificate_check_hash"),
    )
    op.create_index("ix_certificate_account_id", "certificate", ["account_id"])
    op.create_table(
        "certificate_counter",
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("profile", "year", name="pk_certificate_counter"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("submission_id", sa.Uuid),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("content_type", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_index("ix_document_account_id", "document", ["account_id", "created_at"])
    op.create_index(
        "ix_document_expires_at", "document", ["expires_at"], postgresql_where=sa.text("expires_at IS NOT NULL")
    )
    op.create_table(
        "exchange_template",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_template"),
    )
    op.create_index("ix_exchange_template_organization_id", "exchange_template", ["organization_id"])
    op.execute(
        isolate(
            "file",
            "submission",
            "held_file",
            "discarded_declaration",
            "certificate",
            "certificate_counter",
            "document",
            "exchange_template",
        )
    )
