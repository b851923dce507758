"""Beginning a declaration, changing what is declared, and saving blocks and rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.committee import CommitteeSummary
from contracts.declaration.content import Values
from contracts.declaration.drafts import (
    AddRow,
    BatchView,
    ChangeRow,
    ChangeSetting,
    DeclarationSummary,
    DeleteRow,
    SaveBlock,
    Saved,
    SettingChanged,
    SettingInput,
    StartDeclaration,
)
from contracts.declaration.forms import Block, BlockKind, Source
from contracts.declaration.refusals import (
    AlreadyDeclared,
    BatchClosed,
    BatchNotOpen,
    NoCommittee,
    NoOpenBatch,
    NotThisBlock,
    TooManyRows,
)
from contracts.declaration.submissions import SettingChoice
from contracts.declaration.workflow import Trigger
from contracts.errors import InvalidInput, NotAllowed, NotFound
from contracts.forms.checks import Circumstances, check_row, read_block, superfluous
from contracts.identifiers import DocumentType, birth_date, document_number_fault, has_birth_date_and_sex, sex
from contracts.identity import OrganizationSummary, PersonFacts
from services.declaration.operations.moving import require, touch
from services.declaration.published import PROFILES, slice_of
from services.declaration.rules.settings import choose_setting, takes
from services.declaration.rules.windows import Phase
from services.declaration.scope import block_named, circumstances_of, find_own, open_batch
from services.declaration.tables import Batch, Declaration, DraftBlock, DraftFile, DraftRow
from services.declaration.views import phase_of, summary, superfluous_view


@dataclass(frozen=True)
class Chosen:
    """A setting that can be declared now, and in which round."""

    setting: SettingChoice
    batch_id: UUID
    year: int


@dataclass(frozen=True)
class Known:
    """What other services know of the applicant and of what is declared."""

    person: PersonFacts
    organization: OrganizationSummary
    committees: Sequence[CommitteeSummary]


# what is asked before others are


def choose(session: Session, *, actor: Actor, setting: SettingInput, batch_id: UUID | None) -> Chosen:
    """Check a setting against the current catalogue and find its batch.

    Refuses: NotAllowed, InvalidInput, NotFound, NoOpenBatch, BatchClosed, BatchNotOpen.
    """
    require_applicant(actor)
    _, profile = PROFILES.current(session, actor.profile)
    choice = choose_setting(profile, setting)
    batch = _batch_for(session, choice, batch_id)
    return Chosen(choice, batch.id, batch.year)


def preview(session: Session, *, actor: Actor, setting: SettingInput) -> SettingChoice:
    """The setting in words, by the current catalogue. Refuses: NotAllowed, InvalidInput."""
    require_applicant(actor)
    return choose_setting(PROFILES.current(session, actor.profile)[1], setting)


def choose_again(session: Session, *, actor: Actor, command: ChangeSetting) -> tuple[SettingChoice, int, UUID]:
    """Another setting of an own declaration by its own catalogue, with its year and organisation.

    Refuses: NotFound, InvalidInput.
    """
    declaration = find_own(session, actor, command.declaration_id)
    choice = choose_setting(slice_of(session, declaration), command.setting)
    return choice, declaration.year, declaration.organization_id


def year_of(batch: BatchView | None) -> int:
    """The year in which the person would declare: that of the batch, without one the present year."""
    return batch.year if batch is not None else clock.today().year


def require_applicant(actor: Actor) -> None:
    """Refuses: NotAllowed."""
    if not actor.has(Role.APPLICANT):
        raise NotAllowed()


def _batch_for(session: Session, choice: SettingChoice, batch_id: UUID | None) -> Batch:
    if batch_id is None:
        found = open_batch(session, choice)
        if found is None:
            raise NoOpenBatch()
        return found
    batch = session.scalar(select(Batch).where(Batch.id == batch_id))
    if batch is None:
        raise NotFound()
    require_open(batch)
    if not takes(batch, choice):
        raise NoOpenBatch()
    return batch


def require_open(batch: Batch) -> None:
    """Refuses: BatchClosed, BatchNotOpen."""
    found = phase_of(batch)
    if found is Phase.BEFORE:
        raise BatchNotOpen(batch=batch.code, opens_on=batch.opens_on.isoformat())
    if found is Phase.CLOSED:
        raise BatchClosed(batch=batch.code, closes_on=batch.closes_on.isoformat())


def _demanded(committees: Sequence[CommitteeSummary]) -> list[str]:
    """What every open committee wants beyond the form. Refuses: NoCommittee."""
    wanted = [{*one.required_blocks, *one.required_attachments} for one in committees if one.is_open]
    if not wanted:
        raise NoCommittee(known=len(committees))
    return sorted(set.intersection(*wanted))


# beginning


def start_declaration(
    session: Session, *, command: StartDeclaration, actor: Actor, chosen: Chosen, known: Known
) -> DeclarationSummary:
    """Begin the person's declaration of the year, prefilled with what identity knows (HB-55, HB-61)."""
    require_applicant(actor)
    version, profile = PROFILES.current(session, actor.profile)
    batch = session.get_one(Batch, chosen.batch_id)
    now = clock.now()
    values = {
        "id": uuid.uuid4(),
        "profile": actor.profile,
        "profile_version": version,
        "batch_id": batch.id,
        "year": batch.year,
        "person_id": actor.person_id,
        "account_id": actor.account_id,
        "organization_id": known.organization.organization_id,
        "organization_name": known.organization.name,
        "setting": chosen.setting.model_dump(exclude={"labels"}),
        "labels": chosen.setting.labels,
        "demanded": _demanded(known.committees),
        "state": profile.workflow.initial,
        "is_open": True,
        "is_discarded": False,
        "version": 1,
        "submission_number": 0,
        "is_recalled": False,
        "told_window": batch.closes_on,
        "event_number": 0,
        "created_at": now,
        "changed_at": now,
    }
    begun = session.scalar(insert(Declaration).values(**values).on_conflict_do_nothing().returning(Declaration.id))
    if begun is None:
        raise AlreadyDeclared(year=batch.year)
    declaration = session.get_one(Declaration, begun)
    for block in profile.form.blocks().values():
        prefilled = _prefill(block, known.person)
        if prefilled:
            _store(session, declaration, block, prefilled, stored=None)
    audit.record(session, "declaration_started", "declaration", declaration.id, year=batch.year)
    return summary(session, declaration)


