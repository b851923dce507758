"""After the vote: public notice, objections, report, audit, certificates' gate, lists and the closed meeting."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.database import Database
from chassis.tables import CommandRow, OutboxRow
from contracts.base import Actor, PageRequest, Role
from contracts.committee.envelope import Choice
from contracts.committee.judging_errors import NoticeRunning, NoticeTooShort, ObjectionsOpen, ObjectionTooLate
from contracts.committee.meetings import MeetingFilter, MeetingOverview, Step
from contracts.committee.refusals import OpinionRequired, SecondPersonRequired, StepIsOver, StepNotReady
from contracts.committee.results import (
    AuditResult,
    CalendarDay,
    CloseMeeting,
    DecideObjection,
    EndNotice,
    NoticeCard,
    ObjectionCard,
    ObjectionState,
    PublishNotice,
    RecordObjection,
    ReportCard,
    ReportResult,
    SetCalendarDays,
    WithdrawCertificate,
)
from contracts.committee.scoring import ScoringStep
from contracts.documents import MeetingDocument
from contracts.errors import NotAllowed, NotFound, WrongState
from services.committee.operations import closing, notices, results
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import notices as notice_queries
from services.committee.queries import papers
from services.committee.queries import results as queries
from services.committee.queries import waiting as waiting_queries
from services.committee.tables import MeetingCommittee, Objection, ReviewMaterial
from tests.factories.judging import PROFILE, World, _committee, make_world, new, person

PUBLISHED = datetime(2026, 11, 20, 2, tzinfo=UTC)
LAST_DAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def decided(database_of: Callable[..., Database]) -> Callable[[], World]:
    """A function that gives a meeting with a confirmed result: two of three persons passed."""

    def give() -> World:
        with clock.standing_at(PUBLISHED):
            world = make_world(database_of("committee"), judges=3, materials=3)
            world.to_result(passed=2)
        return world

    return give


def publish(world: World, working_days: int | None = None, *, demonstration: bool = False) -> NoticeCard:
    command = PublishNotice(
        **new(), meeting_id=world.meeting_id, contact="云汐演示大学职改办 03002000001", working_days=working_days
    )
    card: NoticeCard = world.do(world.officer, notices.publish_notice, command, is_demonstration=demonstration)
    return card


def end(world: World) -> NoticeCard:
    card: NoticeCard = world.do(world.officer, notices.end_notice, EndNotice(**new(), meeting_id=world.meeting_id))
    return card


def object_to(world: World, material: int) -> ObjectionCard:
    command = RecordObjection(
        **new(),
        meeting_id=world.meeting_id,
        material_id=world.materials[material],
        objector="舒望舟",
        content="申报材料与事实不符",
    )
    card: ObjectionCard = world.do(world.officer, notices.record_objection, command)
    return card


def decide(world: World, objection: ObjectionCard, *, upheld: bool) -> ObjectionCard:
    command = DecideObjection(
        **new(),
        objection_id=objection.objection_id,
        upheld=upheld,
        reason="经核查，异议" + ("成立" if upheld else "不成立"),
    )
    card: ObjectionCard = world.do(world.officer, notices.decide_objection, command)
    return card


def report(world: World) -> ReportCard:
    card: ReportCard = world.do(
        world.officer, results.report_result, ReportResult(**new(), meeting_id=world.meeting_id)
    )
    return card


def audit(world: World, *, approved: bool = True, opinion: str = "") -> ReportCard:
    command = AuditResult(**new(), meeting_id=world.meeting_id, approved=approved, opinion=opinion)
    card: ReportCard = world.do(world.auditor, results.audit_result, command)
    return card


def states(world: World) -> list[str]:
    with world.database.begin(PROFILE) as session:
        return [session.get_one(ReviewMaterial, material).state for material in world.materials]


def topics(world: World) -> list[str]:
    """Event names about this meeting's materials and itself, in their order."""
    with world.database.begin(PROFILE) as session:
        rows = session.execute(
            select(OutboxRow.topic)
            .where(OutboxRow.payload["meeting_id"].astext == str(world.meeting_id))
            .order_by(OutboxRow.id)
        )
        return [row.topic.removeprefix("committee.") for row in rows]


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


