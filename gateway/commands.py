"""HTTP requests as commands: body and path give the content, `Idempotency-Key` the id, `If-Match` the version."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

from fastapi import Body, Header, Path
from pydantic import ConfigDict, ValidationError, create_model

from contracts.base import Command, VersionedCommand
from contracts.errors import Fault, InvalidInput
from gateway.problems import pointer

Wanted = TypeVar("Wanted", bound=Command)

META = ("command_id", "expected_version")
IdempotencyKey = Annotated[
    UUID | None,
    Header(alias="idempotency-key", description="Makes a repeat harmless; give a fresh UUID for each act"),
]
# A version as it was shown, or as an entity tag.
IF_MATCH = Header(
    alias="if-match",
    pattern=r'^([0-9]{1,9}|(W/)?"[0-9]{1,9}")$',
    description="The version for which the change is meant",
)


def command_from(
    model: type[Wanted], *, path: tuple[str, ...] = (), versioned: bool = False
) -> Callable[..., Awaitable[Wanted]]:
    """A FastAPI dependency that builds the command.

    path: fields that the URL gives; all others except the meta fields are the JSON body.
    versioned: the thing exists already, so `If-Match` with its version is demanded; of other versioned commands it may
    be given, and of the rest it is not read.
    Refuses: InvalidInput.
    """
    takes_version = issubclass(model, VersionedCommand)
    if versioned and not takes_version:
        raise TypeError(f"no service compares a version for {model.__name__}")
    fields = {
        name: (field.annotation, field)
        for name, field in model.model_fields.items()
        if name not in META and name not in path
    }
    body_model = create_model(  # type: ignore[call-overload]
        f"{model.__name__}Body",
        __config__=ConfigDict(extra="forbid", hide_input_in_errors=True),
        __doc__=model.__doc__,
        **fields,
    )

    async def build(
        idempotency_key: UUID | None, if_match: str | None = None, body: Any = None, **named: Any
    ) -> Wanted:
        content: dict[str, Any] = dict(named)
        if body is not None:
            content |= {name: getattr(body, name) for name in body.model_fields_set}
        content["command_id"] = idempotency_key or uuid4()
        content["expected_version"] = _version(if_match)
        try:
            return model.model_validate(content)
        except ValidationError as error:
            raise InvalidInput(
                faults=tuple(
                    Fault(pointer=pointer(found["loc"]), code=f"common.{found['type']}")
                    for found in error.errors(include_input=False, include_url=False, include_context=False)
                )
            ) from None

    parameters = [
        *(
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[model.model_fields[name].annotation, Path()]
            )
            for name in path
        ),
        inspect.Parameter(
            "idempotency_key",
            inspect.Parameter.KEYWORD_ONLY,
            annotation=IdempotencyKey,
            default=None,
        ),
    ]
    if takes_version:
        parameters.append(
            inspect.Parameter(
                "if_match",
                inspect.Parameter.KEYWORD_ONLY,
                annotation=Annotated[str if versioned else str | None, IF_MATCH],
                default=inspect.Parameter.empty if versioned else None,
            )
        )
    if fields:
        parameters.append(
            inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[body_model, Body()])
        )
    build.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return build


def _version(text: str | None) -> int | None:
    return None if text is None else int(text.removeprefix("W/").strip('"'))
