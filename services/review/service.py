"""The bus side of the review service: its methods and event handlers, a few lines each."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import context
from chassis.loops import every
from chassis.profiles import ProfileService
from chassis.service import Delivery, client, on, serve
from chassis.tokens import signer
from contracts.base import Actor, Page, PageRequest
from contracts.committee import CommitteeApi
from contracts.declaration import DeclarationApi
from contracts.documents import DocumentsApi, JobSummary
from contracts.events import DeclarationSubmitted, OrganizationChanged
from contracts.identity import IdentityApi
from contracts.review import (
    AdmittedCase,
    AssignCommittee,
    AssignCommittees,
    BatchDecision,
    BatchResult,
    CaseFilters,
    CaseQuery,
    CaseStanding,
    CaseSummary,
    CommitteeProposal,
    CommonOpinions,
    DecideCase,
    DecideCases,
    LogEntry,
    Neighbours,
    OpenedCase,
    OpinionDraft,
    OrderExport,
    QueueCounts,
    RerouteCase,
    ReturnFacts,
    ReviewApi,
    RouteDescription,
    RoutePlace,
    SaveCommonOpinions,
    SaveOpinionDraft,
    View,
    WaitingCases,
)
from services.review.operations import (
    assigning,
    bulk,
    deciding,
    drafting,
    exporting,
    opening,
    opinions,
    organizations,
    overdue,
    reading,
    recalling,
    rerouting,
)
from services.review.published import PROFILES
from services.review.queries import cases, desk, facts, log, opened
from services.review.scope import find_case
from services.review.settings import Settings

GENERAL_FORM = "general_form"


@serve(ReviewApi)
class ReviewService(ProfileService[Settings]):
    """How a submission climbs from unit to committee, and what each hand says of it."""

    declaration = client(DeclarationApi)
    committee = client(CommitteeApi)
    documents = client(DocumentsApi)
    identity = client(IdentityApi)
    profiles = PROFILES

    # events

    @on(DeclarationSubmitted)
    def open_submitted(self, event: DeclarationSubmitted, delivery: Delivery) -> None:
        submission = self.declaration.submission_card(submission_id=event.submission_id)
        chain = self.identity.ancestors(organization_id=submission.organization_id)
        with delivery.once() as session:
            opening.open_case(session, profile=delivery.envelope.profile, submission=submission, chain=chain)

    @on(OrganizationChanged)
    def renew_organization(self, event: OrganizationChanged, delivery: Delivery) -> None:
        chain = self.identity.ancestors(organization_id=event.organization_id)
        with delivery.once() as session:
            organizations.renew_organization(session, profile=delivery.envelope.profile, chain=chain)
            organizations.tell_of_stranded(session, profile=delivery.envelope.profile, organization=chain[0])

    @every(600.0)
    def remind_of_overdue(self, session: Session) -> None:
        """Tell the holders of cases that wait too long, once a day."""
        overdue.remind_of_overdue(session)

    # for other services

    def recall(self, *, submission_id: UUID) -> None:
        with self.database.begin() as session:
            recalling.recall(session, actor=context.actor(), submission_id=submission_id)

    def routing_log(self, *, declaration_id: UUID) -> tuple[LogEntry, ...]:
        with self.database.begin() as session:
            return log.routing_log(session, declaration_id=declaration_id, with_notes=False)

    def return_facts(self, *, decision_id: UUID) -> ReturnFacts:
        with self.database.begin() as session:
            return facts.return_facts(session, decision_id=decision_id)

    def admitted_case(self, *, case_id: UUID) -> AdmittedCase:
        with self.database.begin() as session:
            return facts.admitted_case(session, case_id=case_id)

    # lists and single cases

    def cases(self, *, query: CaseQuery, page: PageRequest) -> Page[CaseSummary]:
        with self.database.begin() as session:
            return cases.list_cases(session, actor=context.actor(), query=query, page=page)

    def case_counts(self, *, view: View, filters: CaseFilters) -> QueueCounts:
        with self.database.begin() as session:
            return cases.count_cases(session, actor=context.actor(), view=view, filters=filters)

    def neighbours(self, *, case_id: UUID, query: CaseQuery) -> Neighbours:
        with self.database.begin() as session:
            return desk.neighbours(session, actor=context.actor(), case_id=case_id, query=query)

    def waiting_cases(self) -> tuple[WaitingCases, ...]:
        with self.database.begin() as session:
            return desk.waiting_cases(session, actor=context.actor())

    def open_case(self, *, case_id: UUID) -> OpenedCase:
        with self.database.begin() as session:
            card, grant = reading.read_case(session, actor=context.actor(), case_id=case_id)
            token = signer(self.name, self.settings).read_grant(grant)
            return opened.opened_case(session, card, actor=context.actor(), grant=grant, token=token)

    def case_log(self, *, case_id: UUID) -> tuple[LogEntry, ...]:
        with self.database.begin() as session:
            card = find_case(session, context.actor(), case_id)
            return log.routing_log(session, declaration_id=card.declaration_id, with_notes=True)

    # decisions

    def decide_case(self, *, command: DecideCase) -> CaseStanding:
        chains = self._chains_to_decide(command, (command.case_id,))
        return self.execute(deciding.decide_case, command, actor=context.actor(), chains=chains)

    def decide_cases(self, *, command: DecideCases) -> BatchResult:
        chains = self._chains_to_decide(command, [item.case_id for item in command.items])
        return self.execute(deciding.decide_cases, command, actor=context.actor(), chains=chains)

    def order_decisions(self, *, command: DecideCases) -> BatchDecision:
        return self.execute(bulk.order_decisions, command, actor=context.actor())

    def batch_decision(self, *, job_id: UUID) -> BatchDecision:
        with self.database.begin() as session:
            return desk.find_batch(session, actor=context.actor(), job_id=job_id)

    def batch_decisions(self, *, page: PageRequest) -> Page[BatchDecision]:
        with self.database.begin() as session:
            return desk.own_batches(session, actor=context.actor(), page=page)

    def save_opinion_draft(self, *, command: SaveOpinionDraft) -> OpinionDraft | None:
        return self.execute(drafting.save_opinion_draft, command, actor=context.actor())

    def proposed_committees(self, *, case_ids: tuple[UUID, ...]) -> tuple[CommitteeProposal, ...]:
        return assigning.proposals(self._accepting(case_ids))

    def assign_committee(self, *, command: AssignCommittee) -> CaseStanding:
        choice = self._choice(command.committee_id, (command.case_id,))
        return self.execute(assigning.assign_committee, command, actor=context.actor(), choice=choice)

    def assign_committees(self, *, command: AssignCommittees) -> BatchResult:
        choice = self._choice(command.committee_id, tuple(item.case_id for item in command.items))
        return self.execute(assigning.assign_committees, command, actor=context.actor(), choice=choice)

    def reroute_places(self, *, case_id: UUID) -> tuple[RoutePlace, ...]:
        chains = self._chains_to_reroute(case_id)
        with self.database.begin() as session:
            card = find_case(session, context.actor(), case_id)
            places = rerouting.places_ahead(session, card, context.actor(), chains)
            return cases.route_places(places, chains)

    def reroute_case(self, *, command: RerouteCase) -> CaseStanding:
        chains = self._chains_to_reroute(command.case_id)
        return self.execute(rerouting.reroute_case, command, actor=context.actor(), chains=chains)

    # an officer's own things

    def common_opinions(self) -> CommonOpinions:
        with self.database.begin() as session:
            return facts.common_opinions(session, actor=context.actor())

    def save_common_opinions(self, *, command: SaveCommonOpinions) -> CommonOpinions:
        return self.execute(opinions.save_common_opinions, command, actor=context.actor())

    def order_export(self, *, command: OrderExport) -> JobSummary:
        submission_ids = self.execute(exporting.resolve_export, command, actor=context.actor())
        return self.documents.order_export(
            command_id=command.command_id,
            kind=GENERAL_FORM,
            submission_ids=submission_ids,
            reason=command.reason,
            scope=exporting.scope_of(command),
        )

    def confirm_export(self, *, actor: Actor, submission_ids: tuple[UUID, ...]) -> None:
        with self.database.begin() as session:
            exporting.confirm_export(session, actor=actor, submission_ids=submission_ids)

    def route_description(self) -> RouteDescription:
        with self.database.begin() as session:
            return facts.route_description(session, profile=context.actor().profile)

    # what is asked of other services before a transaction begins

    def _chains_to_decide(self, command: DecideCase | DecideCases, case_ids: Iterable[UUID]) -> deciding.Chains:
        with self.database.begin() as session:
            holders = deciding.holders_to_look_up(
                session, actor=context.actor(), decision=command.decision, case_ids=case_ids
            )
        return {holder: self.identity.ancestors(organization_id=holder) for holder in holders}

    def _chains_to_reroute(self, case_id: UUID) -> deciding.Chains:
        with self.database.begin() as session:
            holder = rerouting.holder_to_look_up(session, actor=context.actor(), case_id=case_id)
        return {holder: self.identity.ancestors(organization_id=holder)}

    def _accepting(self, case_ids: tuple[UUID, ...]) -> list[assigning.Accepting]:
        with self.database.begin() as session:
            settings = cases.settings_of(session, actor=context.actor(), case_ids=case_ids)
        return [
            (
                self.committee.accepting_committees(
                    setting=setting, declaration_year=year, organization_ids=organization_ids
                ),
                covered,
            )
            for (setting, year, organization_ids), covered in settings
        ]

    def _choice(self, committee_id: UUID, case_ids: tuple[UUID, ...]) -> assigning.Choice:
        committee = self.committee.committee(committee_id=committee_id)
        chain = self.identity.ancestors(organization_id=committee.organization_id)
        return assigning.choose(committee, chain, self._accepting(case_ids))
