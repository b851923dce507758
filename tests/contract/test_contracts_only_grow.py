"""Old and new versions of services run side by side during a deployment, so contracts only grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.snapshot import FILE, take

PROMISED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
NOW = json.loads(json.dumps(take()))
# What a schema says to people only.
UNBINDING = {"title", "description", "default", "examples"}
RENEW = "a contract was narrowed; where no release has promised it yet: python -m tests.contract.snapshot"


class Comparison:
    """Two versions of a schema: for what callers may send (asked), or for what readers may rely on."""

    def __init__(self, before: dict[str, Any], after: dict[str, Any], *, asked: bool) -> None:
        self._before = before
        self._after = after
        self._asked = asked
        self._seen: set[tuple[str, str]] = set()

    def narrowed(self, before: Any, after: Any, place: str = "") -> Iterator[str]:
        """Where `after` allows or says less than `before`."""
        if not (isinstance(before, dict) and isinstance(after, dict)):
            if before != after:
                yield place
            return
        if "$ref" in before and "$ref" in after:
            pair = (before["$ref"], after["$ref"])
            if pair not in self._seen:  # a type may hold itself
                self._seen.add(pair)
                yield from self.narrowed(_resolve(self._before, pair[0]), _resolve(self._after, pair[1]), place)
            return
        for key in before.keys() - UNBINDING:
            here = f"{place}/{key}"
            match key:
                case "properties":
                    for name, schema in before[key].items():
                        if name in after.get(key, {}):
                            yield from self.narrowed(schema, after[key][name], f"{place}/{name}")
                        else:
                            yield f"{place}/{name}"
                case "required":
                    if not self._asked and not set(before[key]) <= set(after.get(key, [])):
                        yield here
                case "enum":
                    if not set(before[key]) <= set(after.get(key, [])):
                        yield here
                case "anyOf" | "oneOf":
                    others = {_kind(other): other for other in after.get(key, [])}
                    for one in before[key]:
                        if _kind(one) in others:
                            yield from self.narrowed(one, others[_kind(one)], f"{here}/{_kind(one)}")
                        else:
                            yield f"{here}/{_kind(one)}"
                case _ if key in after:
                    yield from self.narrowed(before[key], after[key], here)
                case _ if not self._asked:
                    yield here
        if self._asked:
            if not set(after.get("required", [])) <= set(before.get("required", [])):
                yield f"{place}/required"
            yield from (f"{place}/{key}" for key in after.keys() - before.keys() - UNBINDING - {"properties"})


def _kind(alternative: dict[str, Any]) -> str:
    """By what two alternatives of a choice are recognised as the same."""
    return str(
        alternative.get("$ref") or (alternative.get("type"), alternative.get("format"), alternative.get("const"))
    )


def _resolve(definitions: dict[str, Any], reference: str) -> Any:
    return definitions[reference.removeprefix("#/$defs/")]


def narrowed(before: Any, after: Any, *, asked: bool) -> list[str]:
    """Where a promised schema allows (asked) or says less now."""
    return list(Comparison(PROMISED["$defs"], NOW["$defs"], asked=asked).narrowed(before, after))


@pytest.mark.parametrize("key", sorted(PROMISED["calls"]))
def test_calls_only_grow(key: str) -> None:
    """A method stays, for the same callers; it takes what it took and answers what it answered."""
    before, after = PROMISED["calls"][key], NOW["calls"].get(key)
    assert after is not None, RENEW
    assert set(before["callers"]) <= set(after["callers"]), RENEW
    assert before["actor"] or not after["actor"], RENEW
    assert not narrowed(before["call"], after["call"], asked=True), RENEW
    assert not narrowed(before["answer"], after["answer"], asked=False), RENEW


@pytest.mark.parametrize("topic", sorted(PROMISED["events"]))
def test_events_only_grow(topic: str) -> None:
    """An event stays, for the same listeners, with what it said."""
    before, after = PROMISED["events"][topic], NOW["events"].get(topic)
    assert after is not None, RENEW
    assert set(before["listeners"]) <= set(after["listeners"]), RENEW
    assert not narrowed(before["payload"], after["payload"], asked=False), RENEW


def test_refusals_keep_code_and_kind() -> None:
    """A code is never taken away and never means something else."""
    assert PROMISED["refusals"].items() <= NOW["refusals"].items(), RENEW


OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


@pytest.mark.parametrize(
    ("after", "asked_narrowed", "answer_narrowed"),
    [
        (OBJECT, False, False),
        ({**OBJECT, "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}, False, False),
        ({**OBJECT, "properties": {"b": {"type": "string"}}, "required": ["b"]}, True, True),
        ({**OBJECT, "properties": {"a": {"type": "integer"}}}, True, True),
        ({**OBJECT, "properties": {"a": {"type": "string", "maxLength": 5}}}, True, False),
        ({**OBJECT, "required": []}, False, True),
        (
            {**OBJECT, "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a", "b"]},
            True,
            False,
        ),
    ],
)
def test_narrowing_is_found(after: dict[str, Any], asked_narrowed: bool, answer_narrowed: bool) -> None:
    """The comparison itself: what may be sent must not shrink, what is read must not vanish."""
    assert bool(narrowed(OBJECT, after, asked=True)) is asked_narrowed
    assert bool(narrowed(OBJECT, after, asked=False)) is answer_narrowed
