"""What crosses the bus, byte for byte: headers, bodies of calls and answers, errors.

The bodies are Nameko's (`{"args": [], "kwargs": {…}}` and `{"result": …, "error": …}`), checked and written in one pass
by pydantic from the signatures of the contract.
"""

from __future__ import annotations

import inspect
import time
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NotRequired

import pydantic_core
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from chassis.context import CallContext
from contracts.base import Contract, Message, RpcOptions
from contracts.errors import (
    DeadlinePassed,
    DomainError,
    Fault,
    InternalError,
    InvalidInput,
    Kind,
    ServiceUnavailable,
    UnknownError,
)

JSON: Final = "application/json"
# Larger messages are not read: files go to the object store, never over the bus.
BODY_LIMIT: Final = 4 * 1024 * 1024

DEADLINE: Final = "x-deadline"
ACTOR: Final = "x-actor"
PROFILE: Final = "x-profile"
TRACE: Final = "x-trace"
LOCALE: Final = "x-locale"
ARRIVED: Final = "x-arrived"
ATTEMPTS: Final = "x-attempts"
# When the first attempt failed, in milliseconds: the age of a message that waits for the world.
FAILED: Final = "x-failed"
DEAD_REASON: Final = "x-dead-reason"
# Code or kind of the last error, never its text.
DEAD_ERROR: Final = "x-dead-error"
DEAD_KEY: Final = "x-dead-key"
DEAD_AT: Final = "x-dead-at"

_DEADLINE_PASSED = "common.deadline_passed"
_UNAVAILABLE = "common.service_unavailable"
_INTERNAL = "common.internal"
_WORLD = "world"


class Malformed(Exception):
    """A message that is not ours; the text says which rule it breaks and never holds any of its content."""


class WireError(Message):
    """An error on its way: `exc_type` and `value` are what Nameko's own clients show of it."""

    exc_type: str
    value: str
    params: dict[str, Any] = Field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Method:
    """One method of a contract with the adapters that check and write its calls and answers.

    arguments: all names; required: those without default.
    """

    service: str
    name: str
    options: RpcOptions
    arguments: frozenset[str]
    required: frozenset[str]
    call: TypeAdapter[Any]
    answer: TypeAdapter[Any]

    @property
    def key(self) -> str:
        return f"{self.service}.{self.name}"

    def dump_call(self, arguments: Mapping[str, Any]) -> bytes:
        """The body of a call. A wrong name or type is a bug of the caller: TypeError or PydanticSerializationError."""
        if not self.required <= arguments.keys() <= self.arguments:
            raise TypeError(f"{self.key} takes {sorted(self.arguments)}, got {sorted(arguments)}")
        return self.call.dump_json({"args": (), "kwargs": arguments}, warnings="error")

    def load_call(self, body: bytes) -> dict[str, Any]:
        """The arguments of a call. Refuses: InvalidInput, with a fault per field."""
        try:
            arguments: dict[str, Any] = self.call.validate_json(body)["kwargs"]
        except ValidationError as error:
            raise InvalidInput(faults=faults_of(error, skip=1)) from None
        return arguments

    def dump_result(self, result: Any) -> bytes:
        """The body of an answer that holds a result."""
        return self.answer.dump_json({"result": result, "error": None}, warnings="error")

    def load_answer(self, body: bytes) -> Any:
        """The result of an answer; raises the error that it holds. Fields that this side does not know are left out."""
        answer = self.answer.validate_json(body, extra="ignore")
        error: WireError | None = answer["error"]
        if error is not None:
            raise decode_error(error)
        return answer["result"]


_methods: dict[tuple[type[Contract], str], Method] = {}


def method(contract: type[Contract], name: str) -> Method:
    """The method of the contract, its adapters built once."""
    found = _methods.get((contract, name))
    if found is None:
        found = _methods[contract, name] = _read(contract, name)
    return found


def _read(contract: type[Contract], name: str) -> Method:
    function = getattr(contract, name)
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    if any(p.kind is not inspect.Parameter.KEYWORD_ONLY for p in parameters):
        raise TypeError(f"{contract.__name__}.{name}: a method of a contract takes keyword arguments only")
    required = frozenset(p.name for p in parameters if p.default is inspect.Parameter.empty)
    arguments = _closed(
        "Arguments", {p.name: hints[p.name] if p.name in required else NotRequired[hints[p.name]] for p in parameters}
    )
    return Method(
        service=contract.name,
        name=name,
        options=contract.methods()[name],
        arguments=frozenset(p.name for p in parameters),
        required=required,
        call=TypeAdapter(_closed("Call", {"args": tuple[()], "kwargs": arguments})),
        answer=TypeAdapter(_closed("Answer", {"result": hints["return"] | None, "error": WireError | None})),
    )


