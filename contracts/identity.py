"""The identity service: persons, organisation tree, accounts, roles, sessions, captcha and recovery."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, SecretStr, StringConstraints

from contracts.base import Command, Message, Page, PageRequest, Role, SecretAnswer, rpc
from contracts.errors import DomainError, Kind
from contracts.events import AccountKind
from contracts.identifiers import DocumentType
from contracts.profiles import PublishesProfiles

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]*$")
]
OptionalLine = Annotated[Line | None, BeforeValidator(lambda value: value or None)]

# Hidden in every text of the program, in clear only inside a message on the bus.
_Secret = Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value, return_type=str, when_used="json")]
Password = Annotated[_Secret, Field(min_length=1, max_length=128)]
Code = Annotated[_Secret, Field(min_length=1, max_length=40)]


class SignInFailed(DomainError):
    """Account, password or activation code is wrong; which of them is not said."""

    code = "identity.sign_in_failed"
    kind = Kind.FORBIDDEN


class CaptchaRefused(DomainError):
    """The captcha was answered wrongly, used before, or is too old: a new one is needed."""

    code = "identity.captcha_refused"
    kind = Kind.INVALID


class TooManyAttempts(DomainError):
    """The account or the address is locked for a while after too many attempts; `until` says when it opens again."""

    code = "identity.too_many_attempts"
    kind = Kind.FORBIDDEN


class ActivationRequired(DomainError):
    """The activation code is right, but it opens nothing except setting a password (HB-19, PL-09)."""

    code = "identity.activation_required"
    kind = Kind.FORBIDDEN


class AccountDisabled(DomainError):
    """The account, or every organisation it acts for, is disabled."""

    code = "identity.account_disabled"
    kind = Kind.FORBIDDEN


class CodeRefused(DomainError):
    """The activation or recovery code is wrong, used, locked or too old; which of them is not said."""

    code = "identity.code_refused"
    kind = Kind.FORBIDDEN


class WrongPassword(DomainError):
    """The present password was given wrongly by somebody who is signed in."""

    code = "identity.wrong_password"
    kind = Kind.FORBIDDEN


class AlreadyEnrolled(DomainError):
    """The person has an account for this year already, by this or another unit (HB-22)."""

    code = "identity.already_enrolled"
    kind = Kind.CONFLICT


class CommitteeRightsReserved(DomainError):
    """Only the office at the root of the tree gives or takes committee rights (HB-13)."""

    code = "identity.committee_rights_reserved"
    kind = Kind.FORBIDDEN


class OrganizationInUse(DomainError):
    """An organisation with children, applicants or accounts in use is not deleted (HB-14); it can be disabled."""

    code = "identity.organization_in_use"
    kind = Kind.CONFLICT


class OrganizationDisabled(DomainError):
    """The organisation is disabled: nothing is opened in or below it."""

    code = "identity.organization_disabled"
    kind = Kind.CONFLICT


class DemonstrationOnly(DomainError):
    """This exists only in an installation that is marked as a demonstration."""

    code = "identity.demonstration_only"
    kind = Kind.NOT_FOUND


class OrganizationSummary(Message):
    """An organisation as other services and lists show it. Name in clear; region is a GB/T 2260 code."""

    organization_id: UUID
    parent_id: UUID | None
    code: str
    name: str
    category: str
    region: str
    is_enabled: bool
    may_create_committees: bool
    may_form_committees: bool
    version: int


class Contact(Message):
    """Where an account's owner is reached. For notify only; never stored beyond the attempt, never logged."""

    account_id: UUID
    profile: str
    display_name: str
    mobile: str | None
    email: str | None
    locale: str


class PersonFacts(Message):
    """What identity knows of a person, to prefill forms and to match experts. `id_document_no` in clear."""

    person_id: UUID
    real_name: str
    id_document_type: str
    id_document_no: str
    mobile: str | None
    email: str | None


class Enrolment(Message):
    """The right of an applicant to declare in one year, and for which organisation (HB-22, HB-23)."""

    account_id: UUID
    person_id: UUID
    year: int
    organization_id: UUID


class ExpertAccountRequest(Message):
    """An expert for whom an account is wanted; `reference` is the caller's id for the answer."""

    reference: UUID
    real_name: str
    id_document_type: str
    id_document_no: str
    mobile: str | None = None
    email: str | None = None


class ExpertAccount(Message):
    """The account of an expert. `activation_code` is None where the person already had an account."""

    reference: UUID
    account_id: UUID
    person_id: UUID
    activation_code: str | None


class RecoveryMessage(Message):
    """A recovery code to be sent while it is valid; None fields once it was used or is over."""

    account_id: UUID
    code: str | None
    minutes: int


