"""What is wrong at a place of a submission: said with a return, shown beside the field until it is changed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Message

REMARKS_MAXIMUM = 200
Place = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# PostgreSQL stores no NUL in a text, so it is refused where it comes in.
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class Remark(Message):
    """What is wrong at one place of a submission (指出问题): a block, one of its rows, one field or slot of either."""

    block: Place
    row_id: UUID | None = None
    field: Place | None = None
    text: Said


Remarks = Annotated[tuple[Remark, ...], Field(max_length=REMARKS_MAXIMUM)]
