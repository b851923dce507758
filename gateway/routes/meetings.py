"""Scoring, vote, result and public notice of meetings (committee), from the confirmed standard to the closing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from nacl.public import PrivateKey
from pydantic import Field

from contracts.base import Message, Page, PageRequest
from contracts.committee import CommitteeApi
from contracts.committee.ballots import (
    BallotPaper,
    BallotProgress,
    BallotResults,
    CastVotes,
    CloseBallot,
    ConfirmBallotResult,
    OpenBallot,
    OpeningCondition,
    RollRow,
    SelectVoters,
    VoidBallot,
    VotesCast,
)
from contracts.committee.results import (
    AuditResult,
    CalendarDay,
    CloseMeeting,
    DecideObjection,
    EndNotice,
    MeetingResultRow,
    Minutes,
    NoticeCard,
    ObjectionCard,
    ObjectionRow,
    PublicNoticePage,
    PublishNotice,
    RecordObjection,
    ReportCard,
    ReportResult,
    SetCalendarDays,
)
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
    ScoreMaterial,
    ScoreSheetView,
    ScoringStep,
    SendBackScore,
    StepTask,
)
from gateway.ballots import LONGEST_CODE, read_votes, seal_code, seal_votes, unseal_code
from gateway.clients import Services
from gateway.commands import command_from, command_id
from gateway.session import SignedIn, Visitor

router = APIRouter(prefix="/{profile}", tags=["meetings"])

MEETING, MATERIAL, BALLOT = ("meeting_id",), ("material_id",), ("ballot_id",)
GROUP = ("meeting_id", "group_id")

Paging = Annotated[PageRequest, Query()]


class FilteredPage(PageRequest):
    """A page with filters: the query of a list is one closed model, so a misspelt filter is refused."""

    def only_page(self) -> PageRequest:
        """The page without the filters."""
        return PageRequest(page=self.page, size=self.size)


class AssignmentPage(FilteredPage):
    """Materials with their reviewers, of one group or of all."""

    group_id: UUID | None = None


class ScoringPage(FilteredPage):
    """Materials of a step of scoring: those that wait for it, or all."""

    step: ScoringStep
    waiting: bool = True


class ReportPage(FilteredPage):
    """Reported results: those that wait for the audit, or all."""

    waiting: bool = True


# How the body of a vote looks, for the OpenAPI document; the route reads it by itself (gateway/ballots.py).
_CHOICE = {"type": "string", "enum": ["approve", "reject"]}
_MATERIAL = {"type": "string", "format": "uuid"}
VOTES_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {
                            "type": "object",
                            "required": ["votes"],
                            "additionalProperties": False,
                            "properties": {
                                "votes": {
                                    "type": "array",
                                    "minItems": 1,
                                    "maxItems": 1000,
                                    "items": {
                                        "type": "object",
                                        "required": ["material_id", "choice"],
                                        "additionalProperties": False,
                                        "properties": {"material_id": _MATERIAL, "choice": _CHOICE},
                                    },
                                }
                            },
                        },
                        {
                            "type": "object",
                            "required": ["choice", "material_ids"],
                            "additionalProperties": False,
                            "properties": {
                                "choice": _CHOICE,
                                "material_ids": {
                                    "type": "array",
                                    "minItems": 1,
                                    "maxItems": 1000,
                                    "items": _MATERIAL,
                                },
                            },
                        },
                        {
                            "type": "object",
                            "required": ["choice", "all"],
                            "additionalProperties": False,
                            "properties": {
                                "choice": {"type": "string", "const": "approve"},
                                "all": {"type": "boolean", "const": True},
                            },
                        },
                    ]
                }
            }
        },
    }
}


class OpenedBallot(Message):
    """The opened ballot. The opening code is shown this once, for the chair and the second person to write down."""

    ballot_id: UUID
    number: int
    opening_code: str | None


class Closing(Message):
    """The opening code, as it was written down; `is_early` where judges have not voted on everything."""

    opening_code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    is_early: bool = False


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


# roll and ballot


@router.post("/meetings/{meeting_id}/presence", status_code=HTTPStatus.NO_CONTENT)
async def be_present(services: Services, _session: SignedIn, meeting_id: UUID) -> None:
    """The judge's page is open; to be said every half minute."""
    await services.committee.call(CommitteeApi.be_present, meeting_id=meeting_id)


@router.get("/meetings/{meeting_id}/roll")
async def list_voter_roll(services: Services, _session: SignedIn, meeting_id: UUID, page: Paging) -> Page[RollRow]:
    """评委会票源, for the chair."""
    return await services.committee.call(CommitteeApi.voter_roll, meeting_id=meeting_id, page=page)


@router.post("/meetings/{meeting_id}/roll", status_code=HTTPStatus.NO_CONTENT)
async def select_voters(
    services: Services,
    _session: SignedIn,
    command: Annotated[SelectVoters, Depends(command_from(SelectVoters, path=MEETING))],
) -> None:
    """选择 or 取消选择 of judges for the vote, by the chair."""
    await services.committee.call(CommitteeApi.select_voters, command=command)


