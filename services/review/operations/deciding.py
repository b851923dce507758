"""Decisions of whoever holds the waiting step: pass, return, hold, resume; one case or many (HB-36 to HB-44)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor, Role, VersionedCommand
from contracts.errors import DomainError, Fault, InvalidInput, NotAllowed, StaleVersion
from contracts.events import CaseAdvanced
from contracts.identity import OrganizationSummary
from contracts.remarks import Remark
from contracts.review import (
    Action,
    BatchItem,
    BatchResult,
    BatchRow,
    BatchTooLarge,
    CaseStanding,
    CaseState,
    DecideCase,
    DecideCases,
    Decision,
    OwnDeclaration,
    Recommendation,
)
from services.review.operations.drafting import drop_draft
from services.review.operations.moving import Acting, Said, move
from services.review.operations.organizations import remember_chain
from services.review.published import current_rules, form_of, rules_of
from services.review.rules.profile import RouteRules, StepKind
from services.review.rules.route import Place, places_after
from services.review.rules.sayings import REQUIRED, check_opinion, check_recommendation, check_remarks
from services.review.rules.workflow import Guard, Transition, transition
from services.review.scope import find_case, posts
from services.review.tables import CaseCard

Chains = Mapping[UUID, Sequence[OrganizationSummary]]


def holders_to_look_up(
    session: Session, *, actor: Actor, decision: Decision, case_ids: Iterable[UUID]
) -> frozenset[UUID]:
    """The organisations whose superiors must be known before the decision's transaction: only passing climbs."""
    if decision is not Decision.PASS:
        return frozenset()
    own = [organization_id for organization_id, _ in posts(actor)]
    return frozenset(
        session.scalars(
            select(CaseCard.holder_id)
            .where(
                CaseCard.id.in_(list(case_ids)),
                CaseCard.holder_id.in_(own),
                CaseCard.step_kind == StepKind.REVIEW,
            )
            .distinct()
        )
    )


def decide_case(session: Session, *, command: DecideCase, actor: Actor, chains: Chains) -> CaseStanding:
    """Decide on one case as the holder of its waiting step. `chains`: holder → itself and those above it now."""
    require_version(command)
    card = find_case(session, actor, command.case_id, lock=True)
    check_version(card.version, command)
    _decide(session, card, actor, command, chains, bulk_act_id=None, remarks=command.remarks)
    drop_draft(session, case_id=card.id, account_id=actor.account_id)
    return standing(card)


def decide_cases(session: Session, *, command: DecideCases, actor: Actor, chains: Chains) -> BatchResult:
    """Decide on all ticked cases alike; what changed meanwhile or cannot be decided so is skipped and named."""

    def decide(card: CaseCard) -> None:
        _decide(session, card, actor, command, chains, bulk_act_id=command.command_id)

    return in_bulk(session, actor, command.items, command.command_id, Action(command.decision), decide)


def require_version(command: VersionedCommand) -> None:
    """A decision is about the case as the officer saw it. Refuses: InvalidInput."""
    if command.expected_version is None:
        raise InvalidInput(faults=(Fault(pointer="/expected_version", code=REQUIRED),))


def require_other_person(actor: Actor, card: CaseCard) -> None:
    """Nobody decides on the own declaration (PL-39). Refuses: OwnDeclaration."""
    if actor.person_id == card.person_id or actor.account_id == card.account_id:
        raise OwnDeclaration()


def standing(card: CaseCard) -> CaseStanding:
    """Where the case stands now."""
    return CaseStanding(
        case_id=card.id,
        version=card.version,
        state=CaseState(card.state),
        step=card.step,
        organization_id=card.holder_id,
        role=Role(card.role),
    )


