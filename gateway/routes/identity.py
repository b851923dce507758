"""Signing in, the own account, the organisation tree and its accounts (identity)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.base import Page
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
from gateway.clients import Services
from gateway.commands import command_from
from gateway.middleware import TokenBuckets, client_address
from gateway.problems import TooManyRequests
from gateway.session import SignedIn, Visitor, give_cookie, take_cookie

router = APIRouter(prefix="/{profile}", tags=["identity"])


async def origin(request: Request) -> Origin:
    """From where the request comes. Refuses: TooManyRequests, where the address tries passwords too often."""
    settings = request.app.state.settings
    headers = {name.lower(): value for name, value in request.headers.items()}
    address = client_address(request.scope, headers, settings)
    buckets: TokenBuckets = request.app.state.sign_ins
    if not buckets.take(address):
        raise TooManyRequests()
    return Origin(address=address[:64], user_agent=headers.get("user-agent", "")[:300])


FromWhere = Annotated[Origin, Depends(origin)]


@router.post("/captchas", status_code=201)
async def make_captcha(services: Services, _profile: Visitor) -> CaptchaChallenge:
    """A new captcha."""
    return await services.identity.call(IdentityApi.captcha)


@router.post("/sessions", status_code=201)
async def sign_in(
    services: Services, profile: Visitor, origin: FromWhere, request: Request, response: Response, body: SignIn
) -> AccountView:
    """Sign in; the session comes as a cookie that scripts cannot read."""
    opened = await services.identity.call(IdentityApi.sign_in, request=body, origin=origin)
    give_cookie(response, request.app.state.settings, profile=profile, token=opened.token, expires_at=opened.expires_at)
    return opened.account


@router.delete("/sessions/current", status_code=204)
async def sign_out(
    services: Services, session: SignedIn, request: Request, response: Response, profile: Visitor
) -> None:
    """End the own session."""
    await services.identity.call(IdentityApi.sign_out)
    take_cookie(request, response, request.app.state.settings, profile=profile)


@router.get("/sessions")
async def list_sessions(services: Services, _session: SignedIn) -> tuple[SessionView, ...]:
    """Where the own account is signed in."""
    return await services.identity.call(IdentityApi.sessions)


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(services: Services, _session: SignedIn, session_id: UUID, request: Request) -> None:
    """End a session of the own account."""
    await services.identity.call(IdentityApi.end_session, session_id=session_id)
    request.app.state.sessions.forget_all()


@router.post("/activations", status_code=204)
async def activate(services: Services, _profile: Visitor, origin: FromWhere, body: Activation) -> None:
    """Set a password with the one-time activation code."""
    await services.identity.call(IdentityApi.activate, request=body, origin=origin)


@router.post("/recoveries", status_code=202)
async def request_recovery(
    services: Services, _profile: Visitor, origin: FromWhere, body: RecoveryRequest
) -> RecoveryStarted:
    """Ask for a code; the answer is the same whether such an account exists or not."""
    return await services.identity.call(IdentityApi.request_recovery, request=body, origin=origin)


@router.post("/recoveries/complete", status_code=204)
async def complete_recovery(services: Services, _profile: Visitor, origin: FromWhere, body: RecoveryCompletion) -> None:
    """Set a new password with the code that was sent."""
    await services.identity.call(IdentityApi.complete_recovery, request=body, origin=origin)


@router.get("/me")
async def who_am_i(services: Services, _session: SignedIn) -> AccountView:
    """The own account."""
    return await services.identity.call(IdentityApi.whoami)


@router.put("/me/password", status_code=204)
async def change_password(
    services: Services, _session: SignedIn, origin: FromWhere, body: PasswordChange, request: Request
) -> None:
    """Change the own password; all other sessions end."""
    await services.identity.call(IdentityApi.change_password, request=body, origin=origin)
    request.app.state.sessions.forget_all()


@router.put("/me/contact")
async def change_contact(services: Services, _session: SignedIn, origin: FromWhere, body: OwnContact) -> AccountView:
    """Change where the own account is reached."""
    return await services.identity.call(IdentityApi.change_contact, request=body, origin=origin)


@router.get("/public/account-options")
async def list_account_options(services: Services, _profile: Visitor) -> AccountOptions:
    """The option lists of the forms for organisations and accounts."""
    return await services.identity.call(IdentityApi.account_options)


@router.post("/organizations/search")
async def search_organizations(
    services: Services, _session: SignedIn, search: OrganizationFilter
) -> Page[OrganizationRow]:
    """Child organisations; the filters hold names, which do not belong into an address."""
    return await services.identity.call(IdentityApi.list_organizations, request=search)


@router.post("/organizations", status_code=201)
async def create_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[CreateOrganization, Depends(command_from(CreateOrganization))],
) -> OrganizationCreated:
    """Create a direct child; its administrator's activation code is shown once."""
    return await services.identity.call(IdentityApi.create_organization, command=command)


