"""What the steps of a meeting have come to, and who is awaited in the scoring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from contracts.committee.meetings import AwaitedJudge, GroupProgress, Step
from contracts.committee.plans import PlanState
from contracts.committee.scoring import ScoringStep
from contracts.events import Outcome
from services.committee.published import judging_rules
from services.committee.rules.scoring import waiting_state
from services.committee.seats import CHAIR, VICE_CHAIR, blocked_pairs, seated_judges
from services.committee.tables import (
    ChairChangeRow,
    Meeting,
    MeetingCommittee,
    MeetingGroup,
    MeetingJudge,
    Objection,
    PlanJudge,
    ResultReport,
    ReviewerAssignment,
    ReviewMaterial,
    ReviewPlan,
    ScoringSheet,
    Voter,
)
from services.committee.views.ballots import newest, roll, votes_left
from services.committee.views.results import end_of, notice_of
from services.committee.views.scoring import judge_refs

UNASSIGNED = "grouped"
REACHED = ("assigned", "lead_scored", "second_confirmed", "leader_confirmed", "chair_confirmed")
LATER = ("in_ballot", *(outcome.value for outcome in Outcome))


def progress_of(session: Session, meeting: Meeting) -> tuple[GroupProgress, ...]:
    """How far the materials of each group are; a step counts as passed where a later one was reached."""
    states: dict[UUID | None, Counter[str]] = {}
    for group_id, state, number in session.execute(
        select(ReviewMaterial.group_id, ReviewMaterial.state, func.count())
        .where(ReviewMaterial.meeting_id == meeting.id)
        .group_by(ReviewMaterial.group_id, ReviewMaterial.state)
    ):
        states.setdefault(group_id, Counter())[state] += number
    groups = session.scalars(select(MeetingGroup).filter_by(meeting_id=meeting.id).order_by(MeetingGroup.position))
    return tuple(_progress(group, states.get(group.id, Counter())) for group in groups)


def awaited_judges(session: Session, meeting: Meeting) -> tuple[AwaitedJudge, ...]:
    """Whose act on how many materials the scoring waits for, in the order of the groups and of the steps."""
    judges = {judge.id: judge for judge in seated_judges(session, meeting.id)}
    materials = session.execute(
        select(ReviewMaterial.id, ReviewMaterial.group_id, ReviewMaterial.state, ReviewerAssignment)
        .outerjoin(ReviewerAssignment, ReviewerAssignment.material_id == ReviewMaterial.id)
        .where(ReviewMaterial.meeting_id == meeting.id, ReviewMaterial.state.in_((UNASSIGNED, *REACHED[:-1])))
    ).all()
    blocked = blocked_pairs(session, judges.values(), [row.id for row in materials])
    chairs = [judge for post in (CHAIR, VICE_CHAIR) for judge in judges.values() if judge.post == post]
    leaders = {judge.group_id: judge for judge in judges.values() if judge.leads_group}
    acts = {waiting_state(step): step.value for step in ScoringStep} | {UNASSIGNED: "assign"}
    found: Counter[tuple[UUID, str]] = Counter()
    for row in materials:
        act = acts[row.state]
        holders: list[MeetingJudge | None]
        match act:
            case ScoringStep.LEAD | ScoringStep.SECOND:
                pair = row.ReviewerAssignment
                holders = [judges.get(pair.lead_judge_id if act == ScoringStep.LEAD else pair.second_judge_id)]
            case "assign":
                holders = [leaders.get(row.group_id)]
            case ScoringStep.LEADER:
                holders = [leaders.get(row.group_id), *chairs]
            case _:
                holders = [*chairs]
        first = next((one for one in holders if one and (len(holders) == 1 or (row.id, one.id) not in blocked)), None)
        if first:
            found[first.id, act] += 1
    order = list(acts.values())
    names = judge_refs(session, judges.values())
    groups = {
        group.id: (group.position, group.name)
        for group in session.scalars(select(MeetingGroup).filter_by(meeting_id=meeting.id))
    }
    lines = sorted(found.items(), key=lambda line: (groups[judges[line[0][0]].group_id], order.index(line[0][1])))
    return tuple(
        AwaitedJudge(
            judge_id=judge_id,
            name=names[judge_id].name,
            group_name=groups[judges[judge_id].group_id][1],
            act=act,
            waiting=number,
        )
        for (judge_id, act), number in lines
    )


def results_of(
    session: Session, meeting: Meeting, progress: Collection[GroupProgress]
) -> Mapping[Step, dict[str, Any]]:
    """What each step has come to."""
    materials = sum(group.materials for group in progress)
    judges = seated_judges(session, meeting.id)
    return {
        Step.CREATED: {"committees": _count(session, select(MeetingCommittee).filter_by(meeting_id=meeting.id))},
        Step.GROUPED: {
            "groups": len(progress),
            "seats": session.scalar(select(func.sum(MeetingGroup.size)).filter_by(meeting_id=meeting.id)) or 0,
        },
        **_plan(session, meeting),
        Step.CHAIR_APPOINTED: _chair(session, meeting, judges),
        Step.MATERIALS_GROUPED: {"materials": materials, "groups": [group.materials for group in progress]},
        Step.STANDARD_SUBMITTED: {"sheets": _count(session, select(ScoringSheet).filter_by(meeting_id=meeting.id))},
        Step.LEADERS_APPOINTED: {"leaders": sum(judge.leads_group for judge in judges), "groups": len(progress)},
        Step.SCORING: {"assigned": sum(group.assigned for group in progress), "materials": materials},
        Step.SCORES_CONFIRMED: {
            "confirmed": sum(group.chair_confirmed for group in progress),
            "materials": materials,
        },
        Step.ROLL_GENERATED: {"voters": len(roll(session, meeting.id))},
        **_vote(session, meeting),
        **_after(session, meeting),
    }


def _progress(group: MeetingGroup, states: Counter[str]) -> GroupProgress:
    def reached(state: str) -> int:
        return sum(states[each] for each in (*REACHED[REACHED.index(state) :], *LATER))

    return GroupProgress(
        group_id=group.id,
        name=group.name,
        materials=states.total(),
        assigned=reached("assigned"),
        scored=reached("lead_scored"),
        second_confirmed=reached("second_confirmed"),
        leader_confirmed=reached("leader_confirmed"),
        chair_confirmed=reached("chair_confirmed"),
    )


def _plan(session: Session, meeting: Meeting) -> dict[Step, dict[str, Any]]:
    plans = session.scalars(select(ReviewPlan).filter_by(meeting_id=meeting.id).order_by(ReviewPlan.number)).all()
    if not plans:
        return {}
    newest_edition = plans[-1]
    judges = _count(session, select(PlanJudge).filter_by(plan_id=newest_edition.id))
    in_force = next((plan.number for plan in plans if plan.state == PlanState.APPROVED.value), None)
    return {
        Step.PLAN_DRAFTED: {"number": newest_edition.number, "judges": judges, "state": newest_edition.state},
        Step.PLAN_APPROVED: {} if in_force is None else {"number": in_force},
    }


def _chair(session: Session, meeting: Meeting, judges: list[MeetingJudge]) -> dict[str, Any]:
    chair = [judge for judge in judges if judge.post == CHAIR]
    names = [ref.name for ref in judge_refs(session, chair).values()]
    if not names:
        return {}
    return {
        "chair": names[0],
        "vice_chairs": sum(judge.post == VICE_CHAIR for judge in judges),
        "changes": _count(session, select(ChairChangeRow).filter_by(meeting_id=meeting.id)),
    }


def _vote(session: Session, meeting: Meeting) -> dict[Step, dict[str, Any]]:
    ballot = newest(session, meeting.id)
    if ballot is None:
        return {}
    voters = _count(session, select(Voter).filter_by(ballot_id=ballot.id))
    return {
        Step.VOTING: {
            "number": ballot.number,
            "state": ballot.state,
            "voters": voters,
            "voted": voters - len(votes_left(session, ballot.id)),
        }
    }


def _after(session: Session, meeting: Meeting) -> dict[Step, dict[str, Any]]:
    """Passed and failed are known once the result is confirmed, and change with an upheld objection."""
    outcomes = dict(
        session.execute(
            select(ReviewMaterial.state, func.count())
            .where(ReviewMaterial.meeting_id == meeting.id, ReviewMaterial.state.in_(list(Outcome)))
            .group_by(ReviewMaterial.state)
        ).all()
    )
    found: dict[Step, dict[str, Any]] = {}
    if outcomes:
        found[Step.RESULT_CONFIRMED] = {
            "passed": outcomes.get(Outcome.PASSED, 0),
            "failed": outcomes.get(Outcome.FAILED, 0),
        }
    notice = notice_of(session, meeting.id)
    found[Step.PUBLIC_NOTICE] = {"least": judging_rules(session, meeting).notice_working_days}
    if notice is not None:
        found[Step.PUBLIC_NOTICE] |= {
            "working_days": notice.working_days,
            "last_day": end_of(session, notice).last_day.isoformat(),
        }
        found[Step.NOTICE_ENDED] = {"objections": _count(session, select(Objection).filter_by(notice_id=notice.id))}
    number = session.scalar(select(func.max(ResultReport.number)).filter_by(meeting_id=meeting.id))
    if number is not None:
        found[Step.RESULT_REPORTED] = {"number": number}
    found[Step.RESULT_AUDITED] = {"before_certificate": judging_rules(session, meeting).audit_before_certificate}
    return found


def _count(session: Session, wanted: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