class LoginKind(StrEnum):
    """Which way in (HB-04, HB-06): persons by the number of their identity document, units by login name."""

    PERSON = "person"
    UNIT = "unit"


class Origin(Message):
    """From where somebody signs in, as the gateway sees it."""

    address: str = Field(max_length=64)
    user_agent: str = Field(default="", max_length=300)


class CaptchaAnswer(Message):
    """What the person read in a captcha's image."""

    captcha_id: UUID
    text: Annotated[str, Field(min_length=1, max_length=16)]


class Login(Message):
    """By what an account is found: identity number, or login name. A committee's code picks one of its manager's.

    `id_document_type` is needed only where two documents of different kinds have the same number.
    """

    kind: LoginKind
    identifier: Annotated[str, Field(min_length=1, max_length=64)]
    id_document_type: DocumentType | None = None
    committee_code: OptionalLine = Field(default=None, max_length=32)


class SignIn(Login):
    """What the sign-in page sends. The password may be an activation code; then the answer is ActivationRequired."""

    password: Password
    captcha: CaptchaAnswer


class Activation(Login):
    """Setting the first password, or a new one after a reset, with the activation code (HB-19, W1)."""

    activation_code: Code
    new_password: Password


class RecoveryRequest(Login):
    """Somebody forgot the password and wants a code (PL-27, W2)."""

    captcha: CaptchaAnswer


class RecoveryCompletion(Message):
    """Setting a new password with the code that was sent."""

    recovery_id: UUID
    code: Code
    new_password: Password


class PasswordChange(Message):
    """Changing the own password."""

    current_password: Password
    new_password: Password


class OwnContact(Message):
    """Where the signed-in person wants to be reached; changing it takes the password."""

    current_password: Password
    mobile: OptionalLine = Field(default=None, max_length=24)
    email: OptionalLine = Field(default=None, max_length=100)
    locale: Annotated[str, Field(pattern="^(zh-CN|en)$")] = "zh-CN"


class CaptchaChallenge(Message):
    """An image whose text is to be typed, once and soon."""

    captcha_id: UUID
    image_png: str = Field(description="PNG image, base64")
    expires_at: datetime


class RecoveryStarted(Message):
    """The answer to every request for a recovery code, whether such an account exists or not."""

    recovery_id: UUID
    minutes: int


class RoleView(Message):
    """A role with the names that the page head shows (HB-171)."""

    role: Role
    organization_id: UUID | None
    organization_name: str | None
    committee_id: UUID | None
    committee_code: str | None


class AccountView(Message):
    """The signed-in account as its owner sees it; numbers masked. `previous_sign_in_at` is None at the first time."""

    account_id: UUID
    person_id: UUID
    kind: AccountKind
    display_name: str
    login_name: str | None
    id_document_no: str | None
    mobile: str | None
    email: str | None
    locale: str
    roles: tuple[RoleView, ...]
    signed_in_at: datetime
    previous_sign_in_at: datetime | None
    previous_address: str | None


class SignedIn(Message):
    """A session was opened: `token` goes into the cookie and nowhere else."""

    token: str
    session_id: UUID
    expires_at: datetime
    account: AccountView


class ResolvedSession(Message):
    """What a session stands for at this moment: a signed actor token for 60 seconds, and the account."""

    actor_token: str
    session_id: UUID
    account: AccountView


class SessionView(Message):
    """One of the own sessions."""

    session_id: UUID
    signed_in_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str
    is_current: bool


class Option(Message):
    """A choice in a select: code and label by language."""

    code: str
    label: dict[str, str]


class Region(Message):
    """An administrative division by its GB/T 2260 code."""

    code: str
    name: str
    parent: str | None


class AccountOptions(Message):
    """What the forms for organisations and accounts offer, and the rules that the pages tell before input."""

    org_category: tuple[Option, ...]
    org_nature: tuple[Option, ...]
    economic_type: tuple[Option, ...]
    industry: tuple[Option, ...]
    id_document_type: tuple[Option, ...]
    regions: tuple[Region, ...]
    enrolment_years: tuple[int, ...]
    password_min_length: int


class OrganizationForm(Message):
    """The form of an organisation (HB-T2), without its parent."""

    org_code: Annotated[Line, Field(max_length=4, pattern="^[A-Za-z0-9]*$")]
    region: Annotated[str, Field(pattern="^[0-9]{6}$")]
    org_name: Annotated[Line, Field(min_length=2, max_length=100)]
    org_category: str
    org_nature: str
    economic_type: OptionalLine = None
    committee_creation_right: bool = False
    committee_formation_right: bool = False
    industry: str
    unified_social_credit_code: OptionalLine = Field(default=None, max_length=50)
    organization_code: OptionalLine = Field(default=None, max_length=50)
    contact_person: OptionalLine = Field(default=None, max_length=20)
    contact_phone: OptionalLine = Field(default=None, max_length=12)
    fax: OptionalLine = Field(default=None, max_length=20)
    email: OptionalLine = Field(default=None, max_length=100)
    postcode: OptionalLine = Field(default=None, max_length=20)
    address: OptionalLine = Field(default=None, max_length=100)
    supervising_person: Annotated[Line, Field(max_length=50)]


