"""The catalogue of what can be declared: category → series → specialty → title → level (HB-57)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import Message

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CatalogueTrack(Message):
    """A branch of a series with titles of its own: `titles` by level, `specialties` by code."""

    code: Code
    label: str = ""
    titles: dict[Code, Words]
    specialties: dict[Code, Words] = Field(default_factory=dict)


class CatalogueSeries(Message):
    """A family of titles; `specialties` here belong to all of its tracks. `family` is the national series."""

    code: Code
    label: Words
    family: Code
    specialties: dict[Code, Words] = Field(default_factory=dict)
    tracks: tuple[CatalogueTrack, ...]

    @model_validator(mode="after")
    def _has_different_codes(self) -> Self:
        codes = [*self.specialties, *(code for track in self.tracks for code in track.specialties)]
        if len(set(codes)) != len(codes) or len({track.code for track in self.tracks}) != len(self.tracks):
            raise ValueError(f"a code occurs twice in series {self.code}")
        return self


class CatalogueCategory(Message):
    """The first step: a group of series."""

    code: Code
    label: Words
    series: tuple[CatalogueSeries, ...]


class Catalogue(Message):
    """The whole catalogue of a profile version; `levels` gives the province's word for each level."""

    levels: dict[Code, Words]
    categories: tuple[CatalogueCategory, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        series = [series for category in self.categories for series in category.series]
        if len({category.code for category in self.categories}) != len(self.categories):
            raise ValueError("a category occurs twice")
        if len({one.code for one in series}) != len(series):
            raise ValueError("a series occurs twice")
        unknown = {level for one in series for track in one.tracks for level in track.titles} - set(self.levels)
        if unknown:
            raise ValueError(f"levels without a label: {sorted(unknown)}")
        return self
