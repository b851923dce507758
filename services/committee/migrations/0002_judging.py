"""Reviewers, scores, voter rolls, ballots with their envelopes, results, notices, objections and reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import append_only, isolate

revision = "committee_0002"
down_revision = "committee_0001"

MOMENT = sa.DateTime(timezone=True)

# An envelope is never replaced, and only wiped where its ballot is open no more: by the closing or the voiding.
ENVELOPES = """
CREATE FUNCTION refuse_second_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.envelope IS NOT NULL
        OR (NEW.ballot_id, NEW.material_id, NEW.voter_id) <> (OLD.ballot_id, OLD.material_id, OLD.voter_id)
        OR EXISTS (SELECT FROM ballot WHERE id = OLD.ballot_id AND state = 'open')
    THEN RAISE EXCEPTION 'a vote is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON cast_vote FOR EACH ROW EXECUTE FUNCTION refuse_second_vote();
"""


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("is_working_day", sa.Boolean, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("profile", "day", name="pk_calendar_day"),
    )
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("contact", sa.String, nullable=False),
        sa.Column("working_days", sa.Integer, nullable=False),
        sa.Column("least_working_days", sa.Integer, nullable=False),
        sa.Column("published_by", sa.Uuid, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("is_provisional", sa.Boolean, nullable=False),
        sa.Column("ended_by", sa.Uuid),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_public_notice_ended"),
        sa.CheckConstraint("working_days >= 0 AND least_working_days >= 0", name="ck_public_notice_working_days"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_public_notice_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_public_notice"),
        sa.UniqueConstraint("meeting_id", name="uq_public_notice_meeting_id"),
    )
    op.create_index("ix_public_notice_published_at", "public_notice", ["profile", "published_at"])
    op.create_table(
        "result_report",
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("reported_to", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reported_by", sa.Uuid, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("opinion", sa.String, nullable=False),
        sa.Column("audited_by", sa.Uuid),
        sa.Column("audited_at", MOMENT),
        sa.CheckConstraint("(state = 'waiting') = (audited_at IS NULL)", name="ck_result_report_audited"),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'returned')", name="ck_result_report_state"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_result_report_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "number", "reported_to", name="pk_result_report"),
    )
    op.create_index("ix_result_report_reported_to", "result_report", ["reported_to", "reported_at"])
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("stored_half", sa.LargeBinary),
        sa.Column("second_person_id", sa.Uuid, nullable=False),
        sa.Column("committee_size", sa.Integer, nullable=False),
        sa.Column("roll_size", sa.Integer, nullable=False),
        sa.Column("threshold_numerator", sa.Integer, nullable=False),
        sa.Column("threshold_denominator", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_by", sa.Uuid, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_early", sa.Boolean, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("voided_at", MOMENT),
        sa.Column("void_reason", sa.String),
        sa.CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="ck_ballot_confirmed"),
        sa.CheckConstraint("(state = 'open') = (stored_half IS NOT NULL)", name="ck_ballot_key_is_forgotten"),
        sa.CheckConstraint("(state = 'voided') = (voided_at IS NOT NULL)", name="ck_ballot_voided"),
        sa.CheckConstraint("state IN ('open', 'closed', 'confirmed', 'voided')", name="ck_ballot_state"),
        sa.CheckConstraint("state NOT IN ('closed', 'confirmed') OR closed_at IS NOT NULL", name="ck_ballot_closed"),
        sa.CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="ck_ballot_void_reason"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_ballot_meeting_id"),
        sa.ForeignKeyConstraint(
            ["second_person_id", "meeting_id"],
            ["meeting_judge.id", "meeting_judge.meeting_id"],
            name="fk_ballot_second_person_id_meeting_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ballot"),
        sa.UniqueConstraint("meeting_id", "number", name="uq_ballot_meeting_id_number"),
    )
    op.create_index(
        "uq_ballot_in_force", "ballot", ["meeting_id"], unique=True, postgresql_where=sa.text("state <> 'voided'")
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("notice_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("objector", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("recorded_by", sa.Uuid, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("decision_reason", sa.String),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", MOMENT),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="ck_objection_decided"),
        sa.CheckConstraint("state IN ('open', 'upheld', 'rejected')", name="ck_objection_state"),
        sa.CheckConstraint("(decided_at IS NULL) = (decision_reason IS NULL)", name="ck_objection_reason"),
        sa.ForeignKeyConstraint(["material_id"], ["review_material.id"], name="fk_objection_material_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["public_notice.id"], name="fk_objection_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
    )
    op.create_index("ix_objection_notice_id", "objection", ["notice_id", "recorded_at"])
    op.create_table(
        "presence",
        sa.Column("judge_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["judge_id"], ["meeting_judge.id"], name="fk_presence_judge_id"),
        sa.PrimaryKeyConstraint("judge_id", name="pk_presence"),
    )
    op.create_table(
        "reviewer_assignment",
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("lead_judge_id", sa.Uuid, nullable=False),
        sa.Column("second_judge_id", sa.Uuid, nullable=False),
        sa.Column("assigned_by", sa.Uuid, nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.CheckConstraint("lead_judge_id <> second_judge_id", name="ck_reviewer_assignment_two_reviewers"),
        sa.ForeignKeyConstraint(
            ["lead_judge_id", "meeting_id"],
            ["meeting_judge.id", "meeting_judge.meeting_id"],
            name="fk_reviewer_assignment_lead_judge_id_meeting_id",
        ),
        sa.ForeignKeyConstraint(
            ["material_id", "meeting_id"],
            ["review_material.id", "review_material.meeting_id"],
            name="fk_reviewer_assignment_material_id_meeting_id",
        ),
        sa.ForeignKeyConstraint(
            ["second_judge_id", "meeting_id"],
            ["meeting_judge.id", "meeting_judge.meeting_id"],
            name="fk_reviewer_assignment_second_judge_id_meeting_id",
        ),
        sa.PrimaryKeyConstraint("material_id", name="pk_reviewer_assignment"),
    )
    op.create_index("ix_reviewer_assignment_lead_judge_id", "reviewer_assignment", ["lead_judge_id"])
    op.create_index("ix_reviewer_assignment_second_judge_id", "reviewer_assignment", ["second_judge_id"])
    op.create_table(
        "roll_entry",
        sa.Column("judge_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("selected_by", sa.Uuid, nullable=False),
        sa.Column("selected_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["judge_id", "meeting_id"],
            ["meeting_judge.id", "meeting_judge.meeting_id"],
            name="fk_roll_entry_judge_id_meeting_id",
        ),
        sa.PrimaryKeyConstraint("judge_id", name="pk_roll_entry"),
    )
    op.create_table(
        "score",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sheet_id", sa.Uuid, nullable=False),
        sa.Column("judge_id", sa.Uuid, nullable=False),
        sa.Column("total", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("scored_at", MOMENT, nullable=False),
        sa.Column("sent_back_step", sa.String),
        sa.Column("sent_back_reason", sa.String),
        sa.Column("sent_back_by", sa.Uuid),
        sa.Column("sent_back_at", MOMENT),
        sa.CheckConstraint("sent_back_step IN ('second', 'leader', 'chair')", name="ck_score_sent_back_step"),
        sa.CheckConstraint(
            "(sent_back_at IS NULL) = (sent_back_step IS NULL) AND (sent_back_at IS NULL) = (sent_back_reason IS NULL)"
            " AND (sent_back_at IS NULL) = (sent_back_by IS NULL)",
            name="ck_score_sent_back",
        ),
        sa.ForeignKeyConstraint(["judge_id"], ["meeting_judge.id"], name="fk_score_judge_id"),
        sa.ForeignKeyConstraint(["material_id"], ["review_material.id"], name="fk_score_material_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["scoring_sheet.id"], name="fk_score_sheet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_score"),
        sa.UniqueConstraint("material_id", "number", name="uq_score_material_id_number"),
    )
    op.create_index(
        "uq_score_standing", "score", ["material_id"], unique=True, postgresql_where=sa.text("sent_back_at IS NULL")
    )
    op.create_table(
        "ballot_material",
        sa.Column("ballot_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("yes", sa.Integer),
        sa.Column("no", sa.Integer),
        sa.Column("spoiled", sa.Integer),
        sa.Column("outcome", sa.String),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('passed', 'failed') AND yes IS NOT NULL", name="ck_ballot_material_outcome"
        ),
        sa.CheckConstraint(
            "(yes IS NULL) = (no IS NULL) AND (yes IS NULL) = (spoiled IS NULL)", name="ck_ballot_material_counted"
        ),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name="fk_ballot_material_ballot_id"),
        sa.ForeignKeyConstraint(["material_id"], ["review_material.id"], name="fk_ballot_material_material_id"),
        sa.PrimaryKeyConstraint("ballot_id", "material_id", name="pk_ballot_material"),
    )
    op.create_index("ix_ballot_material_material_id", "ballot_material", ["material_id"])
    op.create_table(
        "score_confirmation",
        sa.Column("score_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("judge_id", sa.Uuid, nullable=False),
        sa.Column("is_bulk", sa.Boolean, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.CheckConstraint("step IN ('second', 'leader', 'chair')", name="ck_score_confirmation_step"),
        sa.ForeignKeyConstraint(["judge_id"], ["meeting_judge.id"], name="fk_score_confirmation_judge_id"),
        sa.ForeignKeyConstraint(["score_id"], ["score.id"], name="fk_score_confirmation_score_id"),
        sa.PrimaryKeyConstraint("score_id", "step", name="pk_score_confirmation"),
    )
    op.create_table(
        "score_entry",
        sa.Column("score_id", sa.Uuid, nullable=False),
        sa.Column("item_code", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("points", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("comment", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["score_id"], ["score.id"], name="fk_score_entry_score_id"),
        sa.PrimaryKeyConstraint("score_id", "item_code", name="pk_score_entry"),
    )
    op.create_table(
        "voter",
        sa.Column("ballot_id", sa.Uuid, nullable=False),
        sa.Column("judge_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name="fk_voter_ballot_id"),
        sa.ForeignKeyConstraint(["judge_id"], ["meeting_judge.id"], name="fk_voter_judge_id"),
        sa.PrimaryKeyConstraint("ballot_id", "judge_id", name="pk_voter"),
    )
    op.create_table(
        "recusal",
        sa.Column("ballot_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("voter_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("kinds", ARRAY(sa.String), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id", "material_id"],
            ["ballot_material.ballot_id", "ballot_material.material_id"],
            name="fk_recusal_ballot_id_material_id",
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id", "voter_id"], ["voter.ballot_id", "voter.judge_id"], name="fk_recusal_ballot_id_voter_id"
        ),
        sa.PrimaryKeyConstraint("ballot_id", "material_id", "voter_id", name="pk_recusal"),
    )
    op.create_table(
        "voting_right",
        sa.Column("ballot_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("voter_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id", "material_id"],
            ["ballot_material.ballot_id", "ballot_material.material_id"],
            name="fk_voting_right_ballot_id_material_id",
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id", "voter_id"], ["voter.ballot_id", "voter.judge_id"], name="fk_voting_right_ballot_id_voter_id"
        ),
        sa.PrimaryKeyConstraint("ballot_id", "material_id", "voter_id", name="pk_voting_right"),
    )
    op.create_index("ix_voting_right_voter_id", "voting_right", ["ballot_id", "voter_id"])
    op.create_table(
        "cast_vote",
        sa.Column("ballot_id", sa.Uuid, nullable=False),
        sa.Column("material_id", sa.Uuid, nullable=False),
        sa.Column("voter_id", sa.Uuid, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("command_id", sa.Uuid, nullable=False),
        sa.Column("envelope", sa.LargeBinary),
        sa.CheckConstraint("octet_length(envelope) = 97", name="ck_cast_vote_envelope"),
        sa.ForeignKeyConstraint(
            ["ballot_id", "material_id", "voter_id"],
            ["voting_right.ballot_id", "voting_right.material_id", "voting_right.voter_id"],
            name="fk_cast_vote_ballot_id_material_id_voter_id",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "material_id", "voter_id", name="pk_cast_vote"),
    )
    op.execute(
        isolate(
            "calendar_day",
            "public_notice",
            "result_report",
            "ballot",
            "objection",
            "presence",
            "reviewer_assignment",
            "roll_entry",
            "score",
            "ballot_material",
            "score_confirmation",
            "score_entry",
            "voter",
            "recusal",
            "voting_right",
            "cast_vote",
        )
    )
    op.execute(append_only("score_entry", "score_confirmation", "voter", "voting_right", "recusal"))
    op.execute(ENVELOPES)
