"""The building blocks of Chinese official forms in DOCX: faces, grids with exact columns, opinion boxes, page numbers.

Used by the forms beside it only; what is committed and published are the documents that it writes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import (
    WD_CELL_VERTICAL_ALIGNMENT as Vertical,
)
from docx.enum.table import (
    WD_ROW_HEIGHT_RULE,
    WD_TABLE_ALIGNMENT,
)
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

TITLE, BODY, HEAD, NOTE, SONG = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
# Chinese type sizes in points: 二号 22, 小二 18, 三号 16, 四号 14, 小四 12, 五号 10.5, 小五 9.
MM_PER_TWIP = 25.4 / 1440
# What stands in several forms.
PERIOD = 'row.start_month ~ "—" ~ row.end_month'
SIGNED = "签名：＿＿＿＿＿＿＿＿　　（公章）　　{{ %s.date }}"


@dataclass
class Cell:
    """One cell of a grid: text with template tags, over `span` columns; `merge` is restart or continue, downwards."""

    text: str = ""
    span: int = 1
    label: bool = False
    align: Align | None = None
    vertical: Vertical = Vertical.CENTER
    size: float = 10.5
    merge: str | None = None
    open_top: bool = False
    open_bottom: bool = False
    paragraphs: Sequence[tuple[str, Align, str]] = ()


@dataclass
class Row:
    """One row: at least `height` millimetres; a `head` is repeated on each page; long texts may split over pages."""

    cells: Sequence[Cell]
    height: float = 9
    head: bool = False
    may_split: bool = False
    keep_with_next: bool = False


@dataclass
class Tag:
    """A row that only holds a template tag, for instance `for row in rows`; it vanishes when the form is filled."""

    text: str


def label(text: str, span: int = 1, **more: Any) -> Cell:
    """A cell that names the one beside it."""
    return Cell(text, span=span, label=True, **more)


def value(text: str, span: int = 1, **more: Any) -> Cell:
    """A cell that is filled in."""
    return Cell(text, span=span, **more)


@dataclass
class Form:
    """A document under construction."""

    landscape: bool = False
    margins: tuple[float, float, float, float] = (
        25,
        22,
        22,
        22,
    )  # top, right, bottom, left in millimetres
    page_numbers: bool = True
    notice: bool = True  # a line in the head of each page: who exported it, or that it is a demonstration
    title: str = ""
    document: Any = field(init=False)

    def __post_init__(self) -> None:
        self.document = Document()
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(12)
        set_fonts(normal.element.get_or_add_rPr(), BODY)
        normal.paragraph_format.space_after = Pt(0)
        self.document.core_properties.title = self.title
        self.document.core_properties.author = ""
        section = self.document.sections[0]
        width, height = (Mm(297), Mm(210)) if self.landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if self.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = width, height
        (
            section.top_margin,
            section.right_margin,
            section.bottom_margin,
            section.left_margin,
        ) = map(Mm, self.margins)
        section.header_distance, section.footer_distance = Mm(10), Mm(10)
        if self.notice:
            notice = section.header.paragraphs[0]
            notice.alignment = Align.RIGHT
            run(notice, "{{ notice }}", NOTE, 9, colour=RGBColor(0x80, 0x80, 0x80))
        if self.page_numbers:
            footer = section.footer.paragraphs[0]
            footer.alignment = Align.CENTER
            run(footer, "第 ", SONG, 9)
            number(footer, "PAGE")
            run(footer, " 页　共 ", SONG, 9)
            number(footer, "NUMPAGES")
            run(footer, " 页", SONG, 9)

    @property
    def width(self) -> float:
        """The printable width in millimetres."""
        return (297 if self.landscape else 210) - self.margins[1] - self.margins[3]

    def line(
        self,
        text: str,
        face: str = BODY,
        size: float = 12,
        *,
        align: Align = Align.LEFT,
        before: float = 0,
        after: float = 0,
        indent: float = 0,
        keep: bool = False,
        spacing: float | None = None,
    ) -> Any:
        """A paragraph; `indent` counts characters of its first line."""
        paragraph = self.document.add_paragraph()
        fill(
            paragraph,
            text,
            face,
            size,
            align=align,
            before=before,
            after=after,
            indent=indent,
            spacing=spacing,
        )
        paragraph.paragraph_format.keep_with_next = keep
        return paragraph

    def heading(self, text: str) -> None:
        """The name of a section; stays with what follows."""
        self.line(text, HEAD, 12, before=8, after=3, keep=True)

    def tag(self, text: str) -> None:
        """A paragraph that only holds a template tag."""
        self.line("{%p " + text + " %}")

    def page_break(self) -> None:
        self.document.add_page_break()

    def grid(self, widths: Sequence[float], rows: Sequence[Row | Tag]) -> Any:
        """A table with columns of exactly these widths in millimetres."""
        table = self.document.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        margins(table)
        for column, width in zip(table._tbl.tblGrid.iterchildren(), widths, strict=True):
            column.set(qn("w:w"), str(round(width / MM_PER_TWIP)))
        for row in rows:
            if isinstance(row, Tag):
                row = Row([Cell("{%tr " + row.text + " %}", span=len(widths))])
            add_row(table, widths, row)
        return table

    def rows_grid(self, rows: str, columns: Sequence[tuple[str, str, float]], *, may_split: bool = False) -> None:
        """A list with a repeated head; `columns` are label, expression over `row`, width. An empty list says 无."""
        columns = [("序号", "loop.index", 11), *columns]
        widths = [width for _, _, width in columns]
        self.grid(
            widths,
            [
                Row([label(name) for name, _, _ in columns], head=True),
                Tag(f"for row in {rows}"),
                Row([value("{{ " + text + " }}", align=Align.CENTER) for _, text, _ in columns], may_split=may_split),
                Tag("else"),
                Row([value("无", span=len(columns), align=Align.CENTER)]),
                Tag("endfor"),
            ],
        )

    def save(self, path: Path) -> None:
        made = io.BytesIO()
        self.document.save(made)
        write_package(path, made.getvalue())


def write_package(path: Path, package: bytes) -> None:
    """Write an Office file without the time of writing, so that the same content is the same file."""
    with zipfile.ZipFile(io.BytesIO(package)) as made, zipfile.ZipFile(path, "w") as kept:
        for name in made.namelist():
            kept.writestr(zipfile.ZipInfo(name), made.read(name), zipfile.ZIP_DEFLATED)


def opinion_rows(name: str, text: str, signature: str, *, columns: int, height: float = 32) -> list[Row]:
    """An opinion box: its name at the left, the opinion, and seal and date at the lower right."""
    return [
        Row(
            [
                label(name, merge="restart"),
                value(
                    text,
                    span=columns - 1,
                    vertical=Vertical.TOP,
                    open_bottom=True,
                    size=12,
                ),
            ],
            height=height,
            may_split=True,
            keep_with_next=True,
        ),
        Row(
            [
                label("", merge="continue"),
                value(
                    signature,
                    span=columns - 1,
                    align=Align.RIGHT,
                    open_top=True,
                    size=12,
                ),
            ],
            height=10,
        ),
    ]


def add_row(table: Any, widths: Sequence[float], row: Row) -> None:
    """Append a row; cells take the sum of the widths that they span."""
    added = table.add_row()
    element = added._tr
    for cell in list(element.tc_lst):
        element.remove(cell)
    added.height, added.height_rule = Mm(row.height), WD_ROW_HEIGHT_RULE.AT_LEAST
    properties = element.get_or_add_trPr()
    if not row.may_split:
        properties.append(OxmlElement("w:cantSplit"))
    if row.head:
        properties.append(OxmlElement("w:tblHeader"))
    column = 0
    for cell in row.cells:
        add_cell(
            table,
            element,
            cell,
            sum(widths[column : column + cell.span]),
            keep=row.keep_with_next or row.head,
        )
        column += cell.span
    if column != len(widths):
        raise ValueError(f"row of {column} columns in a grid of {len(widths)}")


def add_cell(table: Any, row: Any, cell: Cell, width: float, *, keep: bool) -> None:
    element = OxmlElement("w:tc")
    element.append(OxmlElement("w:p"))
    row.append(element)
    made = _Cell(element, table)
    made.width = Mm(width)
    properties = element.get_or_add_tcPr()
    if cell.span > 1:
        span = OxmlElement("w:gridSpan")
        span.set(qn("w:val"), str(cell.span))
        properties.append(span)
    if cell.merge is not None:
        merge = OxmlElement("w:vMerge")
        merge.set(qn("w:val"), cell.merge)
        properties.append(merge)
    if cell.open_top or cell.open_bottom:
        borders = OxmlElement("w:tcBorders")
        side = OxmlElement("w:top" if cell.open_top else "w:bottom")
        side.set(qn("w:val"), "nil")
        borders.append(side)
        properties.append(borders)
    made.vertical_alignment = cell.vertical
    face = HEAD if cell.label else BODY
    align = cell.align or (Align.CENTER if cell.label else Align.LEFT)
    parts = cell.paragraphs or ((cell.text, align, face),)
    for index, (text, alignment, font) in enumerate(parts):
        paragraph = made.paragraphs[0] if index == 0 else made.add_paragraph()
        fill(paragraph, text, font, cell.size, align=alignment)
        paragraph.paragraph_format.keep_with_next = keep


def fill(
    paragraph: Any,
    text: str,
    face: str,
    size: float,
    *,
    align: Align = Align.LEFT,
    before: float = 0,
    after: float = 0,
    indent: float = 0,
    spacing: float | None = None,
) -> None:
    """Write one run of text into a paragraph and set its measures in points."""
    layout = paragraph.paragraph_format
    layout.alignment = align
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if spacing is not None:
        layout.line_spacing = Pt(spacing)
    if indent:
        layout.first_line_indent = Pt(size * indent)
    run(paragraph, text, face, size)


def run(
    paragraph: Any,
    text: str,
    face: str,
    size: float,
    *,
    colour: RGBColor | None = None,
    bold: bool = False,
) -> Any:
    made = paragraph.add_run(text)
    made.font.size = Pt(size)
    made.font.bold = bold or None
    if colour is not None:
        made.font.color.rgb = colour
    set_fonts(made._r.get_or_add_rPr(), face)
    return made


def set_fonts(properties: Any, face: str) -> None:
    """The Chinese face for Chinese text and punctuation, Times New Roman for Latin letters and digits."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for kind, name in (
        ("ascii", "Times New Roman"),
        ("hAnsi", "Times New Roman"),
        ("cs", "Times New Roman"),
    ):
        fonts.set(qn(f"w:{kind}"), name)
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hint"), "eastAsia")
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def number(paragraph: Any, instruction: str) -> None:
    """A field that Word and LibreOffice compute, such as the page number."""
    made = run(paragraph, "", SONG, 9)
    for kind, content in (("begin", None), (None, instruction), ("end", None)):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = content
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        made._r.append(element)


def margins(table: Any) -> None:
    """Narrow inner margins, fixed columns: a long word widens nothing."""
    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    if layout is None:
        layout = OxmlElement("w:tblLayout")
        properties.append(layout)
    layout.set(qn("w:type"), "fixed")
    cell_margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 28), ("left", 70), ("bottom", 28), ("right", 70)):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(width))
        element.set(qn("w:type"), "dxa")
        cell_margins.append(element)
    properties.append(cell_margins)


def page_border(document: Any, colour: str) -> None:
    """A double frame around the page, as certificates have."""
    section = document.sections[0]._sectPr
    borders = OxmlElement("w:pgBorders")
    borders.set(qn("w:offsetFrom"), "page")
    for side in ("top", "left", "bottom", "right"):
        element = OxmlElement(f"w:{side}")
        for name, text in (
            ("val", "thinThickSmallGap"),
            ("sz", "36"),
            ("space", "24"),
            ("color", colour),
        ):
            element.set(qn(f"w:{name}"), text)
        borders.append(element)
    # The schema wants this order: margins, then borders.
    section.find(qn("w:pgMar")).addnext(borders)


def without_borders(table: Any) -> None:
    """A grid that only arranges."""
    table.style = "Normal Table"
