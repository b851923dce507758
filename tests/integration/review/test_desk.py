"""What helps at the desk: remarks, kept drafts, neighbours in a list, numbers of the menu, batches of decisions."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock, context, jobs
from chassis.commands import carry_out
from chassis.tables import JobRow
from contracts.base import Actor, PageRequest, Role, RoleGrant
from contracts.documents import JobState
from contracts.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from contracts.profiles import ProfileSlice
from contracts.remarks import Remark
from contracts.review import (
    BatchDecision,
    BatchItem,
    CaseFilters,
    CaseQuery,
    CaseState,
    DecideCases,
    Decision,
    OpinionDraft,
    RecommendationDraft,
    SaveOpinionDraft,
    Sort,
)
from services.review.jobs import Jobs
from services.review.operations import bulk, drafting
from services.review.published import PROFILES
from services.review.queries import desk, facts, log
from services.review.queries.cases import list_cases
from services.review.scope import find_case
from services.review.settings import Settings
from services.review.tables import CaseDecision, OpinionDraftRow
from services.review.views import opinion_draft
from tests.factories.review import PROFILE, RECOMMENDATION, ROUTE, World, build_world

REMARK = Remark(block="honors", row_id=uuid.uuid4(), field="attachment", text="附件不清楚，请重新扫描。")


# remarks


@pytest.mark.req("HB-37", "HB-39")
def test_remarks_travel_with_the_return(world: World) -> None:
    """What an officer pinned to a field stands in the facts of the return and in the log that the applicant reads."""
    card, case_id = world.opened()
    world.decide(
        world.officer(world.hospital), case_id, Decision.RETURN, version=1, opinion="请修改", remarks=(REMARK,)
    )
    with world.database.begin() as session:
        line = log.routing_log(session, declaration_id=card.declaration_id, with_notes=False)[0]
        decision_id = session.scalars(select(CaseDecision.id).filter_by(case_id=case_id, action="returned")).one()
        told = facts.return_facts(session, decision_id=decision_id)
    assert line.remarks == told.remarks == (REMARK,)


@pytest.mark.req("HB-37", "PL-17")
def test_a_remark_names_a_place_of_the_form(world: World) -> None:
    """A block or field that nobody could fill in, or a row where there are none, is refused at its place."""
    _, case_id = world.opened()
    officer, row_id = world.officer(world.hospital), uuid.uuid4()
    remarks = (
        REMARK,
        Remark(block="honours", text="没有这一栏"),
        Remark(block="honors", field="colour", text="没有这一项"),
        Remark(block="basic_profile", row_id=row_id, field="photo", text="不是列表"),
        Remark(block="setting", field="specialty", text="专业有误"),
    )
    with pytest.raises(InvalidInput) as refusal:
        world.decide(officer, case_id, Decision.RETURN, version=1, opinion="请修改", remarks=remarks)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [
        ("/remarks/1/block", "review.no_such_place"),
        ("/remarks/2/field", "review.no_such_place"),
        ("/remarks/3/row_id", "review.no_rows_here"),
    ]
    with world.database.begin() as session:
        assert find_case(session, officer, case_id).version == 1


def test_a_form_that_review_was_never_told_refuses_no_remark(world: World) -> None:
    """A case whose version of the profile was stored before review had its form is returned with any remark."""
    content = {"route": ROUTE}
    with world.database.begin(PROFILE) as session:
        PROFILES.store(
            session,
            profile_slice=ProfileSlice(profile=PROFILE, content_hash=uuid.uuid4().hex, content=content),
            version=world.version + 1,
        )
    _, case_id = world.opened(profile_version=world.version + 1)
    remark = Remark(block="honours", text="旧表中的一栏")
    returned = world.decide(
        world.officer(world.hospital), case_id, Decision.RETURN, version=1, opinion="请修改", remarks=(remark,)
    )
    assert returned.state == "returned"


@pytest.mark.parametrize("decision", [Decision.PASS, Decision.HOLD])
def test_remarks_go_with_a_return_alone(world: World, decision: Decision) -> None:
    """A pass or a hold with remarks is refused, and the case stays where it was."""
    _, case_id = world.opened()
    officer = world.officer(world.hospital)
    with pytest.raises(InvalidInput) as refusal:
        world.decide(officer, case_id, decision, version=1, opinion="同意", remarks=(REMARK,))
    assert refusal.value.faults[0].code == "review.remarks_only_with_return"
    with world.database.begin() as session:
        assert find_case(session, officer, case_id).version == 1


# drafts of opinions


def _save(world: World, actor: Actor, case_id: UUID, version: int, **typed: Any) -> OpinionDraft | None:
    command = SaveOpinionDraft(command_id=uuid.uuid4(), case_id=case_id, expected_version=version, **typed)
    with context.changed(actor=actor), world.database.begin() as session:
        return carry_out(session, command, drafting.save_opinion_draft, command=command, actor=actor)


def _draft(world: World, actor: Actor, case_id: UUID) -> OpinionDraft | None:
    with world.database.begin() as session:
        return opinion_draft(session.get(OpinionDraftRow, (case_id, actor.account_id)))


@pytest.mark.req("HB-31", "PL-12")
def test_what_was_typed_is_there_at_the_next_opening(world: World) -> None:
    """An officer's half-written opinion is kept, for that officer alone; a second window that knew less is told."""
    _, case_id = world.opened()
    officer, colleague = world.officer(world.hospital), world.officer(world.hospital)
    typed: dict[str, Any] = {
        "opinion": "材料不齐",
        "recommendation": RecommendationDraft(is_recommended=True, notice_from="2026-09-01"),
        "remarks": (REMARK,),
    }
    kept = _save(world, officer, case_id, 0, **typed)
    assert kept is not None
    assert (kept.opinion, kept.recommendation, kept.remarks) == tuple(typed.values())
    assert _draft(world, officer, case_id) == kept
    assert _draft(world, colleague, case_id) is None
    with pytest.raises(StaleVersion):
        _save(world, officer, case_id, 0, opinion="另一个窗口")


