"""The committee service on the bus."""

from __future__ import annotations

from chassis.service import serve
from contracts.committee import CommitteeApi
from services.committee.judging import JudgingEntrypoints
from services.committee.pooling import PoolEntrypoints
from services.committee.setup import SetupEntrypoints


@serve(CommitteeApi)
class CommitteeService(SetupEntrypoints, PoolEntrypoints, JudgingEntrypoints):
    """Committees, pools and the preparation of meetings; from the confirmed standard on, judging and results."""
