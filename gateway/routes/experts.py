"""Expert pools, experts and their own profile (committee).

Lists that are searched by a person's name or number are asked by POST: these do not belong into an address.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from chassis import context
from contracts.base import Page
from contracts.committee import CommitteeApi
from contracts.committee.experts import (
    AddExpert,
    AttachExpertFile,
    BlockSaved,
    DeclareRelation,
    DetachExpertFile,
    ExpertAdded,
    ExpertCard,
    ExpertFilesGrant,
    ExpertFilter,
    ExpertImportResult,
    ExpertProfile,
    ExpertRelationRow,
    ImportExperts,
    OpenedAccounts,
    OpenExpertAccounts,
    ResetExpert,
    ReviewedExperts,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
    TakeCheckedExperts,
)
from contracts.identity import HandedOver
from gateway.clients import Services
from gateway.commands import command_from
from gateway.faults import FaultInWords, in_words
from gateway.problems import message
from gateway.session import SignedIn
from gateway.workbooks import AS_WORKBOOK, template_answer, workbook_answer

router = APIRouter(prefix="/{profile}", tags=["committee"])

COMMITTEE, EXPERT, BLOCK = ("committee_id",), ("expert_id",), ("block",)


@router.post("/committees/{committee_id}/experts", status_code=HTTPStatus.CREATED)
async def add_expert(
    services: Services,
    _session: SignedIn,
    command: Annotated[AddExpert, Depends(command_from(AddExpert, path=COMMITTEE))],
) -> ExpertAdded:
    """Put an expert into the pool and open the account; the activation code is shown this once."""
    return await services.committee.call(CommitteeApi.add_expert, command=command)


@router.get(
    "/committees/{committee_id}/expert-template",
    response_class=Response,
    responses=AS_WORKBOOK,
)
async def download_expert_template(services: Services, _session: SignedIn, committee_id: UUID) -> Response:
    """The workbook to be filled in for an import."""
    template = await services.committee.call(CommitteeApi.import_template, committee_id=committee_id)
    return await template_answer(template, name="experts.xlsx")


@router.post("/committees/{committee_id}/expert-imports", status_code=HTTPStatus.ACCEPTED)
async def import_experts(
    services: Services,
    _session: SignedIn,
    command: Annotated[ImportExperts, Depends(command_from(ImportExperts, path=COMMITTEE))],
) -> ExpertImportResult:
    """Have the experts of an uploaded workbook checked in the background; nobody is put into the pool yet."""
    return await services.committee.call(CommitteeApi.import_experts, command=command)


@router.get("/expert-imports/{import_id}")
async def show_expert_import(services: Services, _session: SignedIn, import_id: UUID) -> ExpertImportResult:
    """What came of each row of an import, its faults in the reader's language."""
    found = await services.committee.call(CommitteeApi.expert_import, import_id=import_id)
    return _told(found)


@router.get("/expert-imports/{import_id}/faulty-rows", response_class=Response, responses=AS_WORKBOOK)
async def download_faulty_experts(services: Services, _session: SignedIn, import_id: UUID) -> Response:
    """The rows that were left out, as a workbook of the same form."""
    found = await services.committee.call(CommitteeApi.faulty_experts, import_id=import_id)
    return await workbook_answer(found.sheet, found.columns, found.rows, name="faulty-experts.xlsx")


@router.post("/expert-imports/{import_id}/experts", status_code=HTTPStatus.ACCEPTED)
async def take_checked_experts(
    services: Services,
    _session: SignedIn,
    command: Annotated[TakeCheckedExperts, Depends(command_from(TakeCheckedExperts, path=("import_id",)))],
) -> ExpertImportResult:
    """Put the rows of a checked import that are right into the pool, in the background."""
    return _told(await services.committee.call(CommitteeApi.take_checked_experts, command=command))


@router.post("/committees/{committee_id}/expert-accounts")
async def open_expert_accounts(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenExpertAccounts, Depends(command_from(OpenExpertAccounts, path=COMMITTEE))],
) -> OpenedAccounts:
    """Open accounts for the experts of the pool who have none; the activation codes are shown this once."""
    return await services.committee.call(CommitteeApi.open_expert_accounts, command=command)


@router.post("/committees/{committee_id}/experts/{expert_id}/activation")
async def reset_expert_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[ResetExpert, Depends(command_from(ResetExpert, path=(*COMMITTEE, *EXPERT)))],
) -> HandedOver:
    """Hand an expert of the pool a new activation code, shown this once."""
    return await services.committee.call(CommitteeApi.reset_expert, command=command)


