"""How far a meeting is, and who is awaited, on a real PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from chassis import clock
from contracts.base import Actor
from contracts.committee.envelope import Choice
from contracts.committee.meetings import MeetingOverview, Step
from contracts.committee.scoring import ScoringStep
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import waiting as waiting_queries
from tests.factories.concluding import LAST_DAY, PUBLISHED, audit, end, object_to, publish, report
from tests.factories.judging import World, make_world
from tests.factories.judging_rows import PROFILE


def test_the_overview_tells_how_far_each_group_is_and_the_offices_who_is_awaited(
    decided: Callable[[], World],
) -> None:
    """Counts follow every act of the scoring; who is awaited changes with it and is not told to judges."""
    world = make_world(decided().database, judges=3, materials=2)

    def overview(actor: Actor) -> MeetingOverview:
        shown: MeetingOverview = world.ask(actor, meeting_queries.meeting_overview, meeting_id=world.meeting_id)
        return shown

    def awaited() -> dict[str, int]:
        found: Counter[str] = Counter()
        for line in overview(world.officer).awaited:
            found[line.act] += line.waiting
        return dict(found)

    assert awaited() == {}, "nobody leads the group yet"
    world.start_scoring()
    assert awaited() == {"lead": 2}
    world.score(world.materials[0], ScoringStep.SECOND)
    assert awaited() == {"lead": 1, "leader": 1}
    (group,) = overview(world.officer).progress
    assert (group.materials, group.assigned, group.scored, group.leader_confirmed) == (2, 2, 1, 0)
    world.confirm(world.materials[0], ScoringStep.LEADER)
    world.confirm(world.materials[0], ScoringStep.CHAIR)
    world.score(world.materials[1])
    assert awaited() == {}
    line = next(each for each in overview(world.officer).lines if each.step is Step.SCORES_CONFIRMED)
    assert line.result == {"confirmed": 2, "materials": 2}
    assert overview(world.judge(2)).progress == overview(world.officer).progress
    assert overview(world.judge(2)).awaited == ()
    assert world.ask(world.judge(2), meeting_queries.actors_of, meeting_id=world.meeting_id) == ()


def test_the_overview_says_of_each_step_why_it_cannot_be_done_yet(decided: Callable[[], World]) -> None:
    """Vote, confirmation, end of the notice and report name what they wait for."""
    world = make_world(decided().database, judges=3, materials=1)

    def why(step: Step) -> list[str]:
        overview = world.ask(world.officer, meeting_queries.meeting_overview, meeting_id=world.meeting_id)
        (line,) = [line for line in overview.lines if line.step is step]
        return [fault.code for fault in line.why_not]

    world.start_scoring()
    assert why(Step.SCORES_CONFIRMED) == ["committee.materials_not_confirmed"]
    assert why(Step.VOTING) == ["committee.step_not_ready"]
    world.score(world.materials[0])
    world.select(0)
    assert why(Step.VOTING) == ["committee.quorum_not_met"]
    world.select(1, 2)
    assert why(Step.VOTING) == []
    opened = world.open()
    assert why(Step.RESULT_CONFIRMED) == ["committee.ballot_not_closed"]
    for judge in range(3):
        world.vote(opened, judge, {world.materials[0]: Choice.APPROVE})
    world.close(opened)
    assert why(Step.RESULT_CONFIRMED) == []
    world.confirm_result(opened)
    with clock.standing_at(PUBLISHED):
        publish(world)
        object_to(world, 0)
        assert why(Step.NOTICE_ENDED) == ["committee.notice_running"]
    with clock.standing_at(clock.end_of(LAST_DAY)):
        assert why(Step.NOTICE_ENDED) == []
        end(world)
        assert why(Step.RESULT_REPORTED) == ["committee.objections_open"]


@pytest.mark.req("HB-27")
def test_the_menu_counts_reports_for_the_office_alone(decided: Callable[[], World]) -> None:
    """A report waits in the numbers of the office's officer, not of who reported it."""
    world = decided()
    with clock.standing_at(PUBLISHED):
        publish(world)
    with clock.standing_at(clock.end_of(LAST_DAY)):
        end(world)

    def count(actor: Actor) -> int:
        with world.database.begin(PROFILE) as session:
            return waiting_queries.waiting_work(session, actor=actor).results

    assert count(world.auditor) == 0
    report(world)
    assert (count(world.auditor), count(world.officer)) == (1, 0)
    audit(world)
    assert count(world.auditor) == 0