def in_bulk(
    session: Session,
    actor: Actor,
    items: Sequence[BatchItem],
    bulk_act_id: UUID,
    action: Action,
    act: Callable[[CaseCard], None],
) -> BatchResult:
    """Do `act` to each ticked case and report row by row (HB-43); recorded as one bulk act (W11).

    `act` refuses before it changes anything, so a refused row needs no rollback. Refuses: BatchTooLarge, InvalidInput.
    """
    check_items(session, actor, items)
    outcome: dict[UUID, BatchRow] = {}
    # Locked in one order, so that two batches over the same cases do not wait for each other crosswise.
    for item in sorted(items, key=lambda item: item.case_id):
        try:
            card = find_case(session, actor, item.case_id, lock=True)
            if card.version != item.version:
                raise StaleVersion(actual=card.version, expected=item.version)
            act(card)
        except DomainError as refusal:
            outcome[item.case_id] = BatchRow(
                case_id=item.case_id, error_code=refusal.code, error_params=refusal.params, faults=refusal.faults
            )
        else:
            outcome[item.case_id] = BatchRow(case_id=item.case_id)
    rows = tuple(outcome[item.case_id] for item in items)
    done = [row.case_id for row in rows if row.error_code is None]
    audit.record(session, "bulk_act", "bulk_act", bulk_act_id, act=action, case_ids=done, skipped=len(rows) - len(done))
    return BatchResult(rows=rows, done=len(done), skipped=len(rows) - len(done))


def check_items(session: Session, actor: Actor, items: Sequence[BatchItem]) -> None:
    """Refuses: BatchTooLarge, InvalidInput."""
    limit = current_rules(session, actor.profile).batch_limit
    if len(items) > limit:
        raise BatchTooLarge(limit=limit, actual=len(items))
    if len({item.case_id for item in items}) != len(items):
        raise InvalidInput(faults=(Fault(pointer="/items", code="review.duplicate"),))


def _decide(
    session: Session,
    card: CaseCard,
    actor: Actor,
    command: DecideCase | DecideCases,
    chains: Chains,
    *,
    bulk_act_id: UUID | None,
    remarks: tuple[Remark, ...] = (),
) -> None:
    if (card.holder_id, card.role) not in posts(actor):
        raise NotAllowed(card.role)
    require_other_person(actor, card)
    action = Action(command.decision)
    row = transition(action, CaseState(card.state), StepKind(card.step_kind))
    rules = rules_of(session, card)
    recommendation = _checked(row, rules, card, command)
    if remarks and action is not Action.RETURN:
        raise InvalidInput(faults=(Fault(pointer="/remarks", code="review.remarks_only_with_return"),))
    if remarks and (form := form_of(session, card)):
        check_remarks(remarks, form)
    move(
        session,
        card,
        row,
        acting=Acting(actor.account_id, card.holder_id, Role(card.role)),
        to=_next_place(session, card, rules, chains) if row.event is CaseAdvanced else None,
        said=Said(
            opinion=command.opinion,
            recommendation=recommendation,
            deadline=_deadline(rules, action),
            bulk_act_id=bulk_act_id,
            remarks=remarks,
        ),
    )


def _checked(
    row: Transition, rules: RouteRules, card: CaseCard, command: DecideCase | DecideCases
) -> Recommendation | None:
    check_opinion(command.opinion, required=Guard.OPINION in row.guards, limit=rules.opinion_limit)
    if Guard.RECOMMENDATION not in row.guards:
        return None
    check_recommendation(command.recommendation, rules.step(card.step).recommendation, limit=rules.opinion_limit)
    return command.recommendation


def _next_place(session: Session, card: CaseCard, rules: RouteRules, chains: Chains) -> Place:
    """The place after the waiting one, from the tree as identity has just told it."""
    chain = chains.get(card.holder_id)
    if chain is None:  # the case moved between the question to identity and this transaction
        raise StaleVersion()
    here = Place(rules.step(card.step), card.holder_id)
    following = places_after(rules, here, [organization.organization_id for organization in chain])
    remember_chain(session, card.profile, chain)
    return following[0]


def _deadline(rules: RouteRules, action: Action) -> datetime | None:
    """The first moment at which a returned declaration may not come again (HB-106); the last day counts in full."""
    if action is not Action.RETURN or rules.return_days is None:
        return None
    return clock.end_of(clock.today() + timedelta(days=rules.return_days))
