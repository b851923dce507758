"""LibreOffice as workers: real conversions, hostile input, kills (PL-23)."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from pypdf import PdfReader

from deploy.fonts.install import install
from services.documents.rendering.converter import ConversionFailed, ConversionTimedOut, Converter
from services.documents.rendering.docx import Template, render_docx
from tests.factories.documents import RARE_NAME, declaration

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "profiles" / "hebei" / "templates"


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed faces: those of the running parts, else made here."""
    given = os.environ.get("FONTCONFIG_FILE")
    if given and Path(given).is_file():
        return Path(given)
    target = tmp_path_factory.mktemp("fonts")
    install(target)
    return target / "fonts.conf"


@pytest.fixture(scope="module")
def converter(fonts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Converter]:
    made = Converter(folder=tmp_path_factory.mktemp("office"), slots=1, fontconfig=fonts, recycle_after=3)
    yield made
    made.close()


@pytest.fixture(scope="module")
def receipt() -> bytes:
    return render_docx(Template((TEMPLATES / "receipt.docx").read_bytes()), declaration(name=RARE_NAME))


def commands_of(pid: int, *, mentioning: str = "") -> dict[int, str]:
    """The living processes below `pid` whose command line mentions something."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # ended meanwhile
            child, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
            found[child] = (parent, stat.with_name("cmdline").read_text().replace("\0", " "))
    below = {pid}
    while more := {child for child, (parent, _) in found.items() if parent in below} - below:
        below |= more
    return {child: found[child][1] for child in below - {pid} if found[child][1] and mentioning in found[child][1]}


@pytest.mark.req("PL-23")
def test_a_form_becomes_a_pdf_with_embedded_official_faces(converter: Converter, receipt: bytes) -> None:
    """The PDF shows the text, rare characters included, in the faces of official documents, all embedded."""
    reader = PdfReader(io.BytesIO(converter.to_pdf(receipt)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "职称申报材料提交回执" in text
    assert RARE_NAME in text
    fonts = {
        str(font["/BaseFont"]).partition("+")[2]: font
        for page in reader.pages
        for font in (reference.get_object() for reference in page["/Resources"]["/Font"].values())
    }
    assert any("FandolFang" in name for name in fonts)
    assert any("NotoSansCJK" in name for name in fonts)
    assert not any("DejaVu" in name for name in fonts)


def test_archival_documents_say_so(converter: Converter, receipt: bytes) -> None:
    """PDF/A-2 is marked in the metadata."""
    assert b"<pdfaid:part>2</pdfaid:part>" in converter.to_pdf(receipt, archival=True)


@pytest.mark.parametrize("content", [b"random text", os.urandom(4000), b"", b"PK\x03\x04" + os.urandom(500)])
def test_what_is_no_docx_is_refused_and_not_printed_as_text(converter: Converter, content: bytes) -> None:
    """LibreOffice's habit of making a PDF of anything is switched off."""
    with pytest.raises(ConversionFailed):
        converter.to_pdf(content)


def test_a_killed_libreoffice_is_replaced(converter: Converter, receipt: bytes) -> None:
    """After a kill -9 of LibreOffice one conversion may fail, the next one works."""
    converter.to_pdf(receipt)
    killed = list(commands_of(os.getpid(), mentioning="soffice.bin"))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert killed
    time.sleep(0.2)
    try:
        converter.to_pdf(receipt)
    except ConversionTimedOut:
        assert converter.to_pdf(receipt).startswith(b"%PDF")


def test_a_conversion_that_takes_too_long_is_ended(fonts: Path, receipt: bytes, tmp_path: Path) -> None:
    """Time-out ends the worker with everything it started, and the slot works again."""
    made = Converter(folder=tmp_path, slots=1, fontconfig=fonts)
    with pytest.raises(ConversionTimedOut):
        made.to_pdf(receipt, timeout=0.05)
    assert made.to_pdf(receipt, timeout=60).startswith(b"%PDF")
    made.close()
    time.sleep(0.2)
    assert not commands_of(os.getpid(), mentioning=str(tmp_path))


def test_threads_share_the_slots(converter: Converter, receipt: bytes) -> None:
    """More callers than slots wait for their turn, across the recycling of a worker."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: converter.to_pdf(receipt), range(8)))
    assert all(pdf.startswith(b"%PDF") for pdf in made)


HARD_DEATH = """
import pathlib, sys
from services.documents.rendering.converter import Converter
converter = Converter(folder=pathlib.Path(sys.argv[1]))
converter.to_pdf(pathlib.Path(sys.argv[2]).read_bytes())
print("ready", flush=True)
sys.stdin.read()
"""


def test_nothing_is_left_of_a_worker_that_was_killed(receipt: bytes, tmp_path: Path) -> None:
    """LibreOffice ends with the process that used it, even after kill -9."""
    (tmp_path / "receipt.docx").write_bytes(receipt)
    command = [sys.executable, "-c", HARD_DEATH, str(tmp_path), str(tmp_path / "receipt.docx")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"ready\n"
        user.kill()
    give_up = time.monotonic() + 15
    while (left := commands_of(1, mentioning=str(tmp_path))) and time.monotonic() < give_up:
        time.sleep(0.2)
    assert not left
