"""Conflicts of interest: who must not judge whom (design §6, PL-39, HB-140).

An exact match blocks; a near match is decided by an officer. What an officer decided holds until new grounds appear.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

# Shorter names are contained in too many others to mean anything.
SHORTEST_CONTAINED = 4


class ConflictState(StrEnum):
    """Where a conflict stands; see table `conflict`."""

    UNDECIDED = "undecided"
    DISMISSED = "dismissed"
    BLOCKING = "blocking"
    LIFTED = "lifted"


BLOCKS = frozenset({ConflictState.UNDECIDED, ConflictState.BLOCKING})


class GroundKind(StrEnum):
    """Why two persons are too close."""

    OWN_DECLARATION = "own_declaration"
    SAME_ORGANIZATION = "same_organization"
    FORMER_ORGANIZATION = "former_organization"
    RELATION = "relation"


@dataclass(frozen=True, order=True)
class Ground:
    """One reason. `source` names what was compared: the normalised organisation, or the relation's id."""

    kind: GroundKind
    source: str
    is_exact: bool


@dataclass(frozen=True)
class Employer:
    """An organisation of a person, normalised, now or before."""

    normalised: str
    is_current: bool


@dataclass(frozen=True)
class Relation:
    """A declared relation: to the person of a material, of a document number (hashed), or of a name."""

    relation_id: UUID
    material_id: UUID | None
    person_hash: bytes | None
    person_name: str | None


@dataclass(frozen=True)
class ExpertSide:
    """What is compared of an expert."""

    person_id: UUID | None
    document_hash: bytes
    employers: frozenset[Employer]
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class MaterialSide:
    """What is compared of an applicant's material."""

    material_id: UUID
    person_id: UUID
    document_hash: bytes
    name: str
    employers: frozenset[Employer]


@dataclass(frozen=True)
class NameRules:
    """How names of organisations are compared: the profile's suffixes and aliases (normalised name → normalised name).

    near_percent: from which share of common pairs of characters on two names are near.
    """

    suffixes: tuple[str, ...]
    aliases: Mapping[str, str]
    near_percent: int


def fold_name(name: str) -> str:
    """Width and case folded; blanks, brackets, dots and dashes dropped."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


def normalise_organization(name: str, rules: NameRules) -> str:
    """The form in which names of organisations are compared; the same again for what it gave."""
    folded = fold_name(name)
    for _ in range(len(rules.aliases) + 1):
        replaced = rules.aliases.get(folded, folded)
        shortened = next(
            (replaced.removesuffix(s) for s in rules.suffixes if replaced.endswith(s) and replaced != s), replaced
        )
        if shortened == folded:
            break
        folded = shortened
    return folded


@lru_cache(maxsize=65_536)
def is_near(left: str, right: str, near_percent: int) -> bool:
    """Whether two different normalised names may mean one organisation: one inside the other, or much alike."""
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= SHORTEST_CONTAINED and shorter in longer:
        return True
    pairs_left = {left[i : i + 2] for i in range(len(left) - 1)}
    pairs_right = {right[i : i + 2] for i in range(len(right) - 1)}
    total = len(pairs_left) + len(pairs_right)
    return total > 0 and 200 * len(pairs_left & pairs_right) >= near_percent * total


def find_grounds(expert: ExpertSide, material: MaterialSide, rules: NameRules) -> frozenset[Ground]:
    """Every reason for which the expert must not, or perhaps must not, judge the material."""
    found: set[Ground] = set()
    if expert.person_id == material.person_id or expert.document_hash == material.document_hash:
        found.add(Ground(GroundKind.OWN_DECLARATION, "", is_exact=True))
    for mine in expert.employers:
        for theirs in material.employers:
            is_exact = mine.normalised == theirs.normalised
            if is_exact or is_near(mine.normalised, theirs.normalised, rules.near_percent):
                both_now = mine.is_current and theirs.is_current
                kind = GroundKind.SAME_ORGANIZATION if both_now else GroundKind.FORMER_ORGANIZATION
                found.add(Ground(kind, f"{mine.normalised}/{theirs.normalised}", is_exact))
    for relation in expert.relations:
        if relation.material_id == material.material_id or relation.person_hash == material.document_hash:
            found.add(Ground(GroundKind.RELATION, str(relation.relation_id), is_exact=True))
        elif (
            relation.material_id is None
            and relation.person_hash is None
            and fold_name(relation.person_name or "") == fold_name(material.name)
        ):
            found.add(Ground(GroundKind.RELATION, str(relation.relation_id), is_exact=False))
    return frozenset(found)


def close_pairs(
    experts: Mapping[UUID, ExpertSide], materials: Mapping[UUID, MaterialSide], rules: NameRules
) -> frozenset[tuple[UUID, UUID]]:
    """The pairs (expert, material) for which `find_grounds` may find something.

    Compares each name of an organisation once with each other, for there are far fewer names than pairs.
    """
    by_name_of_material: dict[str, set[UUID]] = {}
    for material_id, material in materials.items():
        for employer in material.employers:
            by_name_of_material.setdefault(employer.normalised, set()).add(material_id)
    close_to: dict[str, set[UUID]] = {}
    pairs: set[tuple[UUID, UUID]] = set()
    for expert_id, expert in experts.items():
        for employer in expert.employers:
            if employer.normalised not in close_to:
                close_to[employer.normalised] = set().union(
                    *(
                        found
                        for name, found in by_name_of_material.items()
                        if name == employer.normalised or is_near(name, employer.normalised, rules.near_percent)
                    )
                )
            pairs |= {(expert_id, material_id) for material_id in close_to[employer.normalised]}
        if expert.relations:
            pairs |= {(expert_id, material_id) for material_id in materials}
        pairs |= {
            (expert_id, material_id)
            for material_id, material in materials.items()
            if expert.document_hash == material.document_hash or expert.person_id == material.person_id
        }
    return frozenset(pairs)


def state_after(state: ConflictState | None, known: Iterable[Ground], found: Iterable[Ground]) -> ConflictState | None:
    """The state after a comparison that found these grounds, given what was known and decided before.

    Nothing is forgotten: grounds that vanished leave the state as it is, so that nobody escapes by editing a profile.
    Only grounds that nobody has decided about open a decision again.
    """
    new = frozenset(found) - frozenset(known)
    if not new:
        return state
    if any(ground.is_exact for ground in new):
        return ConflictState.BLOCKING
    if state is ConflictState.BLOCKING:
        return state
    return ConflictState.UNDECIDED
