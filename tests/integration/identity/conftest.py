"""An identity service on a real database, with a profile of the test's own, its tree founded."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from chassis import clock, context, crypto
from chassis.database import Database
from chassis.rpc import Caller
from contracts.base import Actor, Role, RoleGrant
from contracts.identity import (
    Activation,
    CaptchaAnswer,
    CreateOrganization,
    HandedOver,
    Login,
    LoginKind,
    OpenApplicantAccount,
    OpenStaffAccount,
    OrganizationCreated,
    Origin,
    SignedIn,
    SignIn,
)
from contracts.profiles import ProfileSlice
from services.identity.operations.captchas import _hashed
from services.identity.service import IdentityService
from services.identity.settings import Settings
from services.identity.tables import Account, CaptchaRow
from tests.factories.identity import login_name, organization_form, person

PASSWORD = "Klarer-Himmel-7"
# Fewer than the profile allows, so that a test need not hash a hundred passwords.
ADDRESS_ATTEMPTS = 20
ACCOUNTS = Path(__file__).parents[3] / "profiles" / "hebei" / "accounts.yaml"


@dataclass
class Signed:
    """Somebody who has signed in: the token of the cookie and the actor that identity vouches for."""

    token: str
    session_id: uuid.UUID
    actor: Actor
    login: Login


@dataclass
class Identity:
    """The service with what tests do again and again."""

    service: IdentityService
    database: Database
    profile: str
    address: str = field(default_factory=lambda: f"192.0.2.{secrets.randbelow(250)}/{secrets.token_hex(4)}")

    @property
    def origin(self) -> Origin:
        return Origin(address=self.address, user_agent="tests")

    def captcha(self, text: str = "7KPX") -> CaptchaAnswer:
        """A captcha that waits, with its answer."""
        captcha_id = uuid.uuid4()
        with self.database.begin() as session:
            session.add(
                CaptchaRow(
                    id=captcha_id,
                    profile=self.profile,
                    text_hash=_hashed(captcha_id, text),
                    expires_at=clock.now() + timedelta(minutes=3),
                )
            )
        return CaptchaAnswer(captcha_id=captcha_id, text=text.lower())

    def sign_in(self, login: Login, password: str = PASSWORD, **values: Any) -> SignedIn:
        request = SignIn.model_validate(
            {**login.model_dump(), "password": password, "captcha": self.captcha(), **values}
        )
        return self.service.sign_in(request=request, origin=self.origin)

    def activate(self, login: Login, code: str | None, password: str = PASSWORD) -> None:
        request = Activation.model_validate({**login.model_dump(), "activation_code": code, "new_password": password})
        self.service.activate(request=request, origin=self.origin)

    def enter(self, handed_over: HandedOver, number: str | None = None) -> Signed:
        """Activate a handed-over account and sign in."""
        login = login_of(handed_over, number)
        self.activate(login, handed_over.activation_code)
        return self.signed(login)

    def signed(self, login: Login) -> Signed:
        signed_in = self.sign_in(login)
        resolved = self.service.resolve_session(token=signed_in.token)
        return Signed(
            token=signed_in.token,
            session_id=signed_in.session_id,
            actor=self.service.verifier.actor(resolved.actor_token),
            login=login,
        )

    def vouched(self, account_id: uuid.UUID, *grants: RoleGrant) -> Actor:
        """The owner of an account without the sign-in."""
        with self.database.begin() as session:
            account = session.get_one(Account, account_id)
        return Actor(
            account_id=account.id,
            person_id=account.person_id,
            session_id=uuid.uuid4(),
            profile=self.profile,
            roles=grants,
        )

    def create(self, parent: Actor, parent_id: uuid.UUID, **form: Any) -> OrganizationCreated:
        with context.changed(actor=parent):
            return self.service.create_organization(
                command=CreateOrganization(
                    command_id=uuid.uuid4(),
                    parent_id=parent_id,
                    form=organization_form(**form),
                    administrator_login_name=login_name(),
                )
            )

    def staff(self, admin: Actor, organization_id: uuid.UUID, *roles: Role, **values: Any) -> HandedOver:
        with context.changed(actor=admin):
            return self.service.open_staff_account(
                command=OpenStaffAccount.model_validate(
                    {
                        "command_id": uuid.uuid4(),
                        "organization_id": organization_id,
                        "login_name": login_name(),
                        "real_name": "苗知夏",
                        "roles": roles or (Role.CASE_OFFICER,),
                        "mobile": "15400000003",
                    }
                    | values
                )
            )

    def applicant(self, actor: Actor, organization_id: uuid.UUID, **values: Any) -> HandedOver:
        with context.changed(actor=actor):
            return self.service.open_applicant_account(
                command=OpenApplicantAccount.model_validate(
                    {"command_id": uuid.uuid4(), "organization_id": organization_id, **person()} | values
                )
            )


def login_of(handed_over: HandedOver, number: str | None = None) -> Login:
    """How the owner of a handed-over account names it."""
    if number is not None:
        return Login(kind=LoginKind.PERSON, identifier=number)
    assert handed_over.login_name is not None
    return Login(kind=LoginKind.UNIT, identifier=handed_over.login_name)


@dataclass
class Unit:
    """An organisation; `actor` is its administrator as identity would vouch for it."""

    identity: Identity
    organization_id: uuid.UUID
    handed_over: HandedOver
    actor: Actor

    @cached_property
    def admin(self) -> Signed:
        """The administrator after activating the account and signing in, which takes its time."""
        return self.identity.enter(self.handed_over)


@dataclass
class Tree:
    """office → department → university → hospital, and a second university beside the first."""

    office: Unit
    department: Unit
    university: Unit
    hospital: Unit
    other: Unit


@pytest.fixture
def identity(database_of: Callable[..., Database], environment: dict[str, str]) -> Iterator[Identity]:
    """The service in a profile of this test's own."""
    database = database_of("identity")
    settings = Settings()
    crypto.use(crypto.Keyring([("k1", bytes(32))], base64.b64decode(environment["IDENTITY_HASH_KEY"])))
    service = IdentityService(settings, database=database, caller=Caller(settings.amqp_url.get_secret_value()))
    profile = f"test-{secrets.token_hex(6)}"
    content = {"accounts": yaml.safe_load(ACCOUNTS.read_text(encoding="utf-8"))}
    content["accounts"]["sign_in"]["address"] = ADDRESS_ATTEMPTS
    with context.use(context.CallContext(profile=profile, caller="gateway")):
        service.store_profile(profile_slice=ProfileSlice(profile=profile, content_hash="1", content=content), version=1)
        service.activate_profile(profile=profile, version=1)
        yield Identity(service=service, database=database, profile=profile)


@pytest.fixture
def tree(identity: Identity) -> Tree:
    """A founded tree of organisations, each created by the administrator of the one above (HB-10)."""
    founded = identity.service.found(profile=identity.profile)
    office = _unit(identity, founded.organization_id, founded.administrator)
    department = _below(identity, office)
    university = _below(identity, department)
    return Tree(
        office=office,
        department=department,
        university=university,
        hospital=_below(identity, university),
        other=_below(identity, department),
    )


def _below(identity: Identity, parent: Unit) -> Unit:
    created = identity.create(parent.actor, parent.organization_id)
    return _unit(identity, created.organization.organization_id, created.administrator)


def _unit(identity: Identity, organization_id: uuid.UUID, handed_over: HandedOver) -> Unit:
    actor = identity.vouched(handed_over.account_id, RoleGrant(role=Role.ORG_ADMIN, organization_id=organization_id))
    return Unit(identity, organization_id, handed_over, actor)


@pytest.fixture
def rows(identity: Identity) -> Callable[[Any], list[Any]]:
    """A function that gives all rows of a table in the test's profile."""

    def give(table: Any) -> list[Any]:
        with identity.database.begin() as session:
            return list(session.scalars(select(table).where(table.profile == identity.profile)))

    return give
