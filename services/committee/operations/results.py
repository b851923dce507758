"""The confirmed result, its report to the superior office, and that office's audit (HB-155, HB-161, HB-167)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis import audit, clock, outbox
from contracts.base import Actor, Role
from contracts.committee.ballots import BallotResults, BallotState, ConfirmBallotResult
from contracts.committee.judging_errors import BallotNotClosed, BallotSpoiled, ObjectionsOpen
from contracts.committee.meetings import Step
from contracts.committee.refusals import OpinionRequired, SecondPersonRequired
from contracts.committee.results import AuditResult, OrderMeetingDocument, ReportCard, ReportResult, WithdrawCertificate
from contracts.documents import MeetingDocument
from contracts.errors import NotAllowed, NotFound, WrongState
from contracts.events import MeetingAwaits, Outcome, ResultAudited, ResultConfirmed, ResultReported
from services.committee.access import find_meeting, office_meeting, prepared_meeting, superior_offices
from services.committee.operations import log, steps
from services.committee.operations.ballots import chaired_ballot
from services.committee.published import judging_rules
from services.committee.tables import (
    BallotMaterial,
    Meeting,
    ResultReport,
    ReviewMaterial,
)
from services.committee.views import ballots as ballot_views
from services.committee.views import results as views

AUDIT = "audit_result"


def confirm_ballot_result(session: Session, *, command: ConfirmBallotResult, actor: Actor) -> BallotResults:
    """投票结果确认: passed where enough of those present were in favour (HB-154, HB-156)."""
    ballot, meeting = chaired_ballot(session, actor, command.ballot_id)
    if ballot.state != BallotState.CLOSED:
        raise BallotNotClosed()
    if spoiled := ballot_views.spoiled(session, ballot.id):
        raise BallotSpoiled(envelopes=spoiled)
    share = ballot_views.threshold(ballot)
    recused_count = judging_rules(session, meeting).recused_count_as_present
    entitled = ballot_views.entitled(session, ballot.id)
    rows = session.execute(
        select(ReviewMaterial, BallotMaterial)
        .join(BallotMaterial, BallotMaterial.material_id == ReviewMaterial.id)
        .where(BallotMaterial.ballot_id == ballot.id)
        .order_by(ReviewMaterial.id)
        .with_for_update()
    ).all()
    for material, count in rows:
        present = ballot_views.present_for(ballot, entitled.get(material.id, 0), recused_count=recused_count)
        outcome = Outcome.PASSED if share.is_reached(count.yes or 0, present) else Outcome.FAILED
        count.outcome = outcome
        material.state = outcome
        material.version += 1
        outbox.publish(
            session,
            ResultConfirmed(
                material_id=material.id,
                meeting_id=meeting.id,
                declaration_id=material.declaration_id,
                submission_id=material.submission_id,
                outcome=outcome,
            ),
            aggregate_id=material.id,
            number=material.version,
        )
    ballot.state = BallotState.CONFIRMED
    ballot.confirmed_at = clock.now()
    ballot.version += 1
    steps.complete(session, meeting, Step.RESULT_CONFIRMED, actor)
    audit.record(session, "ballot_result_confirmed", "ballot", ballot.id, number=ballot.number)
    session.flush()
    return ballot_views.results(session, ballot)


def resolve_document(session: Session, *, command: OrderMeetingDocument, actor: Actor) -> str:
    """The organisation that orders the meeting's document, if the actor may (HB-134, HB-165).

    Refuses: NotFound, NotAllowed.
    """
    meeting = documented_meeting(session, actor=actor, meeting_id=command.meeting_id, document=command.document)
    audit.record(session, "document_ordered", "meeting", meeting.id, document=command.document)
    return meeting.organization_name


def documented_meeting(session: Session, *, actor: Actor, meeting_id: UUID, document: MeetingDocument) -> Meeting:
    """The meeting, if the actor may have a document of it. Refuses: NotFound, NotAllowed."""
    if document not in (MeetingDocument.CERTIFICATES, MeetingDocument.REVIEW_FORMS):
        return office_meeting(session, actor, meeting_id)
    meeting = find_meeting(session, actor, meeting_id)
    if not actor.has(Role.CASE_OFFICER, meeting.organization_id):
        raise NotAllowed(Role.CASE_OFFICER)
    return meeting


def allow_certificate_withdrawal(session: Session, *, command: WithdrawCertificate, actor: Actor) -> None:
    """The actor is an officer of an office that audits the meeting's results. Refuses: NotFound, NotAllowed."""
    meeting = find_meeting(session, actor, command.meeting_id)
    if not actor.organizations(Role.CASE_OFFICER) & superior_offices(session, meeting.id):
        raise NotAllowed(Role.CASE_OFFICER)
    material = session.get(ReviewMaterial, command.material_id)
    if material is None or material.meeting_id != meeting.id:
        raise NotFound()
    _note(session, actor, meeting, "certificate_withdrawn", command.reason)


