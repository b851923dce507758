"""Choices along the catalogue's cascade: what may follow a path, and how it is called (HB-57, PL-18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.declaration.catalogue import Catalogue, CatalogueSeries, CatalogueTrack
from contracts.declaration.forms import CascadeStep

STEPS: tuple[CascadeStep, ...] = tuple(CascadeStep)


def choices(catalogue: Catalogue, path: Sequence[str]) -> Mapping[str, str]:
    """What may be chosen after the codes in `path` (category, series, specialty, title): code → label.

    Empty where the path leads nowhere.
    """
    if not path:
        return {category.code: category.label for category in catalogue.categories}
    category = next((c for c in catalogue.categories if c.code == path[0]), None)
    if category is None:
        return {}
    if len(path) == 1:
        return {series.code: series.label for series in category.series}
    series = next((s for s in category.series if s.code == path[1]), None)
    if series is None:
        return {}
    if len(path) == 2:
        return series.specialties | {
            code: label for track in series.tracks for code, label in track.specialties.items()
        }
    titles = {
        f"{track.code}.{level}": (label, level)
        for track in _tracks(series, specialty=path[2])
        for level, label in track.titles.items()
    }
    if len(path) == 3:
        return {code: label for code, (label, _) in titles.items()}
    if len(path) == 4 and path[3] in titles:
        level = titles[path[3]][1]
        return {level: catalogue.levels[level]}
    return {}


def _tracks(series: CatalogueSeries, *, specialty: str) -> tuple[CatalogueTrack, ...]:
    if specialty in series.specialties:
        return series.tracks
    return tuple(track for track in series.tracks if specialty in track.specialties)


def specialties(catalogue: Catalogue) -> dict[str, str]:
    """Every specialty of the catalogue, for selects that are not bound to a series."""
    return {
        code: label
        for category in catalogue.categories
        for series in category.series
        for code, label in choices(catalogue, (category.code, series.code)).items()
    }


def labels(catalogue: Catalogue, path: Sequence[str]) -> tuple[str, ...] | None:
    """The labels of a path from the category on, None where a code does not follow the one before."""
    found = []
    for index, code in enumerate(path):
        label = choices(catalogue, path[:index]).get(code)
        if label is None:
            return None
        found.append(label)
    return tuple(found)
