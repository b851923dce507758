"""The interface of the identity service."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.base import Actor, Page, Role, rpc
from contracts.identity.accounts import (
    AccountAct,
    AccountRow,
    ApplicantFilter,
    ChangeAccount,
    HandedOver,
    OpenApplicantAccount,
    OpenStaffAccount,
    SetStaffRoles,
    StaffFilter,
    WithdrawEnrolment,
)
from contracts.identity.imports import (
    ApplicantImport,
    CheckApplicants,
    FaultyRows,
    ImportTemplate,
    OpenCheckedApplicants,
    OpenedApplicants,
)
from contracts.identity.organizations import (
    AccountOptions,
    ChangeOrganization,
    CreateOrganization,
    Founded,
    OrganizationAct,
    OrganizationCreated,
    OrganizationDetail,
    OrganizationFilter,
    OrganizationRow,
    OrganizationSummary,
    SetCommitteeRights,
)
from contracts.identity.services import (
    AccountName,
    Contact,
    Enrolment,
    ExpertAccount,
    ExpertAccountRequest,
    OpenPoolAccount,
    PersonFacts,
    RecoveryMessage,
)
from contracts.identity.sign_in import (
    AccountView,
    Activation,
    CaptchaChallenge,
    OpenSession,
    Origin,
    OwnContact,
    PasswordChange,
    RecoveryCompletion,
    RecoveryRequest,
    RecoveryStarted,
    ResolvedSession,
    SessionView,
    SignedIn,
    SignIn,
)
from contracts.operations import Operated
from contracts.profiles import PublishesProfiles

# Seconds for what hashes or draws: in the morning of a deadline many sign in at once and wait for each other.
HASHING = 15


class IdentityApi(PublishesProfiles, Operated):
    """Who people and organisations are, and who may act as what."""

    name: ClassVar[str] = "identity"

    @rpc(callers=("declaration", "review", "committee", "documents", "notify"), actor=False)
    def organizations(self, *, organization_ids: tuple[UUID, ...]) -> tuple[OrganizationSummary, ...]:
        """The organisations with these ids, in the profile of the call; unknown ids are left out."""
        raise NotImplementedError

    @rpc(callers=("declaration", "review", "committee", "notify"), actor=False)
    def ancestors(self, *, organization_id: UUID) -> tuple[OrganizationSummary, ...]:
        """The organisation itself and its parents up to the root, in this order. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("review", "committee", "notify"), actor=False)
    def accounts_with_role(self, *, organization_id: UUID, role: Role) -> tuple[UUID, ...]:
        """The enabled accounts that hold the role in the organisation."""
        raise NotImplementedError

    @rpc(callers=("review", "committee", "documents"), actor=False)
    def acting_as(self, *, account_id: UUID) -> Actor:
        """What the account acts as at this moment, for background work that it ordered; it belongs to no session.

        Refuses: NotFound, also for a disabled account.
        """
        raise NotImplementedError

    @rpc(callers=("notify",), actor=False)
    def contacts(self, *, account_ids: tuple[UUID, ...]) -> tuple[Contact, ...]:
        """Where the owners of the accounts are reached."""
        raise NotImplementedError

    @rpc(callers=("committee",), actor=False)
    def account_names(self, *, account_ids: tuple[UUID, ...]) -> tuple[AccountName, ...]:
        """Whose accounts these are; unknown ids are left out."""
        raise NotImplementedError

    @rpc()
    def masked_names(self, *, account_ids: tuple[UUID, ...]) -> tuple[AccountName, ...]:
        """Whose accounts stand in the audit, the names masked, for operators. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def account_called(self, *, login_name: str) -> AccountName:
        """The staff account with this login name, the person's name masked, for operators. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("notify",), actor=False)
    def recovery_message(self, *, recovery_id: UUID) -> RecoveryMessage:
        """The code of a recovery, to be sent. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("declaration", "committee"), actor=False)
    def person(self, *, person_id: UUID) -> PersonFacts:
        """What identity knows of the person. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("declaration",), actor=False)
    def enrolment(self, *, account_id: UUID, year: int) -> Enrolment:
        """For which organisation the account may declare in the year. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("committee",), actor=True, timeout=30)
    def open_expert_accounts(
        self, *, command_id: UUID, experts: tuple[ExpertAccountRequest, ...]
    ) -> tuple[ExpertAccount, ...]:
        """Open accounts for experts, or link those who have one; the same command id gives the same accounts.

        A repeat answers without activation codes, for they are shown once. Refuses: InvalidInput.
        """
        raise NotImplementedError

    @rpc(callers=("committee",), actor=True)
    def grant_pool_manager(
        self, *, command_id: UUID, account_id: UUID, committee_id: UUID, committee_code: str | None = None
    ) -> None:
        """Let an account of the actor's profile fill the pool of a committee. Refuses: NotFound.

        With the committee's code the account may choose the committee by it at sign-in (HB-109, W8).
        """
        raise NotImplementedError

    @rpc(callers=("committee",), actor=True)
    def revoke_pool_manager(self, *, command_id: UUID, account_id: UUID, committee_id: UUID) -> None:
        """Take the pool of a committee from an account; harmless when it has it not. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("committee",), actor=True)
    def open_pool_account(self, *, command: OpenPoolAccount) -> HandedOver:
        """Open a personal account with the role pool manager; the caller has checked the committee.

        Refuses: InvalidInput (login name taken), NotFound, OrganizationDisabled.
        """
        raise NotImplementedError

    @rpc(callers=("committee",), actor=True)
    def reissue_activation(self, *, command: AccountAct) -> HandedOver:
        """Hand a new activation code to an expert or pool manager who is nothing else (HB-107, HB-110).

        The caller has checked that the account is of the actor's committee. Refuses: NotFound, NotAllowed.
        """
        raise NotImplementedError

    @rpc(callers=("publisher",), actor=False, timeout=30)
    def found(self, *, profile: str) -> Founded:
        """Make the root organisation, its administrator and a system administrator of a profile, once.

        A repeat makes nothing; it answers new activation codes for those who have set no password yet.
        Refuses: ProfileNotPublished.
        """
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False, timeout=HASHING)
    def captcha(self, *, spoken: bool = False) -> CaptchaChallenge:
        """A new captcha: an image, or digits spoken in the reader's language."""
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False, timeout=HASHING)
    def sign_in(self, *, request: SignIn, origin: Origin) -> SignedIn:
        """Open a session.

        Refuses: CaptchaRefused, SignInFailed, TooManyAttempts, ActivationRequired, AccountDisabled.
        """
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False, timeout=HASHING)
    def activate(self, *, request: Activation, origin: Origin) -> None:
        """Set a password with an activation code. Refuses: CodeRefused, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False, timeout=HASHING)
    def request_recovery(self, *, request: RecoveryRequest, origin: Origin) -> RecoveryStarted:
        """Ask for a recovery code; the answer does not say whether there is such an account.

        Refuses: CaptchaRefused, TooManyAttempts.
        """
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False, timeout=HASHING)
    def complete_recovery(self, *, request: RecoveryCompletion, origin: Origin) -> None:
        """Set a new password with a recovery code. Refuses: CodeRefused, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False)
    def resolve_session(self, *, token: str) -> ResolvedSession:
        """Who is signed in by this token now. Refuses: SessionRequired."""
        raise NotImplementedError

    @rpc(actor=False)
    def watch_sessions(self, *, session_ids: tuple[UUID, ...], roles: bool = False) -> tuple[OpenSession, ...]:
        """Those of the sessions that are open, on `roles` with what they act as; looking is no activity."""
        raise NotImplementedError

    @rpc()
    def sign_out(self) -> None:
        """End the session of the call."""
        raise NotImplementedError

    @rpc()
    def whoami(self) -> AccountView:
        """The signed-in account. Refuses: SessionRequired."""
        raise NotImplementedError

    @rpc()
    def sessions(self) -> tuple[SessionView, ...]:
        """The own open sessions, newest first."""
        raise NotImplementedError

    @rpc()
    def end_session(self, *, session_id: UUID) -> None:
        """End one of the own sessions. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=HASHING)
    def change_password(self, *, request: PasswordChange, origin: Origin) -> None:
        """Change the own password; all sessions end. Refuses: WrongPassword, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc(timeout=HASHING)
    def change_contact(self, *, request: OwnContact, origin: Origin) -> AccountView:
        """Change where the own person is reached. Refuses: WrongPassword, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc(actor=False)
    def account_options(self) -> AccountOptions:
        """Choices and rules of the forms for organisations and accounts."""
        raise NotImplementedError

    @rpc()
    def list_organizations(self, *, request: OrganizationFilter) -> Page[OrganizationRow]:
        """The children of an organisation in the actor's scope (HB-11). Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def organization(self, *, organization_id: UUID) -> OrganizationDetail:
        """An organisation in the actor's scope. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def create_organization(self, *, command: CreateOrganization) -> OrganizationCreated:
        """Refuses: NotFound, NotAllowed, InvalidInput, CommitteeRightsReserved, OrganizationDisabled."""
        raise NotImplementedError

    @rpc()
    def change_organization(self, *, command: ChangeOrganization) -> OrganizationDetail:
        """Refuses: NotFound, NotAllowed, InvalidInput, CommitteeRightsReserved, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def set_committee_rights(self, *, command: SetCommitteeRights) -> OrganizationDetail:
        """Refuses: NotFound, CommitteeRightsReserved, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def disable_organization(self, *, command: OrganizationAct) -> OrganizationDetail:
        """Close an organisation: its staff are signed out and cannot sign in. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def enable_organization(self, *, command: OrganizationAct) -> OrganizationDetail:
        """Open a disabled organisation again. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def delete_organization(self, *, command: OrganizationAct) -> None:
        """Remove an organisation that was never used. Refuses: NotFound, NotAllowed, OrganizationInUse."""
        raise NotImplementedError

    @rpc()
    def reset_administrator(self, *, command: OrganizationAct) -> HandedOver:
        """A new activation code for the administrator of a child organisation. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def list_staff(self, *, request: StaffFilter) -> Page[AccountRow]:
        """The staff accounts of an own organisation (HB-17). Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def open_staff_account(self, *, command: OpenStaffAccount) -> HandedOver:
        """Refuses: NotFound, NotAllowed, InvalidInput, OrganizationDisabled."""
        raise NotImplementedError

    @rpc()
    def set_staff_roles(self, *, command: SetStaffRoles) -> AccountRow:
        """Refuses: NotFound, NotAllowed, InvalidInput, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def list_applicants(self, *, request: ApplicantFilter) -> Page[AccountRow]:
        """The applicants of an own organisation in a year (HB-20). Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def applicant_template(self) -> ImportTemplate:
        """The workbook by which applicants are imported. Refuses: NotFound where the province takes none."""
        raise NotImplementedError

    @rpc()
    def check_applicants(self, *, command: CheckApplicants) -> ApplicantImport:
        """Have a workbook of applicants checked in the background. Refuses: NotFound, NotAllowed, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def applicant_import(self, *, import_id: UUID) -> ApplicantImport:
        """An own import: what the check found, what was opened. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def faulty_rows(self, *, import_id: UUID) -> FaultyRows:
        """The rows of an own import that must be corrected. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc(timeout=HASHING)
    def open_checked_applicants(self, *, command: OpenCheckedApplicants) -> OpenedApplicants:
        """Open the next accounts of a checked import.

        Refuses: NotFound, NotAllowed, WrongState, OrganizationDisabled.
        """
        raise NotImplementedError

    @rpc(callers=("declaration",))
    def withdraw_enrolment(self, *, command: WithdrawEnrolment) -> None:
        """Take back a wrong enrolment; declaration has checked that nothing was declared.

        Refuses: NotFound, NotAllowed.
        """
        raise NotImplementedError

    @rpc()
    def open_applicant_account(self, *, command: OpenApplicantAccount) -> HandedOver:
        """Refuses: NotFound, NotAllowed, InvalidInput, AlreadyEnrolled, OrganizationDisabled."""
        raise NotImplementedError

    @rpc()
    def change_account(self, *, command: ChangeAccount) -> AccountRow:
        """Refuses: NotFound, NotAllowed, InvalidInput, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def disable_account(self, *, command: AccountAct) -> AccountRow:
        """Close an account: its sessions end. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def enable_account(self, *, command: AccountAct) -> AccountRow:
        """Open a disabled account again. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def reset_password(self, *, command: AccountAct) -> HandedOver:
        """A new activation code; the old password and all sessions end. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError
