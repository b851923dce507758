"""The review service behind its contract: what it asks of other services, when, and what it does with the answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import context, inbox, settings, wire
from chassis.consumer import Delivery
from chassis.database import Database, in_transaction
from chassis.tables import OutboxRow
from chassis.wire import Method
from contracts.base import Actor, Envelope, Event, PageRequest
from contracts.declaration import SubmissionCard
from contracts.documents import ExportScope, JobState, JobSummary
from contracts.errors import DomainError, NotAllowed, NotFound, ServiceUnavailable
from contracts.events import DeclarationSubmitted, OrganizationChanged
from contracts.identity import OrganizationSummary
from contracts.review import (
    Action,
    AssignCommittee,
    AssignCommittees,
    BatchItem,
    CaseFilters,
    CaseQuery,
    CaseState,
    DecideCase,
    DecideCases,
    Decision,
    OrderExport,
    RerouteCase,
    ReviewApi,
    SaveCommonOpinions,
    View,
)
from services.review.service import ReviewService
from services.review.tables import CaseCard, KnownOrganization
from tests.factories.review import DEMO_NUMBER, PROFILE, RECOMMENDATION, World, build_world

JOB = JobSummary(
    job_id=uuid.uuid4(), kind="general_form", state=JobState.WAITING, done=0, total=1, file_id=None, error_code=None
)


class Neighbours:
    """The other services: they answer from the invented world, and never inside a transaction."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[str] = []
        self.submissions: dict[UUID, SubmissionCard] = {}
        self.committee = world.committee()
        self.exported: list[tuple[UUID, ...]] = []
        self.told: list[tuple[str, ExportScope]] = []

    def call(self, method: Method, arguments: dict[str, Any]) -> Any:
        assert not in_transaction()
        self.asked.append(f"{method.service}.{method.name}")
        return getattr(self, f"{method.service}_{method.name}")(**arguments)

    def declaration_submission_card(self, *, submission_id: UUID) -> SubmissionCard:
        return self.submissions[submission_id]

    def identity_ancestors(self, *, organization_id: UUID) -> Any:
        return self.world.chain(organization_id)

    def committee_committee(self, *, committee_id: UUID) -> Any:
        if committee_id != self.committee.committee_id:
            raise NotFound()
        return self.committee

    def committee_accepting_committees(self, *, setting: Any, declaration_year: int, organization_ids: Any) -> Any:
        assert organization_ids[0] == self.world.hospital.organization_id
        return (
            (self.committee, self.world.committee(is_open=False)) if setting.title_series == "higher_education" else ()
        )

    def documents_order_export(
        self, *, command_id: UUID, kind: str, submission_ids: tuple[UUID, ...], reason: str, scope: ExportScope
    ) -> JobSummary:
        assert kind == "general_form"
        self.exported.append(submission_ids)
        self.told.append((reason, scope))
        return JOB


class Wire:
    """The service as its callers see it: arguments, answers and refusals travel as bytes of the bus."""

    def __init__(self, service: ReviewService) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        method = wire.method(ReviewApi, name)

        def call(**arguments: Any) -> Any:
            received = method.load_call(method.dump_call(arguments))
            try:
                body = method.dump_result(getattr(self._service, name)(**received))
            except (DomainError, ServiceUnavailable) as refusal:
                body = wire.encode_error(refusal)
            return method.load_answer(body)

        return call


class Bench:
    """A service with its neighbours."""

    def __init__(self, database: Database, world: World) -> None:
        self.world = world
        self.neighbours = Neighbours(world)
        self.service = ReviewService(settings.load("review"), database=database, caller=self.neighbours)
        self.api = Wire(self.service)

    def deliver(self, event: Event, aggregate_id: UUID, number: int, *, event_id: UUID | None = None) -> None:
        envelope = Envelope(
            event_id=event_id or uuid.uuid4(),
            topic=event.topic(),
            profile=PROFILE,
            aggregate_id=aggregate_id,
            number=number,
            occurred_at=datetime.now(UTC),
            account_id=None,
            trace_id="trace",
            payload=event.model_dump(mode="json"),
        )
        name, _ = self.service.handlers[event.topic()]
        delivery = Delivery(envelope, database=self.service.database, consumer=f"review.{event.topic()}")
        getattr(self.service, name)(event, delivery)

    def submit(self, **values: Any) -> tuple[SubmissionCard, UUID]:
        card = self.world.card(**values)
        self.neighbours.submissions[card.submission_id] = card
        self.deliver(submitted(card), card.declaration_id, card.submission_number)
        with self.service.database.begin(PROFILE) as session:
            return card, session.scalars(select(CaseCard.id).where(CaseCard.submission_id == card.submission_id)).one()


def submitted(card: SubmissionCard) -> DeclarationSubmitted:
    return DeclarationSubmitted(
        declaration_id=card.declaration_id,
        submission_id=card.submission_id,
        submission_number=card.submission_number,
        account_id=card.account_id,
    )