class CreateOrganization(Command):
    """A new organisation below an own one, with its administrator's account (HB-10, HB-15).

    Without a login name the administrator gets one made of the codes on the way from the root; without a name, that
    of the supervising person.
    """

    parent_id: UUID
    form: OrganizationForm
    administrator_login_name: OptionalLine = Field(default=None, max_length=32)
    administrator_name: OptionalLine = Field(default=None, max_length=50)
    administrator_mobile: OptionalLine = Field(default=None, max_length=24)


class ChangeOrganization(Command):
    """A changed form of an organisation directly below an own one."""

    expected_version: int
    organization_id: UUID
    form: OrganizationForm


class SetCommitteeRights(Command):
    """The root office gives or takes the committee rights of any organisation of its tree (HB-13)."""

    expected_version: int
    organization_id: UUID
    committee_creation_right: bool
    committee_formation_right: bool


class OrganizationAct(Command):
    """Enable, disable or delete an organisation, or hand its administrator a new activation code."""

    organization_id: UUID


class OrganizationFilter(PageRequest):
    """Which child organisations are listed (HB-T1.1); without a parent those of the actor's own organisation."""

    parent_id: UUID | None = None
    org_name: OptionalLine = Field(default=None, max_length=100)
    org_category: OptionalLine = Field(default=None, max_length=40)
    contact_person: OptionalLine = Field(default=None, max_length=20)
    region: OptionalLine = Field(default=None, max_length=6)
    supervising_person: OptionalLine = Field(default=None, max_length=50)


class OrganizationDetail(Message):
    """An organisation whole, for those above it and for its own people."""

    organization_id: UUID
    parent_id: UUID | None
    parent_name: str | None
    form: OrganizationForm
    is_enabled: bool
    has_children: bool
    administrator_account_id: UUID | None
    administrator_login_name: str | None
    version: int


class OrganizationRow(Message):
    """One line of the list of child organisations (HB-T1.3)."""

    organization_id: UUID
    org_code: str
    org_name: str
    org_category: str
    contact_person: str | None
    region: str
    supervising_person: str
    is_enabled: bool
    version: int


class HandedOver(SecretAnswer):
    """An account with its one-time activation code, shown once to whoever opened or reset it (W1).

    `activation_code` is None for a repeat of the command, and where the person has a password already.
    """

    account_id: UUID
    login_name: str | None
    activation_code: str | None
    expires_at: datetime | None

    def without_secrets(self) -> HandedOver:
        return self.model_copy(update={"activation_code": None})


class OrganizationCreated(SecretAnswer):
    """A new organisation and the account of its administrator."""

    organization: OrganizationSummary
    administrator: HandedOver

    def without_secrets(self) -> OrganizationCreated:
        return self.model_copy(update={"administrator": self.administrator.without_secrets()})


class OpenStaffAccount(Command):
    """An account for a case officer or leader of an own organisation (HB-16, HB-T3.1)."""

    organization_id: UUID
    login_name: Annotated[Line, Field(max_length=32)]
    real_name: Annotated[Line, Field(max_length=50)]
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=4)]
    mobile: OptionalLine = Field(default=None, max_length=24)
    email: OptionalLine = Field(default=None, max_length=100)


class SetStaffRoles(Command):
    """Which staff roles an account has in an own organisation; an applicant of the unit may get some as well."""

    expected_version: int
    organization_id: UUID
    account_id: UUID
    roles: Annotated[tuple[Role, ...], Field(max_length=4)]


class OpenApplicantAccount(Command):
    """An account of an applicant of the own unit for one year (HB-20, HB-22, HB-T3.2), by default the present one."""

    organization_id: UUID
    real_name: Annotated[Line, Field(max_length=50)]
    id_document_type: DocumentType = DocumentType.RESIDENT
    id_document_no: Annotated[Line, Field(max_length=40)]
    mobile: Annotated[Line, Field(max_length=24)]
    email: OptionalLine = Field(default=None, max_length=100)
    year: int | None = Field(default=None, ge=2000, le=2999)


class ChangeAccount(Command):
    """Corrected name and contacts of an account of the own unit."""

    expected_version: int
    account_id: UUID
    real_name: Annotated[Line, Field(max_length=50)]
    mobile: OptionalLine = Field(default=None, max_length=24)
    email: OptionalLine = Field(default=None, max_length=100)


