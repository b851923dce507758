"""Catalogue, batches, and the applicant's declaration from setting to receipt (declaration)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query

from chassis import context
from contracts.base import Message
from contracts.declaration import DeclarationApi
from contracts.declaration.batches import (
    BatchView,
    CatalogueChoice,
    ExtendWindow,
    FormView,
    Openings,
    SettingForm,
    SettingPreview,
    WindowChange,
)
from contracts.declaration.catalogue import Catalogue
from contracts.declaration.drafts import (
    AddRow,
    AttachFile,
    BlockState,
    BlockView,
    ChangeRow,
    ChangeSetting,
    DeclarationStatus,
    DeclarationSummary,
    DeclarationView,
    DeleteRow,
    DetachFile,
    DiscardDeclaration,
    DraftChanges,
    Receipt,
    SaveBlock,
    Saved,
    SettingChanged,
    SettingInput,
    StartDeclaration,
    SubmissionMade,
    SubmissionView,
    SubmitDeclaration,
    Superfluous,
    WithdrawDeclaration,
)
from contracts.errors import StaleVersion
from gateway.clients import Services
from gateway.commands import command_from
from gateway.description import Problem
from gateway.faults import FaultInWords, in_words
from gateway.portal import Province
from gateway.problems import message, refusal
from gateway.session import SignedIn, Visitor

router = APIRouter(prefix="/{profile}", tags=["declaration"])

ReadGrantHeader = Annotated[
    str | None, Header(alias="X-Read-Grant", description="What the holder of a case gave for reading its submission")
]
BLOCK = ("declaration_id", "block")


@router.get("/public/openings")
async def list_openings(services: Services, profile: Visitor) -> Openings:
    """Where somebody can declare now: committees with what they take and until when, and the server's clock."""
    return await services.declaration.call(DeclarationApi.openings, profile=profile)


@router.get("/public/batches")
async def list_batches(services: Services, profile: Province) -> tuple[BatchView, ...]:
    """The batches with their windows, for everybody."""
    return await services.declaration.call(DeclarationApi.batches, profile=profile)


@router.get("/batches/{batch_id}/history")
async def show_window_history(services: Services, _session: SignedIn, batch_id: UUID) -> tuple[WindowChange, ...]:
    """How a batch's window came to be."""
    return await services.declaration.call(DeclarationApi.window_history, batch_id=batch_id)


@router.put("/batches/{batch_id}/window")
async def extend_window(
    services: Services,
    _session: SignedIn,
    command: Annotated[ExtendWindow, Depends(command_from(ExtendWindow, path=("batch_id",), versioned=True))],
) -> BatchView:
    """Let a batch end later."""
    return await services.declaration.call(DeclarationApi.extend_window, command=command)


@router.get("/catalogue")
async def show_catalogue(services: Services, _session: SignedIn) -> Catalogue:
    """The current catalogue whole."""
    return await services.declaration.call(DeclarationApi.catalogue)


@router.get("/catalogue/choices")
async def list_catalogue_choices(
    services: Services, _session: SignedIn, path: Annotated[list[str] | None, Query(max_length=5)] = None
) -> tuple[CatalogueChoice, ...]:
    """What may be chosen after these codes."""
    return await services.declaration.call(DeclarationApi.catalogue_choices, path=tuple(path or ()))


@router.get("/forms/setting")
async def show_setting_form(services: Services, _session: SignedIn) -> SettingForm:
    """The form of the setting."""
    return await services.declaration.call(DeclarationApi.setting_form)


@router.get("/forms")
async def show_form(services: Services, _session: SignedIn, profile_version: int | None = None) -> FormView:
    """The form description of a version, of the current one without."""
    return await services.declaration.call(DeclarationApi.form, profile_version=profile_version)


@router.post("/settings/preview")
async def preview_setting(services: Services, _session: SignedIn, setting: SettingInput) -> SettingPreview:
    """What a setting means: its batch and the committees that would take it."""
    return await services.declaration.call(DeclarationApi.preview_setting, setting=setting)


@router.get("/declarations")
async def list_own_declarations(services: Services, _session: SignedIn) -> tuple[DeclarationSummary, ...]:
    """The own declarations of every year."""
    return await services.declaration.call(DeclarationApi.own_declarations)


