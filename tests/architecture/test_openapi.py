"""The OpenAPI document says all that the portal's types are made of."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr

from gateway import routes
from gateway.app import create_app
from gateway.settings import Settings
from tests.integration.doors.table import NOT_WALKED, TABLE

NEEDS_SESSION = {"sign_out", "change_password", "change_contact", "stream_live_updates"}
PUBLIC = {name for name, row in TABLE.items() if row.public} | (NOT_WALKED.keys() - NEEDS_SESSION)
Operation = tuple[str, str, dict[str, Any]]
# Operations about a version that another one, before them in the same request, has compared.
COMPARED_BEFORE = {"withdraw_declaration"}
# Not an operation: what is asked before one.
ASKED_BEFORE = {"choose_again"}


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


def _command_of(function: ast.FunctionDef) -> set[str]:
    """The commands that an operation takes."""
    given = [one.annotation for one in function.args.kwonlyargs + function.args.args if one.arg == "command"]
    return {part.strip() for one in given if one is not None for part in ast.unparse(one).split("|")}


def _hands_on(function: ast.FunctionDef) -> set[str]:
    """The functions to which an operation gives its command."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    given = {"command"}
    return {
        call.func.id
        for call in calls
        if isinstance(call.func, ast.Name)
        and given & {argument.id for argument in call.args if isinstance(argument, ast.Name)}
    }


def _compared() -> set[str]:
    """The commands of which every operation compares the version, itself or by a function beside it."""
    found: dict[str, bool] = {}
    for path in (Path(__file__).parents[2] / "services").glob("*/operations/*.py"):
        functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
        comparing = {"check_version"} | COMPARED_BEFORE
        while more := {one.name for one in functions if _hands_on(one) & comparing} - comparing:
            comparing |= more
        for one in functions:
            if not one.name.startswith("_") and one.name not in ASKED_BEFORE:
                for command in _command_of(one):
                    found[command] = found.get(command, True) and one.name in comparing
    return {command for command, is_compared in found.items() if is_compared}


def test_a_version_is_asked_for_where_it_is_compared_and_nowhere_else(
    operations: list[Operation],
) -> None:
    """`If-Match` stands at each operation of which the service compares the version, and at no other."""
    compared = _compared()
    commands = {
        route.name: get_args(command)[0].__name__
        for module in pkgutil.iter_modules(routes.__path__)
        for route in import_module(f"{routes.__name__}.{module.name}").router.routes
        if isinstance(route, APIRoute)
        and (command := get_type_hints(route.endpoint, include_extras=True).get("command")) is not None
    }
    asked = {
        operation["operationId"]
        for _, _, operation in operations
        if any(parameter["name"] == "if-match" for parameter in operation.get("parameters", ()))
    }
    assert asked == {name for name, command in commands.items() if command in compared}
    assert {"decide_case", "reset_administrator", "write_plan"} <= asked
    assert not {"add_row", "decide_cases", "start_declaration"} & asked


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
