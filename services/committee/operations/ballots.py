"""Opening, casting, closing and voiding (HB-149 … HB-156, design §6; docs/ballots.md says why it is done this way).

Nothing here, and nothing that it writes, ever holds a choice beside a voter: choices are inside envelopes until the
closing, and the closing turns all envelopes of a ballot into sums in one go.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from uuid import UUID, uuid4

from nacl.public import PublicKey, SealedBox
from nacl.utils import random
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, live, outbox
from contracts.base import Actor, SecretAnswer
from contracts.committee.ballots import (
    BallotOpening,
    BallotResults,
    BallotState,
    CastVotes,
    CloseBallot,
    OpenBallot,
    VoidBallot,
    VotesCast,
)
from contracts.committee.judging_errors import (
    AlreadyVoted,
    BallotNotOpen,
    MaterialsNotConfirmed,
    NotOnRoll,
    OpeningCodeWrong,
    QuorumNotMet,
    RollEmpty,
    TooFewVotes,
    VoterRecused,
    VotesMissing,
)
from contracts.committee.meetings import Step
from contracts.committee.refusals import NotSeated, SecondPersonRequired
from contracts.errors import DomainError, Fault, InvalidInput, NotFound, WrongState
from contracts.events import BallotOpened
from contracts.live import Topic
from services.committee.operations import steps
from services.committee.rules import ballot as rules
from services.committee.rules.tally import OpenedEnvelope, count_votes
from services.committee.seats import blocked_pairs, chaired_meeting, own_seat, seated_judges
from services.committee.tables import (
    Ballot,
    BallotMaterial,
    CastVote,
    Meeting,
    MeetingJudge,
    Recusal,
    ReviewMaterial,
    ReviewPlan,
    Voter,
    VotingRight,
)
from services.committee.views import ballots as views

REFUSALS: tuple[type[DomainError], ...] = (MaterialsNotConfirmed, RollEmpty, QuorumNotMet)


class ShownOnce(BallotOpening, SecretAnswer):
    """An opening whose code is not kept for a repeat."""

    def without_secrets(self) -> ShownOnce:
        return self.model_copy(update={"sealed_code": None})


def open_ballot(session: Session, *, command: OpenBallot, actor: Actor, answer_key: bytes) -> ShownOnce:
    """发起投票: freeze the roll, make the key, show its other half once, sealed for `answer_key` (HB-149, HB-150)."""
    meeting = chaired_meeting(session, actor, command.meeting_id)
    judges = {judge.id: judge for judge in seated_judges(session, meeting.id)}
    second = judges.get(command.second_person_id)
    if second is None:
        raise NotSeated()
    if second.account_id == actor.account_id:
        raise SecondPersonRequired()
    for condition in views.conditions(session, meeting):
        if not condition.is_met:
            raise next(refusal for refusal in REFUSALS if refusal.code == condition.code)(**condition.params)
    steps.require(session, meeting, Step.VOTING)
    if (current := views.newest(session, meeting.id)) is not None and current.state != BallotState.VOIDED:
        raise WrongState(state=current.state, act="open_ballot")
    ballot, code = _open(session, meeting, actor, command.second_person_id, judges)
    steps.complete(session, meeting, Step.VOTING, actor)
    audit.record(
        session, "ballot_opened", "ballot", ballot.id, number=ballot.number, roll=ballot.roll_size, second=second.id
    )
    return ShownOnce(
        ballot_id=ballot.id,
        number=ballot.number,
        public_key=ballot.public_key,
        sealed_code=SealedBox(PublicKey(answer_key)).encrypt(code.encode()),
    )


def cast_votes(session: Session, *, votes: CastVotes, actor: Actor) -> VotesCast:
    """评委投票: put the envelopes into the ballot, all or none; a repeated command changes nothing (HB-151, HB-153).

    Not a stored command: each repeat is sealed anew, so its content differs while the vote is the same.
    """
    ballot = session.get(Ballot, votes.ballot_id, with_for_update={"read": True})
    if ballot is None:
        raise NotFound()
    voter = voter_of(session, actor, ballot)
    if ballot.state != BallotState.OPEN:
        raise BallotNotOpen()
    wanted = [vote.material_id for vote in votes.votes]
    _refuse_repeated(wanted)
    rights = set(session.scalars(select(VotingRight.material_id).filter_by(ballot_id=ballot.id, voter_id=voter.id)))
    if foreign := [material_id for material_id in wanted if material_id not in rights]:
        raise VoterRecused(materials=[str(material_id) for material_id in foreign])
    new = session.execute(
        insert(CastVote)
        .values(
            [
                {
                    "ballot_id": ballot.id,
                    "material_id": vote.material_id,
                    "voter_id": voter.id,
                    "profile": ballot.profile,
                    "command_id": votes.command_id,
                    "envelope": vote.envelope,
                }
                for vote in votes.votes
            ]
        )
        .on_conflict_do_nothing()
        .returning(CastVote.material_id)
    ).all()
    lying = session.execute(
        select(CastVote.material_id, CastVote.command_id).filter_by(ballot_id=ballot.id, voter_id=voter.id)
    ).all()
    if before := [row.material_id for row in lying if row.material_id in wanted and row.command_id != votes.command_id]:
        raise AlreadyVoted(materials=[str(material_id) for material_id in before])
    if new:
        # Only that something happened at the meeting; the gateway says it at even beats and to all alike.
        live.announce(session, Topic.MEETING, ballot.meeting_id)
        audit.record(session, "votes_cast", "ballot", ballot.id, votes=len(new))
    return VotesCast(cast=len(wanted), remaining=len(rights) - len(lying))


def close_ballot(session: Session, *, command: CloseBallot, actor: Actor, opening_code: str) -> BallotResults:
    """Open all envelopes in memory, keep the sums, forget envelopes and key (HB-156)."""
    ballot, _ = chaired_ballot(session, actor, command.ballot_id)
    if ballot.state != BallotState.OPEN or ballot.stored_half is None:
        raise BallotNotOpen()
    missing = views.voters_missing(session, ballot.id)
    if missing and not command.is_early:
        raise VotesMissing(voters=missing)
    if missing:
        _require_votes(session, ballot)
    key = rules.secret_key(b64decode(ballot.stored_half), opening_code)
    if bytes(key.public_key) != ballot.public_key:
        raise OpeningCodeWrong()
    rows = session.scalars(select(BallotMaterial).filter_by(ballot_id=ballot.id)).all()
    envelopes = session.execute(
        select(CastVote.material_id, CastVote.voter_id, CastVote.envelope).filter_by(ballot_id=ballot.id)
    )
    counted = count_votes(
        ballot.id,
        [row.material_id for row in rows],
        (OpenedEnvelope(row.material_id, row.voter_id, rules.open_envelope(key, row.envelope)) for row in envelopes),
    )
    for row in rows:
        tally = counted[row.material_id]
        row.yes, row.no, row.spoiled = tally.yes, tally.no, tally.spoiled
    ballot.state = BallotState.CLOSED
    ballot.closed_at = clock.now()
    ballot.closed_early = bool(missing)
    _forget(session, ballot)
    audit.record(session, "ballot_closed", "ballot", ballot.id, early=ballot.closed_early, voters_missing=missing)
    return views.results(session, ballot)


def void_ballot(session: Session, *, command: VoidBallot, actor: Actor) -> None:
    """Throw a round away and vote again: while nobody can know its result, or where envelopes were spoiled."""
    ballot, meeting = chaired_ballot(session, actor, command.ballot_id)
    is_spoiled = ballot.state == BallotState.CLOSED and views.spoiled(session, ballot.id) > 0
    if ballot.state != BallotState.OPEN and not is_spoiled:
        raise WrongState(state=ballot.state, act="void_ballot")
    throw_away(session, ballot, meeting, reason=command.reason)


def throw_away(session: Session, ballot: Ballot, meeting: Meeting, *, reason: str) -> None:
    """All votes of a round are gone, and its materials wait for the next one."""
    is_spoiled = ballot.state == BallotState.CLOSED
    ballot.state = BallotState.VOIDED
    ballot.voided_at = clock.now()
    ballot.void_reason = reason
    _forget(session, ballot)
    session.execute(
        update(ReviewMaterial)
        .where(ReviewMaterial.meeting_id == meeting.id, ReviewMaterial.state == "in_ballot")
        .values(state="chair_confirmed", version=ReviewMaterial.version + 1)
    )
    steps.undo(session, meeting, Step.VOTING)
    audit.record(session, "ballot_voided", "ballot", ballot.id, number=ballot.number, spoiled=is_spoiled)


def chaired_ballot(session: Session, actor: Actor, ballot_id: UUID) -> tuple[Ballot, Meeting]:
    """The ballot and its meeting, both locked, for the chair. Refuses: NotFound, NotAllowed."""
    meeting_id = session.scalar(select(Ballot.meeting_id).where(Ballot.id == ballot_id))
    if meeting_id is None:
        raise NotFound()
    meeting = chaired_meeting(session, actor, meeting_id)
    return session.get_one(Ballot, ballot_id, with_for_update=True, populate_existing=True), meeting


def voter_of(session: Session, actor: Actor, ballot: Ballot) -> MeetingJudge:
    """The actor's seat, where it is on the frozen roll of the ballot. Refuses: NotFound, NotOnRoll."""
    judge = own_seat(session, actor, ballot.meeting_id)
    if session.get(Voter, (ballot.id, judge.id)) is None:
        raise NotOnRoll()
    return judge


