"""Photograph and files of an expert's profile: attached by the expert, read by the office (HB-T25, HB-119)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.tokens import Signer
from contracts.base import Actor
from contracts.committee.experts import AttachExpertFile, BlockSaved, DetachExpertFile, ExpertFilesGrant
from contracts.declaration.forms import BlockKind, FormField, SlotRules
from contracts.declaration.refusals import SlotFull
from contracts.documents import FileFacts
from contracts.errors import NotFound
from contracts.forms.slots import require_fit, usable_file
from contracts.grants import ReadGrant
from services.committee.access import find_expert
from services.committee.operations.experts import OpenedBlock, open_block, store_block
from services.committee.tables import ExpertFile

GRANT_MINUTES = 10


def attach_expert_file(
    session: Session, *, command: AttachExpertFile, actor: Actor, files: Sequence[FileFacts]
) -> BlockSaved:
    """Put a file into a slot; `files` is what documents knows of it.

    Refuses: NotFound, WrongState, FileNotUsable, FileTypeRefused, FileTooLarge, SlotFull.
    """
    opened, slot = _open_slot(session, actor, command)
    facts = usable_file(command.file_id, account_id=actor.account_id, files=files)
    rules = slot.slot or SlotRules()
    require_fit(facts, rules)
    held = _held(session, opened, command)
    if any(file.file_id == command.file_id for file in held):
        return store_block(session, actor, opened, opened.content)
    if len(held) >= rules.max_files:
        raise SlotFull(maximum=rules.max_files)
    session.add(
        ExpertFile(
            id=uuid4(),
            profile=opened.expert.profile,
            expert_id=opened.expert.id,
            block=opened.block.id,
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
    return _changed(session, actor, opened, command, "expert_file_attached")


def detach_expert_file(session: Session, *, command: DetachExpertFile, actor: Actor) -> BlockSaved:
    """Take a file out of a slot; documents collects it when nothing has it any more. Refuses: NotFound, WrongState."""
    opened, _ = _open_slot(session, actor, command)
    found = [one for one in _held(session, opened, command) if one.file_id == command.file_id]
    if not found:
        raise NotFound()
    for file in found:
        session.delete(file)
    return _changed(session, actor, opened, command, "expert_file_detached")


def open_expert_files(session: Session, *, expert_id: UUID, actor: Actor, signer: Signer) -> ExpertFilesGrant:
    """The signed right to read what a profile has attached, for those who may see the profile. Refuses: NotFound."""
    expert = find_expert(session, actor, expert_id)
    file_ids = session.scalars(select(ExpertFile.file_id).where(ExpertFile.expert_id == expert.id).distinct())
    grant = ReadGrant(
        account_id=actor.account_id,
        profile=actor.profile,
        submission_id=expert.id,
        blocks=(),
        files=tuple(file_ids),
    )
    audit.record(session, "expert_files_opened", "expert", expert.id)
    return ExpertFilesGrant(
        expert_id=expert.id, grant=signer.read_grant(grant, minutes=GRANT_MINUTES), minutes=GRANT_MINUTES
    )


def _open_slot(
    session: Session, actor: Actor, command: AttachExpertFile | DetachExpertFile
) -> tuple[OpenedBlock, FormField]:
    opened = open_block(session, actor, command.block)
    slot = opened.block.field(command.slot)
    if slot is None or slot.slot is None or (opened.block.kind is BlockKind.ROWS) is (command.row_id is None):
        raise NotFound()
    if command.row_id is not None and all(row.row_id != command.row_id for row in opened.content.rows):
        raise NotFound()
    return opened, slot


def _held(session: Session, opened: OpenedBlock, command: AttachExpertFile | DetachExpertFile) -> Sequence[ExpertFile]:
    return session.scalars(
        select(ExpertFile).filter_by(
            expert_id=opened.expert.id, block=command.block, row_id=command.row_id, slot=command.slot
        )
    ).all()


def _changed(
    session: Session,
    actor: Actor,
    opened: OpenedBlock,
    command: AttachExpertFile | DetachExpertFile,
    action: str,
) -> BlockSaved:
    audit.record(
        session,
        action,
        "expert",
        opened.expert.id,
        block=command.block,
        row_id=command.row_id,
        slot=command.slot,
        file_id=command.file_id,
    )
    return store_block(session, actor, opened, opened.content)
