"""Errors as `application/problem+json` (RFC 9457): the only place where a kind of refusal becomes an HTTP status."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from chassis import context
from contracts.errors import (
    DeadlinePassed,
    DomainError,
    Fault,
    InvalidInput,
    Kind,
    ServiceUnavailable,
    SessionRequired,
    WorldFault,
)
from contracts.identity import TooManyAttempts

log = structlog.get_logger()

LOCALES = Path(__file__).parent.parent / "locales"
STATUS = {
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
}
VISIBLE = r"^[^\p{Cc}"  # how the patterns begin that keep control and direction characters out
LANGUAGES = ("zh-CN", "en")


class TooLarge(DomainError):
    """The request's body is larger than allowed."""

    code = "common.too_large"
    kind = Kind.INVALID


class TooManyRequests(DomainError):
    """The address asks too often."""

    code = "common.too_many_requests"


class TooManyStreams(DomainError):
    """The account, or this process, has as many event streams open as allowed."""

    code = "common.too_many_streams"


class ForeignOrigin(DomainError):
    """A page of another origin tried to change something (PL-35)."""

    code = "common.foreign_origin"
    kind = Kind.FORBIDDEN


class VersionRequired(DomainError):
    """A change of something that exists must say which version it is meant for (`If-Match`)."""

    code = "common.version_required"


class MediaTypeRefused(DomainError):
    """The request's body is not of the type that the route reads: JSON, or for an upload a form with a file."""

    code = "common.media_type_refused"
    kind = Kind.INVALID


EXACT = {
    SessionRequired.code: HTTPStatus.UNAUTHORIZED,
    TooLarge.code: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyRequests.code: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyStreams.code: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyAttempts.code: HTTPStatus.TOO_MANY_REQUESTS,
    MediaTypeRefused.code: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    VersionRequired.code: HTTPStatus.PRECONDITION_REQUIRED,
}


@cache
def texts(locale: str) -> dict[str, str]:
    """The message of each error code in a language."""
    found: dict[str, str] = json.loads((LOCALES / locale / "errors.json").read_text(encoding="utf-8"))
    return found


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def message(code: str, params: dict[str, Any], locale: str) -> str:
    """The text of an error in the reader's language, roles by their names; the code itself where a text is missing."""
    words = texts(locale if locale in LANGUAGES else LANGUAGES[0])
    template = words.get(code)
    if roles := params.get("roles"):
        template = words.get(f"{code}_but_to", template)
        params = params | {"roles": words["common.or"].join(words.get(f"role.{role}", role) for role in roles)}
    return code if template is None else template.format_map(_Shown(params))


def problem(
    status: HTTPStatus,
    code: str,
    *,
    params: dict[str, Any] | None = None,
    faults: tuple[Fault, ...] = (),
    headers: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    """A problem document in the language of the running request; `more` are members beyond the usual ones."""
    locale = context.current().locale
    shown = params or {}
    body = {
        "type": f"urn:zhiping:{code}",
        "title": message(code, shown, locale),
        "status": status.value,
        "code": code,
        "params": shown,
        "errors": [
            {
                "pointer": fault.pointer,
                "code": fault.code,
                "params": fault.params,
                "message": message(fault.code, fault.params, locale),
            }
            for fault in faults
        ],
        "trace_id": context.current().trace_id,
        **(more or {}),
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status.value,
        media_type="application/problem+json",
        headers={"Content-Language": locale, "Cache-Control": "no-store", **(headers or {})},
    )


def refusal(error: DomainError, **more: Any) -> Response:
    """The problem that a refusal is, with members beyond the usual ones."""
    status = EXACT.get(error.code, STATUS[error.kind])
    headers = {"Retry-After": "60"} if status is HTTPStatus.TOO_MANY_REQUESTS else None
    return problem(status, error.code, params=error.params, faults=error.faults, headers=headers, more=more)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return refusal(error)


def pointer(steps: Iterable[int | str]) -> str:
    """The steps to a place as a JSON pointer (RFC 6901); none is the whole."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


async def _malformed(_request: Request, error: Exception) -> Response:
    """FastAPI's own complaint, with places and reasons and without the input that it would repeat."""
    assert isinstance(error, RequestValidationError)
    if isinstance(error.body, bytes):  # what does not say that it is JSON is given on unread
        return refusal(MediaTypeRefused())
    if any(found["type"] == "missing" and found["loc"] == ("header", "if-match") for found in error.errors()):
        return refusal(VersionRequired())
    faults = tuple(
        Fault(
            pointer=pointer(found["loc"][1:]),
            code=f"common.{_reason(found)}",
            params={k: v for k, v in (found.get("ctx") or {}).items() if isinstance(v, int | float)},
        )
        for found in error.errors()
    )
    return refusal(InvalidInput(faults=faults))


def _reason(found: dict[str, Any]) -> str:
    """What pydantic calls it; a pasted character that nobody sees is called by its name."""
    is_hidden = str(found.get("ctx", {}).get("pattern", "")).startswith(VISIBLE)
    return "invisible_characters" if is_hidden else str(found["type"])


async def _away(_request: Request, error: Exception) -> Response:
    if isinstance(error, DeadlinePassed):
        return problem(HTTPStatus.GATEWAY_TIMEOUT, "common.deadline_passed")
    seconds = error.retry_after if isinstance(error, ServiceUnavailable) else 1.0
    service = error.service if isinstance(error, ServiceUnavailable) else ""
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "common.service_unavailable",
        params={"service": service},
        headers={"Retry-After": str(max(1, round(seconds)))},
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, DomainError):  # FastAPI takes whatever stops the reading of a body for bad JSON
        return refusal(error.__cause__)
    codes = {
        400: "common.malformed_body",
        404: "common.not_found",
        405: "common.method_not_allowed",
        413: TooLarge.code,
    }
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(request)):
        headers["Allow"] = ", ".join(methods)
    return problem(HTTPStatus(error.status_code), codes.get(error.status_code, "common.error"), headers=headers)


def _methods(request: Request) -> list[str]:
    """By which methods the address of the request can be asked; the router itself names those of one route alone."""
    found = (methods for pattern, methods in _addresses(request.app) if pattern.match(request.url.path))
    return sorted(method for methods in found for method in methods)


@cache
def _addresses(app: FastAPI) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    paths = app.openapi()["paths"]
    return tuple((compile_path(path)[0], tuple(map(str.upper, methods))) for path, methods in paths.items())


async def _bug(_request: Request, error: Exception) -> Response:
    log.error("request_failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "common.internal")


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(WorldFault, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
