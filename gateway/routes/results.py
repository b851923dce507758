"""What follows a vote: result, minutes, public notice, objections, report and closing; working days (committee)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from contracts.base import Message, Page, PageRequest
from contracts.committee import CommitteeApi
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
from contracts.committee.words import Line
from contracts.documents import MeetingCertificate
from contracts.events import Outcome
from gateway.clients import Services
from gateway.commands import command_from
from gateway.paging import FilteredPage, Paging
from gateway.portal import Province
from gateway.session import SignedIn, Visitor

router = APIRouter(prefix="/{profile}", tags=["meetings"])

MEETING = ("meeting_id",)


class ReportPage(FilteredPage):
    """Reported results: those that wait for the audit, or all."""

    waiting: bool = True


class ResultSearch(PageRequest):
    """One page of results: by a part of a name or unit, and by what came out."""

    text: Line = ""
    outcome: Outcome | None = None


class Materials(Message):
    """The materials of a page of results."""

    material_id: Annotated[
        tuple[UUID, ...], Field(max_length=100, description="Of which materials of the page; repeat it for each")
    ] = ()


# after the vote


@router.post("/meetings/{meeting_id}/results/search")
async def search_results(
    services: Services, _session: SignedIn, meeting_id: UUID, search: ResultSearch
) -> Page[MeetingResultRow]:
    """投票结果查看."""
    return await services.committee.call(
        CommitteeApi.meeting_results,
        meeting_id=meeting_id,
        page=PageRequest(page=search.page, size=search.size),
        text=search.text,
        outcome=search.outcome,
    )


@router.get("/meetings/{meeting_id}/certificates")
async def list_meeting_certificates(
    services: Services, _session: SignedIn, meeting_id: UUID, wanted: Annotated[Materials, Query()]
) -> tuple[MeetingCertificate, ...]:
    """Certificates beside a page of results, for the offices."""
    return await services.committee.call(
        CommitteeApi.meeting_certificates, meeting_id=meeting_id, material_ids=wanted.material_id
    )


@router.get("/meetings/{meeting_id}/minutes")
async def show_minutes(services: Services, _session: SignedIn, meeting_id: UUID) -> Minutes:
    """What the minutes say, for the chair, the office and the office that audits the result."""
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
async def list_public_notices(services: Services, _profile: Province, page: Paging) -> Page[NoticeCard]:
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


@router.get("/meetings/{meeting_id}/reports")
async def list_meeting_reports(services: Services, _session: SignedIn, meeting_id: UUID) -> tuple[ReportCard, ...]:
    """The reports of a meeting and what the superior offices said, newest first."""
    return await services.committee.call(CommitteeApi.meeting_reports, meeting_id=meeting_id)


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