def _prefill(block: Block, person: PersonFacts) -> Values:
    number, kind = person.id_document_no, DocumentType(person.id_document_type)
    tells = has_birth_date_and_sex(kind) and not document_number_fault(
        kind, number, today=clock.today(), demonstration=True
    )
    known: dict[Source, Any] = {
        Source.REAL_NAME: person.real_name,
        Source.ID_DOCUMENT_TYPE: person.id_document_type,
        Source.ID_DOCUMENT_NO: number,
        Source.MOBILE: person.mobile,
        Source.BIRTH_DATE: str(birth_date(number)) if tells else None,
        Source.GENDER: sex(number).value if tells else None,
    }
    if block.kind is not BlockKind.FORM:
        return {}
    values = {field.id: known.get(field.source) if field.source else field.default for field in block.fields}
    return {name: value for name, value in values.items() if value is not None}


# changing


def change_setting(
    session: Session, *, command: ChangeSetting, actor: Actor, committees: Sequence[CommitteeSummary]
) -> SettingChanged:
    """Declare something else, within the batch; tells what is no longer asked (HB-63)."""
    declaration = find_own(session, actor, command.declaration_id, lock=True)
    require(session, declaration, Trigger.SAVE)
    check_version(declaration.version, command)
    choice = choose_setting(slice_of(session, declaration), command.setting)
    if not takes(session.get_one(Batch, declaration.batch_id), choice):
        raise NoOpenBatch()
    lost = superfluous(circumstances_of(session, declaration), setting=choice.model_dump(exclude={"labels"}))
    declaration.setting = choice.model_dump(exclude={"labels"})
    declaration.labels = choice.labels
    declaration.demanded = _demanded(committees)
    touch(declaration)
    audit.record(session, "setting_changed", "declaration", declaration.id, version=declaration.version)
    return SettingChanged(
        declaration_id=declaration.id, version=declaration.version, superfluous=superfluous_view(lost)
    )


def save_block(session: Session, *, command: SaveBlock, actor: Actor) -> Saved:
    """Store the values of a form block, complete or not (HB-68, HB-99)."""
    declaration, around, block = open_block(session, actor, command.declaration_id, command.block, BlockKind.FORM)
    stored = _find_block(session, declaration, block)
    check_version(stored.version if stored else 0, command)
    values = _read(block, command.values, stored=stored.values | stored.secrets if stored else {}, around=around)
    saved = _store(session, declaration, block, values, stored=stored)
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


def _store(
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
