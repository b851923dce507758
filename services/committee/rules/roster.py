"""The rows of an import's workbook as data of experts (HB-115, HB-116)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from contracts.committee.experts import ExpertData
from contracts.declaration.catalogue import Catalogue
from contracts.errors import Fault
from contracts.forms.cascade import specialties
from services.committee.rules.profile import ImportRules

SEPARATORS = re.compile(r"[、,，;；\s]+")
LONGEST_NUMBER_IN_A_CELL = 10**15


@dataclass(frozen=True)
class RosterRow:
    """A row, counted as the workbook does: what was typed, and the expert or what is wrong with it."""

    number: int
    texts: Mapping[str, str]
    expert: ExpertData | None
    faults: tuple[Fault, ...]


def specialty_words(catalogue: Catalogue) -> dict[str, str]:
    """The code of each specialty by its label and by itself."""
    codes = {label: code for code, label in specialties(catalogue).items()}
    return codes | {code: code for code in codes.values()}


def judged_row(
    number: int,
    cells: Mapping[str, object],
    texts: Mapping[str, str],
    *,
    rules: ImportRules,
    specialty_codes: Mapping[str, str],
) -> RosterRow:
    """A filled row by field, its cells as they are and as text. `specialty_codes`: code by label and by code."""
    faults: list[Fault] = []
    id_number = cells["id_document_no"]
    if isinstance(id_number, int | float) and abs(id_number) >= LONGEST_NUMBER_IN_A_CELL:
        faults.append(Fault(pointer="/id_document_no", code="committee.number_not_text"))
    kind = texts["id_document_type"]
    if kind and kind not in rules.document_types:
        faults.append(Fault(pointer="/id_document_type", code="committee.not_an_option"))
    is_judged = not faults  # a number of which the kind or the digits are not known cannot be
    names = [name for name in SEPARATORS.split(texts["specialties"]) if name]
    if any(name not in specialty_codes for name in names):
        faults.append(Fault(pointer="/specialties", code="committee.not_in_catalogue"))
    if not is_judged:
        return RosterRow(number, texts, None, tuple(faults))
    content: dict[str, object] = {
        "real_name": texts["real_name"],
        "id_document_no": texts["id_document_no"],
        "mobile": texts["mobile"] or None,
        "email": texts["email"] or None,
        "employer_name": texts["employer_name"],
        "specialties": [specialty_codes[name] for name in names if name in specialty_codes],
    }
    if kind:
        content["id_document_type"] = rules.document_types[kind]
    try:
        return RosterRow(number, texts, ExpertData.model_validate(content), tuple(faults))
    except ValidationError as error:
        found = {str(fault["loc"][0]) for fault in error.errors(include_input=False, include_url=False)}
        return RosterRow(
            number,
            texts,
            None,
            (
                *faults,
                *(
                    Fault(
                        pointer=f"/{field}",
                        code="committee.field_missing" if not content[field] else "committee.field_form",
                    )
                    for field in content
                    if field in found
                ),
            ),
        )
