"""What messages say and do not say, and who the people of demonstrations are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.identifiers import DocumentType, document_number_fault
from deploy.demo.people import Inventor

PROFILES = Path(__file__).parents[2] / "profiles"
MESSAGES: dict[str, Any] = yaml.safe_load((PROFILES / "hebei" / "messages.yaml").read_text(encoding="utf-8"))
# Words of the trade, numbers of things, moments and the address: nothing that opens an account, no opinion.
ALLOWED = {"name", "title", "unit", "count", "deadline", "link", "minutes", "platform"}


@pytest.mark.req("PL-29")
@pytest.mark.parametrize("occasion", MESSAGES["occasions"])
def test_messages_hold_no_secret_and_tell_to_sign_in(occasion: str) -> None:
    """A message takes no password, number or opinion, only the recovery its code, and leads to the platform."""
    texts = {name: text for name, text in MESSAGES["occasions"][occasion].items() if isinstance(text, str)}
    recovery = {"code"} if occasion == "password_recovery_code" else set()
    for text in texts.values():
        assert set(re.findall(r"{(\w+)}", text)) <= ALLOWED | recovery
        assert "888888" not in text
    if not recovery:
        assert "{link}" in texts["email_body"]


@pytest.mark.req("PL-42")
def test_invented_people_cannot_be_real() -> None:
    """Their numbers have a region that was never issued, which an installation that is no demonstration refuses; their
    telephones and addresses reach nobody."""
    inventor = Inventor()
    for number in range(40):
        person = inventor.applicant(number)
        kind = DocumentType.RESIDENT
        today = person.birth_date.replace(year=2026)
        assert person.id_no.startswith("1399")
        assert document_number_fault(kind, person.id_no, today=today, demonstration=True) is None
        assert document_number_fault(kind, person.id_no, today=today, demonstration=False) is not None
        assert person.mobile.startswith("1540000")
        assert person.email.endswith(".example")
