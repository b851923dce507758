"""The reproducible draw of experts: list frozen and seed committed, then revealed and ranked (design §6)."""

from __future__ import annotations

import secrets
from collections import Counter
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from contracts.base import Actor
from contracts.committee.experts import ExpertState
from contracts.committee.meetings import Step
from contracts.committee.plans import DrawRecord, PrepareDraw, RunDraw, StratumWanted
from contracts.committee.refusals import DrawImpossible, PlanNeedsReview
from contracts.errors import NotFound, WrongState
from services.committee.access import prepared_meeting
from services.committee.operations import conflicts, plan, steps
from services.committee.rules import draw as rules
from services.committee.rules.workflow import PlanAct, plan_after
from services.committee.tables import (
    Draw,
    DrawCandidate,
    Expert,
    Meeting,
    MeetingCommittee,
    MeetingGroup,
    PlanJudge,
    PoolMember,
    ReviewPlan,
)
from services.committee.views.plans import draw_record


def prepare_draw(session: Session, *, command: PrepareDraw, actor: Actor) -> DrawRecord:
    """Freeze the list of approved experts and commit to a seed that nobody has seen."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.PLAN_UNDER_REVIEW)
    edition = _edition_being_written(session, meeting)
    seated = session.execute(select(PlanJudge.expert_id, PlanJudge.group_id).filter_by(plan_id=edition.id)).all()
    in_groups = Counter(row.group_id for row in seated)
    for stratum in command.strata:
        in_groups[stratum.group_id] += stratum.wanted
    plan.require_room(session, meeting.id, in_groups.elements())
    lines = _frozen_list(session, meeting, command.strata, {row.expert_id for row in seated})
    shortage = rules.shortage(lines, [rules.Stratum(s.wanted, s.reserves) for s in command.strata])
    if shortage is not None:
        group = session.get_one(MeetingGroup, command.strata[shortage.stratum].group_id)
        raise DrawImpossible(group=group.name, wanted=shortage.wanted, found=shortage.found)
    seed = secrets.token_hex(rules.SEED_BYTES)
    draw = Draw(
        id=uuid4(),
        profile=meeting.profile,
        meeting_id=meeting.id,
        plan_id=edition.id,
        strata=[stratum.model_dump(mode="json") for stratum in command.strata],
        list_hash=rules.list_hash(lines),
        commitment=rules.commitment(seed),
        sealed_seed=seed,
        prepared_at=clock.now(),
        prepared_by=actor.account_id,
    )
    session.add(draw)
    session.flush()
    session.add_all(
        DrawCandidate(
            draw_id=draw.id,
            stratum=line.stratum,
            expert_id=line.expert_id,
            profile=draw.profile,
            excluded_because=line.excluded_because,
        )
        for line in lines
    )
    audit.record(session, "draw_prepared", "draw", draw.id, list_hash=draw.list_hash, commitment=draw.commitment)
    session.flush()
    return draw_record(session, draw)


def run_draw(session: Session, *, command: RunDraw, actor: Actor) -> DrawRecord:
    """Reveal the seed, rank the frozen list and seat who was drawn in the plan that is being written."""
    draw = session.get(Draw, command.draw_id)
    if draw is None:
        raise NotFound()
    meeting = prepared_meeting(session, actor, draw.meeting_id)
    edition = _edition_being_written(session, meeting)
    session.refresh(draw)
    if draw.drawn_at is not None or draw.plan_id != edition.id:
        raise WrongState(state="drawn" if draw.drawn_at else "superseded")
    candidates = {
        (row.stratum, row.expert_id): row for row in session.scalars(select(DrawCandidate).filter_by(draw_id=draw.id))
    }
    lines = [rules.Line(row.stratum, row.expert_id, row.excluded_because) for row in candidates.values()]
    strata = [StratumWanted.model_validate(stratum) for stratum in draw.strata]
    result = rules.run(draw.sealed_seed, draw.id, lines, [rules.Stratum(s.wanted, s.reserves) for s in strata])
    for ranked in result:
        row = candidates[ranked.line.stratum, ranked.line.expert_id]
        row.rank, row.position, row.outcome = ranked.rank, ranked.position, ranked.outcome.value
    draw.seed, draw.drawn_at, draw.drawn_by = draw.sealed_seed, clock.now(), actor.account_id
    drawn = {
        ranked.line.expert_id: strata[ranked.line.stratum].group_id
        for ranked in result
        if ranked.outcome is rules.Outcome.DRAWN
    }
    _seat(session, meeting, edition, draw, drawn)
    audit.record(session, "draw_run", "draw", draw.id, seed=draw.seed)
    session.flush()
    return draw_record(session, draw)


def _edition_being_written(session: Session, meeting: Meeting) -> ReviewPlan:
    edition = plan.open_edition(session, meeting.id)
    if edition is None:
        raise PlanNeedsReview()
    plan_after(edition.state, PlanAct.WRITE)
    return edition


def _seat(session: Session, meeting: Meeting, edition: ReviewPlan, draw: Draw, drawn: dict[UUID, UUID]) -> None:
    session.execute(
        insert(PlanJudge)
        .values(
            [
                {
                    "plan_id": edition.id,
                    "expert_id": expert_id,
                    "profile": edition.profile,
                    "group_id": group_id,
                    "draw_id": draw.id,
                }
                for expert_id, group_id in drawn.items()
            ]
        )
        .on_conflict_do_nothing()
    )
    plan.require_room(session, meeting.id, session.scalars(select(PlanJudge.group_id).filter_by(plan_id=edition.id)))
    edition.version += 1


def _frozen_list(
    session: Session, meeting: Meeting, strata: tuple[StratumWanted, ...], seated: set[UUID]
) -> list[rules.Line]:
    """Approved experts of the meeting's pools, each in every stratum whose specialties fit, conflicts marked."""
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting.id)
    in_pool = select(PoolMember.expert_id).where(PoolMember.committee_id.in_(committees))
    experts = [
        expert
        for expert in session.execute(
            select(Expert.id, Expert.reviewable).where(
                Expert.id.in_(in_pool), Expert.state == ExpertState.APPROVED.value
            )
        )
        if expert.id not in seated
    ]
    expert_ids = [expert.id for expert in experts]
    materials = conflicts.materials_before(session, meeting.id)
    conflicts.compare(session, meeting.profile, expert_ids=expert_ids, material_ids=materials)
    excluded = {pair[0] for pair in conflicts.blocked(session, expert_ids=expert_ids, material_ids=materials)}
    return [
        rules.Line(number, expert.id, "conflict" if expert.id in excluded else None)
        for number, stratum in enumerate(strata)
        for expert in experts
        if not stratum.specialties or set(stratum.specialties) & set(expert.reviewable)
    ]
