"""活跃评审会议: creating and editing meetings (HB-121, HB-122)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.committee.meetings import CreateMeeting, EditMeeting, MeetingData, MeetingDetail, Step
from contracts.committee.refusals import CommitteeNotValid, MeetingTimeInvalid, NoFormationRight
from contracts.errors import Fault, InvalidInput, NotAllowed, NotFound
from contracts.identity import OrganizationSummary
from services.committee.access import find_meeting, sees_unit
from services.committee.operations import steps
from services.committee.published import PROFILES
from services.committee.rules.scope import is_in_term
from services.committee.tables import Committee, Meeting, MeetingCommittee
from services.committee.views.meetings import detail


def create_meeting(
    session: Session, *, command: CreateMeeting, actor: Actor, unit_chain: Sequence[OrganizationSummary]
) -> MeetingDetail:
    """Create a meeting for committees that the unit runs. `unit_chain`: the unit and those above it."""
    if not actor.has(Role.ORG_ADMIN, command.organization_id):
        raise NotAllowed(Role.ORG_ADMIN) if sees_unit(actor, unit_chain) else NotFound()
    unit = unit_chain[0]
    if not (unit.may_form_committees and unit.is_enabled):
        raise NoFormationRight()
    _check(session, command.organization_id, command.data)
    version, _ = PROFILES.current(session, actor.profile)
    meeting = Meeting(
        id=uuid4(),
        profile=actor.profile,
        profile_version=version,
        organization_id=unit.organization_id,
        organization_name=unit.name,
        version=1,
        created_at=clock.now(),
        created_by=actor.account_id,
        **command.data.model_dump(exclude={"committee_ids"}),
    )
    session.add(meeting)
    session.flush()
    _serve(session, meeting, command.data.committee_ids)
    steps.complete(session, meeting, Step.CREATED, actor)
    audit.record(session, "meeting_created", "meeting", meeting.id)
    return detail(session, meeting)


def edit_meeting(session: Session, *, command: EditMeeting, actor: Actor) -> MeetingDetail:
    """Change a meeting before its plan is approved."""
    meeting = find_meeting(session, actor, command.meeting_id, lock=True)
    if not actor.has(Role.ORG_ADMIN, meeting.organization_id):
        raise NotAllowed(Role.ORG_ADMIN)
    check_version(meeting.version, command)
    steps.require(session, meeting, Step.CREATED)
    _check(session, meeting.organization_id, command.data)
    for column, value in command.data.model_dump(exclude={"committee_ids"}).items():
        setattr(meeting, column, value)
    meeting.version += 1
    session.execute(delete(MeetingCommittee).where(MeetingCommittee.meeting_id == meeting.id))
    _serve(session, meeting, command.data.committee_ids)
    audit.record(session, "meeting_edited", "meeting", meeting.id, version=meeting.version)
    session.flush()
    return detail(session, meeting)


def _check(session: Session, organization_id: UUID, data: MeetingData) -> None:
    if data.ends_at <= data.starts_at:
        raise MeetingTimeInvalid(faults=(Fault(pointer="/data/ends_at", code="committee.meeting_time_invalid"),))
    run_here = {
        committee.id: committee
        for committee in session.scalars(
            select(Committee).where(Committee.id.in_(data.committee_ids), Committee.organization_id == organization_id)
        )
    }
    day = data.starts_at.astimezone(clock.SHANGHAI).date()
    for place, committee_id in enumerate(data.committee_ids):
        committee = run_here.get(committee_id)
        if committee is None or committee_id in data.committee_ids[:place]:
            raise InvalidInput(
                faults=(Fault(pointer=f"/data/committee_ids/{place}", code="committee.committee_unknown"),)
            )
        if not is_in_term(committee.valid_from, committee.valid_until, day):
            raise CommitteeNotValid(name=committee.name, valid_until=committee.valid_until.isoformat())


def _serve(session: Session, meeting: Meeting, committee_ids: Collection[UUID]) -> None:
    session.add_all(
        MeetingCommittee(meeting_id=meeting.id, committee_id=committee_id, profile=meeting.profile)
        for committee_id in committee_ids
    )
    session.flush()
