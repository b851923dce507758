"""Pre-assignment (预分配评委会, HB-50): which committee's office checks the material; changed until it was checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.committee import CommitteeSummary
from contracts.errors import NotAllowed
from contracts.identity import OrganizationSummary
from contracts.review import (
    Action,
    AssignCommittee,
    AssignCommittees,
    BatchResult,
    CaseStanding,
    CaseState,
    CommitteeNotAccepting,
    CommitteeProposal,
    LogAction,
)
from services.review.operations.deciding import in_bulk, require_other_person, require_version, standing
from services.review.operations.moving import Acting, Said, move
from services.review.operations.organizations import remember_chain
from services.review.published import rules_of
from services.review.rules.profile import StepKind
from services.review.rules.route import committee_place
from services.review.rules.workflow import transition
from services.review.scope import find_case, posts
from services.review.tables import CaseCard, CaseStep

# The committees whose scope covers what is declared, and the cases that declare it.
Accepting = tuple[Sequence[CommitteeSummary], frozenset[UUID]]


@dataclass(frozen=True)
class Choice:
    """A committee as its service knows it now, the organisation that runs it with those above, and the cases that
    its scope covers.
    """

    committee: CommitteeSummary
    chain: Sequence[OrganizationSummary]
    covers: frozenset[UUID]


def choose(committee: CommitteeSummary, chain: Sequence[OrganizationSummary], accepting: Iterable[Accepting]) -> Choice:
    """The chosen committee with what was asked about it."""
    covers = [
        cases for committees, cases in accepting if committee.committee_id in {one.committee_id for one in committees}
    ]
    return Choice(committee, chain, frozenset().union(*covers))


def proposals(accepting: Iterable[Accepting]) -> tuple[CommitteeProposal, ...]:
    """The open committees with the cases that each may take, in the order of their names."""
    found: dict[UUID, tuple[CommitteeSummary, frozenset[UUID]]] = {}
    for committees, cases in accepting:
        for committee in committees:
            if committee.is_open:
                _, known = found.get(committee.committee_id, (committee, frozenset()))
                found[committee.committee_id] = (committee, known | cases)
    return tuple(
        CommitteeProposal(committee=committee, case_ids=tuple(sorted(cases)))
        for committee, cases in sorted(found.values(), key=lambda one: (one[0].name, one[0].committee_id))
    )


def assign_committee(session: Session, *, command: AssignCommittee, actor: Actor, choice: Choice) -> CaseStanding:
    """Give a case to a committee, or to another until it was checked."""
    require_version(command)
    card = find_case(session, actor, command.case_id, lock=True)
    check_version(card.version, command)
    _assign(session, card, actor, choice, is_entrusted=command.is_entrusted_review, bulk_act_id=None)
    return standing(card)


def assign_committees(session: Session, *, command: AssignCommittees, actor: Actor, choice: Choice) -> BatchResult:
    """Give all ticked cases to one committee; what cannot be given is skipped and named."""

    def assign(card: CaseCard) -> None:
        _assign(
            session,
            card,
            actor,
            choice,
            is_entrusted=command.is_entrusted_review,
            bulk_act_id=command.command_id,
        )

    return in_bulk(session, actor, command.items, command.command_id, Action.ASSIGN, assign)


def _assign(
    session: Session,
    card: CaseCard,
    actor: Actor,
    choice: Choice,
    *,
    is_entrusted: bool,
    bulk_act_id: UUID | None,
) -> None:
    rules = rules_of(session, card)
    preassigner = _preassigner(session, card)
    if preassigner is None or preassigner not in posts(actor):
        raise NotAllowed(*(step.role for step in rules.steps if step.kind is StepKind.PREASSIGNMENT))
    require_other_person(actor, card)
    row = transition(Action.ASSIGN, CaseState(card.state), StepKind(card.step_kind))
    committee = choice.committee
    # An entrusted review goes to a committee outside the usual scope (委托评审).
    if not committee.is_open or not (is_entrusted or card.id in choice.covers):
        raise CommitteeNotAccepting(committee_id=str(committee.committee_id))
    remember_chain(session, card.profile, choice.chain)
    card.committee_id = committee.committee_id
    card.committee_name = committee.name
    card.is_entrusted_review = is_entrusted
    move(
        session,
        card,
        row,
        acting=Acting(actor.account_id, preassigner[0], Role(preassigner[1])),
        to=committee_place(rules, committee.organization_id),
        said=Said(opinion=committee.name, bulk_act_id=bulk_act_id),
    )


def _preassigner(session: Session, card: CaseCard) -> tuple[UUID, str] | None:
    """Who holds the pre-assignment of the case now, or took it before the check that is still open."""
    if card.step_kind == StepKind.PREASSIGNMENT:
        return card.holder_id, card.role
    taken = session.execute(
        select(CaseStep.organization_id, CaseStep.role)
        .where(
            CaseStep.case_id == card.id,
            CaseStep.kind == StepKind.PREASSIGNMENT,
            CaseStep.outcome == LogAction.ASSIGNED,
        )
        .order_by(CaseStep.number.desc())
        .limit(1)
    ).first()
    return (taken.organization_id, taken.role) if taken else None
