"""Messages of the vote: roll, opening, sealed votes, closing, result. None of them tells how anybody voted."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer

from contracts.base import Command, Message
from contracts.committee.envelope import ENVELOPE_BYTES
from contracts.committee.scoring import JudgeRef, MaterialLine
from contracts.committee.words import Reason
from contracts.events import Outcome


def _decoded(value: Any) -> Any:
    return b64decode(value, validate=True) if isinstance(value, str) else value


Base64 = (BeforeValidator(_decoded), PlainSerializer(lambda data: b64encode(data).decode(), when_used="json"))
PublicKey = Annotated[bytes, *Base64, Field(min_length=32, max_length=32)]
Envelope = Annotated[bytes, *Base64, Field(min_length=ENVELOPE_BYTES, max_length=ENVELOPE_BYTES)]
SealedCode = Annotated[bytes, *Base64, Field(min_length=48, max_length=256)]


class BallotState(StrEnum):
    """Where a ballot stands; a voided one is followed by another round."""

    OPEN = "open"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    VOIDED = "voided"


class SelectVoters(Command):
    """选择 or 取消选择 of judges for the vote (HB-147)."""

    meeting_id: UUID
    judge_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
    selected: bool


class RollRow(Message):
    """A judge in the list of 票源 (HB-T27), numbers masked."""

    judge: JudgeRef
    group_name: str
    id_document_type: str
    id_document_no: str
    mobile: str | None
    organization_name: str
    is_selected: bool
    is_present: bool


class OpeningCondition(Message):
    """A condition of the opening: met, or the code of what is missing with its parameters."""

    code: str
    is_met: bool
    params: dict[str, Any] = Field(default_factory=dict)


class OpenBallot(Command):
    """发起投票 by the chair; the second person, another judge, notes the opening code down too (HB-149)."""

    meeting_id: UUID
    second_person_id: UUID


class BallotOpening(Message):
    """The opened ballot. `sealed_code` is the opening code for the caller's key; None when the opening is repeated."""

    ballot_id: UUID
    number: int
    public_key: PublicKey
    sealed_code: SealedCode | None


class BallotKey(Message):
    """What the gateway needs to seal a judge's votes: the key, the voter, and the materials still open to the voter."""

    ballot_id: UUID
    public_key: PublicKey
    voter_id: UUID
    open_material_ids: tuple[UUID, ...]


class CodeKey(Message):
    """The key for which the gateway seals an opening code on its way to the closing."""

    public_key: PublicKey


class SealedVote(Message):
    """A vote in its envelope."""

    material_id: UUID
    envelope: Envelope


class CastVotes(Message):
    """评委投票 (HB-151). A repeat with the same `command_id` is harmless, though its envelopes differ."""

    command_id: UUID
    ballot_id: UUID
    votes: Annotated[tuple[SealedVote, ...], Field(min_length=1, max_length=1000)]


class VotesCast(Message):
    """The receipt: votes of this command that lie in the ballot, and what the voter has still to cast."""

    cast: int
    remaining: int


class PaperState(StrEnum):
    """What a judge may still do about a material; never what the judge did."""

    OPEN = "open"
    CAST = "cast"
    RECUSED = "recused"


class PaperRow(Message):
    """A material on a judge's ballot paper; recused with the kinds of conflict."""

    material: MaterialLine
    state: PaperState
    recused_because: tuple[str, ...]


class BallotPaper(Message):
    """A judge's ballot paper; `voter_id` is the judge, to whom sealed votes are bound."""

    ballot_id: UUID
    number: int
    state: BallotState
    rows: tuple[PaperRow, ...]
    remaining: int
    voter_id: UUID | None = None
    opened_at: datetime | None = None


class VoterProgress(Message):
    """按评委查看: whether a judge is there and has cast every vote; never how (W12, Q43)."""

    judge: JudgeRef
    is_present: bool
    has_voted: bool


class BallotProgress(Message):
    """The chair's view of the running vote: counts of persons, never of votes."""

    ballot_id: UUID
    number: int
    state: BallotState
    opened_at: datetime
    voters: tuple[VoterProgress, ...]
    present: int
    voted: int


class CloseBallot(Command):
    """The chair ends the vote with the opening code (HB-156); `is_early` must be said where votes are missing."""

    ballot_id: UUID
    is_early: bool = False


class VoidBallot(Command):
    """The vote is to be repeated: the code is lost, or envelopes were spoiled."""

    ballot_id: UUID
    reason: Reason


class ConfirmBallotResult(Command):
    """投票结果确认 by the chair (HB-155, HB-156)."""

    ballot_id: UUID


class ResultRow(Message):
    """按材料查看: the totals about a material.

    `entitled` judges could vote; `needed` votes in favour pass (HB-154); outcome is None until it is confirmed.
    """

    material: MaterialLine
    entitled: int
    needed: int
    yes: int
    no: int
    spoiled: int
    outcome: Outcome | None


class BallotResults(Message):
    """The result of a ballot: of `committee_size` judges `roll_size` were on the roll."""

    ballot_id: UUID
    number: int
    state: BallotState
    committee_size: int
    roll_size: int
    rows: tuple[ResultRow, ...]


class BallotRound(Message):
    """One round of a meeting's vote, for the minutes. void_reason: empty where it ended with a replaced chair."""

    ballot_id: UUID
    number: int
    state: BallotState
    opened_at: datetime
    second_person: JudgeRef
    closed_at: datetime | None
    closed_early: bool
    voided_at: datetime | None
    void_reason: str | None