def report_result(session: Session, *, command: ReportResult, actor: Actor) -> ReportCard:
    """评审结果上报 to the offices that created the meeting's committees (HB-161, HB-162)."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.RESULT_REPORTED)
    if Step.RESULT_REPORTED in steps.done_steps(session, meeting.id):
        raise WrongState(state=Step.RESULT_REPORTED.value, act="report_result")
    if undecided := views.objections_open(session, meeting.id):
        raise ObjectionsOpen(objections=undecided)
    before = session.scalar(select(func.max(ResultReport.number)).filter_by(meeting_id=meeting.id)) or 0
    offices = sorted(superior_offices(session, meeting.id))
    for office in offices:
        session.add(
            ResultReport(
                meeting_id=meeting.id,
                number=before + 1,
                reported_to=office,
                profile=meeting.profile,
                state="waiting",
                reported_by=actor.account_id,
                reported_at=clock.now(),
                opinion="",
            )
        )
    _tell(session, meeting, ResultReported)
    steps.complete(session, meeting, Step.RESULT_REPORTED, actor)
    for office in offices:
        meeting.version += 1
        outbox.publish(
            session,
            MeetingAwaits(meeting_id=meeting.id, act=AUDIT, organization_id=office, role=Role.CASE_OFFICER),
            aggregate_id=meeting.id,
            number=meeting.version,
        )
    _note(session, actor, meeting, "result_reported", "")
    session.flush()
    return views.report_card(session, meeting, before + 1, offices[0])


def audit_result(session: Session, *, command: AuditResult, actor: Actor) -> ReportCard:
    """经办人审核评审结果: approve, or send back with an opinion (HB-167). Nobody audits the own report."""
    meeting = find_meeting(session, actor, command.meeting_id, lock=True)
    offices = superior_offices(session, meeting.id) & actor.organizations(Role.CASE_OFFICER)
    if not offices:
        raise NotAllowed(Role.CASE_OFFICER)
    steps.require(session, meeting, Step.RESULT_AUDITED)
    newest = select(func.max(ResultReport.number)).filter_by(meeting_id=meeting.id).scalar_subquery()
    report = session.scalars(
        select(ResultReport)
        .where(
            ResultReport.meeting_id == meeting.id,
            ResultReport.number == newest,
            ResultReport.reported_to.in_(offices),
        )
        .order_by(ResultReport.state != "waiting", ResultReport.reported_to)
        .limit(1)
    ).one()
    if report.state != "waiting":
        raise WrongState(state=report.state, act="audit_result")
    if report.reported_by == actor.account_id:
        raise SecondPersonRequired()
    if not command.approved and not command.opinion:
        raise OpinionRequired()
    report.state = "approved" if command.approved else "returned"
    report.opinion = command.opinion
    report.audited_by = actor.account_id
    report.audited_at = clock.now()
    session.flush()
    if command.approved:
        _finish_audit(session, actor, meeting, report.number)
    else:
        _withdraw_others(session, report)
        steps.undo(session, meeting, Step.RESULT_REPORTED)
    meeting.version += 1
    _note(session, actor, meeting, f"result_{report.state}", command.opinion)
    return views.report_card(session, meeting, report.number, report.reported_to)


def _withdraw_others(session: Session, returned: ResultReport) -> None:
    """What one office returned is no longer before the others; they see the next report."""
    session.execute(
        update(ResultReport)
        .where(
            ResultReport.meeting_id == returned.meeting_id,
            ResultReport.number == returned.number,
            ResultReport.state == "waiting",
        )
        .values(state="withdrawn", audited_at=clock.now())
    )


def _finish_audit(session: Session, actor: Actor, meeting: Meeting, number: int) -> None:
    """The result is audited once every office that it was reported to has approved."""
    states = set(session.scalars(select(ResultReport.state).filter_by(meeting_id=meeting.id, number=number)))
    if states == {"approved"}:
        _tell(session, meeting, ResultAudited)
        steps.complete(session, meeting, Step.RESULT_AUDITED, actor)


def _tell(session: Session, meeting: Meeting, event: type[ResultReported] | type[ResultAudited]) -> None:
    passed = session.scalars(
        select(ReviewMaterial)
        .filter_by(meeting_id=meeting.id, state=Outcome.PASSED)
        .order_by(ReviewMaterial.id)
        .with_for_update()
    )
    for material in passed:
        material.version += 1
        outbox.publish(
            session,
            event(
                material_id=material.id,
                meeting_id=meeting.id,
                declaration_id=material.declaration_id,
                submission_id=material.submission_id,
            ),
            aggregate_id=material.id,
            number=material.version,
        )


def _note(session: Session, actor: Actor, meeting: Meeting, action: str, opinion: str) -> None:
    log.write(
        session, actor, profile=meeting.profile, subject="result", subject_id=meeting.id, action=action, opinion=opinion
    )
