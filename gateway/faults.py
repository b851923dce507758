"""Faults of a form with their texts in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from chassis import context
from contracts.errors import Fault
from gateway.problems import message


class FaultInWords(Fault):
    """A fault with its text in the reader's language."""

    message: str


def in_words(faults: Iterable[Fault]) -> tuple[FaultInWords, ...]:
    """The faults with their texts."""
    locale = context.current().locale
    return tuple(
        FaultInWords(**fault.model_dump(), message=message(fault.code, fault.params, locale)) for fault in faults
    )
