"""The review service: cases and their routes, queues, decisions, opinions and the routing log."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, Page, PageRequest, Role, rpc
from contracts.committee import CommitteeSummary
from contracts.declaration import SubmissionCard
from contracts.documents import JobSummary
from contracts.errors import DomainError, Fault, Kind
from contracts.profiles import PublishesProfiles

# PostgreSQL stores no NUL in a text, so it is refused where it comes in.
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=r"^[^\x00]*$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")]
BATCH_MAXIMUM = 500


class CaseAlreadyReviewed(DomainError):
    """Somebody has decided about the submission, so it cannot be taken back any more (HB-104, HB-105)."""

    code = "review.case_already_reviewed"
    kind = Kind.CONFLICT


class OwnDeclaration(DomainError):
    """Nobody decides on the own declaration (PL-39)."""

    code = "review.own_declaration"
    kind = Kind.FORBIDDEN


class BatchTooLarge(DomainError):
    """More cases than one act may decide or one export may hold."""

    code = "review.batch_too_large"
    kind = Kind.INVALID


class CommitteeNotAccepting(DomainError):
    """The committee is closed, or its scope does not cover the declaration (HB-50, HB-62)."""

    code = "review.committee_not_accepting"
    kind = Kind.CONFLICT


class PlaceNotOnRoute(DomainError):
    """The case cannot be re-routed there: the place is not ahead of it, or above the organisation that re-routes."""

    code = "review.place_not_on_route"
    kind = Kind.CONFLICT


class CaseState(StrEnum):
    """Where a case stands; the last four are final."""

    WAITING = "waiting"
    HELD = "held"
    RETURNED = "returned"
    RECALLED = "recalled"
    ADMITTED = "admitted"
    SUPERSEDED = "superseded"


class Action(StrEnum):
    """What can be done to a case."""

    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 an act, not a password
    ASSIGN = "assign"
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"
    RECALL = "recall"
    REROUTE = "reroute"
    SUPERSEDE = "supersede"


class Decision(StrEnum):
    """What the holder of a step can decide; passing the committee's material check admits the case."""

    PASS = "pass"  # noqa: S105 an act, not a password
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"


class LogAction(StrEnum):
    """What a line of the routing log says happened; `waiting` is the step that is still open."""

    SUBMITTED = "submitted"
    PASSED = "passed"
    ASSIGNED = "assigned"
    ADMITTED = "admitted"
    RETURNED = "returned"
    HELD = "held"
    RESUMED = "resumed"
    RECALLED = "recalled"
    REROUTED = "rerouted"
    SUPERSEDED = "superseded"
    WAITING = "waiting"


class LogEntry(Message):
    """One line of the routing log (HB-35), newest first in lists; `at` is since when for the step that waits.

    `actor_name` is the applicant's on the lines of applicants; a unit's line names the organisation only. `opinion`
    is there only where the reader may see it. `is_bulk` tells that it was one act over many cases (W11).
    """

    step: str
    step_label: str
    action: LogAction
    action_label: str
    organization_id: UUID | None
    organization_name: str | None
    actor_name: str | None
    opinion: str | None
    at: datetime
    submission_number: int
    is_bulk: bool = False


class ReturnFacts(Message):
    """Why a submission was returned, and the first moment at which it may not come again (None: no deadline)."""

    decision_id: UUID
    submission_id: UUID
    opinion: str
    deadline: datetime | None


class AdmittedCase(Message):
    """A case that a committee may take: the card, the committee, and the units' recommendations on the way.

    A recommendation is the content of `Recommendation` with organization_id, organization_name, step and at.
    """

    case_id: UUID
    committee_id: UUID
    card: SubmissionCard
    organization_name: str
    organization_ids: tuple[UUID, ...]
    recommendations: tuple[dict[str, Any], ...]
    is_entrusted_review: bool


