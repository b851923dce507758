"""Reading texts out of the blocks of a form, wherever the profile says that they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.committee.rules.profile import FieldPlace


def texts_at(blocks: Mapping[str, Any], places: Iterable[FieldPlace]) -> Iterator[str]:
    """The texts at these places, from form blocks and from each row of row blocks; empty ones are left out.

    A block is `{"values": {}, "rows": [{"values": {}}]}`, as drafts hold it and submissions freeze it.
    """
    for place in places:
        block = blocks.get(place.block) or {}
        for part in (block, *block.get("rows", ())):
            text = part.get("values", {}).get(place.field)
            if isinstance(text, str) and text.strip():
                yield text.strip()
