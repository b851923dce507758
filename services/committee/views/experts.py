"""An expert's profile and an import as acts on them answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.committee.experts import (
    ExpertCard,
    ExpertImportResult,
    ExpertProfile,
    ExpertRelationRow,
    ExpertState,
    ImportedRow,
    SavedBlock,
    SavedRow,
)
from contracts.declaration.content import AttachedFile, BlockContent, Files
from contracts.declaration.forms import Block, BlockKind
from contracts.forms.checks import Circumstances, check_block
from contracts.identifiers import mask_number, shown_cell
from services.committee.published import PROFILES
from services.committee.rules.profile import CommitteeProfile, ImportRules
from services.committee.tables import Expert, ExpertBlock, ExpertFile, ExpertImport, ExpertRelation
from services.committee.views.log import log_of


def profile_of(session: Session, expert: Expert) -> ExpertProfile:
    """The profile with its form and with what is still missing."""
    session.flush()
    rules = PROFILES.get(session, expert.profile, expert.profile_version)
    around = circumstances(session, expert, rules)
    blocks = rules.expert_form.blocks()
    saved = session.scalars(select(ExpertBlock).filter_by(expert_id=expert.id)).all()
    contents = around.blocks
    relations = session.scalars(
        select(ExpertRelation).filter_by(expert_id=expert.id).order_by(ExpertRelation.declared_at)
    )
    return ExpertProfile(
        card=card_of(expert),
        form=rules.expert_form.model_dump(mode="json", exclude_none=True),
        blocks=tuple(
            SavedBlock(
                block=row.block,
                revision=row.revision,
                content=shown_content(blocks[row.block], contents[row.block]),
                files=contents[row.block].files,
                rows=tuple(SavedRow(row_id=each.row_id, files=each.files) for each in contents[row.block].rows),
            )
            for row in saved
            if row.block in blocks
        ),
        relations=tuple(
            ExpertRelationRow(
                relation_id=row.id,
                kind=row.kind,
                person_name=row.person_name,
                material_id=row.material_id,
                note=row.note,
                declared_side=row.declared_side,
                declared_at=row.declared_at,
            )
            for row in relations
        ),
        faults=tuple(fault for block in blocks.values() for fault in check_block(block, around=around)),
        log=log_of(session, expert.id),
    )


def circumstances(session: Session, expert: Expert, rules: CommitteeProfile) -> Circumstances:
    """What an expert's blocks are checked against."""
    return Circumstances(
        form=rules.expert_form,
        catalogue=rules.catalogue,
        setting={},
        blocks=contents_of(session, expert),
        today=clock.today(),
        cut_off=clock.today(),
    )


def contents_of(session: Session, expert: Expert) -> dict[str, BlockContent]:
    """The saved blocks by identifier, with the files in their slots."""
    placed: dict[tuple[str, UUID | None], Files] = {}
    for file in session.scalars(
        select(ExpertFile).filter_by(expert_id=expert.id).order_by(ExpertFile.attached_at, ExpertFile.id)
    ):
        slots = placed.setdefault((file.block, file.row_id), {})
        held = AttachedFile(file_id=file.file_id, name=file.name, kind=file.kind, size=file.size, sha256=file.sha256)
        slots[file.slot] = (*slots.get(file.slot, ()), held)
    found = {}
    for saved in session.scalars(select(ExpertBlock).filter_by(expert_id=expert.id)):
        content = BlockContent.model_validate(saved.content)
        rows = tuple(
            row.model_copy(update={"files": placed.get((saved.block, row.row_id), {})}) for row in content.rows
        )
        found[saved.block] = content.model_copy(update={"files": placed.get((saved.block, None), {}), "rows": rows})
    return found


def shown_content(block: Block, content: BlockContent) -> dict[str, Any] | list[dict[str, Any]]:
    """A block as the page shows it and sends it back."""
    return [row.values for row in content.rows] if block.kind is BlockKind.ROWS else content.values


def card_of(expert: Expert) -> ExpertCard:
    """An expert in a list."""
    return ExpertCard(
        expert_id=expert.id,
        real_name=expert.real_name,
        id_document_no=mask_number(expert.id_document_no),
        employer_name=expert.employer_name,
        specialties=tuple(expert.reviewable),
        state=ExpertState(expert.state),
        has_account=expert.account_id is not None,
        submitted_at=expert.submitted_at,
        version=expert.version,
    )


def import_result(session: Session, found: ExpertImport, *, reader: UUID) -> ExpertImportResult:
    """An import as shown, its faults under the headings of the workbook; what was typed is told to who sent it."""
    rules = PROFILES.current(session, found.profile)[1].rules.expert_import
    typed = (found.typed or {}) if found.ordered_by == reader else {}
    rows = tuple(
        _in_cells(ImportedRow.model_validate(row), rules, typed.get(str(row["row"]), {})) for row in found.rows
    )
    outcomes = Counter(row.outcome for row in rows)
    return ExpertImportResult(
        import_id=found.id,
        committee_id=found.committee_id,
        state=found.state,
        error_code=found.error_code,
        ready=outcomes["ready"],
        added=outcomes["added"],
        linked=outcomes["linked"],
        left_out=outcomes["left_out"],
        rows=rows,
        ordered_at=found.ordered_at,
        finished_at=found.finished_at,
    )


def _in_cells(row: ImportedRow, rules: ImportRules, typed: Mapping[str, str]) -> ImportedRow:
    faults = []
    for fault in row.faults:
        field = fault.pointer.split("/")[1]
        cell = {
            "column": rules.columns.get(field, ""),
            "value": shown_cell(field, typed.get(field, "")),
            "expected": rules.notes.get(field, ""),
        }
        faults.append(fault.model_copy(update=cell))
    return row.model_copy(update={"faults": tuple(faults)})
