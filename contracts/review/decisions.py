"""What officers and leaders command: decisions, assignments, re-routing, their phrases."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, VersionedCommand
from contracts.committee import CommitteeSummary
from contracts.errors import Fault
from contracts.remarks import Remarks
from contracts.review.words import BATCH_MAXIMUM, Text


class Decision(StrEnum):
    """What the holder of a step can decide; passing the committee's material check admits the case."""

    PASS = "pass"  # noqa: S105 an act, not a password
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"


class Recommendation(Message):
    """What a unit says when it passes a declaration on (HB-T30): 推荐情况, 公示情况, 推荐小组意见."""

    is_recommended: bool
    recommendation_text: Text = ""
    notice_from: date
    notice_to: date
    has_objections: bool
    objections_text: Text = ""
    panel_opinion: Text


class DecideCase(VersionedCommand):
    """Decide on one case. `opinion` is required to return and to hold, `recommendation` where the step asks for it.

    `remarks` go with a return alone: they stand beside the fields until the applicant changes them.
    """

    case_id: UUID
    decision: Decision
    opinion: Text = ""
    recommendation: Recommendation | None = None
    remarks: Remarks = ()


class BatchItem(Message):
    """A ticked row as the officer saw it."""

    case_id: UUID
    version: int


class DecideCases(Command):
    """One decision over all ticked cases (批量审核, HB-41, HB-42)."""

    items: tuple[BatchItem, ...] = Field(min_length=1, max_length=BATCH_MAXIMUM)
    decision: Decision
    opinion: Text = ""
    recommendation: Recommendation | None = None


class AssignCommittee(VersionedCommand):
    """Give a case to a committee (预分配评委会), or to another until it was checked."""

    case_id: UUID
    committee_id: UUID
    is_entrusted_review: bool = False


class AssignCommittees(Command):
    """Give all ticked cases to one committee."""

    items: tuple[BatchItem, ...] = Field(min_length=1, max_length=BATCH_MAXIMUM)
    committee_id: UUID
    is_entrusted_review: bool = False


class RerouteCase(VersionedCommand):
    """Let a stuck case wait at another place ahead, with a reason."""

    case_id: UUID
    step: str = Field(max_length=40)
    organization_id: UUID
    reason: Text


class BatchRow(Message):
    """What became of one ticked row: `error_code` says why it was skipped, None where it was done.

    Who asks later for a batch gets the name to each case that may still be seen.
    """

    case_id: UUID
    real_name: str | None = None
    error_code: str | None = None
    error_params: dict[str, Any] = Field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


class BatchResult(Message):
    """The result of a batch, row by row in the order of the command (HB-43)."""

    rows: tuple[BatchRow, ...]
    done: int
    skipped: int


class CommitteeProposal(Message):
    """A committee that may take some of the ticked cases, and which."""

    committee: CommitteeSummary
    case_ids: tuple[UUID, ...]


class CommonOpinions(Message):
    """An officer's own phrases in their order (HB-33); version 0 is the province's start set."""

    version: int
    phrases: tuple[str, ...]


class SaveCommonOpinions(VersionedCommand):
    """Replace the phrases: adding, editing, deleting and ordering are one."""

    phrases: tuple[Annotated[Text, StringConstraints(min_length=1)], ...] = Field(max_length=50)
