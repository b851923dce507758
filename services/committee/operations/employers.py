"""Organisations of experts, by which conflicts of interest are found. Nothing is forgotten, so nobody escapes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.committee.rules.conflicts import normalise_organization
from services.committee.rules.profile import CommitteeProfile
from services.committee.tables import Expert, ExpertEmployer


def remember_employers(
    session: Session, expert: Expert, employers: Mapping[str, bool], rules: CommitteeProfile
) -> None:
    """Add organisations by name, True for a present one; those that are not named stay as they are."""
    names = rules.rules.conflicts.names()
    for name, is_current in employers.items():
        normalised = normalise_organization(name, names)
        if not normalised:
            continue  # a name without any letter names nothing
        session.execute(
            insert(ExpertEmployer)
            .values(
                expert_id=expert.id,
                normalised=normalised,
                profile=expert.profile,
                name=name,
                is_current=is_current,
            )
            .on_conflict_do_update(
                index_elements=[ExpertEmployer.expert_id, ExpertEmployer.normalised],
                set_={"is_current": is_current, "name": name},
            )
        )
