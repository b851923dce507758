"""Reading one value as a field of the form wants it: normalised, or refused with a reason."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from stdnum import isbn, issn
from stdnum.exceptions import ValidationError

from contracts.declaration.forms import FieldType, FormField, Scalar
from contracts.forms.texts import has_refused_characters, normalise, undrawn_characters
from contracts.identifiers import (
    DocumentType,
    document_number_fault,
    mobile_fault,
    normalize_mobile,
    normalize_number,
)

FIRST_YEAR, LAST_YEAR = 1900, 2100
LARGEST_NUMBER = 1_000_000_000
ANSWERS = frozenset({"yes", "no"})
FIXED_LINE = re.compile(r"0[0-9]{2,3}[2-9][0-9]{6,7}")


class Refused(Exception):
    """The value does not fit the field: `code` is an error code (the last part where it is ours), `params` words."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Surroundings:
    """What reading a value needs to know besides the field.

    options: codes of an option list by its name; next_choices: what the cascade offers for a field of this block;
    document_type: the kind of identity document that a field names.
    """

    options: Callable[[str], frozenset[str]]
    next_choices: Callable[[FormField], Mapping[str, str] | None]
    document_type: Callable[[FormField], DocumentType | None]
    today: date


def read_value(field: FormField, raw: Any, *, around: Surroundings) -> Scalar | None:
    """The stored form of a typed value, None where nothing was typed. Raises Refused."""
    if raw is None:
        return None
    value = _READERS[field.type](field, raw, around)
    return None if value == "" else value


def _read_text(field: FormField, raw: Any, around: Surroundings) -> str:
    lines = field.type is FieldType.TEXTAREA
    text = normalise(_string(raw), lines=lines)
    if has_refused_characters(text, lines=lines):
        raise Refused("control_character")
    if undrawn := undrawn_characters(text):
        raise Refused("undrawn_character", characters=" ".join(undrawn))
    if field.limit is not None and len(text) > field.limit:
        raise Refused("too_long", limit=field.limit, length=len(text))
    return text


def _read_select(field: FormField, raw: Any, around: Surroundings) -> str:
    text = _read_text(field, raw, around)
    if not text or field.allow_other or text in around.options(field.options or ""):
        return text
    raise Refused("not_an_option")


def _read_cascade(field: FormField, raw: Any, around: Surroundings) -> str:
    text = _read_text(field, raw, around)
    if not text:
        return text
    offered = around.next_choices(field)
    if offered is None:
        raise Refused("choice_without_parent")
    if text not in offered:
        raise Refused("not_in_catalogue")
    return text


def _read_yes_no(field: FormField, raw: Any, around: Surroundings) -> str:
    text = _string(raw)
    if text and text not in ANSWERS:
        raise Refused("not_an_option")
    return text


def _read_date(field: FormField, raw: Any, around: Surroundings) -> str:
    text = normalize_number(_string(raw))
    if text:
        _check_day(text, pattern=r"\d{4}-\d{2}-\d{2}", code="not_a_date")
    return text


def _read_month(field: FormField, raw: Any, around: Surroundings) -> str:
    text = normalize_number(_string(raw))
    if text:
        _check_day(f"{text}-01", pattern=r"\d{4}-\d{2}-01", code="not_a_month")
    return text


def _check_day(text: str, *, pattern: str, code: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise Refused(code)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(code) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(code)


def _read_year(field: FormField, raw: Any, around: Surroundings) -> int | str:
    if raw == "":
        return ""
    if isinstance(raw, str) and re.fullmatch(r"\d{4}", raw, re.ASCII):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not FIRST_YEAR <= raw <= LAST_YEAR:
        raise Refused("not_a_year")
    _check_range(field, raw)
    return raw


def _read_number(field: FormField, raw: Any, around: Surroundings) -> int | float | str:
    if raw == "":
        return ""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise Refused("not_a_number")
    if abs(raw) > LARGEST_NUMBER:
        raise Refused("too_large", maximum=LARGEST_NUMBER)
    if round(raw, field.decimals) != raw:
        raise Refused("too_many_decimals", decimals=field.decimals)
    _check_range(field, raw)
    return int(raw) if raw == int(raw) else raw


def _check_range(field: FormField, value: float) -> None:
    if field.minimum is not None and value < field.minimum:
        raise Refused("too_small", minimum=_plain(field.minimum))
    if field.maximum is not None and value > field.maximum:
        raise Refused("too_large", maximum=_plain(field.maximum))


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


def _read_mobile(field: FormField, raw: Any, around: Surroundings) -> str:
    mobile = normalize_mobile(_string(raw))
    if mobile and mobile_fault(mobile):
        raise Refused("not_a_mobile")
    return mobile


def _read_phone(field: FormField, raw: Any, around: Surroundings) -> str:
    digits = normalize_mobile(_string(raw)).replace("(", "").replace(")", "")
    if digits and not FIXED_LINE.fullmatch(digits) and mobile_fault(digits):
        raise Refused("not_a_phone")
    return digits


def _read_id_number(field: FormField, raw: Any, around: Surroundings) -> str:
    number = normalize_number(_string(raw))
    if not number:
        return number
    document_type = around.document_type(field)
    if document_type is None:
        raise Refused("choice_without_parent")
    # Whether numbers of invented people are allowed is identity's decision when the account is opened.
    fault = document_number_fault(document_type, number, today=around.today, demonstration=True)
    if fault is not None:
        raise Refused(fault)
    return number


def _read_url(field: FormField, raw: Any, around: Surroundings) -> str:
    text = _read_text(field, raw, around)
    try:
        parts = urlsplit(text)
        is_web_address = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        is_web_address = False
    if text and not is_web_address:
        raise Refused("not_a_url")
    return text


def _read_issn(field: FormField, raw: Any, around: Surroundings) -> str:
    text = normalize_number(_string(raw)).removeprefix("ISSN")
    try:
        return issn.format(issn.validate(text)) if text else ""
    except ValidationError:
        raise Refused("not_an_issn") from None


def _read_isbn(field: FormField, raw: Any, around: Surroundings) -> str:
    text = normalize_number(_string(raw)).removeprefix("ISBN")
    try:
        return isbn.to_isbn13(isbn.validate(text)).replace("-", "") if text else ""
    except ValidationError:
        raise Refused("not_an_isbn") from None


def _string(raw: Any) -> str:
    if not isinstance(raw, str):
        raise Refused("not_a_text")
    return raw


def _never(field: FormField, raw: Any, around: Surroundings) -> str:
    raise Refused("files_are_attached")


_READERS: dict[FieldType, Callable[[FormField, Any, Surroundings], Scalar]] = {
    FieldType.TEXT: _read_text,
    FieldType.TEXTAREA: _read_text,
    FieldType.SELECT: _read_select,
    FieldType.CASCADE: _read_cascade,
    FieldType.DATE: _read_date,
    FieldType.MONTH: _read_month,
    FieldType.YEAR: _read_year,
    FieldType.NUMBER: _read_number,
    FieldType.YES_NO: _read_yes_no,
    FieldType.MOBILE: _read_mobile,
    FieldType.PHONE: _read_phone,
    FieldType.ID_NUMBER: _read_id_number,
    FieldType.URL: _read_url,
    FieldType.ISSN: _read_issn,
    FieldType.ISBN: _read_isbn,
    FieldType.FILES: _never,
}
