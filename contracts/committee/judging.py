"""From the confirmed scoring standard to the closed meeting."""

from __future__ import annotations

from uuid import UUID

from contracts.base import Actor, Contract, Page, PageRequest, rpc
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
from contracts.committee.results import (
    AuditResult,
    CalendarDay,
    Certifiable,
    CloseMeeting,
    DecideObjection,
    EndNotice,
    ListRow,
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

__all__ = ["Certifiable", "JudgingApi", "ListRow", "MaterialResult", "MeetingList"]


class JudgingApi(Contract):
    """What chair, leaders and judges do, and what the office does with the result."""

    # the chair: standard and leaders

    @rpc()
    def confirm_standard(self, *, command: ConfirmStandard) -> None:
        """评分标准确认. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def return_standard(self, *, command: ReturnStandard) -> None:
        """Send the standard back to the office.

        Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, StaleVersion.
        """
        raise NotImplementedError

    @rpc()
    def appoint_leaders(self, *, command: AppointLeaders) -> None:
        """指定组长. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, LeaderNotInGroup."""
        raise NotImplementedError

    # reviewers and scoring

    @rpc()
    def my_steps(self, *, meeting_id: UUID) -> tuple[StepTask, ...]:
        """What the actor has to do in the meeting, in working order. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def reviewer_assignments(
        self, *, meeting_id: UUID, group_id: UUID | None, page: PageRequest
    ) -> Page[AssignmentRow]:
        """The materials with their reviewers, for leaders (own group) and the chair.

        Refuses: NotFound, NotAllowed.
        """
        raise NotImplementedError

    @rpc()
    def reviewer_loads(self, *, meeting_id: UUID, group_id: UUID) -> tuple[JudgeLoad, ...]:
        """The judges of a group with what they review, for its leader and the chair.

        Refuses: NotFound, NotAllowed.
        """
        raise NotImplementedError

    @rpc()
    def assign_reviewers(self, *, command: AssignReviewers) -> RowsDone:
        """批量分配, row by row; a single row's refusal is raised.

        Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, ReviewersEqual, ReviewerNotInGroup, ConflictOfInterest.
        """
        raise NotImplementedError

    @rpc()
    def distribute_reviewers(self, *, command: DistributeReviewers) -> RowsDone:
        """全部分配, evenly. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver."""
        raise NotImplementedError

    @rpc()
    def scoring_materials(
        self, *, meeting_id: UUID, step: ScoringStep, waiting: bool, page: PageRequest
    ) -> Page[MaterialLine]:
        """The materials for which the actor has the step: those that wait for it, or all. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def score_sheet(self, *, material_id: UUID) -> ScoreSheetView:
        """The sheet of a material for those who score or confirm it. Refuses: NotFound, ConflictOfInterest."""
        raise NotImplementedError

    @rpc()
    def open_material(self, *, material_id: UUID) -> MaterialGrant:
        """The right to read the submission for some minutes. Refuses: NotFound, ConflictOfInterest."""
        raise NotImplementedError

    @rpc()
    def save_score_draft(self, *, command: SaveScoreDraft) -> ScoreDraft:
        """Keep the lead's unfinished sheet. Refuses: NotFound, ConflictOfInterest, WrongState, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def score_material(self, *, command: ScoreMaterial) -> ScoreSheetView:
        """主审打分. Refuses: NotFound, ConflictOfInterest, WrongState, StaleVersion, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def confirm_scores(self, *, command: ConfirmScores) -> RowsDone:
        """副审确认, 组长确认, 主任确认, row by row; a single row's refusal is raised.

        Refuses: NotFound, WrongState, StaleVersion, ConflictOfInterest.
        """
        raise NotImplementedError

    @rpc()
    def send_back_score(self, *, command: SendBackScore) -> None:
        """Back to the lead with a reason. Refuses: NotFound, WrongState, StaleVersion."""
        raise NotImplementedError

    # roll and ballot

    @rpc()
    def be_present(self, *, meeting_id: UUID) -> None:
        """The actor, a judge, is at the meeting now; said again every half minute. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def voter_roll(self, *, meeting_id: UUID, page: PageRequest) -> Page[RollRow]:
        """评委会票源: the judges, and who is selected for the vote. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def select_voters(self, *, command: SelectVoters) -> None:
        """选择, 取消选择. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver."""
        raise NotImplementedError

    @rpc()
    def opening_conditions(self, *, meeting_id: UUID) -> tuple[OpeningCondition, ...]:
        """What must be so before the vote opens (HB-150). Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def open_ballot(self, *, command: OpenBallot, answer_key: PublicKey) -> BallotOpening:
        """发起投票; the opening code comes sealed for `answer_key`, once.

        Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, MaterialsNotConfirmed, RollEmpty, QuorumNotMet,
        SecondPersonRequired.
        """
        raise NotImplementedError

    @rpc()
    def ballot_paper(self, *, meeting_id: UUID) -> BallotPaper:
        """The actor's own paper in the meeting's newest ballot. Refuses: NotFound, NotOnRoll."""
        raise NotImplementedError

    @rpc()
    def ballot_key(self, *, ballot_id: UUID) -> BallotKey:
        """What the gateway seals the actor's votes with. Refuses: NotFound, NotOnRoll, BallotNotOpen."""
        raise NotImplementedError

    @rpc(timeout=10)
    def cast_votes(self, *, votes: CastVotes) -> VotesCast:
        """评委投票, all of the command's votes or none.

        Refuses: NotFound, NotOnRoll, BallotNotOpen, AlreadyVoted, VoterRecused.
        """
        raise NotImplementedError

    @rpc()
    def ballot_progress(self, *, meeting_id: UUID) -> BallotProgress:
        """按评委查看: who is there and who has voted, for the chair. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def code_key(self) -> CodeKey:
        """The key for which the gateway seals an opening code."""
        raise NotImplementedError

    @rpc(timeout=30)
    def close_ballot(self, *, command: CloseBallot, sealed_code: SealedCode) -> BallotResults:
        """Count, and forget every envelope and the key.

        Refuses: NotFound, NotAllowed, BallotNotOpen, VotesMissing, OpeningCodeWrong.
        """
        raise NotImplementedError

    @rpc()
    def void_ballot(self, *, command: VoidBallot) -> None:
        """Throw all votes of a round away, uncounted or spoiled. Refuses: NotFound, NotAllowed, WrongState."""
        raise NotImplementedError

    @rpc()
    def ballot_results(self, *, meeting_id: UUID) -> BallotResults:
        """按材料查看 of the newest ballot, for the chair once it is closed.

        Refuses: NotFound, NotAllowed, BallotNotClosed.
        """
        raise NotImplementedError

    @rpc(timeout=10)
    def confirm_ballot_result(self, *, command: ConfirmBallotResult) -> BallotResults:
        """投票结果确认: passed and failed are fixed. Refuses: NotFound, NotAllowed, BallotNotClosed, BallotSpoiled."""
        raise NotImplementedError

    # after the vote

    @rpc()
    def meeting_results(
        self, *, meeting_id: UUID, page: PageRequest, text: str = "", outcome: Outcome | None = None
    ) -> Page[MeetingResultRow]:
        """投票结果查看, for judges, the office and the auditing office; empty before it is confirmed.

        `text` is a part of a name or unit that the reader sees.

        Refuses: NotFound.
        """
        raise NotImplementedError

    @rpc()
    def minutes(self, *, meeting_id: UUID) -> Minutes:
        """What the minutes say, for the chair, the office and the office that audits the result.

        Refuses: NotFound, NotAllowed.
        """
        raise NotImplementedError

    @rpc()
    def publish_notice(self, *, command: PublishNotice) -> NoticeCard:
        """公示. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, NoticeTooShort."""
        raise NotImplementedError

    @rpc()
    def notice(self, *, meeting_id: UUID) -> NoticeCard:
        """The meeting's notice, for the office and its judges. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=False)
    def public_notices(self, *, page: PageRequest) -> Page[NoticeCard]:
        """Notices that run and that have ended, newest first, for everybody."""
        raise NotImplementedError

    @rpc(actor=False)
    def public_notice(self, *, notice_id: UUID) -> PublicNoticePage:
        """One notice with everybody who passed. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def record_objection(self, *, command: RecordObjection) -> ObjectionCard:
        """Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, ObjectionTooLate."""
        raise NotImplementedError

    @rpc()
    def objections(self, *, meeting_id: UUID, page: PageRequest) -> Page[ObjectionRow]:
        """The objections of a meeting, for its office. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def decide_objection(self, *, command: DecideObjection) -> ObjectionCard:
        """Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, WrongState, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def end_notice(self, *, command: EndNotice) -> NoticeCard:
        """公示结果结束. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, NoticeRunning."""
        raise NotImplementedError

    @rpc()
    def report_result(self, *, command: ReportResult) -> ReportCard:
        """评审结果上报. Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, ObjectionsOpen."""
        raise NotImplementedError

    @rpc()
    def result_reports(self, *, waiting: bool, page: PageRequest) -> Page[ReportCard]:
        """The results reported to the actor's offices: those that wait for the audit, or all."""
        raise NotImplementedError

    @rpc()
    def meeting_reports(self, *, meeting_id: UUID) -> tuple[ReportCard, ...]:
        """The reports of a meeting with what became of them, newest first. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def audit_result(self, *, command: AuditResult) -> ReportCard:
        """经办人审核评审结果.

        Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver, OpinionRequired, SecondPersonRequired.
        """
        raise NotImplementedError

    @rpc()
    def order_document(self, *, command: OrderMeetingDocument) -> JobSummary:
        """Order a list for an office of the meeting; certificates and review forms for the unit that holds it.

        The job's progress and file are then asked of documents. Refuses: NotFound, NotAllowed.
        """
        raise NotImplementedError

    @rpc()
    def meeting_certificates(
        self, *, meeting_id: UUID, material_ids: tuple[UUID, ...]
    ) -> tuple[MeetingCertificate, ...]:
        """Certificates of a meeting, for its office and the office that audits. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def withdraw_certificate(self, *, command: WithdrawCertificate) -> None:
        """Let a certificate hold no longer. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def close_meeting(self, *, command: CloseMeeting) -> None:
        """评审会议关闭: from here the meeting is history and read only.

        Refuses: NotFound, NotAllowed, StepNotReady, StepIsOver.
        """
        raise NotImplementedError

    # working days

    @rpc()
    def calendar_days(self, *, year: int) -> tuple[CalendarDay, ...]:
        """The platform's own table of working days in a year."""
        raise NotImplementedError

    @rpc()
    def set_calendar_days(self, *, command: SetCalendarDays) -> None:
        """Add or replace days, by the system administrator. Refuses: NotAllowed."""
        raise NotImplementedError

    # other services

    @rpc(callers=("documents",), actor=False)
    def confirm_document(self, *, actor: Actor, meeting_id: UUID, document: MeetingDocument) -> None:
        """Whether the actor, as it stands now, may have the meeting's document. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False)
    def certifiable(self, *, meeting_id: UUID) -> tuple[Certifiable, ...]:
        """Who gets certificate and review form now; empty before the profile's point (HB-166, HB-168)."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False)
    def material_result(self, *, material_id: UUID) -> MaterialResult:
        """The confirmed result about a material. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False, timeout=10)
    def meeting_list(self, *, meeting_id: UUID, kind: str) -> MeetingList:
        """A meeting's list; kind is judges, passed, failed or roster. Refuses: NotFound."""
        raise NotImplementedError
