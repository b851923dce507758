"""What the review service offers."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.base import Actor, Page, PageRequest, rpc
from contracts.documents import JobSummary
from contracts.operations import Operated
from contracts.profiles import PublishesProfiles
from contracts.review.cases import (
    AdmittedCase,
    CaseStanding,
    CaseSummary,
    LogEntry,
    OpenedCase,
    ReturnFacts,
    RouteDescription,
    RoutePlace,
)
from contracts.review.decisions import (
    AssignCommittee,
    AssignCommittees,
    BatchResult,
    CommitteeProposal,
    CommonOpinions,
    DecideCase,
    DecideCases,
    RerouteCase,
    SaveCommonOpinions,
)
from contracts.review.desk import BatchDecision, Neighbours, OpinionDraft, SaveOpinionDraft, WaitingCases
from contracts.review.lists import CaseFilters, CaseQuery, OrderExport, QueueCounts, View


class ReviewApi(PublishesProfiles, Operated):
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
    def neighbours(self, *, case_id: UUID, query: CaseQuery) -> Neighbours:
        """The cases before and after one in the filter and order of a list. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=True)
    def waiting_cases(self) -> tuple[WaitingCases, ...]:
        """What waits for the actor at each post, for the numbers in menus; posts where nothing waits are left out."""
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
    def order_decisions(self, *, command: DecideCases) -> BatchDecision:
        """The same as background work. Refuses: NotAllowed, BatchTooLarge, InvalidInput."""
        raise NotImplementedError

    @rpc(actor=True)
    def batch_decision(self, *, job_id: UUID) -> BatchDecision:
        """How far an own batch is, and what came of its rows. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=True)
    def batch_decisions(self, *, page: PageRequest) -> Page[BatchDecision]:
        """The own batches, newest first, without their rows."""
        raise NotImplementedError

    @rpc(actor=True)
    def save_opinion_draft(self, *, command: SaveOpinionDraft) -> OpinionDraft | None:
        """Keep what is typed about a case; an empty one is dropped. Refuses: NotFound, NotAllowed, StaleVersion."""
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

    @rpc(callers=("documents",), actor=False, timeout=10)
    def confirm_export(self, *, actor: Actor, submission_ids: tuple[UUID, ...]) -> None:
        """Whether the actor, as it stands now, may read all these submissions. Refuses: NotAllowed."""
        raise NotImplementedError

    @rpc(actor=True)
    def route_description(self) -> RouteDescription:
        """Steps, words and limits of the current route rules."""
        raise NotImplementedError
