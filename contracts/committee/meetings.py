"""Meetings, their steps and groups."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.base import Command, Message, PageRequest, RoleGrant, VersionedCommand
from contracts.committee.words import STORABLE, Line, Name
from contracts.errors import Fault


class Step(StrEnum):
    """The steps of a meeting in the order of states §3.5; each names the state that it leads to."""

    CREATED = "created"
    GROUPED = "grouped"
    PLAN_DRAFTED = "plan_drafted"
    PLAN_UNDER_REVIEW = "plan_under_review"
    PLAN_APPROVED = "plan_approved"
    CHAIR_APPOINTED = "chair_appointed"
    MATERIALS_GROUPED = "materials_grouped"
    STANDARD_SUBMITTED = "standard_submitted"
    STANDARD_CONFIRMED = "standard_confirmed"
    LEADERS_APPOINTED = "leaders_appointed"
    SCORING = "scoring"
    SCORES_CONFIRMED = "scores_confirmed"
    ROLL_GENERATED = "roll_generated"
    VOTING = "voting"
    RESULT_CONFIRMED = "result_confirmed"
    PUBLIC_NOTICE = "public_notice"
    NOTICE_ENDED = "notice_ended"
    RESULT_REPORTED = "result_reported"
    RESULT_AUDITED = "result_audited"
    CLOSED = "closed"


class MeetingData(Message):
    """HB-T26."""

    name: Name
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: Line
    meeting_staff: Line
    committee_ids: tuple[UUID, ...] = Field(min_length=1, max_length=20)
    brief: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=STORABLE)] = ""


class CreateMeeting(Command):
    """新增 of a meeting for one or several committees of the unit (HB-121, HB-122)."""

    organization_id: UUID
    data: MeetingData


class EditMeeting(VersionedCommand):
    """Change a meeting's name, time, place, staff, text or committees, before its plan is approved."""

    meeting_id: UUID
    data: MeetingData


class MeetingCard(Message):
    """A meeting in a list."""

    meeting_id: UUID
    name: str
    organization_id: UUID
    organization_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: Step
    committees: tuple[str, ...]
    closed_at: datetime | None
    version: int


class MeetingFilter(PageRequest):
    """Active meetings, or those that are closed (HB-123)."""

    historical: bool = False
    text: Line = ""


class Group(Message):
    """A group with how many judges and materials it has."""

    group_id: UUID
    name: str
    size: int
    judges: int
    materials: int


class Judge(Message):
    """A seated judge. post: chair, vice_chair or None."""

    judge_id: UUID
    expert_id: UUID
    real_name: str
    employer_name: str
    group_id: UUID
    post: str | None
    leads_group: bool


class MeetingAudience(Message):
    """Who may see a meeting: its judges by account, and posts, each a role in an organisation (or in none)."""

    account_ids: tuple[UUID, ...]
    posts: tuple[RoleGrant, ...]


class MeetingDetail(Message):
    """A meeting with groups and judges."""

    card: MeetingCard
    data: MeetingData
    groups: tuple[Group, ...]
    judges: tuple[Judge, ...]


class OverviewLine(Message):
    """One step of the meeting: done (by whom, when), or what is missing, and whose turn it is.

    `is_next`: it can be done now. `why_not`: codes with parameters, empty where it can be done or is done.
    `who`: the role whose act it is: org_admin, case_officer, second_officer, chair, group_leader, lead_reviewer,
    superior_officer. `done_by_name` is for the offices only. `result`: what the step has come to, in numbers and
    names, also while it goes on.
    """

    step: Step
    is_done: bool
    done_at: datetime | None
    done_by: UUID | None
    who: str
    is_next: bool
    why_not: tuple[Fault, ...]
    done_by_name: str | None = None
    result: dict[str, Any] = Field(default_factory=dict)


class GroupProgress(Message):
    """How many of a group's materials have come so far, or further."""

    group_id: UUID
    name: str
    materials: int
    assigned: int
    scored: int
    second_confirmed: int
    leader_confirmed: int
    chair_confirmed: int


class AwaitedJudge(Message):
    """A judge whose act is awaited. act: assign, lead, second, leader or chair; `waiting` counts materials."""

    judge_id: UUID
    name: str
    group_name: str
    act: str
    waiting: int


class MeetingOverview(Message):
    """Where a meeting stands, step by step; who is awaited in the scoring is for the offices only."""

    meeting_id: UUID
    state: Step
    lines: tuple[OverviewLine, ...]
    progress: tuple[GroupProgress, ...] = ()
    awaited: tuple[AwaitedJudge, ...] = ()


class MeetingWork(Message):
    """How much waits for a judge in a meeting that is open."""

    meeting_id: UUID
    name: str
    waiting: int


class WaitingWork(Message):
    """What waits for the actor, for the numbers in menus.

    experts: profiles to approve; plans: plans of which the actor may be the second person; results: reports to audit.
    """

    experts: int
    plans: int
    results: int
    meetings: tuple[MeetingWork, ...]


class AddGroup(Command):
    """新增分组 with 分组名 and 人数 (HB-126)."""

    meeting_id: UUID
    name: Name
    size: int = Field(ge=1, le=99)


class EditGroup(VersionedCommand):
    """Change a group's name or size; the version is the meeting's."""

    group_id: UUID
    name: Name
    size: int = Field(ge=1, le=99)


class RemoveGroup(Command):
    """Delete a group that has neither judges nor materials (HB-127)."""

    group_id: UUID
