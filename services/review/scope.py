"""Who may see a case at all: the only way by which operations and queries reach one on behalf of a person."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from contracts.base import Actor, Role
from contracts.errors import NotFound
from services.review.tables import CaseCard, CaseStep, KnownOrganization

REVIEWERS = (Role.CASE_OFFICER, Role.UNIT_LEADER)
# "/" ends each part of a path, and "0" follows it in the order of bytes.
PART_END, AFTER_PART_END = "/", "0"


def path_of(organization_ids: Iterable[UUID]) -> str:
    """The path of an organisation, from itself and its superiors up to the root."""
    return "".join(f"{organization_id}{PART_END}" for organization_id in reversed(list(organization_ids)))


def organizations_on(path: str) -> tuple[UUID, ...]:
    """The organisation of a path and its superiors up to the root."""
    return tuple(UUID(part) for part in reversed(path.split(PART_END)[:-1]))


def posts(actor: Actor) -> tuple[tuple[UUID, str], ...]:
    """The organisations and roles for which the actor decides."""
    return tuple(
        (grant.organization_id, grant.role.value)
        for grant in actor.roles
        if grant.role in REVIEWERS and grant.organization_id is not None
    )


def below(paths: Iterable[str]) -> ColumnElement[bool]:
    """Cards of the organisations with these paths and of all below them: ranges of an index.

    A range and not a pattern, for under row-level security only comparisons are given to an index.
    """
    ranges = [
        and_(CaseCard.organization_path >= path, CaseCard.organization_path < path[:-1] + AFTER_PART_END)
        for path in paths
    ]
    return or_(false(), *ranges)


def in_subtree_of(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Cards of the organisations for which the actor reviews and of all below; all for the system administrator."""
    if actor.has(Role.SYSTEM_ADMIN):
        return true()
    own = select(KnownOrganization.path).where(KnownOrganization.id.in_(actor.organizations(*REVIEWERS)))
    return below(session.scalars(own))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """A case is seen by reviewers of the applicant's organisation, of those above it, and of any that held a step.

    The system administrator sees it to help where it is stuck.
    """
    if actor.has(Role.SYSTEM_ADMIN):
        return true()
    organizations = actor.organizations(*REVIEWERS)
    held = exists().where(CaseStep.case_id == CaseCard.id, CaseStep.organization_id.in_(organizations))
    own = [CaseCard.organization_path.contains(f"{each}{PART_END}") for each in organizations]
    return or_(held, *own)


def find_case(session: Session, actor: Actor, case_id: UUID, *, lock: bool = False) -> CaseCard:
    """The case, if the actor may see it; `lock` makes who decides at the same time wait. Refuses: NotFound."""
    wanted = select(CaseCard).where(CaseCard.id == case_id, visible_to(actor))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found