@pytest.fixture
def bench(database: Database) -> Iterator[Bench]:
    with context.changed(profile=PROFILE):
        yield Bench(database, build_world(database))


def command(model: Any, version: int | None = None, **values: Any) -> Any:
    return model(command_id=uuid.uuid4(), expected_version=version, **values)


def acting(actor: Actor) -> Any:
    return context.changed(actor=actor, profile=PROFILE)


def test_a_submission_is_asked_for_and_opens_one_case(bench: Bench) -> None:
    """Card and superiors are asked for before the transaction; a second delivery of the event does nothing."""
    card, case_id = bench.submit()
    assert bench.neighbours.asked == ["declaration.submission_card", "identity.ancestors"]
    event_id = uuid.uuid4()
    again = card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2})
    bench.neighbours.submissions[again.submission_id] = again
    bench.deliver(submitted(again), again.declaration_id, 2, event_id=event_id)
    with pytest.raises(inbox.AlreadyHandled):
        bench.deliver(submitted(again), again.declaration_id, 2, event_id=event_id)
    with pytest.raises(inbox.AlreadyHandled):
        bench.deliver(submitted(card), card.declaration_id, 1)
    with bench.service.database.begin() as session:
        cards = session.scalars(select(CaseCard).where(CaseCard.declaration_id == card.declaration_id)).all()
    assert {one.submission_number: one.state for one in cards} == {1: "superseded", 2: "waiting"}
    assert {one.id for one in cards} >= {case_id}


def test_the_whole_way_through_the_contract(bench: Bench) -> None:
    """Lists, opening, passing, assigning and admitting by the methods that the gateway calls."""
    world, service = bench.world, bench.api
    card, case_id = bench.submit()
    version = 1
    for place in world.chain(world.hospital.organization_id):
        for actor in (world.officer(place), world.leader(place)):
            with acting(actor):
                assert service.case_counts(view=View.REVIEW, filters=CaseFilters()).pending == 1
                page = service.cases(query=CaseQuery(), page=PageRequest())
                opened = service.open_case(case_id=page.items[0].case_id)
                following = opened.case.next
                assert following is not None
                assert following == page.items[0].next
                assert opened.case.id_document_no == DEMO_NUMBER
                assert service.case_log(case_id=case_id) == opened.log
                version = service.decide_case(
                    command=command(
                        DecideCase,
                        version,
                        case_id=case_id,
                        decision=Decision.PASS,
                        recommendation=RECOMMENDATION,
                    )
                ).version
    with acting(world.officer(world.office)):
        proposals = service.proposed_committees(case_ids=(case_id, uuid.uuid4()))
        assert [(one.committee, one.case_ids) for one in proposals] == [(bench.neighbours.committee, (case_id,))]
        committee_id = bench.neighbours.committee.committee_id
        with pytest.raises(NotFound):
            service.assign_committee(
                command=command(AssignCommittee, version, case_id=case_id, committee_id=uuid.uuid4())
            )
        result = service.assign_committees(
            command=command(
                AssignCommittees,
                items=(BatchItem(case_id=case_id, version=version), BatchItem(case_id=uuid.uuid4(), version=1)),
                committee_id=committee_id,
            )
        )
        assert [row.error_code for row in result.rows] == [None, "common.not_found"]
        standing = service.assign_committee(
            command=command(AssignCommittee, version + 1, case_id=case_id, committee_id=committee_id)
        )
    with acting(world.officer(world.committee_unit)):
        standing = service.decide_case(
            command=command(DecideCase, standing.version, case_id=case_id, decision=Decision.PASS)
        )
    assert standing.state is CaseState.ADMITTED
    admitted = service.admitted_case(case_id=case_id)
    assert (admitted.card, admitted.committee_id) == (card, committee_id)
    assert len(service.routing_log(declaration_id=card.declaration_id)) == 12


def test_only_passing_asks_for_superiors(bench: Bench) -> None:
    """Returning and holding go on while identity is away; passing says that it is."""

    def away(**_: Any) -> Any:
        raise ServiceUnavailable("identity")

    world, service = bench.world, bench.api
    cases = [bench.submit()[1] for _ in range(2)]
    bench.neighbours.identity_ancestors = away  # type: ignore[method-assign]
    with acting(world.officer(world.hospital)):
        with pytest.raises(ServiceUnavailable):
            service.decide_case(
                command=command(DecideCase, 1, case_id=cases[0], decision=Decision.PASS, recommendation=RECOMMENDATION)
            )
        result = service.decide_cases(
            command=command(
                DecideCases,
                items=tuple(BatchItem(case_id=case_id, version=1) for case_id in cases),
                decision=Decision.RETURN,
                opinion="请补充",
            )
        )
    assert result.done == 2


