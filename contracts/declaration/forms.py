"""The form description: what a province asks of an applicant, as data (PL-16).

The page draws the form from it and the server validates with it. A form consists of sections, a section of blocks, a
block of fields. A block of kind `form` is filled in once, one of kind `rows` any number of times, one of kind `files`
is a list of attachment slots, and the one of kind `setting` shows the setting of the declaration again (HB-76).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import Message

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Scalar = str | int | float | bool


class Label(Message):
    """The province's own words and their translation."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Condition(Message):
    """When something is asked; exactly one of the four forms.

    `field` compares one value: a field of the same block or row (`has_title`), of another form block
    (`applicant_status.has_title`) or of the setting (`setting.review_mode`), by exactly one of `equals`, `among` and
    `filled`. A field without a value equals nothing.
    """

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    none: tuple[Condition, ...] | None = None
    field: Reference | None = None
    equals: Scalar | None = None
    among: tuple[Scalar, ...] | None = None
    filled: bool | None = None

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        forms = [self.all, self.any, self.none, self.field]
        comparisons = [self.equals, self.among, self.filled]
        if sum(form is not None for form in forms) != 1:
            raise ValueError("a condition has exactly one of all, any, none and field")
        if sum(c is not None for c in comparisons) != (1 if self.field is not None else 0):
            raise ValueError("a condition on a field has exactly one of equals, among and filled")
        return self

    def references(self) -> frozenset[str]:
        """Every field that the condition looks at."""
        if self.field is not None:
            return frozenset({self.field})
        parts = (*(self.all or ()), *(self.any or ()), *(self.none or ()))
        return frozenset().union(*(part.references() for part in parts))


class FieldType(StrEnum):
    """How a value is entered, and what is stored of it:

    - `text`: one line
    - `textarea`: lines separated by line feeds
    - `select`: a code of `options`
    - `cascade`: a code of the catalogue's `step` below the value of `depends`
    - `date`: 2026-11-21
    - `month`: 2026-11
    - `year`: 2026
    - `number`: a number with at most `decimals` decimals
    - `yes_no`: "yes" or "no"
    - `mobile`: 11 digits
    - `phone`: a fixed line or mobile number, digits only
    - `id_number`: number of an identity document, its kind in the field `depends`
    - `url`: http or https
    - `issn`: 1234-5679
    - `isbn`: 13 digits
    - `files`: not a value: an attachment slot
    """

    TEXT = "text"
    TEXTAREA = "textarea"
    SELECT = "select"
    CASCADE = "cascade"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    NUMBER = "number"
    YES_NO = "yes_no"
    MOBILE = "mobile"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    URL = "url"
    ISSN = "issn"
    ISBN = "isbn"
    FILES = "files"


class CascadeStep(StrEnum):
    """The steps of the catalogue, each depending on the one before (HB-57)."""

    CATEGORY = "category"
    TITLE_SERIES = "title_series"
    SPECIALTY = "specialty"
    TITLE = "title"
    TITLE_LEVEL = "title_level"


class Source(StrEnum):
    """Whence a value is taken when the declaration begins; the applicant may change it unless it is read-only."""

    REAL_NAME = "person.real_name"
    ID_DOCUMENT_TYPE = "person.id_document_type"
    ID_DOCUMENT_NO = "person.id_document_no"
    MOBILE = "person.mobile"
    BIRTH_DATE = "person.birth_date"
    GENDER = "person.gender"
    ORGANIZATION = "organization.name"


class SlotRules(Message):
    """What an attachment slot takes: types by content as `documents` names them, `image` for any picture.

    `max_kb` counts kilobytes of 1,024 bytes, the limit included.
    """

    accept: tuple[str, ...] = ("pdf", "jpeg", "png")
    max_kb: int = Field(default=10_240, ge=1, le=102_400)
    max_files: int = Field(default=10, ge=1, le=50)


class FormField(Message):
    """One field. `required` and `visible` are constants or conditions; what is invisible is neither asked nor kept.

    limit: at most so many Unicode code points, line breaks included.
    minimum, maximum: of a number or year.
    at_least, at_most: another field, `today` or `batch.cut_off`, which the value must reach or not exceed; dates of
        different precision are compared by the coarser one.
    options: the list of a select; with `allow_other` a text is accepted too; on a text the list is a suggestion.
    years_between: the value is not entered but the full years between two months (HB-T23.11).
    """

    id: Identifier
    label: Label
    type: FieldType
    required: bool | Condition = False
    visible: bool | Condition = True
    hint: Label | None = None
    limit: int | None = Field(default=None, ge=1, le=20_000)
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = Field(default=0, ge=0, le=4)
    at_least: Reference | None = None
    at_most: Reference | None = None
    options: Identifier | None = None
    allow_other: bool = False
    step: CascadeStep | None = None
    depends: Identifier | None = None
    default: Scalar | None = None
    source: Source | None = None
    read_only: bool = False
    years_between: tuple[Identifier, Identifier] | None = None
    sensitive: bool = False
    slot: SlotRules | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.type is FieldType.SELECT and self.options is None:
            raise ValueError("a select names its options")
        if (self.type is FieldType.CASCADE) is (self.step is None):
            raise ValueError("a cascade names its step, and nothing else does")
        if (self.type is FieldType.FILES) is (self.slot is None):
            raise ValueError("a field of type files has a slot, and nothing else does")
        if self.type in (FieldType.TEXT, FieldType.TEXTAREA, FieldType.URL) and self.limit is None:
            raise ValueError("a text has a limit")
        if self.years_between is not None and not (self.type is FieldType.NUMBER and self.read_only):
            raise ValueError("full years are a read-only number")
        return self


