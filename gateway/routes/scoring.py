"""The confirmed standard, leaders, reviewers and the scoring of a meeting's materials (committee)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts.base import Page
from contracts.committee import CommitteeApi
from contracts.committee.scoring import (
    AppointLeaders,
    AssignmentRow,
    AssignReviewers,
    ConfirmScores,
    ConfirmStandard,
    DistributeReviewers,
    JudgeLoad,
    MaterialGrant,
    MaterialLine,
    ReturnStandard,
    RowsDone,
    SaveScoreDraft,
    ScoreDraft,
    ScoreMaterial,
    ScoreSheetView,
    ScoringStep,
    SendBackScore,
    StepTask,
)
from gateway.clients import Services
from gateway.commands import command_from
from gateway.paging import FilteredPage
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["meetings"])

MEETING, MATERIAL = ("meeting_id",), ("material_id",)
GROUP = ("meeting_id", "group_id")


class AssignmentPage(FilteredPage):
    """Materials with their reviewers, of one group or of all."""

    group_id: UUID | None = None


class ScoringPage(FilteredPage):
    """Materials of a step of scoring: those that wait for it, or all."""

    step: ScoringStep
    waiting: bool = True


# standard and leaders


@router.post("/meetings/{meeting_id}/standard/confirmation", status_code=HTTPStatus.NO_CONTENT)
async def confirm_standard(
    services: Services,
    _session: SignedIn,
    command: Annotated[ConfirmStandard, Depends(command_from(ConfirmStandard, path=MEETING))],
) -> None:
    """评分标准确认, by the chair."""
    await services.committee.call(CommitteeApi.confirm_standard, command=command)


@router.post("/meetings/{meeting_id}/standard/return", status_code=HTTPStatus.NO_CONTENT)
async def return_standard(
    services: Services,
    _session: SignedIn,
    command: Annotated[ReturnStandard, Depends(command_from(ReturnStandard, path=MEETING))],
) -> None:
    """Send the standard back to the office, by the chair."""
    await services.committee.call(CommitteeApi.return_standard, command=command)


@router.post("/meetings/{meeting_id}/leaders", status_code=HTTPStatus.NO_CONTENT)
async def appoint_leaders(
    services: Services,
    _session: SignedIn,
    command: Annotated[AppointLeaders, Depends(command_from(AppointLeaders, path=MEETING))],
) -> None:
    """指定组长, by the chair."""
    await services.committee.call(CommitteeApi.appoint_leaders, command=command)


@router.get("/meetings/{meeting_id}/tasks")
async def list_own_tasks(services: Services, _session: SignedIn, meeting_id: UUID) -> tuple[StepTask, ...]:
    """What waits for the signed-in judge, in working order."""
    return await services.committee.call(CommitteeApi.my_steps, meeting_id=meeting_id)


# reviewers


@router.get("/meetings/{meeting_id}/reviewers")
async def list_reviewer_assignments(
    services: Services, _session: SignedIn, meeting_id: UUID, wanted: Annotated[AssignmentPage, Query()]
) -> Page[AssignmentRow]:
    """Materials with lead and second reviewer, for the leader of the group and the chair."""
    return await services.committee.call(
        CommitteeApi.reviewer_assignments, meeting_id=meeting_id, group_id=wanted.group_id, page=wanted.only_page()
    )


@router.get("/meetings/{meeting_id}/groups/{group_id}/reviewer-loads")
async def list_reviewer_loads(
    services: Services, _session: SignedIn, meeting_id: UUID, group_id: UUID
) -> tuple[JudgeLoad, ...]:
    """How much each judge of the group reviews."""
    return await services.committee.call(CommitteeApi.reviewer_loads, meeting_id=meeting_id, group_id=group_id)


@router.post("/meetings/{meeting_id}/reviewers")
async def assign_reviewers(
    services: Services,
    _session: SignedIn,
    command: Annotated[AssignReviewers, Depends(command_from(AssignReviewers, path=MEETING))],
) -> RowsDone:
    """分配主副审 for one or for ticked materials, by the leader."""
    return await services.committee.call(CommitteeApi.assign_reviewers, command=command)


@router.post("/meetings/{meeting_id}/groups/{group_id}/reviewers")
async def distribute_reviewers(
    services: Services,
    _session: SignedIn,
    command: Annotated[DistributeReviewers, Depends(command_from(DistributeReviewers, path=GROUP))],
) -> RowsDone:
    """全部分配, evenly, by the leader of the group."""
    return await services.committee.call(CommitteeApi.distribute_reviewers, command=command)


# scoring


@router.get("/meetings/{meeting_id}/scoring")
async def list_scoring_materials(
    services: Services, _session: SignedIn, meeting_id: UUID, wanted: Annotated[ScoringPage, Query()]
) -> Page[MaterialLine]:
    """The materials for which the signed-in judge has this step."""
    return await services.committee.call(
        CommitteeApi.scoring_materials,
        meeting_id=meeting_id,
        step=wanted.step,
        waiting=wanted.waiting,
        page=wanted.only_page(),
    )


@router.get("/materials/{material_id}/score-sheet")
async def show_score_sheet(services: Services, _session: SignedIn, material_id: UUID) -> ScoreSheetView:
    """Items, the score that stands and the former ones."""
    return await services.committee.call(CommitteeApi.score_sheet, material_id=material_id)


@router.post("/materials/{material_id}/grant")
async def open_material(services: Services, _session: SignedIn, material_id: UUID) -> MaterialGrant:
    """The right to read the submission and its files for some minutes."""
    return await services.committee.call(CommitteeApi.open_material, material_id=material_id)


@router.put("/materials/{material_id}/score-draft")
async def save_score_draft(
    services: Services,
    _session: SignedIn,
    command: Annotated[SaveScoreDraft, Depends(command_from(SaveScoreDraft, path=MATERIAL))],
) -> ScoreDraft:
    """Keep the lead's unfinished sheet, over the revision that was read."""
    return await services.committee.call(CommitteeApi.save_score_draft, command=command)


@router.post("/materials/{material_id}/scores")
async def score_material(
    services: Services,
    _session: SignedIn,
    command: Annotated[ScoreMaterial, Depends(command_from(ScoreMaterial, path=MATERIAL, versioned=True))],
) -> ScoreSheetView:
    """主审打分."""
    return await services.committee.call(CommitteeApi.score_material, command=command)


@router.post("/materials/{material_id}/score-returns", status_code=HTTPStatus.NO_CONTENT)
async def send_back_score(
    services: Services,
    _session: SignedIn,
    command: Annotated[SendBackScore, Depends(command_from(SendBackScore, path=MATERIAL, versioned=True))],
) -> None:
    """Back to the lead with a reason."""
    await services.committee.call(CommitteeApi.send_back_score, command=command)


@router.post("/meetings/{meeting_id}/score-confirmations")
async def confirm_scores(
    services: Services,
    _session: SignedIn,
    command: Annotated[ConfirmScores, Depends(command_from(ConfirmScores, path=MEETING))],
) -> RowsDone:
    """副审确认, 组长确认 or 主任确认 of one or of ticked materials."""
    return await services.committee.call(CommitteeApi.confirm_scores, command=command)
