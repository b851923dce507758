"""A person's data as typed, in normal form and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.errors import Fault
from contracts.identifiers import (
    DocumentType,
    document_number_fault,
    email_fault,
    mobile_fault,
    name_fault,
    normalize_mobile,
    normalize_name,
    normalize_number,
)

LOGIN_NAME_FORM = r"[a-z][a-z0-9_.-]{2,31}"


@dataclass(frozen=True)
class Contacts:
    """Name and contacts in normal form."""

    real_name: str
    mobile: str | None
    email: str | None


def judge_contacts(
    real_name: str, *, mobile: str | None, email: str | None, pointer: str = ""
) -> tuple[Contacts, tuple[Fault, ...]]:
    """Name and contacts in normal form, with their faults; `pointer` is where the fields stand in the input."""
    contacts = Contacts(normalize_name(real_name), normalize_mobile(mobile) if mobile else None, email)
    judged = {
        "real_name": name_fault(contacts.real_name),
        "mobile": mobile_fault(contacts.mobile) if contacts.mobile else None,
        "email": email_fault(contacts.email) if contacts.email else None,
    }
    return contacts, tuple(Fault(pointer=f"{pointer}/{name}", code=code) for name, code in judged.items() if code)


def judge_document(
    document_type: str,
    number: str,
    *,
    accepted: frozenset[DocumentType],
    today: date,
    demonstration: bool,
    pointer: str = "",
) -> tuple[str, tuple[Fault, ...]]:
    """The number in normal form with its faults (PL-10)."""
    normal = normalize_number(number)
    if document_type not in accepted:
        return normal, (Fault(pointer=f"{pointer}/id_document_type", code="identity.document_type_not_accepted"),)
    code = document_number_fault(DocumentType(document_type), normal, today=today, demonstration=demonstration)
    return normal, (Fault(pointer=f"{pointer}/id_document_no", code=code),) if code else ()
