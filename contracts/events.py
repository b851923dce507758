"""The catalogue of events: what happened, who publishes it and who is told.

`docs/events.md` is made from this file. Aggregate and number are given by the publisher (`chassis.outbox.publish`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.base import Event, Message, Role


class AccountKind(StrEnum):
    """For whom an account was opened."""

    STAFF = "staff"
    APPLICANT = "applicant"
    EXPERT = "expert"
    POOL = "pool"


class Outcome(StrEnum):
    """What a ballot decided about a material."""

    PASSED = "passed"
    FAILED = "failed"


# identity


class AccountOpened(Event):
    """An account was made and waits for its owner to set a password. Aggregate: the account."""

    source: ClassVar[str] = "identity"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    account_id: UUID
    kind: AccountKind


class PasswordChanged(Event):
    """A password was set by its owner. Aggregate: the account."""

    source: ClassVar[str] = "identity"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    account_id: UUID


class RecoveryCodeRequested(Event):
    """Somebody asked for a code to set a new password; notify fetches it from identity while it is valid.

    Aggregate: the recovery.
    """

    source: ClassVar[str] = "identity"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    recovery_id: UUID
    account_id: UUID


class OrganizationChanged(Event):
    """An organisation was created, renamed, moved, enabled or disabled. Aggregate: the organisation."""

    source: ClassVar[str] = "identity"
    listeners: ClassVar[tuple[str, ...]] = ("review",)
    organization_id: UUID


# declaration


class DeclarationSubmitted(Event):
    """The applicant handed in a frozen submission. Aggregate: the declaration, number: the submission's version."""

    source: ClassVar[str] = "declaration"
    listeners: ClassVar[tuple[str, ...]] = ("review", "documents", "notify")
    declaration_id: UUID
    submission_id: UUID
    submission_number: int
    account_id: UUID


class DeclarationDiscarded(Event):
    """The applicant gave the declaration up; its files go after their retention time. Aggregate: the declaration."""

    source: ClassVar[str] = "declaration"
    listeners: ClassVar[tuple[str, ...]] = ("documents",)
    declaration_id: UUID


class DeadlineNear(Event):
    """The window closes soon and the declaration is not handed in. Aggregate: the declaration."""

    source: ClassVar[str] = "declaration"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    declaration_id: UUID
    account_id: UUID


class WindowExtended(Event):
    """The window of an open declaration's batch was extended; one event for each. Aggregate: the declaration."""

    source: ClassVar[str] = "declaration"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    declaration_id: UUID
    account_id: UUID


# review


class CaseAdvanced(Event):
    """A step was passed and the next one waits. Aggregate: the case.

    `step` names the waiting step of the profile's route, `organization_id` and `role` who holds it; `passed_by` is
    the organisation that passed the step before, None for the first step after submission.
    """

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    case_id: UUID
    declaration_id: UUID
    submission_id: UUID
    step: str
    organization_id: UUID | None
    role: Role | None
    passed_by: UUID | None


class CaseHeld(Event):
    """The holder of a step postponed the decision, or took it up again. Aggregate: the case."""

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("declaration",)
    case_id: UUID
    declaration_id: UUID
    submission_id: UUID
    held: bool


class CaseReturned(Event):
    """A step sent the declaration back to its applicant to be corrected. Aggregate: the case."""

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    case_id: UUID
    declaration_id: UUID
    submission_id: UUID
    decision_id: UUID


class CaseRecalled(Event):
    """The applicant took the submission back before anybody decided. Aggregate: the case."""

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    case_id: UUID
    declaration_id: UUID
    submission_id: UUID


class CaseAdmitted(Event):
    """The committee's office passed the material check; from here the committee decides. Aggregate: the case."""

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("committee", "declaration", "notify")
    case_id: UUID
    declaration_id: UUID
    submission_id: UUID
    committee_id: UUID


class WorkOverdue(Event):
    """Cases wait longer than the profile allows; told once a day to whoever holds them.

    Aggregate: the post (an id made of organisation and role), number: the day.
    """

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    organization_id: UUID
    role: Role
    count: int


