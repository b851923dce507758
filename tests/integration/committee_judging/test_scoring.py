"""Standard, leaders, assignment and the four steps of scoring."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update

from chassis import clock
from chassis.database import Database
from chassis.tables import AuditEntry
from contracts.base import Actor, PageRequest, Role
from contracts.committee.envelope import Choice
from contracts.committee.judging_errors import (
    ConflictOfInterest,
    LeaderNotInGroup,
    ReviewerNotInGroup,
    ReviewersEqual,
)
from contracts.committee.meetings import Step
from contracts.committee.refusals import StepNotReady
from contracts.committee.scoring import (
    AppointLeaders,
    AssignReviewers,
    ConfirmScores,
    ConfirmStandard,
    DraftEntry,
    GroupLeader,
    MaterialVersion,
    ReturnStandard,
    SaveScoreDraft,
    ScoreDraft,
    ScoreEntry,
    ScoreMaterial,
    ScoringStep,
    SendBackScore,
)
from contracts.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from services.committee.operations import assignment, scoring
from services.committee.operations.steps import done_steps
from services.committee.queries import scoring as queries
from services.committee.tables import Conflict, MeetingJudge, ReviewMaterial
from tests.factories.judging import World, make_world, new, person
from tests.factories.judging_rows import ITEMS, PROFILE

APPROVE, REJECT = Choice.APPROVE, Choice.REJECT


def entries(points: str = "30") -> tuple[ScoreEntry, ...]:
    return tuple(ScoreEntry(code=code, points=Decimal(points)) for code, _ in ITEMS)


def states(world: World) -> set[str]:
    with world.database.begin(PROFILE) as session:
        return set(session.scalars(select(ReviewMaterial.state).filter_by(meeting_id=world.meeting_id)))


def steps_done(world: World) -> frozenset[Step]:
    with world.database.begin(PROFILE) as session:
        return done_steps(session, world.meeting_id)


# standard, leaders, reviewers


@pytest.mark.req("HB-137")
def test_only_the_chair_confirms_the_standard_and_may_return_it_with_a_reason(database: Database) -> None:
    """Another judge is not allowed, a stranger finds nothing; returned, the standard is the office's again."""
    world = make_world(database)
    confirm = ConfirmStandard(**new(), meeting_id=world.meeting_id)
    with pytest.raises(NotAllowed):
        world.do(world.judge(2), assignment.confirm_standard, confirm)
    with pytest.raises(NotFound):
        world.do(person((Role.EXPERT, None)), assignment.confirm_standard, confirm)
    world.do(
        world.chair,
        assignment.return_standard,
        ReturnStandard(**new(), meeting_id=world.meeting_id, opinion="请补充说明"),
    )
    assert Step.STANDARD_SUBMITTED not in steps_done(world)
    with pytest.raises(StepNotReady):
        world.do(world.chair, assignment.confirm_standard, confirm)


@pytest.mark.req("HB-138")
def test_the_chair_names_a_judge_of_each_group_as_its_leader(database: Database) -> None:
    """A judge of another group cannot lead; the step is done when every group with materials has a leader."""
    world = make_world(database, judges=6, groups=2)
    world.do(world.chair, assignment.confirm_standard, ConfirmStandard(**new(), meeting_id=world.meeting_id))

    def appoint(group: int, judge: int) -> None:
        leader = GroupLeader(group_id=world.groups[group], judge_id=world.judges[judge].id)
        command = AppointLeaders(**new(), meeting_id=world.meeting_id, leaders=(leader,))
        world.do(world.chair, assignment.appoint_leaders, command)

    with pytest.raises(LeaderNotInGroup):
        appoint(0, 3)
    appoint(0, 2)
    assert Step.LEADERS_APPOINTED not in steps_done(world)
    appoint(1, 3)
    appoint(1, 5)
    assert Step.LEADERS_APPOINTED in steps_done(world)
    with database.begin(PROFILE) as session:
        leaders = select(MeetingJudge.id).filter_by(meeting_id=world.meeting_id, leads_group=True)
        assert set(session.scalars(leaders)) == {world.judges[2].id, world.judges[5].id}


