"""An applicant's declarations: list, task list, blocks, automatic check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.base import Actor
from contracts.declaration.content import BlockContent
from contracts.declaration.drafts import (
    BlockState,
    BlockView,
    CheckResult,
    DeclarationSummary,
    DeclarationView,
    FormUpgrade,
    Missing,
    RemarkView,
    SettingInput,
    Superfluous,
)
from contracts.declaration.forms import Block, BlockKind
from contracts.declaration.refusals import EnrolmentInUse
from contracts.forms.checks import Circumstances, check_declaration, shown_content, superfluous
from contracts.remarks import Remark
from services.declaration.published import PROFILES, slice_of
from services.declaration.rules.changes import form_changes, remarks_on
from services.declaration.rules.freezing import placed_files
from services.declaration.rules.settings import choose_setting
from services.declaration.scope import block_named, circumstances_of, find_own, visible_to
from services.declaration.tables import Declaration, Submission
from services.declaration.views import frozen_blocks, is_editable, summary, superfluous_view


def own_declarations(session: Session, *, actor: Actor) -> tuple[DeclarationSummary, ...]:
    """The person's declarations of every year, newest first."""
    found = session.scalars(visible_to(actor).order_by(Declaration.year.desc(), Declaration.created_at.desc()))
    return tuple(summary(session, declaration) for declaration in found.all())


def require_undeclared(session: Session, *, account_id: UUID, year: int) -> None:
    """The account has declared nothing in the year, or given it up. Refuses: EnrolmentInUse."""
    found = select(Declaration.id).filter_by(account_id=account_id, year=year, is_discarded=False)
    if session.scalar(found.limit(1)) is not None:
        raise EnrolmentInUse(year=year)


def declaration_summary(session: Session, *, actor: Actor, declaration_id: UUID) -> DeclarationSummary:
    """An own declaration. Refuses: NotFound."""
    return summary(session, find_own(session, actor, declaration_id))


def declaration(session: Session, *, actor: Actor, declaration_id: UUID) -> DeclarationView:
    """An own declaration with the state of its blocks."""
    found = find_own(session, actor, declaration_id)
    around = circumstances_of(session, found)
    faults = defaultdict[str, list[Missing]](list)
    for fault in check_declaration(around):
        faults[str(fault.params["block"])].append(Missing(**fault.model_dump()))
    remarks = _remarks(session, found, around)
    return DeclarationView(
        declaration=summary(session, found),
        blocks=tuple(
            _state(section.id, block, around, missing=tuple(faults[block.id]), remarks=remarks)
            for section in around.form.sections
            for block in section.blocks
            if block.kind is not BlockKind.SETTING
        ),
        demanded=tuple(sorted(around.demanded)),
        remarks=remarks,
        form_upgrade=_form_upgrade(session, found, around),
    )


def _remarks(session: Session, declaration: Declaration, around: Circumstances) -> tuple[RemarkView, ...]:
    """What was said to single fields when the declaration was returned, until it is submitted again."""
    if declaration.return_remarks is None or not is_editable(session, declaration):
        return ()
    returned = session.get_one(Submission, declaration.submission_id)
    remarks = tuple(Remark.model_validate(remark) for remark in declaration.return_remarks)
    return remarks_on(remarks, frozen_blocks(returned), shown_content(around))


def _form_upgrade(session: Session, declaration: Declaration, around: Circumstances) -> FormUpgrade | None:
    if declaration.upgraded_from is None or declaration.upgraded_at is None:
        return None
    before = PROFILES.get(session, declaration.profile, declaration.upgraded_from)
    return FormUpgrade(
        from_version=declaration.upgraded_from,
        to_version=declaration.profile_version,
        at=declaration.upgraded_at,
        changes=form_changes(before.form, around.form),
    )


def _state(
    section: str,
    block: Block,
    around: Circumstances,
    *,
    missing: tuple[Missing, ...],
    remarks: tuple[RemarkView, ...],
) -> BlockState:
    content = around.blocks.get(block.id, BlockContent())
    return BlockState(
        section=section,
        block=block.id,
        is_visible=around.shows(block),
        version=content.version,
        rows=len(content.rows),
        files=sum(1 for _ in placed_files({block.id: content})),
        faults=len(missing),
        missing=missing,
        remarks=sum(remark.block == block.id and not remark.is_changed for remark in remarks),
    )


def block(session: Session, *, actor: Actor, declaration_id: UUID, name: str) -> BlockView:
    """One block of an own declaration with its content. Refuses: NotFound."""
    found = find_own(session, actor, declaration_id)
    around = circumstances_of(session, found)
    return _block(found, block_named(around.form, name), around, _remarks(session, found, around))


def blocks(session: Session, *, actor: Actor, declaration_id: UUID) -> tuple[BlockView, ...]:
    """All blocks of an own declaration with their content. Refuses: NotFound."""
    found = find_own(session, actor, declaration_id)
    around = circumstances_of(session, found)
    remarks = _remarks(session, found, around)
    return tuple(
        _block(found, block, around, remarks)
        for block in around.form.blocks().values()
        if block.kind is not BlockKind.SETTING
    )


def _block(declaration: Declaration, block: Block, around: Circumstances, remarks: Sequence[RemarkView]) -> BlockView:
    return BlockView(
        declaration_id=declaration.id,
        block=block.id,
        is_visible=around.shows(block),
        content=around.blocks.get(block.id, BlockContent()),
        remarks=tuple(remark for remark in remarks if remark.block == block.id),
    )


def check(session: Session, *, actor: Actor, declaration_id: UUID) -> CheckResult:
    """Every fault of an own declaration (HB-101)."""
    faults = check_declaration(circumstances_of(session, find_own(session, actor, declaration_id)))
    return CheckResult(is_complete=not faults, faults=faults)


def setting_effects(
    session: Session, *, actor: Actor, declaration_id: UUID, setting: SettingInput
) -> tuple[Superfluous, ...]:
    """What would become superfluous under another setting (HB-63)."""
    found = find_own(session, actor, declaration_id)
    choice = choose_setting(slice_of(session, found), setting, at="")
    lost = superfluous(circumstances_of(session, found), setting=choice.model_dump(exclude={"labels"}))
    return superfluous_view(lost)
