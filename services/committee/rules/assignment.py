"""Who reads which material: the even distribution of lead and second reviewers (HB-139, HB-140)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Loads:
    """How many materials each judge leads and seconds already."""

    lead: Counter[UUID] = field(default_factory=Counter)
    second: Counter[UUID] = field(default_factory=Counter)

    def of(self, judge: UUID) -> int:
        return self.lead[judge] + self.second[judge]


@dataclass(frozen=True)
class Pair:
    """The two reviewers of a material."""

    material_id: UUID
    lead_id: UUID
    second_id: UUID


def distribute(
    materials: Sequence[UUID],
    judges: Sequence[UUID],
    *,
    confirming: Collection[UUID],
    excluded: Collection[tuple[UUID, UUID]],
    loads: Loads,
) -> tuple[list[Pair], list[UUID]]:
    """Give each material the two least burdened judges without a conflict in it; and the materials that found none.

    confirming: judges who confirm later (leader, chair); they review only what nobody else can.
    excluded: (material, judge) pairs with a conflict of interest. The same input gives the same pairs.
    """
    pairs: list[Pair] = []
    without: list[UUID] = []
    for material in materials:
        free = [judge for judge in judges if (material, judge) not in excluded]
        if len(free) < 2:
            without.append(material)
            continue
        lead = min(free, key=lambda judge: (judge in confirming, loads.lead[judge], loads.of(judge), judge))
        rest = (judge for judge in free if judge != lead)
        second = min(rest, key=lambda judge: (judge in confirming, loads.second[judge], loads.of(judge), judge))
        loads.lead[lead] += 1
        loads.second[second] += 1
        pairs.append(Pair(material, lead, second))
    return pairs, without


def loads_of(pairs: Iterable[Pair]) -> Loads:
    """The burden that existing pairs put on the judges."""
    loads = Loads()
    for pair in pairs:
        loads.lead[pair.lead_id] += 1
        loads.second[pair.second_id] += 1
    return loads