@pytest.mark.req("HB-123", "HB-161", "HB-162", "HB-167", "HB-168", "HB-163", "HB-164")
def test_the_result_is_reported_audited_certified_and_the_meeting_becomes_history(
    decided: Callable[[], World],
) -> None:
    """Each act waits for the one before; another office audits and may send back; closed, nothing changes any more."""
    world = decided()
    assert world.ask(None, papers.certifiable, meeting_id=world.meeting_id) == ()
    with clock.standing_at(PUBLISHED):
        publish(world)
    with clock.standing_at(clock.end_of(LAST_DAY)):
        end(world)
    assert (report(world).passed, world.ask(None, papers.certifiable, meeting_id=world.meeting_id)) == (2, ())
    with pytest.raises(WrongState):
        report(world)
    with pytest.raises(NotAllowed):
        world.do(world.officer, results.audit_result, AuditResult(**new(), meeting_id=world.meeting_id, approved=True))
    with pytest.raises(OpinionRequired):
        audit(world, approved=False)
    assert audit(world, approved=False, opinion="请补充会议记录").state == "returned"
    with pytest.raises(StepNotReady):
        world.do(world.officer, closing.close_meeting, CloseMeeting(**new(), meeting_id=world.meeting_id))
    assert report(world).number == 2
    waiting = world.ask(world.auditor, queries.result_reports, waiting=True, page=PageRequest()).items
    assert [(row.meeting_id, row.number) for row in waiting] == [(world.meeting_id, 2)]
    sent = world.ask(world.officer, queries.meeting_reports, meeting_id=world.meeting_id)
    assert [(one.number, one.state, one.opinion) for one in sent] == [
        (2, "waiting", ""),
        (1, "returned", "请补充会议记录"),
    ]
    with pytest.raises(NotAllowed):
        world.ask(world.judge(2), queries.meeting_reports, meeting_id=world.meeting_id)
    assert audit(world).state == "approved"
    assert len(world.ask(None, papers.certifiable, meeting_id=world.meeting_id)) == 2
    world.do(world.officer, closing.close_meeting, CloseMeeting(**new(), meeting_id=world.meeting_id))
    with pytest.raises(StepIsOver):
        audit_again = AuditResult(**new(), meeting_id=world.meeting_id, approved=True)
        with world.database.begin(PROFILE) as session:
            session.execute(
                queries.ResultReport.__table__.update()
                .where(queries.ResultReport.meeting_id == world.meeting_id, queries.ResultReport.number == 2)
                .values(state="waiting", audited_at=None)
            )
        world.do(world.auditor, results.audit_result, audit_again)
    with pytest.raises(StepIsOver):
        world.do(world.officer, closing.close_meeting, CloseMeeting(**new(), meeting_id=world.meeting_id))
    with pytest.raises(StepIsOver):
        world.select(2, selected=False)
    past = world.ask(world.officer, meeting_queries.meetings, wanted=MeetingFilter(historical=True)).items
    assert [(one.meeting_id, one.state) for one in past] == [(world.meeting_id, Step.CLOSED)]
    told = topics(world)
    assert [told.count(name) for name in ("ResultConfirmed", "ResultReported", "ResultAudited", "MeetingAwaits")] == [
        3,
        4,
        2,
        2,
    ]


def test_nobody_audits_the_own_report(database: Database) -> None:
    """Where unit and office are one, another officer of it audits."""
    world = make_world(database, judges=3, materials=1)
    world.to_result(passed=1)
    publish(world, 0, demonstration=True)
    end(world)
    world.officer = person((Role.CASE_OFFICER, world.unit), (Role.CASE_OFFICER, world.office))
    report(world)
    with pytest.raises(SecondPersonRequired):
        world.do(world.officer, results.audit_result, AuditResult(**new(), meeting_id=world.meeting_id, approved=True))


def test_certificates_wait_for_the_report_alone_where_the_profile_says_so(database: Database) -> None:
    """With `audit_before_certificate` off, reporting is enough."""
    world = make_world(database, judges=3, materials=1, version=41, audit_before_certificate=False)
    world.to_result(passed=1)
    publish(world, 0, demonstration=True)
    end(world)
    report(world)
    (one,) = world.ask(None, papers.certifiable, meeting_id=world.meeting_id)
    assert one.material_id == world.materials[0]


@pytest.mark.req("HB-157")
def test_lists_and_results_tell_numbers_and_never_voters(decided: Callable[[], World]) -> None:
    """The lists name judges, passed and failed; the review form gets sums; an unknown list is not found."""
    world = decided()
    lists = {
        kind: world.ask(None, papers.meeting_list, meeting_id=world.meeting_id, kind=kind)
        for kind in ("judges", "passed", "failed", "roster")
    }
    assert [len(lists[kind].rows) for kind in ("judges", "passed", "failed", "roster")] == [3, 2, 1, 3]
    assert [row.cells["职务"] for row in lists["judges"].rows] == ["主任", "副主任", "组长"]
    assert {row.cells["最高学历"] for row in lists["roster"].rows} == {"博士研究生"}
    assert all(set(found.columns) == set(row.cells) for found in lists.values() for row in found.rows)
    with pytest.raises(NotFound):
        world.ask(None, papers.meeting_list, meeting_id=world.meeting_id, kind="votes")
    result = world.ask(None, papers.material_result, material_id=world.materials[0])
    assert (result.roll_size, result.votes_cast, result.yes, result.no, result.outcome) == (3, 3, 3, 0, "passed")
    assert result.score_total == "60"
    assert (result.committee_size, result.audit_opinion, result.audited_at) == (3, "", None)
    assert result.chair_name in {row.cells["姓名"] for row in lists["judges"].rows if row.cells["职务"] == "主任"}

    def found(**wanted: Any) -> list[str]:
        page = world.ask(
            world.officer, queries.meeting_results, meeting_id=world.meeting_id, page=PageRequest(), **wanted
        )
        return [row.name for row in page.items]

    assert sorted(found()) == sorted(found(outcome="passed") + found(outcome="failed"))
    assert len(found(outcome="passed")) == 2
    assert found(text=found()[0])[0] == found()[0]
    assert found(text="%") == []
    minutes = world.ask(world.chair, queries.minutes, meeting_id=world.meeting_id)
    assert [(one.number, one.state, one.closed_early) for one in minutes.rounds] == [(1, "confirmed", False)]


