"""What other services print of a meeting: who gets a certificate, what the review form says, lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.committee.ballots import BallotState
from contracts.committee.meetings import Step
from contracts.committee.results import (
    Certifiable,
    ListRow,
    MaterialResult,
    MeetingList,
)
from contracts.errors import NotFound
from contracts.events import Outcome
from contracts.identifiers import mask_number
from services.committee.published import judging_rules
from services.committee.seats import CHAIR, VICE_CHAIR
from services.committee.tables import (
    Ballot,
    BallotMaterial,
    Committee,
    Expert,
    Meeting,
    MeetingGroup,
    MeetingJudge,
    ResultReport,
    ReviewMaterial,
    Score,
)
from services.committee.views.ballots import newest
from services.committee.views.meetings import done_by_meeting
from services.committee.views.results import (
    label,
    overturned,
    with_outcome,
)

POSTS = {CHAIR: "主任", VICE_CHAIR: "副主任"}

_CONFIRMED = and_(Ballot.id == BallotMaterial.ballot_id, Ballot.state == BallotState.CONFIRMED.value)


def certifiable(session: Session, *, meeting_id: UUID) -> tuple[Certifiable, ...]:
    """Who gets a certificate now: who passed, once the result is reported or (profile) audited (HB-166, HB-168)."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        return ()
    point = Step.RESULT_AUDITED if judging_rules(session, meeting).audit_before_certificate else Step.RESULT_REPORTED
    if point not in done_by_meeting(session, [meeting.id]).get(meeting.id, ()):
        return ()
    ballot = newest(session, meeting.id)
    assert ballot is not None
    assert ballot.confirmed_at is not None
    decided_on = ballot.confirmed_at.astimezone(clock.SHANGHAI).date()
    return tuple(
        Certifiable(
            material_id=material.id,
            meeting_id=meeting.id,
            declaration_id=material.declaration_id,
            submission_id=material.submission_id,
            person_id=material.person_id,
            account_id=material.account_id,
            committee_name=session.get_one(Committee, material.committee_id).name,
            decided_on=decided_on,
        )
        for material in with_outcome(session, meeting, Outcome.PASSED)
    )


def material_result(session: Session, *, material_id: UUID) -> MaterialResult:
    """The confirmed result about a material; an upheld objection has turned it to failed."""
    found = session.execute(
        select(ReviewMaterial, BallotMaterial, Ballot, Meeting, Committee.name)
        .join(BallotMaterial, BallotMaterial.material_id == ReviewMaterial.id)
        .join(Ballot, _CONFIRMED)
        .join(Meeting, Meeting.id == ReviewMaterial.meeting_id)
        .join(Committee, Committee.id == ReviewMaterial.committee_id)
        .where(ReviewMaterial.id == material_id)
    ).first()
    if found is None:
        raise NotFound()
    material, count, ballot, meeting, committee_name = found
    total = session.scalar(select(Score.total).where(Score.material_id == material.id, Score.sent_back_at.is_(None)))
    return MaterialResult(
        material_id=material.id,
        committee_name=committee_name,
        meeting_name=meeting.name,
        roll_size=ballot.roll_size,
        votes_cast=(count.yes or 0) + (count.no or 0),
        yes=count.yes or 0,
        no=count.no or 0,
        outcome=Outcome(material.state),
        confirmed_at=ballot.confirmed_at,
        chair_name=_chair(session, meeting),
        committee_size=ballot.committee_size,
        **_audit(session, material),
        score_total=None if total is None else f"{total.normalize():f}",
        committee_opinion=overturned(session, [material.id]).get(material.id),
    )


def _chair(session: Session, meeting: Meeting) -> str:
    return (
        session.scalar(
            select(Expert.real_name)
            .join(MeetingJudge, MeetingJudge.expert_id == Expert.id)
            .where(MeetingJudge.meeting_id == meeting.id, MeetingJudge.is_seated, MeetingJudge.post == CHAIR)
        )
        or ""
    )


