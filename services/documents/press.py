"""Makes documents in a job worker: asks the other services for their content, fills templates, converts."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pypdf import PdfWriter

from chassis import clock
from chassis.database import Database
from chassis.objects import ObjectStore
from contracts.declaration import DeclarationApi, SubmissionContent
from contracts.errors import WorldFault
from contracts.identity import IdentityApi
from contracts.review import ReviewApi
from services.documents.inspection.names import safe_name
from services.documents.published import PROFILES
from services.documents.queries import template_key
from services.documents.rendering.converter import ConversionTimedOut, Converter
from services.documents.rendering.docx import Template, render_docx
from services.documents.rendering.pictures import Picture, photo
from services.documents.rules import display
from services.documents.rules.profile import DocumentsProfile
from services.documents.tables import FileRow

CONVERSION_SECONDS = 120.0


class PressBusy(WorldFault):
    """LibreOffice did not finish in time: the work is tried again."""


@dataclass(frozen=True)
class Subject:
    """A submission with all that documents say of it."""

    content: SubmissionContent
    profile: DocumentsProfile
    data: dict[str, Any]

    @property
    def title(self) -> str:
        """By which its documents are told apart in a bundle."""
        return f"{self.content.card.real_name}_{self.data['declaration']['number']}"


class Press:
    """Templates, a converter, and where the content comes from; threads may share it."""

    def __init__(
        self,
        *,
        database: Database,
        objects: ObjectStore,
        converter: Converter,
        declaration: DeclarationApi,
        review: ReviewApi,
        identity: IdentityApi,
        demonstration: bool,
    ) -> None:
        self._database = database
        self._objects = objects
        self._converter = converter
        self._declaration = declaration
        self._review = review
        self._identity = identity
        self._demonstration = demonstration
        self._templates: dict[str, Template] = {}
        self._lock = threading.Lock()

    def current(self, profile: str) -> DocumentsProfile:
        """The profile whose texts and templates hold now."""
        with self._database.begin(profile) as session:
            return PROFILES.current(session, profile)[1]

    def notice(self, rules: DocumentsProfile, *, export: bool) -> str:
        """The line in the head of a document: that it is a demonstration, that somebody exported it (W10)."""
        said = [rules.rules.demonstration_notice] if self._demonstration else []
        if export:
            said.append(rules.rules.export_notice.replace("{moment}", display.chinese_moment(clock.now())))
        return "　".join(said)

    def subject(
        self, profile: str, submission_id: UUID, *, with_opinions: bool = False, export: bool = False
    ) -> Subject:
        """Ask for a submission and everything around it. Refuses: NotFound."""
        content = self._declaration.submission_content(submission_id=submission_id)
        with self._database.begin() as session:
            # The form as it was when the submission was made, with the texts of the same version.
            rules = PROFILES.get(session, profile, content.card.profile_version)
        organizations = self._identity.organizations(organization_ids=(content.card.organization_id,))
        data = display.declaration_data(
            rules,
            content,
            organization=organizations[0].name if organizations else "",
            notice=self.notice(rules, export=export),
        )
        if with_opinions:
            log = self._review.routing_log(declaration_id=content.card.declaration_id)
            data["opinions"] = display.opinions(log)
        data["photo"] = self._photo(rules, content)
        return Subject(content, rules, data)

    def _photo(self, rules: DocumentsProfile, content: SubmissionContent) -> Picture | None:
        file_id = display.photo_of(rules, content)
        if file_id is None:
            return None
        with self._database.begin() as session:
            row = session.get(FileRow, file_id)
        if row is None or not row.has_preview:
            return None
        return photo(b"".join(self._objects.read(row.preview_key)))

    def docx(self, rules: DocumentsProfile, template: str, data: dict[str, Any]) -> bytes:
        """A filled template. Raises RenderingFailed."""
        digest, _ = rules.templates[template]
        with self._lock:
            if digest not in self._templates:
                self._templates[digest] = Template(b"".join(self._objects.read(template_key(digest))))
        return render_docx(self._templates[digest], data)

    def pdf(self, docx: bytes, *, archival: bool = False) -> bytes:
        """A document converted. Raises ConversionFailed, PressBusy."""
        try:
            return self._converter.to_pdf(docx, timeout=CONVERSION_SECONDS, archival=archival)
        except ConversionTimedOut as error:
            raise PressBusy() from error


def write_zip(target: Path, documents: Iterator[tuple[str, bytes]]) -> None:
    """Put documents into one archive as they come; equal names are numbered."""
    seen: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in documents:
            safe = safe_name(name)
            seen[safe] = seen.get(safe, 0) + 1
            stem, _, ending = safe.rpartition(".")
            archive.writestr(safe if seen[safe] == 1 else f"{stem}_{seen[safe]}.{ending}", content)


def write_merged(target: Path, documents: Iterator[tuple[str, bytes]]) -> None:
    """Put PDFs one after another into one."""
    with PdfWriter() as writer:
        for name, content in documents:
            writer.append(io.BytesIO(content), outline_item=name.rpartition(".")[0])
        writer.write(target)
