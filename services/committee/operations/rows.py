"""Acts on several materials at once: row by row, with what was left out and why (HB-43)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from contracts.committee.scoring import RowRefusal, RowsDone
from contracts.errors import DomainError, NotFound

Row = TypeVar("Row")


def row_by_row(rows: Mapping[UUID, Row | None], act: Callable[[Row], None]) -> RowsDone:
    """Do the act on each row that was found. What a single row refuses is raised; of several it is reported.

    The act checks before it changes anything, so a refused row is as it was.
    """
    done: list[UUID] = []
    refused: list[RowRefusal] = []
    for row_id, row in rows.items():
        try:
            if row is None:
                raise NotFound()
            act(row)
        except DomainError as error:
            if len(rows) == 1:
                raise
            refused.append(RowRefusal(material_id=row_id, code=error.code, params=error.params))
        else:
            done.append(row_id)
    return RowsDone(done=tuple(done), refused=tuple(refused))
