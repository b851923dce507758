"""How texts, codes and numbers of the committee service are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic_core import PydanticCustomError

from contracts.identity import fields as identity

# PostgreSQL stores no NUL in a text, so it is refused where it comes in.
STORABLE = r"^[^\x00]*$"

Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=STORABLE)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=STORABLE)]
Opinion = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=STORABLE)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=STORABLE)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000, pattern=STORABLE)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9][0-9-]{5,19}$")]
# What identity is asked to open accounts with.
PersonName = Annotated[identity.Line, Field(max_length=50)]
LoginName = Annotated[identity.Line, Field(max_length=32)]
Mobile = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^1[3-9][0-9]{9}$")]
Region = Annotated[str, StringConstraints(pattern=r"^([0-9]{6})?$")]
CatalogueCode = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=STORABLE)]
Points = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]


def must_not_precede(end: date, start: date | None) -> date:
    """The end of a span; raises for pydantic where it lies before the beginning."""
    if start is not None and end < start:
        raise PydanticCustomError("end_before_start", "the end lies before the beginning")
    return end
