"""Messages about the organisation tree."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.base import Command, Message, PageRequest, SecretAnswer, VersionedCommand
from contracts.identity.accounts import HandedOver
from contracts.identity.fields import Line, OptionalLine


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


class ChangeOrganization(VersionedCommand):
    """A changed form of an organisation directly below an own one."""

    expected_version: int
    organization_id: UUID
    form: OrganizationForm


class SetCommitteeRights(VersionedCommand):
    """The root office gives or takes the committee rights of any organisation of its tree (HB-13)."""

    expected_version: int
    organization_id: UUID
    committee_creation_right: bool
    committee_formation_right: bool


class OrganizationAct(VersionedCommand):
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


class OrganizationCreated(SecretAnswer):
    """A new organisation and the account of its administrator."""

    organization: OrganizationSummary
    administrator: HandedOver

    def without_secrets(self) -> OrganizationCreated:
        return self.model_copy(update={"administrator": self.administrator.without_secrets()})


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
