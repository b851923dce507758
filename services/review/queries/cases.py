"""Cases as lists and the opened case show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page, PageRequest, Role
from contracts.declaration import SettingChoice
from contracts.identity import OrganizationSummary
from contracts.review import (
    Action,
    BatchTooLarge,
    CaseFilters,
    CaseQuery,
    CaseState,
    CaseSummary,
    LogAction,
    QueueCounts,
    RoutePlace,
    Tab,
    View,
)
from services.review.listing import matching, ordered
from services.review.published import Labels, current_rules, rules_of, words
from services.review.rules.masks import mask_number
from services.review.rules.profile import StepKind
from services.review.rules.route import Place, places_after
from services.review.rules.workflow import OPEN, By, actions_of
from services.review.scope import REVIEWERS, organizations_on, posts, visible_to
from services.review.tables import CaseCard, CaseStep, KnownOrganization

Setting = tuple[SettingChoice, int, tuple[UUID, ...]]


def list_cases(session: Session, *, actor: Actor, query: CaseQuery, page: PageRequest) -> Page[CaseSummary]:
    """One page of a list in the actor's scope (PL-32)."""
    conditions = matching(session, actor, query)
    total = session.scalar(select(func.count()).select_from(CaseCard).where(*conditions)) or 0
    cards = _page(session, conditions, query, page) if page.offset < total else []
    return Page[CaseSummary](items=summaries(session, actor, cards), total=total, page=page.page, size=page.size)


def _page(
    session: Session, conditions: Sequence[ColumnElement[bool]], query: CaseQuery, page: PageRequest
) -> list[CaseCard]:
    """The cards of a page. First which they are, for that an index answers alone; a card itself is long."""
    wanted = ordered(select(CaseCard.id).where(*conditions), query)
    ids = session.scalars(wanted.limit(page.size).offset(page.offset)).all()
    found = {card.id: card for card in session.scalars(select(CaseCard).where(CaseCard.id.in_(ids)))}
    return [found[one] for one in ids]


def count_cases(session: Session, *, actor: Actor, view: View, filters: CaseFilters) -> QueueCounts:
    """How many rows each tab of a view has, and since when the oldest pending one waits."""

    def count(tab: Tab, *more: ColumnElement[Any]) -> Any:
        conditions = matching(session, actor, CaseQuery(view=view, tab=tab, filters=filters))
        return session.execute(select(func.count(), *more).select_from(CaseCard).where(*conditions)).one()

    pending = count(Tab.PENDING, func.min(CaseCard.waiting_since))
    return QueueCounts(
        pending=pending[0], held=count(Tab.HELD)[0], reviewed=count(Tab.REVIEWED)[0], waiting_since=pending[1]
    )


def summaries(
    session: Session, actor: Actor, cards: Sequence[CaseCard], *, numbers_in_clear: bool = False
) -> tuple[CaseSummary, ...]:
    """The rows of these cases, with what the actor may do to each now."""
    preassigners = _preassigners(session, [card.id for card in cards if card.step_kind == StepKind.COMMITTEE_CHECK])
    labels = Labels(session, actor.profile)
    actions = {card.id: _actions(card, actor, preassigners.get(card.id)) for card in cards}
    following = _next_places(session, [card for card in cards if Action.PASS in actions[card.id]])
    names = names_of(
        session, {card.holder_id for card in cards} | {place.organization_id for place in following.values()}
    )
    return tuple(
        CaseSummary(
            case_id=card.id,
            version=card.version,
            declaration_id=card.declaration_id,
            submission_id=card.submission_id,
            submission_number=card.submission_number,
            declaration_year=card.declaration_year,
            state=CaseState(card.state),
            state_label=labels.state(CaseState(card.state)),
            step=card.step,
            step_label=labels.step(card, card.step),
            holder_organization_id=card.holder_id,
            holder_organization_name=names[card.holder_id],
            role=Role(card.role),
            waiting_since=card.waiting_since,
            submitted_at=card.submitted_at,
            real_name=card.real_name,
            id_document_no=card.id_document_no if numbers_in_clear else mask_number(card.id_document_no),
            organization_id=card.organization_id,
            organization_name=card.organization_name,
            title_labels=card.title_labels,
            committee_id=card.committee_id,
            committee_name=card.committee_name,
            is_entrusted_review=card.is_entrusted_review,
            actions=actions[card.id],
            next=_shown(following[card.id], names) if card.id in following else None,
        )
        for card in cards
    )


