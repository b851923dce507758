"""Chair, materials, conflicts of interest and the scoring standard."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, PageRequest, VersionedCommand
from contracts.committee.experts import LogLine
from contracts.committee.words import STORABLE, CatalogueCode, Code, Line, Name, Points, Reason


class AppointChair(VersionedCommand):
    """指定评审会议主任: one chair and the vice-chairs, judges of the meeting (HB-131); the version is the meeting's."""

    meeting_id: UUID
    chair: UUID
    vice_chairs: tuple[UUID, ...] = ()


class ReplaceChair(VersionedCommand):
    """更换评审会议主任 and 副主任 once the standard is confirmed, with the reason (HB-131).

    voids_ballot: a vote that is open is thrown away and opened anew by the new chair; without it another chair is
    refused. Other vice-chairs leave the vote as it is.
    """

    meeting_id: UUID
    chair: UUID
    vice_chairs: tuple[UUID, ...] = ()
    reason: Reason
    voids_ballot: bool = False


class MaterialRow(Message):
    """A material in the list of a meeting; the person's number is masked."""

    material_id: UUID
    declaration_id: UUID
    submission_id: UUID
    real_name: str
    id_document_no: str
    organization_name: str
    committee_name: str
    labels: dict[str, Any]
    title_level: str
    group_id: UUID | None
    state: str
    version: int


class MaterialFilter(PageRequest):
    """Materials of a meeting: `offered` ones wait for a group; None shows both."""

    meeting_id: UUID
    offered: bool | None = None
    group_id: UUID | None = None
    text: Line = ""


class PlaceMaterials(Command):
    """参评材料分组: ticked materials, or all that wait where `material_ids` is None (HB-132)."""

    meeting_id: UUID
    group_id: UUID
    material_ids: tuple[UUID, ...] | None = Field(default=None, max_length=1000)


class Placed(Message):
    """How many materials went into the group."""

    placed: int


class ConflictRow(Message):
    """A conflict of interest between a judge and a material. grounds: kind and source of each reason."""

    expert_id: UUID
    expert_name: str
    material_id: UUID
    applicant_name: str
    state: str
    grounds: tuple[dict[str, Any], ...]
    decided_by: UUID | None
    decision_reason: str | None
    lift_asked_by: UUID | None
    lift_reason: str | None
    lifted_by: UUID | None
    lifted_at: datetime | None
    version: int


class ConflictFilter(PageRequest):
    """Conflicts of a meeting's judges, or of experts who could be seated where it has no judges yet."""

    meeting_id: UUID
    states: tuple[str, ...] = ()


class DecideConflict(VersionedCommand):
    """Say of a near match whether it is the same organisation or person."""

    expert_id: UUID
    material_id: UUID
    is_conflict: bool
    reason: Reason


class AskLift(VersionedCommand):
    """Ask, with a reason, that a conflict be lifted."""

    expert_id: UUID
    material_id: UUID
    reason: Reason


class LiftConflict(VersionedCommand):
    """Agree as a second person that a conflict is lifted; it stands in the minutes."""

    expert_id: UUID
    material_id: UUID


class StandardItem(Message):
    """One item: its weight is its maximum's share of the sheet's total."""

    code: Code
    name: Name
    maximum: Points
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=STORABLE)] = ""
    evidence: tuple[CatalogueCode, ...] = ()


class StandardSheet(Message):
    """The items for a group, for a title level, for both, or (neither named) for all other materials.

    step: scores are multiples of it. A comment is required for an item below so many per cent of its maximum.
    """

    group_id: UUID | None = None
    title_level: CatalogueCode | None = None
    name: Name
    total: Points
    step: Annotated[Decimal, Field(gt=0, le=10, max_digits=4, decimal_places=2)]
    comment_required_below_percent: int = Field(default=40, ge=0, le=100)
    comment_max: int = Field(default=500, ge=1, le=5000)
    items: tuple[StandardItem, ...] = Field(min_length=1, max_length=50)


class SetStandard(VersionedCommand):
    """设置评分标准: all sheets of the meeting (HB-135, HB-136)."""

    meeting_id: UUID
    sheets: tuple[StandardSheet, ...] = Field(min_length=1, max_length=50)


class Standard(Message):
    """The scoring standard of a meeting. state: draft, submitted or confirmed; `proposals` come from the profile."""

    meeting_id: UUID
    state: str
    sheets: tuple[StandardSheet, ...]
    version: int
    submitted_at: datetime | None
    confirmed_at: datetime | None
    proposals: tuple[StandardSheet, ...]
    log: tuple[LogLine, ...]
