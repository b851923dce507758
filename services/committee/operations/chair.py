"""指定评审会议主任 (HB-131)."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import audit
from contracts.base import Actor
from contracts.committee.materials import AppointChair
from contracts.committee.meetings import MeetingDetail, Step
from contracts.committee.refusals import NotSeated, TooManyViceChairs
from contracts.errors import Fault, InvalidInput
from services.committee.access import prepared_meeting
from services.committee.operations import steps
from services.committee.published import PROFILES
from services.committee.tables import MeetingJudge
from services.committee.views.meetings import detail


def appoint_chair(session: Session, *, command: AppointChair, actor: Actor) -> MeetingDetail:
    """Name the chair and the vice-chairs; who held a post before and is not named loses it."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.CHAIR_APPOINTED)
    limit = PROFILES.get(session, meeting.profile, meeting.profile_version).rules.plan.vice_chairs
    if len(command.vice_chairs) > limit:
        raise TooManyViceChairs(limit=limit)
    posts = dict.fromkeys(command.vice_chairs, "vice_chair") | {command.chair: "chair"}
    if len(posts) != len(command.vice_chairs) + 1:
        raise InvalidInput(faults=(Fault(pointer="/vice_chairs", code="committee.expert_doubled"),))
    judges = {judge.id: judge for judge in session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting.id))}
    if any(judge_id not in judges or not judges[judge_id].is_seated for judge_id in posts):
        raise NotSeated()
    session.execute(update(MeetingJudge).where(MeetingJudge.meeting_id == meeting.id).values(post=None))
    for judge_id, post in posts.items():
        judges[judge_id].post = post
    session.flush()
    steps.complete(session, meeting, Step.CHAIR_APPOINTED, actor)
    audit.record(
        session, "chair_appointed", "meeting", meeting.id, chair=command.chair, vice_chairs=list(command.vice_chairs)
    )
    return detail(session, meeting)
