"""What lies inside a sealed vote: ballot, material, voter and choice, always in the same number of bytes.

The gateway packs and seals it, the committee service opens and unpacks it; between them nobody can read it
(docs/ballots.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

CONTENT_BYTES = 3 * 16 + 1
SEAL_BYTES = 48
ENVELOPE_BYTES = CONTENT_BYTES + SEAL_BYTES


class Choice(StrEnum):
    """How a judge votes; there is no abstention."""

    APPROVE = "approve"
    REJECT = "reject"


_BYTE = {Choice.APPROVE: b"\x01", Choice.REJECT: b"\x00"}
_CHOICE = {byte: choice for choice, byte in _BYTE.items()}


class VoteContent(NamedTuple):
    """One vote of one voter about one material in one ballot."""

    ballot_id: UUID
    material_id: UUID
    voter_id: UUID
    choice: Choice


def pack(content: VoteContent) -> bytes:
    """The bytes to be sealed: the three ids and one byte for the choice."""
    ids = content.ballot_id.bytes + content.material_id.bytes + content.voter_id.bytes
    return ids + _BYTE[content.choice]


def unpack(data: bytes) -> VoteContent:
    """The vote in the bytes of an opened envelope. Raises ValueError where they are no vote."""
    if len(data) != CONTENT_BYTES or data[48:] not in _CHOICE:
        raise ValueError("not a vote")
    return VoteContent(UUID(bytes=data[:16]), UUID(bytes=data[16:32]), UUID(bytes=data[32:48]), _CHOICE[data[48:]])
