"""Opening the accounts of many applicants from a workbook, and taking back a wrong enrolment."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis import context
from contracts.declaration import DeclarationApi
from contracts.identity import IdentityApi, WithdrawEnrolment
from contracts.identity.imports import (
    ApplicantImport,
    ApplicantImportFault,
    CheckApplicants,
    OpenCheckedApplicants,
    OpenedApplicants,
)
from gateway.clients import Services
from gateway.commands import command_from
from gateway.problems import message
from gateway.session import SignedIn
from gateway.workbooks import AS_WORKBOOK, template_answer, workbook_answer

router = APIRouter(prefix="/{profile}", tags=["identity"])

IMPORT = ("import_id",)


@router.get("/applicant-import-template", response_class=Response, responses=AS_WORKBOOK)
async def download_applicant_template(services: Services, _session: SignedIn) -> Response:
    """The workbook to be filled in with applicants."""
    template = await services.identity.call(IdentityApi.applicant_template)
    return await template_answer(template, name="applicants.xlsx")


@router.post("/applicant-imports", status_code=HTTPStatus.ACCEPTED)
async def check_applicant_import(
    services: Services, _session: SignedIn, command: Annotated[CheckApplicants, Depends(command_from(CheckApplicants))]
) -> ApplicantImport:
    """Have an uploaded workbook checked in the background; nothing is opened."""
    return await services.identity.call(IdentityApi.check_applicants, command=command)


@router.get("/applicant-imports/{import_id}")
async def show_applicant_import(services: Services, _session: SignedIn, import_id: UUID) -> ApplicantImport:
    """What the check found, cell by cell in the reader's language, and what was opened."""
    found = await services.identity.call(IdentityApi.applicant_import, import_id=import_id)
    error = message(found.error_code, {}, context.current().locale) if found.error_code else ""
    return found.model_copy(update={"faults": _in_words(found.faults), "error_message": error})


@router.get("/applicant-imports/{import_id}/faulty-rows", response_class=Response, responses=AS_WORKBOOK)
async def download_faulty_applicants(services: Services, _session: SignedIn, import_id: UUID) -> Response:
    """The rows that must be corrected, as a workbook of the same form."""
    found = await services.identity.call(IdentityApi.faulty_rows, import_id=import_id)
    return await workbook_answer(found.sheet, found.columns, found.rows, name="faulty-applicants.xlsx")


@router.post("/applicant-imports/{import_id}/accounts")
async def open_checked_applicants(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenCheckedApplicants, Depends(command_from(OpenCheckedApplicants, path=IMPORT))],
) -> OpenedApplicants:
    """Open the next accounts of a checked import, at most 50; the activation codes are shown this once."""
    opened = await services.identity.call(IdentityApi.open_checked_applicants, command=command)
    return opened.model_copy(update={"refused": _in_words(opened.refused)})


@router.post("/accounts/{account_id}/enrolments/{year}/withdrawal", status_code=HTTPStatus.NO_CONTENT)
async def withdraw_enrolment(
    services: Services,
    _session: SignedIn,
    command: Annotated[WithdrawEnrolment, Depends(command_from(WithdrawEnrolment, path=("account_id", "year")))],
    request: Request,
) -> None:
    """Take back a wrong enrolment of which nothing was declared, with a reason."""
    await services.declaration.call(DeclarationApi.withdraw_enrolment, command=command)
    request.app.state.sessions.forget_all()


def _in_words(faults: tuple[ApplicantImportFault, ...]) -> tuple[ApplicantImportFault, ...]:
    locale = context.current().locale
    return tuple(fault.model_copy(update={"message": message(fault.code, fault.params, locale)}) for fault in faults)
