"""Invented people and organisations: numbers with a region part that was never issued, names from the list."""

from __future__ import annotations

import itertools
import secrets
from typing import Any

from contracts.identifiers import resident_check_character
from contracts.identity import OrganizationForm

_counter = itertools.count(secrets.randbelow(900_000))
GIVEN = ("若川", "起岚", "知夏", "予衡", "听澜", "一苇", "望舟", "以安", "栀宁", "书遥")


def identity_number() -> str:
    """An invented resident identity number that no other test has."""
    serial = next(_counter)
    first = f"1399{1 + serial % 20:02}{1966 + serial // 20 % 36}{1 + serial // 720 % 12:02}{1 + serial // 8640 % 28:02}"
    first += f"{secrets.randbelow(999) + 1:03}"
    return first + resident_check_character(first)


def mobile() -> str:
    """An invented mobile number."""
    return f"1540000{secrets.randbelow(10_000):04}"


def login_name() -> str:
    """A login name that no other test has."""
    return f"t{secrets.token_hex(6)}"


def person(**values: Any) -> dict[str, Any]:
    """The fields of a new applicant."""
    return {
        "real_name": f"钟{GIVEN[next(_counter) % len(GIVEN)]}",
        "id_document_no": identity_number(),
        "mobile": mobile(),
    } | values


def organization_form(**values: Any) -> OrganizationForm:
    """A complete form HB-T2."""
    return OrganizationForm.model_validate(
        {
            "org_code": secrets.token_hex(2),
            "region": "139901",
            "org_name": f"云汐演示大学{secrets.token_hex(4)}",
            "org_category": "employer",
            "org_nature": "institution",
            "industry": "P",
            "supervising_person": "霍听澜",
        }
        | values
    )
