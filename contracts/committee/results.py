"""Messages after the vote: public notice, objections, report, audit, closing, lists and minutes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, VersionedCommand
from contracts.committee.ballots import BallotRound
from contracts.committee.scoring import JudgeRef
from contracts.committee.words import STORABLE, Opinion, Reason
from contracts.documents import ListFormat, MeetingDocument
from contracts.events import Outcome

Required = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=STORABLE)]


class Certifiable(Message):
    """A person to whom a meeting's result gives a certificate and a review form."""

    material_id: UUID
    meeting_id: UUID
    declaration_id: UUID
    submission_id: UUID
    person_id: UUID
    account_id: UUID
    committee_name: str
    decided_on: date


class MaterialResult(Message):
    """What the review form says of the meeting: numbers, never who voted how."""

    material_id: UUID
    committee_name: str
    meeting_name: str
    roll_size: int
    votes_cast: int
    yes: int
    no: int
    outcome: Outcome
    confirmed_at: datetime
    score_total: str | None
    committee_opinion: str | None
    committee_size: int | None = None
    chair_name: str = ""
    audit_opinion: str = ""
    audited_at: datetime | None = None
    audited_by: UUID | None = None


class ListRow(Message):
    """One line of a meeting's list of judges or of persons, ready to be printed: column → text."""

    cells: dict[str, str]


class MeetingList(Message):
    """评委清单, 评审通过清单, 评审未通过清单 or 一览表 of a meeting."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[ListRow, ...]


class OrderMeetingDocument(Command):
    """Have a list of a meeting printed, or its certificates and review forms (HB-134, HB-158, HB-161, HB-165)."""

    meeting_id: UUID
    document: MeetingDocument
    list_format: ListFormat = ListFormat.XLSX


class WithdrawCertificate(Command):
    """Let the certificate of a passed person hold no longer, with a reason; by the office that audits the results."""

    meeting_id: UUID
    material_id: UUID
    reason: Reason


class PublishNotice(Command):
    """公示: make public who passed (HB-134, HB-159). `working_days` is the profile's least without a word."""

    meeting_id: UUID
    contact: Required
    working_days: Annotated[int, Field(ge=0, le=60)] | None = None


class EndNotice(Command):
    """公示结果结束 (HB-158)."""

    meeting_id: UUID


class NoticedTitle(Message):
    """A title of a series of which a notice tells."""

    title_series: str
    declared_title: str


class NoticeCard(Message):
    """A public notice: which titles of which series were passed, period, contact for objections.

    The period ends at 24:00 Asia/Shanghai of `last_day`; provisional where that rests on days that no official table
    has yet; shortened where it is less than the province asks for, in demonstrations only.
    """

    notice_id: UUID
    meeting_id: UUID
    meeting_name: str
    organization_name: str
    contact: str
    working_days: int
    published_at: datetime
    last_day: date
    is_provisional: bool
    is_shortened: bool
    ended_at: datetime | None
    titles: tuple[NoticedTitle, ...] = ()


class NoticePerson(Message):
    """A person in a public notice; the identity number masked (HB-159)."""

    material_id: UUID
    name: str
    masked_id_document_no: str
    organization_name: str
    declared_title: str
    specialty: str


class PublicNoticePage(Message):
    """A public notice with everybody who passed."""

    notice: NoticeCard
    persons: tuple[NoticePerson, ...]


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class RecordObjection(Command):
    """An objection against a person's result that reached the office while the notice ran (HB-160)."""

    meeting_id: UUID
    material_id: UUID
    objector: Required
    content: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=STORABLE)]


class DecideObjection(VersionedCommand):
    """Uphold an objection, so that the person has not passed, or reject it (HB-160)."""

    objection_id: UUID
    upheld: bool
    reason: Reason


class ObjectionCard(Message):
    """An objection without its words: the answer to an act on it, which is kept for a repeat."""

    objection_id: UUID
    material_id: UUID
    state: ObjectionState
    version: int


class ObjectionRow(Message):
    """An objection, for the office."""

    objection_id: UUID
    material_id: UUID
    name: str
    objector: str
    content: str
    state: ObjectionState
    version: int
    recorded_at: datetime
    decision_reason: str | None
    decided_at: datetime | None


class MeetingResultRow(Message):
    """投票结果查看: a person's confirmed result (HB-157). A passed one may be overturned by an objection."""

    material_id: UUID
    declaration_id: UUID
    group_name: str
    name: str | None
    organization_name: str | None
    declared_title: str
    specialty: str
    yes: int
    no: int
    outcome: Outcome
    overturned_because: str | None


class ReportResult(Command):
    """评审结果上报 to the superior office (HB-161)."""

    meeting_id: UUID


class AuditResult(Command):
    """经办人审核评审结果 by an officer of the office that the result was reported to (HB-167)."""

    meeting_id: UUID
    approved: bool
    opinion: Opinion = ""


class CloseMeeting(Command):
    """评审会议关闭 (HB-163)."""

    meeting_id: UUID


class ReportCard(Message):
    """A reported result, for the office that audits it and for the one that reported it; the two may be one.

    `reported_to_name` comes with the lists; the answer of an act waits for no other service once it is done.
    """

    meeting_id: UUID
    number: int
    meeting_name: str
    organization_name: str
    reported_to: UUID
    passed: int
    failed: int
    reported_at: datetime
    state: str
    opinion: str
    audited_at: datetime | None
    reported_to_name: str | None = None


class LiftedConflict(Message):
    """A conflict of interest that two persons lifted, with their reason (design §6)."""

    judge_name: str
    material_id: UUID
    kinds: tuple[str, ...]
    reason: str
    lifted_at: datetime


class ChairChange(Message):
    """Other judges became chair and vice-chairs after the standard was confirmed (HB-131).

    Which officer did it is for the offices only.
    """

    former_chair: JudgeRef
    chair: JudgeRef
    former_vice_chairs: tuple[JudgeRef, ...]
    vice_chairs: tuple[JudgeRef, ...]
    reason: str
    changed_at: datetime
    changed_by: UUID | None = None
    changed_by_name: str | None = None


class Minutes(Message):
    """What the minutes of a meeting say: who sat and presided, who left for which material, how often was voted, what
    was lifted."""

    meeting_id: UUID
    name: str
    judges: int
    rounds: tuple[BallotRound, ...]
    recusals: int
    lifted: tuple[LiftedConflict, ...]
    notice: NoticeCard | None
    chair_changes: tuple[ChairChange, ...] = ()


class CalendarDay(Message):
    """A day of the platform's own table of working days; it wins over the official calendar."""

    day: date
    is_working_day: bool
    name: Annotated[str, StringConstraints(max_length=50, pattern=STORABLE)] = ""


class SetCalendarDays(Command):
    """Add or replace days of the table of working days."""

    days: Annotated[tuple[CalendarDay, ...], Field(min_length=1, max_length=400)]
