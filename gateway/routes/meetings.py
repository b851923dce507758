"""The preparation of meetings: groups, plan, draw, chair, materials, conflicts and standard (committee).

Lists that are searched by a person's name or number are asked by POST: these do not belong into an address.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts.base import Page, PageRequest
from contracts.committee import CommitteeApi
from contracts.committee.materials import (
    AppointChair,
    AskLift,
    ConflictFilter,
    ConflictRow,
    DecideConflict,
    LiftConflict,
    MaterialFilter,
    MaterialRow,
    Placed,
    PlaceMaterials,
    ReplaceChair,
    SetStandard,
    Standard,
)
from contracts.committee.meetings import (
    AddGroup,
    CreateMeeting,
    EditGroup,
    EditMeeting,
    MeetingCard,
    MeetingDetail,
    MeetingFilter,
    MeetingOverview,
    RemoveGroup,
)
from contracts.committee.plans import (
    DrawRecord,
    MeetingAct,
    PlanEditions,
    PrepareDraw,
    ReviewPlan,
    RunDraw,
    SeatableExpert,
    SeatableFilter,
    SeatJudges,
    WritePlan,
)
from contracts.committee.words import Line
from gateway.clients import Services
from gateway.commands import command_from
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["committee"])

MEETING = ("meeting_id",)


class SeatableSearch(PageRequest):
    """One page of the experts that can be seated."""

    text: Line = ""


class ConflictSearch(PageRequest):
    """One page of conflicts, of all states where none is named."""

    states: tuple[str, ...] = ()


class MaterialSearch(PageRequest):
    """One page of materials: `offered` ones wait for a group; None shows both."""

    offered: bool | None = None
    group_id: UUID | None = None
    text: Line = ""


# meetings and groups


@router.get("/meetings")
async def list_meetings(
    services: Services, _session: SignedIn, wanted: Annotated[MeetingFilter, Query()]
) -> Page[MeetingCard]:
    """Active meetings of the own organisations and those at which one sits; with `historical`, closed ones."""
    return await services.committee.call(CommitteeApi.meetings, wanted=wanted)


@router.post("/meetings", status_code=HTTPStatus.CREATED)
async def create_meeting(
    services: Services, _session: SignedIn, command: Annotated[CreateMeeting, Depends(command_from(CreateMeeting))]
) -> MeetingDetail:
    """Create a meeting for committees that the own unit runs."""
    return await services.committee.call(CommitteeApi.create_meeting, command=command)


@router.get("/meetings/{meeting_id}")
async def show_meeting(services: Services, _session: SignedIn, meeting_id: UUID) -> MeetingDetail:
    """A meeting with groups and judges."""
    return await services.committee.call(CommitteeApi.meeting, meeting_id=meeting_id)


@router.put("/meetings/{meeting_id}")
async def edit_meeting(
    services: Services,
    _session: SignedIn,
    command: Annotated[EditMeeting, Depends(command_from(EditMeeting, path=MEETING, versioned=True))],
) -> MeetingDetail:
    """Change a meeting before its plan is approved."""
    return await services.committee.call(CommitteeApi.edit_meeting, command=command)


@router.get("/meetings/{meeting_id}/overview")
async def show_meeting_overview(services: Services, _session: SignedIn, meeting_id: UUID) -> MeetingOverview:
    """Every step: done, by whom, what is next, why not yet."""
    return await services.committee.call(CommitteeApi.meeting_overview, meeting_id=meeting_id)


@router.post("/meetings/{meeting_id}/groups", status_code=HTTPStatus.CREATED)
async def add_group(
    services: Services, _session: SignedIn, command: Annotated[AddGroup, Depends(command_from(AddGroup, path=MEETING))]
) -> MeetingDetail:
    """Add a group of judges."""
    return await services.committee.call(CommitteeApi.add_group, command=command)


@router.put("/meeting-groups/{group_id}")
async def edit_group(
    services: Services,
    _session: SignedIn,
    command: Annotated[EditGroup, Depends(command_from(EditGroup, path=("group_id",), versioned=True))],
) -> MeetingDetail:
    """Change a group's name or size; `If-Match` names the meeting's version."""
    return await services.committee.call(CommitteeApi.edit_group, command=command)


@router.delete("/meeting-groups/{group_id}")
async def remove_group(
    services: Services,
    _session: SignedIn,
    command: Annotated[RemoveGroup, Depends(command_from(RemoveGroup, path=("group_id",)))],
) -> MeetingDetail:
    """Delete a group that has neither judges nor materials."""
    return await services.committee.call(CommitteeApi.remove_group, command=command)


# plan and draw


@router.get("/meetings/{meeting_id}/plans")
async def show_plans(services: Services, _session: SignedIn, meeting_id: UUID) -> PlanEditions:
    """The plan in force and the edition being worked on, with their reviews."""
    return await services.committee.call(CommitteeApi.plans, meeting_id=meeting_id)


@router.put("/meetings/{meeting_id}/plan")
async def write_plan(
    services: Services,
    _session: SignedIn,
    command: Annotated[WritePlan, Depends(command_from(WritePlan, path=MEETING))],
) -> PlanEditions:
    """Enter text, quorum and threshold; `If-Match` names the edition's version once there is one."""
    return await services.committee.call(CommitteeApi.write_plan, command=command)


