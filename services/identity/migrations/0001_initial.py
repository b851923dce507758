"""Persons, the organisation tree, accounts, roles, enrolments, codes, sessions, captchas and counters."""

import sqlalchemy as sa
from alembic import op

from chassis.database import isolate

revision = "identity_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
        sa.Column("window_ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("profile", "kind", "subject", name="pk_attempt"),
    )
    op.create_index("ix_attempt_window_ends_at", "attempt", ["window_ends_at"])
    op.create_table(
        "captcha",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("text_hash", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_captcha"),
    )
    op.create_index("ix_captcha_expires_at", "captcha", ["expires_at"])
    op.create_table(
        "organization",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("org_code", sa.String(length=4), nullable=False),
        sa.Column("org_name", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("org_category", sa.String, nullable=False),
        sa.Column("org_nature", sa.String, nullable=False),
        sa.Column("economic_type", sa.String),
        sa.Column("industry", sa.String, nullable=False),
        sa.Column("committee_creation_right", sa.Boolean, nullable=False),
        sa.Column("committee_formation_right", sa.Boolean, nullable=False),
        sa.Column("unified_social_credit_code", sa.String),
        sa.Column("organization_code", sa.String),
        sa.Column("contact_person", sa.String),
        sa.Column("contact_phone", sa.LargeBinary),
        sa.Column("fax", sa.String),
        sa.Column("email", sa.String),
        sa.Column("postcode", sa.String),
        sa.Column("address", sa.String),
        sa.Column("supervising_person", sa.String, nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organization.id"], name="fk_organization_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_organization"),
        sa.UniqueConstraint("profile", "parent_id", "org_code", name="uq_organization_org_code"),
    )
    op.create_index("ix_organization_parent_id", "organization", ["parent_id"])
    op.create_index(
        "uq_organization_root", "organization", ["profile"], unique=True, postgresql_where=sa.text("parent_id IS NULL")
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("real_name", sa.String(length=50), nullable=False),
        sa.Column("id_document_type", sa.String),
        sa.Column("id_document_no", sa.LargeBinary),
        sa.Column("id_document_hash", sa.LargeBinary),
        sa.Column("mobile", sa.LargeBinary),
        sa.Column("email", sa.LargeBinary),
        sa.Column("locale", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(id_document_type, id_document_no, id_document_hash) IN (0, 3)",
            name="ck_person_document_is_whole",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("profile", "id_document_type", "id_document_hash", name="uq_person_document"),
    )
    op.create_index("ix_person_id_document_hash", "person", ["id_document_hash"])
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("login_name", sa.String(length=64)),
        sa.Column("home_id", sa.Uuid),
        sa.Column("password_hash", sa.String),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("(login_name IS NOT NULL) = (kind IN ('staff', 'pool'))", name="ck_account_login"),
        sa.CheckConstraint("kind IN ('staff', 'applicant', 'expert', 'pool')", name="ck_account_kind"),
        sa.ForeignKeyConstraint(["home_id"], ["organization.id"], name="fk_account_home_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("profile", "login_name", name="uq_account_login_name"),
    )
    op.create_index("ix_account_home_id", "account", ["home_id"])
    op.create_index(
        "uq_account_person", "account", ["person_id"], unique=True, postgresql_where=sa.text("login_name IS NULL")
    )
    op.create_table(
        "account_role",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("organization_id", sa.Uuid),
        sa.Column("committee_id", sa.Uuid),
        sa.Column("committee_code", sa.String),
        sa.CheckConstraint("(role = 'pool_manager') = (committee_id IS NOT NULL)", name="ck_account_role_committee"),
        sa.CheckConstraint(
            "(role IN ('org_admin', 'case_officer', 'unit_leader')) = (organization_id IS NOT NULL)",
            name="ck_account_role_organization",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_role_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_account_role_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_role"),
        sa.UniqueConstraint(
            "account_id",
            "role",
            "organization_id",
            "committee_id",
            name="uq_account_role",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_account_role_committee_id", "account_role", ["committee_id"])
    op.create_index("ix_account_role_organization_id", "account_role", ["organization_id", "role"])
    op.create_table(
        "activation",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_activation_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name="pk_activation"),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_enrolment_account_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_enrolment_organization_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_enrolment_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment"),
        sa.UniqueConstraint("person_id", "year", name="uq_enrolment_year"),
    )
    op.create_index("ix_enrolment_account_id", "enrolment", ["account_id"])
    op.create_index("ix_enrolment_organization_id", "enrolment", ["organization_id", "year"])
    op.create_table(
        "recovery",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("code", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_recovery_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery"),
    )
    op.create_index("ix_recovery_expires_at", "recovery", ["expires_at"])
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("committee_id", sa.Uuid),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("user_agent", sa.String, nullable=False),
        sa.Column("idle_minutes", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id", "created_at"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    op.execute(
        isolate(
            "attempt",
            "captcha",
            "organization",
            "person",
            "account",
            "account_role",
            "activation",
            "enrolment",
            "recovery",
            "session",
        )
    )
    # People and organisations are found by a part of their name and listed in the order of the pinyin.
    for table, column in (("person", "real_name"), ("organization", "org_name")):
        op.execute(f'CREATE INDEX ix_{table}_{column} ON {table} (profile, {column} COLLATE "zh-x-icu")')
