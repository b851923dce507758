"""Signing in, the own account, the organisation tree, and the accounts of a unit (identity).

Lists are asked by POST: their filters hold names and identity numbers, which do not belong into an address.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from contracts.base import Message, Page
from contracts.identity import (
    AccountAct,
    AccountOptions,
    AccountRow,
    AccountView,
    Activation,
    ApplicantFilter,
    CaptchaChallenge,
    ChangeAccount,
    ChangeOrganization,
    CreateOrganization,
    HandedOver,
    IdentityApi,
    OpenApplicantAccount,
    OpenStaffAccount,
    OrganizationAct,
    OrganizationCreated,
    OrganizationDetail,
    OrganizationFilter,
    OrganizationRow,
    Origin,
    OwnContact,
    PasswordChange,
    RecoveryCompletion,
    RecoveryRequest,
    RecoveryStarted,
    SessionView,
    SetCommitteeRights,
    SetStaffRoles,
    SignIn,
    StaffFilter,
)
from contracts.identity.fields import Code, Password
from gateway.clients import Services
from gateway.commands import command_from
from gateway.middleware import TokenBuckets, client_address
from gateway.problems import TooManyRequests
from gateway.session import SignedIn, Visitor, give_cookie, take_cookie

router = APIRouter(prefix="/{profile}", tags=["identity"])

ACCOUNT, ORGANIZATION = ("account_id",), ("organization_id",)


class SessionOpened(Message):
    """A session was opened; its token is in the cookie alone."""

    session_id: UUID
    expires_at: datetime
    account: AccountView


class NewPassword(Message):
    """The code that was sent, and the password that is to be."""

    code: Code
    new_password: Password


async def origin(request: Request) -> Origin:
    """From where the request comes."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    agent = "".join(c for c in headers.get("user-agent", "") if c.isprintable())
    address = client_address(request.scope, headers, request.app.state.settings)
    return Origin(address=address[:64], user_agent=agent[:300])


async def attempt(request: Request, whence: Annotated[Origin, Depends(origin)]) -> Origin:
    """The same for an attempt at a password or code, of which an address has few. Refuses: TooManyRequests."""
    buckets: TokenBuckets = request.app.state.sign_ins
    if not buckets.take(whence.network):
        raise TooManyRequests()
    return whence


Attempt = Annotated[Origin, Depends(attempt)]


@router.post("/captchas", status_code=HTTPStatus.CREATED)
async def make_captcha(
    services: Services,
    _profile: Visitor,
    _origin: Attempt,
    spoken: Annotated[bool, Query(description="Digits to be heard instead of an image")] = False,
) -> CaptchaChallenge:
    """A new captcha, good for one answer."""
    return await services.identity.call(IdentityApi.captcha, spoken=spoken)


@router.post("/sessions", status_code=HTTPStatus.CREATED)
async def sign_in(
    services: Services, profile: Visitor, origin: Attempt, form: SignIn, request: Request, response: Response
) -> SessionOpened:
    """Sign in; the session is a cookie."""
    opened = await services.identity.call(IdentityApi.sign_in, request=form, origin=origin)
    give_cookie(response, request.app.state.settings, profile=profile, token=opened.token, expires_at=opened.expires_at)
    return SessionOpened(session_id=opened.session_id, expires_at=opened.expires_at, account=opened.account)


@router.post("/activations", status_code=HTTPStatus.NO_CONTENT)
async def activate_account(services: Services, _profile: Visitor, origin: Attempt, form: Activation) -> None:
    """Set a password with an activation code."""
    await services.identity.call(IdentityApi.activate, request=form, origin=origin)


@router.post("/recoveries", status_code=HTTPStatus.ACCEPTED)
async def request_recovery(
    services: Services, _profile: Visitor, origin: Attempt, form: RecoveryRequest
) -> RecoveryStarted:
    """Ask for a code to set a new password; the answer is the same for accounts that do not exist."""
    return await services.identity.call(IdentityApi.request_recovery, request=form, origin=origin)


@router.post("/recoveries/{recovery_id}/completion", status_code=HTTPStatus.NO_CONTENT)
async def complete_recovery(
    services: Services, _profile: Visitor, origin: Attempt, recovery_id: UUID, form: NewPassword
) -> None:
    """Set a new password with the code that was sent."""
    completion = RecoveryCompletion(recovery_id=recovery_id, code=form.code, new_password=form.new_password)
    await services.identity.call(IdentityApi.complete_recovery, request=completion, origin=origin)


