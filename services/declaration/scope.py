"""How declarations and batches are reached: one's own declarations with their content, the batch that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.base import Actor
from contracts.declaration.content import AttachedFile, BlockContent, Files, RowContent
from contracts.declaration.forms import Block, FormDescription
from contracts.declaration.submissions import SettingChoice
from contracts.errors import NotFound
from contracts.forms.checks import Circumstances, in_order
from services.declaration.published import slice_of
from services.declaration.rules.profile import DeclarationProfile
from services.declaration.rules.settings import takes
from services.declaration.rules.windows import Phase
from services.declaration.tables import Batch, Declaration, DraftBlock, DraftFile, DraftRow
from services.declaration.views import phase_of


def visible_to(actor: Actor) -> Select[Declaration]:
    """The declarations of the person who acts."""
    return select(Declaration).where(Declaration.person_id == actor.person_id)


def find_own(session: Session, actor: Actor, declaration_id: UUID, *, lock: bool = False) -> Declaration:
    """An own declaration. Refuses: NotFound."""
    query = visible_to(actor).where(Declaration.id == declaration_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound()
    return found


def content_of(session: Session, declaration: Declaration, profile: DeclarationProfile) -> dict[str, BlockContent]:
    """Every saved block of the draft, rows in the order of the form."""
    files = _files(session, declaration.id)
    rows = _rows(session, declaration.id, files)
    blocks = profile.form.blocks()
    return {
        stored.block: BlockContent(
            version=stored.version,
            values=stored.values | stored.secrets,
            files=files.get((stored.block, None), {}),
            rows=in_order(blocks[stored.block], rows.get(stored.block, [])),
        )
        for stored in session.scalars(select(DraftBlock).where(DraftBlock.declaration_id == declaration.id))
        if stored.block in blocks
    }


def _files(session: Session, declaration_id: UUID) -> dict[tuple[str, UUID | None], Files]:
    found: dict[tuple[str, UUID | None], Files] = defaultdict(dict)
    stored = session.scalars(
        select(DraftFile)
        .where(DraftFile.declaration_id == declaration_id)
        .order_by(DraftFile.attached_at, DraftFile.id)
    )
    for file in stored:
        slots = found[file.block, file.row_id]
        slots[file.slot] = (*slots.get(file.slot, ()), attached(file))
    return found


def attached(file: DraftFile) -> AttachedFile:
    """A file of a draft as forms show it."""
    return AttachedFile(file_id=file.file_id, name=file.name, kind=file.kind, size=file.size, sha256=file.sha256)


def _rows(
    session: Session, declaration_id: UUID, files: Mapping[tuple[str, UUID | None], Files]
) -> dict[str, list[RowContent]]:
    found: dict[str, list[RowContent]] = defaultdict(list)
    stored = session.scalars(
        select(DraftRow).where(DraftRow.declaration_id == declaration_id).order_by(DraftRow.added_at, DraftRow.id)
    )
    for row in stored:
        found[row.block].append(
            RowContent(
                row_id=row.id,
                version=row.version,
                values=row.values | row.secrets,
                files=files.get((row.block, row.id), {}),
            )
        )
    return found


def circumstances_of(session: Session, declaration: Declaration) -> Circumstances:
    """What the declaration is checked against, with its present content."""
    profile = slice_of(session, declaration)
    return Circumstances(
        form=profile.form,
        catalogue=profile.catalogue,
        setting=declaration.setting,
        blocks=content_of(session, declaration, profile),
        today=clock.today(),
        cut_off=session.get_one(Batch, declaration.batch_id).cut_off,
        demanded=frozenset(declaration.demanded),
    )


def block_named(form: FormDescription, name: str) -> Block:
    """Refuses: NotFound."""
    block = form.blocks().get(name)
    if block is None:
        raise NotFound()
    return block


def open_batch(session: Session, choice: SettingChoice) -> Batch | None:
    """The batch that takes the setting now; of several the one that ends first."""
    batches = session.scalars(select(Batch).order_by(Batch.closes_on, Batch.code))
    return next((batch for batch in batches if phase_of(batch) is Phase.OPEN and takes(batch, choice)), None)
