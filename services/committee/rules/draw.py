"""The reproducible draw of experts (design §6); `docs/draw.md` describes the same for whoever computes it again.

Everything hashed is ASCII: identifiers are lower-case UUIDs with dashes, hashes and the seed lower-case hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

SEED_BYTES = 32


class TooFewExperts(Exception):
    """A stratum cannot be filled."""

    def __init__(self, stratum: int, wanted: int, found: int) -> None:
        super().__init__(stratum, wanted, found)
        self.stratum = stratum
        self.wanted = wanted
        self.found = found


class Outcome(StrEnum):
    """What the draw says of an expert in a stratum."""

    DRAWN = "drawn"
    RESERVE = "reserve"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True)
class Stratum:
    """How many experts are wanted, and how many in reserve."""

    wanted: int
    reserves: int


@dataclass(frozen=True)
class Line:
    """A line of the frozen list: an expert in a stratum (counted from 0), or why the expert cannot be drawn."""

    stratum: int
    expert_id: UUID
    excluded_because: str | None = None


@dataclass(frozen=True)
class Ranked:
    """An expert who could be drawn: rank, place among those of the stratum from 1, and what came of it."""

    line: Line
    rank: str
    position: int
    outcome: Outcome


def list_hash(lines: Sequence[Line]) -> str:
    """SHA-256 over the sorted lines `stratum,expert,reason`, each ended by a line feed."""
    texts = sorted(f"{line.stratum},{line.expert_id},{line.excluded_because or ''}\n" for line in lines)
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def commitment(seed: str) -> str:
    """SHA-256 over the seed's bytes: shown before, so that the seed cannot be exchanged after."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def rank(seed: str, draw_id: UUID, expert_id: UUID) -> str:
    """SHA-256 over `seed,draw,expert`; the smallest ranks of a stratum are drawn."""
    return hashlib.sha256(f"{seed},{draw_id},{expert_id}".encode()).hexdigest()


def run(seed: str, draw_id: UUID, lines: Sequence[Line], strata: Sequence[Stratum]) -> tuple[Ranked, ...]:
    """The result for every line that is not excluded.

    The strata in their order take who is wanted; then, in the same order, reserves from who is left. Nobody is taken
    twice. Raises TooFewExperts.
    """
    ranked = [
        sorted(
            (line for line in lines if line.stratum == number and line.excluded_because is None),
            key=lambda line: rank(seed, draw_id, line.expert_id),
        )
        for number in range(len(strata))
    ]
    taken: dict[UUID, tuple[int, Outcome]] = {}
    for number, stratum in enumerate(strata):
        free = [line for line in ranked[number] if line.expert_id not in taken]
        if len(free) < stratum.wanted:
            raise TooFewExperts(number, stratum.wanted, len(free))
        taken |= {line.expert_id: (number, Outcome.DRAWN) for line in free[: stratum.wanted]}
    for number, stratum in enumerate(strata):
        free = [line for line in ranked[number] if line.expert_id not in taken]
        taken |= {line.expert_id: (number, Outcome.RESERVE) for line in free[: stratum.reserves]}
    return tuple(
        Ranked(
            line,
            rank(seed, draw_id, line.expert_id),
            position,
            taken[line.expert_id][1] if taken.get(line.expert_id, (None,))[0] == number else Outcome.NOT_DRAWN,
        )
        for number, lines_of_stratum in enumerate(ranked)
        for position, line in enumerate(lines_of_stratum, start=1)
    )


def shortage(lines: Sequence[Line], strata: Sequence[Stratum]) -> TooFewExperts | None:
    """The first stratum that some seed could leave short; None where every seed fills all strata.

    An earlier stratum may take experts whom this one could have had, at most as many as it wants.
    """
    eligible = [
        {line.expert_id for line in lines if line.stratum == number and line.excluded_because is None}
        for number in range(len(strata))
    ]
    for number, stratum in enumerate(strata):
        taken = sum(min(strata[before].wanted, len(eligible[before] & eligible[number])) for before in range(number))
        if len(eligible[number]) - taken < stratum.wanted:
            return TooFewExperts(number, stratum.wanted, len(eligible[number]) - taken)
    return None
