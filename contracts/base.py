"""The building blocks of a contract: messages, commands, events, service interfaces and who calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Method = TypeVar("Method", bound=Callable[..., Any])
Item = TypeVar("Item")

SERVICES = ("identity", "declaration", "review", "committee", "documents", "notify")


class Message(BaseModel):
    """Anything that crosses the bus: immutable, closed, and silent about its values in error texts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Command(Message):
    """Something that a person wants done once: `command_id` makes a repeat harmless (HTTP `Idempotency-Key`).

    `expected_version` is compared for a `VersionedCommand` alone; here it stands for who sends it with every command.
    """

    command_id: UUID
    expected_version: int | None = None


class VersionedCommand(Command):
    """A command about a thing that somebody else may have changed meanwhile.

    `expected_version` refuses to overwrite that (HTTP `If-Match`); None where the thing does not exist yet, or where
    the caller does not mind.
    """


class SecretAnswer(Message):
    """An answer that shows a secret once. It is stored, and given to a repeat, without it."""

    def without_secrets(self) -> SecretAnswer:
        """The same answer with the secret left out."""
        raise NotImplementedError


class Page(Message, Generic[Item]):
    """One page of a list (PL-32): `page` counts from 1, `total` is the number of all rows that match."""

    items: tuple[Item, ...]
    total: int
    page: int
    size: int


class PageRequest(Message):
    """Which page of a list is wanted."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    size: int = Field(default=10, ge=1, le=100)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


class Role(StrEnum):
    """What an account may act as (PL-05). Meeting roles (chair, leader, …) are the committee service's tables."""

    APPLICANT = "applicant"
    ORG_ADMIN = "org_admin"
    CASE_OFFICER = "case_officer"
    UNIT_LEADER = "unit_leader"
    POOL_MANAGER = "pool_manager"
    EXPERT = "expert"
    SYSTEM_ADMIN = "system_admin"


class RoleGrant(Message):
    """A role and where it holds: in one organisation, or (pool manager) for one committee."""

    role: Role
    organization_id: UUID | None = None
    committee_id: UUID | None = None


class Actor(Message):
    """The signed-in person on whose behalf a call is made, as identity vouches for it."""

    account_id: UUID
    person_id: UUID
    session_id: UUID
    profile: str
    roles: tuple[RoleGrant, ...]

    def has(self, role: Role, organization_id: UUID | None = None) -> bool:
        """Whether the actor holds `role`, in `organization_id` when one is given."""
        return any(
            grant.role is role and (organization_id is None or grant.organization_id == organization_id)
            for grant in self.roles
        )

    def organizations(self, *roles: Role) -> frozenset[UUID]:
        """The organisations in which the actor holds one of `roles`."""
        return frozenset(g.organization_id for g in self.roles if g.role in roles and g.organization_id is not None)


class Event(Message):
    """A fact that happened in one service and that the services in `listeners` are told.

    It names a thing that never changes, by ids and without personal data; whoever needs more asks for that thing.
    A subclass sets `source` and `listeners`; its name is the topic.
    """

    source: ClassVar[str]
    listeners: ClassVar[tuple[str, ...]]

    @classmethod
    def topic(cls) -> str:
        return f"{cls.source}.{cls.__name__}"


class Envelope(Message):
    """What travels around an event: its identity, its place in the history of its aggregate, and who caused it."""

    event_id: UUID
    topic: str
    profile: str
    aggregate_id: UUID
    number: int
    occurred_at: datetime
    account_id: UUID | None
    trace_id: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class RpcOptions:
    """Who may call a method and how long an answer may take.

    callers: broker users that may call it ("gateway", another service, "publisher" for profiles and operations).
    actor: whether an actor token is demanded; a public page and a service's own work have none.
    timeout: seconds after which the caller gives up.
    """

    callers: tuple[str, ...] = ("gateway",)
    actor: bool = True
    timeout: float = 5.0


def rpc(
    *, callers: tuple[str, ...] = ("gateway",), actor: bool = True, timeout: float = 5.0
) -> Callable[[Method], Method]:
    """Declare a method of a contract as callable over the bus."""

    def mark(method: Method) -> Method:
        method.rpc_options = RpcOptions(callers=callers, actor=actor, timeout=timeout)  # type: ignore[attr-defined]
        return method

    return mark


class Contract:
    """A service interface: `name` is the service, each method marked with `rpc` takes keyword arguments only."""

    name: ClassVar[str]

    @classmethod
    def methods(cls) -> dict[str, RpcOptions]:
        """The methods of the contract with their options, by name."""
        return {
            name: options
            for name in dir(cls)
            if (options := getattr(getattr(cls, name), "rpc_options", None)) is not None
        }
