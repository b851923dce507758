"""Pictures inside documents: photos made harmless and small, and QR codes."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import segno
from PIL import Image, ImageOps

EMU_PER_MM = 36_000
PHOTO_PIXELS = 800  # longest edge; a photo is printed at 25 mm × 35 mm
PREVIEW_PIXELS = 2000  # longest edge


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG with the size in millimetres at which it is printed."""

    content: bytes
    extension: str
    pixels: tuple[int, int]
    width: float = 25.0
    height: float = 35.0

    @property
    def name(self) -> str:
        return f"{hashlib.sha256(self.content).hexdigest()[:24]}.{self.extension}"

    def fit(self, width: float, height: float) -> Picture:
        """The same picture as large as fits a box of `width` × `height` millimetres, undistorted."""
        scale = min(width / self.pixels[0], height / self.pixels[1])
        return replace(self, width=self.pixels[0] * scale, height=self.pixels[1] * scale)


def photo(content: bytes) -> Picture:
    """A photo as uploaded, encoded anew: upright, small, without metadata. The upload has passed inspection."""
    with Image.open(io.BytesIO(content)) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    image.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=90)
    return Picture(target.getvalue(), "jpeg", image.size)


def qr_code(text: str) -> Picture:
    """A QR code with the quiet zone that readers need; error correction M survives print and stamp."""
    target = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(target, kind="png", scale=8, border=2)
    size = code.symbol_size(scale=8, border=2)
    return Picture(target.getvalue(), "png", (int(size[0]), int(size[1])))


def preview(path: Path) -> bytes:
    """A picture made anew from its pixels: nothing that hides in the upload travels on (W9)."""
    with Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    image.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=88)
    return target.getvalue()
