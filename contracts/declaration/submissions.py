"""Frozen submissions as other services see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.base import Message


class SettingChoice(Message):
    """What is declared: codes of the catalogue with their labels in the province's words.

    Of a submission `labels` has also the words of its facts that are codes (highest_education, current_title …).
    """

    category: str
    title_series: str
    specialty: str
    declared_title: str
    title_level: str
    declaration_mode: str
    review_mode: str
    labels: dict[str, str]


class SubmissionCard(Message):
    """What queues and committees show of a frozen submission: one flat record, sensitive fields in clear.

    `facts` holds the further filter values of the profile by identifier (HB-172). Review's lists filter by the codes
    highest_education, first_education, major, current_title, current_title_level and special_experience (several
    with commas), by the text school, and by the years since title_obtained_on (an ISO date).
    """

    submission_id: UUID
    declaration_id: UUID
    submission_number: int
    person_id: UUID
    account_id: UUID
    organization_id: UUID
    declaration_year: int
    batch_id: UUID
    submitted_at: datetime
    profile_version: int
    real_name: str
    id_document_no: str
    setting: SettingChoice
    facts: dict[str, str | int | bool | None]


class FrozenFile(Message):
    """A file of a submission: its slot in the form as `block.field`, its row if the block has rows, and the hash that
    the receipt shows (hex SHA-256).
    """

    file_id: UUID
    slot: str
    row_id: UUID | None = None
    name: str
    size: int
    sha256: str


class SubmissionContent(Message):
    """A frozen submission whole: block → its `BlockContent` as JSON, what is not asked left out, and its files.

    receipt_number and content_sha256 are those of its receipt.
    """

    card: SubmissionCard
    blocks: dict[str, Any]
    files: tuple[FrozenFile, ...]
    receipt_number: str
    content_sha256: str


class NoticeFacts(Message):
    """What a message about a declaration may say."""

    declaration_id: UUID
    account_id: UUID
    title_label: str
    deadline: datetime | None


class FileAttachment(Message):
    """A file and the declaration whose draft or submission has it attached, discarded ones included."""

    file_id: UUID
    declaration_id: UUID