@router.post("/declarations", status_code=201)
async def start_declaration(
    services: Services,
    _session: SignedIn,
    command: Annotated[StartDeclaration, Depends(command_from(StartDeclaration))],
) -> DeclarationSummary:
    """Begin a declaration."""
    return await services.declaration.call(DeclarationApi.start_declaration, command=command)


@router.get("/declarations/{declaration_id}")
async def show_declaration(services: Services, _session: SignedIn, declaration_id: UUID) -> DeclarationView:
    """An own declaration with the state of its blocks, and in words what is missing in each."""
    found = await services.declaration.call(DeclarationApi.declaration, declaration_id=declaration_id)
    return found.model_copy(update={"blocks": tuple(_in_words(block) for block in found.blocks)})


def _in_words(block: BlockState) -> BlockState:
    locale = context.current().locale
    missing = tuple(
        fault.model_copy(update={"message": message(fault.code, fault.params, locale)}) for fault in block.missing
    )
    return block.model_copy(update={"missing": missing})


@router.post("/declarations/{declaration_id}/setting/effects")
async def show_setting_effects(
    services: Services, _session: SignedIn, declaration_id: UUID, setting: SettingInput
) -> tuple[Superfluous, ...]:
    """What would become superfluous under another setting."""
    return await services.declaration.call(
        DeclarationApi.setting_effects, declaration_id=declaration_id, setting=setting
    )


@router.put("/declarations/{declaration_id}/setting")
async def change_setting(
    services: Services,
    _session: SignedIn,
    command: Annotated[ChangeSetting, Depends(command_from(ChangeSetting, path=("declaration_id",), versioned=True))],
) -> SettingChanged:
    """Declare something else."""
    return await services.declaration.call(DeclarationApi.change_setting, command=command)


@router.get("/declarations/{declaration_id}/blocks")
async def list_blocks(services: Services, _session: SignedIn, declaration_id: UUID) -> tuple[BlockView, ...]:
    """All blocks of an own declaration."""
    return await services.declaration.call(DeclarationApi.blocks, declaration_id=declaration_id)


@router.get("/declarations/{declaration_id}/blocks/{block}")
async def show_block(services: Services, _session: SignedIn, declaration_id: UUID, block: str) -> BlockView:
    """One block of an own declaration."""
    return await services.declaration.call(DeclarationApi.block, declaration_id=declaration_id, block=block)


class BlockConflict(Problem):
    """A conflict; where another window saved the block since, with the block as it is now (PL-12)."""

    current: BlockView | None = None


CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": BlockConflict}}


async def _saved(services: Services, command: SaveBlock | ChangeRow, saving: Awaitable[Saved]) -> Any:
    """What was saved, or the refusal with the other version, so that the writer can choose item by item."""
    try:
        return await saving
    except StaleVersion as refused:
        current = await services.declaration.call(
            DeclarationApi.block, declaration_id=command.declaration_id, block=command.block
        )
        return refusal(refused, current=current.model_dump(mode="json"))


@router.put("/declarations/{declaration_id}/blocks/{block}", response_model=Saved, responses=CONFLICT)
async def save_block(
    services: Services,
    _session: SignedIn,
    command: Annotated[SaveBlock, Depends(command_from(SaveBlock, path=BLOCK, versioned=True))],
) -> Any:
    """Store a block, complete or not."""
    return await _saved(services, command, services.declaration.call(DeclarationApi.save_block, command=command))


@router.post("/declarations/{declaration_id}/blocks/{block}/rows", status_code=201)
async def add_row(
    services: Services, _session: SignedIn, command: Annotated[AddRow, Depends(command_from(AddRow, path=BLOCK))]
) -> Saved:
    """Add a row."""
    return await services.declaration.call(DeclarationApi.add_row, command=command)


@router.put("/declarations/{declaration_id}/blocks/{block}/rows/{row_id}", response_model=Saved, responses=CONFLICT)
async def change_row(
    services: Services,
    _session: SignedIn,
    command: Annotated[ChangeRow, Depends(command_from(ChangeRow, path=(*BLOCK, "row_id"), versioned=True))],
) -> Any:
    """Change a row."""
    return await _saved(services, command, services.declaration.call(DeclarationApi.change_row, command=command))