def test_a_draft_ends_with_the_decision_or_when_it_is_emptied(world: World) -> None:
    """After the officer decided nothing is left of the draft, and an emptied one is dropped at once."""
    _, decided = world.opened()
    _, emptied = world.opened()
    officer = world.officer(world.hospital)
    _save(world, officer, decided, 0, opinion="同意")
    world.decide(officer, decided, Decision.HOLD, version=1, opinion="再看")
    assert _draft(world, officer, decided) is None
    _save(world, officer, emptied, 0, opinion="同意")
    assert _save(world, officer, emptied, 1) is None
    assert _draft(world, officer, emptied) is None


def test_a_draft_ends_with_a_newer_submission(world: World) -> None:
    """What was typed about the first submission does not wait for the reader of the second."""
    card, case_id = world.opened()
    officer = world.officer(world.hospital)
    _save(world, officer, case_id, 0, opinion="同意")
    world.open(world.card(declaration_id=card.declaration_id, submission_number=2))
    assert _draft(world, officer, case_id) is None


def test_a_draft_is_for_reviewers_in_scope(world: World) -> None:
    """Who does not see the case does not find it; the system administrator sees it and types no opinion."""
    _, case_id = world.opened()
    stranger = world.officer(build_world(world.database).hospital)
    with pytest.raises(NotFound):
        _save(world, stranger, case_id, 0, opinion="同意")
    grant = RoleGrant(role=Role.SYSTEM_ADMIN)
    system = world.person().model_copy(update={"roles": (grant,)})
    with pytest.raises(NotAllowed):
        _save(world, system, case_id, 0, opinion="同意")


# neighbours