class Recommendation(Message):
    """What a unit says when it passes a declaration on (HB-T30): 推荐情况, 公示情况, 推荐小组意见."""

    is_recommended: bool
    recommendation_text: Text = ""
    notice_from: date
    notice_to: date
    has_objections: bool
    objections_text: Text = ""
    panel_opinion: Text


class DecideCase(Command):
    """Decide on one case. `opinion` is required to return and to hold, `recommendation` where the step asks for it."""

    case_id: UUID
    decision: Decision
    opinion: Text = ""
    recommendation: Recommendation | None = None


class BatchItem(Message):
    """A ticked row as the officer saw it."""

    case_id: UUID
    version: int


class DecideCases(Command):
    """One decision over all ticked cases (批量审核, HB-41, HB-42)."""

    items: tuple[BatchItem, ...] = Field(min_length=1, max_length=BATCH_MAXIMUM)
    decision: Decision
    opinion: Text = ""
    recommendation: Recommendation | None = None


class AssignCommittee(Command):
    """Give a case to a committee (预分配评委会), or to another until it was checked."""

    case_id: UUID
    committee_id: UUID
    is_entrusted_review: bool = False


class AssignCommittees(Command):
    """Give all ticked cases to one committee."""

    items: tuple[BatchItem, ...] = Field(min_length=1, max_length=BATCH_MAXIMUM)
    committee_id: UUID
    is_entrusted_review: bool = False


class RerouteCase(Command):
    """Let a stuck case wait at another place ahead, with a reason."""

    case_id: UUID
    step: str = Field(max_length=40)
    organization_id: UUID
    reason: Text


class CaseStanding(Message):
    """Where a case stands after a command."""

    case_id: UUID
    version: int
    state: CaseState
    step: str
    organization_id: UUID
    role: Role


class BatchRow(Message):
    """What became of one ticked row: `error_code` says why it was skipped, None where it was done."""

    case_id: UUID
    error_code: str | None = None
    error_params: dict[str, Any] = Field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


class BatchResult(Message):
    """The result of a batch, row by row in the order of the command (HB-43)."""

    rows: tuple[BatchRow, ...]
    done: int
    skipped: int


class View(StrEnum):
    """Which list: 审核申报材料, 预分配评委会, 评委会审查申报材料 or 今年申报材料."""

    REVIEW = "review"
    PREASSIGNMENT = "preassignment"
    COMMITTEE_CHECK = "committee_check"
    CURRENT_YEAR = "current_year"


class Tab(StrEnum):
    """未审核, 审核待定 or 已审核; the list of the year has none."""

    PENDING = "pending"
    HELD = "held"
    REVIEWED = "reviewed"


class Origin(StrEnum):
    """Whose people: of the reader's own organisation, or of the organisations below it (HB-45)."""

    OWN = "own"
    LOWER = "lower"


class CaseFilters(Message):
    """The filters of HB-T4 (22), and three more. Codes match exactly, names by part, a region with all inside it."""

    category: ShortText | None = None
    title_series: ShortText | None = None
    specialty: ShortText | None = None
    declared_title: ShortText | None = None
    title_level: ShortText | None = None
    declaration_mode: ShortText | None = None
    review_mode: ShortText | None = None
    id_document_no: ShortText | None = None
    real_name: ShortText | None = None
    organization_name: ShortText | None = None
    highest_education: ShortText | None = None
    school: ShortText | None = None
    first_education: ShortText | None = None
    committee_id: UUID | None = None
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")] | None = None
    current_title: ShortText | None = None
    current_title_level: ShortText | None = None
    current_title_years_from: int | None = Field(default=None, ge=0, le=100)
    current_title_years_to: int | None = Field(default=None, ge=0, le=100)
    special_experience: ShortText | None = None
    is_entrusted_review: bool | None = None
    major: ShortText | None = None
    competent_department: ShortText | None = None
    declaration_year: int | None = Field(default=None, ge=2000, le=2200)
    state: CaseState | None = None
    origin: Origin | None = None


