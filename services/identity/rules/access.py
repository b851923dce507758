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


def in_charge(standing: Standing) -> tuple[RoleGrant, ...]:
    """Who may disable an account, reset its password, or correct its data; never the account itself.

    Whoever resets a password can act as the account. So nobody does it with an account that also acts elsewhere
    (an expert, an officer of another unit), nor with one that has more rights than the actor gives: an
    administrator's account is held by the organisation above, the root's by the system administrator.
    """
    if standing.roles & {Role.EXPERT, Role.SYSTEM_ADMIN} or len(standing.places) != 1:
        return ()
    (place,) = standing.places
    if Role.ORG_ADMIN in standing.roles and standing.administers_root:
        return (RoleGrant(role=Role.SYSTEM_ADMIN),)
    if Role.ORG_ADMIN in standing.roles:
        place = standing.superior
    if place is None:
        return ()
    roles = UNIT_ROLES if standing.roles == {Role.APPLICANT} else (Role.ORG_ADMIN,)
    return tuple(RoleGrant(role=role, organization_id=place) for role in roles)


def control(actor: Actor, standing: Standing) -> Control:
    """Whether the actor may take the account in hand, only sees it, or does not know it."""
    if actor.account_id != standing.account_id and any(
        actor.has(grant.role, grant.organization_id) for grant in in_charge(standing)
    ):
        return Control.HELD
    return Control.SEEN if actor.organizations(*UNIT_ROLES) & standing.places else Control.HIDDEN


def applicant_organization(enrolments: dict[int, UUID], year: int) -> UUID | None:
    """The unit of an applicant: of the latest year that has begun, else of the first to come (HB-23)."""
    begun = [enrolled for enrolled in enrolments if enrolled <= year]
    if begun:
        return enrolments[max(begun)]
    return enrolments[min(enrolments)] if enrolments else None
