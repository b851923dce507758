"""What an applicant filled in: the content of blocks, as drafts hold it and as submissions freeze it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from contracts.base import Message

Values = dict[str, Any]


class AttachedFile(Message):
    """A file in a slot: checked, of the type `kind` by content, `size` in bytes, `sha256` in hex."""

    file_id: UUID
    name: str
    kind: str
    size: int
    sha256: str


Files = dict[str, tuple[AttachedFile, ...]]


class RowContent(Message):
    """One row of a block; its version is compared when it is changed (PL-12)."""

    row_id: UUID
    version: int
    values: Values = Field(default_factory=dict)
    files: Files = Field(default_factory=dict)


class BlockContent(Message):
    """One block: values by field, files by slot, and for a block of rows the rows in the order of the form."""

    version: int = 0
    values: Values = Field(default_factory=dict)
    files: Files = Field(default_factory=dict)
    rows: tuple[RowContent, ...] = ()
