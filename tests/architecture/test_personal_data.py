"""docs/personal-data.md names every column that keeps personal data, and no column that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.crypto import Encrypted, EncryptedJson
from chassis.database import Base
from contracts.base import SERVICES

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
HOLDS_TEXT = (String, LargeBinary, JSON, ARRAY, Encrypted, EncryptedJson)
SUSPECT = re.compile(
    r"name|mobile|phone|mail|contact|person|(^|_)no(_|$)|address|login|opinion|note|reason|comment|content|text"
    r"|values|secrets|blocks|facts|recommend|employer|school|major|education|objector|^rows$|params|payload|details"
    r"|answer|result|current_title|special|phrases|meeting_staff|user_agent|fax|postcode|recipient|grounds|^code$"
    r"|document"
)
# Words of the trade, names of organisations and things, seeds and hashes of content: nothing of a person.
NOT_PERSONAL = frozenset(
    [
        "ballot.stored_half",
        "ballot.void_reason",
        "batch.code",
        "batch_window.reason",
        "calendar_day.name",
        "captcha.text_hash",
        "case_card.committee_name",
        "case_card.organization_name",
        "case_card.specialty",
        "certificate.committee_name",
        "certificate.specialty",
        "command.content_hash",
        "committee.code",
        "committee.name",
        "committee.organization_name",
        "declaration.organization_name",
        "document.content_type",
        "draw.sealed_seed",
        "file.reason",
        "known_organization.name",
        "meeting.name",
        "meeting.organization_name",
        "meeting_group.name",
        "organization.address",
        "organization.org_name",
        "organization.postcode",
        "outbox.payload",
        "policy_setting.note",
        "policy_setting.required_blocks",
        "profile_version.content",
        "profile_version.content_hash",
        "recovery.code",
        "review_material.organization_name",
        "review_material.specialty",
        "review_plan.text",
        "scoring_item.code",
        "scoring_item.name",
        "scoring_sheet.name",
        "submission.content_sha256",
        "submission.organization_name",
    ]
)


def _classes(cls: type[Base]) -> Iterator[Any]:
    for below in cls.__subclasses__():
        yield below
        yield from _classes(below)


def _columns() -> dict[str, Column[Any]]:
    """Every column of every service and of the chassis, as `table.column`."""
    import_module("chassis.tables")
    for service in SERVICES:
        import_module(f"services.{service}.tables")
    ours = (cls for cls in _classes(Base) if cls.__module__.startswith(("services.", "chassis.")))
    return {
        f"{cls.__table__.name}.{column.name}": column
        for cls in ours
        if hasattr(cls, "__table__")
        for column in cls.__table__.columns
    }


def _is_suspect(column: Column[Any]) -> bool:
    if isinstance(column.type, Encrypted | EncryptedJson):
        return True
    return isinstance(column.type, HOLDS_TEXT) and SUSPECT.search(column.name) is not None


def _listed() -> set[str]:
    return set(re.findall(r"^\| `([a-z_]+\.[a-z_0-9]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_every_copy_of_personal_data_is_on_the_page() -> None:
    """A column that is encrypted, or whose name speaks of a person, is on the page or is said to be none."""
    suspects = {name for name, column in _columns().items() if _is_suspect(column)}
    assert suspects - _listed() - NOT_PERSONAL == set()


def test_the_page_names_only_what_there_is() -> None:
    """Page and exceptions name columns that exist, and none twice."""
    assert (_listed() | NOT_PERSONAL) - _columns().keys() == set()
    assert not _listed() & NOT_PERSONAL
