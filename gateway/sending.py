"""Stored objects as answers: whole or the one range that was asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from chassis.objects import ObjectStore
from chassis.settings import ObjectStoreSettings
from contracts.documents import Stored
from contracts.errors import NotFound

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@cache
def objects() -> ObjectStore:
    """The object store of this process."""
    return ObjectStore(ObjectStoreSettings())


async def send(request: Request, stored: Stored, *, inline: bool = False) -> Response:
    """The bytes, whole or the one range that was asked for; never kept by a cache, never guessed at by a browser."""
    size = stored.size or await asyncio.to_thread(_size, stored.key)
    first, last = _range(request.headers.get("range"), size)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Disposition": _disposition(stored.name, inline=inline),
        "Content-Length": str(last - first + 1),
        "X-Content-Type-Options": "nosniff",
    }
    partial = last - first + 1 < size
    if partial:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return StreamingResponse(
        _read(stored.key, first, last - first + 1),
        status_code=206 if partial else 200,
        media_type=stored.content_type,
        headers=headers,
    )


def _size(key: str) -> int:
    try:
        return objects().stat(key).size
    except KeyError:
        raise NotFound() from None


@lru_cache(maxsize=500)
def size_of_template(key: str) -> int:
    """Bytes of a template, whose key is the hash of its content, so that the answer never changes."""
    return _size(key)


def _read(key: str, offset: int, length: int) -> Iterator[bytes]:
    yield from objects().read(key, offset=offset, length=length)


def _range(asked: str | None, size: int) -> tuple[int, int]:
    """First and last byte to be sent; what is no satisfiable single range means all."""
    match = RANGE.fullmatch(asked or "")
    if match is None or (not match[1] and not int(match[2] or 0)):
        return 0, size - 1
    if not match[1]:
        return max(0, size - int(match[2])), size - 1
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last) if first <= last else (0, size - 1)


def _disposition(name: str, *, inline: bool) -> str:
    """For every browser a plain name, for those of this century the real one (RFC 6266)."""
    stem, dot, ending = re.sub(r"[^A-Za-z0-9._-]+", "_", name.encode("ascii", "ignore").decode()).rpartition(".")
    plain = (stem.strip("_.") or "file") + dot + ending
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
