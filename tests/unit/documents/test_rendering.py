"""Documents out of templates: whatever a person typed, the form keeps its shape (PL-23, PL-25)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from services.documents.rendering.docx import RenderingFailed, Template, TemplateInvalid, paragraphs, render_docx
from services.documents.rendering.pictures import photo, qr_code
from services.documents.rendering.sheets import render_list
from tests.factories.documents import HOSTILE, LONG_NAME, RARE_NAME, declaration, portrait

TEMPLATES = Path(__file__).parents[3] / "profiles" / "hebei" / "templates"


def template(*lines: str) -> Template:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return Template(target.getvalue())


def texts(docx: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs]


@pytest.mark.req("PL-23")
def test_hostile_text_is_printed_as_it_was_typed() -> None:
    """Mark-up, template tags and control characters in a field neither cut the document off nor run."""
    made = render_docx(template("前 {{ a }} 后", "最后一段"), {"a": HOSTILE})
    assert texts(made) == ["前 a<b & c>d {{ 7*7 }} {% raw %} ]]> &lt;w:p/&gt; 尾 后", "最后一段"]


def test_line_breaks_and_tabs_become_those_of_word() -> None:
    """A text with line ends of any system keeps its lines."""
    assert texts(render_docx(template("{{ a }}"), {"a": "一\r\n二\r三\t四"})) == ["一\n二\n三\t四"]


def test_paragraphs_drop_empty_lines_and_indents() -> None:
    """Pasted text becomes clean paragraphs."""
    assert paragraphs("　　第一段\n\n  第二段 \n") == ["第一段", "第二段"]


def test_a_name_that_the_data_lacks_is_an_error() -> None:
    """A misspelt name in a template never prints a gap."""
    with pytest.raises(RenderingFailed):
        render_docx(template("{{ nmae }}"), {"name": "x"})


def test_templates_run_in_a_sandbox() -> None:
    """A template cannot reach the program that fills it."""
    with pytest.raises(RenderingFailed):
        render_docx(template("{{ ''.__class__.__mro__[1].__subclasses__() }}"), {})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_what_is_no_docx_is_no_template(content: bytes) -> None:
    """A broken file is refused when the profile is published, not when somebody needs the document."""
    with pytest.raises(TemplateInvalid):
        Template(content)


def test_a_tag_that_does_not_compile_is_refused() -> None:
    """So is a tag that is never closed."""
    with pytest.raises(TemplateInvalid):
        template("{% if a %}")


def test_a_photo_is_encoded_anew_and_shown_once_per_file() -> None:
    """The picture in the document carries none of the upload's bytes or metadata."""
    picture = photo(portrait("WEBP"))
    made = render_docx(template("{{ p|fit(25, 35) }}", "{{ p|fit(10, 10) }}"), {"p": picture})
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        media = [name for name in package.namelist() if name.startswith("word/media/")]
        assert media == [f"word/media/{picture.name}"]
        assert package.read(media[0]).startswith(b"\xff\xd8\xff")
    shapes = Document(io.BytesIO(made)).inline_shapes
    assert len(shapes) == 2
    assert max(round(shapes[0].width.mm), round(shapes[0].height.mm)) == 35


def test_a_qr_code_is_a_picture() -> None:
    """Text becomes a square QR code that fits the box."""
    made = render_docx(template("{{ url|qr|fit(30, 40) }}"), {"url": "https://hebei.example/check"})
    shape = Document(io.BytesIO(made)).inline_shapes[0]
    assert round(shape.width.mm) == round(shape.height.mm) == 30
    assert qr_code("a").pixels[0] == qr_code("a").pixels[1]


def test_the_same_data_gives_the_same_bytes() -> None:
    """Rendering again changes nothing, so a hash tells whether two documents are one."""
    form = Template((TEMPLATES / "receipt.docx").read_bytes())
    assert render_docx(form, declaration()) == render_docx(form, declaration())


@pytest.mark.parametrize("name", ["general_form", "receipt"])
@pytest.mark.parametrize(
    "data", [declaration(), declaration(name=LONG_NAME, rows=100, text="长" * 400), declaration(name=RARE_NAME, rows=0)]
)
def test_forms_of_a_declaration_hold_every_row(name: str, data: dict[str, object]) -> None:
    """Long, empty and rare data all come out whole, with heads that repeat on each page."""
    made = render_docx(Template((TEMPLATES / f"{name}.docx").read_bytes()), data)
    document = Document(io.BytesIO(made))
    printed = "\n".join(cell.text for table in document.tables for cell in table._cells)
    assert data["form"]["basic_profile"]["real_name"] in printed  # type: ignore[index]
    assert "{{" not in printed
    for file in data["files"]:  # type: ignore[attr-defined]
        assert file["name"] in printed
    heads = [table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables]
    assert any(heads)


def test_a_list_takes_the_columns_of_the_meeting() -> None:
    """Whatever columns the committee asks for, the table has as many, as wide as the page."""
    form = Template((TEMPLATES / "meeting_list.docx").read_bytes())
    columns = ("姓名", "性别", "工作单位", "职称", "专业")
    rows = [{column: f"{column}{i}" for column in columns} for i in range(30)]
    made = render_docx(
        form, {"notice": "", "title": "评委清单", "organization": "", "date": "", "columns": columns, "rows": rows}
    )
    table = Document(io.BytesIO(made)).tables[0]
    assert len(table.columns) == 6
    assert [cell.text for cell in table.rows[30].cells] == ["30", *rows[29].values()]
    assert sum(column.width.mm for column in table.columns) == pytest.approx(261, abs=2)


@pytest.mark.req("PL-25")
def test_cells_that_look_like_formulas_are_neutralised() -> None:
    """No cell of an export begins with what a spreadsheet would compute."""
    hostile = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "正常"]
    made = render_list(title="=标题", columns=("姓名",), rows=[{"姓名": text} for text in hostile])
    sheet = load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    values = [row[1] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert values == ["'=1+1", "'+86", "'-2", "'@SUM(A1)", "'\t=1", "正常"]
    assert sheet["A1"].value == "'=标题"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.req("HB-115")
def test_the_expert_import_template_is_text_throughout() -> None:
    """A long number typed into the template keeps its digits, and choices come from lists."""
    sheet = load_workbook(TEMPLATES / "expert_import.xlsx")["评委专家"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["姓名", "证件类型", "证件号码"]
    assert sheet["C2"].number_format == "@"
    assert len(sheet.data_validations.dataValidation) == 1
