"""The bus entrypoints from the confirmed scoring standard to the closed meeting."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis import context
from contracts.base import Actor, Page, PageRequest
from contracts.committee.ballots import (
    BallotKey,
    BallotOpening,
    BallotPaper,
    BallotProgress,
    BallotResults,
    CastVotes,
    CloseBallot,
    CodeKey,
    ConfirmBallotResult,
    OpenBallot,
    OpeningCondition,
    PublicKey,
    RollRow,
    SealedCode,
    SelectVoters,
    VoidBallot,
    VotesCast,
)
from contracts.committee.judging_errors import OpeningCodeWrong
from contracts.committee.results import (
    AuditResult,
    CalendarDay,
    Certifiable,
    CloseMeeting,
    DecideObjection,
    EndNotice,
    MaterialResult,
    MeetingList,
    MeetingResultRow,
    Minutes,
    NoticeCard,
    ObjectionCard,
    ObjectionRow,
    OrderMeetingDocument,
    PublicNoticePage,
    PublishNotice,
    RecordObjection,
    ReportCard,
    ReportResult,
    SetCalendarDays,
    WithdrawCertificate,
)
from contracts.committee.scoring import (
    AppointLeaders,
    AssignmentRow,
    AssignReviewers,
    ConfirmScores,
    ConfirmStandard,
    DistributeReviewers,
    JudgeLoad,
    MaterialGrant,
    MaterialLine,
    ReturnStandard,
    RowsDone,
    SaveScoreDraft,
    ScoreDraft,
    ScoreMaterial,
    ScoreSheetView,
    ScoringStep,
    SendBackScore,
    StepTask,
)
from contracts.documents import JobSummary, MeetingCertificate, MeetingDocument
from contracts.events import Outcome
from services.committee.access import office_meeting
from services.committee.entry import Entrypoints
from services.committee.operations import assignment, ballots, closing, notices, results, roll, scoring
from services.committee.queries import ballots as ballot_queries
from services.committee.queries import notices as notice_queries
from services.committee.queries import papers as paper_queries
from services.committee.queries import results as result_queries
from services.committee.queries import scoring as scoring_queries
from services.committee.rules.ballot import code_key, unseal_code


class JudgingEntrypoints(Entrypoints):
    """The methods of `JudgingApi`."""

    # the chair: standard and leaders

    def confirm_standard(self, *, command: ConfirmStandard) -> None:
        self.execute(assignment.confirm_standard, command, actor=context.actor())

    def return_standard(self, *, command: ReturnStandard) -> None:
        self.execute(assignment.return_standard, command, actor=context.actor())

    def appoint_leaders(self, *, command: AppointLeaders) -> None:
        self.execute(assignment.appoint_leaders, command, actor=context.actor())

    # reviewers and scoring

    def my_steps(self, *, meeting_id: UUID) -> tuple[StepTask, ...]:
        return self.ask(scoring_queries.my_steps, actor=context.actor(), meeting_id=meeting_id)

    def reviewer_assignments(
        self, *, meeting_id: UUID, group_id: UUID | None, page: PageRequest
    ) -> Page[AssignmentRow]:
        return self.ask(
            scoring_queries.reviewer_assignments,
            actor=context.actor(),
            meeting_id=meeting_id,
            group_id=group_id,
            page=page,
        )

    def reviewer_loads(self, *, meeting_id: UUID, group_id: UUID) -> tuple[JudgeLoad, ...]:
        return self.ask(scoring_queries.reviewer_loads, actor=context.actor(), meeting_id=meeting_id, group_id=group_id)

    def assign_reviewers(self, *, command: AssignReviewers) -> RowsDone:
        return self.execute(assignment.assign_reviewers, command, actor=context.actor())

    def distribute_reviewers(self, *, command: DistributeReviewers) -> RowsDone:
        return self.execute(assignment.distribute_reviewers, command, actor=context.actor())

    def scoring_materials(
        self, *, meeting_id: UUID, step: ScoringStep, waiting: bool, page: PageRequest
    ) -> Page[MaterialLine]:
        return self.ask(
            scoring_queries.scoring_materials,
            actor=context.actor(),
            meeting_id=meeting_id,
            step=step,
            waiting=waiting,
            page=page,
        )

    def score_sheet(self, *, material_id: UUID) -> ScoreSheetView:
        return self.ask(scoring_queries.score_sheet, actor=context.actor(), material_id=material_id)

    def open_material(self, *, material_id: UUID) -> MaterialGrant:
        return self.ask(scoring.open_material, material_id=material_id, actor=context.actor(), signer=self.signer)

    def save_score_draft(self, *, command: SaveScoreDraft) -> ScoreDraft:
        return self.execute(scoring.save_score_draft, command, actor=context.actor())

    def score_material(self, *, command: ScoreMaterial) -> ScoreSheetView:
        return self.execute(scoring.score_material, command, actor=context.actor())

    def confirm_scores(self, *, command: ConfirmScores) -> RowsDone:
        return self.execute(scoring.confirm_scores, command, actor=context.actor())

    def send_back_score(self, *, command: SendBackScore) -> None:
        self.execute(scoring.send_back_score, command, actor=context.actor())

    # roll and ballot

    def be_present(self, *, meeting_id: UUID) -> None:
        self.ask(roll.be_present, meeting_id=meeting_id, actor=context.actor())

    def voter_roll(self, *, meeting_id: UUID, page: PageRequest) -> Page[RollRow]:
        return self.ask(ballot_queries.voter_roll, actor=context.actor(), meeting_id=meeting_id, page=page)

    def select_voters(self, *, command: SelectVoters) -> None:
        self.execute(roll.select_voters, command, actor=context.actor())

    def opening_conditions(self, *, meeting_id: UUID) -> tuple[OpeningCondition, ...]:
        return self.ask(ballot_queries.opening_conditions, actor=context.actor(), meeting_id=meeting_id)

    def open_ballot(self, *, command: OpenBallot, answer_key: PublicKey) -> BallotOpening:
        return self.execute(ballots.open_ballot, command, actor=context.actor(), answer_key=answer_key)

    def ballot_paper(self, *, meeting_id: UUID) -> BallotPaper:
        return self.ask(ballot_queries.ballot_paper, actor=context.actor(), meeting_id=meeting_id)

    def ballot_key(self, *, ballot_id: UUID) -> BallotKey:
        return self.ask(ballot_queries.ballot_key, actor=context.actor(), ballot_id=ballot_id)

    def cast_votes(self, *, votes: CastVotes) -> VotesCast:
        return self.ask(ballots.cast_votes, votes=votes, actor=context.actor())

    def ballot_progress(self, *, meeting_id: UUID) -> BallotProgress:
        return self.ask(ballot_queries.ballot_progress, actor=context.actor(), meeting_id=meeting_id)

    def code_key(self) -> CodeKey:
        return CodeKey(public_key=bytes(code_key(self.settings.secret_keys[0].key).public_key))

    def close_ballot(self, *, command: CloseBallot, sealed_code: SealedCode) -> BallotResults:
        opening_code = self._opening_code(sealed_code)
        return self.execute(ballots.close_ballot, command, actor=context.actor(), opening_code=opening_code)

    def void_ballot(self, *, command: VoidBallot) -> None:
        self.execute(ballots.void_ballot, command, actor=context.actor())

    def ballot_results(self, *, meeting_id: UUID) -> BallotResults:
        return self.ask(ballot_queries.ballot_results, actor=context.actor(), meeting_id=meeting_id)

    def confirm_ballot_result(self, *, command: ConfirmBallotResult) -> BallotResults:
        return self.execute(results.confirm_ballot_result, command, actor=context.actor())

    # after the vote

    def meeting_results(
        self, *, meeting_id: UUID, page: PageRequest, text: str = "", outcome: Outcome | None = None
    ) -> Page[MeetingResultRow]:
        return self.ask(
            result_queries.meeting_results,
            actor=context.actor(),
            meeting_id=meeting_id,
            page=page,
            text=text,
            outcome=outcome,
        )

    def minutes(self, *, meeting_id: UUID) -> Minutes:
        found = self.ask(result_queries.minutes, actor=context.actor(), meeting_id=meeting_id)
        names = self.names_of(change.changed_by for change in found.chair_changes if change.changed_by)
        changes = tuple(
            change.model_copy(update={"changed_by_name": names.get(change.changed_by)}) if change.changed_by else change
            for change in found.chair_changes
        )
        return found.model_copy(update={"chair_changes": changes})

    def publish_notice(self, *, command: PublishNotice) -> NoticeCard:
        return self.execute(
            notices.publish_notice, command, actor=context.actor(), is_demonstration=self.settings.demonstration
        )

    def notice(self, *, meeting_id: UUID) -> NoticeCard:
        return self.ask(notice_queries.notice, actor=context.actor(), meeting_id=meeting_id)

    def public_notices(self, *, page: PageRequest) -> Page[NoticeCard]:
        return self.ask(notice_queries.public_notices, page=page)

    def public_notice(self, *, notice_id: UUID) -> PublicNoticePage:
        return self.ask(notice_queries.public_notice, notice_id=notice_id)

    def record_objection(self, *, command: RecordObjection) -> ObjectionCard:
        return self.execute(notices.record_objection, command, actor=context.actor())

    def objections(self, *, meeting_id: UUID, page: PageRequest) -> Page[ObjectionRow]:
        return self.ask(notice_queries.objections, actor=context.actor(), meeting_id=meeting_id, page=page)

    def decide_objection(self, *, command: DecideObjection) -> ObjectionCard:
        return self.execute(notices.decide_objection, command, actor=context.actor())

    def end_notice(self, *, command: EndNotice) -> NoticeCard:
        return self.execute(notices.end_notice, command, actor=context.actor())

    def report_result(self, *, command: ReportResult) -> ReportCard:
        return self.execute(results.report_result, command, actor=context.actor())

    def result_reports(self, *, waiting: bool, page: PageRequest) -> Page[ReportCard]:
        found = self.ask(result_queries.result_reports, actor=context.actor(), waiting=waiting, page=page)
        return found.model_copy(update={"items": self._with_offices(found.items)})

    def meeting_reports(self, *, meeting_id: UUID) -> tuple[ReportCard, ...]:
        return self._with_offices(
            self.ask(result_queries.meeting_reports, actor=context.actor(), meeting_id=meeting_id)
        )

    def audit_result(self, *, command: AuditResult) -> ReportCard:
        return self.execute(results.audit_result, command, actor=context.actor())

    def _with_offices(self, reports: Sequence[ReportCard]) -> tuple[ReportCard, ...]:
        """Reports with the names of those they went to, which may be who made them: an office with a meeting itself."""
        offices = {report.reported_to for report in reports}
        known = self.identity.organizations(organization_ids=tuple(sorted(offices))) if offices else ()
        names = {office.organization_id: office.name for office in known}
        return tuple(
            report.model_copy(update={"reported_to_name": names.get(report.reported_to)}) for report in reports
        )

    def order_document(self, *, command: OrderMeetingDocument) -> JobSummary:
        organization_name = self.execute(results.resolve_document, command, actor=context.actor())
        return self.documents.order_meeting_document(
            command_id=command.command_id,
            meeting_id=command.meeting_id,
            document=command.document,
            organization_name=organization_name,
            list_format=command.list_format,
            meeting_name=self.ask(paper_queries.meeting_name, meeting_id=command.meeting_id),
        )

    def meeting_certificates(
        self, *, meeting_id: UUID, material_ids: tuple[UUID, ...]
    ) -> tuple[MeetingCertificate, ...]:
        self.ask(office_meeting, actor=context.actor(), meeting_id=meeting_id)
        return self.documents.meeting_certificates(meeting_id=meeting_id, material_ids=material_ids)

    def withdraw_certificate(self, *, command: WithdrawCertificate) -> None:
        self.execute(results.allow_certificate_withdrawal, command, actor=context.actor())
        self.documents.withdraw_certificate(
            command_id=command.command_id,
            meeting_id=command.meeting_id,
            material_id=command.material_id,
            reason=command.reason,
        )

    def close_meeting(self, *, command: CloseMeeting) -> None:
        self.execute(closing.close_meeting, command, actor=context.actor())

    # working days

    def calendar_days(self, *, year: int) -> tuple[CalendarDay, ...]:
        return self.ask(notice_queries.calendar_days, year=year)

    def set_calendar_days(self, *, command: SetCalendarDays) -> None:
        self.execute(closing.set_calendar_days, command, actor=context.actor())

    # other services

    def confirm_document(self, *, actor: Actor, meeting_id: UUID, document: MeetingDocument) -> None:
        self.ask(results.documented_meeting, actor=actor, meeting_id=meeting_id, document=document)

    def certifiable(self, *, meeting_id: UUID) -> tuple[Certifiable, ...]:
        return self.ask(paper_queries.certifiable, meeting_id=meeting_id)

    def material_result(self, *, material_id: UUID) -> MaterialResult:
        return self.ask(paper_queries.material_result, material_id=material_id)

    def meeting_list(self, *, meeting_id: UUID, kind: str) -> MeetingList:
        return self.ask(paper_queries.meeting_list, meeting_id=meeting_id, kind=kind)

    def _opening_code(self, sealed: bytes) -> str:
        code = unseal_code((key.key for key in self.settings.secret_keys), sealed)
        if code is None:
            raise OpeningCodeWrong()
        return code
