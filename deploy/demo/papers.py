"""Invented papers: each says across the page that it is one, photos are drawn silhouettes."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

MARK = "DEMONSTRATION MATERIAL - FICTITIOUS CONTENT"


def pdf(title: str, pages: int = 1) -> bytes:
    """A small PDF of so many pages; `title` is ASCII."""
    kids, objects = [], [b"<< /Type /Catalog /Pages 2 0 R >>"]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    bodies = []
    for page in range(pages):
        text = (
            f"BT /F1 14 Tf 72 760 Td ({title} {page + 1}/{pages}) Tj ET "
            f"BT /F1 20 Tf 0.7071 0.7071 -0.7071 0.7071 120 200 Tm 0.7 g ({MARK}) Tj ET"
        ).encode("ascii")
        bodies.append(text)
    first = 4
    for page in range(pages):
        kids.append(f"{first + 2 * page} 0 R")
    objects.append(f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {pages} >>".encode())
    objects.append(font)
    for page, text in enumerate(bodies):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * page + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def photo() -> bytes:
    """A portrait of nobody as JPEG, 295 × 413 pixels (one inch at 300 dpi)."""
    image = Image.new("RGB", (295, 413), (222, 230, 238))
    draw = ImageDraw.Draw(image)
    draw.ellipse((97, 90, 198, 215), fill=(120, 134, 150))
    draw.ellipse((40, 240, 255, 560), fill=(120, 134, 150))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
