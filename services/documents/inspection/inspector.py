"""The check of an uploaded file: the probe in its bounded process, then the malware scanner."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from services.documents.child import ChildFailed, ChildProcess
from services.documents.inspection.malware import NoScanner, Scan, Scanner
from services.documents.inspection.probe import COPIED, PICTURE_FORMATS, WALL_SECONDS

PICTURES = frozenset(PICTURE_FORMATS.values())
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Finding:
    """What the check of a file found; `reason` is None where it may be kept.

    copy: where a copy lies of a picture that only the probe can read, as JPEG and as little trusted as the upload.
    """

    reason: str | None
    kind: str | None = None
    pages: int | None = None
    scan: Scan = Scan.NOT_SCANNED
    copy: Path | None = None


def accepts(accepted: Collection[str], kind: str) -> bool:
    """Whether a kind is among the accepted ones, of which `image` means any picture."""
    return kind in accepted or ("image" in accepted and kind in PICTURES)


class Inspector:
    """Checks files one after another; threads may share it."""

    def __init__(self, *, folder: Path, scanner: Scanner | None = None) -> None:
        self._scanner = scanner or NoScanner()
        self._probe = ChildProcess(
            [sys.executable, "-m", "services.documents.inspection.probe"],
            environment={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT), "HOME": str(folder)},
            folder=folder,
            recycle_after=1000,
        )

    def inspect(self, path: Path, *, accepted: Collection[str], limit: int) -> Finding:
        """Check a file against the accepted kinds and a size limit in bytes (inclusive). Raises ScannerAway."""
        size = path.stat().st_size
        if size == 0:
            return Finding("empty")
        if size > limit:
            return Finding("too_large")
        copy = path.resolve().with_name(f"{path.name}.copy")
        try:
            answer = self._probe.ask({"path": str(path.resolve()), "copy": str(copy)}, timeout=WALL_SECONDS + 20)
        except ChildFailed:
            return Finding("too_complex")
        if answer["reason"] is not None:
            return Finding(answer["reason"])
        kind, pages = answer["kind"], answer["pages"]
        if not accepts(accepted, kind):
            return Finding("type_not_accepted", kind, pages)
        scan = self._scanner.scan(path)
        reason = "malware" if scan is Scan.INFECTED else None
        return Finding(reason, kind, pages, scan, copy if kind == COPIED else None)

    def close(self) -> None:
        """End the probe."""
        self._probe.close()
