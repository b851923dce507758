"""Which characters the installed typefaces can draw: LibreOffice leaves out, or boxes, what none of them has."""

from __future__ import annotations

import io
import os
import re
import subprocess
import zipfile
from pathlib import Path

from lxml import etree

# Every machine has the characters outside of this: Latin, common Chinese, punctuation and full-width forms.
RARE = re.compile("[^\0-\u2e7f\u3000-\u303f\u4e00-\u9fa5\uff00-\uffef]")
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


class Glyphs:
    """Asks fontconfig once for each rare character. fontconfig: as in `Converter`."""

    def __init__(self, fontconfig: Path | None) -> None:
        self._environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        if fontconfig is not None:
            self._environment["FONTCONFIG_FILE"] = str(fontconfig)
        self._known: dict[str, bool] = {}

    def missing(self, docx: bytes) -> list[str]:
        """The characters of a document that no typeface draws, as code points (`U+31350`), in their order."""
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            document = etree.fromstring(package.read("word/document.xml"))
        text = "".join(element.text or "" for element in document.iter(TEXT))
        return [f"U+{ord(each):04X}" for each in sorted(set(RARE.findall(text))) if not self._is_drawn(each)]

    def _is_drawn(self, character: str) -> bool:
        if character not in self._known:
            found = subprocess.run(
                ["fc-list", f":charset={ord(character):x}", "family"],
                env=self._environment,
                capture_output=True,
                check=True,
                timeout=60,
            )
            self._known[character] = bool(found.stdout.strip())
        return self._known[character]
