"""What of a payload may be shown to operators: ids, numbers, moments and states; of other texts only the length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Words of code: states, kinds, codes of refusals, ids, days and moments. Names, numbers of documents and phones,
# addresses and sentences do not look like these.
_SHOWN = re.compile(
    r"[a-z][a-z_]*([.-][a-z][a-z_]*)*(\.[A-Z][A-Za-z]*)?"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?"
)
# What stands under such a name is a person's, whatever it looks like.
_PERSONAL = re.compile(r"name|login|mobile|phone|mail|address|number|_no$")
# Longer numbers may be those of a person.
_LARGEST = 999_999
_LONGEST = 80
_FIELDS = 40
_PARTS = 20


def shown(payload: Mapping[str, Any]) -> dict[str, str]:
    """Field → what may be shown of its value."""
    return {
        name[:_LONGEST]: _length(value) if _PERSONAL.search(name) else _text(value)
        for name, value in list(payload.items())[:_FIELDS]
    }


def _length(value: Any) -> str:
    return f"…({len(str(value))})"


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float() if abs(value) <= _LARGEST:
            return str(value)
        case str() if len(value) <= _LONGEST and _SHOWN.fullmatch(value):
            return value
        case str():
            return _length(value)
        case list() | tuple():
            parts = ", ".join(_text(part) for part in value[:_PARTS])
            return parts if len(value) <= _PARTS else f"{parts}, …({len(value)})"
        case dict():
            return "; ".join(f"{name}: {text}" for name, text in shown(value).items())
        case _:
            return "…"
