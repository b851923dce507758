"""Committees, pools, experts and the preparation of meetings (committee).

Lists that are searched by a person's name or number are asked by POST: these do not belong into an address.
"""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from starlette.concurrency import run_in_threadpool

from contracts.base import Page, PageRequest
from contracts.committee import CommitteeApi
from contracts.committee.committees import (
    CommitteeCard,
    CommitteeDetail,
    CommitteeFilter,
    CommitteeOptions,
    CreateCommittee,
    EditCommittee,
    GrantPool,
    OpenPool,
    ResetPool,
    SetPolicy,
)
from contracts.committee.experts import (
    AddExpert,
    BlockSaved,
    DeclareRelation,
    ExpertAdded,
    ExpertCard,
    ExpertFilter,
    ExpertImportResult,
    ExpertProfile,
    ExpertRelationRow,
    ImportExperts,
    ImportTemplate,
    OpenedAccounts,
    OpenExpertAccounts,
    ResetExpert,
    ReviewedExperts,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
)
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
from contracts.identity import HandedOver
from gateway.clients import Services
from gateway.commands import command_from
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["committee"])

COMMITTEE, MEETING, EXPERT = ("committee_id",), ("meeting_id",), ("expert_id",)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


# committees


@router.get("/committee-options")
async def show_committee_options(services: Services, _session: SignedIn) -> CommitteeOptions:
    """Choices and defaults of the forms of committees and meetings."""
    return await services.committee.call(CommitteeApi.committee_options)


@router.get("/committees")
async def list_committees(
    services: Services, _session: SignedIn, wanted: Annotated[CommitteeFilter, Query()]
) -> Page[CommitteeCard]:
    """The committees that the own organisations created or run; with `historical`, those whose term is over."""
    return await services.committee.call(CommitteeApi.committees, wanted=wanted)


@router.post("/committees", status_code=HTTPStatus.CREATED)
async def create_committee(
    services: Services,
    _session: SignedIn,
    command: Annotated[CreateCommittee, Depends(command_from(CreateCommittee))],
) -> CommitteeCard:
    """Add a committee for a unit of the own office."""
    return await services.committee.call(CommitteeApi.create_committee, command=command)


@router.get("/committees/{committee_id}")
async def show_committee(services: Services, _session: SignedIn, committee_id: UUID) -> CommitteeDetail:
    """A committee with its policy settings, their history and the managers of its pool."""
    return await services.committee.call(CommitteeApi.committee_detail, committee_id=committee_id)


@router.put("/committees/{committee_id}")
async def edit_committee(
    services: Services,
    _session: SignedIn,
    command: Annotated[EditCommittee, Depends(command_from(EditCommittee, path=COMMITTEE, versioned=True))],
) -> CommitteeCard:
    """Change everything of a committee but its code."""
    return await services.committee.call(CommitteeApi.edit_committee, command=command)


@router.put("/committees/{committee_id}/policy")
async def set_committee_policy(
    services: Services,
    _session: SignedIn,
    command: Annotated[SetPolicy, Depends(command_from(SetPolicy, path=COMMITTEE, versioned=True))],
) -> CommitteeCard:
    """Set the declaration window and what is asked beyond the form; it holds at once."""
    return await services.committee.call(CommitteeApi.set_policy, command=command)


@router.post("/committees/{committee_id}/pool-managers", status_code=HTTPStatus.CREATED)
async def open_pool_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenPool, Depends(command_from(OpenPool, path=COMMITTEE))],
) -> HandedOver:
    """Open a personal account that manages the pool; its activation code is shown this once."""
    return await services.committee.call(CommitteeApi.open_pool, command=command)


@router.put("/committees/{committee_id}/pool-managers/{account_id}")
async def grant_pool(
    services: Services,
    _session: SignedIn,
    command: Annotated[GrantPool, Depends(command_from(GrantPool, path=(*COMMITTEE, "account_id")))],
) -> CommitteeCard:
    """Let an account that there is manage the pool."""
    return await services.committee.call(CommitteeApi.grant_pool, command=command)


@router.post("/committees/{committee_id}/pool-managers/{account_id}/activation")
async def reset_pool_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[ResetPool, Depends(command_from(ResetPool, path=(*COMMITTEE, "account_id")))],
) -> HandedOver:
    """Hand the manager of the pool a new activation code, shown this once."""
    return await services.committee.call(CommitteeApi.reset_pool, command=command)


# pools and experts


@router.post("/committees/{committee_id}/experts", status_code=HTTPStatus.CREATED)
async def add_expert(
    services: Services,
    _session: SignedIn,
    command: Annotated[AddExpert, Depends(command_from(AddExpert, path=COMMITTEE))],
) -> ExpertAdded:
    """Put an expert into the pool and open the account; the activation code is shown this once."""
    return await services.committee.call(CommitteeApi.add_expert, command=command)


@router.get(
    "/committees/{committee_id}/expert-template",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {WORKBOOK: {}}, "description": "The workbook"}},
)
async def download_expert_template(services: Services, _session: SignedIn, committee_id: UUID) -> Response:
    """The workbook to be filled in for an import."""
    template = await services.committee.call(CommitteeApi.import_template, committee_id=committee_id)
    return Response(
        await run_in_threadpool(_workbook, template),
        media_type=WORKBOOK,
        headers={"Content-Disposition": 'attachment; filename="experts.xlsx"'},
    )


