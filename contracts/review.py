"""The review service: cases and their routes, queues, decisions, opinions and the routing log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from contracts.base import Message, rpc
from contracts.declaration import SubmissionCard
from contracts.errors import DomainError, Kind
from contracts.profiles import PublishesProfiles


class CaseAlreadyReviewed(DomainError):
    """Somebody has decided about the submission, so it cannot be taken back any more (HB-104, HB-105)."""

    code = "review.case_already_reviewed"
    kind = Kind.CONFLICT


class LogEntry(Message):
    """One line of the routing log (HB-35), newest first in lists; `decided_at` is None for the step that waits.

    `action` is submitted, passed, returned, held, resumed, recalled, admitted or waiting; `opinion` only where the
    reader may see it.
    """

    step: str
    step_label: str
    action: str
    organization_id: UUID | None
    organization_name: str | None
    actor_name: str | None
    opinion: str | None
    at: datetime


class ReturnFacts(Message):
    """Why a submission was returned and until when it may come again."""

    decision_id: UUID
    submission_id: UUID
    opinion: str
    deadline: datetime | None


class AdmittedCase(Message):
    """A case that a committee may take: the card, the committee, and the units' recommendations on the way."""

    case_id: UUID
    committee_id: UUID
    card: SubmissionCard
    organization_name: str
    organization_ids: tuple[UUID, ...]
    recommendations: tuple[dict[str, Any], ...]
    is_entrusted_review: bool


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
        """Every step of every submission of the declaration, newest first, the waiting step on top (HB-35)."""
        raise NotImplementedError

    @rpc(callers=("declaration", "notify"), actor=False)
    def return_facts(self, *, decision_id: UUID) -> ReturnFacts:
        """Opinion and deadline of a return. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("committee",), actor=False)
    def admitted_case(self, *, case_id: UUID) -> AdmittedCase:
        """A case that passed the committee's material check. Refuses: NotFound."""
        raise NotImplementedError