@router.get("/account-options")
async def show_account_options(services: Services, _profile: Visitor) -> AccountOptions:
    """Choices and rules of the forms for organisations and accounts."""
    return await services.identity.call(IdentityApi.account_options)


# the own account


@router.get("/me")
async def show_own_account(services: Services, _session: SignedIn) -> AccountView:
    """The signed-in account with its roles."""
    return await services.identity.call(IdentityApi.whoami)


@router.get("/me/sessions")
async def list_own_sessions(services: Services, _session: SignedIn) -> tuple[SessionView, ...]:
    """The own open sessions, newest first."""
    return await services.identity.call(IdentityApi.sessions)


@router.delete("/me/sessions/current", status_code=HTTPStatus.NO_CONTENT)
async def sign_out(
    services: Services, profile: Visitor, _session: SignedIn, request: Request, response: Response
) -> None:
    """End this session."""
    await services.identity.call(IdentityApi.sign_out)
    take_cookie(request, response, request.app.state.settings, profile=profile)


@router.delete("/me/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
async def end_own_session(services: Services, _session: SignedIn, session_id: UUID, request: Request) -> None:
    """End another of the own sessions."""
    await services.identity.call(IdentityApi.end_session, session_id=session_id)
    request.app.state.sessions.forget_all()


@router.put("/me/password", status_code=HTTPStatus.NO_CONTENT)
async def change_password(
    services: Services,
    profile: Visitor,
    _session: SignedIn,
    origin: Attempt,
    form: PasswordChange,
    request: Request,
    response: Response,
) -> None:
    """Change the own password; every session ends, also this one."""
    await services.identity.call(IdentityApi.change_password, request=form, origin=origin)
    request.app.state.sessions.forget_all()
    take_cookie(request, response, request.app.state.settings, profile=profile)


@router.put("/me/contact")
async def change_contact(
    services: Services, _session: SignedIn, origin: Attempt, form: OwnContact, request: Request
) -> AccountView:
    """Change where one is reached."""
    changed = await services.identity.call(IdentityApi.change_contact, request=form, origin=origin)
    request.app.state.sessions.forget_all()
    return changed


# organisations


@router.post("/organizations/search")
async def search_organizations(
    services: Services, _session: SignedIn, request: OrganizationFilter
) -> Page[OrganizationRow]:
    """The organisations directly below an own one."""
    return await services.identity.call(IdentityApi.list_organizations, request=request)


@router.post("/organizations", status_code=HTTPStatus.CREATED)
async def create_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[CreateOrganization, Depends(command_from(CreateOrganization))],
) -> OrganizationCreated:
    """Create an organisation below an own one; its administrator's activation code is shown this once."""
    return await services.identity.call(IdentityApi.create_organization, command=command)


@router.get("/organizations/{organization_id}")
async def show_organization(services: Services, _session: SignedIn, organization_id: UUID) -> OrganizationDetail:
    """An organisation whole."""
    return await services.identity.call(IdentityApi.organization, organization_id=organization_id)


@router.put("/organizations/{organization_id}")
async def change_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        ChangeOrganization, Depends(command_from(ChangeOrganization, path=ORGANIZATION, versioned=True))
    ],
) -> OrganizationDetail:
    """Change the form of an organisation below an own one."""
    return await services.identity.call(IdentityApi.change_organization, command=command)


@router.delete("/organizations/{organization_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[OrganizationAct, Depends(command_from(OrganizationAct, path=ORGANIZATION))],
) -> None:
    """Remove an organisation that nobody has used."""
    await services.identity.call(IdentityApi.delete_organization, command=command)


@router.put("/organizations/{organization_id}/committee-rights")
async def set_committee_rights(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        SetCommitteeRights, Depends(command_from(SetCommitteeRights, path=ORGANIZATION, versioned=True))
    ],
) -> OrganizationDetail:
    """Give or take the rights to create and to form committees."""
    return await services.identity.call(IdentityApi.set_committee_rights, command=command)


