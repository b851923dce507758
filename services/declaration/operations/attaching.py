"""Files in the slots of a draft: put in when they are checked, taken out while the draft is open (PL-20, PL-21)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock
from contracts.base import Actor
from contracts.declaration.drafts import AttachFile, DetachFile, Saved
from contracts.declaration.forms import Block, BlockKind, FormField, SlotRules
from contracts.declaration.refusals import SlotFull
from contracts.documents import FileFacts
from contracts.errors import NotFound
from contracts.forms.slots import require_fit, usable_file
from services.declaration.operations.drafting import block_version, count_change, find_row, open_block
from services.declaration.tables import Declaration, DraftFile

FILLED_IN = (BlockKind.FORM, BlockKind.ROWS, BlockKind.FILES)


def attach_file(session: Session, *, command: AttachFile, actor: Actor, files: Sequence[FileFacts]) -> Saved:
    """Put a file into a slot; `files` is what documents knows of it."""
    declaration, block, slot = _open_slot(session, actor, command)
    facts = usable_file(command.file_id, account_id=actor.account_id, files=files)
    rules = slot.slot or SlotRules()
    require_fit(facts, rules)
    held = _held(session, declaration, command)
    if any(file.file_id == command.file_id for file in held):
        return _saved(declaration, command, block_version(session, declaration, block))
    if len(held) >= rules.max_files:
        raise SlotFull(maximum=rules.max_files)
    session.add(
        DraftFile(
            id=uuid.uuid4(),
            profile=declaration.profile,
            declaration_id=declaration.id,
            block=block.id,
            row_id=command.row_id,
            slot=slot.id,
            file_id=facts.file_id,
            name=facts.name,
            kind=facts.kind,
            size=facts.size,
            sha256=facts.sha256,
            attached_at=clock.now(),
        )
    )
    return _changed(session, declaration, block, command, "file_attached")


def detach_file(session: Session, *, command: DetachFile, actor: Actor) -> Saved:
    """Take a file out of a slot; submissions keep it."""
    declaration, block, _ = _open_slot(session, actor, command)
    found = [file for file in _held(session, declaration, command) if file.file_id == command.file_id]
    if not found:
        raise NotFound()
    for file in found:
        session.delete(file)
    return _changed(session, declaration, block, command, "file_detached")


def _open_slot(
    session: Session, actor: Actor, command: AttachFile | DetachFile
) -> tuple[Declaration, Block, FormField]:
    declaration, _, block = open_block(session, actor, command.declaration_id, command.block, *FILLED_IN)
    slot = block.field(command.slot)
    if slot is None or slot.slot is None or (block.kind is BlockKind.ROWS) is (command.row_id is None):
        raise NotFound()
    if command.row_id is not None:
        find_row(session, declaration, block, command.row_id)
    return declaration, block, slot


def _held(session: Session, declaration: Declaration, command: AttachFile | DetachFile) -> Sequence[DraftFile]:
    place = DraftFile.row_id.is_(None) if command.row_id is None else DraftFile.row_id == command.row_id
    return session.scalars(
        select(DraftFile).where(
            DraftFile.declaration_id == declaration.id,
            DraftFile.block == command.block,
            DraftFile.slot == command.slot,
            place,
        )
    ).all()


def _changed(
    session: Session, declaration: Declaration, block: Block, command: AttachFile | DetachFile, action: str
) -> Saved:
    version = count_change(session, declaration, block)
    audit.record(
        session,
        action,
        "declaration",
        declaration.id,
        block=block.id,
        row_id=command.row_id,
        slot=command.slot,
        file_id=command.file_id,
        version=version,
    )
    return _saved(declaration, command, version)


def _saved(declaration: Declaration, command: AttachFile | DetachFile, version: int) -> Saved:
    return Saved(declaration_id=declaration.id, block=command.block, version=version, row_id=command.row_id)
