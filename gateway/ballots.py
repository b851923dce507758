"""Votes and opening codes at the only place where they are in clear: read, checked, sealed at once (docs/ballots.md).

The portal seals votes for the gateway's intake key, so that they are not even readable in the request's body.

Nothing of what is read here is logged, kept or repeated in a refusal; a fault names a place and a code only.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, PublicKey, SealedBox

from contracts.committee.ballots import BallotKey, SealedVote
from contracts.committee.envelope import Choice, VoteContent, pack, unpack
from contracts.errors import Fault, InvalidInput

MOST_VOTES = 1000
# An opening code as people may type it, with blanks and hyphens; longer is none.
LONGEST_CODE = 100


@dataclass(frozen=True, repr=False)
class Marked:
    """What a judge marked: single choices, and approval of everything that is still open (HB-151, HB-152).

    `bound_to` are ballot and voter of each vote that came sealed.
    """

    choices: dict[UUID, Choice] = field(default_factory=dict)
    approve_all: bool = False
    bound_to: tuple[tuple[UUID, UUID], ...] = ()


def intake_key(secret: bytes) -> PrivateKey:
    """The key for which browsers seal votes, the same in every gateway process that has the secret."""
    return PrivateKey(blake2b(b"", digest_size=32, key=secret[:64], person=b"zhiping intake", encoder=RawEncoder))


def read_votes(body: bytes, intake: PrivateKey) -> Marked:
    """The votes of a request, in one of four forms. Refuses: InvalidInput.

    `{"sealed": […]}`, envelopes for the intake key as the portal sends them; `{"votes": [{"material_id", "choice"},
    …]}`, `{"choice", "material_ids": […]}` or `{"choice": "approve", "all": true}`; there is no rejecting of all.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise _refused("", "committee.vote_format_invalid") from None
    if not isinstance(content, dict):
        raise _refused("", "committee.vote_format_invalid")
    if set(content) == {"sealed"}:
        return _sealed_votes(content["sealed"], intake)
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
    """Each vote in an envelope that only the closing of this ballot opens, bound to ballot, material and voter.

    Refuses: InvalidInput, where a vote came sealed for another ballot or voter: it was taken from somebody's line.
    """
    for index, bound in enumerate(marked.bound_to):
        if bound != (key.ballot_id, key.voter_id):
            raise _refused(f"/sealed/{index}", "committee.vote_seal_unreadable")
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


def _sealed_votes(envelopes: Any, intake: PrivateKey) -> Marked:
    choices: dict[UUID, Choice] = {}
    bound_to: list[tuple[UUID, UUID]] = []
    box = SealedBox(intake)
    for index, envelope in enumerate(_list(envelopes, "/sealed")):
        try:
            vote = unpack(box.decrypt(b64decode(envelope, validate=True)))
        except (CryptoError, ValueError, TypeError, binascii.Error):
            raise _refused(f"/sealed/{index}", "committee.vote_seal_unreadable") from None
        _add(choices, str(vote.material_id), f"/sealed/{index}", vote.choice)
        bound_to.append((vote.ballot_id, vote.voter_id))
    return Marked(choices, bound_to=tuple(bound_to))


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
