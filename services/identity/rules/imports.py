"""The rows of a workbook of applicants: as data, with what is wrong in which cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.errors import Fault
from contracts.identity.imports import RowOutcome
from services.identity.rules.people import judge_contacts, judge_document
from services.identity.rules.profile import AccountRules, ApplicantImportRules

LONGEST_NUMBER_IN_A_CELL = 10**15
LIMITS = {"real_name": 50, "id_document_no": 40, "mobile": 24, "email": 100}
REQUIRED = ("real_name", "id_document_no", "mobile")


def judged_row(
    number: int,
    cells: Mapping[str, object],
    texts: Mapping[str, str],
    *,
    rules: AccountRules,
    today: date,
    demonstration: bool,
) -> dict[str, Any]:
    """A row as it is kept: the values typed, their faults by field, and whether an account can be opened."""
    words = {label: option.code for option in rules.id_document_type for label in option.label.values()}
    kind = words.get(texts["id_document_type"], texts["id_document_type"]) or rules.id_document_type[0].code
    faults = _form_faults(cells, texts)
    if not faults:
        _, contact_faults = judge_contacts(texts["real_name"], mobile=texts["mobile"], email=texts["email"] or None)
        _, document_faults = judge_document(
            kind,
            texts["id_document_no"],
            accepted=rules.document_types,
            today=today,
            demonstration=demonstration,
        )
        faults = [*contact_faults, *document_faults]
    return {
        "row": number,
        "values": dict(texts),
        "document_type": kind,
        "faults": [fault.model_dump(mode="json") for fault in faults],
        "outcome": RowOutcome.FAULTY if faults else RowOutcome.READY,
        "account_id": None,
    }


def mark_doubles(rows: list[dict[str, Any]], number_of: Any) -> None:
    """A number that stood in a row above is a fault of the row below."""
    seen: set[str] = set()
    for row in rows:
        number = number_of(row["values"]["id_document_no"])
        if number and number in seen:
            add_fault(row, Fault(pointer="/id_document_no", code="identity.row_doubled"), RowOutcome.FAULTY)
        seen.add(number)


def add_fault(row: dict[str, Any], fault: Fault, outcome: RowOutcome) -> None:
    """Write down what is wrong with a row."""
    row["faults"] = [*row["faults"], fault.model_dump(mode="json")]
    row["outcome"] = outcome


def column_of(rules: ApplicantImportRules, pointer: str) -> str:
    """The field of a fault's pointer; the first column where it names none of the workbook."""
    field = pointer.removeprefix("/")
    return field if field in rules.columns else next(iter(rules.columns))


def _form_faults(cells: Mapping[str, object], texts: Mapping[str, str]) -> list[Fault]:
    faults = [Fault(pointer=f"/{field}", code="identity.cell_empty") for field in REQUIRED if not texts[field]]
    number = cells["id_document_no"]
    if isinstance(number, int | float) and abs(number) >= LONGEST_NUMBER_IN_A_CELL:
        faults.append(Fault(pointer="/id_document_no", code="identity.number_not_text"))
    for field, limit in LIMITS.items():
        if len(texts[field]) > limit:
            faults.append(Fault(pointer=f"/{field}", code="identity.cell_too_long", params={"limit": limit}))
    for field, text in texts.items():
        if not text.isprintable():
            faults.append(Fault(pointer=f"/{field}", code="identity.cell_unprintable"))
    return faults