@pytest.mark.req("HB-31", "PL-32")
@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [False, True])
def test_neighbours_follow_the_filter_and_order_of_the_list(world: World, sort: Sort, descending: bool) -> None:
    """Walking with “next” from the first case of a filtered list meets each row of it once, in its order; back too."""
    names = ["安然", "白露", "安然", "程远"]
    wanted = [
        world.opened(real_name=name, submitted_at=clock.now() - timedelta(days=n % 3))[1]
        for n, name in enumerate(names)
    ]
    world.opened(real_name="丁香", facts={"school": "另一所学校"})
    officer = world.officer(world.hospital)
    query = CaseQuery(filters=CaseFilters(school="云汐"), sort=sort, descending=descending)

    def around(case_id: UUID) -> Any:
        with world.database.begin() as session:
            return desk.neighbours(session, actor=officer, case_id=case_id, query=query)

    with world.database.begin() as session:
        rows = [row.case_id for row in list_cases(session, actor=officer, query=query, page=PageRequest()).items]
    assert sorted(rows) == sorted(wanted)
    for place, case_id in enumerate(rows):
        found = around(case_id)
        assert (found.place, found.total) == (place + 1, len(rows))
        assert found.previous == (rows[place - 1] if place else None)
        assert found.next == (rows[place + 1] if place + 1 < len(rows) else None)


def test_neighbours_of_a_case_out_of_scope_are_not_told(world: World) -> None:
    """A case of another tree is not found, whatever list is named."""
    _, case_id = world.opened()
    with world.database.begin() as session, pytest.raises(NotFound):
        desk.neighbours(
            session, actor=world.officer(build_world(world.database).hospital), case_id=case_id, query=CaseQuery()
        )


# numbers of the menu


@pytest.mark.req("HB-27", "HB-45")
def test_the_menu_counts_what_waits_at_each_post(world: World) -> None:
    """Cases of the own organisation and from below are counted apart, held ones not, at each post of the reader."""
    officer = world.person((Role.CASE_OFFICER, world.hospital), (Role.CASE_OFFICER, world.university))
    _, climbing = world.opened()
    _, held = world.opened()
    world.opened()
    world.opened(organization_id=world.university.organization_id)
    world.decide(world.officer(world.hospital), held, Decision.HOLD, version=1, opinion="再看")
    world.decide(world.officer(world.hospital), climbing, Decision.PASS, version=1)
    world.decide(world.leader(world.hospital), climbing, Decision.PASS, version=2)
    with world.database.begin() as session:
        found = {
            one.organization_id: (one.view, one.own, one.lower) for one in desk.waiting_cases(session, actor=officer)
        }
    assert found == {
        world.hospital.organization_id: ("review", 1, 0),
        world.university.organization_id: ("review", 1, 1),
    }


# batches


class _Identity:
    """What the worker asks identity, answered from the invented tree and one officer's present roles."""

    def __init__(self, world: World, actor: Actor) -> None:
        self._world = world
        self.actor = actor

    def acting_as(self, *, account_id: UUID) -> Actor:
        assert account_id == self.actor.account_id
        return self.actor

    def ancestors(self, *, organization_id: UUID) -> Any:
        return self._world.chain(organization_id)


def _order(world: World, actor: Actor, items: tuple[BatchItem, ...], decision: Decision, **said: Any) -> BatchDecision:
    command = DecideCases(command_id=uuid.uuid4(), items=items, decision=decision, **said)
    with context.changed(actor=actor), world.database.begin() as session:
        return carry_out(session, command, bulk.order_decisions, command=command, actor=actor)


def _work(world: World, actor: Actor) -> None:
    """Do the waiting batch as the worker does."""
    workshop = Jobs(cast(Settings, None), database=world.database, objects=cast(Any, None), caller=cast(Any, None))
    workshop.__dict__["identity"] = _Identity(world, actor)
    running = jobs.take(world.database, ("decide_cases",))
    assert running is not None
    running.end("done", result=workshop.decide_cases(running))


