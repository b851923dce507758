"""The profile's words: which message goes by which channel, and how its text is made."""

from __future__ import annotations

from datetime import datetime, timedelta
from string import Formatter
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from chassis.clock import SHANGHAI
from contracts.base import Message
from contracts.notify import Channel

# What a text may ask for (data/messages.yaml); `name` and `link` are filled in when it is sent or shown.
PLACEHOLDERS = {"platform", "name", "title", "deadline", "code", "minutes", "unit", "count", "ref", "link"}
SMS_SEGMENT = 70
SMS_NAME = 4
DIGESTS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1)}


class MessageText(Message):
    """The words of one occasion. `sms` without the signature; `digest` collects for an account what comes often."""

    sms: str
    email_subject: str
    email_body: str
    channels: tuple[Channel, ...] | None = None
    digest: Literal["hourly", "daily"] | None = None

    @model_validator(mode="after")
    def _asks_for_what_there_is(self) -> Self:
        for text in (self.sms, self.email_subject, self.email_body):
            unknown = {name for _, name, _, _ in Formatter().parse(text) if name} - PLACEHOLDERS
            if unknown:
                raise ValueError(f"unknown placeholders: {sorted(unknown)}")
        return self


class Limits(Message):
    """How many SMS a day one number and one account get at most (PL-30), and when sending is given up."""

    number_per_day: int = Field(ge=1)
    account_per_day: int = Field(ge=1)
    give_up_hours: int = Field(ge=1)


class MessageRules(Message):
    """`messages.yaml` of a profile."""

    platform: str
    signature: str = Field(min_length=2, max_length=8)
    channels: tuple[Channel, ...]
    limits: Limits
    occasions: dict[str, MessageText]

    def channels_of(self, occasion: str) -> tuple[Channel, ...]:
        """By which channels an occasion is told."""
        chosen = self.occasions[occasion].channels
        return self.channels if chosen is None else chosen

    def digest_of(self, occasion: str) -> timedelta | None:
        """For how long an occasion is collected, None where each is told."""
        digest = self.occasions[occasion].digest
        return DIGESTS[digest] if digest else None

    def sms(self, occasion: str, params: dict[str, Any], *, name: str) -> str:
        """The SMS with signature; a name is cut to four characters there."""
        text = self._fill(self.occasions[occasion].sms, params, name=name[:SMS_NAME])
        return f"【{self.signature}】{text}"

    def email(self, occasion: str, params: dict[str, Any], *, name: str, link: str) -> tuple[str, str]:
        """Subject and body of the e-mail."""
        words = self.occasions[occasion]
        return (
            self._fill(words.email_subject, params, name=name, link=link),
            self._fill(words.email_body, params, name=name, link=link),
        )

    def notice(self, occasion: str, params: dict[str, Any]) -> tuple[str, str]:
        """Title and text of the in-app notice; its reader need not be addressed by name."""
        words = self.occasions[occasion]
        text = words.sms.removeprefix("{name}：").removeprefix("{name}老师：")
        return self._fill(words.email_subject, params), self._fill(text, params)

    def _fill(self, template: str, params: dict[str, Any], **more: str) -> str:
        return template.format_map(_Known({**params, "platform": self.platform, **more}))


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def shown_moment(moment: datetime) -> str:
    """A moment as messages show it: minutes in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def shown_deadline(moment: datetime) -> str:
    """The last minute in which something can be done; `moment` is the first that is too late."""
    return shown_moment(moment - timedelta(minutes=1))