@router.put("/meetings/{meeting_id}/plan/seats")
async def seat_judges(
    services: Services,
    _session: SignedIn,
    command: Annotated[SeatJudges, Depends(command_from(SeatJudges, path=MEETING))],
) -> PlanEditions:
    """Say which experts sit, and in which group."""
    return await services.committee.call(CommitteeApi.seat_judges, command=command)


@router.post("/meetings/{meeting_id}/plan/submission")
async def submit_plan(
    services: Services,
    _session: SignedIn,
    command: Annotated[MeetingAct, Depends(command_from(MeetingAct, path=MEETING))],
) -> PlanEditions:
    """Hand the plan to the second officer."""
    return await services.committee.call(CommitteeApi.submit_plan, command=command)


@router.post("/meetings/{meeting_id}/plan/review")
async def review_plan(
    services: Services,
    _session: SignedIn,
    command: Annotated[ReviewPlan, Depends(command_from(ReviewPlan, path=MEETING))],
) -> PlanEditions:
    """Pass or return the plan."""
    return await services.committee.call(CommitteeApi.review_plan, command=command)


@router.post("/meetings/{meeting_id}/plan/revision", status_code=HTTPStatus.CREATED)
async def revise_plan(
    services: Services,
    _session: SignedIn,
    command: Annotated[MeetingAct, Depends(command_from(MeetingAct, path=MEETING))],
) -> PlanEditions:
    """Begin a new edition of the plan in force."""
    return await services.committee.call(CommitteeApi.revise_plan, command=command)


@router.post("/meetings/{meeting_id}/seatable-experts/search")
async def search_seatable_experts(
    services: Services, _session: SignedIn, meeting_id: UUID, search: SeatableSearch
) -> Page[SeatableExpert]:
    """Approved experts of the meeting's committees."""
    wanted = SeatableFilter(meeting_id=meeting_id, **search.model_dump())
    return await services.committee.call(CommitteeApi.seatable_experts, wanted=wanted)


@router.get("/meetings/{meeting_id}/draws")
async def list_draws(services: Services, _session: SignedIn, meeting_id: UUID) -> tuple[DrawRecord, ...]:
    """The draws of a meeting with all by which anyone computes them again."""
    return await services.committee.call(CommitteeApi.draws, meeting_id=meeting_id)


@router.post("/meetings/{meeting_id}/draws", status_code=HTTPStatus.CREATED)
async def prepare_draw(
    services: Services,
    _session: SignedIn,
    command: Annotated[PrepareDraw, Depends(command_from(PrepareDraw, path=MEETING))],
) -> DrawRecord:
    """Freeze the list of experts and commit to a seed."""
    return await services.committee.call(CommitteeApi.prepare_draw, command=command)


@router.post("/draws/{draw_id}/run")
async def run_draw(
    services: Services,
    _session: SignedIn,
    command: Annotated[RunDraw, Depends(command_from(RunDraw, path=("draw_id",)))],
) -> DrawRecord:
    """Reveal the seed and seat who was drawn."""
    return await services.committee.call(CommitteeApi.run_draw, command=command)


