"""Votes and opening codes at the only place where they are in clear: read, checked, sealed at once (docs/ballots.md).

Nothing of what is read here is logged, kept or repeated in a refusal; a fault names a place and a code only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from contracts.committee.ballots import BallotKey, SealedVote
from contracts.committee.envelope import Choice, VoteContent, pack
from contracts.errors import Fault, InvalidInput

MOST_VOTES = 1000
# An opening code as people may type it, with blanks and hyphens; longer is none.
LONGEST_CODE = 100


@dataclass(frozen=True, repr=False)
class Marked:
    """What a judge marked: single choices, and approval of everything that is still open (HB-151, HB-152)."""

    choices: dict[UUID, Choice] = field(default_factory=dict)
    approve_all: bool = False


def read_votes(body: bytes) -> Marked:
    """The votes of a request, in one of three forms. Refuses: InvalidInput.

    `{"votes": [{"material_id", "choice"}, …]}`, `{"choice", "material_ids": […]}` or
    `{"choice": "approve", "all": true}`; there is no rejecting of all.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise _refused("", "committee.vote_format_invalid") from None
    if not isinstance(content, dict):
        raise _refused("", "committee.vote_format_invalid")
    if set(content) == {"votes"}:
        return Marked(_single_votes(content["votes"]))
    if set(content) == {"choice", "material_ids"}:
        return Marked(_bulk_votes(_choice(content["choice"], "/choice"), content["material_ids"]))
    if set(content) == {"choice", "all"} and content["all"] is True:
        if _choice(content["choice"], "/choice") is not Choice.APPROVE:
            raise _refused("/all", "committee.vote_format_invalid")
        return Marked(approve_all=True)
    raise _refused("", "committee.vote_format_invalid")


def seal_votes(key: BallotKey, marked: Marked) -> tuple[SealedVote, ...]:
    """Each vote in an envelope that only the closing of this ballot opens, bound to ballot, material and voter."""
    choices = dict.fromkeys(key.open_material_ids, Choice.APPROVE) if marked.approve_all else marked.choices
    box = SealedBox(PublicKey(key.public_key))
    return tuple(
        SealedVote(
            material_id=material_id,
            envelope=box.encrypt(pack(VoteContent(key.ballot_id, material_id, key.voter_id, choice))),
        )
        for material_id, choice in choices.items()
    )


def seal_code(public_key: bytes, opening_code: str) -> bytes:
    """An opening code on its way to the closing."""
    return SealedBox(PublicKey(public_key)).encrypt(opening_code.strip().encode())


def unseal_code(key: PrivateKey, sealed: bytes) -> str:
    """The opening code of the answer to an opening."""
    try:
        return SealedBox(key).decrypt(sealed).decode()
    except CryptoError:
        raise RuntimeError("the opening code was sealed for another key") from None


def _single_votes(votes: Any) -> dict[UUID, Choice]:
    choices: dict[UUID, Choice] = {}
    for index, vote in enumerate(_list(votes, "/votes")):
        if not isinstance(vote, dict) or set(vote) != {"material_id", "choice"}:
            raise _refused(f"/votes/{index}", "committee.vote_format_invalid")
        _add(
            choices,
            vote["material_id"],
            f"/votes/{index}/material_id",
            _choice(vote["choice"], f"/votes/{index}/choice"),
        )
    return choices


def _bulk_votes(choice: Choice, material_ids: Any) -> dict[UUID, Choice]:
    choices: dict[UUID, Choice] = {}
    for index, material_id in enumerate(_list(material_ids, "/material_ids")):
        _add(choices, material_id, f"/material_ids/{index}", choice)
    return choices


def _list(value: Any, pointer: str) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_VOTES:
        raise _refused(pointer, "committee.vote_format_invalid")
    return value


def _add(choices: dict[UUID, Choice], material_id: Any, pointer: str, choice: Choice) -> None:
    try:
        found = UUID(material_id)
    except (ValueError, TypeError, AttributeError):
        raise _refused(pointer, "common.uuid_parsing") from None
    if found in choices:
        raise _refused(pointer, "committee.vote_repeated")
    choices[found] = choice


def _choice(value: Any, pointer: str) -> Choice:
    if not isinstance(value, str) or value not in set(Choice):
        raise _refused(pointer, "committee.vote_choice_invalid")
    return Choice(value)


def _refused(pointer: str, code: str) -> InvalidInput:
    return InvalidInput(faults=(Fault(pointer=pointer, code=code),))