@pytest.mark.req("HB-139", "HB-140")
def test_a_leader_assigns_ticked_materials_to_two_free_judges_of_the_own_group(database: Database) -> None:
    """Equal reviewers, judges of other groups and judges in conflict are refused; several rows are told apart."""
    world = make_world(database, judges=8, materials=4, groups=2, conflicts=((4, 0),))
    world.start_scoring()
    leader = world.judge(2)

    def assign(materials: tuple[int, ...], lead: int, second: int) -> object:
        command = AssignReviewers(
            **new(),
            meeting_id=world.meeting_id,
            material_ids=tuple(world.materials[index] for index in materials),
            lead_judge_id=world.judges[lead].id,
            second_judge_id=world.judges[second].id,
        )
        return world.do(leader, assignment.assign_reviewers, command)

    with pytest.raises(ReviewersEqual):
        assign((0,), 6, 6)
    with pytest.raises(ReviewerNotInGroup):
        assign((0,), 6, 3)
    with pytest.raises(ConflictOfInterest):
        assign((0,), 4, 6)
    with pytest.raises(NotFound):
        assign((1,), 4, 6)
    done = assign((0, 2), 4, 6)
    assert done.done == (world.materials[2],)
    assert [row.code for row in done.refused] == [ConflictOfInterest.code]


@pytest.mark.req("HB-139")
def test_assigning_all_spreads_the_materials_and_leaves_out_those_without_two_free_judges(database: Database) -> None:
    """全部分配 never gives a material to a judge in conflict and names the material that nobody may read."""
    conflicts = tuple((judge, 0) for judge in range(4))
    world = make_world(database, judges=5, materials=3, conflicts=conflicts)
    world.start_scoring()
    page = world.ask(
        world.chair, queries.reviewer_assignments, meeting_id=world.meeting_id, group_id=None, page=PageRequest()
    )
    rows = {row.material.material_id: row for row in page.items}
    assert rows[world.materials[0]].lead is None
    assert set(rows[world.materials[0]].excluded_judge_ids) == {world.judges[index].id for index in range(4)}
    for material in world.materials[1:]:
        assert rows[material].lead is not None
        assert rows[material].second is not None
        assert rows[material].lead != rows[material].second


# scoring


@pytest.mark.req("HB-141", "HB-142", "HB-143", "HB-144")
def test_a_score_climbs_from_lead_to_chair_and_each_step_is_its_holders_alone(database: Database) -> None:
    """Whoever has another step is not allowed this one; each step follows the one before; the last ends the scoring."""
    world = make_world(database, judges=6, materials=1)
    world.start_scoring()
    (material,) = world.materials
    lead = world.reviewer(material, ScoringStep.LEAD)
    with pytest.raises(NotAllowed):
        world.do(
            world.reviewer(material, ScoringStep.SECOND),
            scoring.score_material,
            ScoreMaterial(**new(), material_id=material, entries=entries()),
        )
    with pytest.raises(WrongState):
        world.confirm(material, ScoringStep.SECOND)
    sheet = world.do(lead, scoring.score_material, ScoreMaterial(**new(), material_id=material, entries=entries()))
    assert sheet.current.total == Decimal(60)
    with pytest.raises(WrongState):
        world.confirm(material, ScoringStep.LEADER)
    with pytest.raises(NotAllowed):
        world.confirm(material, ScoringStep.SECOND, actor=lead)
    for step in (ScoringStep.SECOND, ScoringStep.LEADER):
        world.confirm(material, step)
    assert Step.SCORES_CONFIRMED not in steps_done(world)
    world.confirm(material, ScoringStep.CHAIR)
    assert states(world) == {"chair_confirmed"}
    assert Step.SCORES_CONFIRMED in steps_done(world)


@pytest.mark.req("HB-145")
def test_every_confirming_step_sends_back_with_a_reason_and_former_scores_stay(database: Database) -> None:
    """Second, leader and chair each send the score back; the lead sees reason and former score, and scores anew."""
    world = make_world(database, judges=6, materials=1)
    world.start_scoring()
    (material,) = world.materials
    before = {ScoringStep.SECOND: ScoringStep.LEAD, ScoringStep.LEADER: ScoringStep.SECOND}
    for turn, step in enumerate((ScoringStep.SECOND, ScoringStep.LEADER, ScoringStep.CHAIR), start=1):
        world.score(material, upto=before.get(step, ScoringStep.LEADER), points=str(30 + turn))
        world.do(
            world.reviewer(material, step),
            scoring.send_back_score,
            SendBackScore(**new(), material_id=material, step=step, reason=f"第{turn}次"),
        )
    lead = world.reviewer(material, ScoringStep.LEAD)
    sheet = world.ask(lead, queries.score_sheet, material_id=material)
    assert sheet.current is None
    assert [record.sent_back_reason for record in sheet.former] == ["第3次", "第2次", "第1次"]
    assert [record.total for record in sheet.former] == [Decimal(66), Decimal(64), Decimal(62)]
    assert sheet.my_steps == (ScoringStep.LEAD,)


