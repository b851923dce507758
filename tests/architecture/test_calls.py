"""Calls go from left to right, so that services never wait for each other in a circle (design §3)."""

from __future__ import annotations

import ast
import inspect
import textwrap
from importlib import import_module
from typing import Any

import pytest

from chassis.rpc import CALL_ORDER, may_call
from chassis.service import Service, client
from contracts.base import SERVICES, Contract
from contracts.catalogue import CONTRACTS


def _service_class(name: str) -> type[Service[Any]]:
    """The class that a service serves."""
    contract = next(contract for contract in CONTRACTS if contract.name == name)
    module = import_module(f"services.{name}.service")
    (found,) = [
        member
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, Service) and vars(member).get("contract") is contract
    ]
    return found


def _clients(service: type[Service[Any]]) -> dict[str, str]:
    """Attribute → service of the clients that a service class has."""
    kind = type(client(CONTRACTS[0]))
    found = inspect.getmembers_static(service, lambda member: isinstance(member, kind))
    return {name: attribute.contract.name for name, attribute in found}


def _used(function: Any) -> set[str]:
    """The attributes of `self` that a method touches."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _reached(service: type[Service[Any]], start: str) -> set[str]:
    """The attributes of `self` that a method touches, itself or through other methods of the class."""
    seen: set[str] = set()
    waiting = {start}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        function = inspect.getattr_static(service, name, None)
        if inspect.isfunction(function):
            waiting |= _used(function) - seen
    return seen


@pytest.mark.parametrize("name", SERVICES)
def test_handlers_of_calls_call_to_the_right(name: str) -> None:
    """No method of a contract reaches a client of a service that may itself be waiting for it."""
    service = _service_class(name)
    clients = _clients(service)
    wrong = {
        f"{method} → {clients[attribute]}"
        for method in service.contract.methods()
        for attribute in _reached(service, method) & clients.keys()
        if clients[attribute] not in may_call(name)
    }
    assert not wrong


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_callers_are_users_of_the_broker(contract: type[Contract]) -> None:
    """Whoever a method names as caller exists, and no service calls itself."""
    for options in contract.methods().values():
        assert options.callers
        assert set(options.callers) <= {*SERVICES, "gateway", "publisher"} - {contract.name}


def test_order_names_services() -> None:
    """The order of calls names services, each once."""
    assert len(set(CALL_ORDER)) == len(CALL_ORDER)
    assert set(CALL_ORDER) <= set(SERVICES)
