"""Plans, seats and the reproducible draw of experts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.base import Command, Message, PageRequest, VersionedCommand
from contracts.committee.experts import LogLine
from contracts.committee.meetings import Group
from contracts.committee.words import CatalogueCode, Line, LongText, Opinion


class Fraction(Message):
    """A share in integers: two thirds is 2 / 3."""

    numerator: int = Field(ge=1, le=100)
    denominator: int = Field(ge=1, le=100)

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.numerator > self.denominator:
            raise PydanticCustomError("more_than_whole", "more than the whole")
        return self


class PlanState(StrEnum):
    """Where an edition of a plan stands."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class WritePlan(VersionedCommand):
    """Enter the plan of a meeting (HB-128); the profile's shares where left out, never less than they are (HB-154)."""

    meeting_id: UUID
    text: LongText
    quorum: Fraction | None = None
    threshold: Fraction | None = None


class Seat(Message):
    """An expert in a group."""

    expert_id: UUID
    group_id: UUID


class SeatJudges(VersionedCommand):
    """确认评委: all seats of the plan that is being worked on."""

    meeting_id: UUID
    seats: tuple[Seat, ...] = Field(min_length=1, max_length=500)


class MeetingAct(VersionedCommand):
    """An act on a meeting that needs nothing more: submit the plan, begin a new edition, submit the standard."""

    meeting_id: UUID


class ReviewPlan(VersionedCommand):
    """Pass or return the submitted plan (HB-129)."""

    meeting_id: UUID
    approve: bool
    opinion: Opinion = ""


class PlanSeat(Message):
    """A seat as shown; `drawn`: a draw chose the expert."""

    expert_id: UUID
    real_name: str
    employer_name: str
    group_id: UUID
    drawn: bool


class PlanDetail(Message):
    """An edition of the plan with committees, groups, judges and review information (HB-128)."""

    plan_id: UUID
    meeting_id: UUID
    number: int
    state: PlanState
    text: str
    quorum: Fraction
    threshold: Fraction
    committees: tuple[str, ...]
    groups: tuple[Group, ...]
    seats: tuple[PlanSeat, ...]
    written_by: UUID
    submitted_by: UUID | None
    submitted_at: datetime | None
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    version: int
    log: tuple[LogLine, ...]


class PlanEditions(Message):
    """The plan in force and the one being worked on; older editions by number in `superseded`."""

    in_force: PlanDetail | None
    open: PlanDetail | None
    superseded: tuple[int, ...]


class SeatableExpert(Message):
    """An approved expert of the meeting's committees.

    `conflicts` counts materials that block the expert; `occupied` names other open meetings at the same time in which
    the expert sits.
    """

    expert_id: UUID
    real_name: str
    employer_name: str
    specialties: tuple[str, ...]
    conflicts: int
    occupied: tuple[str, ...] = ()


class SeatableFilter(PageRequest):
    """Experts that can be seated at a meeting."""

    meeting_id: UUID
    text: Line = ""


class StratumWanted(Message):
    """How many experts are drawn for a group, of which specialties (empty: any), and how many in reserve."""

    group_id: UUID
    wanted: int = Field(ge=1, le=99)
    reserves: int = Field(default=0, ge=0, le=99)
    specialties: tuple[CatalogueCode, ...] = ()


class PrepareDraw(Command):
    """Freeze the list of experts and commit to a seed (design §6)."""

    meeting_id: UUID
    strata: tuple[StratumWanted, ...] = Field(min_length=1, max_length=50)


class RunDraw(Command):
    """Reveal the seed, rank the list and seat who was drawn."""

    draw_id: UUID


class Candidate(Message):
    """A line of the frozen list. `excluded_because`: conflict or undecided; the rest is known after it."""

    stratum: int
    expert_id: UUID
    real_name: str
    excluded_because: str | None
    rank: str | None
    position: int | None
    outcome: str | None


class DrawRecord(Message):
    """A draw with everything by which anyone computes it again (docs/draw.md); `seed` is None before it is run."""

    draw_id: UUID
    meeting_id: UUID
    strata: tuple[StratumWanted, ...]
    list_hash: str
    commitment: str
    seed: str | None
    candidates: tuple[Candidate, ...]
    prepared_at: datetime
    prepared_by: UUID
    drawn_at: datetime | None
    drawn_by: UUID | None