def _open(
    session: Session, meeting: Meeting, actor: Actor, second_person_id: UUID, judges: dict[UUID, MeetingJudge]
) -> tuple[Ballot, str]:
    plan = session.scalars(select(ReviewPlan).filter_by(meeting_id=meeting.id, state="approved")).one()
    voters = [judges[judge_id] for judge_id in views.roll(session, meeting.id)]
    materials = session.scalars(
        select(ReviewMaterial).filter_by(meeting_id=meeting.id).order_by(ReviewMaterial.id).with_for_update()
    ).all()
    keys = rules.ballot_keys(random(rules.STORED_HALF_BYTES), random(rules.CODE_BYTES))
    rounds = session.scalar(select(func.count()).select_from(Ballot).filter_by(meeting_id=meeting.id)) or 0
    ballot = Ballot(
        id=uuid4(),
        profile=meeting.profile,
        meeting_id=meeting.id,
        number=rounds + 1,
        state=BallotState.OPEN,
        public_key=keys.public_key,
        stored_half=b64encode(keys.stored_half).decode(),
        second_person_id=second_person_id,
        committee_size=len(judges),
        roll_size=len(voters),
        threshold_numerator=plan.threshold_numerator,
        threshold_denominator=plan.threshold_denominator,
        opened_by=actor.account_id,
        opened_at=clock.now(),
        closed_early=False,
    )
    session.add(ballot)
    session.flush()
    _freeze(session, ballot, voters, materials)
    outbox.publish(
        session,
        BallotOpened(
            meeting_id=meeting.id, ballot_id=ballot.id, account_ids=tuple(voter.account_id for voter in voters)
        ),
        aggregate_id=ballot.id,
        number=1,
    )
    return ballot, keys.opening_code


