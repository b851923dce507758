"""The committee service: committees, expert pools, meetings, scoring, secret ballots, results and notices.

`pool` covers experts and their profiles, `setup` all else up to the submitted scoring standard, `judging` what follows.
"""

from __future__ import annotations

from typing import ClassVar

from contracts.committee.committees import CommitteeSummary
from contracts.committee.judging import Certifiable, JudgingApi, ListRow, MaterialResult, MeetingList
from contracts.committee.pool import PoolApi
from contracts.committee.setup import SetupApi
from contracts.operations import Operated
from contracts.profiles import PublishesProfiles

__all__ = [
    "Certifiable",
    "CommitteeApi",
    "CommitteeSummary",
    "ListRow",
    "MaterialResult",
    "MeetingList",
]


class CommitteeApi(SetupApi, PoolApi, JudgingApi, PublishesProfiles, Operated):
    """From the admitted case to the published result."""

    name: ClassVar[str] = "committee"
