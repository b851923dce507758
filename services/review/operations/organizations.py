"""Keeping what lists and scopes need of organisations: names, and the path that says who is above whom."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import outbox
from contracts.events import WorkStranded
from contracts.identity import OrganizationSummary
from contracts.review import CaseState
from services.review.scope import AFTER_PART_END, path_of
from services.review.tables import CaseCard, KnownOrganization


def remember_chain(session: Session, profile: str, chain: Sequence[OrganizationSummary]) -> None:
    """Keep names and paths of an organisation and those above it, as identity has just told them."""
    told = {
        organization.organization_id: (organization.name, path_of(above.organization_id for above in chain[place:]))
        for place, organization in enumerate(chain)
    }
    known = {
        row.id: (row.name, row.path)
        for row in session.execute(
            select(KnownOrganization.id, KnownOrganization.name, KnownOrganization.path).where(
                KnownOrganization.id.in_(told)
            )
        )
    }
    # Only what is new is written: a lock on the root's row in every decision would let the province wait in one line.
    # In one order, so that two cases of neighbours do not wait for each other crosswise.
    rows = [
        {"id": organization_id, "profile": profile, "name": name, "path": path}
        for organization_id, (name, path) in sorted(told.items())
        if known.get(organization_id) != (name, path)
    ]
    if rows:
        added = insert(KnownOrganization).values(rows)
        session.execute(
            added.on_conflict_do_update(
                index_elements=[KnownOrganization.id],
                set_={"name": added.excluded.name, "path": added.excluded.path},
            )
        )


def renew_organization(session: Session, *, profile: str, chain: Sequence[OrganizationSummary]) -> None:
    """Take over an organisation's new name or place; where it was moved, the scope of all below it moves along.

    What a card says of the applicant's organisation stays as it was submitted; only who may see it follows the tree.
    """
    known = session.get(KnownOrganization, chain[0].organization_id, with_for_update=True)
    if known is None:
        return
    old, new = known.path, path_of(organization.organization_id for organization in chain)
    remember_chain(session, profile, chain)
    if old == new:
        return
    for table, path in ((KnownOrganization, KnownOrganization.path), (CaseCard, CaseCard.organization_path)):
        session.execute(
            update(table)
            .where(path >= old, path < old[:-1] + AFTER_PART_END)
            .values({path: func.concat(new, func.substr(path, len(old) + 1))})
            .execution_options(synchronize_session=False)
        )


def tell_of_stranded(session: Session, *, profile: str, organization: OrganizationSummary) -> None:
    """Say so where cases wait in an organisation that is closed."""
    if organization.is_enabled:
        return
    waiting = session.scalar(
        select(func.count()).where(
            CaseCard.holder_id == organization.organization_id,
            CaseCard.state.in_((CaseState.WAITING, CaseState.HELD)),
        )
    )
    if waiting:
        outbox.publish(
            session,
            WorkStranded(organization_id=organization.organization_id, count=waiting),
            aggregate_id=uuid.uuid5(organization.organization_id, "stranded"),
            number=organization.version,
            profile=profile,
        )
