"""What is counted and shown of a ballot, for answers and views; never how anybody voted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from contracts.committee.ballots import (
    BallotResults,
    BallotState,
    OpeningCondition,
    ResultRow,
)
from contracts.committee.judging_errors import (
    MaterialsNotConfirmed,
    QuorumNotMet,
    RollEmpty,
)
from contracts.events import Outcome
from services.committee.published import judging_rules
from services.committee.rules.tally import Share
from services.committee.seats import seated_judges
from services.committee.tables import (
    Ballot,
    BallotMaterial,
    CastVote,
    Meeting,
    MeetingJudge,
    ReviewMaterial,
    ReviewPlan,
    RollEntry,
    VotingRight,
)
from services.committee.views.scoring import lines_of


def newest(session: Session, meeting_id: UUID) -> Ballot | None:
    """The last round of the meeting's vote."""
    return session.scalar(select(Ballot).filter_by(meeting_id=meeting_id).order_by(Ballot.number.desc()).limit(1))


def roll(session: Session, meeting_id: UUID) -> list[UUID]:
    """The judges whom the chair selected and who are still seated."""
    return list(
        session.scalars(
            select(RollEntry.judge_id)
            .join(MeetingJudge, MeetingJudge.id == RollEntry.judge_id)
            .where(RollEntry.meeting_id == meeting_id, MeetingJudge.is_seated)
            .order_by(RollEntry.judge_id)
        )
    )


def conditions(session: Session, meeting: Meeting) -> tuple[OpeningCondition, ...]:
    """What must be so before the vote opens (HB-150), each with the code of its refusal."""
    states = session.scalars(select(ReviewMaterial.state).filter_by(meeting_id=meeting.id)).all()
    waiting = sum(state != "chair_confirmed" for state in states)
    on_roll = len(roll(session, meeting.id))
    committee = len(seated_judges(session, meeting.id))
    needed = quorum(session, meeting.id, committee)
    return (
        OpeningCondition(
            code=MaterialsNotConfirmed.code,
            is_met=bool(states) and not waiting,
            params={"waiting": waiting, "materials": len(states)},
        ),
        OpeningCondition(code=RollEmpty.code, is_met=on_roll > 0),
        OpeningCondition(
            code=QuorumNotMet.code,
            is_met=on_roll >= needed,
            params={"present": on_roll, "committee": committee, "needed": needed},
        ),
    )


def quorum(session: Session, meeting_id: UUID, committee: int) -> int:
    """How many of a committee of this size must vote by the plan in force."""
    plan = session.scalar(select(ReviewPlan).filter_by(meeting_id=meeting_id, state="approved"))
    return Share(plan.quorum_numerator, plan.quorum_denominator).least(committee) if plan else committee


def voters_missing(session: Session, ballot_id: UUID) -> int:
    """How many voters have not cast every vote."""
    return len(votes_left(session, ballot_id))


def spoiled(session: Session, ballot_id: UUID) -> int:
    """How many envelopes of a closed ballot could not be counted."""
    return (
        session.scalar(select(func.coalesce(func.sum(BallotMaterial.spoiled), 0)).filter_by(ballot_id=ballot_id)) or 0
    )


def results(session: Session, ballot: Ballot) -> BallotResults:
    """The sums of a closed ballot."""
    meeting = session.get_one(Meeting, ballot.meeting_id)
    recused_count = judging_rules(session, meeting).recused_count_as_present
    rows = session.execute(
        select(ReviewMaterial, BallotMaterial)
        .join(BallotMaterial, BallotMaterial.material_id == ReviewMaterial.id)
        .where(BallotMaterial.ballot_id == ballot.id)
        .order_by(ReviewMaterial.group_id, ReviewMaterial.admitted_at, ReviewMaterial.id)
    ).all()
    votes = entitled(session, ballot.id)
    lines = lines_of(session, meeting, [material for material, _ in rows])
    return BallotResults(
        ballot_id=ballot.id,
        number=ballot.number,
        state=BallotState(ballot.state),
        committee_size=ballot.committee_size,
        roll_size=ballot.roll_size,
        rows=tuple(
            ResultRow(
                material=line,
                entitled=votes.get(count.material_id, 0),
                needed=threshold(ballot).least(
                    present_for(ballot, votes.get(count.material_id, 0), recused_count=recused_count)
                ),
                yes=count.yes or 0,
                no=count.no or 0,
                spoiled=count.spoiled or 0,
                outcome=Outcome(count.outcome) if count.outcome else None,
            )
            for line, (_, count) in zip(lines, rows, strict=True)
        ),
    )


def entitled(session: Session, ballot_id: UUID) -> dict[UUID, int]:
    """How many voters could vote on each material."""
    return dict(
        session.execute(
            select(VotingRight.material_id, func.count())
            .where(VotingRight.ballot_id == ballot_id)
            .group_by(VotingRight.material_id)
        ).all()
    )


def threshold(ballot: Ballot) -> Share:
    """The share of those present that must vote for a person."""
    return Share(ballot.threshold_numerator, ballot.threshold_denominator)


def present_for(ballot: Ballot, entitled: int, *, recused_count: bool) -> int:
    """The number of which the threshold is a share: the whole roll, or without those who left for this material."""
    return ballot.roll_size if recused_count else entitled


def votes_left(session: Session, ballot_id: UUID) -> dict[UUID, int]:
    """Voters who have votes to cast, with how many."""
    return dict(
        session.execute(
            select(VotingRight.voter_id, func.count())
            .outerjoin(
                CastVote,
                and_(
                    CastVote.ballot_id == VotingRight.ballot_id,
                    CastVote.material_id == VotingRight.material_id,
                    CastVote.voter_id == VotingRight.voter_id,
                ),
            )
            .where(VotingRight.ballot_id == ballot_id, CastVote.voter_id.is_(None))
            .group_by(VotingRight.voter_id)
        ).all()
    )
