"""The declaration service: catalogue, batches, drafts, automatic check, frozen submissions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from contracts.base import Message, rpc
from contracts.profiles import PublishesProfiles


class SettingChoice(Message):
    """What is declared: codes of the catalogue with their labels in the province's words."""

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

    `facts` holds the further filter values of the profile (highest_education, school, current_title, …) by identifier.
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
    """A file of a submission: its slot in the form, and the hash that the receipt shows (hex SHA-256)."""

    file_id: UUID
    slot: str
    name: str
    size: int
    sha256: str


class SubmissionContent(Message):
    """A frozen submission whole: block → fields or rows as the form description names them, and its files."""

    card: SubmissionCard
    blocks: dict[str, Any]
    files: tuple[FrozenFile, ...]


class FileAttachment(Message):
    """A file and the declaration whose draft or submission has it attached, discarded ones included."""

    file_id: UUID
    declaration_id: UUID


class NoticeFacts(Message):
    """What a message about a declaration may say."""

    declaration_id: UUID
    account_id: UUID
    title_label: str
    deadline: datetime | None


class DeclarationApi(PublishesProfiles):
    """What a person declares, from the first setting to the frozen submission."""

    name: ClassVar[str] = "declaration"

    @rpc(callers=("review", "committee"), actor=False)
    def submission_card(self, *, submission_id: UUID) -> SubmissionCard:
        """The flat record of a frozen submission; the same at any later time. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False, timeout=10)
    def submission_content(self, *, submission_id: UUID) -> SubmissionContent:
        """A frozen submission whole, to be rendered or held. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False)
    def attached_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileAttachment, ...]:
        """Which of the files are attached, and to what; what is attached nowhere is left out and may be collected."""
        raise NotImplementedError

    @rpc(callers=("notify",), actor=False)
    def notice_facts(self, *, declaration_id: UUID) -> NoticeFacts:
        """What a message about the declaration may say. Refuses: NotFound."""
        raise NotImplementedError
