"""Meetings up to the submitted scoring standard: groups, plan, draw, judges, materials, conflicts, standard."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted
from services.committee.tables.base import CommitteeBase


class Meeting(CommitteeBase):
    """评审会议. Its state is not stored but derived from the steps that are done (`rules/meeting.py`).

    profile_version: the rules of the day on which the meeting was made hold to its end.
    organization_id: the unit that holds it; its officers prepare it.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="time"),
        Index("ix_meeting_organization_id", "organization_id", "closed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    profile_version: Mapped[int]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    name: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    meeting_staff: Mapped[str]
    brief: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    closed_at: Mapped[datetime | None]


class MeetingCommittee(CommitteeBase):
    """A committee that a meeting serves (HB-122)."""

    __tablename__ = "meeting_committee"
    __table_args__ = (Index("ix_meeting_committee_committee_id", "committee_id"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), primary_key=True)
    profile: Mapped[str]


class MeetingStep(CommitteeBase):
    """A step of the meeting that is done, and by whom; undone steps have no row."""

    __tablename__ = "meeting_step"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    done_at: Mapped[datetime]
    done_by: Mapped[UUID]


class MeetingGroup(CommitteeBase):
    """会议分组: `size` (人数) limits its judges (HB-127)."""

    __tablename__ = "meeting_group"
    __table_args__ = (
        UniqueConstraint("meeting_id", "name"),
        UniqueConstraint("id", "meeting_id"),
        CheckConstraint("size BETWEEN 1 AND 99", name="size"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    name: Mapped[str]
    size: Mapped[int]
    position: Mapped[int]


class ReviewPlan(CommitteeBase):
    """评审方案 in one edition; a meeting has at most one being worked on and at most one in force (HB-130).

    Quorum and threshold are fractions in integers: `denominator * present >= numerator * judges`.
    """

    __tablename__ = "review_plan"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("state IN ('draft', 'under_review', 'approved', 'superseded')", name="state"),
        CheckConstraint(
            "quorum_numerator BETWEEN 1 AND quorum_denominator"
            " AND threshold_numerator BETWEEN 1 AND threshold_denominator",
            name="fractions",
        ),
        CheckConstraint("state = 'draft' OR submitted_by IS NOT NULL", name="submitted"),
        CheckConstraint("state NOT IN ('approved', 'superseded') OR reviewed_by IS NOT NULL", name="reviewed"),
        Index(
            "uq_review_plan_open",
            "meeting_id",
            unique=True,
            postgresql_where=sql("state IN ('draft', 'under_review')"),
        ),
        Index("uq_review_plan_approved", "meeting_id", unique=True, postgresql_where=sql("state = 'approved'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    state: Mapped[str]
    text: Mapped[str]
    quorum_numerator: Mapped[int]
    quorum_denominator: Mapped[int]
    threshold_numerator: Mapped[int]
    threshold_denominator: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[UUID]
    written_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]


class PlanJudge(CommitteeBase):
    """确认评委: an expert whom a plan seats in a group; `draw_id` where a draw chose the expert."""

    __tablename__ = "plan_judge"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("review_plan.id"), primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    profile: Mapped[str]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_group.id"))
    draw_id: Mapped[UUID | None] = mapped_column(ForeignKey("draw.id"))


class MeetingJudge(CommitteeBase):
    """A judge of a meeting, as the plan in force seats the experts; who is no longer seated keeps the row.

    post: chair or vice_chair; leads_group: 组长 of the own group.
    """

    __tablename__ = "meeting_judge"
    __table_args__ = (
        UniqueConstraint("meeting_id", "expert_id"),
        UniqueConstraint("id", "meeting_id"),
        ForeignKeyConstraint(["group_id", "meeting_id"], ["meeting_group.id", "meeting_group.meeting_id"]),
        CheckConstraint("post IN ('chair', 'vice_chair')", name="post"),
        CheckConstraint("is_seated OR (post IS NULL AND NOT leads_group)", name="seated"),
        Index("uq_meeting_judge_chair", "meeting_id", unique=True, postgresql_where=sql("post = 'chair'")),
        Index("uq_meeting_judge_leader", "group_id", unique=True, postgresql_where=sql("leads_group")),
        Index("ix_meeting_judge_account_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"))
    account_id: Mapped[UUID]
    person_id: Mapped[UUID]
    group_id: Mapped[UUID]
    is_seated: Mapped[bool]
    post: Mapped[str | None]
    leads_group: Mapped[bool] = mapped_column(default=False)


class Draw(CommitteeBase):
    """A random draw of experts for a plan: the list is frozen and the seed committed before, revealed after.

    list_hash and commitment are hex SHA-256; `docs/draw.md` says how anyone computes the result again.
    strata: `{"group_id", "wanted", "reserves", "specialties": []}` in the order in which they are drawn.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="revealed"),
        Index("ix_draw_plan_id", "plan_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("review_plan.id"))
    strata: Mapped[list[Any]]
    list_hash: Mapped[str]
    commitment: Mapped[str]
    sealed_seed: Mapped[str] = mapped_column(Encrypted)
    seed: Mapped[str | None]
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[UUID]
    drawn_at: Mapped[datetime | None]
    drawn_by: Mapped[UUID | None]


class DrawCandidate(CommitteeBase):
    """A line of a draw's frozen list: who could be drawn for a stratum, or why not; the rest is known after it."""

    __tablename__ = "draw_candidate"
    __table_args__ = (CheckConstraint("outcome IN ('drawn', 'reserve', 'not_drawn')", name="outcome"),)

    draw_id: Mapped[UUID] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    stratum: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    profile: Mapped[str]
    excluded_because: Mapped[str | None]
    rank: Mapped[str | None]
    position: Mapped[int | None]
    outcome: Mapped[str | None]


class ReviewMaterial(CommitteeBase):
    """参评材料: an admitted case; the flat card of its frozen submission, so it never goes stale.

    meeting_id and group_id are set by 参评材料分组; state as states §3.6, `admitted` before it is in a group.
    id_document_no is stored encrypted. employers: `{"name", "normalised", "is_current"}`, one for each organisation of
    the applicant now and before, as typed and normalised.
    """

    __tablename__ = "review_material"
    __table_args__ = (
        UniqueConstraint("profile", "submission_id"),
        UniqueConstraint("id", "meeting_id"),
        ForeignKeyConstraint(["group_id", "meeting_id"], ["meeting_group.id", "meeting_group.meeting_id"]),
        CheckConstraint(
            "state IN ('admitted', 'grouped', 'assigned', 'lead_scored', 'second_confirmed', 'leader_confirmed',"
            " 'chair_confirmed', 'in_ballot', 'passed', 'failed')",
            name="state",
        ),
        CheckConstraint(
            "(state = 'admitted') = (group_id IS NULL) AND (group_id IS NULL) = (meeting_id IS NULL)", name="grouped"
        ),
        Index("ix_review_material_meeting_id", "meeting_id", "group_id"),
        Index(
            "ix_review_material_waiting",
            "committee_id",
            postgresql_where=sql("state = 'admitted'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    case_id: Mapped[UUID]
    declaration_id: Mapped[UUID]
    submission_id: Mapped[UUID]
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    organization_ids: Mapped[list[UUID]]
    declaration_year: Mapped[int]
    real_name: Mapped[str]
    id_document_no: Mapped[str] = mapped_column(Encrypted)
    id_document_hash: Mapped[bytes] = mapped_column(LargeBinary)
    title_series: Mapped[str]
    specialty: Mapped[str]
    declared_title: Mapped[str]
    title_level: Mapped[str]
    labels: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    recommendations: Mapped[list[Any]]
    employers: Mapped[list[Any]]
    is_entrusted_review: Mapped[bool]
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"))
    group_id: Mapped[UUID | None]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    admitted_at: Mapped[datetime]


class Conflict(CommitteeBase):
    """An expert's conflict of interest in a material (design §6, PL-39).

    state: `undecided` (a near match waits for an officer), `dismissed` (it was no match), `blocking`, and `lifted`
    (one officer asked with a reason, a second one agreed). Grounds: `{"kind", "source"}`, no names.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint("state IN ('undecided', 'dismissed', 'blocking', 'lifted')", name="state"),
        CheckConstraint("state <> 'lifted' OR lifted_by <> lift_asked_by", name="second_person"),
        CheckConstraint("state <> 'lifted' OR lift_reason <> ''", name="reason"),
        Index("ix_conflict_material_id", "material_id"),
    )

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    material_id: Mapped[UUID] = mapped_column(ForeignKey("review_material.id"), primary_key=True)
    profile: Mapped[str]
    state: Mapped[str]
    grounds: Mapped[list[Any]]
    found_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    lift_asked_by: Mapped[UUID | None]
    lift_reason: Mapped[str | None]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class ScoringStandard(CommitteeBase):
    """评分标准 of a meeting: one or more sheets, submitted to the chair as a whole."""

    __tablename__ = "scoring_standard"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'submitted', 'confirmed')", name="state"),
        CheckConstraint("state = 'draft' OR submitted_by IS NOT NULL", name="submitted"),
        CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="confirmed"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    profile: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class ScoringSheet(CommitteeBase):
    """The items by which a material is scored: of a group, of a title level, of both, or (neither) of all others."""

    __tablename__ = "scoring_sheet"
    __table_args__ = (
        UniqueConstraint("meeting_id", "group_id", "title_level", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["group_id", "meeting_id"], ["meeting_group.id", "meeting_group.meeting_id"]),
        CheckConstraint("step > 0 AND total > 0", name="numbers"),
        CheckConstraint("comment_required_below_percent BETWEEN 0 AND 100 AND comment_max > 0", name="comment"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("scoring_standard.meeting_id"))
    group_id: Mapped[UUID | None]
    title_level: Mapped[str | None]
    name: Mapped[str]
    total: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    step: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    comment_required_below_percent: Mapped[int]
    comment_max: Mapped[int]


class ScoringItem(CommitteeBase):
    """One item of a sheet; its weight is its maximum's share of the total."""

    __tablename__ = "scoring_item"
    __table_args__ = (CheckConstraint("maximum > 0", name="maximum"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("scoring_sheet.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    maximum: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    description: Mapped[str]
    evidence: Mapped[list[str]]


class LogEntry(CommitteeBase):
    """流转日志 of an expert's profile, a plan, a standard or a conflict: who did what, with which opinion (PL-13)."""

    __tablename__ = "log_entry"
    __table_args__ = (Index("ix_log_entry_subject_id", "subject_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    action: Mapped[str]
    old_state: Mapped[str | None]
    new_state: Mapped[str | None]
    opinion: Mapped[str]
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    is_bulk: Mapped[bool]
    at: Mapped[datetime]
