"""What helps an officer at the desk: kept drafts of opinions, the way through a list, the menu's numbers, batches."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from contracts.base import Message, Role, VersionedCommand
from contracts.documents import JobState
from contracts.remarks import Remark, Remarks
from contracts.review.decisions import BatchRow
from contracts.review.words import Text

DayText = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]


class RecommendationDraft(Message):
    """The data of HB-T30 as far as they are typed."""

    is_recommended: bool | None = None
    recommendation_text: Text = ""
    notice_from: DayText = ""
    notice_to: DayText = ""
    has_objections: bool | None = None
    objections_text: Text = ""
    panel_opinion: Text = ""


class OpinionDraft(Message):
    """What an officer has typed about a case and not yet said; `case_version` is that of the case at the time."""

    version: int
    case_version: int
    opinion: str
    recommendation: RecommendationDraft
    remarks: tuple[Remark, ...]
    saved_at: datetime


class SaveOpinionDraft(VersionedCommand):
    """Keep what is typed about a case for the next opening; `expected_version` is the draft's, 0 before the first."""

    case_id: UUID
    opinion: Text = ""
    recommendation: RecommendationDraft = RecommendationDraft()
    remarks: Remarks = ()


class Neighbours(Message):
    """The cases before and after one in a list, its place there (from 1) and how many there are.

    A case that has left the list has neighbours too: those between which it would stand.
    """

    previous: UUID | None
    next: UUID | None
    place: int
    total: int


class WaitingCases(Message):
    """How many cases wait at a post: of the own organisation's people and of those from below (HB-45).

    `view` is the list in which they stand: review, preassignment or committee_check.
    """

    view: str
    organization_id: UUID
    role: Role
    own: int
    lower: int


class BatchDecision(Message):
    """One decision over many cases as background work: how far it is, and row by row what came of it (HB-43)."""

    job_id: UUID
    decision: str
    state: JobState
    done: int
    total: int
    skipped: int
    rows: tuple[BatchRow, ...]
    error_code: str | None
    created_at: datetime
    finished_at: datetime | None
