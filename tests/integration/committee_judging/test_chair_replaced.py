"""A chair who cannot come is replaced: by whom, when, and what stays of what the former one did (HB-131)."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from chassis.database import Database
from chassis.tables import AuditEntry, OutboxRow
from contracts.base import Actor, Role
from contracts.committee.ballots import BallotState, VoidBallot
from contracts.committee.envelope import Choice
from contracts.committee.judging_errors import BallotNotOpen
from contracts.committee.materials import AppointChair, ReplaceChair
from contracts.committee.meetings import MeetingDetail, Step
from contracts.committee.refusals import BallotRunning, NotSeated, StepIsOver, StepNotReady, TooManyViceChairs
from contracts.committee.results import Minutes
from contracts.committee.scoring import ConfirmStandard, ScoringStep
from contracts.errors import CommandReused, InvalidInput, NotAllowed, NotFound, StaleVersion
from services.committee.operations import assignment, ballots, chair
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import results as result_queries
from services.committee.queries import scoring as scoring_queries
from services.committee.tables import Meeting, MeetingJudge, ScoreConfirmation
from tests.factories.judging import World, make_world, new, person
from tests.factories.judging_rows import PROFILE

APPROVE = Choice.APPROVE
REASON = "因急病住院，不能到会。"
pytestmark = pytest.mark.req("HB-131")


def version_of(world: World) -> int:
    with world.database.begin(PROFILE) as session:
        return session.get_one(Meeting, world.meeting_id).version


def command(world: World, chair_at: int = 2, *vice: int, **more: Any) -> ReplaceChair:
    return ReplaceChair(
        **{
            **new(),
            "expected_version": version_of(world),
            "meeting_id": world.meeting_id,
            "chair": world.judges[chair_at].id,
            "vice_chairs": tuple(world.judges[index].id for index in vice),
            "reason": REASON,
            **more,
        }
    )


def replace(world: World, chair_at: int = 2, *vice: int, actor: Actor | None = None, **more: Any) -> MeetingDetail:
    answer: MeetingDetail = world.do(
        actor or world.officer, chair.replace_chair, command(world, chair_at, *vice, **more)
    )
    return answer


def posts(detail: MeetingDetail) -> dict[UUID, str]:
    return {judge.judge_id: judge.post for judge in detail.judges if judge.post}


def minutes(world: World, actor: Actor) -> Minutes:
    shown: Minutes = world.ask(actor, result_queries.minutes, meeting_id=world.meeting_id)
    return shown


def confirmed(world: World) -> World:
    world.do(world.chair, assignment.confirm_standard, ConfirmStandard(**new(), meeting_id=world.meeting_id))
    return world


def test_the_new_chair_goes_on_where_the_former_one_stopped(database: Database) -> None:
    """What the former chair confirmed stays theirs; from the act on the new one confirms, opens, closes and fixes."""
    world = make_world(database)
    world.start_scoring()
    first, *others = world.materials
    world.score(first)
    for material in others:
        world.score(material, upto=ScoringStep.LEADER)
    former, new_chair = world.chair, world.judge(2)
    detail = replace(world, 2, 1)
    assert posts(detail) == {world.judges[2].id: "chair", world.judges[1].id: "vice_chair"}
    with pytest.raises(NotFound):  # without the post the material is nothing to this judge
        world.confirm(others[0], ScoringStep.CHAIR, actor=former)
    for material in others:
        world.confirm(material, ScoringStep.CHAIR, actor=new_chair)
    with database.begin(PROFILE) as session:
        by_chair = session.scalars(
            select(ScoreConfirmation.judge_id)
            .filter_by(step="chair")
            .where(ScoreConfirmation.judge_id.in_([judge.id for judge in world.judges]))
        ).all()
    assert sorted(by_chair) == sorted([world.judges[0].id, *[world.judges[2].id] * len(others)])
    assert "roll_generated" not in {task.step for task in tasks(world, former)}
    assert "roll_generated" in {task.step for task in tasks(world, new_chair)}
    # The factory's chair is the first judge; from here the third one presides.
    world.judges[0], world.judges[2] = world.judges[2], world.judges[0]
    world.select(*range(len(world.judges)))
    opened = world.open(second=1)
    for index in range(len(world.judges)):
        world.vote(opened, index, dict.fromkeys(world.materials, APPROVE))
    world.close(opened)
    world.confirm_result(opened)
    overview = world.ask(world.officer, meeting_queries.meeting_overview, meeting_id=world.meeting_id)
    lines = {line.step: line for line in overview.lines}
    assert lines[Step.RESULT_CONFIRMED].done_by == new_chair.account_id
    assert lines[Step.STANDARD_CONFIRMED].done_by == former.account_id
    assert lines[Step.CHAIR_APPOINTED].result["changes"] == 1


def tasks(world: World, judge: Actor) -> Any:
    return world.ask(judge, scoring_queries.my_steps, meeting_id=world.meeting_id)


def test_it_stands_in_the_minutes_with_both_chairs_the_reason_and_the_time(database: Database) -> None:
    """The offices read which officer did it, the chair does not; the reason is stored encrypted and in no log."""
    world = confirmed(make_world(database))
    replace(world, 2, 1)
    replace(world, 2, 3, reason="副主任另有公务。")
    for reader in (world.officer, world.auditor, world.judge(2)):
        first, second = minutes(world, reader).chair_changes
        assert (first.former_chair.judge_id, first.chair.judge_id) == (world.judges[0].id, world.judges[2].id)
        assert (first.reason, second.reason) == (REASON, "副主任另有公务。")
        assert [one.judge_id for one in second.former_vice_chairs] == [world.judges[1].id]
        assert [one.judge_id for one in second.vice_chairs] == [world.judges[3].id]
        assert first.changed_at < second.changed_at
        is_judge = reader.account_id == world.judge(2).account_id
        assert first.changed_by == (None if is_judge else world.officer.account_id)
    with pytest.raises(NotAllowed):
        minutes(world, world.chair)  # who is chair no more reads them no more
    with database.begin(PROFILE) as session:
        acts = session.scalars(select(AuditEntry).filter_by(action="chair_replaced", object_id=world.meeting_id)).all()
        kept = session.execute(text("SELECT t::text FROM chair_change AS t")).scalars().all()
    assert [act.account_id for act in acts] == [world.officer.account_id] * 2
    assert str(world.judges[0].id) in str(acts[0].details)
    assert "急病" not in str([act.details for act in acts])
    assert not [row for row in kept if REASON in row or REASON.encode().hex() in row]


def test_those_are_told_whose_post_is_another_now(database: Database) -> None:
    """As at the first appointment; who keeps the post hears nothing."""
    world = make_world(database)
    # the seats are the factory's, so the appointment of the same people tells nobody
    same = AppointChair(
        **new(), meeting_id=world.meeting_id, chair=world.judges[0].id, vice_chairs=(world.judges[1].id,)
    )
    world.do(world.officer, chair.appoint_chair, same)
    more = AppointChair(
        **new(),
        meeting_id=world.meeting_id,
        chair=world.judges[0].id,
        vice_chairs=(world.judges[1].id, world.judges[3].id),
    )
    world.do(world.officer, chair.appoint_chair, more)
    confirmed(world)
    replace(world, 2, 1)
    with database.begin(PROFILE) as session:
        told = session.execute(
            select(OutboxRow.payload, OutboxRow.number)
            .where(OutboxRow.aggregate_id == world.meeting_id, OutboxRow.topic == "committee.ChairAppointed")
            .order_by(OutboxRow.id)
        ).all()
    assert [set(row.payload["account_ids"]) for row in told] == [
        {str(world.judges[3].account_id)},
        {str(world.judges[index].account_id) for index in (0, 2, 3)},
    ]
    assert told[0].number < told[1].number
    former, gone = world.judges[0].account_id, world.judges[3].account_id
    changes = {(row["account_id"], row["post"], row["is_held"]) for row in told[1].payload["changes"]}
    assert changes == {
        (str(former), "chair", False),
        (str(world.judges[2].account_id), "chair", True),
        (str(gone), "vice_chair", False),
    }


def test_only_an_officer_of_the_unit_replaces_the_chair(database: Database) -> None:
    """Neither the chair nor another judge, the administrator, the office above; strangers find nothing."""
    world = confirmed(make_world(database))
    known = (world.chair, world.judge(2), world.auditor, person((Role.ORG_ADMIN, world.unit)))
    for actor in known:
        with pytest.raises(NotAllowed):
            replace(world, actor=actor)
    for actor in (person((Role.CASE_OFFICER, uuid.uuid4())), person((Role.EXPERT, None))):
        with pytest.raises(NotFound):
            replace(world, actor=actor)
    assert minutes(world, world.officer).chair_changes == ()


def test_it_is_possible_from_the_confirmed_standard_to_the_confirmed_result_but_not_during_a_vote(
    database: Database,
) -> None:
    """Before it the chair is appointed without a reason; a vote that is open keeps its chair, a voided one does not."""
    world = make_world(database)
    with pytest.raises(StepNotReady) as early:
        replace(world)
    assert early.value.params["missing"] == ["standard_confirmed"]
    opened = world.to_ballot()
    with pytest.raises(BallotRunning):
        replace(world)
    world.do(world.chair, ballots.void_ballot, VoidBallot(**new(), ballot_id=opened.ballot_id, reason="演示"))
    replace(world, 2)
    replace(world, 0, 1)
    again = world.open()
    for index in range(len(world.judges)):
        world.vote(again, index, dict.fromkeys(world.materials, APPROVE))
    world.close(again)
    replace(world, 2, 1)  # closed: the sums stand, and somebody has to confirm them
    with pytest.raises(NotAllowed):
        world.confirm_result(again)
    replace(world, 0, 1)
    world.confirm_result(again)
    with pytest.raises(StepIsOver):
        replace(world)
    assert len(minutes(world, world.officer).chair_changes) == 4


def test_a_vote_whose_chair_falls_ill_is_thrown_away_and_opened_anew(database: Database) -> None:
    """Its code is out of reach: no vote of it counts, its materials wait, and the reason stays the change's alone."""
    world = make_world(database)
    lost = world.to_ballot()
    replace(world, 0, 2, voids_ballot=True)  # other vice-chairs end no vote
    world.vote(lost, 1, dict.fromkeys(world.materials, APPROVE))
    replace(world, 2, voids_ballot=True)
    with pytest.raises(BallotNotOpen):
        world.vote(lost, 0, dict.fromkeys(world.materials, APPROVE))
    (round_of_old,) = minutes(world, world.officer).rounds
    assert (round_of_old.state, round_of_old.void_reason) == (BallotState.VOIDED, "")
    with world.database.begin(PROFILE) as session:
        assert session.execute(text("SELECT count(envelope) FROM cast_vote")).scalar_one() == 0
    replace(world, 0)
    again = world.open()
    for index in range(len(world.judges)):
        world.vote(again, index, dict.fromkeys(world.materials, APPROVE))
    assert all(row.yes == len(world.judges) for row in world.close(again).rows)
    replace(world, 2, voids_ballot=True)  # what was counted stays counted
    assert [one.state for one in minutes(world, world.officer).rounds] == [BallotState.VOIDED, BallotState.CLOSED]


