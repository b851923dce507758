"""The tables of the review service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.crypto import Encrypted, EncryptedJson
from chassis.database import Base, metadata

# Compared byte by byte, so that a subtree is one range of an index.
PATH = String(collation="C")
# What a queue is filtered by and leaves many of its rows; other filters have selective indexes of their own.
QUEUE_FILTERS = [
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


class ReviewBase(Base):
    """Tables of the review service."""

    __abstract__ = True
    metadata = metadata()


class KnownOrganization(ReviewBase):
    """What lists and logs say of an organisation, copied from identity and renewed by `OrganizationChanged`.

    `path` names the organisation and those above it, from the root down: `<id>/<id>/`; a subtree is a prefix.
    """

    __tablename__ = "known_organization"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    name: Mapped[str]
    path: Mapped[str] = mapped_column(PATH, index=True)


class CaseCard(ReviewBase):
    """A submission under review: what lists show of it (frozen), and where it stands (moved by operations alone).

    `profile_version` is that of its form, `route_version` that of the rules by which it climbs.

    `step`, `holder_id` and `role` are the waiting step and its holder, or the last one. `is_reviewed`: somebody has
    acted on it. `is_latest`: the declaration has no newer submission.
    """

    __tablename__ = "case_card"
    __table_args__ = (
        UniqueConstraint("declaration_id", "submission_number"),
        CheckConstraint("state IN ('waiting', 'held', 'returned', 'recalled', 'admitted', 'superseded')", name="state"),
        CheckConstraint("step_kind IN ('review', 'preassignment', 'committee_check')", name="step_kind"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(committee_id IS NULL) = (committee_name IS NULL)", name="committee"),
        CheckConstraint("step_kind <> 'committee_check' OR committee_id IS NOT NULL", name="check_has_committee"),
        CheckConstraint("state <> 'admitted' OR step_kind = 'committee_check'", name="admitted_after_check"),
        CheckConstraint("state NOT IN ('held', 'returned', 'admitted') OR is_reviewed", name="reviewed"),
        CheckConstraint("state <> 'recalled' OR NOT is_reviewed", name="recalled_unreviewed"),
        # A tab is counted in it alone, under every filter that leaves many rows and under row-level security: reading
        # the rows themselves costs three times as much.
        Index(
            "ix_case_card_queue",
            "holder_id",
            "role",
            "state",
            "step_kind",
            "waiting_since",
            "id",
            postgresql_include=QUEUE_FILTERS,
        ),
        Index("ix_case_card_by_name", text('real_name COLLATE "zh-x-icu"'), "id"),
        Index("ix_case_card_by_organization", text('organization_name COLLATE "zh-x-icu"'), "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    declaration_id: Mapped[UUID]
    submission_id: Mapped[UUID] = mapped_column(unique=True)
    submission_number: Mapped[int]
    account_id: Mapped[UUID]
    person_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    declaration_year: Mapped[int] = mapped_column(index=True)
    submitted_at: Mapped[datetime] = mapped_column(index=True)
    profile_version: Mapped[int]
    route_version: Mapped[int]

    real_name: Mapped[str]
    id_document_no: Mapped[str] = mapped_column(Encrypted)
    id_document_no_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    category: Mapped[str] = mapped_column(index=True)
    title_series: Mapped[str] = mapped_column(index=True)
    specialty: Mapped[str] = mapped_column(index=True)
    declared_title: Mapped[str] = mapped_column(index=True)
    title_level: Mapped[str] = mapped_column(index=True)
    declaration_mode: Mapped[str] = mapped_column(index=True)
    review_mode: Mapped[str] = mapped_column(index=True)
    title_labels: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    highest_education: Mapped[str | None] = mapped_column(index=True)
    first_education: Mapped[str | None] = mapped_column(index=True)
    school: Mapped[str | None]
    major: Mapped[str | None] = mapped_column(index=True)
    current_title: Mapped[str | None] = mapped_column(index=True)
    current_title_level: Mapped[str | None] = mapped_column(index=True)
    title_obtained_on: Mapped[date | None] = mapped_column(index=True)
    special_experience: Mapped[str | None] = mapped_column(index=True)

    organization_id: Mapped[UUID] = mapped_column(index=True)
    organization_name: Mapped[str]
    organization_path: Mapped[str] = mapped_column(PATH, index=True)
    region: Mapped[str] = mapped_column(PATH, index=True)
    competent_department: Mapped[str]

    version: Mapped[int]
    state: Mapped[str]
    step: Mapped[str]
    step_number: Mapped[int]
    step_kind: Mapped[str]
    holder_id: Mapped[UUID]
    role: Mapped[str]
    waiting_since: Mapped[datetime] = mapped_column(index=True)
    is_reviewed: Mapped[bool]
    is_latest: Mapped[bool]
    committee_id: Mapped[UUID | None] = mapped_column(index=True)
    committee_name: Mapped[str | None]
    is_entrusted_review: Mapped[bool] = mapped_column(index=True)


class CaseStep(ReviewBase):
    """A place that a case came to; once it was left (`outcome`), the row never changes."""

    __tablename__ = "case_step"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (left_at IS NULL)", name="left"),
        Index(
            "ix_case_step_taken",
            "organization_id",
            "role",
            "outcome",
            "kind",
            "case_id",
            postgresql_include=["profile"],
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_card.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    profile: Mapped[str]
    step: Mapped[str]
    kind: Mapped[str]
    organization_id: Mapped[UUID]
    role: Mapped[str]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class CaseDecision(ReviewBase):
    """A line of the routing log (HB-35, PL-13): appended, never changed.

    `number` is the case's version after it. `bulk_act_id` is the command that decided many at once (W11).
    """

    __tablename__ = "case_decision"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_case_decision_declaration", "declaration_id", "submission_number", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_card.id"))
    number: Mapped[int]
    declaration_id: Mapped[UUID]
    submission_id: Mapped[UUID]
    submission_number: Mapped[int]
    action: Mapped[str]
    step: Mapped[str]
    organization_id: Mapped[UUID | None]
    role: Mapped[str | None]
    account_id: Mapped[UUID | None]
    state_before: Mapped[str | None]
    state_after: Mapped[str]
    opinion: Mapped[str]
    recommendation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    remarks: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    deadline: Mapped[datetime | None]
    bulk_act_id: Mapped[UUID | None] = mapped_column(index=True)
    at: Mapped[datetime]


class OpinionDraftRow(ReviewBase):
    """What an officer has typed about a case and not said; `content` as `SaveOpinionDraft` has it."""

    __tablename__ = "opinion_draft"

    profile: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_card.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    case_version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    saved_at: Mapped[datetime]


class RecallTombstone(ReviewBase):
    """A submission taken back before its `DeclarationSubmitted` arrived: it opens nothing any more."""

    __tablename__ = "recall_tombstone"

    submission_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[str]
    account_id: Mapped[UUID]
    at: Mapped[datetime]


class OverdueReminder(ReviewBase):
    """The last day on which the holders of a post were told of overdue cases."""

    __tablename__ = "overdue_reminder"

    profile: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    told_on: Mapped[date]


class CommonOpinionList(ReviewBase):
    """An officer's saved phrases in their order (HB-33)."""

    __tablename__ = "common_opinion_list"

    profile: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    phrases: Mapped[list[str]]
