"""How a province's portal presents itself before anybody signs in: `portal.yaml` of its profile.

Paths and pages are code; the names, words and marks by which provinces differ stand here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from contracts.base import Message
from contracts.declaration.forms import Label
from contracts.identity.sign_in import LoginKind


class Language(StrEnum):
    """A language in which the pages can be read."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


class PublicSection(StrEnum):
    """A page that is open to everybody."""

    ANNOUNCEMENTS = "announcements"
    POLICIES = "policies"
    FAQ = "faq"
    DOWNLOADS = "downloads"
    PUBLIC_NOTICES = "public_notices"
    VERIFICATION = "verification"


class Section(Message):
    """A public page under the province's own heading."""

    name: PublicSection
    label: Label


class Door(Message):
    """A way to sign in under the province's own name (个人登录, 单位登录)."""

    kind: LoginKind
    label: Label


class SignInWords(Message):
    """What stands around the sign-in: its ways in their order, and who opens accounts (HB-04, HB-24)."""

    doors: tuple[Door, ...] = Field(min_length=1)
    accounts: Label

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({door.kind for door in self.doors}) < len(self.doors):
            raise ValueError("a way to sign in stands twice")
        return self


class ContactLine(Message):
    """One line of 咨询; `phone` is what a telephone dials."""

    label: Label
    text: Label
    phone: str | None = Field(default=None, pattern=r"^\+?[0-9-]{5,24}$")


class BrowserWords(Message):
    """Which browsers to take, and what those read who come with another (HB-08)."""

    supported: Label
    too_old: Label
    unsupported: Label


class PortalContent(Message):
    """The portal's frame in a province's words, each in Chinese and in English (HB-01).

    languages: offered for choice, the first without one.
    sections: the public pages in the order of the menu.
    """

    system_name: Label
    short_name: Label
    host_label: Label
    host: Label
    languages: tuple[Language, ...] = Field(min_length=1)
    sections: tuple[Section, ...] = Field(min_length=1)
    sign_in: SignInWords
    contact: tuple[ContactLine, ...] = ()
    browsers: BrowserWords
    demonstration: Label
    footer: tuple[Label, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for names in (self.languages, [section.name for section in self.sections]):
            if len(set(names)) < len(names):
                raise ValueError("a language or section stands twice")
        return self


class PublishedPortal(Message):
    """The current frame; `mark` is the province's sign as SVG, where it has one."""

    version: int
    content: PortalContent
    mark: str | None


class ProfileCard(Message):
    """A province of this installation, as somebody chooses it."""

    profile: str
    system_name: Label
    host: Label
