"""DOCX to PDF by LibreOffice workers, one slot and one profile folder each."""

from __future__ import annotations

import os
import queue
import tempfile
import time
from pathlib import Path

from services.documents.child import ChildFailed, ChildProcess

WORKER = Path(__file__).with_name("uno_worker.py")
# A LibreOffice grows from 83 to 350 MB in 60 conversions and keeps growing.
RECYCLE_AFTER = 200


class ConversionFailed(Exception):
    """LibreOffice cannot read the document as DOCX."""


class ConversionTimedOut(Exception):
    """No slot was free or LibreOffice did not finish in time; its process has been ended."""


class Converter:
    """A pool of LibreOffice workers, started when first needed. Use from plain threads, never under eventlet.

    python: an interpreter that has the `uno` module (Debian's python3-uno serves the system's own only).
    fontconfig: the file written by `deploy.fonts.install`; None leaves the choice of faces to the system.
    """

    def __init__(
        self,
        *,
        folder: Path,
        slots: int = 1,
        soffice: str = "soffice",
        python: str = "/usr/bin/python3",
        fontconfig: Path | None = None,
        recycle_after: int = RECYCLE_AFTER,
    ) -> None:
        self._folder = folder
        self._workers: list[ChildProcess] = []
        self._free: queue.Queue[ChildProcess] = queue.Queue()
        for number in range(slots):
            profile = folder / f"libreoffice-{number}"
            profile.mkdir(parents=True, exist_ok=True)
            environment = {
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(profile),
                "LANG": "C.UTF-8",
            }
            if fontconfig is not None:
                environment["FONTCONFIG_FILE"] = str(fontconfig)
            worker = ChildProcess(
                [python, str(WORKER), soffice, str(profile.resolve())],
                environment=environment,
                folder=profile,
                recycle_after=recycle_after,
            )
            self._workers.append(worker)
            self._free.put(worker)

    def to_pdf(self, docx: bytes, *, timeout: float = 60.0, archival: bool = False) -> bytes:
        """Convert a DOCX; `archival` asks for PDF/A-2b. Raises ConversionFailed, ConversionTimedOut.

        The first conversion of a slot also starts LibreOffice, which takes one to three seconds.
        """
        if not docx:
            raise ConversionFailed("empty")  # LibreOffice would open it as a new document
        deadline = time.monotonic() + timeout
        try:
            worker = self._free.get(timeout=timeout)
        except queue.Empty as error:
            raise ConversionTimedOut("no worker became free") from error
        try:
            with tempfile.TemporaryDirectory(prefix="convert-", dir=self._folder) as scratch:
                source, target = (
                    Path(scratch, "document.docx"),
                    Path(scratch, "document.pdf"),
                )
                source.write_bytes(docx)
                request = {
                    "source": str(source.resolve()),
                    "target": str(target.resolve()),
                    "archival": archival,
                }
                answer = worker.ask(request, timeout=max(0.0, deadline - time.monotonic()))
                if answer["state"] != "done" or not target.is_file():
                    raise ConversionFailed("not readable as DOCX")
                return target.read_bytes()
        except ChildFailed as error:
            raise ConversionTimedOut(str(error)) from error
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.close()
