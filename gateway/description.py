"""The OpenAPI document, from which the portal makes its types: what FastAPI leaves out of it is put in here."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from contracts.base import Message

REF = "#/components/schemas/"
# What holds for every operation, for whoever writes a client from this document alone.
CONVENTIONS = """\
**Session.** `POST /captchas`, `POST /sessions`; the cookie that comes back is the session. A first password is set by
`POST /activations` with the code that was handed over. A browser's `Origin` must be this address.

**Commands.** A request that changes something takes an `Idempotency-Key` (a UUID): a repeat with the same key and the
same content is done once and answered again, one with other content is refused (`common.command_reused`). One-time
codes are in the first answer alone. `If-Match` names the version that was read, the field `version` of what is changed
(blocks, rows, cases and meetings have each their own), at the operations that list it: 428 without it where it is
required, 409 `common.stale_version` where somebody was faster.

**Codes and words.** Choices are sent as codes. `GET /catalogue` has those of category, title series, specialty, title
and level, each below the one before; `/forms` and the `…-options` have those of other lists.

**Refusals** are `application/problem+json`: `code` never changes (docs/errors.md); `title` and `message` are for
people, in the language of `Accept-Language` (zh-CN, en); `errors` names places in the body. 404 is also what is not
yours, 403 an act for which the account lacks the role (`params.roles`: those to whom it belongs), 409 one that the
present state or version does not allow.

**Lists** have `page` from 1 and `size` up to 100 and answer `items` and `total`. Days are Asia/Shanghai's, moments UTC.
"""


class ProblemFault(Message):
    """A place in the request and what is wrong there. pointer: RFC 6901, into the body or to a parameter's name."""

    pointer: str
    code: str
    params: dict[str, Any]
    message: str


class Problem(Message):
    """Why a request was refused or failed (RFC 9457); `title` and `message` are in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]
    errors: tuple[ProblemFault, ...]
    trace_id: str


# What every route may answer instead of what it is for.
REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem: refused, too often, not reachable, or a fault",
        "content": {"application/problem+json": {"schema": {"$ref": f"{REF}Problem"}}},
        "headers": {"Retry-After": {"description": "Seconds, with 429 and 503", "schema": {"type": "integer"}}},
    }
}
BYTES = {"schema": {"type": "string", "format": "binary"}}
# The bytes of a stored file, whole or a range of it; the type is the file's.
FILE: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"*/*": BYTES}}
    for status, text in ((200, "The file"), (206, "The range that was asked for"))
}


def install(app: FastAPI) -> None:
    """Make the application answer the completed document."""

    app.openapi = cache(lambda: _document(app))  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = get_openapi(
        title=app.title, version=app.version, description=CONVENTIONS, routes=app.routes
    )
    schema = Problem.model_json_schema(ref_template=REF + "{model}", mode="serialization")
    found["components"]["schemas"] |= schema.pop("$defs") | {"Problem": schema}
    for item in found["paths"].values():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                if status >= "4" and "application/json" in answer.get("content", {}):
                    answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A header or a part of an address is there or not; it is never null."""
    kinds: list[dict[str, Any]] = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {name: value for name, value in schema.items() if name not in ("anyOf", "default")} | kinds[0]