def test_before_the_confirmation_there_are_no_results(database: Database) -> None:
    """Lists of passed and failed are empty and a result is not found while the vote runs (Q29)."""
    world = make_world(database, judges=3, materials=1)
    world.to_ballot()
    for kind in ("passed", "failed"):
        assert world.ask(None, papers.meeting_list, meeting_id=world.meeting_id, kind=kind).rows == ()
    with pytest.raises(NotFound):
        world.ask(None, papers.material_result, material_id=world.materials[0])
    page = world.ask(world.judge(2), queries.meeting_results, meeting_id=world.meeting_id, page=PageRequest())
    assert page.total == 0
    with pytest.raises(StepNotReady):
        publish(world)


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


@pytest.mark.req("HB-167")
def test_what_one_office_returned_is_before_no_other(decided: Callable[[], World]) -> None:
    """Of two offices one returns the report: the other's row waits no longer, and both see the next report."""
    world = decided()
    other = uuid.uuid4()
    second = person((Role.CASE_OFFICER, other))
    with world.database.begin(PROFILE) as session:
        now = clock.now()
        committee = _committee(world.unit, other, now)
        session.add(committee)
        session.flush()
        session.add(MeetingCommittee(meeting_id=world.meeting_id, committee_id=committee.id, profile=PROFILE))
    with clock.standing_at(PUBLISHED):
        publish(world)
    with clock.standing_at(clock.end_of(LAST_DAY)):
        end(world)
    report(world)

    def waits(reader: Actor) -> list[int]:
        page = world.ask(reader, queries.result_reports, waiting=True, page=PageRequest())
        return [row.number for row in page.items if row.meeting_id == world.meeting_id]

    assert (waits(world.auditor), waits(second)) == ([1], [1])
    assert audit(world, approved=False, opinion="请补充").state == "returned"
    assert (waits(world.auditor), waits(second)) == ([], [])
    report(world)
    assert (waits(world.auditor), waits(second)) == ([2], [2])
    assert audit(world).state == "approved"
    overview = world.ask(world.officer, meeting_queries.meeting_overview, meeting_id=world.meeting_id)
    assert not next(line for line in overview.lines if line.step is Step.RESULT_AUDITED).is_done
    world.do(second, results.audit_result, AuditResult(**new(), meeting_id=world.meeting_id, approved=True))
    overview = world.ask(world.officer, meeting_queries.meeting_overview, meeting_id=world.meeting_id)
    assert next(line for line in overview.lines if line.step is Step.RESULT_AUDITED).is_done


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


def test_a_document_is_confirmed_for_who_has_the_right_to_it_now(decided: Callable[[], World]) -> None:
    """When a meeting's document is made: lists for the offices, certificates for the unit, nothing without a role."""
    world = decided()

    def confirmed(actor: Actor, document: MeetingDocument) -> None:
        with world.database.begin(PROFILE) as session:
            results.documented_meeting(session, actor=actor, meeting_id=world.meeting_id, document=document)

    confirmed(world.officer, MeetingDocument.CERTIFICATES)
    confirmed(world.auditor, MeetingDocument.JUDGES)
    with pytest.raises(NotAllowed):
        confirmed(world.auditor, MeetingDocument.CERTIFICATES)
    for document in (MeetingDocument.JUDGES, MeetingDocument.REVIEW_FORMS):
        with pytest.raises(NotFound):
            confirmed(world.officer.model_copy(update={"roles": ()}), document)


def test_only_the_auditing_office_lets_a_certificate_hold_no_longer(decided: Callable[[], World]) -> None:
    """An officer of the office may; the unit that held the meeting sees it and may not; strangers find nothing."""
    world = decided()
    with world.database.begin(PROFILE) as session:
        material_id = session.scalars(
            select(ReviewMaterial.id).filter_by(meeting_id=world.meeting_id, state="passed").limit(1)
        ).one()

    def withdraw(actor: Actor, **values: Any) -> None:
        named = {"meeting_id": world.meeting_id, "material_id": material_id, "reason": "材料造假"} | values
        world.do(actor, results.allow_certificate_withdrawal, WithdrawCertificate(**new(), **named))

    withdraw(world.auditor)
    with pytest.raises(NotAllowed):
        withdraw(world.officer)
    with pytest.raises(NotFound):
        withdraw(person((Role.CASE_OFFICER, uuid.uuid4())))
    with pytest.raises(NotFound):
        withdraw(world.auditor, material_id=uuid.uuid4())
