"""What of a frozen submission a read grant shows: some blocks, some files, fields masked or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from contracts.declaration.content import BlockContent, Files, RowContent, Values
from contracts.grants import ReadGrant
from contracts.identifiers import mask_number


class HeldFile(Protocol):
    """A file as far as a grant decides about it."""

    @property
    def file_id(self) -> UUID: ...
    @property
    def block(self) -> str: ...
    @property
    def slot(self) -> str: ...


Held = TypeVar("Held", bound=HeldFile)


def as_granted(blocks: Mapping[str, BlockContent], grant: ReadGrant) -> dict[str, BlockContent]:
    """The blocks of the grant, masked and blinded as it says."""
    return {name: _block(name, content, grant) for name, content in blocks.items() if _may_read(name, grant)}


def files_as_granted(files: Sequence[Held], grant: ReadGrant) -> tuple[Held, ...]:
    """The files of the grant: of its blocks, named by it, and not in a blinded slot."""
    return tuple(
        file
        for file in files
        if _may_read(file.block, grant)
        and (grant.files is None or file.file_id in grant.files)
        and f"{file.block}.{file.slot}" not in grant.blinded
    )


def _may_read(block: str, grant: ReadGrant) -> bool:
    return grant.blocks is None or block in grant.blocks


def _block(name: str, content: BlockContent, grant: ReadGrant) -> BlockContent:
    return content.model_copy(
        update={
            "values": _values(name, content.values, grant),
            "files": _files(name, content.files, grant),
            "rows": tuple(_row(name, row, grant) for row in content.rows),
        }
    )


def _row(block: str, row: RowContent, grant: ReadGrant) -> RowContent:
    return row.model_copy(
        update={"values": _values(block, row.values, grant), "files": _files(block, row.files, grant)}
    )


def _values(block: str, values: Values, grant: ReadGrant) -> Values:
    return {
        name: _masked(value) if f"{block}.{name}" in grant.masked else value
        for name, value in values.items()
        if f"{block}.{name}" not in grant.blinded
    }


def _masked(value: Any) -> str:
    return mask_number(str(value))


def _files(block: str, files: Files, grant: ReadGrant) -> Files:
    shown = {
        slot: tuple(file for file in attached if grant.files is None or file.file_id in grant.files)
        for slot, attached in files.items()
        if f"{block}.{slot}" not in grant.blinded
    }
    return {slot: attached for slot, attached in shown.items() if attached}