@router.post("/organizations/{organization_id}/disable")
async def disable_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[OrganizationAct, Depends(command_from(OrganizationAct, path=ORGANIZATION))],
    request: Request,
) -> OrganizationDetail:
    """Close an organisation; its staff are signed out."""
    changed = await services.identity.call(IdentityApi.disable_organization, command=command)
    request.app.state.sessions.forget_all()
    return changed


@router.post("/organizations/{organization_id}/enable")
async def enable_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[OrganizationAct, Depends(command_from(OrganizationAct, path=ORGANIZATION))],
) -> OrganizationDetail:
    """Open a closed organisation again."""
    return await services.identity.call(IdentityApi.enable_organization, command=command)


@router.post("/organizations/{organization_id}/administrator/reset")
async def reset_administrator(
    services: Services,
    _session: SignedIn,
    command: Annotated[OrganizationAct, Depends(command_from(OrganizationAct, path=ORGANIZATION))],
    request: Request,
) -> HandedOver:
    """A new activation code for an organisation's administrator, shown this once."""
    handed_over = await services.identity.call(IdentityApi.reset_administrator, command=command)
    request.app.state.sessions.forget_all()
    return handed_over


# accounts of the unit


@router.post("/staff/search")
async def search_staff(services: Services, _session: SignedIn, request: StaffFilter) -> Page[AccountRow]:
    """The staff accounts of an own organisation."""
    return await services.identity.call(IdentityApi.list_staff, request=request)


@router.post("/staff", status_code=HTTPStatus.CREATED)
async def open_staff_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenStaffAccount, Depends(command_from(OpenStaffAccount))],
) -> HandedOver:
    """Open an account for a case officer or leader; its activation code is shown this once."""
    return await services.identity.call(IdentityApi.open_staff_account, command=command)


@router.put("/accounts/{account_id}/staff-roles")
async def set_staff_roles(
    services: Services,
    _session: SignedIn,
    command: Annotated[SetStaffRoles, Depends(command_from(SetStaffRoles, path=ACCOUNT, versioned=True))],
    request: Request,
) -> AccountRow:
    """Set which staff roles an account has in an own organisation."""
    changed = await services.identity.call(IdentityApi.set_staff_roles, command=command)
    request.app.state.sessions.forget_all()
    return changed


@router.post("/applicants/search")
async def search_applicants(services: Services, _session: SignedIn, request: ApplicantFilter) -> Page[AccountRow]:
    """The applicants of an own organisation in a year."""
    return await services.identity.call(IdentityApi.list_applicants, request=request)


@router.post("/applicants", status_code=HTTPStatus.CREATED)
async def open_applicant_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenApplicantAccount, Depends(command_from(OpenApplicantAccount))],
) -> HandedOver:
    """Open a person's declaration year; a new account's activation code is shown this once."""
    return await services.identity.call(IdentityApi.open_applicant_account, command=command)


@router.put("/accounts/{account_id}")
async def change_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[ChangeAccount, Depends(command_from(ChangeAccount, path=ACCOUNT, versioned=True))],
) -> AccountRow:
    """Correct name and contacts of an account of the unit."""
    return await services.identity.call(IdentityApi.change_account, command=command)


@router.post("/accounts/{account_id}/disable")
async def disable_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[AccountAct, Depends(command_from(AccountAct, path=ACCOUNT))],
    request: Request,
) -> AccountRow:
    """Close an account; its sessions end."""
    changed = await services.identity.call(IdentityApi.disable_account, command=command)
    request.app.state.sessions.forget_all()
    return changed


@router.post("/accounts/{account_id}/enable")
async def enable_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[AccountAct, Depends(command_from(AccountAct, path=ACCOUNT))],
) -> AccountRow:
    """Open a closed account again."""
    return await services.identity.call(IdentityApi.enable_account, command=command)


@router.post("/accounts/{account_id}/password-reset")
async def reset_password(
    services: Services,
    _session: SignedIn,
    command: Annotated[AccountAct, Depends(command_from(AccountAct, path=ACCOUNT))],
    request: Request,
) -> HandedOver:
    """A new activation code, shown this once; the old password and all sessions end."""
    handed_over = await services.identity.call(IdentityApi.reset_password, command=command)
    request.app.state.sessions.forget_all()
    return handed_over
