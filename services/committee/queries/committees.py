"""Committees as lists, details and as other services know them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.base import Actor, Page
from contracts.committee.committees import (
    CommitteeCard,
    CommitteeDetail,
    CommitteeFilter,
    CommitteeOptions,
    CommitteeSummary,
    OpenCommittee,
    ScopeEntry,
)
from contracts.declaration import SettingChoice
from contracts.errors import NotFound
from services.committee.access import committees_visible_to, find_committee
from services.committee.published import PROFILES
from services.committee.rules.scope import covers_organization, covers_region, covers_setting
from services.committee.tables import Committee, PolicySetting
from services.committee.views.committees import CURRENT_POLICY, card, detail, experts_in_pool, summary_of


def committees(session: Session, *, actor: Actor, wanted: CommitteeFilter) -> Page[CommitteeCard]:
    """A page of the committees that the actor sees, the newest year first."""
    today = clock.today()
    term = Committee.valid_until < today if wanted.historical else Committee.valid_until >= today
    conditions: list[ColumnElement[bool]] = [committees_visible_to(actor), term]
    if wanted.text:
        conditions.append(or_(Committee.name.contains(wanted.text, autoescape=True), Committee.code == wanted.text))
    if wanted.year is not None:
        conditions.append(Committee.year == wanted.year)
    if wanted.title_series is not None:
        conditions.append(Committee.scope.contains([{"title_series": wanted.title_series}]))
    total = session.scalar(select(func.count()).select_from(Committee).where(*conditions)) or 0
    rows = session.execute(
        select(Committee, PolicySetting, experts_in_pool())
        .join(PolicySetting, CURRENT_POLICY)
        .where(*conditions)
        .order_by(Committee.year.desc(), Committee.code, Committee.id)
        .offset(wanted.offset)
        .limit(wanted.size)
    )
    items = tuple(card(committee, policy, experts) for committee, policy, experts in rows)
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def committee_options(session: Session, *, actor: Actor) -> CommitteeOptions:
    """Choices and defaults of the forms, as the profile names them now."""
    rules = PROFILES.current(session, actor.profile)[1].rules
    return CommitteeOptions(
        levels=rules.committee.levels,
        scope_kinds=rules.committee.scope_kinds,
        relations=rules.conflicts.relations,
        quorum=rules.plan.quorum,
        threshold=rules.plan.threshold,
        vice_chairs=rules.plan.vice_chairs,
        second_person_reviews_plan=rules.plan.second_person,
    )


def committee_detail(session: Session, *, actor: Actor, committee_id: UUID) -> CommitteeDetail:
    """A committee whole. Refuses: NotFound."""
    return detail(session, find_committee(session, actor, committee_id))


def summary(session: Session, *, committee_id: UUID) -> CommitteeSummary:
    """One committee as other services know it. Refuses: NotFound."""
    found = session.execute(
        select(Committee, PolicySetting).join(PolicySetting, CURRENT_POLICY).where(Committee.id == committee_id)
    ).first()
    if found is None:
        raise NotFound()
    return summary_of(found.Committee, found.PolicySetting)


def open_committees(session: Session) -> tuple[OpenCommittee, ...]:
    """The committees whose term and window the moment of the request lies in, the nearest end first."""
    rows = session.execute(
        select(Committee, PolicySetting)
        .join(PolicySetting, CURRENT_POLICY)
        .order_by(PolicySetting.closes_on, Committee.code)
    )
    return tuple(
        OpenCommittee(
            committee_id=committee.id,
            name=committee.name,
            year=committee.year,
            scope=tuple(ScopeEntry.model_validate(entry) for entry in committee.scope),
            closes_on=policy.closes_on,
        )
        for committee, policy in rows
        if summary_of(committee, policy).is_open
    )


def accepting(
    session: Session,
    *,
    setting: SettingChoice,
    declaration_year: int,
    organization_ids: Collection[UUID],
    region: str,
) -> tuple[CommitteeSummary, ...]:
    """The committees of the year whose scope covers the setting for this organisation and region, open ones first."""
    rows = session.execute(
        select(Committee, PolicySetting)
        .join(PolicySetting, CURRENT_POLICY)
        .where(Committee.year == declaration_year)
        .order_by(Committee.code)
    )
    found = [
        summary_of(committee, policy)
        for committee, policy in rows
        if covers_setting((ScopeEntry.model_validate(entry) for entry in committee.scope), setting)
        and covers_organization(committee.subtree_organization_id, organization_ids)
        and covers_region(committee.region, region)
    ]
    return tuple(sorted(found, key=lambda one: not one.is_open))
