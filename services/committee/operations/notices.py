"""评审结果公示: the public notice, objections against it, and its end (HB-134, HB-158 … HB-160)."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock, outbox
from chassis.commands import check_version
from contracts.base import Actor
from contracts.committee.judging_errors import NoticeRunning, NoticeTooShort, ObjectionTooLate
from contracts.committee.meetings import Step
from contracts.committee.results import (
    DecideObjection,
    EndNotice,
    NoticeCard,
    ObjectionCard,
    ObjectionState,
    PublishNotice,
    RecordObjection,
)
from contracts.errors import NotFound, WrongState
from contracts.events import ObjectionUpheld, Outcome
from services.committee.access import prepared_meeting
from services.committee.operations import steps
from services.committee.published import judging_rules
from services.committee.rules.calendar import end_of_period
from services.committee.tables import Meeting, Objection, PublicNotice, ReviewMaterial
from services.committee.views import results as views


def publish_notice(session: Session, *, command: PublishNotice, actor: Actor, is_demonstration: bool) -> NoticeCard:
    """公示: from now on everybody may read who passed (HB-134, HB-159).

    A demonstration installation may shorten the period, down to none; the notice then says that it is shortened.
    """
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.PUBLIC_NOTICE)
    if views.notice_of(session, meeting.id) is not None:
        raise WrongState(state=Step.PUBLIC_NOTICE.value, act="publish_notice")
    least = judging_rules(session, meeting).notice_working_days
    wanted = least if command.working_days is None else command.working_days
    if wanted < least and not is_demonstration:
        raise NoticeTooShort(working_days=wanted, least=least)
    end = end_of_period(clock.today(), wanted, views.calendar_table(session))
    notice = PublicNotice(
        id=uuid4(),
        profile=meeting.profile,
        meeting_id=meeting.id,
        contact=command.contact,
        working_days=wanted,
        least_working_days=least,
        published_by=actor.account_id,
        published_at=clock.now(),
        last_day=end.last_day,
        is_provisional=end.is_provisional,
    )
    session.add(notice)
    steps.complete(session, meeting, Step.PUBLIC_NOTICE, actor)
    audit.record(session, "notice_published", "meeting", meeting.id, working_days=wanted, last_day=end.last_day)
    session.flush()
    return views.card(session, meeting, notice)


def record_objection(session: Session, *, command: RecordObjection, actor: Actor) -> ObjectionCard:
    """Write an objection down that reached the office while the notice ran (HB-160)."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.NOTICE_ENDED)
    notice = views.running_notice(session, meeting.id)
    if notice is None:
        raise ObjectionTooLate()
    material = session.get(ReviewMaterial, command.material_id)
    if material is None or material.meeting_id != meeting.id or material.state != Outcome.PASSED:
        raise NotFound()
    objection = Objection(
        id=uuid4(),
        profile=meeting.profile,
        notice_id=notice.id,
        material_id=material.id,
        objector=command.objector,
        content=command.content,
        state=ObjectionState.OPEN,
        recorded_by=actor.account_id,
        recorded_at=clock.now(),
    )
    session.add(objection)
    audit.record(session, "objection_recorded", "material", material.id, objection=objection.id)
    session.flush()
    return _card(objection)


def decide_objection(session: Session, *, command: DecideObjection, actor: Actor) -> ObjectionCard:
    """Uphold an objection, so that the person has not passed, or reject it; before the result is reported (HB-160)."""
    objection, meeting = _objection(session, actor, command)
    # Until the report, also after the end of the notice: an objection may need longer than the period.
    steps.require(session, meeting, Step.NOTICE_ENDED)
    check_version(objection.version, command)
    if objection.state != ObjectionState.OPEN:
        raise WrongState(state=objection.state, act="decide_objection")
    material = session.get_one(ReviewMaterial, objection.material_id, with_for_update=True)
    objection.state = ObjectionState.UPHELD if command.upheld else ObjectionState.REJECTED
    objection.decision_reason = command.reason
    objection.decided_by = actor.account_id
    objection.decided_at = clock.now()
    objection.version += 1
    if command.upheld and material.state == Outcome.PASSED:
        _overturn(session, meeting, material)
    audit.record(session, f"objection_{objection.state}", "material", material.id, objection=objection.id)
    return _card(objection)


def end_notice(session: Session, *, command: EndNotice, actor: Actor) -> NoticeCard:
    """公示结果结束, not before the period is over (HB-158, HB-159)."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.NOTICE_ENDED)
    notice = views.running_notice(session, meeting.id)
    if notice is None:
        raise WrongState(state=Step.NOTICE_ENDED.value, act="end_notice")
    end = views.end_of(session, notice)
    if not views.is_over(session, notice):
        raise NoticeRunning(last_day=end.last_day.isoformat())
    notice.last_day, notice.is_provisional = end.last_day, end.is_provisional
    notice.ended_at = clock.now()
    notice.ended_by = actor.account_id
    steps.complete(session, meeting, Step.NOTICE_ENDED, actor)
    audit.record(session, "notice_ended", "meeting", meeting.id, last_day=end.last_day)
    return views.card(session, meeting, notice)


def _objection(session: Session, actor: Actor, command: DecideObjection) -> tuple[Objection, Meeting]:
    meeting_id = session.scalar(
        select(PublicNotice.meeting_id)
        .join(Objection, Objection.notice_id == PublicNotice.id)
        .where(Objection.id == command.objection_id)
    )
    if meeting_id is None:
        raise NotFound()
    meeting = prepared_meeting(session, actor, meeting_id)
    return session.get_one(Objection, command.objection_id, with_for_update=True), meeting


def _overturn(session: Session, meeting: Meeting, material: ReviewMaterial) -> None:
    material.state = Outcome.FAILED
    material.version += 1
    outbox.publish(
        session,
        ObjectionUpheld(
            material_id=material.id,
            meeting_id=meeting.id,
            declaration_id=material.declaration_id,
            submission_id=material.submission_id,
        ),
        aggregate_id=material.id,
        number=material.version,
    )


def _card(objection: Objection) -> ObjectionCard:
    return ObjectionCard(
        objection_id=objection.id,
        material_id=objection.material_id,
        state=ObjectionState(objection.state),
        version=objection.version,
    )
