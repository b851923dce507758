"""Errors that cross the bus: a stable code, parameters for the text, and for input the fields at fault."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field

from contracts.base import Message


class Kind(StrEnum):
    """What sort of refusal it is; the gateway alone knows which HTTP status that means."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"


class Fault(Message):
    """One field that is wrong: `pointer` is a JSON pointer into the input, `code` the reason, `params` for its text."""

    pointer: str
    code: str
    params: dict[str, Any] = Field(default_factory=dict)


class DomainError(Exception):
    """A refusal in the trade's words. Subclasses set `code` (`service.snake_case`, never renamed) and `kind`.

    Keyword arguments become the parameters of the text; they must be JSON values and hold no personal data.
    """

    code: ClassVar[str] = "common.error"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, *, faults: tuple[Fault, ...] = (), **params: Any) -> None:
        super().__init__(self.code)
        self.params = params
        self.faults = faults


class UnknownError(DomainError):
    """An error whose code this process does not know: it keeps the code, kind and parameters it came with."""

    def __init__(self, *, code: str, kind: Kind, params: dict[str, Any], faults: tuple[Fault, ...]) -> None:
        super().__init__(faults=faults, **params)
        self.code = code  # type: ignore[misc]
        self.kind = kind  # type: ignore[misc]


class InvalidInput(DomainError):
    """Fields of the input are missing, malformed or out of range; `faults` names each."""

    code = "common.invalid_input"
    kind = Kind.INVALID


class NotFound(DomainError):
    """There is no such thing, or it is not the caller's: the two are not told apart."""

    code = "common.not_found"
    kind = Kind.NOT_FOUND


class NotAllowed(DomainError):
    """The caller sees the thing but has not the role for this act; `roles` are those that have it, where known."""

    code = "common.not_allowed"
    kind = Kind.FORBIDDEN

    def __init__(self, *roles: str) -> None:
        super().__init__()
        if roles:
            self.params = {"roles": [str(role) for role in roles]}


class SessionRequired(DomainError):
    """The act needs somebody signed in."""

    code = "common.session_required"
    kind = Kind.FORBIDDEN


class StaleVersion(DomainError):
    """Somebody else changed the thing since the caller read it (PL-12)."""

    code = "common.stale_version"
    kind = Kind.CONFLICT


class WrongState(DomainError):
    """The act is not possible in the state in which the thing is (PL-11)."""

    code = "common.wrong_state"
    kind = Kind.CONFLICT


class CommandReused(DomainError):
    """The command id was used before for another act or other content."""

    code = "common.command_reused"
    kind = Kind.CONFLICT


class WorldFault(Exception):
    """Something outside is away (a service, a store, a network): the work is to be tried again, not refused."""


class DeadlinePassed(WorldFault):
    """The time that the caller gave is over."""


class ServiceUnavailable(WorldFault):
    """A service does not answer or has no room."""

    def __init__(self, service: str, retry_after: float = 1.0) -> None:
        super().__init__(service)
        self.service = service
        self.retry_after = retry_after


class InternalError(Exception):
    """A service failed on a call by a bug of its own, which it logged; the caller learns no more than that."""
