"""Conditions of the form description, evaluated by a pure function: data, never code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.declaration.forms import Condition


def holds(condition: bool | Condition, value_of: Callable[[str], Any]) -> bool:
    """Whether the condition is met, `value_of` telling the value of a reference or None."""
    if isinstance(condition, bool):
        return condition
    if condition.all is not None:
        return all(holds(part, value_of) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, value_of) for part in condition.any)
    if condition.none is not None:
        return not any(holds(part, value_of) for part in condition.none)
    value = value_of(condition.field or "")
    if condition.filled is not None:
        return (value is not None) is condition.filled
    if condition.among is not None:
        return value is not None and value in condition.among
    return value is not None and value == condition.equals
