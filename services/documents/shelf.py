"""Where made documents are put: for the requester until they expire, or to stay."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.database import Database
from chassis.jobs import RunningJob
from chassis.objects import ObjectStore
from contracts.documents import Bundle
from services.documents.operations import issuing
from services.documents.press import Press, write_merged, write_zip
from services.documents.tables import DocumentRow

Readable = io.BytesIO | io.BufferedReader


class Shelf:
    """Stores bytes under a document's key and writes its row."""

    def __init__(self, *, database: Database, objects: ObjectStore, press: Press, folder: Path) -> None:
        self.database = database
        self.objects = objects
        self._press = press
        self._folder = folder

    def keep(self, job: RunningJob, content: bytes, *, kind: str, ending: str, name: str) -> DocumentRow:
        """Store what was made for the requester, until it expires."""
        return self._until_expired(job, io.BytesIO(content), kind=kind, ending=ending, name=name)

    def bundle(self, job: RunningJob, name: str, documents: Iterator[tuple[str, bytes]]) -> DocumentRow:
        """Several documents as one file for the requester, until it expires."""
        merged = job.payload.get("bundle") == Bundle.MERGED_PDF
        ending = "pdf" if merged else "zip"
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            path = Path(scratch, "bundle")
            (write_merged if merged else write_zip)(path, documents)
            with path.open("rb") as file:
                return self._until_expired(
                    job, file, kind=job.kind, ending=ending, name=f"{name}_{clock.today():%Y%m%d}.{ending}"
                )

    def lasting(
        self, content: bytes, *, profile: str, kind: str, ending: str, name: str, account_id: UUID, submission_id: UUID
    ) -> DocumentRow:
        """Store a document that stays; the caller adds its row."""
        return self._put(
            io.BytesIO(content),
            profile=profile,
            kind=kind,
            ending=ending,
            name=name,
            account_id=account_id,
            submission_id=submission_id,
        )

    def _until_expired(self, job: RunningJob, file: Readable, *, kind: str, ending: str, name: str) -> DocumentRow:
        document = self._put(
            file,
            profile=job.profile,
            kind=kind,
            ending=ending,
            name=name,
            account_id=job.account_id,
            days=self._press.current(job.profile).rules.retention.exports_days,
        )
        with self.database.begin() as session:
            issuing.keep_document(session, document=document)
        return document

    def _put(self, file: Readable, **facts: Any) -> DocumentRow:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        document = issuing.new_document(size=size, sha256=hashlib.file_digest(file, "sha256").hexdigest(), **facts)
        file.seek(0)
        self.objects.put(document.key, file, size=size)
        return document
