"""What other services ask identity about people, and what the committee service wants opened."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.base import Command, Message
from contracts.identity.fields import Line, OptionalLine


class Contact(Message):
    """Where an account's owner is reached. For notify only; never stored beyond the attempt, never logged."""

    account_id: UUID
    profile: str
    display_name: str
    mobile: str | None
    email: str | None
    locale: str


class AccountName(Message):
    """Whose account it is, for readers who may see it; never stored with other services."""

    account_id: UUID
    display_name: str


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


class OpenPoolAccount(Command):
    """A personal account to fill the pool of a committee (HB-109, W8); its unit is `organization_id`."""

    organization_id: UUID
    committee_id: UUID
    committee_code: Annotated[Line, Field(max_length=32)]
    login_name: Annotated[Line, Field(max_length=32)]
    real_name: Annotated[Line, Field(max_length=50)]
    mobile: OptionalLine = Field(default=None, max_length=24)
