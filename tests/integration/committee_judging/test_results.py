"""After the vote: public notice, objections, report, audit, certificates' gate, lists and the closed meeting."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.database import Database
from contracts.base import Actor, PageRequest, Role
from contracts.committee.meetings import MeetingFilter, Step
from contracts.committee.refusals import OpinionRequired, SecondPersonRequired, StepIsOver, StepNotReady
from contracts.committee.results import (
    AuditResult,
    CloseMeeting,
    WithdrawCertificate,
)
from contracts.documents import MeetingDocument
from contracts.errors import NotAllowed, NotFound, WrongState
from services.committee.operations import closing, results
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import papers
from services.committee.queries import results as queries
from services.committee.tables import MeetingCommittee, ReviewMaterial
from tests.factories.concluding import LAST_DAY, PUBLISHED, audit, end, publish, report, topics
from tests.factories.judging import World, make_world, new, person
from tests.factories.judging_rows import PROFILE, a_committee


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


@pytest.mark.req("HB-167")
def test_what_one_office_returned_is_before_no_other(decided: Callable[[], World]) -> None:
    """Of two offices one returns the report: the other's row waits no longer, and both see the next report."""
    world = decided()
    other = uuid.uuid4()
    second = person((Role.CASE_OFFICER, other))
    with world.database.begin(PROFILE) as session:
        now = clock.now()
        committee = a_committee(world.unit, other, now)
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
