"""The committee service: committees, expert pools, meetings, scoring, secret ballots, results and notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from contracts.base import Message, rpc
from contracts.declaration import SettingChoice
from contracts.events import Outcome
from contracts.profiles import PublishesProfiles


class CommitteeSummary(Message):
    """A committee as other services know it; `organization_id` is the unit that runs it and checks its material."""

    committee_id: UUID
    code: str
    name: str
    year: int
    organization_id: UUID
    is_open: bool
    accepts_until: datetime | None


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


class CommitteeApi(PublishesProfiles):
    """From the admitted case to the published result."""

    name: ClassVar[str] = "committee"

    @rpc(callers=("declaration", "review"), actor=False)
    def accepting_committees(
        self, *, setting: SettingChoice, declaration_year: int, organization_ids: tuple[UUID, ...]
    ) -> tuple[CommitteeSummary, ...]:
        """The committees whose scope covers the setting in the year (HB-62); open and closed ones.

        `organization_ids` are the applicant's organisation and its parents.
        """
        raise NotImplementedError

    @rpc(callers=("review", "documents", "notify"), actor=False)
    def committee(self, *, committee_id: UUID) -> CommitteeSummary:
        """One committee. Refuses: NotFound."""
        raise NotImplementedError

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

    @rpc(callers=("notify",), actor=False)
    def meeting_facts(self, *, meeting_id: UUID) -> dict[str, Any]:
        """What a message about a meeting may say: name, place, starts_at, number."""
        raise NotImplementedError
