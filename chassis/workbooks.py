"""Workbooks that people fill in: their rows under named headings, each cell as text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

from openpyxl import load_workbook


class Unreadable(Exception):
    """No workbook, or the first row of its first sheet lacks one of the headings."""


class TooManyRows(Exception):
    """More rows than are taken at once."""


def read_rows(data: bytes, headings: Mapping[str, str], *, maximum: int) -> Iterator[tuple[int, dict[str, object]]]:
    """The filled rows of the first sheet by number, as the program shows it: field → cell.

    headings: field → heading; further columns are passed over. Raises Unreadable, TooManyRows.
    """
    return _rows(_cells(data), headings, maximum)


def _cells(data: bytes) -> Iterator[tuple[object, ...]]:
    """The first sheet's rows. Raises Unreadable."""
    try:
        with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as workbook:
            for sheet in workbook.worksheets[:1]:
                yield from sheet.iter_rows(values_only=True)
    # On a damaged workbook the library, lxml and zlib raise whatever they come upon, when opening and when reading.
    except Exception:
        raise Unreadable() from None


def text_of(cell: object) -> str:
    """A cell as text; whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _rows(
    sheet: Iterable[tuple[object, ...]], headings: Mapping[str, str], maximum: int
) -> Iterator[tuple[int, dict[str, object]]]:
    numbered = iter(enumerate(sheet, start=1))
    first = [text_of(cell) for cell in next(numbered, (1, ()))[1]]
    if not set(headings.values()) <= set(first):
        raise Unreadable()
    places = {field: first.index(heading) for field, heading in headings.items()}
    for number, cells in numbered:
        if number > maximum + 1:
            raise TooManyRows()
        row = {field: cells[place] if place < len(cells) else None for field, place in places.items()}
        if any(text_of(cell) for cell in row.values()):
            yield number, row
