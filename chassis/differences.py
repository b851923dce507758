"""In what one tree of data differs from another, place by place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from contracts.operations import ProfileChange

# More places than this nobody reads one by one.
PLACES = 500
LONGEST = 160
# By which member the entries of a list are known, so that one that was put in between changes no other.
NAMES = ("id", "code", "name", "key")


def differences(before: Any, after: Any) -> tuple[ProfileChange, ...]:
    """The first `PLACES` places at which `after` is not as `before`."""
    return tuple(islice(_walk("", before, after), PLACES))


def _walk(pointer: str, before: Any, after: Any) -> Iterator[ProfileChange]:
    if before == after:
        return
    if isinstance(before, list) and isinstance(after, list) and (name := _name(before, after)):
        named = [{str(one[name]): one for one in part} for part in (before, after)]
        if named[0] != named[1]:  # else only their order is another
            before, after = named
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _walk(f"{pointer}/{key}", before.get(key), after.get(key))
    else:
        yield ProfileChange(pointer=pointer or "/", before=_text(before), after=_text(after))


def _name(*lists: list[Any]) -> str | None:
    """The member by which all entries of all lists are known."""
    for name in NAMES:
        keys = [[one.get(name) if isinstance(one, dict) else None for one in part] for part in lists]
        if all(None not in part and len(set(map(str, part))) == len(part) for part in keys):
            return name
    return None


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
