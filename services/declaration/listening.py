"""What the declaration service hears: the other services say where a declaration stands, and decide it."""

from __future__ import annotations

from chassis.profiles import ProfileService
from chassis.service import Delivery, client, on
from contracts.declaration.workflow import Trigger
from contracts.events import (
    CaseAdmitted,
    CaseAdvanced,
    CaseHeld,
    CaseRecalled,
    CaseReturned,
    CertificateIssued,
    MaterialPlaced,
    ObjectionUpheld,
    Outcome,
    ResultAudited,
    ResultConfirmed,
    ResultReported,
)
from contracts.review import ReviewApi
from services.declaration.operations import following
from services.declaration.settings import Settings

HOLDING = {True: Trigger.HOLD, False: Trigger.RESUME}
RESULTS = {Outcome.PASSED: Trigger.PASS, Outcome.FAILED: Trigger.FAIL}


class ListeningEntrypoints(ProfileService[Settings]):
    """The event handlers; `review` is asked why a case was returned."""

    review = client(ReviewApi)

    @on(CaseAdvanced)
    def follow_advance(self, event: CaseAdvanced, delivery: Delivery) -> None:
        with delivery.once() as session:
            following.follow(
                session,
                declaration_id=event.declaration_id,
                submission_id=event.submission_id,
                trigger=Trigger.ADVANCE,
                step=event.step,
            )

    @on(CaseHeld)
    def follow_hold(self, event: CaseHeld, delivery: Delivery) -> None:
        self._follow(event, delivery, HOLDING[event.held])

    @on(CaseReturned)
    def follow_return(self, event: CaseReturned, delivery: Delivery) -> None:
        facts = self.review.return_facts(decision_id=event.decision_id)
        with delivery.once() as session:
            following.follow_return(session, declaration_id=event.declaration_id, facts=facts)

    @on(CaseRecalled)
    def follow_recall(self, event: CaseRecalled, delivery: Delivery) -> None:
        with delivery.once() as session:
            following.follow_recall(session, declaration_id=event.declaration_id, submission_id=event.submission_id)

    @on(CaseAdmitted)
    def follow_admission(self, event: CaseAdmitted, delivery: Delivery) -> None:
        with delivery.once() as session:
            following.follow_admission(
                session,
                declaration_id=event.declaration_id,
                submission_id=event.submission_id,
                committee_id=event.committee_id,
            )

    @on(MaterialPlaced)
    def follow_placing(self, event: MaterialPlaced, delivery: Delivery) -> None:
        self._follow(event, delivery, Trigger.PLACE)

    @on(ResultConfirmed)
    def follow_result(self, event: ResultConfirmed, delivery: Delivery) -> None:
        self._follow(event, delivery, RESULTS[event.outcome])

    @on(ObjectionUpheld)
    def follow_objection(self, event: ObjectionUpheld, delivery: Delivery) -> None:
        self._follow(event, delivery, Trigger.UPHOLD_OBJECTION)

    @on(ResultReported)
    def follow_report(self, event: ResultReported, delivery: Delivery) -> None:
        self._follow(event, delivery, Trigger.REPORT_RESULT)

    @on(ResultAudited)
    def follow_audit(self, event: ResultAudited, delivery: Delivery) -> None:
        self._follow(event, delivery, Trigger.AUDIT_RESULT)

    @on(CertificateIssued)
    def follow_certificate(self, event: CertificateIssued, delivery: Delivery) -> None:
        with delivery.once() as session:
            following.follow_certificate(
                session, declaration_id=event.declaration_id, certificate_id=event.certificate_id
            )

    def _follow(
        self,
        event: CaseHeld | MaterialPlaced | ResultConfirmed | ObjectionUpheld | ResultReported | ResultAudited,
        delivery: Delivery,
        trigger: Trigger,
    ) -> None:
        with delivery.once() as session:
            following.follow(
                session,
                declaration_id=event.declaration_id,
                submission_id=event.submission_id,
                trigger=trigger,
            )
