"""How two states of a declaration, and two forms, differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from contracts.declaration.content import BlockContent, Files, RowContent, Values
from contracts.declaration.drafts import ContentChange, FormChange, RemarkView
from contracts.declaration.forms import Block, FormDescription, FormField
from contracts.remarks import Remark

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# What of a field an applicant notices.
NOTICED = ("label", "type", "required", "visible", "limit", "minimum", "maximum", "decimals", "options", "slot")
EMPTY = BlockContent()


def content_changes(before: Mapping[str, BlockContent], after: Mapping[str, BlockContent]) -> tuple[ContentChange, ...]:
    """Every difference, in the order of `after`, then what is only in `before`."""
    names = dict.fromkeys([*after, *before])
    return tuple(change for name in names for change in _block(name, before.get(name, EMPTY), after.get(name, EMPTY)))


def remarks_on(
    remarks: tuple[Remark, ...], returned: Mapping[str, BlockContent], now: Mapping[str, BlockContent]
) -> tuple[RemarkView, ...]:
    """The remarks of a return, each with whether something at its place was changed since."""
    changes = content_changes(returned, now)
    return tuple(
        RemarkView(**remark.model_dump(), is_changed=any(_concerns(remark, change) for change in changes))
        for remark in remarks
    )


def form_changes(before: FormDescription, after: FormDescription) -> tuple[FormChange, ...]:
    """What a newer form asks differently, in its order, then what it no longer asks."""
    old, new = before.blocks(), after.blocks()
    return (
        *(change for name, block in new.items() for change in _form_block(old.get(name), block)),
        *(_form_change(block, None, REMOVED) for name, block in old.items() if name not in new),
        *(
            _form_change(new[name], field, REMOVED)
            for name, block in old.items()
            if name in new
            for field in block.fields
            if new[name].field(field.id) is None
        ),
    )


def _concerns(remark: Remark, change: ContentChange) -> bool:
    return (
        remark.block == change.block
        and remark.row_id in (None, change.row_id)
        and (remark.field is None or change.field in (None, remark.field))
    )


def _block(name: str, before: BlockContent, after: BlockContent) -> Iterator[ContentChange]:
    yield from _part(name, None, before.values, after.values, before.files, after.files)
    rows = {row.row_id: row for row in before.rows}
    for row in after.rows:
        known = rows.pop(row.row_id, None)
        if known is None:
            yield ContentChange(block=name, row_id=row.row_id, field=None, kind=ADDED, after=_whole(row))
        else:
            yield from _part(name, row.row_id, known.values, row.values, known.files, row.files)
    for row in rows.values():
        yield ContentChange(block=name, row_id=row.row_id, field=None, kind=REMOVED, before=_whole(row))


def _part(
    block: str, row_id: UUID | None, before: Values, after: Values, files_before: Files, files_after: Files
) -> Iterator[ContentChange]:
    for field in dict.fromkeys([*after, *before]):
        if before.get(field) != after.get(field):
            yield ContentChange(
                block=block,
                row_id=row_id,
                field=field,
                kind=CHANGED,
                before=before.get(field),
                after=after.get(field),
            )
    for slot in dict.fromkeys([*files_after, *files_before]):
        if _hashes(files_before, slot) != _hashes(files_after, slot):
            yield ContentChange(
                block=block,
                row_id=row_id,
                field=slot,
                kind=CHANGED,
                before=_names(files_before, slot),
                after=_names(files_after, slot),
            )


def _whole(row: RowContent) -> dict[str, Any]:
    return {**row.values, **{slot: _names(row.files, slot) for slot in row.files}}


def _hashes(files: Files, slot: str) -> list[str]:
    return [file.sha256 for file in files.get(slot, ())]


def _names(files: Files, slot: str) -> list[str]:
    return [file.name for file in files.get(slot, ())]


def _form_block(before: Block | None, after: Block) -> Iterator[FormChange]:
    if before is None:
        yield _form_change(after, None, ADDED)
        return
    what = tuple(name for name in ("label", "visible", "rows") if getattr(before, name) != getattr(after, name))
    if what:
        yield _form_change(after, None, CHANGED, what)
    for field in after.fields:
        known = before.field(field.id)
        if known is None:
            yield _form_change(after, field, ADDED)
            continue
        what = tuple(name for name in NOTICED if getattr(known, name) != getattr(field, name))
        if what:
            yield _form_change(after, field, CHANGED, what)


def _form_change(block: Block, field: FormField | None, kind: str, what: tuple[str, ...] = ()) -> FormChange:
    return FormChange(
        block=block.id,
        block_label=block.label,
        field=field.id if field else None,
        field_label=field.label if field else None,
        kind=kind,
        what=what,
    )