@router.get("/organizations/{organization_id}")
async def show_organization(services: Services, _session: SignedIn, organization_id: UUID) -> OrganizationDetail:
    """One organisation whole."""
    return await services.identity.call(IdentityApi.organization, organization_id=organization_id)


@router.put("/organizations/{organization_id}")
async def change_organization(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        ChangeOrganization, Depends(command_from(ChangeOrganization, path=("organization_id",), versioned=True))
    ],
) -> OrganizationDetail:
    """Change the form of a direct child."""
    return await services.identity.call(IdentityApi.change_organization, command=command)


@router.put("/organizations/{organization_id}/committee-rights")
async def set_committee_rights(
    services: Services,
    _session: SignedIn,
    command: Annotated[
        SetCommitteeRights, Depends(command_from(SetCommitteeRights, path=("organization_id",), versioned=True))
    ],
) -> OrganizationDetail:
    """Give or take the right to create or form committees."""
    return await services.identity.call(IdentityApi.set_committee_rights, command=command)


OrganizationCommand = Annotated[
    OrganizationAct, Depends(command_from(OrganizationAct, path=("organization_id",), versioned=True))
]


@router.post("/organizations/{organization_id}/disable")
async def disable_organization(
    services: Services, _session: SignedIn, command: OrganizationCommand
) -> OrganizationDetail:
    """Take an organisation out of use."""
    return await services.identity.call(IdentityApi.disable_organization, command=command)


@router.post("/organizations/{organization_id}/enable")
async def enable_organization(
    services: Services, _session: SignedIn, command: OrganizationCommand
) -> OrganizationDetail:
    """Put an organisation into use again."""
    return await services.identity.call(IdentityApi.enable_organization, command=command)


@router.delete("/organizations/{organization_id}", status_code=204)
async def delete_organization(services: Services, _session: SignedIn, command: OrganizationCommand) -> None:
    """Delete an organisation that nothing hangs on."""
    await services.identity.call(IdentityApi.delete_organization, command=command)


@router.post("/organizations/{organization_id}/administrator/reset")
async def reset_administrator(services: Services, _session: SignedIn, command: OrganizationCommand) -> HandedOver:
    """Hand the administrator of a direct child a new activation code, shown once."""
    return await services.identity.call(IdentityApi.reset_administrator, command=command)


@router.post("/staff/search")
async def search_staff(services: Services, _session: SignedIn, search: StaffFilter) -> Page[AccountRow]:
    """The own organisation's officers and leaders."""
    return await services.identity.call(IdentityApi.list_staff, request=search)


@router.post("/staff", status_code=201)
async def open_staff_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenStaffAccount, Depends(command_from(OpenStaffAccount))],
) -> HandedOver:
    """Open an account for an officer or leader; the activation code is shown once."""
    return await services.identity.call(IdentityApi.open_staff_account, command=command)


@router.put("/staff/{account_id}/roles")
async def set_staff_roles(
    services: Services,
    _session: SignedIn,
    command: Annotated[SetStaffRoles, Depends(command_from(SetStaffRoles, path=("account_id",), versioned=True))],
) -> AccountRow:
    """Change what an officer or leader may act as."""
    return await services.identity.call(IdentityApi.set_staff_roles, command=command)


@router.post("/applicants/search")
async def search_applicants(services: Services, _session: SignedIn, search: ApplicantFilter) -> Page[AccountRow]:
    """The own organisation's applicants."""
    return await services.identity.call(IdentityApi.list_applicants, request=search)


@router.post("/applicants", status_code=201)
async def open_applicant_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[OpenApplicantAccount, Depends(command_from(OpenApplicantAccount))],
) -> HandedOver:
    """Open an applicant's account, or the person's year; the activation code is shown once."""
    return await services.identity.call(IdentityApi.open_applicant_account, command=command)


@router.put("/accounts/{account_id}")
async def change_account(
    services: Services,
    _session: SignedIn,
    command: Annotated[ChangeAccount, Depends(command_from(ChangeAccount, path=("account_id",), versioned=True))],
) -> AccountRow:
    """Correct an account of the own organisation."""
    return await services.identity.call(IdentityApi.change_account, command=command)


AccountCommand = Annotated[AccountAct, Depends(command_from(AccountAct, path=("account_id",), versioned=True))]


@router.post("/accounts/{account_id}/disable")
async def disable_account(services: Services, _session: SignedIn, command: AccountCommand) -> AccountRow:
    """Take an account out of use; its sessions end."""
    return await services.identity.call(IdentityApi.disable_account, command=command)


@router.post("/accounts/{account_id}/enable")
async def enable_account(services: Services, _session: SignedIn, command: AccountCommand) -> AccountRow:
    """Put an account into use again."""
    return await services.identity.call(IdentityApi.enable_account, command=command)


@router.post("/accounts/{account_id}/reset")
async def reset_password(services: Services, _session: SignedIn, command: AccountCommand) -> HandedOver:
    """Hand an account of the own organisation a new activation code, shown once."""
    return await services.identity.call(IdentityApi.reset_password, command=command)
