"""Where a case stands, what was done to it, and the answers about one case."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.base import Message, Role
from contracts.declaration import SubmissionCard
from contracts.remarks import Remark
from contracts.review.desk import OpinionDraft


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
    is there only where the reader may see it. `remarks` are those of a return. `is_bulk` tells that it was one act
    over many cases (W11).
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
    remarks: tuple[Remark, ...] = ()


class ReturnFacts(Message):
    """Why a submission was returned, and the first moment at which it may not come again (None: no deadline)."""

    decision_id: UUID
    submission_id: UUID
    opinion: str
    deadline: datetime | None
    remarks: tuple[Remark, ...] = ()


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


class CaseStanding(Message):
    """Where a case stands after a command."""

    case_id: UUID
    version: int
    state: CaseState
    step: str
    organization_id: UUID
    role: Role


class RoutePlace(Message):
    """A place of a route: a step and who holds it."""

    step: str
    step_label: str
    organization_id: UUID
    organization_name: str
    role: Role


class CaseSummary(Message):
    """A row of a list. `id_document_no` is masked; `actions` are what the reader may do with it now.

    `title_labels` are the province's words for category, title_series, specialty, declared_title, title_level,
    declaration_mode and review_mode. `next` is where passing leads, for who may pass; None where a committee takes it.
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
    next: RoutePlace | None = None


class OpenedCase(Message):
    """A case opened to be read: with `read_grant` declaration and documents serve the submission (design §4).

    `recommendation` says whether passing takes the data of HB-T30: required, optional or none. `draft` is what the
    reader typed about the case and has not said.
    """

    case: CaseSummary
    read_grant: str
    recommendation: str
    opinion_limit: int
    log: tuple[LogEntry, ...]
    recommendations: tuple[dict[str, Any], ...]
    draft: OpinionDraft | None = None


class StepDescription(Message):
    """A step of the current route in the reader's language."""

    step: str
    kind: str
    role: Role
    recommendation: str
    label: str


class RouteDescription(Message):
    """What screens need to know of the current route rules; a case that waits longer than `overdue_days` is overdue."""

    steps: tuple[StepDescription, ...]
    states: dict[str, str]
    actions: dict[str, str]
    opinion_limit: int
    batch_limit: int
    export_limit: int
    overdue_days: int | None = None
