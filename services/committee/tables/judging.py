"""Reviewers, scores, voter rolls, ballots with their envelopes, results, notices, objections and reports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted
from services.committee.tables.base import CommitteeBase


class ChairChangeRow(CommitteeBase):
    """更换评审会议主任: who held the posts before and after; the reason may speak of somebody's health."""

    __tablename__ = "chair_change"
    __table_args__ = (
        ForeignKeyConstraint(["former_chair_id", "meeting_id"], ["meeting_judge.id", "meeting_judge.meeting_id"]),
        ForeignKeyConstraint(["chair_id", "meeting_id"], ["meeting_judge.id", "meeting_judge.meeting_id"]),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    former_chair_id: Mapped[UUID]
    former_vice_chair_ids: Mapped[list[UUID]]
    chair_id: Mapped[UUID]
    vice_chair_ids: Mapped[list[UUID]]
    reason: Mapped[str] = mapped_column(Encrypted)
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime]


class ReviewerAssignment(CommitteeBase):
    """分配主副审: lead and second reviewer of a material."""

    __tablename__ = "reviewer_assignment"
    __table_args__ = (
        CheckConstraint("lead_judge_id <> second_judge_id", name="two_reviewers"),
        ForeignKeyConstraint(["material_id", "meeting_id"], ["review_material.id", "review_material.meeting_id"]),
        ForeignKeyConstraint(["lead_judge_id", "meeting_id"], ["meeting_judge.id", "meeting_judge.meeting_id"]),
        ForeignKeyConstraint(["second_judge_id", "meeting_id"], ["meeting_judge.id", "meeting_judge.meeting_id"]),
        Index("ix_reviewer_assignment_lead_judge_id", "lead_judge_id"),
        Index("ix_reviewer_assignment_second_judge_id", "second_judge_id"),
    )

    material_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID]
    lead_judge_id: Mapped[UUID]
    second_judge_id: Mapped[UUID]
    assigned_by: Mapped[UUID]
    assigned_at: Mapped[datetime]


class Score(CommitteeBase):
    """A score that a lead gave: the one that stands, and those that were sent back (HB-145)."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("material_id", "number"),
        CheckConstraint("sent_back_step IN ('second', 'leader', 'chair')", name="sent_back_step"),
        CheckConstraint(
            "(sent_back_at IS NULL) = (sent_back_step IS NULL) AND (sent_back_at IS NULL) = (sent_back_reason IS NULL)"
            " AND (sent_back_at IS NULL) = (sent_back_by IS NULL)",
            name="sent_back",
        ),
        Index("uq_score_standing", "material_id", unique=True, postgresql_where=sql("sent_back_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    material_id: Mapped[UUID] = mapped_column(ForeignKey("review_material.id"))
    number: Mapped[int]
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("scoring_sheet.id"))
    judge_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_judge.id"))
    total: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    scored_at: Mapped[datetime]
    sent_back_step: Mapped[str | None]
    sent_back_reason: Mapped[str | None]
    sent_back_by: Mapped[UUID | None]
    sent_back_at: Mapped[datetime | None]


class ScoreEntryRow(CommitteeBase):
    """The points of a score for one item of the standard."""

    __tablename__ = "score_entry"

    score_id: Mapped[UUID] = mapped_column(ForeignKey("score.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    comment: Mapped[str]


class ScoreDraftRow(CommitteeBase):
    """The unfinished sheet of a lead; gone once the material is scored."""

    __tablename__ = "score_draft"

    material_id: Mapped[UUID] = mapped_column(ForeignKey("review_material.id"), primary_key=True)
    judge_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_judge.id"), primary_key=True)
    profile: Mapped[str]
    revision: Mapped[int]
    entries: Mapped[str] = mapped_column(Encrypted)
    saved_at: Mapped[datetime]


class ScoreConfirmation(CommitteeBase):
    """副审确认, 组长确认 or 主任确认 of a score; `is_bulk` where several were confirmed by one act (W11)."""

    __tablename__ = "score_confirmation"
    __table_args__ = (CheckConstraint("step IN ('second', 'leader', 'chair')", name="step"),)

    score_id: Mapped[UUID] = mapped_column(ForeignKey("score.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    judge_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_judge.id"))
    is_bulk: Mapped[bool]
    confirmed_at: Mapped[datetime]


class RollEntry(CommitteeBase):
    """A judge whom the chair selected for the vote; copied into `voter` when a ballot opens."""

    __tablename__ = "roll_entry"
    __table_args__ = (
        ForeignKeyConstraint(["judge_id", "meeting_id"], ["meeting_judge.id", "meeting_judge.meeting_id"]),
    )

    judge_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID]
    selected_by: Mapped[UUID]
    selected_at: Mapped[datetime]


class Presence(CommitteeBase):
    """When a judge's page last said that the judge is there."""

    __tablename__ = "presence"

    judge_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_judge.id"), primary_key=True)
    profile: Mapped[str]
    seen_at: Mapped[datetime]


