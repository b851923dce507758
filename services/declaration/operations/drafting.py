"""Filling in a draft: form blocks saved complete or not, rows added, changed and deleted."""

from __future__ import annotations

import uuid
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor
from contracts.declaration.content import Values
from contracts.declaration.drafts import (
    AddRow,
    ChangeRow,
    DeleteRow,
    SaveBlock,
    Saved,
)
from contracts.declaration.forms import Block, BlockKind
from contracts.declaration.refusals import (
    NotThisBlock,
    TooManyRows,
)
from contracts.declaration.workflow import Trigger
from contracts.errors import InvalidInput, NotFound
from contracts.forms.checks import Circumstances, check_row, read_block
from services.declaration.operations.moving import require
from services.declaration.scope import block_named, circumstances_of, find_own
from services.declaration.tables import Declaration, DraftBlock, DraftFile, DraftRow


def save_block(session: Session, *, command: SaveBlock, actor: Actor) -> Saved:
    """Store the values of a form block, complete or not (HB-68, HB-99)."""
    declaration, around, block = open_block(session, actor, command.declaration_id, command.block, BlockKind.FORM)
    stored = _find_block(session, declaration, block)
    check_version(stored.version if stored else 0, command)
    values = _read(block, command.values, stored=stored.values | stored.secrets if stored else {}, around=around)
    saved = store_block(session, declaration, block, values, stored=stored)
    return Saved(declaration_id=declaration.id, block=block.id, version=saved.version)


def add_row(session: Session, *, command: AddRow, actor: Actor) -> Saved:
    """Add a row (PL-19)."""
    declaration, around, block = open_block(session, actor, command.declaration_id, command.block, BlockKind.ROWS)
    known = session.scalar(
        select(func.count())
        .select_from(DraftRow)
        .where(DraftRow.declaration_id == declaration.id, DraftRow.block == block.id)
    )
    if block.rows is not None and (known or 0) >= block.rows.maximum:
        raise TooManyRows(maximum=block.rows.maximum)
    values, secrets = _parted(block, _read_row(block, command.values, stored={}, around=around))
    row = DraftRow(
        id=uuid.uuid4(),
        profile=declaration.profile,
        declaration_id=declaration.id,
        block=block.id,
        version=1,
        values=values,
        secrets=secrets,
        added_at=clock.now(),
    )
    session.add(row)
    return _saved_row(session, declaration, block, row)


def change_row(session: Session, *, command: ChangeRow, actor: Actor) -> Saved:
    """Replace the values of a row."""
    declaration, around, block = open_block(session, actor, command.declaration_id, command.block, BlockKind.ROWS)
    row = find_row(session, declaration, block, command.row_id)
    check_version(row.version, command)
    read = _read_row(block, command.values, stored=row.values | row.secrets, around=around)
    row.values, row.secrets = _parted(block, read)
    row.version += 1
    return _saved_row(session, declaration, block, row)


def delete_row(session: Session, *, command: DeleteRow, actor: Actor) -> Saved:
    """Remove a row; its files go from the draft with it."""
    declaration, _, block = open_block(session, actor, command.declaration_id, command.block, BlockKind.ROWS)
    row = find_row(session, declaration, block, command.row_id)
    check_version(row.version, command)
    session.query(DraftFile).where(DraftFile.row_id == row.id).delete(synchronize_session=False)
    session.delete(row)
    version = count_change(session, declaration, block)
    audit.record(session, "row_deleted", "declaration", declaration.id, block=block.id, row_id=row.id)
    return Saved(declaration_id=declaration.id, block=block.id, version=version)


def open_block(
    session: Session, actor: Actor, declaration_id: UUID, name: str, *kinds: BlockKind
) -> tuple[Declaration, Circumstances, Block]:
    """A block of one of these kinds of an own, locked declaration that may be edited now.

    Refuses: NotFound, WrongState, NotThisBlock.
    """
    declaration = find_own(session, actor, declaration_id, lock=True)
    require(session, declaration, Trigger.SAVE)
    around = circumstances_of(session, declaration)
    block = block_named(around.form, name)
    if block.kind not in kinds or not around.shows(block):
        raise NotThisBlock(block=name)
    return declaration, around, block


def find_row(session: Session, declaration: Declaration, block: Block, row_id: UUID) -> DraftRow:
    """A row of the block. Refuses: NotFound."""
    row = session.scalar(
        select(DraftRow).where(
            DraftRow.id == row_id, DraftRow.declaration_id == declaration.id, DraftRow.block == block.id
        )
    )
    if row is None:
        raise NotFound()
    return row


def _read(block: Block, raw: Values, *, stored: Values, around: Circumstances) -> Values:
    values, faults = read_block(block, raw, stored=stored, around=around, pointer="/values")
    if faults:
        raise InvalidInput(faults=faults)
    return values


def _read_row(block: Block, raw: Values, *, stored: Values, around: Circumstances) -> Values:
    values = _read(block, raw, stored=stored, around=around)
    faults = check_row(block, values, around=around, pointer="/values", row=None)
    if faults:
        raise InvalidInput(faults=faults)
    return values


def _parted(block: Block, values: Values) -> tuple[Values, Values]:
    """What is stored in clear, and what is stored encrypted."""
    secret = {field.id for field in block.fields if field.sensitive}
    return (
        {name: value for name, value in values.items() if name not in secret},
        {name: value for name, value in values.items() if name in secret},
    )


def _find_block(session: Session, declaration: Declaration, block: Block) -> DraftBlock | None:
    return session.get(DraftBlock, (declaration.id, block.id))


def store_block(
    session: Session, declaration: Declaration, block: Block, values: Values, *, stored: DraftBlock | None
) -> DraftBlock:
    clear, secrets = _parted(block, values)
    if stored is None:
        stored = _new_block(declaration, block)
        session.add(stored)
    else:
        stored.version += 1
    stored.values, stored.secrets = clear, secrets
    _audit_save(session, declaration, stored)
    return stored


def _new_block(declaration: Declaration, block: Block) -> DraftBlock:
    return DraftBlock(
        declaration_id=declaration.id, block=block.id, profile=declaration.profile, version=1, values={}, secrets={}
    )


def block_version(session: Session, declaration: Declaration, block: Block) -> int:
    """The present version of a block, 0 before its first change."""
    stored = _find_block(session, declaration, block)
    return stored.version if stored is not None else 0


def count_change(session: Session, declaration: Declaration, block: Block) -> int:
    """Count a change of a block's rows or files; its new version is returned."""
    stored = _find_block(session, declaration, block)
    if stored is None:
        stored = _new_block(declaration, block)
        session.add(stored)
    else:
        stored.version += 1
    declaration.changed_at = clock.now()
    return stored.version


def _saved_row(session: Session, declaration: Declaration, block: Block, row: DraftRow) -> Saved:
    version = count_change(session, declaration, block)
    audit.record(
        session,
        "row_saved",
        "declaration",
        declaration.id,
        block=block.id,
        row_id=row.id,
        row_version=row.version,
        version=version,
    )
    return Saved(declaration_id=declaration.id, block=block.id, version=version, row_id=row.id, row_version=row.version)


def _audit_save(session: Session, declaration: Declaration, stored: DraftBlock) -> None:
    declaration.changed_at = clock.now()
    audit.record(session, "block_saved", "declaration", declaration.id, block=stored.block, version=stored.version)
