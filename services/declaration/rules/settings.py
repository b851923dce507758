"""What may be declared: the setting against catalogue and option lists, and which batch takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from contracts.declaration.drafts import SettingInput
from contracts.declaration.submissions import SettingChoice
from contracts.errors import Fault, InvalidInput
from contracts.forms import cascade
from services.declaration.rules.profile import DeclarationProfile

CASCADE = ("category", "title_series", "specialty", "declared_title", "title_level")
LISTS = ("declaration_mode", "review_mode")
SETTING = "setting"


class Round(Protocol):
    """A batch as far as it decides what it takes and when."""

    @property
    def categories(self) -> Sequence[str]: ...
    @property
    def title_series(self) -> Sequence[str]: ...
    @property
    def levels(self) -> Sequence[str]: ...


def choose_setting(profile: DeclarationProfile, setting: SettingInput, *, at: str = "/setting") -> SettingChoice:
    """The setting with its words. `at` is where it lies in what was sent.

    Refuses: InvalidInput, naming each choice that does not follow.
    """
    chosen = setting.model_dump()
    labels: dict[str, str] = {}
    faults: list[Fault] = []
    path: list[str] = []
    for name in CASCADE:
        offered = cascade.choices(profile.catalogue, path)
        path.append(chosen[name])
        if chosen[name] in offered:
            labels[name] = offered[chosen[name]]
        else:
            faults.append(_fault(profile, f"{at}/{name}", "not_in_catalogue"))
            break
    for name in LISTS:
        words = {option.code: option.label.zh for option in profile.form.options[name]}
        if chosen[name] in words:
            labels[name] = words[chosen[name]]
        else:
            faults.append(_fault(profile, f"{at}/{name}", "not_an_option"))
    if faults:
        raise InvalidInput(faults=tuple(faults))
    return SettingChoice(**chosen, labels=labels)


def _fault(profile: DeclarationProfile, pointer: str, code: str) -> Fault:
    block = profile.form.blocks()[SETTING]
    field = block.field(pointer.rpartition("/")[2])
    words = {"place": block.label.zh, "place_en": block.label.en}
    if field is not None:
        words |= {"field": field.label.zh, "field_en": field.label.en}
    return Fault(pointer=pointer, code=f"declaration.{code}", params=words)


def takes(batch: Round, setting: SettingChoice) -> bool:
    """Whether a batch's scope covers the setting; an empty scope covers all."""
    return all(
        not scope or chosen in scope
        for scope, chosen in (
            (batch.categories, setting.category),
            (batch.title_series, setting.title_series),
            (batch.levels, setting.title_level),
        )
    )
