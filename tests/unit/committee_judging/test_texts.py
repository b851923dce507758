"""What no database can store is refused where it comes in."""

from __future__ import annotations

import typing
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.base import Command
from contracts.committee import CommitteeApi
from contracts.committee.experts import SaveExpertBlock
from gateway.ballots import LONGEST_CODE
from gateway.routes.ballots import Closing


def commands() -> list[type[Command]]:
    """Every command that the committee service takes."""
    found = {
        hint
        for name in CommitteeApi.methods()
        for hint in typing.get_type_hints(getattr(CommitteeApi, name)).values()
        if isinstance(hint, type) and issubclass(hint, Command)
    }
    return sorted(found, key=lambda command: command.__name__)


def texts(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The text types in an annotation, with what constrains them."""
    if annotation is str:
        yield typing.Annotated[(str, *metadata)] if metadata else str
    elif typing.get_origin(annotation) is dict:
        return  # values of a form, which the form engine reads one by one
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            yield from texts(field.annotation, tuple(field.metadata))
    elif hasattr(annotation, "__metadata__"):
        yield from texts(annotation.__origin__, annotation.__metadata__)
    else:
        for inner in typing.get_args(annotation):
            yield from texts(inner)


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.__name__)
@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_no_text_of_a_command_takes_what_cannot_be_stored(command: type[Command], character: str) -> None:
    """NUL and half a surrogate pair are refused in every text of every command."""
    for text in texts(command):
        with pytest.raises(ValidationError):
            TypeAdapter(text).validate_python(f"texttext{character}text")


def test_values_of_a_form_are_what_json_can_say() -> None:
    """Half a surrogate pair deep inside an expert's block is refused before anybody tries to send it on."""
    values = {"command_id": uuid.uuid4(), "block": "work", "revision": 0, "content": [{"a": ["\ud800"]}]}
    with pytest.raises(ValidationError):
        SaveExpertBlock.model_validate(values)


def test_an_opening_code_is_text_and_short() -> None:
    """What is no text, or longer than a code can be, is refused before it is sealed."""
    for wrong in ("\ud800", "x" * (LONGEST_CODE + 1), "", uuid.UUID(int=1)):
        with pytest.raises(ValidationError):
            Closing.model_validate({"opening_code": wrong})
