"""Batches and their windows, and what is offered to be declared."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Message, VersionedCommand
from contracts.declaration.forms import Block, FormDescription, Label, Option
from contracts.declaration.submissions import SettingChoice


class BatchView(Message):
    """A batch with its window as it is now: days in Asia/Shanghai, the last one included."""

    batch_id: UUID
    code: str
    label: Label
    year: int
    opens_on: date
    closes_on: date
    cut_off: date
    is_open: bool
    version: int


class OpenedSeries(Message):
    """A title series that a committee takes and the levels, in words, not codes; no levels means all of them."""

    title_series: str
    title_levels: tuple[str, ...]


class Opening(Message):
    """Where somebody can declare now: committee, what it takes, and the last day, which counts in full (PL-15).

    days_left: 0 on the last day.
    """

    committee_id: UUID
    committee_name: str
    year: int
    scope: tuple[OpenedSeries, ...]
    closes_on: date
    days_left: int


class Openings(Message):
    """All openings, the nearest end first, as they are `at` this moment of the server's clock."""

    at: datetime
    items: tuple[Opening, ...]


class WindowChange(Message):
    """One line of a window's history."""

    opens_on: date
    closes_on: date
    reason: str
    at: datetime


class ExtendWindow(VersionedCommand):
    """Let a batch end later; holds at once for every open declaration."""

    batch_id: UUID
    expected_version: int
    closes_on: Annotated[date, Field(le=date(2199, 12, 31))]
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500, pattern=r"^[^\p{Cc}]*$")
    ]


class CatalogueChoice(Message):
    """One offered choice of the cascade."""

    code: str
    label: str


class SettingForm(Message):
    """The form of the setting with its option lists, by the current profile version."""

    profile_version: int
    block: Block
    options: dict[str, tuple[Option, ...]]


class FormView(Message):
    """The form description of a profile version; it never changes, so it may be kept."""

    profile_version: int
    form: FormDescription


class ProfileUse(Message):
    """How many declarations of a batch go by a version of the profile."""

    version: int
    batch_label: Label
    declarations: int


class CommitteeView(Message):
    """A committee that would take the declaration, and until when (HB-55)."""

    committee_id: UUID
    name: str
    is_open: bool
    accepts_until: datetime | None


class SettingPreview(Message):
    """What a setting means: its words, the batch that takes it now, the committees whose scope covers it."""

    setting: SettingChoice
    batch: BatchView | None
    committees: tuple[CommitteeView, ...]
