"""The OpenAPI document says all that the portal's types are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings import Settings
from tests.integration.doors.table import NOT_WALKED, TABLE

NEEDS_SESSION = {"sign_out", "change_password", "change_contact", "stream_live_updates"}
PUBLIC = {name for name, row in TABLE.items() if row.public} | (NOT_WALKED.keys() - NEEDS_SESSION)
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document, made without any of the parts."""
    return create_app(Settings(amqp_url=SecretStr("amqp://nobody@127.0.0.1:1/none"))).openapi()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[Operation]:
    """Method, path and description of each operation."""
    return [(method, path, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def _media(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        for kind, media in answer.get("content", {}).items():
            yield status, kind, media


def test_each_refusal_is_a_problem(operations: list[Operation], document: dict[str, Any]) -> None:
    """Every operation answers a problem where it does not answer what it is for; FastAPI's own form is nowhere."""
    for _, path, operation in operations:
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, path
    assert {"Problem", "ProblemFault"} <= document["components"]["schemas"].keys()
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_each_answer_has_a_schema(operations: list[Operation]) -> None:
    """Every answer with a body says what the body is."""
    for _, path, operation in operations:
        assert all(media.get("schema") for _, _, media in _media(operation)), path
        bodiless = {status for status, answer in operation["responses"].items() if not answer.get("content")}
        assert bodiless <= {"204", "304"}, path


def test_each_operation_says_whether_it_needs_a_session(operations: list[Operation]) -> None:
    """The session's cookie is asked for by every operation but the public ones."""
    open_to_all = {operation["operationId"] for _, _, operation in operations if "security" not in operation}
    assert open_to_all == PUBLIC


def test_what_a_header_must_be_is_said(operations: list[Operation]) -> None:
    """`If-Match` is required where a version is, the key of a command is a UUID, and no parameter is ever null."""
    versioned = set()
    for _, path, operation in operations:
        for parameter in operation.get("parameters", ()):
            assert {"type": "null"} not in parameter["schema"].get("anyOf", ()), (path, parameter["name"])
            if parameter["name"] == "idempotency-key":
                assert parameter["schema"]["format"] == "uuid", path
            if parameter["name"] == "if-match" and parameter["required"]:
                versioned.add(operation["operationId"])
    assert {"decide_case", "save_block", "change_organization", "edit_meeting"} <= versioned


def test_files_are_bytes(operations: list[Operation]) -> None:
    """What is downloaded is declared as bytes, whole or as a range, and an upload as two answers."""
    by_name = {operation["operationId"]: operation for _, _, operation in operations}
    for name in ("download_file", "preview_file", "fetch_document", "fetch_certificate", "fetch_download"):
        found = {status: media["schema"]["format"] for status, _, media in _media(by_name[name]) if status != "default"}
        assert found == {"200": "binary", "206": "binary"}, name
    assert {"201", "202"} <= by_name["upload_file"]["responses"].keys()


def test_a_stranger_is_told_how_to_ask(document: dict[str, Any]) -> None:
    """The document says what holds for every operation, and how the values of a form's fields are written."""
    told = document["info"]["description"]
    for word in ("/captchas", "Idempotency-Key", "If-Match", "problem+json", "Accept-Language", "page"):
        assert word in told, word
    kinds = document["components"]["schemas"]["FieldType"]
    assert not [kind for kind in kinds["enum"] if f"- `{kind}`: " not in kinds["description"]]