def _audit(session: Session, material: ReviewMaterial) -> dict[str, Any]:
    """What the office above the material's committee said of the last report, once it has approved."""
    report = session.scalar(
        select(ResultReport)
        .join(Committee, Committee.office_organization_id == ResultReport.reported_to)
        .where(ResultReport.meeting_id == material.meeting_id, Committee.id == material.committee_id)
        .order_by(ResultReport.number.desc())
        .limit(1)
    )
    if report is None or report.state != "approved":
        return {}
    return {"audit_opinion": report.opinion, "audited_at": report.audited_at, "audited_by": report.reported_to}


def meeting_name(session: Session, *, meeting_id: UUID) -> str:
    """By which who ordered a document knows of which meeting it is."""
    return session.get_one(Meeting, meeting_id).name


def meeting_list(session: Session, *, meeting_id: UUID, kind: str) -> MeetingList:
    """评委清单, 评审通过清单, 评审未通过清单 or 一览表; those of results are empty before it is confirmed (Q29)."""
    meeting = session.get(Meeting, meeting_id)
    make = {
        "judges": _judge_list,
        "passed": _passed_list,
        "failed": _failed_list,
        "roster": _roster,
    }.get(kind)
    if meeting is None or make is None:
        raise NotFound()
    return make(session, meeting)


def _judge_list(session: Session, meeting: Meeting) -> MeetingList:
    rows = session.execute(
        select(MeetingJudge, Expert, MeetingGroup.name)
        .join(Expert, Expert.id == MeetingJudge.expert_id)
        .join(MeetingGroup, MeetingGroup.id == MeetingJudge.group_id)
        .where(MeetingJudge.meeting_id == meeting.id, MeetingJudge.is_seated)
        .order_by(MeetingGroup.position, Expert.real_name, MeetingJudge.id)
    ).all()
    cells = [
        {
            "姓名": expert.real_name,
            "工作单位": expert.employer_name,
            "分组": group_name,
            "职务": POSTS.get(judge.post or "", "组长" if judge.leads_group else "评委"),
        }
        for judge, expert, group_name in rows
    ]
    return _list(meeting, "评委清单", ("姓名", "工作单位", "分组", "职务"), cells)


def _passed_list(session: Session, meeting: Meeting) -> MeetingList:
    return _outcome_list(session, meeting, Outcome.PASSED, "评审通过清单")


def _failed_list(session: Session, meeting: Meeting) -> MeetingList:
    return _outcome_list(session, meeting, Outcome.FAILED, "评审未通过清单")


def _outcome_list(session: Session, meeting: Meeting, outcome: Outcome, title: str) -> MeetingList:
    columns = ("姓名", "证件号码", "工作单位", "申报系列", "申报专业", "申报职称")
    cells = [
        dict(zip(columns, _person_cells(material), strict=True)) for material in with_outcome(session, meeting, outcome)
    ]
    return _list(meeting, title, columns, cells)


def _roster(session: Session, meeting: Meeting) -> MeetingList:
    province = judging_rules(session, meeting)
    fixed = ("姓名", "证件号码", "工作单位", "申报系列", "申报专业", "申报职称")
    materials = session.scalars(
        select(ReviewMaterial)
        .filter_by(meeting_id=meeting.id)
        .order_by(ReviewMaterial.group_id, ReviewMaterial.admitted_at, ReviewMaterial.id)
    )
    cells = [
        dict(zip(fixed, _person_cells(material), strict=True))
        | {
            column.label: material.labels.get(column.fact) or _text(material.facts.get(column.fact))
            for column in province.roster
        }
        for material in materials
    ]
    return _list(meeting, "一览表", (*fixed, *(column.label for column in province.roster)), cells)


def _person_cells(material: ReviewMaterial) -> tuple[str, ...]:
    return (
        material.real_name,
        mask_number(material.id_document_no),
        material.organization_name,
        label(material, "title_series"),
        label(material, "specialty"),
        label(material, "declared_title"),
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _list(meeting: Meeting, title: str, columns: tuple[str, ...], cells: list[dict[str, str]]) -> MeetingList:
    return MeetingList(title=f"{meeting.name}{title}", columns=columns, rows=tuple(ListRow(cells=row) for row in cells))
