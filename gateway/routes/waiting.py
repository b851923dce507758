"""The numbers of the menu: what waits for the signed-in, asked of all services at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import APIRouter

from contracts.base import Message
from contracts.committee import CommitteeApi
from contracts.committee.meetings import WaitingWork
from contracts.errors import WorldFault
from contracts.notify import NotifyApi
from contracts.review import ReviewApi, WaitingCases
from gateway.clients import Services
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["waiting"])
Answer = TypeVar("Answer")


class Waiting(Message):
    """Cases by post, work in committees, unread notices; None where the service that knows does not answer."""

    cases: tuple[WaitingCases, ...] | None
    committee: WaitingWork | None
    unread_notices: int | None


@router.get("/waiting")
async def count_waiting(services: Services, _session: SignedIn) -> Waiting:
    """What waits for the signed-in, in all roles."""
    cases, committee, unread = await asyncio.gather(
        _if_there(services.review.call(ReviewApi.waiting_cases)),
        _if_there(services.committee.call(CommitteeApi.waiting_work)),
        _if_there(services.notify.call(NotifyApi.unread_notices)),
    )
    return Waiting(cases=cases, committee=committee, unread_notices=unread)


async def _if_there(answer: Awaitable[Answer]) -> Answer | None:
    try:
        return await answer
    except WorldFault:
        return None
