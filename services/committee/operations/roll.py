"""票源: who is present, and whom the chair selects for the vote (HB-147, HB-148)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, live
from contracts.base import Actor
from contracts.committee.ballots import SelectVoters
from contracts.committee.meetings import Step
from contracts.committee.refusals import NotSeated
from contracts.live import Topic
from services.committee.operations import steps
from services.committee.seats import chaired_meeting, is_present, own_seat, seated_judges
from services.committee.tables import Presence, RollEntry


def be_present(session: Session, *, meeting_id: UUID, actor: Actor) -> None:
    """The actor's page is open at the meeting now; no act, so no audit row."""
    judge = own_seat(session, actor, meeting_id)
    before = session.scalar(select(Presence.seen_at).filter_by(judge_id=judge.id))
    if not is_present(before):
        live.announce(session, Topic.MEETING, meeting_id)
    session.execute(
        insert(Presence)
        .values(judge_id=judge.id, profile=judge.profile, seen_at=clock.now())
        .on_conflict_do_update(index_elements=["judge_id"], set_={"seen_at": clock.now()})
    )


def select_voters(session: Session, *, command: SelectVoters, actor: Actor) -> None:
    """选择 and 取消选择; the step is done as long as somebody is on the roll."""
    meeting = chaired_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.ROLL_GENERATED)
    if not set(command.judge_ids) <= {judge.id for judge in seated_judges(session, meeting.id)}:
        raise NotSeated()
    for judge_id in command.judge_ids:
        if command.selected:
            session.execute(
                insert(RollEntry)
                .values(
                    judge_id=judge_id,
                    profile=meeting.profile,
                    meeting_id=meeting.id,
                    selected_by=actor.account_id,
                    selected_at=clock.now(),
                )
                .on_conflict_do_nothing()
            )
        else:
            session.execute(delete(RollEntry).where(RollEntry.judge_id == judge_id))
        act = "voter_selected" if command.selected else "voter_deselected"
        audit.record(session, act, "meeting", meeting.id, judge=judge_id)
    if session.scalar(select(func.count()).select_from(RollEntry).filter_by(meeting_id=meeting.id)):
        steps.complete(session, meeting, Step.ROLL_GENERATED, actor)
    else:
        steps.undo(session, meeting, Step.ROLL_GENERATED)
