"""What tests of scoring, vote and result need: a prepared meeting with an invented unit, judges and applicants."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock, commands, context
from chassis.database import Database
from contracts.base import Actor, Command, Role, RoleGrant
from contracts.committee.ballots import (
    BallotOpening,
    BallotResults,
    CastVotes,
    CloseBallot,
    ConfirmBallotResult,
    OpenBallot,
    SealedVote,
    SelectVoters,
    VotesCast,
)
from contracts.committee.envelope import Choice, VoteContent, pack
from contracts.committee.meetings import Step
from contracts.committee.scoring import (
    AppointLeaders,
    ConfirmScores,
    ConfirmStandard,
    DistributeReviewers,
    GroupLeader,
    MaterialVersion,
    ScoreEntry,
    ScoreMaterial,
    ScoringStep,
)
from contracts.profiles import ProfileSlice
from services.committee.operations import assignment, ballots, results, roll, scoring
from services.committee.published import PROFILES
from services.committee.tables import (
    MeetingCommittee,
    MeetingGroup,
    MeetingJudge,
    MeetingStep,
    ReviewerAssignment,
    ReviewMaterial,
)
from tests.factories.judging_rows import (
    ITEMS,
    PROFILE,
    a_committee,
    a_conflict,
    a_material,
    a_meeting,
    a_plan,
    a_seat,
    add_standard,
    an_expert,
)

FOLDER = Path("profiles/hebei")
PREPARED = tuple(Step)[: tuple(Step).index(Step.STANDARD_SUBMITTED) + 1]


def slice_content(**judging: Any) -> dict[str, Any]:
    """The committee slice of the Hebei profile, with some values of its part `judging` changed."""
    content = {
        name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("meeting", "experts", "catalogue", "options")
    }
    content["meeting"]["judging"] |= judging
    return content


def publish(session: Session, version: int = 1, **judging: Any) -> None:
    """Keep the slice as a version of the profile."""
    content = slice_content(**judging)
    digest = hashlib.sha256(repr(content).encode()).hexdigest() + str(version)
    PROFILES.store(
        session,
        profile_slice=ProfileSlice(profile=PROFILE, content_hash=digest, content=content),
        version=version,
    )


@dataclass
class World:
    """A meeting whose standard waits for the chair, in a unit below an office."""

    database: Database
    meeting_id: UUID
    unit: UUID
    office: UUID
    groups: tuple[UUID, ...]
    judges: list[MeetingJudge]
    materials: list[UUID]
    version: int = 1
    officer: Actor = field(init=False)
    auditor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.officer = person((Role.CASE_OFFICER, self.unit))
        self.auditor = person((Role.CASE_OFFICER, self.office))

    @property
    def chair(self) -> Actor:
        return self.judge(0)

    def judge(self, index: int) -> Actor:
        """The actor who sits on this seat."""
        return person((Role.EXPERT, None), account_id=self.judges[index].account_id)

    def do(self, actor: Actor, operation: Any, command: Command, **arguments: Any) -> Any:
        """Carry a command out as the service does."""
        with context.changed(actor=actor, profile=PROFILE), self.database.begin() as session:
            return commands.carry_out(session, command, operation, command=command, actor=actor, **arguments)

    def ask(self, actor: Actor | None, query: Any, **arguments: Any) -> Any:
        """Look at something as the service does."""
        who = {} if actor is None else {"actor": actor}
        with context.changed(actor=actor, profile=PROFILE), self.database.begin() as session:
            return query(session, **who, **arguments)

    # the way to the vote

    def start_scoring(self) -> None:
        """Standard confirmed, a leader for each group, reviewers for each material."""
        self.do(self.chair, assignment.confirm_standard, ConfirmStandard(**new(), meeting_id=self.meeting_id))
        leaders = {judge.group_id: judge for judge in reversed(self.judges) if judge.post is None}
        self.do(
            self.chair,
            assignment.appoint_leaders,
            AppointLeaders(
                **new(),
                meeting_id=self.meeting_id,
                leaders=tuple(GroupLeader(group_id=g, judge_id=j.id) for g, j in leaders.items()),
            ),
        )
        for group_id, leader in leaders.items():
            self.do(
                person((Role.EXPERT, None), account_id=leader.account_id),
                assignment.distribute_reviewers,
                DistributeReviewers(**new(), meeting_id=self.meeting_id, group_id=group_id),
            )

    def reviewer(self, material_id: UUID, step: ScoringStep) -> Actor:
        """Who holds a step about a material, if nobody is recused."""
        with self.database.begin(PROFILE) as session:
            material = session.get_one(ReviewMaterial, material_id)
            pair = session.get(ReviewerAssignment, material_id)
            judges = session.scalars(select(MeetingJudge).filter_by(meeting_id=self.meeting_id)).all()
        wanted = {
            ScoringStep.LEAD: lambda judge: pair is not None and judge.id == pair.lead_judge_id,
            ScoringStep.SECOND: lambda judge: pair is not None and judge.id == pair.second_judge_id,
            ScoringStep.LEADER: lambda judge: judge.leads_group and judge.group_id == material.group_id,
            ScoringStep.CHAIR: lambda judge: judge.post == "chair",
        }[step]
        return person((Role.EXPERT, None), account_id=next(filter(wanted, judges)).account_id)

    def state(self, material_id: UUID) -> MaterialVersion:
        with self.database.begin(PROFILE) as session:
            return MaterialVersion(
                material_id=material_id, version=session.get_one(ReviewMaterial, material_id).version
            )

    def score(self, material_id: UUID, upto: ScoringStep = ScoringStep.CHAIR, points: str = "30") -> None:
        """Take a material through the steps of scoring."""
        entries = tuple(ScoreEntry(code=code, points=Decimal(points)) for code, _ in ITEMS)
        lead = self.reviewer(material_id, ScoringStep.LEAD)
        self.do(lead, scoring.score_material, ScoreMaterial(**new(), material_id=material_id, entries=entries))
        steps = (ScoringStep.SECOND, ScoringStep.LEADER, ScoringStep.CHAIR)
        for step in steps[: tuple(ScoringStep).index(upto)]:
            self.confirm(material_id, step)

    def confirm(self, material_id: UUID, step: ScoringStep, actor: Actor | None = None) -> Any:
        return self.do(
            actor or self.reviewer(material_id, step),
            scoring.confirm_scores,
            ConfirmScores(**new(), meeting_id=self.meeting_id, step=step, materials=(self.state(material_id),)),
        )

    def select(self, *indexes: int, selected: bool = True) -> None:
        ids = tuple(self.judges[index].id for index in indexes)
        self.do(
            self.chair,
            roll.select_voters,
            SelectVoters(**new(), meeting_id=self.meeting_id, judge_ids=ids, selected=selected),
        )

    # the vote

    def open(self, second: int = 1) -> Opened:
        """Open the ballot as the gateway does: the code comes sealed for a key of the request."""
        key = PrivateKey.generate()
        command = OpenBallot(**new(), meeting_id=self.meeting_id, second_person_id=self.judges[second].id)
        opening: BallotOpening = self.do(self.chair, ballots.open_ballot, command, answer_key=bytes(key.public_key))
        assert opening.sealed_code is not None
        return Opened(opening, SealedBox(key).decrypt(opening.sealed_code).decode())

    def vote(
        self, opened: Opened, index: int, choices: dict[UUID, Choice], command_id: UUID | None = None
    ) -> VotesCast:
        """Seal and cast, as the gateway does."""
        votes = tuple(
            SealedVote(material_id=material, envelope=self.seal(opened, material, self.judges[index].id, choice))
            for material, choice in choices.items()
        )
        cast = CastVotes(command_id=command_id or uuid.uuid4(), ballot_id=opened.ballot_id, votes=votes)
        answer: VotesCast = self.ask(self.judge(index), ballots.cast_votes, votes=cast)
        return answer

    def seal(self, opened: Opened, material: UUID, voter: UUID, choice: Choice) -> bytes:
        content = pack(VoteContent(opened.ballot_id, material, voter, choice))
        return SealedBox(PublicKey(opened.opening.public_key)).encrypt(content)

    def close(self, opened: Opened, *, early: bool = False, code: str | None = None) -> BallotResults:
        answer: BallotResults = self.do(
            self.chair,
            ballots.close_ballot,
            CloseBallot(**new(), ballot_id=opened.ballot_id, is_early=early),
            opening_code=code or opened.code,
        )
        return answer

    def confirm_result(self, opened: Opened) -> BallotResults:
        answer: BallotResults = self.do(
            self.chair, results.confirm_ballot_result, ConfirmBallotResult(**new(), ballot_id=opened.ballot_id)
        )
        return answer

    def to_ballot(self) -> Opened:
        """From the submitted standard to the open ballot with every judge on the roll."""
        self.start_scoring()
        for material in self.materials:
            self.score(material)
        self.select(*range(len(self.judges)))
        return self.open()

    def to_result(self, passed: int) -> Opened:
        """A confirmed result in which the first `passed` materials have all votes and the others none."""
        opened = self.to_ballot()
        for index in range(len(self.judges)):
            choices = {
                material: Choice.APPROVE if place < passed else Choice.REJECT
                for place, material in enumerate(self.materials)
            }
            self.vote(opened, index, choices)
        self.close(opened)
        self.confirm_result(opened)
        return opened


@dataclass(frozen=True)
class Opened:
    """An open ballot and its code, as two people wrote it down."""

    opening: BallotOpening
    code: str

    @property
    def ballot_id(self) -> UUID:
        return self.opening.ballot_id


def new() -> dict[str, Any]:
    """The id of a command that was never sent before."""
    return {"command_id": uuid.uuid4()}


def person(*grants: tuple[Role, UUID | None], account_id: UUID | None = None) -> Actor:
    """An invented actor with these posts."""
    return Actor(
        account_id=account_id or uuid.uuid4(),
        person_id=uuid.uuid4(),
        session_id=uuid.uuid4(),
        profile=PROFILE,
        roles=tuple(RoleGrant(role=role, organization_id=place) for role, place in grants),
    )


def make_world(
    database: Database,
    *,
    judges: int = 5,
    materials: int = 3,
    groups: int = 1,
    conflicts: tuple[tuple[int, int], ...] = (),
    version: int = 1,
    **judging: Any,
) -> World:
    """A meeting with a submitted standard: judge 0 is chair, 1 vice-chair; `conflicts` are (judge, material)."""
    unit, office, now = uuid.uuid4(), uuid.uuid4(), clock.now()
    with context.changed(profile=PROFILE), database.begin() as session:
        publish(session, version, **judging)
        committee = a_committee(unit, office, now)
        meeting = a_meeting(unit, version, now)
        session.add_all([committee, meeting])
        session.flush()
        session.add(MeetingCommittee(meeting_id=meeting.id, committee_id=committee.id, profile=PROFILE))
        places = [
            MeetingGroup(
                id=uuid.uuid4(), profile=PROFILE, meeting_id=meeting.id, name=f"第{n + 1}组", size=99, position=n
            )
            for n in range(groups)
        ]
        session.add_all(places)
        people = [an_expert(serial, now) for serial in range(judges)]
        session.add_all(people)
        session.flush()
        seats = [a_seat(meeting, expert, places[n % groups].id, n) for n, expert in enumerate(people)]
        session.add_all(seats)
        session.add(a_plan(meeting, now))
        cases = [a_material(meeting, committee, places[n % groups].id, n, now) for n in range(materials)]
        session.add_all(cases)
        add_standard(session, meeting, now)
        session.add_all(
            MeetingStep(meeting_id=meeting.id, step=step.value, profile=PROFILE, done_at=now, done_by=uuid.uuid4())
            for step in PREPARED
        )
        session.flush()
        for judge, material in conflicts:
            session.add(a_conflict(people[judge].id, cases[material].id, now))
        return World(
            database,
            meeting.id,
            unit,
            office,
            tuple(place.id for place in places),
            seats,
            [case.id for case in cases],
            version,
        )
