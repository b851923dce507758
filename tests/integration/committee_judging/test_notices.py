"""公示 of a result: its days, its objections, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.tables import CommandRow
from contracts.base import PageRequest, Role
from contracts.committee.judging_errors import NoticeRunning, NoticeTooShort, ObjectionsOpen, ObjectionTooLate
from contracts.committee.refusals import StepNotReady
from contracts.committee.results import (
    CalendarDay,
    ObjectionState,
    PublishNotice,
    SetCalendarDays,
)
from contracts.errors import NotAllowed, NotFound, WrongState
from services.committee.operations import closing, notices
from services.committee.queries import notices as notice_queries
from services.committee.queries import results as queries
from services.committee.tables import Objection
from tests.factories.concluding import LAST_DAY, PUBLISHED, decide, end, object_to, publish, report, states, topics
from tests.factories.judging import World, new, person
from tests.factories.judging_rows import PROFILE


@pytest.mark.req("HB-134", "HB-158", "HB-159")
def test_the_notice_is_public_with_masked_numbers_and_runs_its_working_days(decided: Callable[[], World]) -> None:
    """Everybody reads who passed; less than the province's days and an end before time are refused."""
    world = decided()
    with clock.standing_at(PUBLISHED):
        with pytest.raises(NotAllowed):
            world.do(
                person((Role.UNIT_LEADER, world.unit), (Role.ORG_ADMIN, world.unit)),
                notices.publish_notice,
                PublishNotice(**new(), meeting_id=world.meeting_id, contact="x"),
                is_demonstration=False,
            )
        with pytest.raises(NoticeTooShort):
            publish(world, 4)
        card = publish(world)
        with pytest.raises(WrongState):
            publish(world)
    assert (card.working_days, card.last_day, card.is_provisional, card.is_shortened) == (5, LAST_DAY, False, False)
    shown = world.ask(None, notice_queries.public_notice, notice_id=card.notice_id)
    assert {one.name for one in shown.persons} == {"申报人00", "申报人01"}
    assert all("*" in one.masked_id_document_no for one in shown.persons)
    assert card.notice_id in {
        one.notice_id for one in world.ask(None, notice_queries.public_notices, page=PageRequest(size=100)).items
    }
    with clock.standing_at(clock.end_of(LAST_DAY) - timedelta(seconds=1)), pytest.raises(NoticeRunning) as running:
        end(world)
    assert running.value.params == {"last_day": "2026-11-27"}
    with pytest.raises(StepNotReady):
        report(world)
    with clock.standing_at(clock.end_of(LAST_DAY)):
        assert end(world).ended_at is not None
        with pytest.raises(WrongState):
            end(world)


def test_only_a_demonstration_shortens_the_period_and_the_notice_says_so(decided: Callable[[], World]) -> None:
    """A period of no days may end at once, where the installation is marked as a demonstration."""
    world = decided()
    with pytest.raises(NoticeTooShort):
        publish(world, 0)
    assert publish(world, 0, demonstration=True).is_shortened
    assert end(world).is_shortened


def test_a_provisional_end_moves_only_later_when_the_official_days_come(decided: Callable[[], World]) -> None:
    """A notice over the turn of an unknown year is provisional; the administrator's table moves its end."""
    world = decided()
    with clock.standing_at(datetime(2028, 12, 28, 2, tzinfo=UTC)):
        card = publish(world)
        assert card.is_provisional
        days = tuple(CalendarDay(day=card.last_day + timedelta(days=n), is_working_day=n > 2) for n in range(-10, 12))
        with pytest.raises(NotAllowed):
            world.do(world.officer, closing.set_calendar_days, SetCalendarDays(**new(), days=days))
        admin = person((Role.SYSTEM_ADMIN, None))
        world.do(admin, closing.set_calendar_days, SetCalendarDays(**new(), days=days))
        moved = world.ask(world.officer, notice_queries.notice, meeting_id=world.meeting_id)
        assert moved.last_day > card.last_day
        assert not moved.is_provisional
    with clock.standing_at(clock.end_of(card.last_day)), pytest.raises(NoticeRunning):
        end(world)
    assert len(world.ask(None, notice_queries.calendar_days, year=card.last_day.year)) > 0


@pytest.mark.req("HB-160")
def test_an_upheld_objection_turns_a_result_and_a_rejected_one_does_not(decided: Callable[[], World]) -> None:
    """The reason is kept, the person leaves the public list, and nothing is reported while an objection is open."""
    world = decided()
    with clock.standing_at(PUBLISHED):
        card = publish(world)
        first, second = object_to(world, 0), object_to(world, 1)
        with pytest.raises(NotFound):
            object_to(world, 2)
        decide(world, first, upheld=True)
        with pytest.raises(WrongState):
            decide(world, first, upheld=False)
    with clock.standing_at(clock.end_of(LAST_DAY)):
        end(world)
        with pytest.raises(ObjectionTooLate):
            object_to(world, 1)
        with pytest.raises(ObjectionsOpen):
            report(world)
        decide(world, second, upheld=False)
    assert states(world) == ["failed", "passed", "failed"]
    shown = world.ask(None, notice_queries.public_notice, notice_id=card.notice_id)
    assert [one.name for one in shown.persons] == ["申报人01"]
    rows = world.ask(world.officer, queries.meeting_results, meeting_id=world.meeting_id, page=PageRequest()).items
    assert {row.name: (row.outcome, row.overturned_because) for row in rows} == {
        "申报人00": ("failed", "经核查，异议成立"),
        "申报人01": ("passed", None),
        "申报人02": ("failed", None),
    }
    assert topics(world).count("ObjectionUpheld") == 1
    open_rows = world.ask(
        world.officer, notice_queries.objections, meeting_id=world.meeting_id, page=PageRequest()
    ).items
    assert {row.state for row in open_rows} == {ObjectionState.UPHELD, ObjectionState.REJECTED}
    with pytest.raises(NotAllowed):
        world.ask(world.judge(1), notice_queries.objections, meeting_id=world.meeting_id, page=PageRequest())


def test_who_objects_and_what_is_said_stands_nowhere_in_clear(decided: Callable[[], World]) -> None:
    """Name and words of an objection are encrypted where they are stored and are in no answer kept for a repeat."""
    world = decided()
    publish(world)
    objection = object_to(world, 0)
    with world.database.begin(PROFILE) as session:
        stored = session.execute(
            Objection.__table__.select().where(Objection.__table__.c.id == objection.objection_id)
        ).one()
        raw = session.connection().exec_driver_sql(
            "SELECT objector, content FROM objection WHERE id = %s", (str(objection.objection_id),)
        )
        assert stored.objector == "舒望舟"
        assert all("舒望舟".encode() not in bytes(value) for row in raw for value in row)
        assert not [row for row in session.scalars(select(CommandRow.answer)) if "舒望舟" in str(row)]
