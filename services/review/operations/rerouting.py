"""Letting a stuck case go on: a superior sends it to a place ahead, with a reason (design §5)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.errors import NotAllowed, StaleVersion
from contracts.identity import OrganizationSummary
from contracts.review import Action, CaseStanding, CaseState, PlaceNotOnRoute, RerouteCase
from services.review.operations.deciding import Chains, require_other_person, require_version, standing
from services.review.operations.moving import Acting, Said, move
from services.review.operations.organizations import remember_chain
from services.review.published import rules_of
from services.review.rules.profile import StepKind
from services.review.rules.route import Place, places_after
from services.review.rules.sayings import check_opinion
from services.review.rules.workflow import transition
from services.review.scope import REVIEWERS, find_case
from services.review.tables import CaseCard


def holder_to_look_up(session: Session, *, actor: Actor, case_id: UUID) -> UUID:
    """The organisation that holds the case now. Refuses: NotFound."""
    return find_case(session, actor, case_id).holder_id


def places_ahead(session: Session, card: CaseCard, actor: Actor, chains: Chains) -> tuple[Place, ...]:
    """Where the actor may send the case: ahead of where it waits, no higher than the actor's own organisation, and not
    into one that is closed, where nobody could take it up.

    Refuses: NotAllowed to all but superiors of the holder and the system administrator; WrongState.
    """
    chain = chains.get(card.holder_id)
    if chain is None:  # the case moved between the question to identity and this transaction
        raise StaleVersion()
    reach = _reach(actor, chain)
    transition(Action.REROUTE, CaseState(card.state), StepKind(card.step_kind))
    rules = rules_of(session, card)
    here = Place(rules.step(card.step), card.holder_id)
    ahead = places_after(rules, here, [organization.organization_id for organization in chain])
    closed = {organization.organization_id for organization in chain if not organization.is_enabled}
    return tuple(place for place in ahead if place.organization_id in reach - closed)


def reroute_case(session: Session, *, command: RerouteCase, actor: Actor, chains: Chains) -> CaseStanding:
    """Let the case wait at a place ahead of the present one; the reason stands in the log."""
    require_version(command)
    card = find_case(session, actor, command.case_id, lock=True)
    check_version(card.version, command)
    ahead = places_ahead(session, card, actor, chains)
    require_other_person(actor, card)
    check_opinion(command.reason, required=True, limit=rules_of(session, card).opinion_limit, pointer="/reason")
    place = next((p for p in ahead if (p.step.id, p.organization_id) == (command.step, command.organization_id)), None)
    if place is None:
        raise PlaceNotOnRoute(step=command.step, organization_id=str(command.organization_id))
    row = transition(Action.REROUTE, CaseState(card.state), StepKind(card.step_kind))
    chain = chains[card.holder_id]
    remember_chain(session, card.profile, chain)
    organization_id, role = _post(actor, chain)
    move(
        session,
        card,
        row,
        acting=Acting(actor.account_id, organization_id, role),
        to=place,
        said=Said(opinion=command.reason),
    )
    return standing(card)


def _reach(actor: Actor, chain: Sequence[OrganizationSummary]) -> frozenset[UUID]:
    """The organisations from the holder up to the highest for which the actor reviews."""
    if actor.has(Role.SYSTEM_ADMIN):
        return frozenset(organization.organization_id for organization in chain)
    own = actor.organizations(*REVIEWERS)
    heights = [height for height, organization in enumerate(chain) if organization.organization_id in own and height]
    if not heights:
        raise NotAllowed(*REVIEWERS, Role.SYSTEM_ADMIN)
    return frozenset(organization.organization_id for organization in chain[: max(heights) + 1])


def _post(actor: Actor, chain: Sequence[OrganizationSummary]) -> tuple[UUID | None, Role]:
    """In which of the organisations above, and as what, the actor re-routes."""
    for organization in chain[1:]:
        for role in REVIEWERS:
            if actor.has(role, organization.organization_id):
                return organization.organization_id, role
    return None, Role.SYSTEM_ADMIN
