"""Kinds of fields that the messages of identity share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, SecretStr, StringConstraints

# One line of text without control, private-use or direction characters.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]*$")
]
OptionalLine = Annotated[Line | None, BeforeValidator(lambda value: value or None)]

# Hidden in every text of the program, in clear only inside a message on the bus.
_Secret = Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value, return_type=str, when_used="json")]
Password = Annotated[_Secret, Field(min_length=1, max_length=128)]
Code = Annotated[_Secret, Field(min_length=1, max_length=40)]
