"""What chair and judges see of the vote: roll, conditions, papers, progress, sums. Never how anybody voted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page, PageRequest
from contracts.committee.ballots import (
    BallotKey,
    BallotPaper,
    BallotProgress,
    BallotResults,
    BallotState,
    OpeningCondition,
    PaperRow,
    PaperState,
    RollRow,
    VoterProgress,
)
from contracts.committee.judging_errors import (
    BallotNotClosed,
    BallotNotOpen,
    NotOnRoll,
)
from contracts.errors import NotAllowed, NotFound
from contracts.identifiers import mask_mobile, mask_number
from services.committee.access import find_meeting
from services.committee.published import judging_rules
from services.committee.seats import CHAIR, chair_of, is_present, own_seat, seated_judges
from services.committee.tables import (
    Ballot,
    BallotMaterial,
    CastVote,
    Expert,
    Meeting,
    MeetingGroup,
    MeetingJudge,
    Presence,
    Recusal,
    ReviewMaterial,
    RollEntry,
    Voter,
    VotingRight,
)
from services.committee.views.ballots import conditions, newest, results, votes_left
from services.committee.views.scoring import judge_refs, lines_of


def opening_conditions(session: Session, *, actor: Actor, meeting_id: UUID) -> tuple[OpeningCondition, ...]:
    """The conditions, for the chair."""
    return conditions(session, _chaired(session, actor, meeting_id))


def voter_roll(session: Session, *, actor: Actor, meeting_id: UUID, page: PageRequest) -> Page[RollRow]:
    """The judges of the meeting with who is selected (HB-T27), for the chair."""
    meeting = _chaired(session, actor, meeting_id)
    total = len(seated_judges(session, meeting.id))
    rows = session.execute(
        select(MeetingJudge, Expert, MeetingGroup.name, RollEntry.judge_id, Presence.seen_at)
        .join(Expert, Expert.id == MeetingJudge.expert_id)
        .join(MeetingGroup, MeetingGroup.id == MeetingJudge.group_id)
        .outerjoin(RollEntry, RollEntry.judge_id == MeetingJudge.id)
        .outerjoin(Presence, Presence.judge_id == MeetingJudge.id)
        .where(MeetingJudge.meeting_id == meeting.id, MeetingJudge.is_seated)
        .order_by(MeetingGroup.position, Expert.real_name, MeetingJudge.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    refs = judge_refs(session, [row[0] for row in rows])
    items = tuple(
        RollRow(
            judge=refs[judge.id],
            group_name=group_name,
            id_document_type=expert.id_document_type,
            id_document_no=mask_number(expert.id_document_no),
            mobile=mask_mobile(expert.mobile) if expert.mobile else None,
            organization_name=expert.employer_name,
            is_selected=selected is not None,
            is_present=is_present(seen_at),
        )
        for judge, expert, group_name, selected, seen_at in rows
    )
    return Page(items=items, total=total, page=page.page, size=page.size)


def ballot_paper(session: Session, *, actor: Actor, meeting_id: UUID) -> BallotPaper:
    """The actor's own paper: what is open, cast or recused; what was cast is never shown again."""
    meeting = find_meeting(session, actor, meeting_id)
    judge = own_seat(session, actor, meeting.id)
    ballot = newest(session, meeting.id)
    if ballot is None:
        raise NotFound()
    _require_on_roll(session, ballot, judge)
    materials = session.scalars(
        select(ReviewMaterial)
        .join(BallotMaterial, BallotMaterial.material_id == ReviewMaterial.id)
        .where(BallotMaterial.ballot_id == ballot.id)
        .order_by(ReviewMaterial.group_id, ReviewMaterial.admitted_at, ReviewMaterial.id)
    ).all()
    recused = {
        row.material_id: tuple(row.kinds)
        for row in session.scalars(select(Recusal).filter_by(ballot_id=ballot.id, voter_id=judge.id))
    }
    cast = set(session.scalars(select(CastVote.material_id).filter_by(ballot_id=ballot.id, voter_id=judge.id)))
    shows_score = judging_rules(session, meeting).paper_shows_score

    def state(material_id: UUID) -> PaperState:
        if material_id in recused:
            return PaperState.RECUSED
        return PaperState.CAST if material_id in cast else PaperState.OPEN

    rows = tuple(
        PaperRow(
            material=line if shows_score else line.model_copy(update={"score_total": None}),
            state=state(line.material_id),
            recused_because=recused.get(line.material_id, ()),
        )
        for line in lines_of(session, meeting, materials)
    )
    return BallotPaper(
        ballot_id=ballot.id,
        number=ballot.number,
        state=BallotState(ballot.state),
        rows=rows,
        remaining=sum(row.state is PaperState.OPEN for row in rows),
        voter_id=judge.id,
        opened_at=ballot.opened_at,
    )


