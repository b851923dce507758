"""What the platform has promised to its own other versions: `python -m tests.contract.snapshot` writes it down anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from chassis import wire
from contracts.catalogue import CONTRACTS
from contracts.errors import DomainError, UnknownError
from contracts.events import EVENTS

FILE = Path(__file__).parent / "snapshot.json"


def take() -> dict[str, Any]:
    """Calls, events and refusals as they are now."""
    methods = [wire.method(contract, name) for contract in CONTRACTS for name in contract.methods()]
    adapters: list[tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        *(("call", "validation", method.call) for method in methods),
        *(("answer", "serialization", method.answer) for method in methods),
        *(("event", "serialization", TypeAdapter(event)) for event in EVENTS),
    ]
    keys = [method.key for method in methods] * 2 + [event.topic() for event in EVENTS]
    named = [(f"{kind} {key}", mode, adapter) for (kind, mode, adapter), key in zip(adapters, keys, strict=True)]
    schemas, shared = TypeAdapter.json_schemas(named)
    found = {name: schema for (name, _), schema in schemas.items()}
    return {
        "$defs": shared["$defs"],
        "calls": {
            method.key: {
                "callers": sorted(method.options.callers),
                "actor": method.options.actor,
                "call": found[f"call {method.key}"],
                "answer": found[f"answer {method.key}"],
            }
            for method in methods
        },
        "events": {
            event.topic(): {"listeners": sorted(event.listeners), "payload": found[f"event {event.topic()}"]}
            for event in EVENTS
        },
        "refusals": {error.code: error.kind for error in _refusals(DomainError)},
    }


def _refusals(error: type[DomainError]) -> list[type[DomainError]]:
    own = [error] if error.__module__.startswith("contracts.") and error is not UnknownError else []
    return own + [found for sub in error.__subclasses__() for found in _refusals(sub)]


if __name__ == "__main__":
    # A line for each promise, so that a diff shows which one changed.
    sections = [
        f'"{section}": {{\n'
        + ",\n".join(
            f"{json.dumps(key)}: {json.dumps(promise, sort_keys=True)}" for key, promise in sorted(promises.items())
        )
        + "\n}"
        for section, promises in sorted(take().items())
    ]
    FILE.write_text("{\n" + ",\n".join(sections) + "\n}\n", encoding="utf-8")
