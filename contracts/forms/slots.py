"""Which uploaded file may be put into a slot of a form (PL-20, PL-21)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from contracts.declaration.forms import SlotRules
from contracts.declaration.refusals import FileNotUsable, FileTooLarge, FileTypeRefused
from contracts.documents import FileFacts, Verdict
from contracts.errors import NotFound

PICTURES = frozenset({"jpeg", "png", "gif", "bmp", "tiff", "webp", "avif", "heic"})
ANY_PICTURE = "image"


def usable_file(file_id: UUID, *, account_id: UUID, files: Sequence[FileFacts]) -> FileFacts:
    """The file as documents knows it. Refuses: NotFound (somebody else's is as if it were not there), FileNotUsable."""
    facts = next((one for one in files if one.file_id == file_id and one.account_id == account_id), None)
    if facts is None:
        raise NotFound()
    if facts.verdict is not Verdict.CLEAN or facts.kind is None or facts.sha256 is None:
        raise FileNotUsable(verdict=facts.verdict.value, reason=facts.refused_because)
    return facts


def require_fit(facts: FileFacts, rules: SlotRules) -> None:
    """Refuses: FileTypeRefused, FileTooLarge."""
    is_accepted = facts.kind in rules.accept or (ANY_PICTURE in rules.accept and facts.kind in PICTURES)
    if not is_accepted:
        raise FileTypeRefused(kind=facts.kind, accepted=", ".join(rules.accept))
    if facts.size > rules.max_kb * 1024:
        raise FileTooLarge(size_kb=-(-facts.size // 1024), maximum_kb=rules.max_kb)