@router.get("/meetings/{meeting_id}/ballot/conditions")
async def list_opening_conditions(
    services: Services, _session: SignedIn, meeting_id: UUID
) -> tuple[OpeningCondition, ...]:
    """What must be so before the vote opens, for the chair."""
    return await services.committee.call(CommitteeApi.opening_conditions, meeting_id=meeting_id)


@router.post("/meetings/{meeting_id}/ballots", status_code=HTTPStatus.CREATED)
async def open_ballot(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenBallot, Depends(command_from(OpenBallot, path=MEETING))],
) -> OpenedBallot:
    """发起投票, by the chair; the opening code is in this answer and nowhere else."""
    key = PrivateKey.generate()
    opening = await services.committee.call(CommitteeApi.open_ballot, command=command, answer_key=bytes(key.public_key))
    code = None if opening.sealed_code is None else unseal_code(key, opening.sealed_code)
    return OpenedBallot(ballot_id=opening.ballot_id, number=opening.number, opening_code=code)


@router.get("/meetings/{meeting_id}/ballot/paper")
async def show_ballot_paper(services: Services, _session: SignedIn, meeting_id: UUID) -> BallotPaper:
    """The signed-in judge's paper: what is open, cast or recused."""
    return await services.committee.call(CommitteeApi.ballot_paper, meeting_id=meeting_id)


@router.post("/ballots/{ballot_id}/votes", openapi_extra=VOTES_BODY)
async def cast_votes(
    services: Services,
    _session: SignedIn,
    request: Request,
    ballot_id: UUID,
    idempotency_key: Annotated[
        str | None, Header(description="Makes a repeat harmless; give a fresh UUID for each act")
    ] = None,
) -> VotesCast:
    """评委投票: single choices, 批量通过 or 批量否决 of ticked ones, 全部通过; never changed or shown again."""
    marked = read_votes(await request.body())
    act = command_id(idempotency_key)
    key = await services.committee.call(CommitteeApi.ballot_key, ballot_id=ballot_id)
    sealed = seal_votes(key, marked)
    if not sealed:
        return VotesCast(cast=0, remaining=0)
    votes = CastVotes(command_id=act, ballot_id=ballot_id, votes=sealed)
    return await services.committee.call(CommitteeApi.cast_votes, votes=votes)


@router.get("/meetings/{meeting_id}/ballot/progress")
async def show_ballot_progress(services: Services, _session: SignedIn, meeting_id: UUID) -> BallotProgress:
    """按评委查看: who is there and who has voted, for the chair; never how."""
    return await services.committee.call(CommitteeApi.ballot_progress, meeting_id=meeting_id)


@router.post("/ballots/{ballot_id}/closing")
async def close_ballot(
    services: Services,
    _session: SignedIn,
    ballot_id: UUID,
    closing: Closing,
    idempotency_key: Annotated[
        str | None, Header(description="Makes a repeat harmless; give a fresh UUID for each act")
    ] = None,
) -> BallotResults:
    """Count with the opening code, by the chair; envelopes and key are forgotten."""
    key = await services.committee.call(CommitteeApi.code_key)
    command = CloseBallot(command_id=command_id(idempotency_key), ballot_id=ballot_id, is_early=closing.is_early)
    return await services.committee.call(
        CommitteeApi.close_ballot, command=command, sealed_code=seal_code(key.public_key, closing.opening_code)
    )


@router.post("/ballots/{ballot_id}/voiding", status_code=HTTPStatus.NO_CONTENT)
async def void_ballot(
    services: Services,
    _session: SignedIn,
    command: Annotated[VoidBallot, Depends(command_from(VoidBallot, path=BALLOT))],
) -> None:
    """Throw a round away, by the chair: the code is lost, or envelopes were spoiled."""
    await services.committee.call(CommitteeApi.void_ballot, command=command)


@router.get("/meetings/{meeting_id}/ballot/results")
async def show_ballot_results(services: Services, _session: SignedIn, meeting_id: UUID) -> BallotResults:
    """按材料查看, for the chair once the vote is closed."""
    return await services.committee.call(CommitteeApi.ballot_results, meeting_id=meeting_id)


@router.post("/ballots/{ballot_id}/confirmation")
async def confirm_ballot_result(
    services: Services,
    _session: SignedIn,
    command: Annotated[ConfirmBallotResult, Depends(command_from(ConfirmBallotResult, path=BALLOT))],
) -> BallotResults:
    """投票结果确认, by the chair."""
    return await services.committee.call(CommitteeApi.confirm_ballot_result, command=command)


# after the vote


@router.get("/meetings/{meeting_id}/results")
async def list_meeting_results(
    services: Services, _session: SignedIn, meeting_id: UUID, page: Paging
) -> Page[MeetingResultRow]:
    """投票结果查看."""
    return await services.committee.call(CommitteeApi.meeting_results, meeting_id=meeting_id, page=page)


