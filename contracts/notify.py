"""The notify service: SMS, e-mail, in-app notices, announcements, policies and frequent questions."""

from __future__ import annotations

from typing import ClassVar

from contracts.profiles import PublishesProfiles


class NotifyApi(PublishesProfiles):
    """What people are told, by which way, and whether it arrived."""

    name: ClassVar[str] = "notify"
