"""Who may open, change, disable and reset whose account: pure, from the actor and where the account stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from contracts.base import Actor, Role, RoleGrant

STAFF_ROLES = (Role.CASE_OFFICER, Role.UNIT_LEADER)
# Those who may open applicants' accounts of their unit (HB-20): its administrator and its staff.
UNIT_ROLES = (Role.ORG_ADMIN, *STAFF_ROLES)


class Control(Enum):
    """What an actor may do with an account: not even know it, see it, or take it in hand."""

    HIDDEN = auto()
    SEEN = auto()
    HELD = auto()


@dataclass(frozen=True)
class Standing:
    """Where an account stands.

    home: organisation that opened it (staff and pool accounts).
    grants: its roles; an applicant's is in the unit of the latest year that has begun.
    superior: parent of the organisation that it administers; administers_root where that has none.
    """

    account_id: UUID
    home: UUID | None
    grants: tuple[RoleGrant, ...]
    superior: UUID | None = None
    administers_root: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def places(self) -> frozenset[UUID | None]:
        """The organisations in which it acts; an account that has lost its roles still belongs to its home."""
        if not self.grants:
            return frozenset((self.home,))
        return frozenset(self.home if g.role is Role.POOL_MANAGER else g.organization_id for g in self.grants)


def control(actor: Actor, standing: Standing) -> Control:
    """Whether the actor may disable the account, reset its password, or correct its data.

    Whoever resets a password can act as the account. So nobody does it with an account that also acts elsewhere
    (an expert, an officer of another unit), nor with one that has more rights than the actor gives: an
    administrator's account is held by the organisation above, the root's by the system administrator.
    """
    own = actor.organizations(*UNIT_ROLES)
    seen = Control.SEEN if own & standing.places else Control.HIDDEN
    if actor.account_id == standing.account_id or standing.roles & {Role.EXPERT, Role.SYSTEM_ADMIN}:
        return seen
    if len(standing.places) != 1:
        return seen
    (place,) = standing.places
    if Role.ORG_ADMIN in standing.roles:
        if standing.administers_root:
            return Control.HELD if actor.has(Role.SYSTEM_ADMIN) else seen
        above = standing.superior is not None and actor.has(Role.ORG_ADMIN, standing.superior)
        return Control.HELD if above else seen
    if place is None:
        return seen
    if actor.has(Role.ORG_ADMIN, place):
        return Control.HELD
    if standing.roles == {Role.APPLICANT} and place in own:
        return Control.HELD
    return seen


def applicant_organization(enrolments: dict[int, UUID], year: int) -> UUID | None:
    """The unit of an applicant: of the latest year that has begun, else of the first to come (HB-23)."""
    begun = [enrolled for enrolled in enrolments if enrolled <= year]
    if begun:
        return enrolments[max(begun)]
    return enrolments[min(enrolments)] if enrolments else None
