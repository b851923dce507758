"""What the messages of the declaration service let through."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.declaration.batches import ExtendWindow
from contracts.declaration.drafts import AddRow


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"deep": ["\udfff"]}])
def test_values_that_nothing_can_store_are_refused_at_the_door(value: Any) -> None:
    """NaN, infinity and halves of surrogate pairs, which the JSON parser lets through, make the command invalid."""
    with pytest.raises(ValidationError):
        AddRow(command_id=uuid.uuid4(), declaration_id=uuid.uuid4(), block="papers", values={"title_text": value})


@pytest.mark.parametrize(
    ("closes_on", "reason"), [(date.max, "顺延"), (date(2027, 1, 1), "a\x00b"), (date(2027, 1, 1), " ")]
)
def test_a_window_needs_a_day_that_can_be_reckoned_with_and_a_reason(closes_on: date, reason: str) -> None:
    """The last day of all days has no end, and a reason is a text."""
    with pytest.raises(ValidationError):
        ExtendWindow(
            command_id=uuid.uuid4(), batch_id=uuid.uuid4(), expected_version=1, closes_on=closes_on, reason=reason
        )
