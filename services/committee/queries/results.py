"""What is known after the vote: results, minutes and reports."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page, PageRequest
from contracts.committee.ballots import BallotRound, BallotState
from contracts.committee.results import (
    ChairChange,
    LiftedConflict,
    MeetingResultRow,
    Minutes,
    ReportCard,
)
from contracts.errors import NotAllowed
from contracts.events import Outcome
from services.committee.access import OFFICE_ROLES, find_meeting, is_office, office_meeting, sees_preparation
from services.committee.published import judging_rules
from services.committee.seats import CHAIR, own_seat, seated_judges
from services.committee.tables import (
    Ballot,
    BallotMaterial,
    ChairChangeRow,
    Conflict,
    Meeting,
    MeetingGroup,
    MeetingJudge,
    Recusal,
    ResultReport,
    ReviewMaterial,
)
from services.committee.views.results import (
    card,
    label,
    notice_of,
    overturned,
    report_card,
)
from services.committee.views.scoring import judge_refs

_CONFIRMED = and_(Ballot.id == BallotMaterial.ballot_id, Ballot.state == BallotState.CONFIRMED.value)


def meeting_results(
    session: Session,
    *,
    actor: Actor,
    meeting_id: UUID,
    page: PageRequest,
    text: str = "",
    outcome: Outcome | None = None,
) -> Page[MeetingResultRow]:
    """The confirmed result of each person of a meeting; judges see names as far as the province lets them, and find
    nobody by what they do not see."""
    meeting = find_meeting(session, actor, meeting_id)
    province = judging_rules(session, meeting)
    as_office = sees_preparation(actor, meeting) or not _sits(session, actor, meeting)
    sees_name = as_office or not province.hides_applicant_name
    sees_organization = as_office or not province.hides_organization
    confirmed = (
        select(ReviewMaterial, BallotMaterial, MeetingGroup.name)
        .join(BallotMaterial, BallotMaterial.material_id == ReviewMaterial.id)
        .join(Ballot, _CONFIRMED)
        .join(MeetingGroup, MeetingGroup.id == ReviewMaterial.group_id)
        .where(ReviewMaterial.meeting_id == meeting.id)
    )
    if outcome is not None:
        confirmed = confirmed.where(ReviewMaterial.state == outcome)
    if text:
        seen = [ReviewMaterial.real_name] * sees_name + [ReviewMaterial.organization_name] * sees_organization
        confirmed = confirmed.where(or_(false(), *(column.contains(text, autoescape=True) for column in seen)))
    total = session.scalar(select(func.count()).select_from(confirmed.subquery())) or 0
    rows = session.execute(
        confirmed.order_by(MeetingGroup.position, ReviewMaterial.admitted_at, ReviewMaterial.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    reasons = overturned(session, [material.id for material, _, _ in rows])
    items = tuple(
        MeetingResultRow(
            material_id=material.id,
            declaration_id=material.declaration_id,
            group_name=group_name,
            name=material.real_name if sees_name else None,
            organization_name=material.organization_name if sees_organization else None,
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
    """What the minutes say, for the chair, the office and the office that audits the result."""
    meeting = find_meeting(session, actor, meeting_id)
    for_office = is_office(session, actor, meeting)
    if not for_office and own_seat(session, actor, meeting.id).post != CHAIR:
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
    changes = session.scalars(select(ChairChangeRow).filter_by(meeting_id=meeting.id).order_by(ChairChangeRow.number))
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
        chair_changes=tuple(
            ChairChange(
                former_chair=refs[change.former_chair_id],
                chair=refs[change.chair_id],
                former_vice_chairs=tuple(refs[judge_id] for judge_id in change.former_vice_chair_ids),
                vice_chairs=tuple(refs[judge_id] for judge_id in change.vice_chair_ids),
                reason=change.reason,
                changed_at=change.changed_at,
                changed_by=change.changed_by if for_office else None,
            )
            for change in changes
        ),
    )


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
