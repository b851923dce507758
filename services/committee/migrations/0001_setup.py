"""Committees, pools, experts, meetings up to the submitted standard, materials, conflicts of interest."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import append_only, isolate

revision = "committee_0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "committee",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("office_organization_id", sa.Uuid, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("scope_kind", sa.String, nullable=False),
        sa.Column("scope", JSONB, nullable=False),
        sa.Column("subtree_organization_id", sa.Uuid),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("contact_name", sa.String, nullable=False),
        sa.Column("contact_phone", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_committee_validity"),
        sa.PrimaryKeyConstraint("id", name="pk_committee"),
        sa.UniqueConstraint("profile", "code", name="uq_committee_profile_code"),
    )
    op.create_index("ix_committee_organization_id", "committee", ["organization_id"])
    op.create_index("ix_committee_year", "committee", ["profile", "year"])
    op.create_table(
        "expert",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("profile_version", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("person_id", sa.Uuid),
        sa.Column("real_name", sa.String, nullable=False),
        sa.Column("id_document_type", sa.String, nullable=False),
        sa.Column("id_document_no", sa.LargeBinary, nullable=False),
        sa.Column("id_document_hash", sa.LargeBinary, nullable=False),
        sa.Column("mobile", sa.LargeBinary),
        sa.Column("email", sa.String),
        sa.Column("employer_name", sa.String, nullable=False),
        sa.Column("reviewable", ARRAY(sa.String), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("submitted_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("state = 'created' OR account_id IS NOT NULL", name="ck_expert_account"),
        sa.CheckConstraint(
            "state IN ('created', 'incomplete', 'submitted', 'approved', 'refused')", name="ck_expert_state"
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'approved', 'refused') OR submitted_at IS NOT NULL", name="ck_expert_sent"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_expert"),
        sa.UniqueConstraint("profile", "id_document_hash", name="uq_expert_profile_id_document_hash"),
    )
    op.create_index("ix_expert_account_id", "expert", ["account_id"], unique=True)
    op.create_index("ix_expert_state", "expert", ["profile", "state"])
    op.create_index("ix_expert_by_name", "expert", [sa.text('real_name COLLATE "zh-x-icu"'), "id"])
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("old_state", sa.String),
        sa.Column("new_state", sa.String),
        sa.Column("opinion", sa.String, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid),
        sa.Column("is_bulk", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_entry"),
    )
    op.create_index("ix_log_entry_subject_id", "log_entry", ["subject_id", "at"])
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("profile_version", sa.Integer, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("meeting_staff", sa.String, nullable=False),
        sa.Column("brief", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.CheckConstraint("ends_at > starts_at", name="ck_meeting_time"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
    )
    op.create_index("ix_meeting_organization_id", "meeting", ["organization_id", "closed_at"])
    op.create_table(
        "expert_block",
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("block", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_expert_block_expert_id"),
        sa.PrimaryKeyConstraint("expert_id", "block", name="pk_expert_block"),
    )
    op.create_table(
        "expert_employer",
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("normalised", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_expert_employer_expert_id"),
        sa.PrimaryKeyConstraint("expert_id", "normalised", name="pk_expert_employer"),
    )
    op.create_table(
        "expert_import",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("rows", JSONB, nullable=False),
        sa.Column("error_code", sa.String),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("ordered_by", sa.Uuid, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("state IN ('waiting', 'done', 'stopped', 'unreadable')", name="ck_expert_import_state"),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_expert_import_committee_id"),
        sa.PrimaryKeyConstraint("id", name="pk_expert_import"),
    )
    op.create_index("ix_expert_import_committee_id", "expert_import", ["committee_id", "ordered_at"])
    op.create_table(
        "meeting_committee",
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_meeting_committee_committee_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_committee_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "committee_id", name="pk_meeting_committee"),
    )
    op.create_index("ix_meeting_committee_committee_id", "meeting_committee", ["committee_id"])
    op.create_table(
        "meeting_group",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 99", name="ck_meeting_group_size"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_group_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_group"),
        sa.UniqueConstraint("id", "meeting_id", name="uq_meeting_group_id_meeting_id"),
        sa.UniqueConstraint("meeting_id", "name", name="uq_meeting_group_meeting_id_name"),
    )
    op.create_table(
        "meeting_step",
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("done_by", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_step_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "step", name="pk_meeting_step"),
    )
    op.create_table(
        "policy_setting",
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("required_blocks", ARRAY(sa.String), nullable=False),
        sa.Column("required_attachments", ARRAY(sa.String), nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name="ck_policy_setting_window"),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_policy_setting_committee_id"),
        sa.PrimaryKeyConstraint("committee_id", "number", name="pk_policy_setting"),
    )
    op.create_table(
        "pool_manager",
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_pool_manager_committee_id"),
        sa.PrimaryKeyConstraint("committee_id", "account_id", name="pk_pool_manager"),
    )
    op.create_table(
        "pool_member",
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_pool_member_committee_id"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_pool_member_expert_id"),
        sa.PrimaryKeyConstraint("committee_id", "expert_id", name="pk_pool_member"),
    )
    op.create_index("ix_pool_member_expert_id", "pool_member", ["expert_id"])
    op.create_table(
        "review_plan",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("quorum_numerator", sa.Integer, nullable=False),
        sa.Column("quorum_denominator", sa.Integer, nullable=False),
        sa.Column("threshold_numerator", sa.Integer, nullable=False),
        sa.Column("threshold_denominator", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("written_by", sa.Uuid, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("submitted_by", sa.Uuid),
        sa.Column("submitted_at", MOMENT),
        sa.Column("reviewed_by", sa.Uuid),
        sa.Column("reviewed_at", MOMENT),
        sa.CheckConstraint("state = 'draft' OR submitted_by IS NOT NULL", name="ck_review_plan_submitted"),
        sa.CheckConstraint("state IN ('draft', 'under_review', 'approved', 'superseded')", name="ck_review_plan_state"),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'superseded') OR reviewed_by IS NOT NULL", name="ck_review_plan_reviewed"
        ),
        sa.CheckConstraint(
            "quorum_numerator BETWEEN 1 AND quorum_denominator"
            " AND threshold_numerator BETWEEN 1 AND threshold_denominator",
            name="ck_review_plan_fractions",
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_review_plan_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_plan"),
        sa.UniqueConstraint("meeting_id", "number", name="uq_review_plan_meeting_id_number"),
    )
    op.create_index(
        "uq_review_plan_approved",
        "review_plan",
        ["meeting_id"],
        unique=True,
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(
        "uq_review_plan_open",
        "review_plan",
        ["meeting_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'under_review')"),
    )
    op.create_table(
        "scoring_standard",
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("submitted_by", sa.Uuid),
        sa.Column("submitted_at", MOMENT),
        sa.Column("confirmed_by", sa.Uuid),
        sa.Column("confirmed_at", MOMENT),
        sa.CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="ck_scoring_standard_confirmed"),
        sa.CheckConstraint("state = 'draft' OR submitted_by IS NOT NULL", name="ck_scoring_standard_submitted"),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'confirmed')", name="ck_scoring_standard_state"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_scoring_standard_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_scoring_standard"),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("strata", JSONB, nullable=False),
        sa.Column("list_hash", sa.String, nullable=False),
        sa.Column("commitment", sa.String, nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary, nullable=False),
        sa.Column("seed", sa.String),
        sa.Column("prepared_at", MOMENT, nullable=False),
        sa.Column("prepared_by", sa.Uuid, nullable=False),
        sa.Column("drawn_at", MOMENT),
        sa.Column("drawn_by", sa.Uuid),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="ck_draw_revealed"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_draw_meeting_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["review_plan.id"], name="fk_draw_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draw"),
    )
    op.create_index("ix_draw_plan_id", "draw", ["plan_id"])
    op.create_table(
        "meeting_judge",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("group_id", sa.Uuid, nullable=False),
        sa.Column("is_seated", sa.Boolean, nullable=False),
        sa.Column("post", sa.String),
        sa.Column("leads_group", sa.Boolean, nullable=False),
        sa.CheckConstraint("post IN ('chair', 'vice_chair')", name="ck_meeting_judge_post"),
        sa.CheckConstraint("is_seated OR (post IS NULL AND NOT leads_group)", name="ck_meeting_judge_seated"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_meeting_judge_expert_id"),
        sa.ForeignKeyConstraint(
            ["group_id", "meeting_id"],
            ["meeting_group.id", "meeting_group.meeting_id"],
            name="fk_meeting_judge_group_id_meeting_id",
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_judge_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_judge"),
        sa.UniqueConstraint("id", "meeting_id", name="uq_meeting_judge_id_meeting_id"),
        sa.UniqueConstraint("meeting_id", "expert_id", name="uq_meeting_judge_meeting_id_expert_id"),
    )
    op.create_index("ix_meeting_judge_account_id", "meeting_judge", ["account_id"])
    op.create_index(
        "uq_meeting_judge_chair",
        "meeting_judge",
        ["meeting_id"],
        unique=True,
        postgresql_where=sa.text("post = 'chair'"),
    )
    op.create_index(
        "uq_meeting_judge_leader", "meeting_judge", ["group_id"], unique=True, postgresql_where=sa.text("leads_group")
    )
    op.create_table(
        "review_material",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("declaration_id", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False),
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("organization_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("declaration_year", sa.Integer, nullable=False),
        sa.Column("real_name", sa.String, nullable=False),
        sa.Column("id_document_no", sa.LargeBinary, nullable=False),
        sa.Column("id_document_hash", sa.LargeBinary, nullable=False),
        sa.Column("title_series", sa.String, nullable=False),
        sa.Column("specialty", sa.String, nullable=False),
        sa.Column("declared_title", sa.String, nullable=False),
        sa.Column("title_level", sa.String, nullable=False),
        sa.Column("labels", JSONB, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("recommendations", JSONB, nullable=False),
        sa.Column("employers", JSONB, nullable=False),
        sa.Column("is_entrusted_review", sa.Boolean, nullable=False),
        sa.Column("meeting_id", sa.Uuid),
        sa.Column("group_id", sa.Uuid),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("admitted_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(state = 'admitted') = (group_id IS NULL) AND (group_id IS NULL) = (meeting_id IS NULL)",
            name="ck_review_material_grouped",
        ),
        sa.CheckConstraint(
            "state IN ('admitted', 'grouped', 'assigned', 'lead_scored', 'second_confirmed', 'leader_confirmed',"
            " 'chair_confirmed', 'in_ballot', 'passed', 'failed')",
            name="ck_review_material_state",
        ),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_review_material_committee_id"),
        sa.ForeignKeyConstraint(
            ["group_id", "meeting_id"],
            ["meeting_group.id", "meeting_group.meeting_id"],
            name="fk_review_material_group_id_meeting_id",
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_review_material_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_material"),
        sa.UniqueConstraint("id", "meeting_id", name="uq_review_material_id_meeting_id"),
        sa.UniqueConstraint("profile", "submission_id", name="uq_review_material_profile_submission_id"),
    )
    op.create_index("ix_review_material_meeting_id", "review_material", ["meeting_id", "group_id"])
    op.create_index(
        "ix_review_material_waiting",
        "review_material",
        ["committee_id"],
        postgresql_where=sa.text("state = 'admitted'"),
    )
    op.create_table(
        "scoring_sheet",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("group_id", sa.Uuid),
        sa.Column("title_level", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("total", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("step", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("comment_required_below_percent", sa.Integer, nullable=False),
        sa.Column("comment_max", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "comment_required_below_percent BETWEEN 0 AND 100 AND comment_max > 0", name="ck_scoring_sheet_comment"
        ),
        sa.CheckConstraint("step > 0 AND total > 0", name="ck_scoring_sheet_numbers"),
        sa.ForeignKeyConstraint(
            ["group_id", "meeting_id"],
            ["meeting_group.id", "meeting_group.meeting_id"],
            name="fk_scoring_sheet_group_id_meeting_id",
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["scoring_standard.meeting_id"], name="fk_scoring_sheet_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scoring_sheet"),
        sa.UniqueConstraint(
            "meeting_id",
            "group_id",
            "title_level",
            name="uq_scoring_sheet_meeting_id_group_id_title_level",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "conflict",
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("grounds", JSONB, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", MOMENT),
        sa.Column("decision_reason", sa.String),
        sa.Column("lift_asked_by", sa.Uuid),
        sa.Column("lift_reason", sa.String),
        sa.Column("lifted_by", sa.Uuid),
        sa.Column("lifted_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("state <> 'lifted' OR lift_reason <> ''", name="ck_conflict_reason"),
        sa.CheckConstraint("state <> 'lifted' OR lifted_by <> lift_asked_by", name="ck_conflict_second_person"),
        sa.CheckConstraint("state IN ('undecided', 'dismissed', 'blocking', 'lifted')", name="ck_conflict_state"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_conflict_expert_id"),
        sa.ForeignKeyConstraint(["material_id"], ["review_material.id"], name="fk_conflict_material_id"),
        sa.PrimaryKeyConstraint("expert_id", "material_id", name="pk_conflict"),
    )
    op.create_index("ix_conflict_material_id", "conflict", ["material_id"])
    op.create_table(
        "draw_candidate",
        sa.Column("draw_id", sa.Uuid, nullable=False),
        sa.Column("stratum", sa.Integer, nullable=False),
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("excluded_because", sa.String),
        sa.Column("rank", sa.String),
        sa.Column("position", sa.Integer),
        sa.Column("outcome", sa.String),
        sa.CheckConstraint("outcome IN ('drawn', 'reserve', 'not_drawn')", name="ck_draw_candidate_outcome"),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name="fk_draw_candidate_draw_id"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_draw_candidate_expert_id"),
        sa.PrimaryKeyConstraint("draw_id", "stratum", "expert_id", name="pk_draw_candidate"),
    )
    op.create_table(
        "expert_relation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("person_name", sa.String),
        sa.Column("person_hash", sa.LargeBinary),
        sa.Column("material_id", sa.Uuid),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("declared_side", sa.String, nullable=False),
        sa.Column("declared_by", sa.Uuid, nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "declared_side IN ('expert', 'applicant', 'officer')", name="ck_expert_relation_declared_side"
        ),
        sa.CheckConstraint("person_name IS NOT NULL OR material_id IS NOT NULL", name="ck_expert_relation_person"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_expert_relation_expert_id"),
        sa.ForeignKeyConstraint(["material_id"], ["review_material.id"], name="fk_expert_relation_material_id"),
        sa.PrimaryKeyConstraint("id", name="pk_expert_relation"),
    )
    op.create_index("ix_expert_relation_expert_id", "expert_relation", ["expert_id"])
    op.create_table(
        "plan_judge",
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("expert_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("group_id", sa.Uuid, nullable=False),
        sa.Column("draw_id", sa.Uuid),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name="fk_plan_judge_draw_id"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_plan_judge_expert_id"),
        sa.ForeignKeyConstraint(["group_id"], ["meeting_group.id"], name="fk_plan_judge_group_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["review_plan.id"], name="fk_plan_judge_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "expert_id", name="pk_plan_judge"),
    )
    op.create_table(
        "scoring_item",
        sa.Column("sheet_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("maximum", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("evidence", ARRAY(sa.String), nullable=False),
        sa.CheckConstraint("maximum > 0", name="ck_scoring_item_maximum"),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["scoring_sheet.id"], name="fk_scoring_item_sheet_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sheet_id", "code", name="pk_scoring_item"),
    )
    op.execute(append_only("log_entry", "policy_setting"))
    op.execute(
        isolate(
            "committee",
            "expert",
            "log_entry",
            "meeting",
            "expert_block",
            "expert_employer",
            "expert_import",
            "meeting_committee",
            "meeting_group",
            "meeting_step",
            "policy_setting",
            "pool_manager",
            "pool_member",
            "review_plan",
            "scoring_standard",
            "draw",
            "meeting_judge",
            "review_material",
            "scoring_sheet",
            "conflict",
            "draw_candidate",
            "expert_relation",
            "plan_judge",
            "scoring_item",
        )
    )
