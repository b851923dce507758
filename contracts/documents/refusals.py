"""Why the documents service refuses."""

from __future__ import annotations

from contracts.errors import DomainError, Kind


class FileRefused(DomainError):
    """The check of an uploaded file refused it; `reason` is a code with a text of its own (PL-20)."""

    code = "documents.file_refused"
    kind = Kind.INVALID


class UnknownPurpose(DomainError):
    """The profile knows no upload for this purpose."""

    code = "documents.unknown_purpose"
    kind = Kind.INVALID


class FileNotReady(DomainError):
    """The file is still being received or checked, or its check refused it."""

    code = "documents.file_not_ready"
    kind = Kind.CONFLICT


class PreviewNotReady(DomainError):
    """What is shown of a Word file is still being made; ask again in a moment."""

    code = "documents.preview_not_ready"
    kind = Kind.CONFLICT


class PreviewFailed(DomainError):
    """The Word file cannot be shown; it can be downloaded."""

    code = "documents.preview_failed"
    kind = Kind.CONFLICT


class ExportTooLarge(DomainError):
    """More documents than one export may hold."""

    code = "documents.export_too_large"
    kind = Kind.INVALID


class CharactersNotDrawable(DomainError):
    """An official paper holds characters that no installed typeface draws; it would be wrong without them."""

    code = "documents.characters_not_drawable"
    kind = Kind.CONFLICT


class NothingToRender(DomainError):
    """There is nobody for whom the document could be made now (HB-166)."""

    code = "documents.nothing_to_render"
    kind = Kind.CONFLICT


class CertificateWithdrawn(DomainError):
    """The certificate holds no longer, so it is not given out; its public check says since when."""

    code = "documents.certificate_withdrawn"
    kind = Kind.CONFLICT


class DocumentExpired(DomainError):
    """The export's time is over and it was deleted (PL-24)."""

    code = "documents.document_expired"
    kind = Kind.NOT_FOUND
