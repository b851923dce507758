"""Invented declarations: a block of any form description filled in completely, with numbers that were never issued."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts.declaration.content import AttachedFile, BlockContent, Files, RowContent, Values
from contracts.declaration.forms import Block, BlockKind, FieldType, FormField, Source
from contracts.forms import cascade
from contracts.forms.checks import Circumstances
from contracts.identifiers import resident_check_character
from services.declaration.rules.profile import DeclarationProfile

PROFILES = Path(__file__).parents[2] / "profiles"
TODAY = date(2026, 11, 21)
CUT_OFF = date(2026, 12, 31)
BIRTH_DATE = date(1989, 3, 17)
ID_NUMBER = "13990119890317002"


def slice_of(profile: str) -> dict[str, Any]:
    """The files of a profile that the declaration service reads, as they are published."""
    root = PROFILES / profile
    files = [root / f"{name}.yaml" for name in ("batches", "catalogue", "options", "workflow")]
    return {
        path.relative_to(root).with_suffix("").as_posix(): yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in [*files, *sorted(root.glob("forms/*.yaml"))]
    }


@cache
def read_profile(profile: str = "hebei") -> DeclarationProfile:
    """The checked slice of a profile in the repository."""
    return DeclarationProfile.model_validate(slice_of(profile))


def setting(
    *, category: str = "teaching", mode: str = "normal", review_mode: str = "review", series: str | None = None
) -> dict[str, str]:
    """A setting along the first choices of Hebei's catalogue."""
    catalogue = read_profile().catalogue
    path = [category]
    path.append(series or next(iter(cascade.choices(catalogue, path))))
    for _ in range(3):
        path.append(next(iter(cascade.choices(catalogue, path))))
    names = ("category", "title_series", "specialty", "declared_title", "title_level")
    return dict(zip(names, path, strict=True)) | {"declaration_mode": mode, "review_mode": review_mode}


def around(profile: DeclarationProfile, *, chosen: dict[str, str], blocks: dict[str, BlockContent]) -> Circumstances:
    """The circumstances of a declaration on the invented day."""
    return Circumstances(
        form=profile.form, catalogue=profile.catalogue, setting=chosen, blocks=blocks, today=TODAY, cut_off=CUT_OFF
    )


def complete(
    profile: DeclarationProfile, *, chosen: dict[str, str], everything: bool = False, has_title: str = "yes"
) -> Circumstances:
    """A declaration with every required field, row and file, or with every visible one."""
    blocks: dict[str, BlockContent] = {}
    circumstances = around(profile, chosen=chosen, blocks=blocks)
    for block in profile.form.blocks().values():
        if block.kind is BlockKind.SETTING or not circumstances.shows(block):
            continue
        if block.rows is None:
            values, files = fill(block, circumstances, everything=everything, answers={"has_title": has_title})
            blocks[block.id] = BlockContent(values=values, files=files)
        elif everything or block.rows.minimum:
            values, files = fill(block, circumstances, everything=everything)
            blocks[block.id] = BlockContent(
                rows=(RowContent(row_id=uuid.uuid4(), version=1, values=values, files=files),)
            )
        circumstances = replace(circumstances, blocks=blocks)
    return circumstances


def fill(
    block: Block, circumstances: Circumstances, *, everything: bool = False, answers: Values | None = None
) -> tuple[Values, Files]:
    """Values and files of one form block or row."""
    values: Values = {}
    files: Files = {}
    first_of_group = {group[0] for group in block.any_of}
    for field in block.fields:
        if not circumstances.shows_field(block, field, values) or field.years_between is not None:
            continue
        wanted = everything or field.id in first_of_group or circumstances.needs_field(block, field, values)
        if not wanted:
            continue
        if field.type is FieldType.FILES:
            files[field.id] = (attached_file(),)
        else:
            values[field.id] = (answers or {}).get(field.id) or value_for(block, field, values, circumstances)
    return values, files


def attached_file() -> AttachedFile:
    """A file that passed its check."""
    return AttachedFile(file_id=uuid.uuid4(), name="演示材料.pdf", kind="pdf", size=1024, sha256="0" * 64)


def value_for(block: Block, field: FormField, values: Values, circumstances: Circumstances) -> Any:
    """A value that the field accepts."""
    if field.source is Source.BIRTH_DATE:
        return BIRTH_DATE.isoformat()
    if field.source is Source.GENDER:
        return "2"
    match field.type:
        case FieldType.SELECT:
            return circumstances.form.options[field.options or ""][0].code
        case FieldType.CASCADE:
            path = [values[one.id] for one in block.fields if one.type is FieldType.CASCADE and one.id in values]
            return next(iter(cascade.choices(circumstances.catalogue, path)))
        case FieldType.DATE:
            return CUT_OFF.isoformat() if field.at_least == "batch.cut_off" else "2018-06-30"
        case FieldType.NUMBER:
            return max(1, int(field.minimum or 0))
    plain: dict[FieldType, Any] = {
        FieldType.TEXT: "演示",
        FieldType.TEXTAREA: "演示内容\n第二行",
        FieldType.MONTH: "2018-07",
        FieldType.YEAR: 2018,
        FieldType.YES_NO: "yes",
        FieldType.MOBILE: "15400000001",
        FieldType.PHONE: "030020000001",
        FieldType.ID_NUMBER: ID_NUMBER + resident_check_character(ID_NUMBER),
        FieldType.URL: "https://hebei.example/papers/1",
        FieldType.ISSN: "9999-0008",
        FieldType.ISBN: "9787000000001",
    }
    return plain[field.type]
