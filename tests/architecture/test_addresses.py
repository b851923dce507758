"""Addresses end in the logs of proxies and browsers: nothing of a person stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.app import API, create_app
from gateway.settings import Settings

PERSONAL = re.compile(
    r"name|mobile|phone|email|mail|contact|(^|_)(person|holder|applicant|identifier|account|login|birth|gender|address)"
    r"|(^|_)(id|document|identity|card|passport)_?(no|number)|(^|_)(no|number)$|password|code$|token|secret"
)
# A certificate's number and check code are printed on it as a link, so that whoever holds the paper can follow it.
ON_THE_CERTIFICATE = {
    ("/{profile}/public/certificates", "management_no"),
    ("/{profile}/public/certificates", "check_code"),
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document, made without any of the parts."""
    return create_app(Settings(amqp_url=SecretStr("amqp://nobody@127.0.0.1:1/none"))).openapi()


def _in_addresses(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] in ("path", "query"):
                    yield path.removeprefix(API), parameter["name"]


def test_no_address_takes_personal_data(document: dict[str, Any]) -> None:
    """No route takes a name, a number or a way to reach somebody in its path or query; such lists are asked by POST."""
    named = {(path, name) for path, name in _in_addresses(document) if not name.endswith("_id")}
    found = {(path, name) for path, name in named if PERSONAL.search(name)}
    assert found == ON_THE_CERTIFICATE


def test_path_parameters_are_ids_or_names_of_ours(document: dict[str, Any]) -> None:
    """What a path names is an id, a word of the profile (its name, a block, an offered file), a service or a number."""
    words = {"profile", "block", "download_id", "year", "service", "version"}
    for path, item in document["paths"].items():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] not in words:
                    assert parameter["schema"].get("format") == "uuid", (path, parameter["name"])


def test_every_part_of_an_address_is_described(document: dict[str, Any]) -> None:
    """Whatever a path names in braces stands among the operation's parameters, so that clients can be generated."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            described = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
            assert set(re.findall(r"{(\w+)}", path)) == described, (method, path)
