"""A frozen submission in the words that its documents print: codes become labels, dates become Chinese dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from chassis.clock import SHANGHAI
from contracts.declaration import SubmissionContent
from contracts.declaration.catalogue import Catalogue
from contracts.declaration.forms import Block, BlockKind, CascadeStep, FieldType, FormField
from contracts.review import LogEntry
from services.documents.rules.profile import DocumentsProfile, RowSummary

YES_NO = {"yes": "是", "no": "否", True: "是", False: "否"}
PASSING = ("passed", "admitted")
REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")


class Fields:
    """Printed values by field; one that was not filled in is blank."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")


Printed = dict[str, Fields | list[Fields]]


def chinese_date(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def chinese_moment(value: datetime) -> str:
    local = value.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())} {local:%H:%M}"


def file_size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


def printed_form(profile: DocumentsProfile, content: SubmissionContent) -> Printed:
    """Every block of the form as it is printed, also those that were not filled in."""
    made: Printed = {}
    for name, block in profile.blocks().items():
        filled = content.blocks.get(name) or {}
        if block.kind is BlockKind.ROWS:
            made[name] = [Fields(_values(profile, block, row.get("values") or {})) for row in filled.get("rows") or ()]
        else:
            made[name] = Fields(_values(profile, block, filled.get("values") or {}))
    for name, pick in profile.rules.picks.items():
        rows = made.get(pick.block)
        chosen = [row for row in rows if row[pick.field] == YES_NO["yes"]] if isinstance(rows, list) else []
        made[name] = chosen[0] if chosen else Fields({})
    return made


def _values(profile: DocumentsProfile, block: Block, values: Mapping[str, Any]) -> dict[str, str]:
    return {
        field.id: _text(profile, block, field, values)
        for field in block.fields
        if values.get(field.id) not in (None, "")
    }