class Ballot(CommitteeBase):
    """One round of a meeting's vote. Its secret key is nowhere: `stored_half` is useless without the opening code.

    committee_size, roll_size and the threshold are what they were at the opening.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        ForeignKeyConstraint(["second_person_id", "meeting_id"], ["meeting_judge.id", "meeting_judge.meeting_id"]),
        CheckConstraint("state IN ('open', 'closed', 'confirmed', 'voided')", name="state"),
        CheckConstraint("(state = 'open') = (stored_half IS NOT NULL)", name="key_is_forgotten"),
        CheckConstraint("state NOT IN ('closed', 'confirmed') OR closed_at IS NOT NULL", name="closed"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
        CheckConstraint("(state = 'voided') = (voided_at IS NOT NULL)", name="voided"),
        CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="void_reason"),
        Index("uq_ballot_in_force", "meeting_id", unique=True, postgresql_where=sql("state <> 'voided'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    state: Mapped[str]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    stored_half: Mapped[str | None] = mapped_column(Encrypted)
    second_person_id: Mapped[UUID]
    committee_size: Mapped[int]
    roll_size: Mapped[int]
    threshold_numerator: Mapped[int]
    threshold_denominator: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_early: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


class Voter(CommitteeBase):
    """A judge on the frozen roll of a ballot."""

    __tablename__ = "voter"

    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    judge_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_judge.id"), primary_key=True)
    profile: Mapped[str]


class BallotMaterial(CommitteeBase):
    """A material in a ballot: totals from the closing on, outcome from the confirmation on."""

    __tablename__ = "ballot_material"
    __table_args__ = (
        CheckConstraint("(yes IS NULL) = (no IS NULL) AND (yes IS NULL) = (spoiled IS NULL)", name="counted"),
        CheckConstraint("outcome IS NULL OR outcome IN ('passed', 'failed') AND yes IS NOT NULL", name="outcome"),
        Index("ix_ballot_material_material_id", "material_id"),
    )

    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    material_id: Mapped[UUID] = mapped_column(ForeignKey("review_material.id"), primary_key=True)
    profile: Mapped[str]
    yes: Mapped[int | None]
    no: Mapped[int | None]
    spoiled: Mapped[int | None]
    outcome: Mapped[str | None]


class VotingRight(CommitteeBase):
    """A pair of material and voter of the frozen roll who may vote on it: envelopes refer to it."""

    __tablename__ = "voting_right"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ballot_id", "material_id"], ["ballot_material.ballot_id", "ballot_material.material_id"]
        ),
        ForeignKeyConstraint(["ballot_id", "voter_id"], ["voter.ballot_id", "voter.judge_id"]),
        Index("ix_voting_right_voter_id", "ballot_id", "voter_id"),
    )

    ballot_id: Mapped[UUID] = mapped_column(primary_key=True)
    material_id: Mapped[UUID] = mapped_column(primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]


class Recusal(CommitteeBase):
    """A voter who does not vote on a material, with the kinds of conflict that were found."""

    __tablename__ = "recusal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ballot_id", "material_id"], ["ballot_material.ballot_id", "ballot_material.material_id"]
        ),
        ForeignKeyConstraint(["ballot_id", "voter_id"], ["voter.ballot_id", "voter.judge_id"]),
    )

    ballot_id: Mapped[UUID] = mapped_column(primary_key=True)
    material_id: Mapped[UUID] = mapped_column(primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    kinds: Mapped[list[str]]


class CastVote(CommitteeBase):
    """That a voter has voted on a material. The envelope is wiped when the ballot closes; nothing else ever changes.

    No time: it would say nothing to the purpose, and tell in which order people voted.
    """

    __tablename__ = "cast_vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ballot_id", "material_id", "voter_id"],
            ["voting_right.ballot_id", "voting_right.material_id", "voting_right.voter_id"],
        ),
        CheckConstraint("octet_length(envelope) = 97", name="envelope"),
    )

    ballot_id: Mapped[UUID] = mapped_column(primary_key=True)
    material_id: Mapped[UUID] = mapped_column(primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    command_id: Mapped[UUID]
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)


class PublicNotice(CommitteeBase):
    """评审结果公示 of a meeting. `least_working_days` is what the province's profile asks for."""

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("working_days >= 0 AND least_working_days >= 0", name="working_days"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("ix_public_notice_published_at", "profile", "published_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), unique=True)
    contact: Mapped[str]
    working_days: Mapped[int]
    least_working_days: Mapped[int]
    published_by: Mapped[UUID]
    published_at: Mapped[datetime]
    last_day: Mapped[date]
    is_provisional: Mapped[bool]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class Objection(CommitteeBase):
    """An objection against a person's result, as the office recorded it."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'upheld', 'rejected')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (decision_reason IS NULL)", name="reason"),
        Index("ix_objection_notice_id", "notice_id", "recorded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("public_notice.id"))
    material_id: Mapped[UUID] = mapped_column(ForeignKey("review_material.id"))
    objector: Mapped[str] = mapped_column(Encrypted)
    content: Mapped[str] = mapped_column(Encrypted)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    decision_reason: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class ResultReport(CommitteeBase):
    """评审结果上报 to an office, and what its officer found; a returned report is followed by the next number.

    withdrawn: another office returned the same report before this one decided.
    """

    __tablename__ = "result_report"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'returned', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (audited_at IS NULL)", name="audited"),
        Index("ix_result_report_reported_to", "reported_to", "reported_at"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reported_to: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    state: Mapped[str]
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    opinion: Mapped[str] = mapped_column(default="")
    audited_by: Mapped[UUID | None]
    audited_at: Mapped[datetime | None]


class CalendarDayRow(CommitteeBase):
    """A day of the platform's own table of working days (`rules/calendar.py`)."""

    __tablename__ = "calendar_day"

    profile: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_working_day: Mapped[bool]
    name: Mapped[str]
