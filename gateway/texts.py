"""What JSON and addresses can say but no table and no message can hold, refused before a route is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request

from contracts.errors import Fault, InvalidInput

# NUL, halves of surrogate pairs, and numbers that are none. A pair of halves is one good character.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
SIGNS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity")


async def storable(request: Request) -> None:
    """Look through address and JSON body; what is no JSON at all is left to the route. Refuses: InvalidInput."""
    given = [*request.path_params.items(), *request.query_params.multi_items()]
    faults = [_fault(f"/{name}", "string_unicode") for name, value in given if UNSTORABLE.search(value)]
    if not request.headers.get("content-type", "").startswith("multipart/"):
        body = await request.body()
        if SIGNS.search(body):
            faults += _faults(_parsed(body), "")
    if faults:
        raise InvalidInput(faults=tuple(faults))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _faults(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, str) and UNSTORABLE.search(value):
        yield _fault(pointer, "string_unicode")
    elif isinstance(value, float) and value - value != 0:
        yield _fault(pointer, "finite_number")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _faults(part, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, part in value.items():
            if UNSTORABLE.search(name):
                yield _fault(pointer, "string_unicode")
            else:
                yield from _faults(part, f"{pointer}/{name}")


def _fault(pointer: str, reason: str) -> Fault:
    return Fault(pointer=pointer, code=f"common.{reason}")