def ballot_key(session: Session, *, actor: Actor, ballot_id: UUID) -> BallotKey:
    """What the actor's votes are sealed with."""
    ballot = session.get(Ballot, ballot_id)
    if ballot is None:
        raise NotFound()
    judge = own_seat(session, actor, ballot.meeting_id)
    _require_on_roll(session, ballot, judge)
    if ballot.state != BallotState.OPEN:
        raise BallotNotOpen()
    cast = select(CastVote.material_id).filter_by(ballot_id=ballot.id, voter_id=judge.id)
    open_ids = session.scalars(
        select(VotingRight.material_id)
        .filter_by(ballot_id=ballot.id, voter_id=judge.id)
        .where(VotingRight.material_id.not_in(cast))
        .order_by(VotingRight.material_id)
    )
    return BallotKey(
        ballot_id=ballot.id, public_key=ballot.public_key, voter_id=judge.id, open_material_ids=tuple(open_ids)
    )


def ballot_progress(session: Session, *, actor: Actor, meeting_id: UUID) -> BallotProgress:
    """按评委查看, for the chair: who is there and who has cast every vote."""
    meeting = _chaired(session, actor, meeting_id)
    ballot = newest(session, meeting.id)
    if ballot is None:
        raise NotFound()
    left = votes_left(session, ballot.id)
    judges = session.scalars(
        select(MeetingJudge)
        .join(Voter, Voter.judge_id == MeetingJudge.id)
        .join(Expert, Expert.id == MeetingJudge.expert_id)
        .where(Voter.ballot_id == ballot.id)
        .order_by(Expert.real_name, MeetingJudge.id)
    ).all()
    seen = dict(
        session.execute(
            select(Presence.judge_id, Presence.seen_at).where(Presence.judge_id.in_([judge.id for judge in judges]))
        ).all()
    )
    voters = tuple(
        VoterProgress(judge=ref, is_present=is_present(seen.get(judge_id)), has_voted=not left.get(judge_id))
        for judge_id, ref in judge_refs(session, judges).items()
    )
    return BallotProgress(
        ballot_id=ballot.id,
        number=ballot.number,
        state=BallotState(ballot.state),
        opened_at=ballot.opened_at,
        voters=voters,
        present=sum(voter.is_present for voter in voters),
        voted=sum(voter.has_voted for voter in voters),
    )


def ballot_results(session: Session, *, actor: Actor, meeting_id: UUID) -> BallotResults:
    """按材料查看 of the newest ballot, for the chair; nothing before it is closed."""
    meeting = _chaired(session, actor, meeting_id)
    ballot = newest(session, meeting.id)
    if ballot is None:
        raise NotFound()
    if ballot.state not in (BallotState.CLOSED, BallotState.CONFIRMED):
        raise BallotNotClosed()
    return results(session, ballot)


def _chaired(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    meeting = find_meeting(session, actor, meeting_id)
    if chair_of(session, meeting.id).account_id != actor.account_id:
        raise NotAllowed(CHAIR)
    return meeting


def _require_on_roll(session: Session, ballot: Ballot, judge: MeetingJudge) -> None:
    if session.get(Voter, (ballot.id, judge.id)) is None:
        raise NotOnRoll()