def _closed(name: str, fields: dict[str, Any]) -> Any:
    made = TypedDict(name, fields)  # type: ignore[misc]
    return with_config(ConfigDict(extra="forbid", hide_input_in_errors=True))(made)


# errors


def encode_error(error: Exception) -> bytes:
    """The body of an answer that holds an error; whatever is no refusal and no fault of the world is a bug."""
    match error:
        case DomainError():
            wire = WireError(
                exc_type=error.code,
                value=error.kind,
                params=pydantic_core.to_jsonable_python(error.params, fallback=str),
                faults=error.faults,
            )
        case DeadlinePassed():
            wire = WireError(exc_type=_DEADLINE_PASSED, value=_WORLD)
        case ServiceUnavailable():
            wire = WireError(
                exc_type=_UNAVAILABLE,
                value=_WORLD,
                params={"service": error.service, "retry_after": error.retry_after},
            )
        case _:
            wire = WireError(exc_type=_INTERNAL, value=_INTERNAL)
    return b'{"result":null,"error":' + wire.model_dump_json().encode() + b"}"


def decode_error(error: WireError) -> Exception:
    """The exception that an answer stands for; an unknown code stays a DomainError with its code and params."""
    code = error.exc_type
    if code == _DEADLINE_PASSED:
        return DeadlinePassed()
    if code == _UNAVAILABLE:
        return ServiceUnavailable(
            str(error.params.get("service", "")), retry_after=float(error.params.get("retry_after", 1.0))
        )
    if error.value not in set(Kind):
        return InternalError(code)
    known = _known_errors().get(code)
    if known is None:
        _known_errors.cache_clear()
        known = _known_errors().get(code)
    if known is None:
        return UnknownError(code=code, kind=Kind(error.value), params=error.params, faults=error.faults)
    made = known.__new__(known)
    DomainError.__init__(made, faults=error.faults, **error.params)
    return made


@cache
def _known_errors() -> dict[str, type[DomainError]]:
    def below(cls: type[DomainError]) -> dict[str, type[DomainError]]:
        found = {cls.code: cls}
        for sub in cls.__subclasses__():
            if sub is not UnknownError:
                found |= below(sub)
        return found

    return below(DomainError)


# What of pydantic's context may be shown: limits of the schema, never a value.
_LIMITS = ("min_length", "max_length", "ge", "gt", "le", "lt", "expected", "pattern", "max_digits", "decimal_places")


def faults_of(error: ValidationError, *, skip: int = 0) -> tuple[Fault, ...]:
    """Pydantic's complaints as faults, without any value; `skip` leading steps of each place are left out."""
    return tuple(
        Fault(
            pointer="".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in found["loc"][skip:]),
            code=found["type"],
            params={k: v for k, v in found.get("ctx", {}).items() if k in _LIMITS and isinstance(v, str | int | float)},
        )
        for found in error.errors(include_url=False, include_input=False)
    )


# headers


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return int(moment.timestamp() * 1000)


def now_ms() -> int:
    """The present in milliseconds since the epoch."""
    return int(time.time() * 1000)


def write_context(context: CallContext, *, deadline: datetime) -> dict[str, Any]:
    """The headers of a call made in `context` that must be answered by `deadline`."""
    headers: dict[str, Any] = {
        DEADLINE: to_ms(deadline),
        ARRIVED: to_ms(context.arrived_at),
        TRACE: context.trace_id,
        LOCALE: context.locale,
    }
    if context.actor_token is not None:
        headers[ACTOR] = context.actor_token
    if context.profile is not None:
        headers[PROFILE] = context.profile
    return headers


def read_context(headers: Mapping[str, Any], *, caller: str) -> CallContext:
    """The circumstances of a call, its actor not yet verified. Raises Malformed."""
    return CallContext(
        profile=_text(headers, PROFILE),
        actor_token=_text(headers, ACTOR),
        caller=caller,
        arrived_at=_moment(headers, ARRIVED),
        deadline=_moment(headers, DEADLINE),
        trace_id=_text(headers, TRACE) or "",
        locale=_text(headers, LOCALE) or "zh-CN",
    )


def _text(headers: Mapping[str, Any], name: str) -> str | None:
    value = headers.get(name)
    if value is not None and not isinstance(value, str):
        raise Malformed(f"header {name} is no text")
    return value


def _moment(headers: Mapping[str, Any], name: str) -> datetime:
    value = headers.get(name)
    if not isinstance(value, int) or not 0 < value < 1 << 43:
        raise Malformed(f"header {name} is no moment")
    return datetime.fromtimestamp(value / 1000, UTC)
