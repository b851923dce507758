"""Which committees a declaration can go to (HB-62): scope, organisation, region, term and window."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from uuid import UUID

from contracts.committee.committees import ScopeEntry
from contracts.declaration import SettingChoice
from contracts.declaration.catalogue import Catalogue
from contracts.errors import Fault


def covers_setting(scope: Iterable[ScopeEntry], setting: SettingChoice) -> bool:
    """Whether one entry of the scope takes series, specialty and level of the setting."""
    return any(
        entry.title_series == setting.title_series
        and (not entry.specialties or setting.specialty in entry.specialties)
        and (not entry.title_levels or setting.title_level in entry.title_levels)
        for entry in scope
    )


def covers_organization(subtree: UUID | None, organization_ids: Collection[UUID]) -> bool:
    """Whether the applicant's organisation is in the subtree; `organization_ids` are it and its parents."""
    return subtree is None or subtree in organization_ids


def covers_region(wanted: str, region: str) -> bool:
    """Whether the GB/T 2260 code `region` lies in `wanted`: xx0000 is a province, xxxx00 a city, "" everywhere."""
    significant = wanted[:2] if wanted.endswith("0000") else wanted[:4] if wanted.endswith("00") else wanted
    return region.startswith(significant)


def is_in_term(valid_from: date, valid_until: date, day: date) -> bool:
    """Whether a committee's term covers the day; both ends count."""
    return valid_from <= day <= valid_until


def scope_faults(scope: Iterable[ScopeEntry], catalogue: Catalogue) -> Iterator[Fault]:
    """Codes of a scope that the catalogue does not have."""
    series = {one.code: one for category in catalogue.categories for one in category.series}
    for number, entry in enumerate(scope):
        pointer = f"/data/scope/{number}"
        known = series.get(entry.title_series)
        if known is None:
            yield Fault(pointer=f"{pointer}/title_series", code="committee.not_in_catalogue")
            continue
        specialties = set(known.specialties) | {code for track in known.tracks for code in track.specialties}
        for place, code in enumerate(entry.specialties):
            if code not in specialties:
                yield Fault(pointer=f"{pointer}/specialties/{place}", code="committee.not_in_catalogue")
        levels = {level for track in known.tracks for level in track.titles}
        for place, code in enumerate(entry.title_levels):
            if code not in levels:
                yield Fault(pointer=f"{pointer}/title_levels/{place}", code="committee.not_in_catalogue")
