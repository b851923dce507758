"""Where somebody can declare now: open committees within open batches, in the catalogue's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.committee.committees import OpenCommittee, ScopeEntry
from contracts.declaration.batches import OpenedSeries, Opening, Openings
from contracts.declaration.catalogue import Catalogue
from services.declaration.published import PROFILES
from services.declaration.rules.windows import Phase
from services.declaration.tables import Batch
from services.declaration.views import phase_of


def openings(session: Session, *, profile: str, at: datetime, committees: Iterable[OpenCommittee]) -> Openings:
    """What is open of the committees: its end is the committee's or the batch's, whichever comes first."""
    catalogue = PROFILES.current(session, profile)[1].catalogue
    batches = [batch for batch in session.scalars(select(Batch)) if phase_of(batch) is Phase.OPEN]
    items = [found for committee in committees for found in _openings(committee, batches, catalogue, at)]
    return Openings(at=at, items=tuple(sorted(items, key=lambda item: (item.closes_on, item.committee_name))))


def _openings(
    committee: OpenCommittee, batches: Iterable[Batch], catalogue: Catalogue, at: datetime
) -> Iterator[Opening]:
    ends = [
        min(batch.closes_on, committee.closes_on)
        for batch in batches
        if batch.year == committee.year and any(_takes(batch, entry, catalogue) for entry in committee.scope)
    ]
    if ends:
        closes_on = max(ends)
        yield Opening(
            committee_id=committee.committee_id,
            committee_name=committee.name,
            year=committee.year,
            scope=tuple(_words(entry, catalogue) for entry in committee.scope),
            closes_on=closes_on,
            days_left=(closes_on - at.astimezone(clock.SHANGHAI).date()).days,
        )


def _takes(batch: Batch, entry: ScopeEntry, catalogue: Catalogue) -> bool:
    """Whether the batch takes any of what the committee takes of a series."""
    categories = {one.code for one in catalogue.categories if entry.title_series in {s.code for s in one.series}}
    return (
        (not batch.title_series or entry.title_series in batch.title_series)
        and (not batch.levels or not entry.title_levels or bool(set(batch.levels) & set(entry.title_levels)))
        and (not batch.categories or bool(categories & set(batch.categories)))
    )


def _words(entry: ScopeEntry, catalogue: Catalogue) -> OpenedSeries:
    series = {one.code: one.label for category in catalogue.categories for one in category.series}
    return OpenedSeries(
        title_series=series.get(entry.title_series, entry.title_series),
        title_levels=tuple(catalogue.levels.get(level, level) for level in entry.title_levels),
    )
