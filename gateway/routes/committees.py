"""Committees, their policy settings and the managers of their pools (committee)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from contracts.base import Page
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
from contracts.identity import HandedOver
from gateway.clients import Services
from gateway.commands import command_from
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["committee"])

COMMITTEE = ("committee_id",)


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