def _freeze(
    session: Session, ballot: Ballot, voters: Sequence[MeetingJudge], materials: Sequence[ReviewMaterial]
) -> None:
    session.add_all(Voter(ballot_id=ballot.id, judge_id=voter.id, profile=ballot.profile) for voter in voters)
    session.add_all(
        BallotMaterial(ballot_id=ballot.id, material_id=material.id, profile=ballot.profile) for material in materials
    )
    session.flush()
    recused = blocked_pairs(session, voters, [material.id for material in materials])
    for material in materials:
        material.state = "in_ballot"
        material.version += 1
        for voter in voters:
            place = {"ballot_id": ballot.id, "material_id": material.id, "voter_id": voter.id}
            kinds = recused.get((material.id, voter.id))
            if kinds is None:
                session.add(VotingRight(**place, profile=ballot.profile))
            else:
                session.add(Recusal(**place, profile=ballot.profile, kinds=list(kinds)))
    session.flush()


def _require_votes(session: Session, ballot: Ballot) -> None:
    """A vote that ends early needs the quorum for each material, or all who may vote on it. Refuses: TooFewVotes.

    Else the chair could end it when a single judge has voted and read in the sums how.
    """
    needed = views.quorum(session, ballot.meeting_id, ballot.committee_size)
    entitled = views.entitled(session, ballot.id)
    cast = dict(
        session.execute(
            select(CastVote.material_id, func.count()).filter_by(ballot_id=ballot.id).group_by(CastVote.material_id)
        ).all()
    )
    if short := sum(cast.get(material, 0) < min(needed, entitled[material]) for material in entitled):
        raise TooFewVotes(needed=needed, materials=short)


def _refuse_repeated(wanted: Sequence[UUID]) -> None:
    seen: set[UUID] = set()
    for index, material_id in enumerate(wanted):
        if material_id in seen:
            fault = Fault(pointer=f"/votes/{index}/material_id", code="committee.vote_repeated")
            raise InvalidInput(faults=(fault,))
        seen.add(material_id)


def _forget(session: Session, ballot: Ballot) -> None:
    """Wipe the key half and every envelope; in this order, for the table lets no envelope of an open ballot go."""
    ballot.stored_half = None
    ballot.version += 1
    session.flush()
    session.execute(update(CastVote).where(CastVote.ballot_id == ballot.id).values(envelope=None))