def names_of(session: Session, organization_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The known names of organisations."""
    rows = session.execute(
        select(KnownOrganization.id, KnownOrganization.name).where(KnownOrganization.id.in_(set(organization_ids)))
    )
    return {row.id: row.name for row in rows}


def settings_of(session: Session, *, actor: Actor, case_ids: Sequence[UUID]) -> list[tuple[Setting, frozenset[UUID]]]:
    """What is declared, in which year and from where: each different one with its cases, to ask committee about.

    Cases that the actor does not see are left out. Refuses: BatchTooLarge.
    """
    limit = current_rules(session, actor.profile).batch_limit
    if len(case_ids) > limit:
        raise BatchTooLarge(limit=limit, actual=len(case_ids))
    cards = session.scalars(select(CaseCard).where(CaseCard.id.in_(case_ids), visible_to(actor))).all()
    groups: dict[str, tuple[Setting, set[UUID]]] = {}
    for card in cards:
        setting = setting_of(card)
        key = f"{setting.model_dump_json()} {card.declaration_year} {card.organization_path}"
        known = groups.setdefault(
            key, ((setting, card.declaration_year, organizations_on(card.organization_path)), set())
        )
        known[1].add(card.id)
    return [(setting, frozenset(cases)) for setting, cases in groups.values()]


def setting_of(card: CaseCard) -> SettingChoice:
    """What the case's submission declares."""
    return SettingChoice(
        category=card.category,
        title_series=card.title_series,
        specialty=card.specialty,
        declared_title=card.declared_title,
        title_level=card.title_level,
        declaration_mode=card.declaration_mode,
        review_mode=card.review_mode,
        labels=card.title_labels,
    )


def route_places(
    places: Iterable[Place], chains: Mapping[UUID, Sequence[OrganizationSummary]]
) -> tuple[RoutePlace, ...]:
    """Places as a screen offers them; `chains` names their organisations."""
    names = {organization.organization_id: organization.name for chain in chains.values() for organization in chain}
    return tuple(_shown(place, names) for place in places)


def _shown(place: Place, names: Mapping[UUID, str]) -> RoutePlace:
    return RoutePlace(
        step=place.step.id,
        step_label=words(place.step.label),
        organization_id=place.organization_id,
        organization_name=names[place.organization_id],
        role=place.role,
    )


def _next_places(session: Session, cards: Sequence[CaseCard]) -> dict[UUID, Place]:
    """Where passing leads, as the tree was last told; deciding asks identity again."""
    if not cards:
        return {}
    holders = {card.holder_id for card in cards}
    rows = session.execute(
        select(KnownOrganization.id, KnownOrganization.path).where(KnownOrganization.id.in_(holders))
    )
    chains = {row.id: organizations_on(row.path) for row in rows}
    found = {}
    for card in cards:
        rules = rules_of(session, card)
        following = places_after(rules, Place(rules.step(card.step), card.holder_id), chains[card.holder_id])
        if following:
            found[card.id] = following[0]
    return found


def _actions(card: CaseCard, actor: Actor, preassigner: tuple[UUID, str] | None) -> tuple[Action, ...]:
    if actor.person_id == card.person_id or card.state not in OPEN:
        return ()
    here = CaseState(card.state), StepKind(card.step_kind)
    actions = actions_of(By.HOLDER, *here) if (card.holder_id, card.role) in posts(actor) else ()
    if _is_superior(actor, card):
        actions = (*actions, *actions_of(By.SUPERIOR, *here))
    return (*actions, Action.ASSIGN) if preassigner in posts(actor) else actions


def _is_superior(actor: Actor, card: CaseCard) -> bool:
    """Whether the actor reviews for an organisation above the one that holds the case."""
    if actor.has(Role.SYSTEM_ADMIN):
        return True
    chain = organizations_on(card.organization_path)
    above = chain[chain.index(card.holder_id) + 1 :] if card.holder_id in chain else ()
    return not actor.organizations(*REVIEWERS).isdisjoint(above)


def _preassigners(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Who gave these cases to their committee and may still change it."""
    if not case_ids:
        return {}
    rows = session.execute(
        select(CaseStep.case_id, CaseStep.organization_id, CaseStep.role).where(
            CaseStep.case_id.in_(case_ids),
            CaseStep.kind == StepKind.PREASSIGNMENT,
            CaseStep.outcome == LogAction.ASSIGNED,
        )
    )
    return {row.case_id: (row.organization_id, row.role) for row in rows}
