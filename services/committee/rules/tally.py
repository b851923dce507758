"""Quorum, majority and the counting of opened votes, in integers only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.committee.envelope import Choice, VoteContent


@dataclass(frozen=True)
class Share:
    """A part of a whole that must be reached, such as two thirds."""

    numerator: int
    denominator: int

    def is_reached(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` is at least this share; never of nothing (HB-154: 3 * yes >= 2 * present)."""
        return whole > 0 and self.denominator * part >= self.numerator * whole

    def least(self, whole: int) -> int:
        """The smallest part of `whole` that reaches the share."""
        return max(1, -(-self.numerator * whole // self.denominator))


@dataclass(frozen=True)
class Tally:
    """The count about one material. `spoiled` envelopes could not be opened or belong elsewhere."""

    yes: int = 0
    no: int = 0
    spoiled: int = 0


@dataclass(frozen=True)
class OpenedEnvelope:
    """Where an envelope lay and what was in it; None where it could not be opened."""

    material_id: UUID
    voter_id: UUID
    content: VoteContent | None


def count_votes(ballot_id: UUID, materials: Iterable[UUID], opened: Iterable[OpenedEnvelope]) -> Mapping[UUID, Tally]:
    """Yes and no per material. A vote counts only where its content names the place at which it lay."""
    yes = dict.fromkeys(materials, 0)
    no = dict.fromkeys(yes, 0)
    spoiled = dict.fromkeys(yes, 0)
    for envelope in opened:
        content = envelope.content
        place = (ballot_id, envelope.material_id, envelope.voter_id)
        if content is None or (content.ballot_id, content.material_id, content.voter_id) != place:
            spoiled[envelope.material_id] += 1
        elif content.choice is Choice.APPROVE:
            yes[envelope.material_id] += 1
        else:
            no[envelope.material_id] += 1
    return {material: Tally(yes[material], no[material], spoiled[material]) for material in yes}