# chair, materials, conflicts, standard


@router.put("/meetings/{meeting_id}/chair")
async def appoint_chair(
    services: Services,
    _session: SignedIn,
    command: Annotated[AppointChair, Depends(command_from(AppointChair, path=MEETING, versioned=True))],
) -> MeetingDetail:
    """Name the chair and the vice-chairs; `If-Match` names the meeting's version."""
    return await services.committee.call(CommitteeApi.appoint_chair, command=command)


@router.post("/meetings/{meeting_id}/chair/replacements")
async def replace_chair(
    services: Services,
    _session: SignedIn,
    command: Annotated[ReplaceChair, Depends(command_from(ReplaceChair, path=MEETING, versioned=True))],
) -> MeetingDetail:
    """Name others as chair and vice-chairs after the standard is confirmed; `If-Match` names the meeting's version."""
    return await services.committee.call(CommitteeApi.replace_chair, command=command)


@router.post("/meetings/{meeting_id}/materials/search")
async def search_materials(
    services: Services, _session: SignedIn, meeting_id: UUID, search: MaterialSearch
) -> Page[MaterialRow]:
    """Materials of the meeting and those offered to it."""
    wanted = MaterialFilter(meeting_id=meeting_id, **search.model_dump())
    return await services.committee.call(CommitteeApi.materials, wanted=wanted)


@router.post("/meetings/{meeting_id}/materials/placements")
async def place_materials(
    services: Services,
    _session: SignedIn,
    command: Annotated[PlaceMaterials, Depends(command_from(PlaceMaterials, path=MEETING))],
) -> Placed:
    """Put ticked or all waiting materials into a group."""
    return await services.committee.call(CommitteeApi.place_materials, command=command)


@router.get("/meetings/{meeting_id}/conflicts")
async def list_conflicts(
    services: Services, _session: SignedIn, meeting_id: UUID, search: Annotated[ConflictSearch, Query()]
) -> Page[ConflictRow]:
    """Conflicts of interest between judges and materials."""
    wanted = ConflictFilter(meeting_id=meeting_id, **search.model_dump())
    return await services.committee.call(CommitteeApi.conflicts, wanted=wanted)


@router.post("/conflicts/decisions")
async def decide_conflict(
    services: Services, _session: SignedIn, command: Annotated[DecideConflict, Depends(command_from(DecideConflict))]
) -> ConflictRow:
    """Say of a near match whether it is the same organisation or person."""
    return await services.committee.call(CommitteeApi.decide_conflict, command=command)


@router.post("/conflicts/lift-requests")
async def ask_lift(
    services: Services, _session: SignedIn, command: Annotated[AskLift, Depends(command_from(AskLift))]
) -> ConflictRow:
    """Ask, with a reason, that a conflict be lifted."""
    return await services.committee.call(CommitteeApi.ask_lift, command=command)


@router.post("/conflicts/lifts")
async def lift_conflict(
    services: Services, _session: SignedIn, command: Annotated[LiftConflict, Depends(command_from(LiftConflict))]
) -> ConflictRow:
    """Agree as a second person that a conflict is lifted."""
    return await services.committee.call(CommitteeApi.lift_conflict, command=command)


@router.get("/meetings/{meeting_id}/standard")
async def show_standard(services: Services, _session: SignedIn, meeting_id: UUID) -> Standard:
    """The scoring standard, and what the profile proposes for it."""
    return await services.committee.call(CommitteeApi.standard, meeting_id=meeting_id)


@router.put("/meetings/{meeting_id}/standard")
async def set_standard(
    services: Services,
    _session: SignedIn,
    command: Annotated[SetStandard, Depends(command_from(SetStandard, path=MEETING))],
) -> Standard:
    """Set all sheets of the standard; `If-Match` names its version once there is one."""
    return await services.committee.call(CommitteeApi.set_standard, command=command)


@router.post("/meetings/{meeting_id}/standard/submission")
async def submit_standard(
    services: Services,
    _session: SignedIn,
    command: Annotated[MeetingAct, Depends(command_from(MeetingAct, path=MEETING))],
) -> Standard:
    """Hand the standard to the chair."""
    return await services.committee.call(CommitteeApi.submit_standard, command=command)
