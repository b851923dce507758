"""Messages about signing in: captcha, session, activation, recovery, and what the signed-in see of themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.base import Message, Role, RoleGrant
from contracts.events import AccountKind
from contracts.identifiers import DocumentType
from contracts.identity.fields import Code, Line, OptionalLine, Password


class LoginKind(StrEnum):
    """Which way in (HB-04, HB-06): persons by the number of their identity document, units by login name."""

    PERSON = "person"
    UNIT = "unit"


class Origin(Message):
    """From where somebody signs in, as the gateway sees it."""

    address: str = Field(max_length=64)
    user_agent: str = Field(default="", max_length=300)

    @property
    def network(self) -> str:
        """By which attempts are counted."""
        return network_of(self.address)


def network_of(address: str) -> str:
    """The address; of IPv6 its /64, all of which belongs to one line, whose owner could take a new one each time."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known.packed[:8] + bytes(8), 64)))
    return address


class CaptchaAnswer(Message):
    """What the person read in a captcha's image, or heard."""

    captcha_id: UUID
    text: Annotated[str, Field(min_length=1, max_length=16)]


class Login(Message):
    """By what an account is found: identity number, or login name. A committee's code picks one of its manager's.

    `id_document_type` is needed only where two documents of different kinds have the same number.
    """

    kind: LoginKind
    identifier: Annotated[Line, Field(max_length=64)]
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
    """An image whose text is to be typed, once and soon, or digits for those who do not see it."""

    captcha_id: UUID
    image_png: str = Field(description="PNG image, base64; empty where the captcha is spoken")
    sound_wav: str | None = Field(default=None, description="WAV sound, base64, of a spoken captcha")
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


class OpenSession(Message):
    """A session that is open: when it ends if nothing is done, and what it may act as where that was asked."""

    session_id: UUID
    ends_at: datetime
    roles: tuple[RoleGrant, ...] | None


class SessionView(Message):
    """One of the own sessions."""

    session_id: UUID
    signed_in_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str
    is_current: bool
