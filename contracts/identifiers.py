"""Rules for numbers that name people and organisations: pure, so that every service judges a number the same way.

A rule answers the code of the fault, or None. Sources: GB 11643-1999 (resident identity number), GB 32100-2015
(unified social credit code), GB 11714-1997 (organisation code). python-stdnum's `validate` functions are not used:
they compare the region code with a table that refuses genuine numbers of people born before about 1984.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

from pydantic import validate_email
from pydantic_core import PydanticCustomError


class DocumentType(StrEnum):
    """Kind of identity document (HB-T3.2, HB-T7.2), by the register codes in common use."""

    RESIDENT = "111"
    OFFICER_CARD = "114"
    PASSPORT = "414"
    TW_TRAVEL_PERMIT = "511"
    HK_MO_TRAVEL_PERMIT = "516"
    FOREIGN_PERMANENT_RESIDENCE = "553"
    HK_MO_TW_RESIDENCE = "hk_mo_tw_residence"


class Sex(StrEnum):
    """Sex as the 17th digit of a resident identity number tells it; codes of GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"


_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DEMO_IDENTITY = re.compile(r"(13|21|32|37)99(0[1-9]|1[0-9]|20)[0-9]{11}[0-9X]")
_DEMO_MOBILE = re.compile(r"1540000[0-9]{4}")
_FORMS = {
    DocumentType.PASSPORT: re.compile(r"[A-Z0-9]{5,17}"),
    DocumentType.HK_MO_TRAVEL_PERMIT: re.compile(r"[HM][0-9]{8,10}"),
    DocumentType.TW_TRAVEL_PERMIT: re.compile(r"[0-9]{8}|[0-9]{10}[A-Z0-9]?"),
    DocumentType.OFFICER_CARD: re.compile(r"[^\x00-\x1f\x7f]{2,30}"),
}
_SHORTEST_NUMBER = 5
_OLD_RESIDENCE_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_MIDDLE_DOTS = str.maketrans({"•": "·", "・": "·", "･": "·", "‧": "·", "．": "·"})


def normalize_number(text: str) -> str:
    """Fold full-width characters, drop blanks, write letters large: the form in which numbers are kept and compared."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def resident_check_character(first_17: str) -> str:
    """The 18th character of a resident identity number (ISO 7064 MOD 11-2) for its 17 digits."""
    return _RESIDENT_CHECKS[sum(w * int(d) for w, d in zip(_RESIDENT_WEIGHTS, first_17, strict=True)) % 11]


def is_demo_identity(number: str) -> bool:
    """Whether the number is of the invented population: its region part xx99xx was never issued to anybody."""
    return _DEMO_IDENTITY.fullmatch(number) is not None


def is_demo_mobile(number: str) -> bool:
    """Whether the mobile number is of the invented population: no operator has the prefix 154."""
    return _DEMO_MOBILE.fullmatch(number) is not None


def resident_number_fault(number: str, *, today: date) -> str | None:
    """What is wrong with a resident identity number in normal form (PL-10)."""
    if re.fullmatch(r"[0-9]{15}", number):
        return "identity.number_first_generation"
    if len(number) != 18:
        return "identity.number_length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "identity.number_characters"
    if resident_check_character(number[:17]) != number[17]:
        return "identity.number_check_character"
    born = birth_date(number)
    if born is None:
        return "identity.number_birth_date"
    if not date(1900, 1, 1) <= born <= today:
        return "identity.number_birth_date_range"
    return None


def birth_date(number: str) -> date | None:
    """The birth date in a resident identity number, None where it is no date of the calendar."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> Sex:
    """The sex that a valid resident identity number tells."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def has_birth_date_and_sex(document_type: DocumentType) -> bool:
    """Whether numbers of this document tell birth date and sex, so that forms can be compared with them."""
    return document_type in (DocumentType.RESIDENT, DocumentType.HK_MO_TW_RESIDENCE)


def document_number_fault(document_type: DocumentType, number: str, *, today: date, demonstration: bool) -> str | None:
    """What is wrong with the number of an identity document in normal form.

    Numbers of invented people are refused unless the installation is marked as a demonstration.
    """
    if document_type is DocumentType.RESIDENT:
        fault = resident_number_fault(number, today=today)
        if fault is None and is_demo_identity(number) and not demonstration:
            return "identity.number_demonstration"
        return fault
    if document_type is DocumentType.HK_MO_TW_RESIDENCE:
        fault = resident_number_fault(number, today=today)
        return fault or (None if number[:2] in ("81", "82", "83") else "identity.number_form")
    if document_type is DocumentType.FOREIGN_PERMANENT_RESIDENCE:
        if _OLD_RESIDENCE_CARD.fullmatch(number):
            return None
        if not re.fullmatch(r"9[0-9]{16}[0-9X]", number):
            return "identity.number_form"
        return None if resident_check_character(number[:17]) == number[17] else "identity.number_check_character"
    return None if _FORMS[document_type].fullmatch(number) else "identity.number_form"


def any_document_number_fault(number: str, *, today: date) -> str | None:
    """What is wrong with a number in normal form of which nobody said of what document it is.

    Whatever is as long as a resident number and of digits is judged as one: among what all documents allow a slip of
    the hand would pass, and compare with nobody.
    """
    if re.fullmatch(r"[0-9]{12,}X?", number):
        return resident_number_fault(number, today=today)
    return None if len(number) >= _SHORTEST_NUMBER else "identity.number_form"


def mask_number(number: str) -> str:
    """The number as screens show it that do not need it whole (W4): first and last characters only."""
    if len(number) < 8:
        return number[:1] + "*" * (len(number) - 1)
    return number[:4] + "*" * (len(number) - 6) + number[-2:]


def mask_name(name: str) -> str:
    """A person's name for who must tell people apart and need not know them: 纪**."""
    return name[:1] + "*" * min(2, len(name) - 1)