@router.delete("/declarations/{declaration_id}/blocks/{block}/rows/{row_id}")
async def delete_row(
    services: Services,
    _session: SignedIn,
    command: Annotated[DeleteRow, Depends(command_from(DeleteRow, path=(*BLOCK, "row_id"), versioned=True))],
) -> Saved:
    """Remove a row."""
    return await services.declaration.call(DeclarationApi.delete_row, command=command)


@router.post("/declarations/{declaration_id}/blocks/{block}/files")
async def attach_file(
    services: Services,
    _session: SignedIn,
    command: Annotated[AttachFile, Depends(command_from(AttachFile, path=BLOCK))],
) -> Saved:
    """Put an uploaded file into a slot."""
    return await services.declaration.call(DeclarationApi.attach_file, command=command)


@router.post("/declarations/{declaration_id}/blocks/{block}/files/detach")
async def detach_file(
    services: Services,
    _session: SignedIn,
    command: Annotated[DetachFile, Depends(command_from(DetachFile, path=BLOCK))],
) -> Saved:
    """Take a file out of a slot."""
    return await services.declaration.call(DeclarationApi.detach_file, command=command)


class CheckReport(Message):
    """What the automatic check found, in the order of the form."""

    is_complete: bool
    faults: tuple[FaultInWords, ...]


@router.get("/declarations/{declaration_id}/check")
async def check_declaration(services: Services, _session: SignedIn, declaration_id: UUID) -> CheckReport:
    """What is missing or wrong, field by field, in the reader's language (HB-101)."""
    found = await services.declaration.call(DeclarationApi.check, declaration_id=declaration_id)
    return CheckReport(is_complete=found.is_complete, faults=in_words(found.faults))


@router.get("/declarations/{declaration_id}/changes")
async def show_draft_changes(services: Services, _session: SignedIn, declaration_id: UUID) -> DraftChanges:
    """What was changed since the last submission."""
    return await services.declaration.call(DeclarationApi.draft_changes, declaration_id=declaration_id)


@router.post("/declarations/{declaration_id}/submit")
async def submit_declaration(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        SubmitDeclaration, Depends(command_from(SubmitDeclaration, path=("declaration_id",), versioned=True))
    ],
) -> SubmissionMade:
    """Hand the declaration in for review."""
    return await services.declaration.call(DeclarationApi.submit, command=command)


@router.post("/declarations/{declaration_id}/withdraw")
async def withdraw_declaration(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        WithdrawDeclaration, Depends(command_from(WithdrawDeclaration, path=("declaration_id",), versioned=True))
    ],
) -> DeclarationSummary:
    """Take the submission back before the unit has reviewed."""
    return await services.declaration.call(DeclarationApi.withdraw, command=command)


@router.post("/declarations/{declaration_id}/discard")
async def discard_declaration(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        DiscardDeclaration, Depends(command_from(DiscardDeclaration, path=("declaration_id",), versioned=True))
    ],
) -> DeclarationSummary:
    """Give the declaration up."""
    return await services.declaration.call(DeclarationApi.discard, command=command)


@router.get("/declarations/{declaration_id}/status")
async def show_status(services: Services, _session: SignedIn, declaration_id: UUID) -> DeclarationStatus:
    """Where the declaration is, with its routing log."""
    return await services.declaration.call(DeclarationApi.status, declaration_id=declaration_id)


@router.get("/declarations/{declaration_id}/receipts")
async def list_receipts(services: Services, _session: SignedIn, declaration_id: UUID) -> tuple[Receipt, ...]:
    """The receipts of every submission, with the hash of every file."""
    return await services.declaration.call(DeclarationApi.receipts, declaration_id=declaration_id)


@router.get("/submissions/{submission_id}")
async def show_submission(
    services: Services, _session: SignedIn, submission_id: UUID, grant: ReadGrantHeader = None
) -> SubmissionView:
    """A frozen submission: the own one, or with a read grant."""
    return await services.declaration.call(DeclarationApi.submission, submission_id=submission_id, grant=grant)
