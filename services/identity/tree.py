"""The organisation tree: ways up to the root, and what an actor sees of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from contracts.base import Actor, Role
from contracts.identity import OrganizationSummary
from services.identity.rules.access import UNIT_ROLES
from services.identity.tables import Organization


def summary(row: Organization) -> OrganizationSummary:
    """An organisation as other services know it."""
    return OrganizationSummary(
        organization_id=row.id,
        parent_id=row.parent_id,
        code=row.org_code,
        name=row.org_name,
        category=row.org_category,
        region=row.region,
        is_enabled=row.is_enabled,
        may_create_committees=row.committee_creation_right,
        may_form_committees=row.committee_formation_right,
        version=row.version,
    )


def ancestor_rows(session: Session, organization_id: UUID) -> list[Organization]:
    """The organisation and its parents up to the root, in this order; empty where there is none."""
    chain = (
        select(Organization.id, Organization.parent_id, literal(0).label("distance"))
        .where(Organization.id == organization_id)
        .cte("chain", recursive=True)
    )
    above = aliased(Organization)
    chain = chain.union_all(
        select(above.id, above.parent_id, chain.c.distance + 1).join(chain, above.id == chain.c.parent_id)
    )
    return list(
        session.scalars(
            select(Organization).join(chain, chain.c.id == Organization.id).order_by(chain.c.distance)
        ).all()
    )


def is_visible(session: Session, actor: Actor, organization_id: UUID) -> bool:
    """Whether the organisation is the actor's own, or below one of the actor's; system administrators see all."""
    if actor.has(Role.SYSTEM_ADMIN) or organization_id in actor.organizations(*Role):
        return True
    own = actor.organizations(*UNIT_ROLES)
    return any(row.id in own for row in ancestor_rows(session, organization_id))