@router.post("/experts/search")
async def search_experts(services: Services, _session: SignedIn, wanted: ExpertFilter) -> Page[ExpertCard]:
    """One page of the experts in own pools, or of committees that the own organisations run."""
    return await services.committee.call(CommitteeApi.experts, wanted=wanted)


@router.post("/experts/reviews")
async def review_experts(
    services: Services, _session: SignedIn, command: Annotated[ReviewExperts, Depends(command_from(ReviewExperts))]
) -> ReviewedExperts:
    """Approve or refuse submitted profiles; of many, those that cannot be decided are passed over and named."""
    return await services.committee.call(CommitteeApi.review_experts, command=command)


@router.get("/experts/{expert_id}")
async def show_expert(services: Services, _session: SignedIn, expert_id: UUID) -> ExpertProfile:
    """An expert's profile with its log."""
    return await services.committee.call(CommitteeApi.expert, expert_id=expert_id)


@router.post("/experts/{expert_id}/files-grant")
async def open_expert_files(services: Services, _session: SignedIn, expert_id: UUID) -> ExpertFilesGrant:
    """The right to read the files of an expert's profile for some minutes."""
    return await services.committee.call(CommitteeApi.open_expert_files, expert_id=expert_id)


@router.post("/experts/{expert_id}/relations", status_code=HTTPStatus.CREATED)
async def declare_expert_relation(
    services: Services,
    _session: SignedIn,
    command: Annotated[DeclareRelation, Depends(command_from(DeclareRelation, path=EXPERT))],
) -> ExpertRelationRow:
    """Write down a relation that excludes, as an officer."""
    return await services.committee.call(CommitteeApi.declare_relation, command=command)


# the expert's own profile


class OwnExpertProfile(ExpertProfile):
    """The own profile; what is missing or wrong is told in words."""

    faults: tuple[FaultInWords, ...]


@router.get("/me/expert-profile")
async def show_own_expert_profile(services: Services, _session: SignedIn) -> OwnExpertProfile:
    """The own profile with its form, what is saved and what is missing; the first look begins it."""
    found = await services.committee.call(CommitteeApi.my_expert_profile)
    fields = {name: getattr(found, name) for name in ExpertProfile.model_fields}
    return OwnExpertProfile(**fields | {"faults": in_words(found.faults)})


@router.put("/me/expert-profile/blocks/{block}")
async def save_own_expert_block(
    services: Services,
    _session: SignedIn,
    command: Annotated[SaveExpertBlock, Depends(command_from(SaveExpertBlock, path=BLOCK))],
) -> BlockSaved:
    """Save one block, complete or not, over the revision that was read."""
    return await services.committee.call(CommitteeApi.save_expert_block, command=command)


@router.post("/me/expert-profile/blocks/{block}/files")
async def attach_own_expert_file(
    services: Services,
    _session: SignedIn,
    command: Annotated[AttachExpertFile, Depends(command_from(AttachExpertFile, path=BLOCK))],
) -> BlockSaved:
    """Put an uploaded file into a slot of the own profile."""
    return await services.committee.call(CommitteeApi.attach_expert_file, command=command)


@router.post("/me/expert-profile/blocks/{block}/files/detach")
async def detach_own_expert_file(
    services: Services,
    _session: SignedIn,
    command: Annotated[DetachExpertFile, Depends(command_from(DetachExpertFile, path=BLOCK))],
) -> BlockSaved:
    """Take a file out of a slot of the own profile."""
    return await services.committee.call(CommitteeApi.detach_expert_file, command=command)


@router.post("/me/expert-profile/submission")
async def submit_own_expert_profile(
    services: Services,
    _session: SignedIn,
    command: Annotated[SubmitExpertProfile, Depends(command_from(SubmitExpertProfile))],
) -> ExpertCard:
    """Hand the profile in for review."""
    return await services.committee.call(CommitteeApi.submit_expert_profile, command=command)


@router.post("/me/expert-relations", status_code=HTTPStatus.CREATED)
async def declare_own_relation(
    services: Services, _session: SignedIn, command: Annotated[DeclareRelation, Depends(command_from(DeclareRelation))]
) -> ExpertRelationRow:
    """Declare a relation that excludes from judging somebody."""
    return await services.committee.call(CommitteeApi.declare_relation, command=command)


def _told(found: ExpertImportResult) -> ExpertImportResult:
    """An import with its faults in the reader's language."""
    locale = context.current().locale
    rows = tuple(
        row.model_copy(
            update={
                "faults": tuple(
                    fault.model_copy(update={"message": message(fault.code, fault.params, locale)})
                    for fault in row.faults
                )
            }
        )
        for row in found.rows
    )
    error = message(found.error_code, {}, locale) if found.error_code else ""
    return found.model_copy(update={"rows": rows, "error_message": error})
