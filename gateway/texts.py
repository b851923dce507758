"""What JSON and addresses can say but no table and no message can hold, refused before a route is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException, Request

from contracts.errors import Fault, InvalidInput

# NUL, halves of surrogate pairs, what turns the direction of writing (a text would read otherwise than it is stored),
# and numbers that are none. A pair of halves is one good character.
UNSTORABLE = re.compile("[\0\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
SIGNS = re.compile(
    rb"\\u(?:0000|[dD][89a-fA-F]|20(?:2[a-eA-E]|6[6-9]))|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|NaN|Infinity"
)


async def storable(request: Request) -> None:
    """Look through address and JSON body; what is no JSON at all is left to the route.

    A name that comes twice in an object is refused: one reader takes the first, another the last. So is what is not
    UTF-8, in which JSON travels (RFC 8259); Python reads it, and what is searched for here would not be found in it.
    Refuses: InvalidInput.
    """
    given = [*request.path_params.items(), *request.query_params.multi_items()]
    faults = [_fault(f"/{name}", "string_unicode") for name, value in given if UNSTORABLE.search(value)]
    if not request.headers.get("content-type", "").startswith("multipart/"):
        body = await request.body()
        if b"\0" in body:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        content, is_doubled = _parsed(body)
        if is_doubled or SIGNS.search(body):
            faults += _faults(content, "")
    if faults:
        raise InvalidInput(faults=tuple(faults))


class _Doubled(dict[str, Any]):
    """An object in which a name came twice."""


def _parsed(body: bytes) -> tuple[Any, bool]:
    """The content, and whether a name came twice in an object of it."""
    doubled = False

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        doubled = True
        return _Doubled(found)

    try:
        return json.loads(body, object_pairs_hook=object_of), doubled
    except (ValueError, RecursionError):
        return None, False


def _faults(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, str) and UNSTORABLE.search(value):
        yield _fault(pointer, "string_unicode")
    elif isinstance(value, float) and value - value != 0:
        yield _fault(pointer, "finite_number")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _faults(part, f"{pointer}/{index}")
    elif isinstance(value, dict):
        if isinstance(value, _Doubled):
            yield _fault(pointer, "duplicate_key")
        for name, part in value.items():
            if UNSTORABLE.search(name):
                yield _fault(pointer, "string_unicode")
            else:
                yield from _faults(part, f"{pointer}/{name}")


def _fault(pointer: str, reason: str) -> Fault:
    return Fault(pointer=pointer, code=f"common.{reason}")
