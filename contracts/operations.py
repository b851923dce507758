"""The part of every service's contract by which an operator sees what the service gave up, what is late, and its audit.

Each service shows and does this for itself, for system administrators alone: for all others nothing of it is there.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Contract, Message, rpc

STORABLE = r"^[^\x00]*$"
# Rows of one answer; what lies behind them is counted.
SHOWN = 200
# Messages that one act sends again.
RESENT = 1000
# Audit rows that one export takes from a service.
EXPORTED = 2000


class DeadReason(StrEnum):
    """Why a message was given up."""

    ATTEMPTS = "attempts"
    CRASHES = "crashes"
    DELIVERY_LIMIT = "delivery_limit"
    MALFORMED = "malformed"


class DeadMessage(Message):
    """A message that a service gave up, never with its content.

    event_id: None where it is no event of ours; such a message can only be dropped, on the command line.
    topic: of an event its kind, else the key under which it came. detail: code or kind of the last error, or the rule
    that it breaks. facts: ids, numbers and states that the event names; of texts only how long they are.
    """

    event_id: UUID | None
    topic: str
    reason: DeadReason
    detail: str
    attempts: int | None
    died_at: datetime | None
    trace_id: str | None
    occurred_at: datetime | None = None
    account_id: UUID | None = None
    facts: dict[str, str] = Field(default_factory=dict)


class DeadMessages(Message):
    """What a service gave up of the profile, and of no profile: oldest first, the oldest of `total` alone.

    is_cut: there is more than was looked at; the rest shows when these are gone.
    """

    items: tuple[DeadMessage, ...]
    total: int
    oldest_at: datetime | None
    is_cut: bool


class ResendDeadMessages(Command):
    """Send events to the service once more; without ids all that the operator sees."""

    event_ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=RESENT)


class ResentMessage(Message):
    """What came of one: sent again, or not there any more because somebody was first."""

    event_id: UUID
    topic: str | None
    is_sent: bool


class LateState(StrEnum):
    """What is wrong with a job: nobody takes it, its worker went silent, or it failed for good."""

    UNTAKEN = "untaken"
    SILENT = "silent"
    FAILED = "failed"


class LateJob(Message):
    """A job that is late or failed by a fault of the program, never with what it is asked to do."""

    job_id: UUID
    kind: str
    state: LateState
    since: datetime
    attempts: int
    error_code: str | None
    trace_id: str
    account_id: UUID | None


class LateJobs(Message):
    """What a service owes in the profile: late jobs, the oldest first, and events that it has not published."""

    items: tuple[LateJob, ...]
    total: int
    oldest_at: datetime | None
    unpublished: int
    unpublished_since: datetime | None


class LateJobAct(Command):
    """Try a late job again, or give it up."""

    job_id: UUID


class AuditQuery(Message):
    """Which audit rows are wanted, newest first; `action` is what it begins with, `before` leads to older ones."""

    object_id: UUID | None = None
    account_id: UUID | None = None
    action: Annotated[str, StringConstraints(max_length=60, pattern=STORABLE)] | None = None
    since: datetime | None = None
    before: datetime | None = None


class AuditLine(Message):
    """Who did what to which thing; facts as in `DeadMessage`."""

    number: int
    at: datetime
    account_id: UUID | None
    caller: str | None
    action: str
    object_type: str
    object_id: UUID | None
    trace_id: str
    facts: dict[str, str]


class ExportAudit(Command):
    """Take audit rows out of the platform; the reason is recorded."""

    query: AuditQuery
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200, pattern=STORABLE)]


class ChainFault(StrEnum):
    """What is wrong with an audit chain."""

    MISSING = "missing"
    CHANGED = "changed"
    DELETED = "deleted"
    UNSEALED = "unsealed"


class ChainCheck(Message):
    """A walk along the audit chain: how far it is, who asked for it (None: the service itself), what it found.

    fault_number: the place in the chain where it is broken, None where that is no place.
    """

    account_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    walked: int
    total: int
    fault: ChainFault | None
    fault_number: int | None


class CheckAuditChain(Command):
    """Walk the audit chain now; a walk that is under way is left at it."""


class StoredProfile(Message):
    """A version of the profile as a service keeps it; `faults` are what its check says of it today."""

    version: int
    content_hash: str
    stored_at: datetime
    activated_at: datetime | None
    is_current: bool
    faults: tuple[str, ...]


class ProfileChange(Message):
    """A place at which a version differs from the one before it; values as short text, None where there is none."""

    pointer: str
    before: str | None
    after: str | None


class Operated(Contract):
    """What every service lets its operators see and do. All of it refuses NotFound to others."""

    @rpc(timeout=15)
    def dead_messages(self) -> DeadMessages:
        """What was given up. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=30)
    def resend_dead_messages(self, *, command: ResendDeadMessages) -> tuple[ResentMessage, ...]:
        """Send events again; harmless for those that took effect meanwhile. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def late_jobs(self) -> LateJobs:
        """What is late. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def retry_late_job(self, *, command: LateJobAct) -> None:
        """Have a late or failed job tried anew. Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc()
    def give_up_late_job(self, *, command: LateJobAct) -> None:
        """End a late or failed job for good. Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc(timeout=15)
    def audit_lines(self, *, query: AuditQuery, limit: int) -> tuple[AuditLine, ...]:
        """Audit rows of the profile, newest first. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=30)
    def export_audit(self, *, command: ExportAudit) -> tuple[AuditLine, ...]:
        """The newest `EXPORTED` of these audit rows; that they were taken is an audit row itself. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def audit_check(self) -> ChainCheck | None:
        """The newest walk along the audit chain, None before the first. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def check_audit_chain(self, *, command: CheckAuditChain) -> ChainCheck:
        """Begin a walk along the audit chain. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def stored_profiles(self) -> tuple[StoredProfile, ...]:
        """The versions of the actor's profile, newest first. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def profile_changes(self, *, version: int) -> tuple[ProfileChange, ...]:
        """In what a version differs from the one before it. Refuses: NotFound."""
        raise NotImplementedError
