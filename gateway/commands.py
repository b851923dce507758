"""HTTP requests as commands: body and path give the content, `Idempotency-Key` the id, `If-Match` the version."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

from fastapi import Body, Header, Path, Request
from pydantic import ConfigDict, TypeAdapter, ValidationError, create_model

from contracts.base import Command
from contracts.errors import Fault, InvalidInput
from gateway.problems import VersionRequired

Wanted = TypeVar("Wanted", bound=Command)

META = ("command_id", "expected_version")
_UUID = TypeAdapter(UUID)


def command_from(
    model: type[Wanted], *, path: tuple[str, ...] = (), versioned: bool = False
) -> Callable[..., Awaitable[Wanted]]:
    """A FastAPI dependency that builds the command.

    path: fields that the URL gives; all others except the meta fields are the JSON body.
    versioned: the thing exists already, so `If-Match` with its version is demanded.
    Refuses: InvalidInput, VersionRequired.
    """
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
        request: Request, idempotency_key: str | None, if_match: str | None, body: Any = None, **_described: str
    ) -> Wanted:
        content: dict[str, Any] = {name: request.path_params[name] for name in path}
        if body is not None:
            content |= {name: getattr(body, name) for name in body.model_fields_set}
        content["command_id"] = command_id(idempotency_key)
        content["expected_version"] = _version(if_match, demanded=versioned)
        try:
            return model.model_validate(content)
        except ValidationError as error:
            raise InvalidInput(
                faults=tuple(
                    Fault(pointer="/" + "/".join(str(step) for step in found["loc"]), code=f"common.{found['type']}")
                    for found in error.errors(include_input=False, include_url=False, include_context=False)
                )
            ) from None

    parameters = [
        inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request),
        inspect.Parameter(
            "idempotency_key",
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[
                str | None, Header(description="Makes a repeat harmless; give a fresh UUID for each act")
            ],
            default=None,
        ),
        inspect.Parameter(
            "if_match",
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[str | None, Header(description="The version for which the change is meant")],
            default=None,
        ),
    ]
    for name in path:
        # For the OpenAPI document; the value is taken from the request and checked with the model.
        wanted: Any = model.model_fields[name].annotation
        kind = TypeAdapter(wanted).json_schema()
        shown = {key: value for key, value in kind.get("anyOf", [kind])[0].items() if key in ("type", "format")}
        annotation = Annotated[str, Path(json_schema_extra=shown)]
        parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation))
    if fields:
        parameters.append(
            inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[body_model, Body()])
        )
    build.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return build


def command_id(text: str | None) -> UUID:
    """The id in an `Idempotency-Key`, a fresh one without. Refuses: InvalidInput."""
    if text is None:
        return uuid4()
    try:
        return _UUID.validate_python(text)
    except ValidationError:
        raise InvalidInput(faults=(Fault(pointer="/Idempotency-Key", code="common.uuid_parsing"),)) from None


def _version(text: str | None, *, demanded: bool) -> int | None:
    if text is None:
        if demanded:
            raise VersionRequired()
        return None
    plain = text.removeprefix("W/").strip('"')
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise InvalidInput(faults=(Fault(pointer="/If-Match", code="common.int_parsing"),))
    return int(plain)
