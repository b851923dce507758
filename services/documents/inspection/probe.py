"""Looks into a hostile file: its type by content, and whether it is whole and passive.

`inspect_file` parses what a stranger wrote, so it runs in a process of its own: started as a module, this file answers
one JSON line per JSON line and forks for each, with bounded memory, time and no right to write files (design §2). The
decoder of HEIC pictures is loaded here and nowhere else, so of those it also writes a copy that others can read.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import resource
import select
import signal
import sys
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MEMORY_BYTES = 1024**3
CPU_SECONDS = 20
WALL_SECONDS = 40

PIXELS = 60_000_000
PDF_PAGES = 3_000
PDF_OBJECTS = 400_000
PDF_TAIL = 2_048  # bytes that scanners leave behind the end mark
ZIP_ENTRIES = 4_000
ZIP_BYTES = 256 * 1024**2
ZIP_RATIO = 150  # the densest real worksheets reach about 60
ZIP_RATIO_FROM = 4 * 1024**2

COPY_PIXELS = 3_000  # longest edge of the copy of a picture
ANSWER_BYTES = 16 * 1024**2

PICTURE_READERS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF")
PICTURE_FORMATS = {
    "JPEG": "jpeg",
    "MPO": "jpeg",  # what some telephones make of a JPEG
    "PNG": "png",
    "GIF": "gif",
    "BMP": "bmp",
    "TIFF": "tiff",
    "WEBP": "webp",
    "AVIF": "avif",
    "HEIF": "heic",
}
COPIED = "heic"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
OFFICE_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
OFFICE_ACTIVE = re.compile(r"(?i)(vbaproject|vbadata|activex|/embeddings/|oleobject|customui|\.bin$|\.exe$|\.dll$)")
OFFICE_HARMLESS_BINARIES = re.compile(r"(?i)(/printersettings/printersettings\d*\.bin|/customproperty\d*\.bin)$")
PDF_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"}


class Refused(Exception):
    """The file may not be kept; `reason` is the end of the message's key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Content(NamedTuple):
    """What a file is: kind, and pages of a document or sheets of a workbook where that is known.

    copy: of a picture that nothing else here can read, the same as JPEG.
    """

    kind: str
    pages: int | None = None
    copy: bytes | None = None