class AccountAct(Command):
    """Enable or disable an account, or hand it a new activation code."""

    account_id: UUID


class AccountFilter(PageRequest):
    """Which accounts of an own organisation are listed; the number is compared whole, the name in part."""

    organization_id: UUID | None = None
    real_name: OptionalLine = Field(default=None, max_length=50)
    is_enabled: bool | None = None


class StaffFilter(AccountFilter):
    """Which staff accounts are listed."""

    role: Role | None = None


class ApplicantFilter(AccountFilter):
    """Which applicants are listed; without year, those of the present one."""

    id_document_no: OptionalLine = Field(default=None, max_length=40)
    year: int | None = None


class AccountRow(Message):
    """One line of a list of accounts, numbers masked (W4)."""

    account_id: UUID
    login_name: str | None
    real_name: str
    id_document_type: DocumentType | None
    id_document_no: str | None
    mobile: str | None
    roles: tuple[Role, ...]
    year: int | None
    is_enabled: bool
    is_activated: bool
    version: int


class OpenPoolAccount(Command):
    """A personal account to fill the pool of a committee (HB-109, W8); its unit is `organization_id`."""

    organization_id: UUID
    committee_id: UUID
    committee_code: Annotated[Line, Field(max_length=32)]
    login_name: Annotated[Line, Field(max_length=32)]
    real_name: Annotated[Line, Field(max_length=50)]
    mobile: OptionalLine = Field(default=None, max_length=24)


class Founded(SecretAnswer):
    """What a profile begins with: its root organisation, and the two accounts that everything else is opened from."""

    organization_id: UUID
    administrator: HandedOver
    system_administrator: HandedOver

    def without_secrets(self) -> Founded:
        return self.model_copy(
            update={
                "administrator": self.administrator.without_secrets(),
                "system_administrator": self.system_administrator.without_secrets(),
            }
        )


class IdentityApi(PublishesProfiles):
    """Who people and organisations are, and who may act as what."""

    name: ClassVar[str] = "identity"

    @rpc(callers=("declaration", "review", "committee", "documents", "notify"), actor=False)
    def organizations(self, *, organization_ids: tuple[UUID, ...]) -> tuple[OrganizationSummary, ...]:
        """The organisations with these ids, in the profile of the call; unknown ids are left out."""
        raise NotImplementedError

    @rpc(callers=("declaration", "review", "committee"), actor=False)
    def ancestors(self, *, organization_id: UUID) -> tuple[OrganizationSummary, ...]:
        """The organisation itself and its parents up to the root, in this order. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("review", "committee", "notify"), actor=False)
    def accounts_with_role(self, *, organization_id: UUID, role: Role) -> tuple[UUID, ...]:
        """The enabled accounts that hold the role in the organisation."""
        raise NotImplementedError

    @rpc(callers=("notify",), actor=False)
    def contacts(self, *, account_ids: tuple[UUID, ...]) -> tuple[Contact, ...]:
        """Where the owners of the accounts are reached."""
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

    @rpc(callers=("gateway",), actor=False)
    def captcha(self) -> CaptchaChallenge:
        """A new captcha."""
        raise NotImplementedError

    @rpc(callers=("gateway", "publisher"), actor=False)
    def captcha_answer(self, *, captcha_id: UUID) -> str:
        """The text of a captcha, for the local page of a demonstration. Refuses: DemonstrationOnly, NotFound."""
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False)
    def sign_in(self, *, request: SignIn, origin: Origin) -> SignedIn:
        """Open a session.

        Refuses: CaptchaRefused, SignInFailed, TooManyAttempts, ActivationRequired, AccountDisabled.
        """
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False)
    def activate(self, *, request: Activation, origin: Origin) -> None:
        """Set a password with an activation code. Refuses: CodeRefused, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False)
    def request_recovery(self, *, request: RecoveryRequest, origin: Origin) -> RecoveryStarted:
        """Ask for a recovery code; the answer does not say whether there is such an account.

        Refuses: CaptchaRefused, TooManyAttempts.
        """
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False)
    def complete_recovery(self, *, request: RecoveryCompletion, origin: Origin) -> None:
        """Set a new password with a recovery code. Refuses: CodeRefused, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc(callers=("gateway",), actor=False)
    def resolve_session(self, *, token: str) -> ResolvedSession:
        """Who is signed in by this token now. Refuses: SessionRequired."""
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

    @rpc()
    def change_password(self, *, request: PasswordChange, origin: Origin) -> None:
        """Change the own password; all sessions end. Refuses: WrongPassword, InvalidInput, TooManyAttempts."""
        raise NotImplementedError

    @rpc()
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