def mask_mobile(number: str) -> str:
    """A mobile number as screens show it: 154****0001; of what is too short for one, the first character."""
    if len(number) < 8:
        return mask_number(number)
    return number[:3] + "****" + number[-4:]


def shown_cell(field: str, typed: str) -> str:
    """What somebody typed into a workbook's cell as the list of its faults shows it: numbers of persons masked."""
    masks = {"id_document_no": mask_number, "mobile": mask_mobile}
    return masks[field](typed) if field in masks else typed


def credit_code_fault(code: str) -> str | None:
    """What is wrong with a unified social credit code in normal form.

    The inner check character (place 17) is not judged: old codes exist that do not follow it.
    """
    if len(code) != 18:
        return "identity.credit_code_length"
    if any(character not in _CREDIT_ALPHABET for character in code) or not code[2:8].isdigit():
        return "identity.credit_code_characters"
    total = sum(w * _CREDIT_ALPHABET.index(c) for w, c in zip(_CREDIT_WEIGHTS, code[:17], strict=True))
    return None if _CREDIT_ALPHABET[-total % 31] == code[17] else "identity.credit_code_check_character"


def organization_code_fault(code: str) -> str | None:
    """What is wrong with an organisation code (9 characters, a hyphen before the last allowed) in normal form."""
    bare = code.replace("-", "")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", bare):
        return "identity.organization_code_form"
    rest = 11 - sum(w * int(c, 36) for w, c in zip(_ORGANIZATION_WEIGHTS, bare[:8], strict=True)) % 11
    return None if {10: "X", 11: "0"}.get(rest, str(rest)) == bare[8] else "identity.organization_code_check_character"


def normalize_mobile(text: str) -> str:
    """A mobile number without blanks, hyphens and the country's prefix."""
    bare = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+86|0086|86(?=1[3-9][0-9]{9}$))", "", bare)


def mobile_fault(number: str) -> str | None:
    """What is wrong with a mobile number in normal form. Issued ranges are no reason to refuse."""
    return None if re.fullmatch(r"1[3-9][0-9]{9}", number) else "identity.mobile_form"


def email_fault(address: str) -> str | None:
    """What is wrong with an e-mail address; `.example` is allowed, `.test` and `.invalid` are not."""
    if len(address) > 100:
        return "identity.email_form"
    try:
        validate_email(address)
    except PydanticCustomError:
        return "identity.email_form"
    return None


def normalize_name(text: str) -> str:
    """A person's name with one kind of middle dot and single blanks, in NFC."""
    folded = unicodedata.normalize("NFC", text).translate(_MIDDLE_DOTS)
    return re.sub(r"\s*·\s*", "·", " ".join(folded.split()))


def name_fault(name: str) -> str | None:
    """What is wrong with a person's name in normal form: letters of any script, 〇, middle dot, blank, hyphen, dot."""
    if not 1 <= len(name) <= 50:
        return "identity.name_length"
    if not all(unicodedata.category(c)[0] in "LM" or c in "·-' .’〇" for c in name) or not any(map(str.isalpha, name)):
        return "identity.name_characters"
    return None