def test_who_is_named_must_sit_and_be_named_once(database: Database) -> None:
    """Each refusal names its field; nothing of a refused act is kept."""
    world = confirmed(make_world(database))
    stranger = make_world(database, version=2).judges[0].id
    with database.begin(PROFILE) as session:
        session.get_one(MeetingJudge, world.judges[4].id).is_seated = False
    for wanted, pointers in (
        ({"chair": stranger}, ["/chair"]),
        ({"chair": world.judges[4].id}, ["/chair"]),
        ({"vice_chairs": (world.judges[1].id, stranger)}, ["/vice_chairs/1"]),
    ):
        with pytest.raises(NotSeated) as refused:
            replace(world, 2, **wanted)
        assert [fault.pointer for fault in refused.value.faults] == pointers
    with pytest.raises(InvalidInput) as unchanged:
        replace(world, 0, 1)
    assert [(fault.pointer, fault.code) for fault in unchanged.value.faults] == [
        ("/chair", "committee.posts_unchanged")
    ]
    with pytest.raises(InvalidInput) as doubled:
        replace(world, 2, 2)
    assert [fault.code for fault in doubled.value.faults] == ["committee.expert_doubled"]
    with pytest.raises(TooManyViceChairs):
        replace(world, 2, 0, 1, 3)
    for reason in ("", "   ", "长" * 1001):
        with pytest.raises(ValidationError):
            command(world, reason=reason)
    assert minutes(world, world.officer).chair_changes == ()
    assert world.ask(None, holder_of_the_chair, world=world) == world.judges[0].id


def holder_of_the_chair(session: Any, *, world: World) -> UUID | None:
    found: UUID | None = session.scalar(select(MeetingJudge.id).filter_by(meeting_id=world.meeting_id, post="chair"))
    return found


def test_a_repeat_changes_nothing_and_a_version_that_is_over_is_refused(database: Database) -> None:
    """Of two officers who replace the chair at once one is told to look again."""
    world = confirmed(make_world(database))
    once = command(world)
    answer = world.do(world.officer, chair.replace_chair, once)
    assert world.do(world.officer, chair.replace_chair, once) == answer
    with pytest.raises(CommandReused):
        world.do(world.officer, chair.replace_chair, once.model_copy(update={"reason": "另有原因"}))
    with pytest.raises(StaleVersion):
        replace(world, 3, expected_version=once.expected_version)
    (change,) = minutes(world, world.officer).chair_changes
    assert change.reason == REASON
