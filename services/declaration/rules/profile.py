"""The declaration slice of a profile: form, options, catalogue, workflow and the batches it begins with."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import Field, model_validator

from contracts.base import Message
from contracts.declaration.catalogue import Catalogue, Code
from contracts.declaration.forms import BlockKind, FormDescription, Identifier, Label
from contracts.declaration.workflow import Workflow
from contracts.forms import cascade

FORM_FILES = "forms/"
SPECIALTY_OPTIONS = "specialty"
LEVEL_OPTIONS = "title_level"


class BatchData(Message):
    """A batch as the profile begins it: from then on its window is data with a history.

    Days are days in Asia/Shanghai, the last one included. Empty `categories`, `title_series` or `levels` mean all.
    `cut_off` is the day to which ages, years and validities are reckoned.
    """

    code: Code
    label: Label
    year: int = Field(ge=2000, le=2100)
    opens_on: date
    closes_on: date
    cut_off: date
    categories: tuple[Code, ...] = ()
    title_series: tuple[Code, ...] = ()
    levels: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.closes_on < self.opens_on:
            raise ValueError("a window ends after it begins")
        return self


class DeclarationRules(Message):
    """What else the profile decides about declarations.

    number_prefix begins the number on receipts; deadline_notice_days before the end of the window those who have not
    submitted are reminded.
    """

    number_prefix: str = Field(pattern=r"^[A-Z]{1,6}$")
    deadline_notice_days: int = Field(ge=0, le=30)


class FormIndex(Message):
    """The order of the sections; each is a file of its own.

    upgrade_drafts_from: from this day (Asia/Shanghai) on, drafts begun with an older form go on with this one; without
    it they keep theirs.
    """

    sections: tuple[Identifier, ...]
    upgrade_drafts_from: date | None = None


class DeclarationProfile(Message):
    """The slice of one profile version. It is read from the files of the profile as they are published:

    `batches` (rules and batches), `catalogue`, `options`, `workflow`, `forms/form` (the order of the sections) and one
    `forms/<section>` each. The catalogue gives the option lists of levels and of all specialties.
    """

    rules: DeclarationRules
    batches: tuple[BatchData, ...]
    catalogue: Catalogue
    workflow: Workflow
    form: FormDescription
    upgrade_drafts_from: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _assemble(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        catalogue = Catalogue.model_validate(content.get("catalogue"))
        index = FormIndex.model_validate(content.get("forms/form"))
        sections = index.sections
        surplus = {name for name in content if name.startswith(FORM_FILES)} - {"forms/form"}
        if surplus != {f"{FORM_FILES}{name}" for name in sections}:
            raise ValueError("forms/form names each file of forms/ once")
        options = {
            **_mapping(content, "options"),
            LEVEL_OPTIONS: _options(catalogue.levels),
            SPECIALTY_OPTIONS: _options(cascade.specialties(catalogue)),
        }
        return {
            **_mapping(content, "batches"),
            "catalogue": catalogue,
            "workflow": content.get("workflow"),
            "upgrade_drafts_from": index.upgrade_drafts_from,
            "form": {"sections": [content[f"{FORM_FILES}{name}"] for name in sections], "options": options},
        }

    @model_validator(mode="after")
    def _has_a_setting(self) -> Self:
        block = self.form.blocks().get("setting")
        if block is None or block.kind is not BlockKind.SETTING:
            raise ValueError("the form has a block setting of that kind")
        wanted = {"category", "title_series", "specialty", "declared_title", "title_level"}
        fields = {field.id: field for field in block.fields}
        lists = {name: fields[name].options if name in fields else None for name in ("declaration_mode", "review_mode")}
        if not wanted <= fields.keys() or any(name != options for name, options in lists.items()):
            raise ValueError("the setting has the five steps of the cascade, and mode and review mode with their lists")
        return self

    @model_validator(mode="after")
    def _batches_differ(self) -> Self:
        if len({batch.code for batch in self.batches}) != len(self.batches):
            raise ValueError("a batch occurs twice")
        return self


def _options(words: dict[str, str]) -> list[dict[str, Any]]:
    return [{"code": code, "label": {"zh": label, "en": label}} for code, label in words.items()]


def _mapping(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{name} is missing or no mapping")
    return found