def inspect_file(path: Path) -> Content:
    """Look at a file. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise Refused("empty")
    if head.startswith(PROGRAMS):
        raise Refused("executable")
    if head.lstrip(b"\xef\xbb\xbf\x00\t\n\x0c\r ").startswith(b"%PDF-"):
        return _pdf(path)
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return _picture(path)


def _picture(path: Path) -> Content:
    Image.MAX_IMAGE_PIXELS = PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=PICTURE_READERS) as image:
                kind = PICTURE_FORMATS[image.format or ""]
                if image.width * image.height > PIXELS:
                    raise Refused("too_many_pixels")
                image.load()
                copy = _copy(image) if kind == COPIED else None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refused("too_many_pixels") from error
        except UnidentifiedImageError as error:
            raise Refused("type_unknown") from error
        except (OSError, ValueError, SyntaxError, EOFError, RuntimeError) as error:
            raise Refused("broken") from error
    return Content(kind, copy=copy)


def _copy(image: Image.Image) -> bytes:
    made = image.convert("RGB")
    made.thumbnail((COPY_PIXELS, COPY_PIXELS))
    target = io.BytesIO()
    made.save(target, "JPEG", quality=95)
    return target.getvalue()


def _pdf(path: Path) -> Content:
    content = path.read_bytes()
    if len(content) - max(content.rfind(b"%%EOF"), 0) > PDF_TAIL:
        raise Refused("broken")
    try:
        with path.open("rb") as file:
            reader = PdfReader(file, strict=False)
            if reader.is_encrypted:
                raise Refused("encrypted")
            pages = len(reader.pages)
            for item in _pdf_objects(reader):
                _check_pdf_dictionary(item)
            for page in reader.pages:
                page.mediabox  # noqa: B018 - a page without a size cannot be shown
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise Refused("broken") from error
    if pages == 0:
        raise Refused("broken")
    if pages > PDF_PAGES:
        raise Refused("too_complex")
    return Content("pdf", pages)


def _pdf_objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, wherever it hides: indirect objects, object streams, nested and the trailer."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > PDF_OBJECTS:
        raise Refused("too_complex")
    waiting: list[Any] = [reader.trailer]
    for number, generation in numbers:
        if number:
            waiting.append(reader.get_object(IndirectObject(number, generation, reader)))
    while waiting:
        item = waiting.pop()
        if isinstance(item, DictionaryObject):
            yield item
            # raw values: what is indirect is visited by its own number
            waiting.extend(item.raw_get(key) for key in item)
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))


def _check_pdf_dictionary(item: DictionaryObject) -> None:
    action, subtype, kind = (_name(item, key) for key in ("/S", "/Subtype", "/Type"))
    if "/JS" in item or "/JavaScript" in item or "/XFA" in item or action in PDF_ACTIVE_ACTIONS:
        raise Refused("active_content")
    if "/EmbeddedFiles" in item or "/EF" in item or subtype in ("/FileAttachment", "/RichMedia"):
        raise Refused("embedded_files")
    if kind == "/EmbeddedFile":
        raise Refused("embedded_files")


def _name(item: DictionaryObject, key: str) -> str | None:
    """The name under a key, also where it is kept in an object of its own; `get` would not follow the reference."""
    return str(item[key]) if key in item else None


def _office(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as package:
            _check_archive(package, path.stat().st_size)
            names = package.namelist()
            if "[Content_Types].xml" not in names:
                raise Refused("type_unknown")
            for name in names:
                if OFFICE_ACTIVE.search(name) and not OFFICE_HARMLESS_BINARIES.search(name):
                    raise Refused("macros" if "vba" in name.lower() else "embedded_files")
            kind = _office_kind(package.read("[Content_Types].xml"))
            for name in names:
                if name.lower().endswith(".rels"):
                    _check_relationships(package.read(name))
            required = "word/document.xml" if kind == "docx" else "xl/workbook.xml"
            if required not in names:
                raise Refused("broken")
            etree.fromstring(package.read(required), _XML)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Refused("broken") from error
    except etree.XMLSyntaxError as error:
        raise Refused("broken") from error
    return Content(kind)


_XML = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _check_archive(package: zipfile.ZipFile, size: int) -> None:
    """Unpack everything once, counting: the sizes that a ZIP states of itself are what a bomb lies about."""
    entries = package.infolist()
    if len(entries) > ZIP_ENTRIES or len({entry.filename for entry in entries}) != len(entries):
        raise Refused("archive_bomb")
    # Entries that share their compressed bytes: together they are longer than the file.
    if sum(entry.compress_size for entry in entries) > size:
        raise Refused("archive_bomb")
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused("encrypted")
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")):
            raise Refused("broken")
        own = 0
        start = b""
        with package.open(entry) as file:
            while part := file.read(64 * 1024):
                start = start or part[:4096]
                own += len(part)
                total += len(part)
                if total > ZIP_BYTES or (own > ZIP_RATIO_FROM and own > ZIP_RATIO * max(entry.compress_size, 1)):
                    raise Refused("archive_bomb")
        # UTF-16 doubles every byte with a zero; OOXML never declares a document type.
        if b"<!DOCTYPE" in start.replace(b"\0", b"").upper():
            raise Refused("active_content")
        if start.startswith(PROGRAMS[:2]):
            raise Refused("executable")


def _office_kind(content_types: bytes) -> str:
    found = set()
    for element in etree.fromstring(content_types, _XML):
        declared = element.get("ContentType", "")
        if "macroEnabled" in declared or "vbaProject" in declared:
            raise Refused("macros")
        if declared in OFFICE_MAIN_PARTS:
            found.add(OFFICE_MAIN_PARTS[declared])
    if len(found) != 1:
        raise Refused("type_unknown")
    return str(found.pop())


def _check_relationships(relationships: bytes) -> None:
    """Links that a reader may click are ordinary; anything that is fetched on opening is not."""
    for element in etree.fromstring(relationships, _XML):
        kind = element.get("Type", "").rsplit("/", 1)[-1]
        if element.get("TargetMode") == "External" and kind != "hyperlink":
            raise Refused("external_references")
        if kind in ("oleObject", "package", "control", "vbaProject", "attachedTemplate"):
            raise Refused("external_references" if kind == "attachedTemplate" else "embedded_files")


def answer(path: Path) -> dict[str, Any]:
    """What the probe says of a file, as JSON values; a copy in Base64."""
    try:
        content = inspect_file(path)
    except Refused as refusal:
        return {"reason": refusal.reason}
    except MemoryError:
        return {"reason": "too_complex"}
    copy = None if content.copy is None else base64.b64encode(content.copy).decode()
    return {"reason": None, "kind": content.kind, "pages": content.pages, "copy": copy}


def bounded(work: Callable[[], dict[str, Any]], *, seconds: float = WALL_SECONDS) -> dict[str, Any]:
    """Do `work` in a fork with bounded memory, processor time and wall time; beyond them a file is too complex."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(work()).encode())
        finally:
            os._exit(0)  # whatever happened, this process must not go on as its parent
    os.close(writing)
    received = _read_whole(reading, seconds)
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return dict(json.loads(received)) if received else {"reason": "too_complex"}


def _read_whole(reading: int, seconds: float) -> bytes:
    """All that comes until the other side closes; nothing where that takes too long or is too much."""
    deadline, received = time.monotonic() + seconds, bytearray()
    while len(received) <= ANSWER_BYTES:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return b""
        part = os.read(reading, 65_536)
        if not part:
            return bytes(received)
        received += part
    return b""


def main() -> None:
    # Imported here alone: no other process reads HEIC, whose decoder is large and young.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    Image.init()  # before the first fork, so that no child loads the readers anew
    for line in sys.stdin:
        request = json.loads(line)
        path = Path(request["path"])
        found = bounded(lambda path=path: answer(path))  # type: ignore[misc]
        if copy := found.pop("copy", None):
            Path(request["copy"]).write_bytes(base64.b64decode(copy))
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
