"""Who decides next: from the profile's steps and the organisation tree to the places of a case (design §5).

A place is a step held by one organisation. Only the next place is ever looked up, from the tree as it stands when the
case moves; places taken before are history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.base import Role
from services.review.rules.profile import Holder, RouteRules, Step, StepKind


@dataclass(frozen=True)
class Place:
    """A step and the organisation that holds it; the role is the step's."""

    step: Step
    organization_id: UUID

    @property
    def role(self) -> Role:
        return self.step.role


def places_from(rules: RouteRules, chain: Sequence[UUID], *, own: bool) -> tuple[Place, ...]:
    """The places before a committee is named, for an organisation and those above it (`chain`, from below to the root).

    own: whether the first of `chain` is the applicant's organisation, else it is an upper one.
    """
    above = chain[1:] if own else chain
    by_holder = {
        Holder.OWN_ORGANIZATION: chain[:1] if own else (),
        Holder.EACH_SUPERIOR: above,
        Holder.TOP_ORGANIZATION: chain[-1:],
        Holder.COMMITTEE_ORGANIZATION: (),
    }
    return tuple(
        Place(step, organization_id)
        for holder, organizations in by_holder.items()
        for organization_id in organizations
        for step in rules.steps
        if step.holder is holder
    )


def places_after(rules: RouteRules, place: Place, chain: Sequence[UUID]) -> tuple[Place, ...]:
    """The places that follow `place` before a committee is named.

    `chain` is the place's organisation with those above it now, from below to the root: where the tree was changed
    meanwhile, the case goes on from where it is.
    """
    if place.step.holder in (Holder.TOP_ORGANIZATION, Holder.COMMITTEE_ORGANIZATION):
        following = rules.steps[rules.steps.index(place.step) + 1 :]
        return tuple(Place(step, chain[-1]) for step in following if step.holder is Holder.TOP_ORGANIZATION)
    ahead = places_from(rules, chain, own=place.step.holder is Holder.OWN_ORGANIZATION)
    return ahead[ahead.index(place) + 1 :]


def committee_place(rules: RouteRules, organization_id: UUID) -> Place:
    """The material check by the organisation that runs the committee (HB-51)."""
    step = next(step for step in rules.steps if step.kind is StepKind.COMMITTEE_CHECK)
    return Place(step, organization_id)