class Sort(StrEnum):
    """By what a list is ordered; equal rows by case id."""

    WAITING_SINCE = "waiting_since"
    SUBMITTED_AT = "submitted_at"
    REAL_NAME = "real_name"
    ORGANIZATION_NAME = "organization_name"


class CaseQuery(Message):
    """A list as it stands on a screen; an export of it obeys the same (PL-33)."""

    view: View = View.REVIEW
    tab: Tab = Tab.PENDING
    filters: CaseFilters = CaseFilters()
    sort: Sort = Sort.WAITING_SINCE
    descending: bool = False


class CaseSummary(Message):
    """A row of a list. `id_document_no` is masked; `actions` are what the reader may do with it now.

    `title_labels` are the province's words for category, title_series, specialty, declared_title, title_level,
    declaration_mode and review_mode.
    """

    case_id: UUID
    version: int
    declaration_id: UUID
    submission_id: UUID
    submission_number: int
    declaration_year: int
    state: CaseState
    state_label: str
    step: str
    step_label: str
    holder_organization_id: UUID
    holder_organization_name: str
    role: Role
    waiting_since: datetime
    submitted_at: datetime
    real_name: str
    id_document_no: str
    organization_id: UUID
    organization_name: str
    title_labels: dict[str, str]
    committee_id: UUID | None
    committee_name: str | None
    is_entrusted_review: bool
    actions: tuple[Action, ...]


class QueueCounts(Message):
    """How many rows each tab of a view has under the filters."""

    pending: int
    held: int
    reviewed: int


class OpenedCase(Message):
    """A case opened to be read: with `read_grant` declaration and documents serve the submission (design §4).

    `recommendation` says whether passing takes the data of HB-T30: required, optional or none.
    """

    case: CaseSummary
    read_grant: str
    recommendation: str
    opinion_limit: int
    log: tuple[LogEntry, ...]
    recommendations: tuple[dict[str, Any], ...]


class CommitteeProposal(Message):
    """A committee that may take some of the ticked cases, and which."""

    committee: CommitteeSummary
    case_ids: tuple[UUID, ...]


class RoutePlace(Message):
    """A place ahead to which a case may be re-routed."""

    step: str
    step_label: str
    organization_id: UUID
    organization_name: str
    role: Role


class CommonOpinions(Message):
    """An officer's own phrases in their order (HB-33); version 0 is the province's start set."""

    version: int
    phrases: tuple[str, ...]


class SaveCommonOpinions(Command):
    """Replace the phrases: adding, editing, deleting and ordering are one."""

    phrases: tuple[Annotated[Text, StringConstraints(min_length=1)], ...] = Field(max_length=50)


class OrderExport(Command):
    """Order the general form of the ticked cases, or of all rows of the query when `case_ids` is None (HB-48).

    The reason is recorded (W10).
    """

    query: CaseQuery
    case_ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=BATCH_MAXIMUM)
    reason: Annotated[ShortText, StringConstraints(min_length=2)]


class StepDescription(Message):
    """A step of the current route in the reader's language."""

    step: str
    kind: str
    role: Role
    recommendation: str
    label: str


class RouteDescription(Message):
    """What screens need to know of the current route rules."""

    steps: tuple[StepDescription, ...]
    states: dict[str, str]
    actions: dict[str, str]
    opinion_limit: int
    batch_limit: int
    export_limit: int


