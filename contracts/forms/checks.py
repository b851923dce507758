"""The automatic check: what of a declaration is missing or wrong, field by field (HB-101, PL-16, PL-17).

Two depths: `read_block` takes in what a person saves and refuses what cannot be stored; a draft may be incomplete
(HB-99). `check_declaration` lists everything that stands between a draft and its submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from contracts.declaration.catalogue import Catalogue
from contracts.declaration.content import BlockContent, Files, RowContent, Values
from contracts.declaration.forms import (
    Block,
    BlockKind,
    FieldType,
    FormDescription,
    FormField,
    Source,
)
from contracts.errors import Fault
from contracts.forms import cascade
from contracts.forms.conditions import holds
from contracts.forms.months import full_years
from contracts.forms.values import Refused, Surroundings, read_value
from contracts.identifiers import DocumentType, birth_date, document_number_fault, has_birth_date_and_sex, sex


@dataclass(frozen=True)
class Circumstances:
    """What a declaration is checked against: form and catalogue of its version, its setting, other blocks, dates.

    demanded: blocks, and attachment slots (`field` of a block of files, or `block.field`), that are wanted beyond the
    form description (HB-62).
    """

    form: FormDescription
    catalogue: Catalogue
    setting: Mapping[str, str]
    blocks: Mapping[str, BlockContent]
    today: date
    cut_off: date
    demanded: frozenset[str] = frozenset()

    @cached_property
    def option_codes(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(o.code for o in options) for name, options in self.form.options.items()}

    def value_of(self, reference: str, *, block: Block, values: Values) -> Any:
        """The value to which a reference of the form description points, None where there is none."""
        if reference == "today":
            return self.today.isoformat()
        if reference == "batch.cut_off":
            return self.cut_off.isoformat()
        owner, _, name = reference.rpartition(".")
        if not owner or owner == block.id:
            return values.get(name)
        if owner == "setting":
            return self.setting.get(name)
        return self._visible_value(owner, name)

    def _visible_value(self, owner: str, name: str) -> Any:
        """A field of another form block, as long as it and its block are shown; conditions never form a circle."""
        home = self.form.blocks()[owner]
        content = self.blocks.get(owner, BlockContent())
        field = home.field(name)
        if field is None or not (self.shows(home) and self.shows_field(home, field, content.values)):
            return None
        return content.values.get(name)

    def shows(self, block: Block) -> bool:
        """Whether the block is asked of this declaration."""
        return holds(block.visible, lambda reference: self.value_of(reference, block=block, values={}))

    def shows_field(self, block: Block, field: FormField, values: Values) -> bool:
        """Whether the field is asked, given the other values of its block or row."""
        return holds(field.visible, lambda reference: self.value_of(reference, block=block, values=values))

    def needs_field(self, block: Block, field: FormField, values: Values) -> bool:
        """Whether the field must be filled in, given the other values of its block or row."""
        if field.type is FieldType.FILES and self._demands_slot(block, field):
            return True
        return holds(field.required, lambda reference: self.value_of(reference, block=block, values=values))

    def _demands_slot(self, block: Block, field: FormField) -> bool:
        is_material = block.kind is BlockKind.FILES and field.id in self.demanded
        return is_material or f"{block.id}.{field.id}" in self.demanded


# saving


def read_block(
    block: Block, raw: Mapping[str, Any], *, stored: Values, around: Circumstances, pointer: str, row: int | None = None
) -> tuple[Values, tuple[Fault, ...]]:
    """Take in the values of a form block or of one row, which replace the stored ones.

    Gives the values to store and the faults; with a fault nothing is to be stored. Values of invisible fields are
    dropped, read-only values are kept as stored and refused where something else was sent.
    """
    faults = [
        _fault("unknown_field", pointer=f"{pointer}/{_escape(name)}", block=block, row=row, field=None)
        for name in raw
        if block.field(name) is None
    ]
    values: Values = {}
    surroundings = _surroundings(block, values, around=around)
    for field in block.fields:
        if field.type is FieldType.FILES and field.id not in raw:
            continue
        try:
            value = _read_field(field, raw, stored=stored, surroundings=surroundings)
        except Refused as refusal:
            faults.append(
                _fault(
                    refusal.code,
                    pointer=f"{pointer}/{field.id}",
                    block=block,
                    row=row,
                    field=field,
                    **refusal.params,
                )
            )
        else:
            if value is not None:
                values[field.id] = value
    return shown_values(block, values, around=around), tuple(faults)


def _read_field(field: FormField, raw: Mapping[str, Any], *, stored: Values, surroundings: Surroundings) -> Any:
    if not field.read_only or field.years_between is not None:
        return read_value(field, raw.get(field.id), around=surroundings)
    kept = stored.get(field.id)
    if raw.get(field.id) not in (None, "", kept):
        raise Refused("read_only_field")
    return kept


def shown_values(block: Block, values: Values, *, around: Circumstances) -> Values:
    """The values of a block or row that are asked, with those that are computed from others."""
    kept = {name: value for name, value in values.items() if block.field(name) is not None}
    for field in block.fields:
        if field.years_between is not None:
            kept.pop(field.id, None)
            first, last = (kept.get(name) for name in field.years_between)
            if first is not None and last is not None:
                kept[field.id] = full_years(first, last)
    for field in block.fields:
        if field.id in kept and not around.shows_field(block, field, kept):
            del kept[field.id]
    return kept


def _surroundings(block: Block, values: Values, *, around: Circumstances) -> Surroundings:
    """What a value of this block sees; `values` fills while the fields are read in their order."""

    def options(name: str) -> frozenset[str]:
        return around.option_codes.get(name, frozenset())

    def next_choices(field: FormField) -> Mapping[str, str] | None:
        path = _path_before(block, field, values)
        return None if path is None else cascade.choices(around.catalogue, path)

    def document_type(field: FormField) -> DocumentType | None:
        return document_type_of(field, values)

    return Surroundings(options=options, next_choices=next_choices, document_type=document_type, today=around.today)


def _path_before(block: Block, field: FormField, values: Values) -> tuple[str, ...] | None:
    """The codes chosen before a cascading field, the first step first; None where one is not chosen yet."""
    path: list[str] = []
    parent = field.depends
    while parent is not None:
        code = values.get(parent)
        if not isinstance(code, str):
            return None
        path.insert(0, code)
        before = block.field(parent)
        parent = before.depends if before is not None else None
    return tuple(path)


# submitting


def check_declaration(around: Circumstances) -> tuple[Fault, ...]:
    """Everything that is missing or wrong, in the order of the form; empty means that it may be submitted."""
    return tuple(
        fault
        for block in around.form.blocks().values()
        if block.kind is not BlockKind.SETTING and around.shows(block)
        for fault in check_block(block, around=around)
    )


def check_block(block: Block, *, around: Circumstances) -> Iterator[Fault]:
    """What is missing or wrong in one block."""
    content = around.blocks.get(block.id, BlockContent())
    pointer = f"/{block.id}"
    is_demanded = block.id in around.demanded
    if block.rows is None:
        if is_demanded and not (content.values or content.files):
            yield _fault("block_missing", pointer=pointer, block=block, row=None, field=None)
        yield from _check_part(block, content.values, content.files, around=around, pointer=pointer)
        return
    rules = block.rows
    needed = holds(rules.needed, lambda reference: around.value_of(reference, block=block, values={}))
    minimum = max(rules.minimum if needed else 0, 1 if is_demanded else 0)
    if len(content.rows) < minimum:
        yield _fault("rows_missing", pointer=pointer, block=block, row=None, field=None, minimum=minimum)
    for index, row in enumerate(content.rows):
        place = f"{pointer}/rows/{index}"
        yield from _check_part(block, row.values, row.files, around=around, pointer=place, row=index + 1)
    for name in rules.exactly_one:
        marked = sum(row.values.get(name) == "yes" for row in content.rows)
        if content.rows and marked != 1:
            yield _fault(
                "exactly_one_needed", pointer=pointer, block=block, row=None, field=block.field(name), marked=marked
            )


def _check_part(
    block: Block, values: Values, files: Files, *, around: Circumstances, pointer: str, row: int | None = None
) -> Iterator[Fault]:
    """A form block or one row: required fields and files, values as this form wants them, comparisons."""
    shown = shown_values(block, values, around=around)
    surroundings = _surroundings(block, shown, around=around)
    for field in block.fields:
        if not around.shows_field(block, field, shown):
            continue
        for code, params in _check_field(block, field, shown, files, around=around, surroundings=surroundings):
            yield _fault(code, pointer=f"{pointer}/{field.id}", block=block, row=row, field=field, **params)
    for group in block.any_of:
        fields = [field for field in block.fields if field.id in group and around.shows_field(block, field, shown)]
        if fields and not any(shown.get(field.id) is not None or files.get(field.id) for field in fields):
            yield _fault(
                "one_of_needed",
                pointer=f"{pointer}/{fields[0].id}",
                block=block,
                row=row,
                field=fields[0],
                fields="、".join(field.label.zh for field in fields),
                fields_en=", ".join(field.label.en for field in fields),
            )


def _check_field(
    block: Block, field: FormField, shown: Values, files: Files, *, around: Circumstances, surroundings: Surroundings
) -> Iterator[tuple[str, dict[str, Any]]]:
    if field.type is FieldType.FILES:
        if not files.get(field.id) and around.needs_field(block, field, shown):
            yield "file_missing", {}
        return
    value = shown.get(field.id)
    if value is None:
        if around.needs_field(block, field, shown):
            yield "field_required", {}
        return
    try:
        read_value(field, value, around=surroundings)
    except Refused as refusal:
        yield refusal.code, refusal.params
        return
    yield from _compare(block, field, value, shown, around=around)
    yield from _compare_with_id_number(block, field, value, shown, around=around)


def check_row(
    block: Block, values: Values, *, around: Circumstances, pointer: str, row: int | None
) -> tuple[Fault, ...]:
    """What contradicts itself inside one row; a row is confirmed in a dialog, so it must be coherent when stored."""
    return tuple(
        _fault(code, pointer=f"{pointer}/{field.id}", block=block, row=row, field=field, **params)
        for field in block.fields
        if (value := values.get(field.id)) is not None
        for code, params in _compare(block, field, value, values, around=around)
    )


def _compare(
    block: Block, field: FormField, value: Any, shown: Values, *, around: Circumstances
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A value against those that it must reach or not exceed (HB-83, HB-95)."""
    for reference, code, sign in ((field.at_least, "below_other", -1), (field.at_most, "above_other", 1)):
        other = None if reference is None else around.value_of(reference, block=block, values=shown)
        if reference is not None and other is not None and _order(value, other) == sign:
            label = _label_of(reference, block=block, form=around.form)
            yield code, {"other": label[0], "other_en": label[1]}


