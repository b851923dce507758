"""The committee service up to the submitted scoring standard: its methods."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.base import Contract, Page, rpc
from contracts.committee.committees import (
    CommitteeCard,
    CommitteeDetail,
    CommitteeFilter,
    CommitteeOptions,
    CommitteeSummary,
    CreateCommittee,
    EditCommittee,
    GrantPool,
    OpenCommittee,
    OpenPool,
    ResetPool,
    SetPolicy,
)
from contracts.committee.materials import (
    AppointChair,
    AskLift,
    ConflictFilter,
    ConflictRow,
    DecideConflict,
    LiftConflict,
    MaterialFilter,
    MaterialRow,
    Placed,
    PlaceMaterials,
    ReplaceChair,
    SetStandard,
    Standard,
)
from contracts.committee.meetings import (
    AddGroup,
    CreateMeeting,
    EditGroup,
    EditMeeting,
    MeetingAudience,
    MeetingCard,
    MeetingDetail,
    MeetingFilter,
    MeetingOverview,
    RemoveGroup,
    WaitingWork,
)
from contracts.committee.plans import (
    DrawRecord,
    MeetingAct,
    PlanEditions,
    PrepareDraw,
    ReviewPlan,
    RunDraw,
    SeatableExpert,
    SeatableFilter,
    SeatJudges,
    WritePlan,
)
from contracts.declaration import SettingChoice
from contracts.identity import HandedOver


class SetupApi(Contract):
    """Committees and the preparation of meetings."""

    # asked by other services

    @rpc(callers=("declaration", "review"), actor=False)
    def accepting_committees(
        self, *, setting: SettingChoice, declaration_year: int, organization_ids: tuple[UUID, ...]
    ) -> tuple[CommitteeSummary, ...]:
        """The committees whose scope covers the setting in the year (HB-62); open and closed ones.

        `organization_ids` are the applicant's organisation and its parents.
        """
        raise NotImplementedError

    @rpc(callers=("declaration",), actor=False)
    def open_committees(self) -> tuple[OpenCommittee, ...]:
        """The committees that take declarations at the moment of the request, the nearest end first."""
        raise NotImplementedError

    @rpc(callers=("review", "documents", "notify"), actor=False)
    def committee(self, *, committee_id: UUID) -> CommitteeSummary:
        """One committee. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("notify",), actor=False)
    def meeting_facts(self, *, meeting_id: UUID) -> dict[str, Any]:
        """What a message about a meeting may say: name, place, starts_at, number."""
        raise NotImplementedError

    @rpc(actor=False)
    def meeting_audience(self, *, meeting_id: UUID) -> MeetingAudience:
        """Who may see the meeting, so that only they are told to look at it; nobody where there is none."""
        raise NotImplementedError

    # committees: the title-reform office

    @rpc()
    def committee_options(self) -> CommitteeOptions:
        """Choices and defaults of the forms."""
        raise NotImplementedError

    @rpc()
    def create_committee(self, *, command: CreateCommittee) -> CommitteeCard:
        """Refuses: NoCreationRight, NoFormationRight, UnitNotSubordinate, CommitteeCodeTaken, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def edit_committee(self, *, command: EditCommittee) -> CommitteeCard:
        """Refuses: NotFound, NoFormationRight, UnitNotSubordinate, StaleVersion, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def set_policy(self, *, command: SetPolicy) -> CommitteeCard:
        """Holds at once, also for what has begun. Refuses: NotFound, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def committees(self, *, wanted: CommitteeFilter) -> Page[CommitteeCard]:
        """The committees that the actor's organisations created or run."""
        raise NotImplementedError

    @rpc()
    def committee_detail(self, *, committee_id: UUID) -> CommitteeDetail:
        """Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=10)
    def grant_pool(self, *, command: GrantPool) -> CommitteeCard:
        """Let an account that there is manage the pool. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc(timeout=10)
    def open_pool(self, *, command: OpenPool) -> HandedOver:
        """Open an account that manages the pool. Refuses: NotFound, NotAllowed, InvalidInput (login name taken)."""
        raise NotImplementedError

    @rpc(timeout=10)
    def reset_pool(self, *, command: ResetPool) -> HandedOver:
        """Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    # meetings: unit administrator and case officer

    @rpc()
    def create_meeting(self, *, command: CreateMeeting) -> MeetingDetail:
        """Refuses: NotFound, NoFormationRight, CommitteeNotValid, MeetingTimeInvalid."""
        raise NotImplementedError

    @rpc()
    def edit_meeting(self, *, command: EditMeeting) -> MeetingDetail:
        """Refuses: NotFound, StepIsOver, StaleVersion, CommitteeNotValid, MeetingTimeInvalid."""
        raise NotImplementedError

    @rpc()
    def meetings(self, *, wanted: MeetingFilter) -> Page[MeetingCard]:
        """Meetings of the actor's organisations and those at which the actor sits."""
        raise NotImplementedError

    @rpc()
    def meeting(self, *, meeting_id: UUID) -> MeetingDetail:
        """Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def waiting_work(self) -> WaitingWork:
        """What waits for the actor as officer and as judge."""
        raise NotImplementedError

    @rpc()
    def meeting_overview(self, *, meeting_id: UUID) -> MeetingOverview:
        """Every step: done, by whom, what is next, why not yet. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def add_group(self, *, command: AddGroup) -> MeetingDetail:
        """Refuses: NotFound, StepIsOver, GroupNameTaken."""
        raise NotImplementedError

    @rpc()
    def edit_group(self, *, command: EditGroup) -> MeetingDetail:
        """Refuses: NotFound, StepIsOver, GroupNameTaken, GroupTooSmall."""
        raise NotImplementedError

    @rpc()
    def remove_group(self, *, command: RemoveGroup) -> MeetingDetail:
        """Refuses: NotFound, StepIsOver, GroupInUse."""
        raise NotImplementedError

    @rpc()
    def plans(self, *, meeting_id: UUID) -> PlanEditions:
        """Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def seatable_experts(self, *, wanted: SeatableFilter) -> Page[SeatableExpert]:
        """Approved experts of the meeting's committees (HB-120). Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def write_plan(self, *, command: WritePlan) -> PlanEditions:
        """Refuses: NotFound, StepNotReady, StepIsOver, PlanNeedsReview, WrongState, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def seat_judges(self, *, command: SeatJudges) -> PlanEditions:
        """Refuses: NotFound, WrongState, ExpertNotApproved, GroupTooSmall, InvalidInput, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def prepare_draw(self, *, command: PrepareDraw) -> DrawRecord:
        """Refuses: NotFound, WrongState, DrawImpossible, GroupTooSmall."""
        raise NotImplementedError

    @rpc()
    def run_draw(self, *, command: RunDraw) -> DrawRecord:
        """Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc()
    def draws(self, *, meeting_id: UUID) -> tuple[DrawRecord, ...]:
        """The draws of a meeting, newest first. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def submit_plan(self, *, command: MeetingAct) -> PlanEditions:
        """Refuses: NotFound, WrongState, PlanIncomplete, ExpertNotApproved, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def review_plan(self, *, command: ReviewPlan) -> PlanEditions:
        """Refuses: NotFound, WrongState, SecondPersonRequired, OpinionRequired, ExpertNotApproved, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def revise_plan(self, *, command: MeetingAct) -> PlanEditions:
        """Begin a new edition from the one in force. Refuses: NotFound, WrongState, StepIsOver."""
        raise NotImplementedError

    @rpc()
    def appoint_chair(self, *, command: AppointChair) -> MeetingDetail:
        """Refuses: NotFound, StepNotReady, StepIsOver, NotSeated, TooManyViceChairs, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def replace_chair(self, *, command: ReplaceChair) -> MeetingDetail:
        """Name others as chair and vice-chairs between the confirmed standard and the confirmed result.

        Refuses: NotFound, NotAllowed, StaleVersion, StepNotReady, StepIsOver, BallotRunning, NotSeated,
        TooManyViceChairs, InvalidInput.
        """
        raise NotImplementedError

    @rpc()
    def materials(self, *, wanted: MaterialFilter) -> Page[MaterialRow]:
        """Materials placed in the meeting and those offered to it (HB-133). Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=10)
    def place_materials(self, *, command: PlaceMaterials) -> Placed:
        """Refuses: NotFound, StepNotReady, StepIsOver, NothingToPlace, MaterialNotOffered, ConflictsUndecided."""
        raise NotImplementedError

    @rpc()
    def conflicts(self, *, wanted: ConflictFilter) -> Page[ConflictRow]:
        """Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def decide_conflict(self, *, command: DecideConflict) -> ConflictRow:
        """Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc()
    def ask_lift(self, *, command: AskLift) -> ConflictRow:
        """Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc()
    def lift_conflict(self, *, command: LiftConflict) -> ConflictRow:
        """Refuses: NotFound, WrongState, SecondPersonRequired."""
        raise NotImplementedError

    @rpc()
    def standard(self, *, meeting_id: UUID) -> Standard:
        """Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def set_standard(self, *, command: SetStandard) -> Standard:
        """Refuses: NotFound, StepNotReady, WrongState, StandardInvalid, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def submit_standard(self, *, command: MeetingAct) -> Standard:
        """Refuses: NotFound, StepNotReady, WrongState, StandardInvalid, StaleVersion."""
        raise NotImplementedError
