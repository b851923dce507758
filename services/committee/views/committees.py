"""Committees as acts on them answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from chassis import clock, context
from contracts.committee.committees import (
    CommitteeCard,
    CommitteeData,
    CommitteeDetail,
    CommitteeSummary,
    PolicySettings,
    PolicyVersion,
)
from services.committee.rules.scope import is_in_term
from services.committee.tables import Committee, PolicySetting, PoolManager, PoolMember

CURRENT_POLICY = and_(
    PolicySetting.committee_id == Committee.id,
    PolicySetting.number
    == select(func.max(PolicySetting.number))
    .where(PolicySetting.committee_id == Committee.id)
    .correlate(Committee)
    .scalar_subquery(),
)


def card_of(session: Session, committee: Committee) -> CommitteeCard:
    """The answer to every act on a committee: without the contact, for answers are kept in clear."""
    policy, experts = session.execute(
        select(PolicySetting, experts_in_pool()).join(Committee, CURRENT_POLICY).where(Committee.id == committee.id)
    ).one()
    return card(committee, policy, experts)


def detail(session: Session, committee: Committee) -> CommitteeDetail:
    """A committee whole, with its policy history."""
    policies = session.scalars(
        select(PolicySetting).filter_by(committee_id=committee.id).order_by(PolicySetting.number.desc())
    ).all()
    experts = session.scalar(select(func.count()).select_from(PoolMember).filter_by(committee_id=committee.id)) or 0
    managers = session.scalars(
        select(PoolManager.account_id).filter_by(committee_id=committee.id).order_by(PoolManager.granted_at)
    )
    versions = tuple(_policy_version(policy) for policy in policies)
    return CommitteeDetail(
        card=card(committee, policies[0], experts),
        data=CommitteeData.model_validate(
            {name: getattr(committee, name) for name in CommitteeData.model_fields if name != "scope"}
            | {"scope": committee.scope}
        ),
        policy=versions[0],
        policy_history=versions[1:],
        pool_managers=tuple(managers),
    )


def experts_in_pool() -> ColumnElement[int]:
    """How many experts the pool of the selected committee has."""
    return (
        select(func.count())
        .select_from(PoolMember)
        .where(PoolMember.committee_id == Committee.id)
        .correlate(Committee)
        .scalar_subquery()
    )


def _is_open(committee: Committee, policy: PolicySetting, moment: datetime) -> bool:
    day = moment.astimezone(clock.SHANGHAI).date()
    return is_in_term(committee.valid_from, committee.valid_until, day) and (
        clock.start_of(policy.opens_on) <= moment < clock.end_of(policy.closes_on)
    )


def summary_of(committee: Committee, policy: PolicySetting) -> CommitteeSummary:
    """A committee as other services know it; whether it is open is judged by when the gateway had the request."""
    return CommitteeSummary(
        committee_id=committee.id,
        code=committee.code,
        name=committee.name,
        year=committee.year,
        organization_id=committee.organization_id,
        is_open=_is_open(committee, policy, context.current().arrived_at),
        accepts_until=clock.end_of(policy.closes_on),
        required_blocks=tuple(policy.required_blocks),
        required_attachments=tuple(policy.required_attachments),
    )


def _policy_version(policy: PolicySetting) -> PolicyVersion:
    return PolicyVersion(
        number=policy.number,
        policy=PolicySettings(
            opens_on=policy.opens_on,
            closes_on=policy.closes_on,
            required_blocks=tuple(policy.required_blocks),
            required_attachments=tuple(policy.required_attachments),
            note=policy.note,
        ),
        set_at=policy.set_at,
        set_by=policy.set_by,
    )


def card(committee: Committee, policy: PolicySetting, experts: int) -> CommitteeCard:
    """A committee in a list."""
    return CommitteeCard(
        committee_id=committee.id,
        code=committee.code,
        name=committee.name,
        year=committee.year,
        organization_id=committee.organization_id,
        organization_name=committee.organization_name,
        level=committee.level,
        scope_kind=committee.scope_kind,
        title_series=tuple(entry["title_series"] for entry in committee.scope),
        region=committee.region,
        valid_from=committee.valid_from,
        valid_until=committee.valid_until,
        is_historical=committee.valid_until < clock.today(),
        is_open=_is_open(committee, policy, clock.now()),
        experts=experts,
        version=committee.version,
    )