@pytest.mark.req("HB-146", "PL-12")
def test_a_wrong_sheet_and_a_stale_one_are_refused_and_nothing_is_kept(database: Database) -> None:
    """Faults are named with their place; a sheet for a version that is gone is a conflict."""
    world = make_world(database, judges=6, materials=1)
    world.start_scoring()
    (material,) = world.materials
    lead = world.reviewer(material, ScoringStep.LEAD)
    with pytest.raises(InvalidInput) as refused:
        world.do(lead, scoring.score_material, ScoreMaterial(**new(), material_id=material, entries=entries("41")[:1]))
    assert {fault.code for fault in refused.value.faults} == {
        "committee.score_out_of_range",
        "committee.score_item_missing",
    }
    with pytest.raises(StaleVersion):
        world.do(
            lead,
            scoring.score_material,
            ScoreMaterial(**new(), expected_version=1, material_id=material, entries=entries()),
        )
    assert states(world) == {"assigned"}


@pytest.mark.req("HB-141", "PL-12")
def test_an_unfinished_sheet_is_kept_for_the_lead_alone_and_gone_once_it_is_scored(database: Database) -> None:
    """A draft may be incomplete and wrong; a second window is told; second reviewers never see it; scoring ends it."""
    world = make_world(database, judges=6, materials=1)
    world.start_scoring()
    (material,) = world.materials
    lead, second = (world.reviewer(material, step) for step in (ScoringStep.LEAD, ScoringStep.SECOND))
    code = ITEMS[0][0]
    wrong = (DraftEntry(code=code, points=Decimal("999.5"), comment="草稿标记"),)

    def save(actor: Actor, revision: int) -> ScoreDraft:
        command = SaveScoreDraft(**new(), material_id=material, revision=revision, entries=wrong)
        kept: ScoreDraft = world.do(actor, scoring.save_score_draft, command)
        return kept

    assert save(lead, 0).revision == 1
    with pytest.raises(StaleVersion):
        save(lead, 0)
    assert save(lead, 1).revision == 2
    with pytest.raises(NotAllowed):
        save(second, 0)
    assert world.ask(lead, queries.score_sheet, material_id=material).draft.entries == wrong
    assert world.ask(second, queries.score_sheet, material_id=material).draft is None
    with database.begin(PROFILE) as session:
        assert "草稿标记".encode() not in bytes(session.scalar(text("SELECT entries FROM score_draft")))
    world.do(lead, scoring.score_material, ScoreMaterial(**new(), material_id=material, entries=entries()))
    assert world.ask(lead, queries.score_sheet, material_id=material).draft is None
    with pytest.raises(WrongState):
        save(lead, 2)


def test_ticked_scores_are_confirmed_row_by_row(database: Database) -> None:
    """A row that changed meanwhile is left out and named, the others are confirmed."""
    world = make_world(database, judges=4, materials=3)
    world.start_scoring()
    for material in world.materials:
        world.score(material, upto=ScoringStep.LEADER)
    rows = [world.state(material) for material in world.materials]
    rows[1] = MaterialVersion(material_id=rows[1].material_id, version=rows[1].version - 1)
    command = ConfirmScores(**new(), meeting_id=world.meeting_id, step=ScoringStep.CHAIR, materials=tuple(rows))
    done = world.do(world.chair, scoring.confirm_scores, command)
    assert done.done == (world.materials[0], world.materials[2])
    assert [(row.material_id, row.code) for row in done.refused] == [(world.materials[1], StaleVersion.code)]


