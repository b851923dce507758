"""DOCX documents out of templates: docxtpl's template language, compiled once and filled in memory.

docxtpl parses and writes the whole package for each document; kept compiled, the same document takes a quarter of the
time. What docxtpl leaves open by default is closed here: text is escaped (one bare `<` would cut a document off without
an error), templates run in Jinja's sandbox, a name that the data does not have is an error and not a gap.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from services.documents.rendering.pictures import EMU_PER_MM, Picture, qr_code

RENDERED_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
# What XML 1.0 cannot hold, the two separators that Word shows as boxes, and what turns the direction of writing: an
# official paper would read otherwise than what was decided.
UNPRINTABLE = re.compile(
    "[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
DRAWINGS = "_drawings"


class TemplateInvalid(Exception):
    """The file is no DOCX, or its tags do not compile."""


class RenderingFailed(Exception):
    """The template asks for something that the data does not have, or that the sandbox forbids."""


class Template:
    """A DOCX template, compiled when it is made; threads may share it. Raises TemplateInvalid."""

    def __init__(self, source: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(source)) as package:
                self._parts = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
            rendered = {name: self._parts.pop(name) for name in list(self._parts) if RENDERED_PARTS.fullmatch(name)}
            self._compiled = {name: _ENVIRONMENT.from_string(_patched(part)) for name, part in rendered.items()}
            self._with_column_loops = {name for name, part in rendered.items() if b"{%tc " in part}
        except (zipfile.BadZipFile, etree.XMLSyntaxError, TemplateError) as error:
            raise TemplateInvalid(str(error)) from error
        if "word/document.xml" not in self._compiled or "[Content_Types].xml" not in self._parts:
            raise TemplateInvalid("not a DOCX document")
        self._parts["[Content_Types].xml"] = _with_picture_types(self._parts["[Content_Types].xml"])

    def render(self, data: Mapping[str, Any]) -> bytes:
        """Fill the template. Raises RenderingFailed."""
        parts = dict(self._parts)
        for name, template in self._compiled.items():
            drawings = _Drawings()
            try:
                text = template.render({**data, DRAWINGS: drawings})
            except TemplateError as error:
                raise RenderingFailed(f"{name}: {error}") from error
            parts[name] = _with_fitting_grids(text) if name in self._with_column_loops else text.encode()
            if drawings.pictures:
                folder, _, file = name.rpartition("/")
                related = f"{folder}/_rels/{file}.rels"
                parts[related] = _with_pictures(parts.get(related), drawings.pictures)
                parts.update({f"word/media/{p.name}": p.content for p in drawings.pictures.values()})
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                # A fixed time: the same data gives the same bytes.
                package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        return target.getvalue()


def render_docx(template: Template, data: Mapping[str, Any]) -> bytes:
    """Fill a template with data. Raises RenderingFailed."""
    return template.render(data)


class _Drawings:
    """The pictures that one part of a document shows, by relationship id."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture] = {}
        self._shown = 0

    def markup(self, picture: Picture) -> Markup:
        relationship = "pic" + picture.name.partition(".")[0]
        self.pictures[relationship] = picture
        self._shown += 1
        width, height = (
            round(picture.width * EMU_PER_MM),
            round(picture.height * EMU_PER_MM),
        )
        drawing = _DRAWING.format(id=5000 + self._shown, relationship=relationship, width=width, height=height)
        return Markup(drawing)  # noqa: S704 - made of numbers and a hash


_DRAWING = (
    "</w:t></w:r><w:r><w:drawing>"
    '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{id}" name="{relationship}"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="0" name="{relationship}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    '</wp:inline></w:drawing></w:r><w:r><w:t xml:space="preserve">'
)


def printable(text: str) -> str:
    """The text without what a document cannot hold; line ends are made equal."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def paragraphs(text: str) -> list[str]:
    """The lines of a text that hold something, without their own indents: each becomes a paragraph of the template."""
    return [line.strip() for line in printable(text).split("\n") if line.strip()]


@pass_context
def _finalize(context: Context, value: object) -> object:
    """What an expression of a template puts into the document: escaped text with its line breaks, or a picture."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, Picture):
        return context[DRAWINGS].markup(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = str(escape(printable(value)))
    text = text.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    text = text.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return Markup(text)  # noqa: S704 - escaped above


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
    filters: dict[str, Callable[..., Any]] = {
        "fit": Picture.fit,
        "paragraphs": paragraphs,
        "qr": qr_code,
    }
    environment.filters.update(filters)
    return environment


_ENVIRONMENT = _environment()


def _patched(part: bytes) -> str:
    """The part as Jinja source by docxtpl's rules: tags freed of mark-up, loops lifted to rows and paragraphs."""
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    source: str = DocxTemplate.patch_xml(None, etree.tostring(root, encoding="unicode"))
    return source


def _with_picture_types(content_types: bytes) -> bytes:
    root = etree.fromstring(content_types)
    known = {element.get("Extension") for element in root.iter(f"{{{CONTENT_TYPES}}}Default")}
    for extension in {"jpeg", "png"} - known:
        etree.SubElement(
            root,
            f"{{{CONTENT_TYPES}}}Default",
            Extension=extension,
            ContentType=f"image/{extension}",
        )
    return _xml(root)


def _with_pictures(relationships: bytes | None, pictures: Mapping[str, Picture]) -> bytes:
    root = (
        etree.Element(f"{{{RELATIONSHIPS}}}Relationships", nsmap={None: RELATIONSHIPS})
        if relationships is None
        else etree.fromstring(relationships)
    )
    for relationship, picture in pictures.items():
        etree.SubElement(
            root,
            f"{{{RELATIONSHIPS}}}Relationship",
            Id=relationship,
            Type=IMAGE,
            Target=f"media/{picture.name}",
        )
    return _xml(root)


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _with_fitting_grids(part: str) -> bytes:
    """Give each table whose columns were repeated a grid to match, columns as wide as their texts need."""
    root = etree.fromstring(part.encode())
    for table in root.iter(f"{WORD}tbl"):
        rows = [row.findall(f"{WORD}tc") for row in table.findall(f"{WORD}tr")]
        grid = table.find(f"{WORD}tblGrid")
        if not rows or len({len(cells) for cells in rows}) != 1 or len(grid) == len(rows[0]):
            continue
        total = sum(int(column.get(f"{WORD}w")) for column in grid)
        # Chinese characters are twice as wide as Latin ones; a long text breaks over lines, so it asks for no more.
        needs = [min(max(map(_text_width, column), default=0), 30) + 4 for column in zip(*rows, strict=True)]
        widths = [total * need // sum(needs) for need in needs]
        grid[:] = [etree.Element(f"{WORD}gridCol", {f"{WORD}w": str(width)}) for width in widths]
        for cells in rows:
            for cell, width in zip(cells, widths, strict=True):
                cell.find(f"{WORD}tcPr/{WORD}tcW").set(f"{WORD}w", str(width))
    return _xml(root)


def _xml(root: etree._Element) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def _text_width(cell: etree._Element) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in "".join(cell.itertext()))