@router.get("/meetings/{meeting_id}/minutes")
async def show_minutes(services: Services, _session: SignedIn, meeting_id: UUID) -> Minutes:
    """What the minutes say, for the chair and the office."""
    return await services.committee.call(CommitteeApi.minutes, meeting_id=meeting_id)


@router.post("/meetings/{meeting_id}/notice", status_code=HTTPStatus.CREATED)
async def publish_notice(
    services: Services,
    _session: SignedIn,
    command: Annotated[PublishNotice, Depends(command_from(PublishNotice, path=MEETING))],
) -> NoticeCard:
    """公示, by the office."""
    return await services.committee.call(CommitteeApi.publish_notice, command=command)


@router.get("/meetings/{meeting_id}/notice")
async def show_notice(services: Services, _session: SignedIn, meeting_id: UUID) -> NoticeCard:
    """The notice of a meeting."""
    return await services.committee.call(CommitteeApi.notice, meeting_id=meeting_id)


@router.post("/meetings/{meeting_id}/notice/end")
async def end_notice(
    services: Services,
    _session: SignedIn,
    command: Annotated[EndNotice, Depends(command_from(EndNotice, path=MEETING))],
) -> NoticeCard:
    """公示结果结束, once the period is over."""
    return await services.committee.call(CommitteeApi.end_notice, command=command)


@router.get("/public-notices")
async def list_public_notices(services: Services, _profile: Visitor, page: Paging) -> Page[NoticeCard]:
    """Result notices, newest first, for everybody."""
    return await services.committee.call(CommitteeApi.public_notices, page=page)


@router.get("/public-notices/{notice_id}")
async def show_public_notice(services: Services, _profile: Visitor, notice_id: UUID) -> PublicNoticePage:
    """Who passed, for everybody."""
    return await services.committee.call(CommitteeApi.public_notice, notice_id=notice_id)


@router.get("/meetings/{meeting_id}/objections")
async def list_objections(services: Services, _session: SignedIn, meeting_id: UUID, page: Paging) -> Page[ObjectionRow]:
    """Objections against results, for the office."""
    return await services.committee.call(CommitteeApi.objections, meeting_id=meeting_id, page=page)


@router.post("/meetings/{meeting_id}/objections", status_code=HTTPStatus.CREATED)
async def record_objection(
    services: Services,
    _session: SignedIn,
    command: Annotated[RecordObjection, Depends(command_from(RecordObjection, path=MEETING))],
) -> ObjectionCard:
    """Write an objection down that reached the office."""
    return await services.committee.call(CommitteeApi.record_objection, command=command)


@router.post("/objections/{objection_id}/decision")
async def decide_objection(
    services: Services,
    _session: SignedIn,
    command: Annotated[DecideObjection, Depends(command_from(DecideObjection, path=("objection_id",)))],
) -> ObjectionCard:
    """Uphold or reject an objection."""
    return await services.committee.call(CommitteeApi.decide_objection, command=command)


@router.post("/meetings/{meeting_id}/report", status_code=HTTPStatus.CREATED)
async def report_result(
    services: Services,
    _session: SignedIn,
    command: Annotated[ReportResult, Depends(command_from(ReportResult, path=MEETING))],
) -> ReportCard:
    """评审结果上报, by the office."""
    return await services.committee.call(CommitteeApi.report_result, command=command)


@router.get("/result-reports")
async def list_result_reports(
    services: Services, _session: SignedIn, wanted: Annotated[ReportPage, Query()]
) -> Page[ReportCard]:
    """Results reported to the own office."""
    return await services.committee.call(CommitteeApi.result_reports, waiting=wanted.waiting, page=wanted.only_page())


@router.post("/meetings/{meeting_id}/audit")
async def audit_result(
    services: Services,
    _session: SignedIn,
    command: Annotated[AuditResult, Depends(command_from(AuditResult, path=MEETING))],
) -> ReportCard:
    """经办人审核评审结果, by the office that the result was reported to."""
    return await services.committee.call(CommitteeApi.audit_result, command=command)


@router.post("/meetings/{meeting_id}/closing", status_code=HTTPStatus.NO_CONTENT)
async def close_meeting(
    services: Services,
    _session: SignedIn,
    command: Annotated[CloseMeeting, Depends(command_from(CloseMeeting, path=MEETING))],
) -> None:
    """评审会议关闭, by the office."""
    await services.committee.call(CommitteeApi.close_meeting, command=command)


# working days


@router.get("/calendar-days")
async def list_calendar_days(
    services: Services, _session: SignedIn, year: Annotated[int, Query(ge=2000, le=2100)]
) -> tuple[CalendarDay, ...]:
    """The province's own table of working days."""
    return await services.committee.call(CommitteeApi.calendar_days, year=year)


@router.post("/calendar-days", status_code=HTTPStatus.NO_CONTENT)
async def set_calendar_days(
    services: Services,
    _session: SignedIn,
    command: Annotated[SetCalendarDays, Depends(command_from(SetCalendarDays))],
) -> None:
    """Add or replace days, by the system administrator."""
    await services.committee.call(CommitteeApi.set_calendar_days, command=command)
