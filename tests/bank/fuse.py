"""Sudden death at a chosen place: whoever lays a fuse there has the next process that comes by killed with -9."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def burn(folder: str, place: str) -> None:
    """Die here, once for each fuse that was laid (`<place>` or `<place>.<n>`)."""
    for fuse in sorted(Path(folder).glob(f"{place}*")):
        fuse.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
