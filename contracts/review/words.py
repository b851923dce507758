"""Bounded words, and how many rows one act may name."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

# PostgreSQL stores no NUL in a text, so it is refused where it comes in.
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=r"^[^\x00]*$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")]
BATCH_MAXIMUM = 500
