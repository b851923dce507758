"""Queues, decisions, assignment to committees and the routing log (review).

Lists are asked by POST: their filters hold names and identity numbers, which do not belong into an address.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts.base import Message, Page, PageRequest
from contracts.documents import JobSummary
from contracts.review import (
    AssignCommittee,
    AssignCommittees,
    BatchDecision,
    BatchResult,
    CaseFilters,
    CaseQuery,
    CaseStanding,
    CaseSummary,
    CommitteeProposal,
    CommonOpinions,
    DecideCase,
    DecideCases,
    LogEntry,
    Neighbours,
    OpenedCase,
    OpinionDraft,
    OrderExport,
    QueueCounts,
    RerouteCase,
    ReviewApi,
    RouteDescription,
    RoutePlace,
    SaveCommonOpinions,
    SaveOpinionDraft,
    View,
)
from gateway.clients import Services
from gateway.commands import command_from
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["review"])


class CaseSearch(Message):
    """One page of a list of cases."""

    query: CaseQuery = CaseQuery()
    page: PageRequest = PageRequest()


class CountSearch(Message):
    """The tabs of a view under filters."""

    view: View = View.REVIEW
    filters: CaseFilters = CaseFilters()


class CaseSelection(Message):
    """Some cases."""

    case_ids: tuple[UUID, ...]


@router.get("/review/route")
async def describe_route(services: Services, _session: SignedIn) -> RouteDescription:
    """Steps, words and limits of the current route."""
    return await services.review.call(ReviewApi.route_description)


@router.post("/cases/search")
async def search_cases(services: Services, _session: SignedIn, search: CaseSearch) -> Page[CaseSummary]:
    """One page of a queue or list in the own scope."""
    return await services.review.call(ReviewApi.cases, query=search.query, page=search.page)


@router.post("/cases/counts")
async def count_cases(services: Services, _session: SignedIn, search: CountSearch) -> QueueCounts:
    """How many rows the tabs of a view have."""
    return await services.review.call(ReviewApi.case_counts, view=search.view, filters=search.filters)


@router.post("/cases/exports", status_code=202)
async def order_case_export(
    services: Services, _session: SignedIn, command: Annotated[OrderExport, Depends(command_from(OrderExport))]
) -> JobSummary:
    """Order the general forms of a query's rows or of ticked ones."""
    return await services.review.call(ReviewApi.order_export, command=command)


@router.post("/cases/decisions")
async def decide_cases(
    services: Services, _session: SignedIn, command: Annotated[DecideCases, Depends(command_from(DecideCases))]
) -> BatchResult:
    """Decide many cases alike; what changed meanwhile is skipped and named."""
    return await services.review.call(ReviewApi.decide_cases, command=command)


@router.post("/cases/decision-batches", status_code=202)
async def order_decisions(
    services: Services, _session: SignedIn, command: Annotated[DecideCases, Depends(command_from(DecideCases))]
) -> BatchDecision:
    """Decide many cases alike as background work."""
    return await services.review.call(ReviewApi.order_decisions, command=command)


@router.get("/decision-batches")
async def list_decision_batches(
    services: Services, _session: SignedIn, page: Annotated[PageRequest, Query()]
) -> Page[BatchDecision]:
    """The own batches, newest first, without their rows."""
    return await services.review.call(ReviewApi.batch_decisions, page=page)


@router.get("/decision-batches/{job_id}")
async def show_decision_batch(services: Services, _session: SignedIn, job_id: UUID) -> BatchDecision:
    """How far an own batch is, and what came of its rows."""
    return await services.review.call(ReviewApi.batch_decision, job_id=job_id)


@router.post("/cases/proposals")
async def propose_committees(
    services: Services, _session: SignedIn, selection: CaseSelection
) -> tuple[CommitteeProposal, ...]:
    """The open committees whose scope covers the cases."""
    return await services.review.call(ReviewApi.proposed_committees, case_ids=selection.case_ids)


@router.post("/cases/committees")
async def assign_committees(
    services: Services,
    _session: SignedIn,
    command: Annotated[AssignCommittees, Depends(command_from(AssignCommittees))],
) -> BatchResult:
    """Give many cases to a committee."""
    return await services.review.call(ReviewApi.assign_committees, command=command)


@router.get("/cases/{case_id}")
async def open_case(services: Services, _session: SignedIn, case_id: UUID) -> OpenedCase:
    """Read a case; the reading is recorded, the answer carries a grant for its blocks and files."""
    return await services.review.call(ReviewApi.open_case, case_id=case_id)


@router.post("/cases/{case_id}/neighbours")
async def find_neighbours(services: Services, _session: SignedIn, case_id: UUID, query: CaseQuery) -> Neighbours:
    """The cases before and after one in the filter and order of a list."""
    return await services.review.call(ReviewApi.neighbours, case_id=case_id, query=query)


@router.put("/cases/{case_id}/opinion-draft")
async def save_opinion_draft(
    services: Services,
    _session: SignedIn,
    command: Annotated[SaveOpinionDraft, Depends(command_from(SaveOpinionDraft, path=("case_id",), versioned=True))],
) -> OpinionDraft | None:
    """Keep what is typed about a case; an empty one is dropped."""
    return await services.review.call(ReviewApi.save_opinion_draft, command=command)


@router.get("/cases/{case_id}/log")
async def show_case_log(services: Services, _session: SignedIn, case_id: UUID) -> tuple[LogEntry, ...]:
    """The routing log of the case's declaration."""
    return await services.review.call(ReviewApi.case_log, case_id=case_id)


@router.post("/cases/{case_id}/decision")
async def decide_case(
    services: Services,
    _session: SignedIn,
    command: Annotated[DecideCase, Depends(command_from(DecideCase, path=("case_id",), versioned=True))],
) -> CaseStanding:
    """Pass, return, hold or resume."""
    return await services.review.call(ReviewApi.decide_case, command=command)


@router.put("/cases/{case_id}/committee")
async def assign_committee(
    services: Services,
    _session: SignedIn,
    command: Annotated[AssignCommittee, Depends(command_from(AssignCommittee, path=("case_id",), versioned=True))],
) -> CaseStanding:
    """Give a case to a committee, or to another one."""
    return await services.review.call(ReviewApi.assign_committee, command=command)


@router.get("/cases/{case_id}/reroute-places")
async def list_reroute_places(services: Services, _session: SignedIn, case_id: UUID) -> tuple[RoutePlace, ...]:
    """Where a stuck case may wait instead."""
    return await services.review.call(ReviewApi.reroute_places, case_id=case_id)


@router.post("/cases/{case_id}/reroute")
async def reroute_case(
    services: Services,
    _session: SignedIn,
    command: Annotated[RerouteCase, Depends(command_from(RerouteCase, path=("case_id",), versioned=True))],
) -> CaseStanding:
    """Let a stuck case wait at a place ahead, with a reason."""
    return await services.review.call(ReviewApi.reroute_case, command=command)


@router.get("/common-opinions")
async def list_common_opinions(services: Services, _session: SignedIn) -> CommonOpinions:
    """The own phrases."""
    return await services.review.call(ReviewApi.common_opinions)


@router.put("/common-opinions")
async def save_common_opinions(
    services: Services,
    _session: SignedIn,
    command: Annotated[SaveCommonOpinions, Depends(command_from(SaveCommonOpinions, versioned=True))],
) -> CommonOpinions:
    """Replace the own phrases."""
    return await services.review.call(ReviewApi.save_common_opinions, command=command)
