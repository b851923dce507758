"""What a submission holds: the blocks that are asked, their hash, and the flat facts that lists filter by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from contracts.declaration.content import AttachedFile, BlockContent, RowContent
from contracts.forms import cascade
from services.declaration.rules.profile import DeclarationProfile

PRESENT_TITLE = (
    "current_title_category",
    "current_title_series",
    "current_title_specialty",
    "current_title",
    "current_title_level",
)

Facts = dict[str, str | int | bool | None]


class PlacedFile(NamedTuple):
    """A file and where it is attached."""

    block: str
    row_id: UUID | None
    slot: str
    file: AttachedFile


def content_hash(blocks: Mapping[str, Any]) -> str:
    """SHA-256 of the blocks as canonical JSON: keys sorted, no blanks, UTF-8."""
    text = json.dumps(blocks, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def placed_files(blocks: Mapping[str, BlockContent]) -> Iterator[PlacedFile]:
    """Every attached file in the order of the form."""
    for name, content in blocks.items():
        for slot, files in content.files.items():
            yield from (PlacedFile(name, None, slot, file) for file in files)
        for row in content.rows:
            for slot, files in row.files.items():
                yield from (PlacedFile(name, row.row_id, slot, file) for file in files)


def card_facts(blocks: Mapping[str, BlockContent]) -> Facts:
    """The further filter values of review lists (HB-172), in codes and texts of the form; None where not filled in.

    Of several special experiences all codes stand, separated by commas.
    """
    status = blocks.get("applicant_status", BlockContent()).values
    educations = blocks.get("educations", BlockContent()).rows
    highest, first = _marked(educations, "is_highest_education"), _marked(educations, "is_first_education")
    special = {row.values.get("experience_type") for row in blocks.get("special_experiences", BlockContent()).rows}
    return {
        "highest_education": highest.get("education_level"),
        "first_education": first.get("education_level"),
        "school": highest.get("school"),
        "major": highest.get("major"),
        "current_title": status.get("current_title"),
        "current_title_level": status.get("current_title_level"),
        "title_obtained_on": status.get("title_obtained_on"),
        "special_experience": ",".join(sorted(code for code in special if code)) or None,
    }


def fact_labels(profile: DeclarationProfile, blocks: Mapping[str, BlockContent]) -> dict[str, str]:
    """The words of the facts that are codes, in those of the day, for lists and papers."""
    facts = card_facts(blocks)
    status = blocks.get("applicant_status", BlockContent()).values
    levels = {option.code: option.label.zh for option in profile.form.options.get("education_level", ())}
    found = {name: levels.get(str(facts[name])) for name in ("highest_education", "first_education")}
    path = [str(status.get(name)) for name in PRESENT_TITLE]
    for name, word in zip(PRESENT_TITLE, cascade.labels(profile.catalogue, path) or (), strict=False):
        found[name] = word
    return {name: word for name, word in found.items() if word is not None}


def _marked(rows: tuple[RowContent, ...], flag: str) -> Mapping[str, Any]:
    return next((row.values for row in rows if row.values.get(flag) == "yes"), {})
