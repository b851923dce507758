"""The voter roll and the secret vote of a meeting (committee)."""

from __future__ import annotations

from base64 import b64encode
from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request
from nacl.public import PrivateKey
from pydantic import Field

from contracts.base import Message, Page
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
from gateway.ballots import LONGEST_CODE, read_votes, seal_code, seal_votes, unseal_code
from gateway.clients import Services
from gateway.commands import IdempotencyKey, command_from
from gateway.paging import Paging
from gateway.session import SignedIn

router = APIRouter(prefix="/{profile}", tags=["meetings"])

MEETING, BALLOT = ("meeting_id",), ("ballot_id",)


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
                            "required": ["sealed"],
                            "additionalProperties": False,
                            "properties": {
                                "sealed": {
                                    "type": "array",
                                    "minItems": 1,
                                    "maxItems": 1000,
                                    "description": "Envelopes for the paper's intake key, as docs/ballots.md says",
                                    "items": {"type": "string", "format": "byte"},
                                }
                            },
                        },
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


class Paper(BallotPaper):
    """A judge's ballot paper, with the key for which a client seals votes on their way to the gateway."""

    intake_key: Annotated[str, Field(description="32 bytes in base64")]


class Closing(Message):
    """The opening code, as it was written down; `is_early` where judges have not voted on everything."""

    opening_code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    is_early: bool = False


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
async def show_ballot_paper(services: Services, _session: SignedIn, request: Request, meeting_id: UUID) -> Paper:
    """The signed-in judge's paper: what is open, cast or recused."""
    paper = await services.committee.call(CommitteeApi.ballot_paper, meeting_id=meeting_id)
    return Paper(**dict(paper), intake_key=b64encode(bytes(_intake(request).public_key)).decode())


@router.post("/ballots/{ballot_id}/votes", openapi_extra=VOTES_BODY)
async def cast_votes(
    services: Services,
    _session: SignedIn,
    request: Request,
    ballot_id: UUID,
    idempotency_key: IdempotencyKey = None,
) -> VotesCast:
    """评委投票: single choices, 批量通过 or 批量否决 of ticked ones, 全部通过; never changed or shown again."""
    marked = read_votes(await request.body(), _intake(request))
    act = idempotency_key or uuid4()
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
    idempotency_key: IdempotencyKey = None,
) -> BallotResults:
    """Count with the opening code, by the chair; envelopes and key are forgotten."""
    key = await services.committee.call(CommitteeApi.code_key)
    command = CloseBallot(command_id=idempotency_key or uuid4(), ballot_id=ballot_id, is_early=closing.is_early)
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


def _intake(request: Request) -> PrivateKey:
    intake: PrivateKey = request.app.state.intake
    return intake
