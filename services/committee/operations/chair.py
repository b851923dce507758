"""指定评审会议主任, and another one where the chair cannot come (HB-131)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis import audit, clock, outbox
from chassis.commands import check_version
from contracts.base import Actor
from contracts.committee.ballots import BallotState
from contracts.committee.materials import AppointChair, ReplaceChair
from contracts.committee.meetings import MeetingDetail, Step
from contracts.committee.refusals import BallotRunning, NotSeated, StepIsOver, StepNotReady, TooManyViceChairs
from contracts.errors import Fault, InvalidInput
from contracts.events import ChairAppointed, MeetingPost, PostChange
from services.committee.access import prepared_meeting
from services.committee.operations import ballots, steps
from services.committee.published import PROFILES
from services.committee.seats import CHAIR, VICE_CHAIR
from services.committee.tables import ChairChangeRow, Meeting, MeetingJudge
from services.committee.views.ballots import newest
from services.committee.views.meetings import detail


def appoint_chair(session: Session, *, command: AppointChair, actor: Actor) -> MeetingDetail:
    """Name the chair and the vice-chairs; who held a post before and is not named loses it."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    check_version(meeting.version, command)
    steps.require(session, meeting, Step.CHAIR_APPOINTED)
    _give_posts(session, meeting, command)
    steps.complete(session, meeting, Step.CHAIR_APPOINTED, actor)
    audit.record(
        session, "chair_appointed", "meeting", meeting.id, chair=command.chair, vice_chairs=list(command.vice_chairs)
    )
    return detail(session, meeting)


def replace_chair(session: Session, *, command: ReplaceChair, actor: Actor) -> MeetingDetail:
    """Name others, with a reason, once the standard is confirmed; what the former ones confirmed stays theirs."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    check_version(meeting.version, command)
    _require_replaceable(session, meeting)
    former = _holders(session, meeting.id)
    (former_chair,) = former[CHAIR]
    if command.chair != former_chair:
        _end_vote(session, meeting, is_wanted=command.voids_ballot)
    if not _give_posts(session, meeting, command):
        raise InvalidInput(faults=(Fault(pointer="/chair", code="committee.posts_unchanged"),))
    before = session.scalar(select(func.max(ChairChangeRow.number)).filter_by(meeting_id=meeting.id)) or 0
    session.add(
        ChairChangeRow(
            meeting_id=meeting.id,
            number=before + 1,
            profile=meeting.profile,
            former_chair_id=former_chair,
            former_vice_chair_ids=former[VICE_CHAIR],
            chair_id=command.chair,
            vice_chair_ids=list(command.vice_chairs),
            reason=command.reason,
            changed_by=actor.account_id,
            changed_at=clock.now(),
        )
    )
    audit.record(
        session,
        "chair_replaced",
        "meeting",
        meeting.id,
        former_chair=former_chair,
        chair=command.chair,
        vice_chairs=list(command.vice_chairs),
    )
    return detail(session, meeting)


def _require_replaceable(session: Session, meeting: Meeting) -> None:
    """Before the standard is confirmed the chair is appointed anew without a reason; after the result nobody presides.

    Refuses: StepNotReady, StepIsOver.
    """
    done = steps.done_steps(session, meeting.id)
    if Step.STANDARD_CONFIRMED not in done:
        raise StepNotReady(step=Step.CHAIR_APPOINTED.value, missing=[Step.STANDARD_CONFIRMED.value])
    if Step.RESULT_CONFIRMED in done:
        raise StepIsOver(step=Step.CHAIR_APPOINTED.value)


def _end_vote(session: Session, meeting: Meeting, *, is_wanted: bool) -> None:
    """An open vote cannot go on: its code is in the former chair's hands. Refuses: BallotRunning unless wanted."""
    ballot = newest(session, meeting.id)
    if ballot is None or ballot.state != BallotState.OPEN:
        return
    if not is_wanted:
        raise BallotRunning()
    # The reason is the change's, which is kept encrypted.
    ballots.throw_away(session, ballot, meeting, reason="")


def _give_posts(session: Session, meeting: Meeting, command: AppointChair | ReplaceChair) -> bool:
    """Write the posts, and tell those whose post is another now; whether there are any.

    Refuses: TooManyViceChairs, InvalidInput, NotSeated.
    """
    limit = PROFILES.get(session, meeting.profile, meeting.profile_version).rules.plan.vice_chairs
    if len(command.vice_chairs) > limit:
        raise TooManyViceChairs(limit=limit)
    posts = dict.fromkeys(command.vice_chairs, VICE_CHAIR) | {command.chair: CHAIR}
    if len(posts) != len(command.vice_chairs) + 1:
        raise InvalidInput(faults=(Fault(pointer="/vice_chairs", code="committee.expert_doubled"),))
    judges = {judge.id: judge for judge in session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting.id))}
    _require_seated({judge.id for judge in judges.values() if judge.is_seated}, command)
    changed = [judge for judge in judges.values() if judge.post != posts.get(judge.id)]
    changes = tuple(
        PostChange(
            account_id=judge.account_id,
            post=MeetingPost(str(posts.get(judge.id, judge.post))),
            is_held=judge.id in posts,
        )
        for judge in sorted(changed, key=lambda judge: judge.account_id)
    )
    # The table knows one chair at a time.
    session.execute(update(MeetingJudge).where(MeetingJudge.meeting_id == meeting.id).values(post=None))
    for judge_id, post in posts.items():
        judges[judge_id].post = post
    session.flush()
    if changed:
        meeting.version += 1
        outbox.publish(
            session,
            ChairAppointed(
                meeting_id=meeting.id, account_ids=tuple(change.account_id for change in changes), changes=changes
            ),
            aggregate_id=meeting.id,
            number=meeting.version,
        )
    return bool(changed)


def _require_seated(seated: Collection[UUID], command: AppointChair | ReplaceChair) -> None:
    named = {"/chair": command.chair} | {f"/vice_chairs/{n}": each for n, each in enumerate(command.vice_chairs)}
    if strangers := [pointer for pointer, judge_id in named.items() if judge_id not in seated]:
        raise NotSeated(faults=tuple(Fault(pointer=pointer, code=NotSeated.code) for pointer in strangers))


def _holders(session: Session, meeting_id: UUID) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {CHAIR: [], VICE_CHAIR: []}
    for judge in session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting_id).order_by(MeetingJudge.id)):
        if judge.post:
            found[judge.post].append(judge.id)
    return found
