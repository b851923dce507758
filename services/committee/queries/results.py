"""What is known after the vote: results, minutes, notices, objections, reports, lists, and who gets a certificate."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, extract, func, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.base import Actor, Page, PageRequest
from contracts.committee.ballots import BallotRound, BallotState
from contracts.committee.meetings import Step
from contracts.committee.results import (
    CalendarDay,
    Certifiable,
    LiftedConflict,
    ListRow,
    MaterialResult,
    MeetingList,
    MeetingResultRow,
    Minutes,
    NoticeCard,
    NoticePerson,
    ObjectionRow,
    ObjectionState,
    PublicNoticePage,
    ReportCard,
)
from contracts.errors import NotAllowed, NotFound
from contracts.events import Outcome
from contracts.identifiers import mask_number
from services.committee.access import OFFICE_ROLES, find_meeting, office_meeting, sees_preparation
from services.committee.published import judging_rules
from services.committee.seats import CHAIR, VICE_CHAIR, own_seat, seated_judges
from services.committee.tables import (
    Ballot,
    BallotMaterial,
    CalendarDayRow,
    Committee,
    Conflict,
    Expert,
    Meeting,
    MeetingGroup,
    MeetingJudge,
    Objection,
    PublicNotice,
    Recusal,
    ResultReport,
    ReviewMaterial,
    Score,
)
from services.committee.views.ballots import newest
from services.committee.views.meetings import done_by_meeting
from services.committee.views.results import card, notice_of, objection_row, report_card
from services.committee.views.scoring import judge_refs

POSTS = {CHAIR: "主任", VICE_CHAIR: "副主任"}

_CONFIRMED = and_(Ballot.id == BallotMaterial.ballot_id, Ballot.state == BallotState.CONFIRMED.value)


# results


def meeting_results(session: Session, *, actor: Actor, meeting_id: UUID, page: PageRequest) -> Page[MeetingResultRow]:
    """The confirmed result of each person of a meeting; judges see names as far as the province lets them."""
    meeting = find_meeting(session, actor, meeting_id)
    province = judging_rules(session, meeting)
    as_office = sees_preparation(actor, meeting) or not _sits(session, actor, meeting)
    confirmed = (
        select(ReviewMaterial, BallotMaterial, MeetingGroup.name)
        .join(BallotMaterial, BallotMaterial.material_id == ReviewMaterial.id)
        .join(Ballot, _CONFIRMED)
        .join(MeetingGroup, MeetingGroup.id == ReviewMaterial.group_id)
        .where(ReviewMaterial.meeting_id == meeting.id)
    )
    total = session.scalar(select(func.count()).select_from(confirmed.subquery())) or 0
    rows = session.execute(
        confirmed.order_by(MeetingGroup.position, ReviewMaterial.admitted_at, ReviewMaterial.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    reasons = _overturned(session, [material.id for material, _, _ in rows])
    items = tuple(
        MeetingResultRow(
            material_id=material.id,
            declaration_id=material.declaration_id,
            group_name=group_name,
            name=material.real_name if as_office or not province.hides_applicant_name else None,
            organization_name=material.organization_name if as_office or not province.hides_organization else None,
            declared_title=label(material, "declared_title"),
            specialty=label(material, "specialty"),
            yes=count.yes,
            no=count.no,
            outcome=Outcome(material.state),
            overturned_because=reasons.get(material.id),
        )
        for material, count, group_name in rows
    )
    return Page(items=items, total=total, page=page.page, size=page.size)


def minutes(session: Session, *, actor: Actor, meeting_id: UUID) -> Minutes:
    """What the minutes say, for the chair and the office."""
    meeting = find_meeting(session, actor, meeting_id)
    if not sees_preparation(actor, meeting) and own_seat(session, actor, meeting.id).post != CHAIR:
        raise NotAllowed()
    judges = seated_judges(session, meeting.id)
    refs = judge_refs(session, session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting.id)).all())
    rounds = session.scalars(select(Ballot).filter_by(meeting_id=meeting.id).order_by(Ballot.number))
    recusals = session.scalar(
        select(func.count())
        .select_from(Recusal)
        .join(Ballot, Ballot.id == Recusal.ballot_id)
        .where(Ballot.meeting_id == meeting.id, Ballot.state != BallotState.VOIDED.value)
    )
    notice = notice_of(session, meeting.id)
    return Minutes(
        meeting_id=meeting.id,
        name=meeting.name,
        judges=len(judges),
        rounds=tuple(
            BallotRound(
                ballot_id=ballot.id,
                number=ballot.number,
                state=BallotState(ballot.state),
                opened_at=ballot.opened_at,
                second_person=refs[ballot.second_person_id],
                closed_at=ballot.closed_at,
                closed_early=ballot.closed_early,
                voided_at=ballot.voided_at,
                void_reason=ballot.void_reason,
            )
            for ballot in rounds
        ),
        recusals=recusals or 0,
        lifted=_lifted(session, meeting, judges),
        notice=card(session, meeting, notice) if notice else None,
    )


def label(material: ReviewMaterial, field: str) -> str:
    """A value of the setting in the province's words."""
    return str(material.labels.get(field, getattr(material, field)))