def _order(left: Any, right: Any) -> int:
    """-1, 0 or 1; dates of different precision are compared by the coarser one, a year as its four digits."""
    if isinstance(left, str) or isinstance(right, str):
        left, right = str(left), str(right)
        length = min(len(left), len(right))
        left, right = left[:length], right[:length]
    return int(left > right) - int(left < right)


def _label_of(reference: str, *, block: Block, form: FormDescription) -> tuple[str, str]:
    if reference == "today":
        return "今天", "today"
    if reference == "batch.cut_off":
        return "本批次截止日期", "the cut-off date of the batch"
    owner, _, name = reference.rpartition(".")
    home = form.blocks()[owner] if owner else block
    field = home.field(name)
    label = field.label if field is not None else home.label
    return label.zh, label.en


def _compare_with_id_number(
    block: Block, field: FormField, value: Any, shown: Values, *, around: Circumstances
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Birth date and sex against the identity number of the same block (PL-10)."""
    if field.source not in (Source.BIRTH_DATE, Source.GENDER):
        return
    number = telling_number(block, shown, today=around.today)
    if number is None:
        return
    if field.source is Source.BIRTH_DATE and str(birth_date(number)) != value:
        yield "birth_date_differs", {}
    if field.source is Source.GENDER and sex(number).value != value:
        yield "gender_differs", {}


def document_type_of(field: FormField, values: Values) -> DocumentType | None:
    """The kind of document whose number the field takes, None where it is not chosen."""
    code = values.get(field.depends or "")
    return DocumentType(code) if code in set(DocumentType) else None


def telling_number(block: Block, values: Values, *, today: date) -> str | None:
    """The valid identity number of a block that tells birth date and sex, None if it has none."""
    for field in block.fields:
        number = values.get(field.id)
        if field.type is not FieldType.ID_NUMBER or not isinstance(number, str):
            continue
        kind = document_type_of(field, values)
        if kind is None or not has_birth_date_and_sex(kind):
            return None
        fault = document_number_fault(kind, number, today=today, demonstration=True)
        return number if fault is None else None
    return None


# what a submission holds


def shown_content(around: Circumstances) -> dict[str, BlockContent]:
    """The blocks as they are submitted: what is not asked is left out, rows are in order."""
    return {
        block.id: _shown_block(block, around.blocks.get(block.id, BlockContent()), around=around)
        for block in around.form.blocks().values()
        if block.kind is not BlockKind.SETTING and around.shows(block)
    }


def _shown_block(block: Block, content: BlockContent, *, around: Circumstances) -> BlockContent:
    values = shown_values(block, content.values, around=around)
    rows = tuple(_shown_row(block, row, around=around) for row in content.rows)
    return content.model_copy(
        update={
            "values": values,
            "files": _shown_files(block, values, content.files, around=around),
            "rows": in_order(block, rows),
        }
    )


def _shown_row(block: Block, row: RowContent, *, around: Circumstances) -> RowContent:
    values = shown_values(block, row.values, around=around)
    files = _shown_files(block, values, row.files, around=around)
    return row.model_copy(update={"values": values, "files": files})


def _shown_files(block: Block, values: Values, files: Files, *, around: Circumstances) -> Files:
    return {
        name: attached
        for name, attached in files.items()
        if attached and (field := block.field(name)) is not None and around.shows_field(block, field, values)
    }


def in_order(block: Block, rows: Sequence[RowContent]) -> tuple[RowContent, ...]:
    """The rows by time, the earliest first; rows without a time keep their place at the end (PL-19)."""
    order_by = block.rows.order_by if block.rows is not None else None
    if order_by is None:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda row: (order_by not in row.values, str(row.values.get(order_by, "")))))


def superfluous(before: Circumstances, *, setting: Mapping[str, str]) -> tuple[tuple[Block, FormField | None], ...]:
    """What is filled in and would no longer be asked under another setting (HB-63): whole blocks or single fields."""
    after = replace(before, setting=setting)
    found: list[tuple[Block, FormField | None]] = []
    for block in before.form.blocks().values():
        content = before.blocks.get(block.id)
        if content is None or block.kind is BlockKind.SETTING or not before.shows(block):
            continue
        if not after.shows(block):
            if content.values or content.files or content.rows:
                found.append((block, None))
            continue
        kept = _shown_block(block, content, around=before)
        left = _shown_block(block, content, around=after)
        names = {*kept.values, *kept.files} - {*left.values, *left.files}
        names |= {name for row in kept.rows for name in (*row.values, *row.files)} - {
            name for row in left.rows for name in (*row.values, *row.files)
        }
        found += [(block, field) for field in block.fields if field.id in names]
    return tuple(found)


def _fault(code: str, *, pointer: str, block: Block, row: int | None, field: FormField | None, **params: Any) -> Fault:
    """A fault with the words by which its text names the place, in both languages."""
    place = block.label.zh if row is None else f"{block.label.zh}（第{row}条）"
    place_en = block.label.en if row is None else f"{block.label.en} (row {row})"
    words: dict[str, Any] = {"block": block.id, "place": place, "place_en": place_en}
    if field is not None:
        words |= {"field": field.label.zh, "field_en": field.label.en}
    return Fault(pointer=pointer, code=code if "." in code else f"declaration.{code}", params=words | params)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
