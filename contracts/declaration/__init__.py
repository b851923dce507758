"""The declaration service: catalogue, batches, drafts, automatic check, frozen submissions."""

from contracts.declaration.api import DeclarationApi, NoticeFacts
from contracts.declaration.submissions import (
    FileAttachment,
    FrozenFile,
    SettingChoice,
    SubmissionCard,
    SubmissionContent,
)

__all__ = [
    "DeclarationApi",
    "FileAttachment",
    "FrozenFile",
    "NoticeFacts",
    "SettingChoice",
    "SubmissionCard",
    "SubmissionContent",
]
