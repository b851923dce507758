"""Publishing a profile: every service stores its slice of version N, then all make N current.

A profile (policy pack) is the data by which one province differs from another. "Current" is read only when something
starts; whatever was started carries N and keeps it.
"""

from __future__ import annotations

from typing import Any

from contracts.base import Contract, Message, rpc
from contracts.errors import DomainError, Kind


class ProfileInvalid(DomainError):
    """The published slice does not fit the service's schema; `faults` names each place."""

    code = "common.profile_invalid"
    kind = Kind.INVALID


class ProfileNotPublished(DomainError):
    """There is no such profile or version in this installation."""

    code = "common.profile_not_published"
    kind = Kind.NOT_FOUND


class ProfileVersionTaken(DomainError):
    """The version number already stands for other content that was activated."""

    code = "common.profile_version_taken"


class ProfileSlice(Message):
    """What a service needs of a profile: file name without ending → parsed content (YAML, CSV rows)."""

    profile: str
    content_hash: str
    content: dict[str, Any]


class ProfileVersion(Message):
    """A stored version of a profile's slice."""

    profile: str
    version: int
    content_hash: str
    is_current: bool


class PublishesProfiles(Contract):
    """The part of every service's contract by which profiles are published."""

    @rpc(callers=("publisher",), actor=False, timeout=30)
    def store_profile(self, *, profile_slice: ProfileSlice, version: int) -> ProfileVersion:
        """Check and keep version N; the same content again is the same version. Refuses: ProfileInvalid."""
        raise NotImplementedError

    @rpc(callers=("publisher",), actor=False)
    def activate_profile(self, *, profile: str, version: int) -> ProfileVersion:
        """Make version N the one by which new things start. Refuses: ProfileNotPublished."""
        raise NotImplementedError

    @rpc(callers=("publisher", "gateway"), actor=False)
    def current_profile(self, *, profile: str) -> ProfileVersion:
        """The version by which new things start. Refuses: ProfileNotPublished."""
        raise NotImplementedError
