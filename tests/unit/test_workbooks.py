"""Workbooks that people send: whatever is wrong with one, it is refused as unreadable."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from chassis.workbooks import TooManyRows, Unreadable, read_rows

HEADINGS = {"name": "姓名", "number": "证件号码"}
SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> dict[str, bytes]:
    """The parts of a good workbook with one row."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(HEADINGS.values()))
    page.append(["沈若谷", 2.5])
    target = io.BytesIO()
    book.save(target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("part", sorted(workbook()))
def test_a_workbook_whose_part_breaks_off_is_read_or_unreadable(part: str) -> None:
    """Each part cut at each tenth: no other error than Unreadable comes out."""
    parts = workbook()
    for tenth in range(10):
        cut = {**parts, part: parts[part][: len(parts[part]) * tenth // 10]}
        try:
            list(read_rows(packed(cut), HEADINGS, maximum=10))
        except Unreadable:
            continue


def test_a_sheet_that_breaks_off_in_its_rows_is_unreadable() -> None:
    """Rows that were read before the damage are not taken for the whole."""
    parts = workbook()
    parts[SHEET] = parts[SHEET][: parts[SHEET].index(b"2.5")]
    with pytest.raises(Unreadable):
        list(read_rows(packed(parts), HEADINGS, maximum=10))


def test_a_number_beyond_all_numbers_is_a_cell_like_any_other() -> None:
    parts = workbook()
    parts[SHEET] = parts[SHEET].replace(b"2.5", b"1e999")
    assert [number for number, _ in read_rows(packed(parts), HEADINGS, maximum=10)] == [2]


def test_other_headings_and_endless_sheets_are_refused() -> None:
    """A sheet without one of the columns is not the template, and one with too many rows is not read to its end."""
    with pytest.raises(Unreadable):
        list(read_rows(packed(workbook()), {**HEADINGS, "mobile": "手机号码"}, maximum=10))
    with pytest.raises(TooManyRows):
        list(read_rows(packed(workbook()), HEADINGS, maximum=0))