@router.post("/committees/{committee_id}/expert-imports", status_code=HTTPStatus.ACCEPTED)
async def import_experts(
    services: Services,
    _session: SignedIn,
    command: Annotated[ImportExperts, Depends(command_from(ImportExperts, path=COMMITTEE))],
) -> ExpertImportResult:
    """Import the experts of an uploaded workbook in the background."""
    return await services.committee.call(CommitteeApi.import_experts, command=command)


@router.get("/expert-imports/{import_id}")
async def show_expert_import(services: Services, _session: SignedIn, import_id: UUID) -> ExpertImportResult:
    """What came of each row of an import."""
    return await services.committee.call(CommitteeApi.expert_import, import_id=import_id)


@router.post("/committees/{committee_id}/expert-accounts")
async def open_expert_accounts(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenExpertAccounts, Depends(command_from(OpenExpertAccounts, path=COMMITTEE))],
) -> OpenedAccounts:
    """Open accounts for the experts of the pool who have none; the activation codes are shown this once."""
    return await services.committee.call(CommitteeApi.open_expert_accounts, command=command)


@router.post("/committees/{committee_id}/experts/{expert_id}/activation")
async def reset_expert_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[ResetExpert, Depends(command_from(ResetExpert, path=(*COMMITTEE, *EXPERT)))],
) -> HandedOver:
    """Hand an expert of the pool a new activation code, shown this once."""
    return await services.committee.call(CommitteeApi.reset_expert, command=command)


@router.post("/experts/search")
async def search_experts(services: Services, _session: SignedIn, wanted: ExpertFilter) -> Page[ExpertCard]:
    """One page of the experts in own pools, or of committees that the own organisations run."""
    return await services.committee.call(CommitteeApi.experts, wanted=wanted)


@router.post("/experts/reviews")
async def review_experts(
    services: Services, _session: SignedIn, command: Annotated[ReviewExperts, Depends(command_from(ReviewExperts))]
) -> ReviewedExperts:
    """Approve or refuse submitted profiles; of many, those that cannot be decided are passed over and named."""
    return await services.committee.call(CommitteeApi.review_experts, command=command)


@router.get("/experts/{expert_id}")
async def show_expert(services: Services, _session: SignedIn, expert_id: UUID) -> ExpertProfile:
    """An expert's profile with its log."""
    return await services.committee.call(CommitteeApi.expert, expert_id=expert_id)


@router.post("/experts/{expert_id}/relations", status_code=HTTPStatus.CREATED)
async def declare_expert_relation(
    services: Services,
    _session: SignedIn,
    command: Annotated[DeclareRelation, Depends(command_from(DeclareRelation, path=EXPERT))],
) -> ExpertRelationRow:
    """Write down a relation that excludes, as an officer."""
    return await services.committee.call(CommitteeApi.declare_relation, command=command)


# the expert's own profile


@router.get("/me/expert-profile")
async def show_own_expert_profile(services: Services, _session: SignedIn) -> ExpertProfile:
    """The own profile with its form, what is saved and what is missing; the first look begins it."""
    return await services.committee.call(CommitteeApi.my_expert_profile)


@router.put("/me/expert-profile/blocks/{block}")
async def save_own_expert_block(
    services: Services,
    _session: SignedIn,
    command: Annotated[SaveExpertBlock, Depends(command_from(SaveExpertBlock, path=("block",)))],
) -> BlockSaved:
    """Save one block, complete or not, over the revision that was read."""
    return await services.committee.call(CommitteeApi.save_expert_block, command=command)


@router.post("/me/expert-profile/submission")
async def submit_own_expert_profile(
    services: Services,
    _session: SignedIn,
    command: Annotated[SubmitExpertProfile, Depends(command_from(SubmitExpertProfile))],
) -> ExpertCard:
    """Hand the profile in for review."""
    return await services.committee.call(CommitteeApi.submit_expert_profile, command=command)


@router.post("/me/expert-relations", status_code=HTTPStatus.CREATED)
async def declare_own_relation(
    services: Services, _session: SignedIn, command: Annotated[DeclareRelation, Depends(command_from(DeclareRelation))]
) -> ExpertRelationRow:
    """Declare a relation that excludes from judging somebody."""
    return await services.committee.call(CommitteeApi.declare_relation, command=command)


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
    command: Annotated[EditGroup, Depends(command_from(EditGroup, path=("group_id",)))],
) -> MeetingDetail:
    """Change a group's name or size."""
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
    command: Annotated[AppointChair, Depends(command_from(AppointChair, path=MEETING))],
) -> MeetingDetail:
    """Name the chair and the vice-chairs."""
    return await services.committee.call(CommitteeApi.appoint_chair, command=command)


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


def _workbook(template: ImportTemplate) -> bytes:
    """The template as a workbook: headings with notes and examples, columns of text so that long numbers stay whole."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = template.sheet
    sheet.append(template.columns)
    for number, (note, example) in enumerate(zip(template.notes, template.example, strict=True), start=1):
        heading = sheet.cell(row=1, column=number)
        heading.font = Font(bold=True)
        heading.comment = Comment("\n".join(text for text in (note, example) if text), "")
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = 24, "@"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
