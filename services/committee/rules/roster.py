"""The rows of an import's workbook as data of experts (HB-115, HB-116)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from contracts.committee.experts import ExpertData
from contracts.errors import Fault
from services.committee.rules.profile import ImportRules

SEPARATORS = re.compile(r"[、,，;；\s]+")
LONGEST_NUMBER_IN_A_CELL = 10**15


@dataclass(frozen=True)
class RosterRow:
    """A row, counted as the workbook does: the expert, or what is wrong with it."""

    number: int
    expert: ExpertData | None
    faults: tuple[Fault, ...]


class HeadingsDiffer(Exception):
    """The first row is not that of the template."""


class TooManyRows(Exception):
    """More rows than the profile allows."""


def read_rows(
    rows: Iterable[tuple[object, ...]], rules: ImportRules, specialty_codes: Mapping[str, str]
) -> Iterator[RosterRow]:
    """The rows below the headings; empty rows are passed over. `specialty_codes`: code by label and by code.

    Raises HeadingsDiffer, TooManyRows.
    """
    numbered = iter(enumerate(rows, start=1))
    headings = [text_of(cell) for cell in next(numbered, (1, ()))[1]]
    fields = {heading: field for field, heading in rules.columns.items()}
    if not set(fields) <= set(headings):
        raise HeadingsDiffer()
    places = {fields[heading]: place for place, heading in enumerate(headings) if heading in fields}
    for number, cells in numbered:
        if number > rules.maximum_rows + 1:
            raise TooManyRows()
        row = {field: cells[place] if place < len(cells) else None for field, place in places.items()}
        if any(text_of(cell) for cell in row.values()):
            yield _read(number, row, rules, specialty_codes)


def text_of(cell: object) -> str:
    """A cell as text; whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    return str(cell).strip()


def _read(number: int, row: Mapping[str, object], rules: ImportRules, specialty_codes: Mapping[str, str]) -> RosterRow:
    faults: list[Fault] = []
    id_number = row["id_document_no"]
    if isinstance(id_number, int | float) and abs(id_number) >= LONGEST_NUMBER_IN_A_CELL:
        faults.append(Fault(pointer="/id_document_no", code="committee.number_not_text"))
    kind = text_of(row["id_document_type"])
    if kind and kind not in rules.document_types:
        faults.append(Fault(pointer="/id_document_type", code="committee.not_an_option"))
    names = [name for name in SEPARATORS.split(text_of(row["specialties"])) if name]
    if any(name not in specialty_codes for name in names):
        faults.append(Fault(pointer="/specialties", code="committee.not_in_catalogue"))
    if faults:
        return RosterRow(number, None, tuple(faults))
    content: dict[str, object] = {
        "real_name": text_of(row["real_name"]),
        "id_document_no": text_of(id_number),
        "mobile": text_of(row["mobile"]) or None,
        "email": text_of(row["email"]) or None,
        "employer_name": text_of(row["employer_name"]),
        "specialties": [specialty_codes[name] for name in names],
    }
    if kind:
        content["id_document_type"] = rules.document_types[kind]
    try:
        return RosterRow(number, ExpertData.model_validate(content), ())
    except ValidationError as error:
        found = {str(fault["loc"][0]) for fault in error.errors(include_input=False, include_url=False)}
        return RosterRow(
            number,
            None,
            tuple(
                Fault(
                    pointer=f"/{field}",
                    code="committee.field_missing" if not content[field] else "committee.field_form",
                )
                for field in content
                if field in found
            ),
        )