def test_a_stuck_case_is_sent_on(bench: Bench) -> None:
    """The superior is offered the places ahead that it may choose, and the case goes there."""
    world, service = bench.world, bench.api
    _, case_id = bench.submit()
    with acting(world.officer(world.university)):
        places = service.reroute_places(case_id=case_id)
        assert [(place.step, place.organization_name) for place in places] == [
            ("leader_review", world.hospital.name),
            ("upper_officer_review", world.university.name),
            ("upper_leader_review", world.university.name),
        ]
        standing = service.reroute_case(
            command=command(
                RerouteCase,
                1,
                case_id=case_id,
                step=places[1].step,
                organization_id=places[1].organization_id,
                reason="经办人空缺",
            )
        )
    assert standing.organization_id == world.university.organization_id


def test_an_export_is_ordered_at_documents(bench: Bench) -> None:
    """Documents gets the submissions of the list, once more the same when the command is repeated."""
    world, service = bench.world, bench.api
    card, _ = bench.submit()
    filters = CaseFilters(real_name=card.real_name)
    order = command(OrderExport, query=CaseQuery(filters=filters), reason="上报备案")
    with acting(world.officer(world.hospital)):
        assert service.order_export(command=order) == JOB
        bench.submit()
        assert service.order_export(command=order) == JOB
    assert bench.neighbours.exported == [(card.submission_id,)] * 2
    scope = ExportScope(view="review", tab="pending", ticked=False, conditions=("real_name",))
    assert bench.neighbours.told == [("上报备案", scope)] * 2


def test_an_export_is_confirmed_for_who_reads_all_of_it(bench: Bench) -> None:
    """When an export is made, the actor must still see each of its submissions: one that is not seen ends it."""
    world, api = bench.world, bench.api
    card, _ = bench.submit()
    officer = world.officer(world.hospital)
    api.confirm_export(actor=officer, submission_ids=(card.submission_id,))
    api.confirm_export(actor=world.officer(world.university), submission_ids=(card.submission_id,))
    gone = officer.model_copy(update={"roles": ()})
    for actor, wanted in ((gone, (card.submission_id,)), (officer, (card.submission_id, uuid.uuid4()))):
        with pytest.raises(NotAllowed):
            api.confirm_export(actor=actor, submission_ids=wanted)


def test_an_officer_sets_phrases_and_reads_the_route(bench: Bench) -> None:
    """Common opinions and the description of the route answer over the contract."""
    with acting(bench.world.officer(bench.world.hospital)):
        assert bench.api.common_opinions().version == 0
        saved = bench.api.save_common_opinions(command=command(SaveCommonOpinions, 0, phrases=("同意",)))
        assert bench.api.common_opinions() == saved
        assert [step.label for step in bench.api.route_description().steps][:2] == ["经办人审核", "单位领导审核"]
        with context.changed(locale="en"):
            assert bench.api.route_description().states["held"] == "On hold"


def test_a_renamed_organisation_is_known_by_its_new_name(bench: Bench) -> None:
    """OrganizationChanged renews what the log says; one of which no case came is left alone."""
    world = bench.world
    card, _ = bench.submit()
    renamed = world.hospital.model_copy(update={"name": "云汐演示大学第一医院"})
    world.chains[world.hospital.organization_id] = (renamed, *world.chain(world.university.organization_id))
    for place in (world.hospital, world.committee_unit):
        event = OrganizationChanged(organization_id=place.organization_id)
        bench.deliver(event, place.organization_id, 2)
    lines = bench.api.routing_log(declaration_id=card.declaration_id)
    assert lines[0].organization_name == "云汐演示大学第一医院"
    with bench.service.database.begin() as session:
        assert session.get(KnownOrganization, world.committee_unit.organization_id) is None


def test_a_unit_closed_while_cases_wait_there_is_told_of(bench: Bench) -> None:
    """Its closing says how many cases are stranded, and nothing where none waits; a superior may send them on."""
    world = bench.world
    _, case_id = bench.submit()

    def closing(place: OrganizationSummary, version: int) -> list[dict[str, Any]]:
        closed = place.model_copy(update={"is_enabled": False, "version": version})
        world.chains[place.organization_id] = (closed, *world.chain(place.organization_id)[1:])
        bench.deliver(OrganizationChanged(organization_id=place.organization_id), place.organization_id, version)
        with bench.service.database.begin() as session:
            rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "review.WorkStranded"))
            return [row.payload for row in rows if row.payload["organization_id"] == str(place.organization_id)]

    assert closing(world.university, 2) == []
    assert [told["count"] for told in closing(world.hospital, 2)] == [1]
    page = PageRequest(page=1, size=10)
    for place, actions in ((world.education, (Action.REROUTE,)), (world.hospital, ())):
        with acting(world.leader(place)):
            shown = bench.api.cases(query=CaseQuery(view=View.CURRENT_YEAR), page=page)
        assert [row.actions for row in shown.items if row.case_id == case_id] == [actions]


def test_recall_through_the_contract(bench: Bench) -> None:
    """The declaration service takes a submission back in its applicant's name."""
    card, _ = bench.submit()
    applicant = bench.world.person().model_copy(update={"account_id": card.account_id})
    with acting(applicant):
        bench.api.recall(submission_id=card.submission_id)
    assert [line.action for line in bench.api.routing_log(declaration_id=card.declaration_id)] == [
        "recalled",
        "submitted",
    ]
