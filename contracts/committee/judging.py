"""From the confirmed scoring standard to the closed meeting."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from contracts.base import Contract, Message, rpc
from contracts.events import Outcome


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


class ListRow(Message):
    """One line of a meeting's list of judges or of persons, ready to be printed: column → text."""

    cells: dict[str, str]


class MeetingList(Message):
    """评委清单, 评审通过清单, 评审未通过清单 or 一览表 of a meeting."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[ListRow, ...]


class JudgingApi(Contract):
    """What chair, leaders and judges do, and what the office does with the result."""

    @rpc(callers=("documents",), actor=False)
    def certifiable(self, *, meeting_id: UUID) -> tuple[Certifiable, ...]:
        """Who gets certificate and review form now; empty before the profile's point (HB-166, HB-168)."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False)
    def material_result(self, *, material_id: UUID) -> MaterialResult:
        """The confirmed result about a material. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False, timeout=10)
    def meeting_list(self, *, meeting_id: UUID, kind: str) -> MeetingList:
        """A meeting's list; kind is judges, passed, failed or roster. Refuses: NotFound."""
        raise NotImplementedError
