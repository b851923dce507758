"""Messages of scoring: the confirmed standard, leaders, reviewers, the four steps, and what a reviewer may open."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, VersionedCommand
from contracts.committee.words import STORABLE, Reason

GivenPoints = Annotated[Decimal, Field(max_digits=6, decimal_places=2)]
MaterialIds = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]


class ScoringStep(StrEnum):
    """主审打分, 副审确认, 组长确认, 主任确认."""

    LEAD = "lead"
    SECOND = "second"
    LEADER = "leader"
    CHAIR = "chair"


class JudgeRef(Message):
    """A judge of a meeting."""

    judge_id: UUID
    name: str
    group_id: UUID


class RowRefusal(Message):
    """A row of a bulk act that was left out, and why (HB-43)."""

    material_id: UUID
    code: str
    params: dict[str, Any] = Field(default_factory=dict)


class RowsDone(Message):
    """What a bulk act did."""

    done: tuple[UUID, ...]
    refused: tuple[RowRefusal, ...]


class ConfirmStandard(VersionedCommand):
    """评分标准确认 by the chair (HB-137)."""

    meeting_id: UUID


class ReturnStandard(VersionedCommand):
    """The chair sends the standard back to the officer who set it (HB-137)."""

    meeting_id: UUID
    opinion: Reason


class GroupLeader(Message):
    """组长 of a group: a judge of that group."""

    group_id: UUID
    judge_id: UUID


class AppointLeaders(Command):
    """指定组长 by the chair (HB-138, Q21)."""

    meeting_id: UUID
    leaders: Annotated[tuple[GroupLeader, ...], Field(min_length=1, max_length=99)]


class AssignReviewers(Command):
    """分配主副审 for one or for ticked materials (HB-139)."""

    meeting_id: UUID
    material_ids: MaterialIds
    lead_judge_id: UUID
    second_judge_id: UUID


class DistributeReviewers(Command):
    """全部分配: give every material of the group that has no reviewers the least burdened ones (HB-139)."""

    meeting_id: UUID
    group_id: UUID


class ScoreEntry(Message):
    """What the lead gives for one item."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=STORABLE)]
    points: GivenPoints
    comment: Annotated[str, StringConstraints(max_length=4000, pattern=STORABLE)] = ""


class DraftEntry(Message):
    """What the lead has written for one item so far."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=STORABLE)]
    points: GivenPoints | None = None
    comment: Annotated[str, StringConstraints(max_length=4000, pattern=STORABLE)] = ""


class SaveScoreDraft(Command):
    """Keep an unfinished sheet; `revision` is the one that was read, 0 for the first time (PL-12)."""

    material_id: UUID
    revision: int = Field(ge=0)
    entries: Annotated[tuple[DraftEntry, ...], Field(max_length=200)]


class ScoreDraft(Message):
    """The lead's unfinished sheet; nobody else sees it."""

    revision: int
    saved_at: datetime
    entries: tuple[DraftEntry, ...]


class ScoreMaterial(VersionedCommand):
    """主审打分 (HB-141)."""

    material_id: UUID
    entries: Annotated[tuple[ScoreEntry, ...], Field(max_length=200)]


class MaterialVersion(Message):
    """A material as its reader saw it."""

    material_id: UUID
    version: int


class ConfirmScores(Command):
    """副审确认, 组长确认 or 主任确认 of one or of ticked materials (HB-142 … HB-144)."""

    meeting_id: UUID
    step: ScoringStep
    materials: Annotated[tuple[MaterialVersion, ...], Field(min_length=1, max_length=1000)]


class SendBackScore(VersionedCommand):
    """A confirming step sends the score back to the lead (HB-145)."""

    material_id: UUID
    step: ScoringStep
    reason: Reason


class MaterialLine(Message):
    """A material as judges see it; what the profile blinds is None. `version` is for the next act on it."""

    material_id: UUID
    group_id: UUID
    group_name: str
    state: str
    version: int
    applicant_name: str | None
    organization_name: str | None
    declared_title: str
    specialty: str
    score_total: Decimal | None


class AssignmentRow(Message):
    """A material with its reviewers, and the judges of the group who have a conflict of interest in it."""

    material: MaterialLine
    lead: JudgeRef | None
    second: JudgeRef | None
    excluded_judge_ids: tuple[UUID, ...]


class JudgeLoad(Message):
    """How many materials a judge reviews."""

    judge: JudgeRef
    leads: int
    seconds: int


class ScoringItemView(Message):
    """An item of the confirmed standard; `evidence` names the blocks of the submission to read for it."""

    code: str
    name: str
    maximum: Decimal
    description: str
    evidence: tuple[str, ...]


class ScoreRecord(Message):
    """A score as the lead gave it; the fields at the end are set where a later step sent it back."""

    number: int
    scored_by: JudgeRef
    scored_at: datetime
    entries: tuple[ScoreEntry, ...]
    total: Decimal
    sent_back_by_step: ScoringStep | None
    sent_back_reason: str | None
    sent_back_at: datetime | None


class ScoreSheetView(Message):
    """A material's sheet: the items, the score that stands, the former ones, and the steps that wait for the reader.

    `draft` is the reader's own unfinished sheet, while the material waits for the lead.
    """

    material: MaterialLine
    my_steps: tuple[ScoringStep, ...]
    step: Decimal
    total: Decimal
    comment_required_below_percent: int
    comment_max: int
    items: tuple[ScoringItemView, ...]
    current: ScoreRecord | None
    former: tuple[ScoreRecord, ...]
    draft: ScoreDraft | None = None


class MaterialGrant(Message):
    """The right to read a submission and its files for some minutes, to be shown to declaration and documents."""

    submission_id: UUID
    grant: str
    minutes: int


class StepTask(Message):
    """A step that the reader has in a meeting: how much waits, and why it is not open yet (an error's code)."""

    step: str
    waiting: int
    closed_because: str | None