def _batch(world: World, actor: Actor, job_id: UUID) -> BatchDecision:
    with world.database.begin() as session:
        return desk.find_batch(session, actor=actor, job_id=job_id)


@pytest.mark.req("HB-41", "HB-43")
def test_a_batch_in_the_background_reports_row_by_row(world: World) -> None:
    """The worker passes the ticked cases; one that changed meanwhile is skipped and named, in the order ticked."""
    officer = world.officer(world.hospital)
    cases = [world.opened()[1] for _ in range(23)]
    changed = cases[7]
    ordered = _order(
        world,
        officer,
        tuple(BatchItem(case_id=one, version=1) for one in cases),
        Decision.PASS,
        opinion="同意",
        recommendation=RECOMMENDATION,
    )
    assert (ordered.state, ordered.total) == (JobState.WAITING, 23)
    world.decide(world.officer(world.hospital), changed, Decision.HOLD, version=1, opinion="再看")
    _work(world, officer)
    found = _batch(world, officer, ordered.job_id)
    assert (found.state, found.done, found.skipped) == (JobState.DONE, 23, 1)
    assert [row.case_id for row in found.rows] == cases
    assert {row.error_code for row in found.rows if row.case_id != changed} == {None}
    assert found.rows[7].error_code == "common.stale_version"
    assert {row.real_name for row in found.rows} == {"闻人溪"}
    with world.database.begin() as session:
        states = {find_case(session, officer, one).role for one in cases if one != changed}
    assert states == {Role.UNIT_LEADER}
    with pytest.raises(NotFound):
        _batch(world, world.officer(world.hospital), ordered.job_id)


def test_a_batch_that_died_goes_on_and_decides_nothing_twice(world: World) -> None:
    """Begun again after its worker died, a batch leaves what it decided and says of it that it is done."""
    officer = world.officer(world.hospital)
    cases = [world.opened()[1] for _ in range(3)]
    items = tuple(BatchItem(case_id=one, version=1) for one in cases)
    ordered = _order(world, officer, items, Decision.RETURN, opinion="请修改")
    with world.database.begin() as session:
        command = DecideCases.model_validate(session.get_one(JobRow, ordered.job_id).payload["command"])
    first = command.model_copy(update={"items": items[:1]})
    with context.changed(actor=officer), world.database.begin() as session:
        bulk.decide_some(session, command=first, actor=officer, chains={})
    _work(world, officer)
    found = _batch(world, officer, ordered.job_id)
    assert [row.error_code for row in found.rows] == [None, None, None]
    with world.database.begin() as session:
        lines = session.scalars(
            select(CaseDecision.case_id).where(CaseDecision.bulk_act_id == command.command_id)
        ).all()
    assert sorted(lines) == sorted(cases)


def test_a_batch_works_with_the_rights_of_the_moment(world: World) -> None:
    """An officer who lost the post between ordering and running decides nothing."""
    officer = world.officer(world.hospital)
    _, case_id = world.opened()
    ordered = _order(world, officer, (BatchItem(case_id=case_id, version=1),), Decision.RETURN, opinion="请修改")
    _work(world, officer.model_copy(update={"roles": ()}))
    assert _batch(world, officer, ordered.job_id).rows[0].error_code == "common.not_found"
    with world.database.begin() as session:
        assert find_case(session, officer, case_id).state == CaseState.WAITING


def test_a_batch_is_for_reviewers_and_names_a_case_once(world: World) -> None:
    """Somebody without a post orders no batch, and the same case twice is refused before anything is ordered."""
    _, case_id = world.opened()
    item = BatchItem(case_id=case_id, version=1)
    with pytest.raises(NotAllowed):
        _order(world, world.person(), (item,), Decision.RETURN, opinion="请修改")
    officer = world.officer(world.hospital)
    with pytest.raises(InvalidInput):
        _order(world, officer, (item, item), Decision.RETURN, opinion="请修改")
    with world.database.begin() as session:
        assert desk.own_batches(session, actor=officer, page=PageRequest()).total == 0
