"""Scoring standards: do they add up, and which sheet holds for a material (HB-136)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from contracts.committee.materials import StandardSheet
from contracts.errors import Fault


class Sheet(Protocol):
    """What decides for whom a sheet holds."""

    @property
    def group_id(self) -> UUID | None: ...
    @property
    def title_level(self) -> str | None: ...


SomeSheet = TypeVar("SomeSheet", bound=Sheet)


def sheet_for(sheets: Iterable[SomeSheet], group_id: UUID, title_level: str) -> SomeSheet | None:
    """The sheet by which a material is scored: of its group and level, else its group, else its level, else of all."""
    by_place = {(sheet.group_id, sheet.title_level): sheet for sheet in sheets}
    places = ((group_id, title_level), (group_id, None), (None, title_level), (None, None))
    return next((by_place[place] for place in places if place in by_place), None)


def sheet_faults(sheets: Sequence[StandardSheet], group_ids: Collection[UUID]) -> tuple[Fault, ...]:
    """What is wrong with the sheets, whatever materials there are."""
    faults: list[Fault] = []
    seen: set[tuple[UUID | None, str | None]] = set()
    for number, sheet in enumerate(sheets):
        pointer = f"/sheets/{number}"
        place = (sheet.group_id, sheet.title_level)
        if place in seen:
            faults.append(Fault(pointer=pointer, code="committee.sheet_doubled"))
        seen.add(place)
        if sheet.group_id is not None and sheet.group_id not in group_ids:
            faults.append(Fault(pointer=f"{pointer}/group_id", code="committee.group_unknown"))
        faults += _item_faults(sheet, pointer)
    return tuple(faults)


def _item_faults(sheet: StandardSheet, pointer: str) -> Iterable[Fault]:
    total = sum((item.maximum for item in sheet.items), Decimal())
    if total != sheet.total:
        yield Fault(
            pointer=f"{pointer}/total",
            code="committee.sum_differs",
            params={"sum": f"{total.normalize():f}", "total": f"{sheet.total.normalize():f}"},
        )
    codes: set[str] = set()
    for number, item in enumerate(sheet.items):
        if item.code in codes:
            yield Fault(pointer=f"{pointer}/items/{number}/code", code="committee.item_doubled")
        codes.add(item.code)
        if item.maximum % sheet.step:
            yield Fault(pointer=f"{pointer}/items/{number}/maximum", code="committee.not_a_multiple_of_step")


def uncovered(sheets: Sequence[Sheet], places: Iterable[tuple[UUID, str]]) -> tuple[tuple[UUID, str], ...]:
    """The (group, level) of materials for which no sheet holds."""
    return tuple(sorted({place for place in places if sheet_for(sheets, *place) is None}, key=str))
