"""Lists of cases: views, tabs, filters, order and export."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message
from contracts.review.cases import CaseState
from contracts.review.words import BATCH_MAXIMUM, ShortText


class View(StrEnum):
    """Which list: 审核申报材料, 预分配评委会, 评委会审查申报材料 or 今年申报材料."""

    REVIEW = "review"
    PREASSIGNMENT = "preassignment"
    COMMITTEE_CHECK = "committee_check"
    CURRENT_YEAR = "current_year"


class Tab(StrEnum):
    """未审核, 审核待定 or 已审核; the list of the year has none."""

    PENDING = "pending"
    HELD = "held"
    REVIEWED = "reviewed"


class Origin(StrEnum):
    """Whose people: of the reader's own organisation, or of the organisations below it (HB-45)."""

    OWN = "own"
    LOWER = "lower"


class CaseFilters(Message):
    """The filters of HB-T4 (22), and four more. Codes match exactly, names by part, a region with all inside it.

    `organization_id`: the people of this organisation and of all below it (HB-45).
    """

    category: ShortText | None = None
    title_series: ShortText | None = None
    specialty: ShortText | None = None
    declared_title: ShortText | None = None
    title_level: ShortText | None = None
    declaration_mode: ShortText | None = None
    review_mode: ShortText | None = None
    id_document_no: ShortText | None = None
    real_name: ShortText | None = None
    organization_name: ShortText | None = None
    highest_education: ShortText | None = None
    school: ShortText | None = None
    first_education: ShortText | None = None
    committee_id: UUID | None = None
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")] | None = None
    current_title: ShortText | None = None
    current_title_level: ShortText | None = None
    current_title_years_from: int | None = Field(default=None, ge=0, le=100)
    current_title_years_to: int | None = Field(default=None, ge=0, le=100)
    special_experience: ShortText | None = None
    is_entrusted_review: bool | None = None
    major: ShortText | None = None
    competent_department: ShortText | None = None
    declaration_year: int | None = Field(default=None, ge=2000, le=2200)
    state: CaseState | None = None
    origin: Origin | None = None
    organization_id: UUID | None = None


class Sort(StrEnum):
    """By what a list is ordered; equal rows by case id."""

    WAITING_SINCE = "waiting_since"
    SUBMITTED_AT = "submitted_at"
    REAL_NAME = "real_name"
    ORGANIZATION_NAME = "organization_name"


class CaseQuery(Message):
    """A list as it stands on a screen; an export of it obeys the same (PL-33)."""

    view: View = View.REVIEW
    tab: Tab = Tab.PENDING
    filters: CaseFilters = CaseFilters()
    sort: Sort = Sort.WAITING_SINCE
    descending: bool = False


class QueueCounts(Message):
    """How many rows each tab of a view has under the filters; since when the oldest pending one waits."""

    pending: int
    held: int
    reviewed: int
    waiting_since: datetime | None = None


class OrderExport(Command):
    """Order the general form of the ticked cases, or of all rows of the query when `case_ids` is None (HB-48).

    The reason is recorded (W10).
    """

    query: CaseQuery
    case_ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=BATCH_MAXIMUM)
    reason: Annotated[ShortText, StringConstraints(min_length=2)]
