"""The identity service: persons, organisation tree, accounts, roles, sessions, captcha and recovery."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.base import Message, Role, rpc
from contracts.profiles import PublishesProfiles


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
    def grant_pool_manager(self, *, command_id: UUID, account_id: UUID, committee_id: UUID) -> None:
        """Let an account of the actor's profile fill the pool of a committee. Refuses: NotFound."""
        raise NotImplementedError