class WorkStranded(Event):
    """Cases wait in a unit that was closed: nobody there can take them up, a superior must re-route them.

    Aggregate: an id made of the organisation, number: the organisation's version.
    """

    source: ClassVar[str] = "review"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    organization_id: UUID
    count: int


# committee


class ExpertReviewed(Event):
    """An expert's profile was approved or sent back. Aggregate: the expert."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    expert_id: UUID
    account_id: UUID
    approved: bool


class JudgesConfirmed(Event):
    """A plan was approved: these experts sit at the meeting. Aggregate: the meeting."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    meeting_id: UUID
    account_ids: tuple[UUID, ...]


class MeetingPost(StrEnum):
    """A post at a meeting."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"


class PostChange(Message):
    """What became of somebody at a meeting. post: the one held from now on; where nothing is held, that before."""

    account_id: UUID
    post: MeetingPost
    is_held: bool


class ChairAppointed(Event):
    """Judges became chair or vice-chair of a meeting, or are it no more. Aggregate: the meeting.

    account_ids: those whose post is another now. changes: which; events of before November 2026 do not say it.
    """

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    meeting_id: UUID
    account_ids: tuple[UUID, ...]
    changes: tuple[PostChange, ...] = ()


class BallotOpened(Event):
    """The chair opened the vote. Aggregate: the ballot."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    meeting_id: UUID
    ballot_id: UUID
    account_ids: tuple[UUID, ...]


class MaterialPlaced(Event):
    """A declaration was put before a meeting. Aggregate: the material."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("declaration",)
    material_id: UUID
    meeting_id: UUID
    declaration_id: UUID
    submission_id: UUID


class ResultConfirmed(Event):
    """The ballot's result about a material was confirmed. Aggregate: the material."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    material_id: UUID
    meeting_id: UUID
    declaration_id: UUID
    submission_id: UUID
    outcome: Outcome


class ObjectionUpheld(Event):
    """An objection turned a passed result to failed. Aggregate: the material."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    material_id: UUID
    meeting_id: UUID
    declaration_id: UUID
    submission_id: UUID


class ResultReported(Event):
    """The notice is over and the result went to the superior office. Aggregate: the material."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("declaration",)
    material_id: UUID
    meeting_id: UUID
    declaration_id: UUID
    submission_id: UUID


class ResultAudited(Event):
    """The superior office approved the reported result: the person has the title. Aggregate: the material."""

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    material_id: UUID
    meeting_id: UUID
    declaration_id: UUID
    submission_id: UUID


class MeetingAwaits(Event):
    """A meeting's next act waits for the holders of a role of an organisation (plan or result to be audited).

    Aggregate: the meeting.
    """

    source: ClassVar[str] = "committee"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    meeting_id: UUID
    act: str
    organization_id: UUID
    role: Role


# documents


class CertificateIssued(Event):
    """A certificate with its number and check code was made. Aggregate: the certificate."""

    source: ClassVar[str] = "documents"
    listeners: ClassVar[tuple[str, ...]] = ("declaration", "notify")
    certificate_id: UUID
    declaration_id: UUID
    account_id: UUID


class JobFinished(Event):
    """A job that somebody ordered (export, import, rendering) ended. Aggregate: the job."""

    source: ClassVar[str] = "documents"
    listeners: ClassVar[tuple[str, ...]] = ("notify",)
    job_id: UUID
    account_id: UUID
    succeeded: bool


EVENTS: tuple[type[Event], ...] = (
    AccountOpened,
    PasswordChanged,
    RecoveryCodeRequested,
    OrganizationChanged,
    DeclarationSubmitted,
    DeclarationDiscarded,
    DeadlineNear,
    WindowExtended,
    CaseAdvanced,
    CaseHeld,
    CaseReturned,
    CaseRecalled,
    CaseAdmitted,
    WorkOverdue,
    WorkStranded,
    ExpertReviewed,
    JudgesConfirmed,
    ChairAppointed,
    BallotOpened,
    MaterialPlaced,
    ResultConfirmed,
    ObjectionUpheld,
    ResultReported,
    ResultAudited,
    MeetingAwaits,
    CertificateIssued,
    JobFinished,
)