def _text(profile: DocumentsProfile, block: Block, field: FormField, values: Mapping[str, Any]) -> str:
    value = values[field.id]
    if field.type is FieldType.CASCADE:
        return _catalogue_label(profile.catalogue, block, field, values)
    if field.type is FieldType.YES_NO:
        return YES_NO.get(value, str(value))
    if field.type is FieldType.DATE:
        return chinese_date(date.fromisoformat(value))
    if field.type is FieldType.MONTH:
        return str(value).replace("-", ".")
    if field.options == "specialty":
        return _specialties(profile.catalogue).get(value, str(value))
    if field.options is not None:
        return next((o.label.zh for o in profile.options.get(field.options, ()) if o.code == value), str(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _specialties(catalogue: Catalogue) -> dict[str, str]:
    found: dict[str, str] = {}
    for category in catalogue.categories:
        for series in category.series:
            found |= series.specialties
            for track in series.tracks:
                found |= track.specialties
    return found


def _catalogue_label(catalogue: Catalogue, block: Block, field: FormField, values: Mapping[str, Any]) -> str:
    code = str(values[field.id])
    if field.step is CascadeStep.CATEGORY:
        return next((c.label for c in catalogue.categories if c.code == code), code)
    if field.step is CascadeStep.TITLE_LEVEL:
        return catalogue.levels.get(code, code)
    if field.step is CascadeStep.SPECIALTY:
        return _specialties(catalogue).get(code, code)
    all_series = [series for category in catalogue.categories for series in category.series]
    if field.step is CascadeStep.TITLE_SERIES:
        return next((series.label for series in all_series if series.code == code), code)
    # A title's code is its branch and level within the series chosen in the same block.
    chosen = next((values.get(f.id) for f in block.fields if f.step is CascadeStep.TITLE_SERIES), None)
    branch, _, level = code.rpartition(".")
    for series in all_series:
        if series.code == chosen:
            return next((t.titles[level] for t in series.tracks if t.code == branch and level in t.titles), code)
    return code


def filled_in(pattern: str, form: Printed, row: Fields | None = None) -> str:
    """A pattern of the profile with `{field}` of the row and `{block.field}` of the form replaced; no empty marks."""

    def replaced(match: re.Match[str]) -> str:
        block, _, name = match[1].rpartition(".")
        source = form.get(block) if block else row
        return source[name] if isinstance(source, Fields) else ""

    text = REFERENCE.sub(replaced, pattern)
    return re.sub(r"（\s*）|\(\s*\)", "", text).strip(" —-、／/")


def summaries(form: Printed, wanted: Iterable[RowSummary]) -> list[dict[str, Any]]:
    """Groups of one-line summaries, those without rows left out."""
    groups = []
    for summary in wanted:
        rows = form.get(summary.block)
        lines = [
            {key: filled_in(getattr(summary, key), form, row) for key in ("name", "level", "date", "note")}
            for row in (rows if isinstance(rows, list) else ())
        ]
        if lines:
            groups.append({"name": summary.label, "rows": lines})
    return groups


def slot_label(profile: DocumentsProfile, slot: str) -> str:
    """The province's name of a slot such as `base_materials.integrity_pledge`, rows in between left out."""
    parts = re.split(r"[./]", slot)
    block = profile.blocks().get(parts[0])
    field = block.field(parts[-1]) if block is not None else None
    if block is None or field is None:
        return slot
    return field.label.zh if block.kind is not BlockKind.ROWS else f"{block.label.zh}－{field.label.zh}"


def opinions(log: Iterable[LogEntry]) -> list[dict[str, str]]:
    """The opinions that carried the last submission, in the order of the steps; `log` is newest first."""
    steps: list[dict[str, str]] = []
    for entry in log:
        if entry.action == "submitted":
            break
        if entry.action in PASSING:
            steps.append(
                {
                    "label": "\n".join(filter(None, (entry.organization_name, entry.step_label))),
                    "organization": entry.organization_name or "",
                    "opinion": entry.opinion or "",
                    "date": chinese_date(entry.at.astimezone(SHANGHAI).date()),
                }
            )
    return steps[::-1]


def declaration_data(
    profile: DocumentsProfile, content: SubmissionContent, *, organization: str, notice: str
) -> dict[str, Any]:
    """What every document about a declaration is filled with."""
    card = content.card
    form = printed_form(profile, content)
    submitted = card.submitted_at.astimezone(SHANGHAI)
    achievements = summaries(form, profile.rules.achievements)
    publications = summaries(form, profile.rules.publications)
    labels = card.setting.labels
    return {
        "notice": notice,
        "platform": {"name": profile.rules.platform},
        "declaration": {
            "year": card.declaration_year,
            "number": content.receipt_number,
            "organization": organization,
            "submitted_on": chinese_date(submitted.date()),
            "submitted_at": chinese_moment(submitted),
            "submission_number": card.submission_number,
            "content_sha256": content.content_sha256,
        },
        "setting": {
            name: labels.get(name, getattr(card.setting, name))
            for name in (
                "category",
                "title_series",
                "specialty",
                "declared_title",
                "title_level",
                "declaration_mode",
                "review_mode",
            )
        },
        "form": form,
        "achievements": achievements,
        "achievement_rows": [
            {"group": group["name"], **row, "note": " ".join(filter(None, (row["level"], row["note"])))}
            for group in achievements
            for row in group["rows"]
        ],
        "publications": [
            {"name": row["name"], "where": row["level"], "date": row["date"], "role": row["note"]}
            for group in publications
            for row in group["rows"]
        ],
        "files": [
            {
                "slot": slot_label(profile, file.slot),
                "name": file.name,
                "size": file_size(file.size),
                "sha256": file.sha256,
            }
            for file in content.files
        ],
        "opinions": [],
        "photo": None,
    }


def photo_of(profile: DocumentsProfile, content: SubmissionContent) -> Any:
    """The id of the applicant's photo among the submission's files, None without one."""
    return next((file.file_id for file in content.files if file.slot == profile.rules.photo), None)


def roster_row(profile: DocumentsProfile, data: Mapping[str, Any]) -> dict[str, str]:
    """One line of the roster (一览表) after the profile's patterns, over the form and the setting."""
    form = {
        **data["form"],
        "setting": Fields({**data["setting"], "organization": data["declaration"]["organization"]}),
    }
    return {name: filled_in(pattern, form) for name, pattern in profile.rules.roster.items()}
