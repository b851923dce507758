"""Spreadsheets: lists as XLSX in which nothing is a formula (PL-25)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from services.documents.rendering.docx import printable

DANGEROUS = ("=", "+", "-", "@", "\t", "\n")
WIDTH_LIMIT = 60  # characters
SHEET_NAME_LIMIT = 31


def neutral(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    text = printable(text)
    return "'" + text if text.startswith(DANGEROUS) else text


def render_list(
    *, title: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]], notice: str = "", numbered: str = "序号"
) -> bytes:
    """A list with its title, a head that stays in sight, and every cell as text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "".join(c for c in printable(title) if c not in r"[]:*?/\ ")[:SHEET_NAME_LIMIT] or "1"
    heads = (numbered, *columns)
    sheet.append([neutral(title)])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    sheet["A1"].font = Font(name="方正小标宋简体", size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 32
    sheet.append([neutral(head) for head in heads])
    for number, row in enumerate(rows, start=1):
        sheet.append([number, *(neutral(row.get(column, "")) for column in columns)])
    line = Side(style="thin")
    for cells in sheet.iter_rows(min_row=2, max_col=len(heads)):
        for cell in cells:
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.font = Font(name="黑体" if cell.row == 2 else "仿宋_GB2312", size=11)
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", "@"
    if notice:
        sheet.append([neutral(notice)])
    for index, head in enumerate(heads, start=1):
        longest = max((_width(str(row.get(head, ""))) for row in rows), default=0)
        sheet.column_dimensions[get_column_letter(index)].width = min(max(longest, _width(head)) + 4, WIDTH_LIMIT)
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _width(text: str) -> int:
    """Columns of a text: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
