"""Workbooks that people download: templates to fill in, rows to correct."""

from __future__ import annotations

import io
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Protocol

from fastapi import Response
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from starlette.concurrency import run_in_threadpool

from gateway.description import BYTES

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_WORKBOOK: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK: {"content": {WORKBOOK: BYTES}, "description": "The workbook"}
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Template(Protocol):
    """A workbook's sheet with the headings of its columns, and of each an example and what it takes."""

    @property
    def sheet(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def example(self) -> tuple[str, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


async def template_answer(template: Template, *, name: str) -> Response:
    """The template as a download."""
    comments = ["\n".join(text for text in pair if text) for pair in zip(template.notes, template.example, strict=True)]
    return await workbook_answer(template.sheet, template.columns, (), name=name, comments=comments)


async def workbook_answer(
    sheet: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    name: str,
    comments: Sequence[str] = (),
) -> Response:
    """Rows as a download."""
    return Response(
        await run_in_threadpool(_workbook, sheet, columns, rows, comments),
        media_type=WORKBOOK,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _workbook(sheet: str, columns: Sequence[str], rows: Sequence[Sequence[str]], comments: Sequence[str]) -> bytes:
    """Headings with notes, columns of text so that long numbers stay whole, and no cell that a program would run."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    page.append(list(columns))
    for number, note in enumerate(comments, start=1):
        if note:
            page.cell(row=1, column=number).comment = Comment(note, "")
    for number in range(1, len(columns) + 1):
        page.cell(row=1, column=number).font = Font(bold=True)
        column = page.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = 24, "@"
    for row in rows:
        page.append(["'" + cell if cell.startswith(FORMULA_STARTS) else cell for cell in row])
        for cell in page[page.max_row]:
            cell.number_format = "@"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