class ReviewApi(PublishesProfiles):
    """How a submission climbs from unit to committee, and what each hand says of it."""

    name: ClassVar[str] = "review"

    @rpc(callers=("declaration",), actor=True)
    def recall(self, *, submission_id: UUID) -> None:
        """Take a submission back for its applicant before anybody decided; harmless when repeated.

        Leaves a tombstone, so that a `DeclarationSubmitted` that comes later opens nothing.
        Refuses: CaseAlreadyReviewed.
        """
        raise NotImplementedError

    @rpc(callers=("declaration", "documents"), actor=False)
    def routing_log(self, *, declaration_id: UUID) -> tuple[LogEntry, ...]:
        """Every step of every submission of the declaration, newest first, the waiting step on top (HB-35).

        For the applicant: notes of a hold or a re-routing are left out.
        """
        raise NotImplementedError

    @rpc(callers=("declaration", "notify"), actor=False)
    def return_facts(self, *, decision_id: UUID) -> ReturnFacts:
        """Opinion and deadline of a return. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("committee",), actor=False)
    def admitted_case(self, *, case_id: UUID) -> AdmittedCase:
        """A case that passed the committee's material check. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=True)
    def cases(self, *, query: CaseQuery, page: PageRequest) -> Page[CaseSummary]:
        """One page of a list in the actor's scope."""
        raise NotImplementedError

    @rpc(actor=True)
    def case_counts(self, *, view: View, filters: CaseFilters) -> QueueCounts:
        """How many rows the tabs of a view have."""
        raise NotImplementedError

    @rpc(actor=True)
    def open_case(self, *, case_id: UUID) -> OpenedCase:
        """Read a case: recorded in the audit log, answered with a read grant. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=True)
    def case_log(self, *, case_id: UUID) -> tuple[LogEntry, ...]:
        """The routing log of the case's declaration for an officer in scope, notes included. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=True)
    def decide_case(self, *, command: DecideCase) -> CaseStanding:
        """Pass, return, hold or resume.

        Refuses: NotFound, NotAllowed, OwnDeclaration, StaleVersion, WrongState, InvalidInput.
        """
        raise NotImplementedError

    @rpc(actor=True, timeout=15)
    def decide_cases(self, *, command: DecideCases) -> BatchResult:
        """The same for many; what cannot be done is skipped and named. Refuses: BatchTooLarge, InvalidInput."""
        raise NotImplementedError

    @rpc(actor=True)
    def proposed_committees(self, *, case_ids: tuple[UUID, ...]) -> tuple[CommitteeProposal, ...]:
        """The open committees whose scope covers the cases (HB-50); cases out of scope are left out.

        Refuses: BatchTooLarge.
        """
        raise NotImplementedError

    @rpc(actor=True)
    def assign_committee(self, *, command: AssignCommittee) -> CaseStanding:
        """Give a case to a committee, or to another until it was checked.

        Refuses: NotFound, NotAllowed, OwnDeclaration, StaleVersion, WrongState, CommitteeNotAccepting.
        """
        raise NotImplementedError

    @rpc(actor=True, timeout=15)
    def assign_committees(self, *, command: AssignCommittees) -> BatchResult:
        """The same for many. Refuses: BatchTooLarge."""
        raise NotImplementedError

    @rpc(actor=True)
    def reroute_places(self, *, case_id: UUID) -> tuple[RoutePlace, ...]:
        """Where the actor may let a stuck case wait instead. Refuses: NotFound, NotAllowed, WrongState."""
        raise NotImplementedError

    @rpc(actor=True)
    def reroute_case(self, *, command: RerouteCase) -> CaseStanding:
        """Let a stuck case wait at a place ahead.

        Refuses: NotFound, NotAllowed, OwnDeclaration, StaleVersion, WrongState, PlaceNotOnRoute, InvalidInput.
        """
        raise NotImplementedError

    @rpc(actor=True)
    def common_opinions(self) -> CommonOpinions:
        """The actor's own phrases, the province's start set until some were saved."""
        raise NotImplementedError

    @rpc(actor=True)
    def save_common_opinions(self, *, command: SaveCommonOpinions) -> CommonOpinions:
        """Replace the actor's phrases. Refuses: NotAllowed, StaleVersion, InvalidInput."""
        raise NotImplementedError

    @rpc(actor=True, timeout=15)
    def order_export(self, *, command: OrderExport) -> JobSummary:
        """Order general forms of what the query shows or of its ticked rows. Refuses: NotFound, BatchTooLarge."""
        raise NotImplementedError

    @rpc(actor=True)
    def route_description(self) -> RouteDescription:
        """Steps, words and limits of the current route rules."""
        raise NotImplementedError
