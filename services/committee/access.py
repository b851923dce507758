"""Who may see committees, experts and meetings at all, and who may act on them.

The only way by which operations and queries reach an object on behalf of a person. What somebody cannot see is not
found; what somebody sees without the role for the act is not allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from chassis import live
from contracts.base import Actor, Role, RoleGrant
from contracts.committee.meetings import MeetingAudience
from contracts.errors import NotAllowed, NotFound
from contracts.identity import OrganizationSummary
from contracts.live import Topic
from services.committee.tables import Committee, Expert, Meeting, MeetingCommittee, MeetingJudge, PoolMember

OFFICE_ROLES = (Role.ORG_ADMIN, Role.CASE_OFFICER)


def sees_unit(actor: Actor, chain: Sequence[OrganizationSummary]) -> bool:
    """Whether the actor sees a unit, as identity has it: the own one, or one below an own office."""
    if actor.has(Role.SYSTEM_ADMIN) or chain[0].organization_id in actor.organizations(*Role):
        return True
    own = actor.organizations(*OFFICE_ROLES, Role.UNIT_LEADER)
    return any(each.organization_id in own for each in chain)


def pools_of(actor: Actor) -> frozenset[UUID]:
    """The committees whose pool the actor manages."""
    return frozenset(g.committee_id for g in actor.roles if g.role is Role.POOL_MANAGER and g.committee_id is not None)


def committees_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Committees that an organisation of the actor created or runs, and those whose pool the actor manages."""
    if actor.has(Role.SYSTEM_ADMIN):
        return true()
    organizations = actor.organizations(*OFFICE_ROLES)
    return or_(
        Committee.office_organization_id.in_(organizations),
        Committee.organization_id.in_(organizations),
        Committee.id.in_(pools_of(actor)),
    )


def find_committee(session: Session, actor: Actor, committee_id: UUID, *, lock: bool = False) -> Committee:
    """The committee, if the actor may see it. Refuses: NotFound."""
    wanted = select(Committee).where(Committee.id == committee_id, committees_visible_to(actor))
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound()
    return found


def sees_conflicts_of(actor: Actor, committee: Committee) -> bool:
    """Whether the actor is of the unit that runs the committee or of the office that created it."""
    own = actor.organizations(*OFFICE_ROLES)
    return actor.has(Role.SYSTEM_ADMIN) or bool(own & {committee.organization_id, committee.office_organization_id})


def require_office(actor: Actor, committee: Committee) -> None:
    """The actor acts for the office that created the committee (HB-107). Refuses: NotAllowed."""
    if committee.office_organization_id not in actor.organizations(*OFFICE_ROLES):
        raise NotAllowed(*OFFICE_ROLES)


def require_pool(actor: Actor, committee: Committee) -> None:
    """The actor manages the committee's pool (HB-113). Refuses: NotAllowed."""
    if committee.id not in pools_of(actor):
        raise NotAllowed(Role.POOL_MANAGER)


def experts_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Experts in the pools of committees that the actor may see, and the actor's own profile."""
    if actor.has(Role.SYSTEM_ADMIN):
        return true()
    in_pool = (
        exists()
        .where(PoolMember.expert_id == Expert.id, PoolMember.committee_id == Committee.id)
        .where(committees_visible_to(actor))
    )
    return or_(in_pool, Expert.account_id == actor.account_id)


def find_expert(session: Session, actor: Actor, expert_id: UUID, *, lock: bool = False) -> Expert:
    """The expert, if the actor may see the profile. Refuses: NotFound."""
    wanted = select(Expert).where(Expert.id == expert_id, experts_visible_to(actor))
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound()
    return found


def own_expert(session: Session, actor: Actor, *, lock: bool = False) -> Expert:
    """The actor's own profile as an expert. Refuses: NotFound."""
    wanted = select(Expert).where(Expert.account_id == actor.account_id)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound()
    return found


def reviews_experts_of(actor: Actor) -> ColumnElement[bool]:
    """Experts whose profiles the actor decides about: those in pools of committees that the actor's unit runs."""
    return exists().where(
        PoolMember.expert_id == Expert.id,
        PoolMember.committee_id == Committee.id,
        Committee.organization_id.in_(actor.organizations(Role.CASE_OFFICER)),
    )


def meetings_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Meetings of the actor's organisations, those whose committees the actor's office created, and the own ones."""
    if actor.has(Role.SYSTEM_ADMIN):
        return true()
    organizations = actor.organizations(*OFFICE_ROLES)
    return or_(
        Meeting.organization_id.in_(organizations),
        exists().where(
            MeetingCommittee.meeting_id == Meeting.id,
            MeetingCommittee.committee_id == Committee.id,
            Committee.office_organization_id.in_(organizations),
        ),
        exists().where(
            MeetingJudge.meeting_id == Meeting.id, MeetingJudge.account_id == actor.account_id, MeetingJudge.is_seated
        ),
    )


def find_meeting(session: Session, actor: Actor, meeting_id: UUID, *, lock: bool = False) -> Meeting:
    """The meeting, if the actor may see it. Refuses: NotFound.

    lock: for an act on the meeting; acts follow each other, and after each everybody concerned looks again.
    """
    wanted = select(Meeting).where(Meeting.id == meeting_id, meetings_visible_to(actor))
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound()
    if lock:
        live.announce(session, Topic.MEETING, found.id)
    return found


def meeting_audience(session: Session, *, meeting_id: UUID) -> MeetingAudience:
    """Who may see the meeting, as `meetings_visible_to` has it; nobody where there is none."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        return MeetingAudience(account_ids=(), posts=())
    judges = session.scalars(
        select(MeetingJudge.account_id).where(MeetingJudge.meeting_id == meeting_id, MeetingJudge.is_seated)
    )
    offices = {meeting.organization_id, *superior_offices(session, meeting_id)}
    posts = [RoleGrant(role=role, organization_id=office) for office in sorted(offices) for role in OFFICE_ROLES]
    return MeetingAudience(
        account_ids=tuple(account_id for account_id in judges if account_id is not None),
        posts=(RoleGrant(role=Role.SYSTEM_ADMIN), *posts),
    )


def prepared_meeting(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting, locked, for a case officer of the unit that holds it (HB-124). Refuses: NotFound, NotAllowed."""
    meeting = find_meeting(session, actor, meeting_id, lock=True)
    if not actor.has(Role.CASE_OFFICER, meeting.organization_id):
        raise NotAllowed(Role.CASE_OFFICER)
    return meeting


def sees_preparation(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor is of the office and not only a judge of the meeting."""
    return actor.has(Role.SYSTEM_ADMIN) or meeting.organization_id in actor.organizations(*OFFICE_ROLES)


def office_meeting(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting for the office's eyes: plan, draws, conflicts, offered materials. Refuses: NotFound, NotAllowed."""
    meeting = find_meeting(session, actor, meeting_id)
    if not is_office(session, actor, meeting):
        raise NotAllowed(*OFFICE_ROLES)
    return meeting


def is_office(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor is of the unit that holds the meeting or of an office that created its committees."""
    return sees_preparation(actor, meeting) or bool(
        actor.organizations(*OFFICE_ROLES) & superior_offices(session, meeting.id)
    )


def superior_offices(session: Session, meeting_id: UUID) -> frozenset[UUID]:
    """The offices that created the committees of a meeting: results are reported to them."""
    found: Iterable[UUID] = session.scalars(
        select(Committee.office_organization_id)
        .join(MeetingCommittee, MeetingCommittee.committee_id == Committee.id)
        .where(MeetingCommittee.meeting_id == meeting_id)
    )
    return frozenset(found)