# notices


def notice(session: Session, *, actor: Actor, meeting_id: UUID) -> NoticeCard:
    """The notice of a meeting that the actor may see."""
    meeting = find_meeting(session, actor, meeting_id)
    found = notice_of(session, meeting.id)
    if found is None:
        raise NotFound()
    return card(session, meeting, found)


def public_notices(session: Session, *, page: PageRequest) -> Page[NoticeCard]:
    """All notices of the province, newest first."""
    total = session.scalar(select(func.count()).select_from(PublicNotice)) or 0
    rows = session.execute(
        select(Meeting, PublicNotice)
        .join(PublicNotice, PublicNotice.meeting_id == Meeting.id)
        .order_by(PublicNotice.published_at.desc(), PublicNotice.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    items = tuple(card(session, meeting, found) for meeting, found in rows)
    return Page(items=items, total=total, page=page.page, size=page.size)


def public_notice(session: Session, *, notice_id: UUID) -> PublicNoticePage:
    """A notice with everybody who passed and was not overturned since."""
    found = session.get(PublicNotice, notice_id)
    if found is None:
        raise NotFound()
    meeting = session.get_one(Meeting, found.meeting_id)
    persons = tuple(
        NoticePerson(
            material_id=material.id,
            name=material.real_name,
            masked_id_document_no=mask_number(material.id_document_no),
            organization_name=material.organization_name,
            declared_title=label(material, "declared_title"),
            specialty=label(material, "specialty"),
        )
        for material in _with_outcome(session, meeting, Outcome.PASSED)
    )
    return PublicNoticePage(notice=card(session, meeting, found), persons=persons)


def calendar_days(session: Session, *, year: int) -> tuple[CalendarDay, ...]:
    """The days of a year in the platform's own table."""
    rows = session.scalars(
        select(CalendarDayRow).where(extract("year", CalendarDayRow.day) == year).order_by(CalendarDayRow.day)
    )
    return tuple(CalendarDay(day=row.day, is_working_day=row.is_working_day, name=row.name) for row in rows)


# objections and reports


def objections(session: Session, *, actor: Actor, meeting_id: UUID, page: PageRequest) -> Page[ObjectionRow]:
    """The objections of a meeting, open ones first, for its office."""
    meeting = find_meeting(session, actor, meeting_id)
    if not sees_preparation(actor, meeting):
        raise NotAllowed()
    of_meeting = (
        select(Objection, ReviewMaterial)
        .join(PublicNotice, PublicNotice.id == Objection.notice_id)
        .join(ReviewMaterial, ReviewMaterial.id == Objection.material_id)
        .where(PublicNotice.meeting_id == meeting.id)
    )
    total = session.scalar(select(func.count()).select_from(of_meeting.subquery())) or 0
    rows = session.execute(
        of_meeting.order_by((Objection.state != ObjectionState.OPEN.value), Objection.recorded_at, Objection.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    items = tuple(objection_row(objection, material) for objection, material in rows)
    return Page(items=items, total=total, page=page.page, size=page.size)


def result_reports(session: Session, *, actor: Actor, waiting: bool, page: PageRequest) -> Page[ReportCard]:
    """Results reported to the actor's offices; the administrator reads what the case officer decides."""
    conditions: list[ColumnElement[bool]] = [ResultReport.reported_to.in_(actor.organizations(*OFFICE_ROLES))]
    if waiting:
        conditions.append(ResultReport.state == "waiting")
    total = session.scalar(select(func.count()).select_from(ResultReport).where(*conditions)) or 0
    rows = session.execute(
        select(Meeting, ResultReport)
        .join(ResultReport, ResultReport.meeting_id == Meeting.id)
        .where(*conditions)
        .order_by(ResultReport.reported_at.desc(), ResultReport.meeting_id, ResultReport.number)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    items = tuple(report_card(session, meeting, row.number, row.reported_to) for meeting, row in rows)
    return Page(items=items, total=total, page=page.page, size=page.size)


def meeting_reports(session: Session, *, actor: Actor, meeting_id: UUID) -> tuple[ReportCard, ...]:
    """The reports of a meeting, newest first, for the unit that reported and the offices above it."""
    meeting = office_meeting(session, actor, meeting_id)
    rows = session.scalars(
        select(ResultReport)
        .filter_by(meeting_id=meeting.id)
        .order_by(ResultReport.number.desc(), ResultReport.reported_to)
    )
    return tuple(report_card(session, meeting, row.number, row.reported_to) for row in rows)


# asked by other services


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
        for material in _with_outcome(session, meeting, Outcome.PASSED)
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
        score_total=None if total is None else f"{total.normalize():f}",
        committee_opinion=_overturned(session, [material.id]).get(material.id),
    )


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
        dict(zip(columns, _person_cells(material), strict=True))
        for material in _with_outcome(session, meeting, outcome)
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


def _with_outcome(session: Session, meeting: Meeting, outcome: Outcome) -> Collection[ReviewMaterial]:
    return session.scalars(
        select(ReviewMaterial)
        .filter_by(meeting_id=meeting.id, state=outcome.value)
        .order_by(ReviewMaterial.group_id, ReviewMaterial.admitted_at, ReviewMaterial.id)
    ).all()


def _overturned(session: Session, material_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(
        select(Objection.material_id, Objection.decision_reason).where(
            Objection.material_id.in_(material_ids), Objection.state == ObjectionState.UPHELD.value
        )
    )
    return {row.material_id: row.decision_reason or "" for row in rows}


def _lifted(session: Session, meeting: Meeting, judges: Collection[MeetingJudge]) -> tuple[LiftedConflict, ...]:
    names = {judge.expert_id: ref.name for judge, ref in zip(judges, judge_refs(session, judges).values(), strict=True)}
    rows = session.scalars(
        select(Conflict)
        .join(ReviewMaterial, ReviewMaterial.id == Conflict.material_id)
        .where(ReviewMaterial.meeting_id == meeting.id, Conflict.state == "lifted", Conflict.expert_id.in_(names))
        .order_by(Conflict.lifted_at, Conflict.material_id)
    )
    return tuple(
        LiftedConflict(
            judge_name=names[row.expert_id],
            material_id=row.material_id,
            kinds=tuple(sorted({ground["kind"] for ground in row.grounds})),
            reason=row.lift_reason or "",
            lifted_at=row.lifted_at,
        )
        for row in rows
        if row.lifted_at is not None
    )


def _sits(session: Session, actor: Actor, meeting: Meeting) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    MeetingJudge.meeting_id == meeting.id,
                    MeetingJudge.account_id == actor.account_id,
                    MeetingJudge.is_seated,
                )
            )
        )
    )