class Download(Message):
    """A template or guide offered beside a block; `documents` hands it out under `id`."""

    id: Identifier
    label: Label


class BlockKind(StrEnum):
    """How often a block is filled in and how the page draws it."""

    FORM = "form"
    ROWS = "rows"
    FILES = "files"
    SETTING = "setting"


class RowsRules(Message):
    """What holds for the rows of a block.

    minimum: so many rows at least, where `needed` holds.
    exactly_one: yes_no fields that exactly one row answers with yes, where there are rows (HB-78).
    order_by: the field by which the rows are shown, the earliest first (PL-19).
    columns: fields that a list of the rows shows beside the time; without them the first ones that are short.
    """

    minimum: int = Field(default=0, ge=0, le=100)
    needed: bool | Condition = True
    maximum: int = Field(default=100, ge=1, le=500)
    exactly_one: tuple[Identifier, ...] = ()
    order_by: Identifier | None = None
    columns: tuple[Identifier, ...] = ()
    add: Label
    dialog: Label
    confirm: Label


class Block(Message):
    """One block of fields; `any_of` names groups of which at least one field must be filled (HB-T14)."""

    id: Identifier
    label: Label
    kind: BlockKind
    visible: bool | Condition = True
    fields: tuple[FormField, ...]
    rows: RowsRules | None = None
    any_of: tuple[tuple[Identifier, ...], ...] = ()
    instructions: tuple[Label, ...] = ()
    downloads: tuple[Download, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        names = [field.id for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError("the fields of a block have different identifiers")
        if (self.kind is BlockKind.ROWS) is (self.rows is None):
            raise ValueError("a block of rows has rules for rows, and nothing else does")
        mentioned = {name for group in self.any_of for name in group}
        mentioned |= {field.depends for field in self.fields if field.depends is not None}
        mentioned |= {name for field in self.fields for name in field.years_between or ()}
        if self.rows is not None:
            mentioned |= {*self.rows.exactly_one, *self.rows.columns}
            mentioned |= {self.rows.order_by} if self.rows.order_by is not None else set()
        if missing := mentioned - set(names):
            raise ValueError(f"fields that the block does not have: {sorted(missing)}")
        for place, field in enumerate(self.fields):
            if field.depends is not None and names.index(field.depends) >= place:
                raise ValueError(f"{field.id} stands before the field on which it depends")
        return self

    def field(self, name: str) -> FormField | None:
        """The field with this identifier, None if there is none."""
        return next((field for field in self.fields if field.id == name), None)


class Section(Message):
    """One topic of the form, a page of the portal (HB-64)."""

    id: Identifier
    label: Label
    blocks: tuple[Block, ...]


class Option(Message):
    """One entry of an option list; `meaning` is shown beside the choice (HB-58)."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    label: Label
    meaning: Label | None = None


class FormDescription(Message):
    """The whole form with the option lists that it uses."""

    sections: tuple[Section, ...]
    options: dict[str, tuple[Option, ...]]

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        blocks = self.blocks()
        if len(blocks) != sum(len(section.blocks) for section in self.sections):
            raise ValueError("the blocks of a form have different identifiers")
        for block in blocks.values():
            for reference in block_references(block):
                self._check_reference(reference, block=block)
            for field in block.fields:
                if field.options is not None and field.options not in self.options:
                    raise ValueError(f"no option list {field.options}")
        self._check_circles()
        return self

    def _check_circles(self) -> None:
        """What is shown may depend on what is shown elsewhere, but never in a circle."""
        seen_by: dict[str, frozenset[str]] = {}
        for block in self.blocks().values():
            for field in block.fields:
                conditions = [c for c in (block.visible, field.visible) if isinstance(c, Condition)]
                names = frozenset().union(*(condition.references() for condition in conditions))
                seen_by[f"{block.id}.{field.id}"] = frozenset(n if "." in n else f"{block.id}.{n}" for n in names)
        for start in seen_by:
            reached: frozenset[str] = frozenset()
            edge = seen_by[start]
            while edge - reached:
                reached |= edge
                edge = frozenset().union(*(seen_by.get(name, frozenset()) for name in edge))
            if start in reached:
                raise ValueError(f"{start} is shown depending on itself")

    def _check_reference(self, reference: str, *, block: Block) -> None:
        owner, _, name = reference.rpartition(".")
        if reference in ("today", "batch.cut_off"):
            return
        home = self.blocks().get(owner) if owner else block
        if home is None or home.field(name) is None or (owner and home.kind is BlockKind.ROWS):
            raise ValueError(f"block {block.id} refers to {reference}, which is no field of a form block")

    def blocks(self) -> dict[str, Block]:
        """The blocks of all sections in their order, by identifier."""
        return {block.id: block for section in self.sections for block in section.blocks}


def block_references(block: Block) -> frozenset[str]:
    """Every field outside or inside the block on which its conditions and comparisons look."""
    conditions = [
        block.visible,
        *(field.visible for field in block.fields),
        *(field.required for field in block.fields),
    ]
    if block.rows is not None:
        conditions.append(block.rows.needed)
    found = frozenset().union(*(c.references() for c in conditions if isinstance(c, Condition)))
    limits = (name for field in block.fields for name in (field.at_least, field.at_most) if name is not None)
    return found | frozenset(limits)