@pytest.mark.req("PL-39", "HB-140")
def test_a_conflict_found_after_the_assignment_stops_scoring_and_opening_until_it_is_lifted(
    database: Database,
) -> None:
    """The assigned lead can neither open the file nor score; lifted, both go; opening leaves an audit row."""
    world = make_world(database, judges=6, materials=1)
    world.start_scoring()
    (material,) = world.materials
    lead = world.reviewer(material, ScoringStep.LEAD)
    signer = Signatures()
    with database.begin(PROFILE) as session:
        seat = session.scalars(select(MeetingJudge).filter_by(account_id=lead.account_id)).one()
        conflict = Conflict(
            expert_id=seat.expert_id,
            material_id=material,
            profile=PROFILE,
            state="undecided",
            grounds=[{"kind": "relation", "source": "x", "is_exact": False}],
            found_at=clock.now(),
        )
        session.add(conflict)
    score = ScoreMaterial(**new(), material_id=material, entries=entries())
    with pytest.raises(ConflictOfInterest):
        world.do(lead, scoring.score_material, score)
    with pytest.raises(ConflictOfInterest):
        world.ask(lead, scoring.open_material, material_id=material, signer=signer)
    with pytest.raises(ConflictOfInterest):
        world.ask(lead, queries.score_sheet, material_id=material)
    with database.begin(PROFILE) as session:
        session.execute(
            update(Conflict).values(
                state="lifted", lift_asked_by=uuid.uuid4(), lift_reason="人数不足", lifted_by=uuid.uuid4()
            )
        )
    world.do(lead, scoring.score_material, score)
    grant = world.ask(lead, scoring.open_material, material_id=material, signer=signer)
    assert grant.grant == f"{lead.account_id}/{grant.submission_id}"
    with database.begin(PROFILE) as session:
        opened = session.scalars(select(AuditEntry).filter_by(action="material_opened", object_id=material)).all()
    assert [entry.account_id for entry in opened] == [lead.account_id]


def test_nobody_without_a_task_opens_a_file(database: Database) -> None:
    """A judge of the meeting who neither reviews nor votes on a material does not find it."""
    world = make_world(database, judges=6, materials=1)
    world.start_scoring()
    (material,) = world.materials
    holders = {world.reviewer(material, step).account_id for step in ScoringStep}
    others = [index for index, judge in enumerate(world.judges) if judge.account_id not in holders]
    with pytest.raises(NotFound):
        world.ask(world.judge(others[-1]), scoring.open_material, material_id=material, signer=Signatures())
    world.score(material)
    world.select(*range(6))
    world.open()
    assert world.ask(world.judge(others[-1]), scoring.open_material, material_id=material, signer=Signatures()).grant


def test_vice_chair_and_chair_confirm_where_a_conflict_keeps_the_holder_away(database: Database) -> None:
    """A leader's and a chair's conflict do not stop a material: the vice-chair does both steps, and only there."""
    world = make_world(database, judges=7, materials=2, conflicts=((0, 0), (2, 0)))
    world.start_scoring()
    blocked, free = world.materials
    leader, vice = world.judge(2), world.judge(1)
    world.score(blocked, upto=ScoringStep.SECOND)
    with pytest.raises(ConflictOfInterest):
        world.confirm(blocked, ScoringStep.LEADER, actor=leader)
    world.confirm(blocked, ScoringStep.LEADER, actor=vice)
    with pytest.raises(ConflictOfInterest):
        world.confirm(blocked, ScoringStep.CHAIR)
    waiting = world.ask(
        vice,
        queries.scoring_materials,
        meeting_id=world.meeting_id,
        step=ScoringStep.CHAIR,
        waiting=True,
        page=PageRequest(),
    )
    assert [line.material_id for line in waiting.items] == [blocked]
    world.confirm(blocked, ScoringStep.CHAIR, actor=vice)
    world.score(free, upto=ScoringStep.LEADER)
    # Reviewers are drawn by lot: who reviews the material sees it, though the step is not theirs.
    reviewers = [world.reviewer(free, step).account_id for step in (ScoringStep.LEAD, ScoringStep.SECOND)]
    with pytest.raises(NotAllowed if vice.account_id in reviewers else NotFound):
        world.confirm(free, ScoringStep.CHAIR, actor=vice)
    world.confirm(free, ScoringStep.CHAIR)
    assert Step.SCORES_CONFIRMED in steps_done(world)


class Signatures:
    """A signer whose signature can be read: it stands for the key that only the running service has."""

    def read_grant(self, grant: object, *, minutes: int) -> str:
        return f"{grant.account_id}/{grant.submission_id}"  # type: ignore[attr-defined]
