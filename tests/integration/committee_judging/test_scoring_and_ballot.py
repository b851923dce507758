"""A prepared meeting on a real PostgreSQL: leaders, reviewers, four steps of scoring, roll and ballot."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from chassis import clock
from chassis.database import Database
from chassis.tables import AuditEntry, CommandRow, OutboxRow
from contracts.base import Actor, PageRequest, Role
from contracts.committee.ballots import (
    BallotState,
    CastVotes,
    OpenBallot,
    PaperState,
    SealedVote,
    VoidBallot,
)
from contracts.committee.envelope import Choice
from contracts.committee.judging_errors import (
    AlreadyVoted,
    BallotNotClosed,
    BallotNotOpen,
    BallotSpoiled,
    ConflictOfInterest,
    LeaderNotInGroup,
    MaterialsNotConfirmed,
    NotOnRoll,
    OpeningCodeWrong,
    QuorumNotMet,
    ReviewerNotInGroup,
    ReviewersEqual,
    RollEmpty,
    TooFewVotes,
    VoterRecused,
    VotesMissing,
)
from contracts.committee.meetings import Step
from contracts.committee.refusals import SecondPersonRequired, StepIsOver, StepNotReady
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
from services.committee.operations import assignment, ballots, roll, scoring
from services.committee.operations.steps import done_steps
from services.committee.queries import ballots as ballot_queries
from services.committee.queries import scoring as queries
from services.committee.tables import Ballot, CastVote, Conflict, MeetingJudge, ReviewMaterial
from tests.factories.judging import ITEMS, PROFILE, World, make_world, new, person

APPROVE, REJECT = Choice.APPROVE, Choice.REJECT


@pytest.fixture
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("committee")


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


# roll and opening


@pytest.mark.req("HB-147", "HB-148")
def test_the_chair_selects_voters_from_the_judges_and_the_opening_freezes_the_roll(database: Database) -> None:
    """The roll lists the judges with masked numbers; after the opening nobody is added or taken off."""
    world = make_world(database, judges=4, materials=1)
    world.start_scoring()
    with pytest.raises(StepNotReady):
        world.select(0)
    world.score(world.materials[0])
    world.select(0, 1, 2, 3)
    world.select(3, selected=False)
    world.ask(world.judge(2), roll.be_present, meeting_id=world.meeting_id)
    rows = world.ask(world.chair, ballot_queries.voter_roll, meeting_id=world.meeting_id, page=PageRequest())
    shown = {row.judge.judge_id: row for row in rows.items}
    assert [shown[judge.id].is_selected for judge in world.judges] == [True, True, True, False]
    assert [shown[judge.id].is_present for judge in world.judges] == [False, False, True, False]
    assert all("*" in row.id_document_no and "*" in (row.mobile or "") for row in rows.items)
    opened = world.open()
    with pytest.raises(StepIsOver):
        world.select(3)
    with pytest.raises(NotOnRoll):
        world.vote(opened, 3, {world.materials[0]: APPROVE})


@pytest.mark.req("HB-149", "HB-150")
def test_only_the_chair_opens_and_only_with_scores_roll_quorum_and_a_second_person(database: Database) -> None:
    """Each missing condition has its own refusal, and the list of conditions says the same beforehand."""
    world = make_world(database, judges=6, materials=2)
    world.start_scoring()
    with pytest.raises(MaterialsNotConfirmed):
        world.open()
    for material in world.materials:
        world.score(material)
    with pytest.raises(RollEmpty):
        world.open()
    world.select(0, 1, 2)
    with pytest.raises(QuorumNotMet):
        world.open()
    conditions = world.ask(world.chair, ballot_queries.opening_conditions, meeting_id=world.meeting_id)
    assert [condition.is_met for condition in conditions] == [True, True, False]
    assert conditions[2].params == {"present": 3, "committee": 6, "needed": 4}
    world.select(3)
    with pytest.raises(SecondPersonRequired):
        world.open(second=0)
    with pytest.raises(NotAllowed):
        world.ask(world.judge(1), ballot_queries.opening_conditions, meeting_id=world.meeting_id)
    world.open()
    assert states(world) == {"in_ballot"}
    with pytest.raises(MaterialsNotConfirmed):
        world.open()


def test_the_opening_code_is_shown_once_and_kept_nowhere(database: Database) -> None:
    """The repeat of the opening gives the same ballot without a code."""
    world = make_world(database, judges=3, materials=1)
    world.start_scoring()
    world.score(world.materials[0])
    world.select(0, 1, 2)
    command = OpenBallot(**new(), meeting_id=world.meeting_id, second_person_id=world.judges[1].id)
    keys = [bytes(PrivateKey.generate().public_key) for _ in range(2)]
    first = world.do(world.chair, ballots.open_ballot, command, answer_key=keys[0])
    again = world.do(world.chair, ballots.open_ballot, command, answer_key=keys[1])
    assert first.sealed_code is not None
    assert again.sealed_code is None
    assert again.ballot_id == first.ballot_id
    with database.begin(PROFILE) as session:
        answer = session.get_one(CommandRow, (PROFILE, command.command_id)).answer
    assert answer["sealed_code"] is None


# the vote


@pytest.mark.req("HB-151", "HB-153", "HB-156")
def test_votes_are_cast_once_and_counted_per_material(database: Database) -> None:
    """A repeat is harmless, a second vote is refused even if it is the same, and the sums are right."""
    world = make_world(database, judges=3, materials=2)
    opened = world.to_ballot()
    first, second = world.materials
    again = uuid.uuid4()
    assert world.vote(opened, 0, {first: APPROVE, second: REJECT}, again).remaining == 0
    assert world.vote(opened, 0, {first: APPROVE, second: REJECT}, again).cast == 2
    with pytest.raises(AlreadyVoted):
        world.vote(opened, 0, {first: REJECT})
    assert world.vote(opened, 1, {first: APPROVE}).remaining == 1
    with pytest.raises(VotesMissing) as missing:
        world.close(opened)
    assert missing.value.params == {"voters": 2}
    with pytest.raises(BallotNotClosed):
        world.ask(world.chair, ballot_queries.ballot_results, meeting_id=world.meeting_id)
    with pytest.raises(BallotNotClosed):
        world.confirm_result(opened)
    # One vote alone would be read in the sum of the second material.
    with pytest.raises(TooFewVotes) as few:
        world.close(opened, early=True)
    assert few.value.params == {"needed": 2, "materials": 1}
    world.vote(opened, 1, {second: REJECT})
    results = world.close(opened, early=True)
    counted = {row.material.material_id: (row.yes, row.no, row.entitled, row.needed) for row in results.rows}
    assert counted == {first: (2, 0, 3, 2), second: (0, 2, 3, 2)}
    with pytest.raises(BallotNotOpen):
        world.vote(opened, 2, {first: APPROVE})
    outcome = {row.material.material_id: row.outcome for row in world.confirm_result(opened).rows}
    assert outcome == {first: "passed", second: "failed"}
    with database.begin(PROFILE) as session:
        topics = session.scalars(select(OutboxRow.topic).order_by(OutboxRow.id)).all()
    assert topics.count("committee.ResultConfirmed") >= 2


@pytest.mark.req("HB-153", "PL-39")
def test_a_recused_judge_votes_on_everything_else(database: Database) -> None:
    """The paper shows the gap with its reason; a vote there is refused whole, and the database refuses it as well."""
    world = make_world(database, judges=4, materials=2, conflicts=((3, 0),))
    opened = world.to_ballot()
    paper = world.ask(world.judge(3), ballot_queries.ballot_paper, meeting_id=world.meeting_id)
    shown = {row.material.material_id: (row.state, row.recused_because) for row in paper.rows}
    assert shown[world.materials[0]] == (PaperState.RECUSED, ("same_organization",))
    assert shown[world.materials[1]] == (PaperState.OPEN, ())
    with pytest.raises(VoterRecused):
        world.vote(opened, 3, dict.fromkeys(world.materials, APPROVE))
    with pytest.raises(DBAPIError), database.begin(PROFILE) as session:
        session.add(
            CastVote(
                ballot_id=opened.ballot_id,
                material_id=world.materials[0],
                voter_id=world.judges[3].id,
                profile=PROFILE,
                command_id=uuid.uuid4(),
                envelope=bytes(97),
            )
        )
    assert world.vote(opened, 3, {world.materials[1]: APPROVE}).remaining == 0
    assert world.ask(world.judge(3), ballot_queries.ballot_key, ballot_id=opened.ballot_id).open_material_ids == ()


@pytest.mark.req("HB-154")
def test_the_threshold_is_a_share_of_those_present_or_of_those_who_stayed(database: Database) -> None:
    """With a recused judge 4 of 6 are two thirds of who stayed, but not of the whole roll: the profile decides."""
    for version, recused_count, expected in ((31, True, "failed"), (32, False, "passed")):
        world = make_world(
            database,
            judges=7,
            materials=1,
            conflicts=((6, 0),),
            version=version,
            recused_count_as_present=recused_count,
        )
        opened = world.to_ballot()
        for index in range(6):
            world.vote(opened, index, {world.materials[0]: APPROVE if index < 4 else REJECT})
        world.close(opened)
        (row,) = world.confirm_result(opened).rows
        assert (row.outcome, row.entitled) == (expected, 6)


@pytest.mark.req("HB-155", "HB-156")
def test_only_the_code_closes_and_a_lost_one_means_to_vote_again(database: Database) -> None:
    """A wrong code counts nothing; the chair voids the round with a reason, and a new one begins from nothing."""
    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    for index in range(3):
        world.vote(opened, index, {material: REJECT})
    with pytest.raises(OpeningCodeWrong):
        world.close(opened, code="00000-00000-00000-00000-00000")
    void = VoidBallot(**new(), ballot_id=opened.ballot_id, reason="开票码遗失")
    with pytest.raises(NotAllowed):
        world.do(world.judge(1), ballots.void_ballot, void)
    world.do(world.chair, ballots.void_ballot, void)
    with database.begin(PROFILE) as session:
        left = session.scalars(select(CastVote.envelope).filter_by(ballot_id=opened.ballot_id)).all()
        assert left == [None] * 3
        assert session.get_one(Ballot, opened.ballot_id).stored_half is None
    with pytest.raises(BallotNotOpen):
        world.close(opened)
    again = world.open()
    assert again.opening.number == 2
    for index in range(3):
        world.vote(again, index, {material: APPROVE})
    world.close(again)
    (row,) = world.confirm_result(again).rows
    assert (row.yes, row.no, row.outcome) == (3, 0, "passed")


def test_a_counted_ballot_cannot_be_voided_but_a_spoiled_one_must_be(database: Database) -> None:
    """Nobody repeats a vote because of its result; envelopes in the wrong place forbid to confirm one."""
    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    for index in range(3):
        world.vote(opened, index, {material: APPROVE})
    world.close(opened)
    void = VoidBallot(**new(), ballot_id=opened.ballot_id, reason="再投一次")
    with pytest.raises(WrongState):
        world.do(world.chair, ballots.void_ballot, void)

    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    stolen = world.seal(opened, material, world.judges[1].id, APPROVE)
    cast = CastVotes(
        command_id=uuid.uuid4(),
        ballot_id=opened.ballot_id,
        votes=(SealedVote(material_id=material, envelope=stolen),),
    )
    world.ask(world.judge(0), ballots.cast_votes, votes=cast)
    world.vote(opened, 1, {material: APPROVE})
    world.vote(opened, 2, {material: APPROVE})
    (row,) = world.close(opened).rows
    assert (row.yes, row.spoiled) == (2, 1)
    with pytest.raises(BallotSpoiled):
        world.confirm_result(opened)
    world.do(world.chair, ballots.void_ballot, VoidBallot(**new(), ballot_id=opened.ballot_id, reason="选票有误"))
    assert world.open().opening.number == 2


@pytest.mark.req("HB-155", "HB-153")
def test_by_judge_shows_who_has_voted_and_never_how(database: Database) -> None:
    """The chair sees presence and completion of persons; no field of the view holds a count of votes or a choice."""
    world = make_world(database, judges=3, materials=2)
    opened = world.to_ballot()
    world.vote(opened, 1, dict.fromkeys(world.materials, REJECT))
    world.vote(opened, 2, {world.materials[0]: APPROVE})
    world.ask(world.judge(1), roll.be_present, meeting_id=world.meeting_id)
    progress = world.ask(world.chair, ballot_queries.ballot_progress, meeting_id=world.meeting_id)
    shown = {voter.judge.judge_id: (voter.is_present, voter.has_voted) for voter in progress.voters}
    assert [shown[judge.id] for judge in world.judges] == [(False, False), (True, True), (False, False)]
    assert (progress.present, progress.voted) == (1, 1)
    with pytest.raises(NotAllowed):
        world.ask(world.judge(1), ballot_queries.ballot_progress, meeting_id=world.meeting_id)


def test_a_vote_in_the_table_is_never_changed(database: Database) -> None:
    """Replacing, wiping or deleting an envelope of an open ballot is refused by the database itself."""
    world = make_world(database, judges=3, materials=1)
    opened = world.to_ballot()
    world.vote(opened, 0, {world.materials[0]: APPROVE})
    mine = f"ballot_id = '{opened.ballot_id}'"
    for statement in (
        f"UPDATE cast_vote SET envelope = decode(repeat('00', 97), 'hex') WHERE {mine}",
        f"UPDATE cast_vote SET envelope = NULL WHERE {mine}",
        f"DELETE FROM cast_vote WHERE {mine}",
        f"DELETE FROM voting_right WHERE {mine}",
        f"UPDATE voter SET judge_id = judge_id WHERE {mine}",
    ):
        with pytest.raises(DBAPIError), database.begin(PROFILE) as session:
            session.execute(text(statement))


def test_closing_waits_for_votes_under_way_and_later_ones_are_told(database: Database) -> None:
    """Judges vote in parallel while the chair closes early: each vote is either counted or refused, none is lost."""
    world = make_world(database, judges=8, materials=1)
    opened = world.to_ballot()
    (material,) = world.materials
    told: dict[int, str] = {}

    def cast(index: int) -> None:
        try:
            world.vote(opened, index, {material: APPROVE})
            told[index] = "cast"
        except BallotNotOpen:
            told[index] = "late"

    threads = [threading.Thread(target=cast, args=(index,)) for index in (6, 7)]
    for index in range(6):  # the quorum
        cast(index)
    threads[0].start()
    closer = threading.Thread(target=lambda: told.update({-1: str(world.close(opened, early=True).rows[0].yes)}))
    closer.start()
    threads[1].start()
    for thread in (*threads, closer):
        thread.join()
    assert len(told) == 9
    assert int(told.pop(-1)) == list(told.values()).count("cast")


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_votes_with_triple_retries_are_tallied_right(database: Database, data: st.DataObject) -> None:
    """Judges vote in any portions and send each portion three times; what is counted is what they chose."""
    world = make_world(database, judges=4, materials=3, conflicts=((3, 1),))
    opened = world.to_ballot()
    expected: dict[UUID, list[Choice]] = {material: [] for material in world.materials}
    for index in range(4):
        own = [m for place, m in enumerate(world.materials) if (index, place) != (3, 1)]
        choices = {m: data.draw(st.sampled_from(Choice)) for m in own if data.draw(st.integers(0, 9))}
        for material, choice in choices.items():
            expected[material].append(choice)
        parts = [choices] if data.draw(st.booleans()) else [{m: c} for m, c in choices.items()]
        for part in filter(None, parts):
            again = uuid.uuid4()
            answers = [world.vote(opened, index, part, again) for _ in range(3)]
            assert len(set(answers)) == 1
    if short := sum(len(expected[material]) < 3 for material in world.materials):
        with pytest.raises(TooFewVotes) as few:
            world.close(opened, early=True)
        assert few.value.params == {"needed": 3, "materials": short}
        return
    results = world.close(opened, early=True)
    assert {row.material.material_id: (row.yes, row.no, row.spoiled) for row in results.rows} == {
        material: (choices.count(APPROVE), choices.count(REJECT), 0) for material, choices in expected.items()
    }
    assert results.state is BallotState.CLOSED


class Signatures:
    """A signer whose signature can be read: it stands for the key that only the running service has."""

    def read_grant(self, grant: object, *, minutes: int) -> str:
        return f"{grant.account_id}/{grant.submission_id}"  # type: ignore[attr-defined]
