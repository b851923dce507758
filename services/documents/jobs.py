"""The documents worker: checks uploads, holds submissions, makes documents and sweeps what nobody needs."""

from __future__ import annotations

import hashlib
import io
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.jobs import RunningJob, job
from chassis.service import client
from chassis.workshop import Workshop
from contracts.committee import CommitteeApi
from contracts.declaration import DeclarationApi
from contracts.documents import Bundle, ListFormat, MeetingDocument, OwnDocument, Verdict
from contracts.errors import DomainError, NotFound
from contracts.identity import IdentityApi
from contracts.review import ReviewApi
from services.documents.inspection.inspector import PICTURES, Inspector
from services.documents.inspection.malware import scanner
from services.documents.operations import issuing, ordering, uploads
from services.documents.papers import MeetingPapers
from services.documents.press import Press, PressBusy
from services.documents.rendering.converter import ConversionFailed, ConversionTimedOut, Converter
from services.documents.rendering.glyphs import Glyphs
from services.documents.rendering.pictures import preview
from services.documents.rendering.sheets import render_list
from services.documents.rules import display
from services.documents.rules.profile import DocumentsProfile
from services.documents.settings import Settings
from services.documents.shelf import Shelf
from services.documents.tables import DocumentRow, FileRow

RECEIPT = "receipt"
LIST_NAMES = {
    MeetingDocument.JUDGES: "评委清单",
    MeetingDocument.PASSED: "评审通过清单",
    MeetingDocument.FAILED: "评审未通过清单",
    MeetingDocument.ROSTER: "一览表",
}
PREVIEW_TRIES = 2
PREVIEW_SECONDS = 60.0
ATTACHMENT_QUESTION = 200  # files asked about at once


class Jobs(Workshop[Settings]):
    """Handlers of the service's jobs; each may be started again after a crash."""

    declaration = client(DeclarationApi)
    review = client(ReviewApi)
    committee = client(CommitteeApi)
    identity = client(IdentityApi)

    def open(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="zhiping-documents-", dir=self.settings.work_folder)
        self._folder = Path(self._scratch.name)
        self._inspector = Inspector(folder=self._folder, scanner=scanner(self.settings.clamd_url))
        self._converter = Converter(
            folder=self._folder,
            slots=self.settings.converters,
            soffice=self.settings.soffice,
            python=self.settings.office_python,
            fontconfig=self.settings.fontconfig_file,
        )
        self._long_exports = threading.BoundedSemaphore(self.settings.converters)
        self._press = Press(
            database=self.database,
            objects=self.objects,
            converter=self._converter,
            declaration=self.declaration,
            review=self.review,
            identity=self.identity,
            demonstration=self.settings.demonstration,
        )
        self._shelf = Shelf(database=self.database, objects=self.objects, press=self._press, folder=self._folder)
        self._papers = MeetingPapers(
            committee=self.committee,
            identity=self.identity,
            press=self._press,
            glyphs=Glyphs(self.settings.fontconfig_file),
            shelf=self._shelf,
            public_url=self.settings.public_url,
        )

    def close(self) -> None:
        self._converter.close()
        self._inspector.close()
        self._scratch.cleanup()

    # uploads

    @job(uploads.CHECK)
    def check_upload(self, job: RunningJob) -> dict[str, Any]:
        """Give an uploaded file its verdict, and its place among the files if it may be kept."""
        with self.database.begin() as session:
            row = session.get_one(FileRow, UUID(job.payload["file_id"]))
        rules = self._rules(job).rules.uploads.get(row.purpose)
        if row.state != Verdict.CHECKING:
            return {"verdict": row.state}
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            path = Path(scratch, "upload")
            size, sha256 = self._fetch(row, path)
            finding = self._inspector.inspect(path, accepted=rules.accept if rules else (), limit=row.max_bytes)
            has_preview = finding.reason is None and finding.kind in PICTURES
            if has_preview:
                copy = preview(finding.copy or path)
                self.objects.put(row.preview_key, io.BytesIO(copy), size=len(copy), content_type="image/jpeg")
            if finding.reason is None:
                # These very bytes: what lies in quarantine may have been overwritten since they were fetched.
                with path.open("rb") as checked:
                    self.objects.put(row.key, checked, size=size)
                self.objects.remove(row.quarantine_key)
        with self.database.begin() as session:
            uploads.settle_check(
                session, file_id=row.id, finding=finding, size=size, sha256=sha256, has_preview=has_preview
            )
        if finding.reason is not None:
            self.objects.remove(row.quarantine_key)
        return {"verdict": "clean" if finding.reason is None else finding.reason}

    @job(uploads.PREVIEW, attempts=PREVIEW_TRIES + 1)
    def make_preview(self, job: RunningJob) -> dict[str, Any]:
        """Make of a Word file the PDF that is shown in the page."""
        with self.database.begin() as session:
            row = session.get(FileRow, UUID(job.payload["file_id"]))
        if row is None:
            return {}
        copy = None
        # The attempt after the last only says that it cannot be done: a document may end the worker.
        if job.attempt <= PREVIEW_TRIES:
            try:
                copy = self._converter.to_pdf(b"".join(self.objects.read(row.key)), timeout=PREVIEW_SECONDS)
            except ConversionTimedOut:
                if job.attempt < PREVIEW_TRIES:
                    raise
            except ConversionFailed:
                pass
        if copy is not None:
            self.objects.put(row.preview_key, io.BytesIO(copy), size=len(copy), content_type="application/pdf")
        with self.database.begin() as session:
            uploads.settle_preview(session, file_id=row.id, is_made=copy is not None)
        return {"made": copy is not None}

    @job(uploads.RECEIVE, attempts=20)
    def receive_submission(self, job: RunningJob) -> dict[str, Any]:
        """Hold the files of a frozen submission and print its receipt."""
        submission_id = UUID(job.payload["submission_id"])
        content = self.declaration.submission_content(submission_id=submission_id)
        with self.database.begin() as session:
            file_ids = {file.file_id for file in content.files}
            uploads.hold_files(session, submission_id=submission_id, file_ids=file_ids)
        return {"document_id": str(self._receipt(job.profile, submission_id).id)}

    # documents

    @job("own_document")
    def own_document(self, job: RunningJob) -> dict[str, Any]:
        """A document of the requester's own submission."""
        submission_id = UUID(job.payload["submission_id"])

        def make() -> DocumentRow:
            content = self.declaration.submission_content(submission_id=submission_id)
            if content.card.account_id != job.account_id:
                raise NotFound()
            if job.payload["document"] == OwnDocument.RECEIPT:
                job.progress(1)
                return self._receipt(job.profile, submission_id)
            subject = self._press.subject(job.profile, submission_id)
            pdf = self._press.pdf(self._press.docx(subject.profile, "general_form", subject.data))
            name = f"通用表_{subject.title}.pdf"
            document = self._shelf.keep(job, pdf, kind="general_form", ending="pdf", name=name)
            job.progress(1)
            return document

        return self._ordered(job, make)

    @job("export_forms")
    def export_forms(self, job: RunningJob) -> dict[str, Any]:
        """The general forms of several submissions as one file (HB-48)."""
        return self._long(job, lambda: self._shelf.bundle(job, "通用表", self._general_forms(job)))

    @job("export_roster")
    def export_roster(self, job: RunningJob) -> dict[str, Any]:
        """The roster over several submissions (HB-T29.8)."""

        def make() -> DocumentRow:
            rows, profile = [], self._rules(job)
            for done, submission_id in enumerate(job.payload["submission_ids"]):
                job.progress(done)
                subject = self._press.subject(job.profile, UUID(submission_id))
                rows.append(display.roster_row(subject.profile, subject.data))
            data = {
                "notice": self._press.notice(profile, export=True),
                "title": profile.rules.roster_title,
                "organization": profile.rules.issuer,
                "date": display.chinese_date(clock.today()),
                "rows": rows,
            }
            pdf = self._press.pdf(self._press.docx(profile, "roster", data))
            return self._shelf.keep(job, pdf, kind="roster", ending="pdf", name="一览表.pdf")

        return self._long(job, make)

    @job("meeting_list")
    def meeting_list(self, job: RunningJob) -> dict[str, Any]:
        """A list of a meeting (HB-134, HB-158, HB-161)."""

        def make() -> DocumentRow:
            document = MeetingDocument(job.payload["document"])
            wanted = ListFormat(job.payload["list_format"])
            found = self.committee.meeting_list(meeting_id=UUID(job.payload["meeting_id"]), kind=document)
            profile = self._rules(job)
            notice = self._press.notice(profile, export=True)
            rows = [row.cells for row in found.rows]
            # Lines are numbered here.
            columns = tuple(column for column in found.columns if column != "序号")
            if wanted is ListFormat.XLSX:
                content = render_list(title=found.title, columns=columns, rows=rows, notice=notice)
            else:
                data = {
                    "notice": notice,
                    "title": found.title,
                    "organization": job.payload["organization_name"],
                    "date": display.chinese_date(clock.today()),
                    "columns": columns,
                    "rows": [{column: row.get(column, "") for column in columns} for row in rows],
                }
                content = self._press.docx(profile, "meeting_list", data)
                content = self._press.pdf(content) if wanted is ListFormat.PDF else content
            name = f"{LIST_NAMES[document]}.{wanted}"
            return self._shelf.keep(job, content, kind=document, ending=wanted, name=name)

        return self._ordered(job, make)

    @job("certificates")
    def certificates(self, job: RunningJob) -> dict[str, Any]:
        """The certificates of a meeting: the missing ones are made, all travel in one file (HB-165, HB-166)."""
        return self._long(job, lambda: self._shelf.bundle(job, "证书", self._papers.certificates(job)))

    @job("review_forms")
    def review_forms(self, job: RunningJob) -> dict[str, Any]:
        """The review forms of a meeting as Word and PDF in one file (HB-165)."""
        return self._long(job, lambda: self._shelf.bundle(job, "评审表", self._papers.review_forms(job)))

    # sweeping

    @job(ordering.SWEEP)
    def sweep(self, job: RunningJob) -> dict[str, Any]:
        """Remove expired exports, and uploads that nothing holds and no draft or profile has attached (PL-38)."""
        with self.database.begin() as session:
            expired = issuing.expired_documents(session)
        for document in expired:
            self.objects.remove(document.key)
        retention = self._rules(job).rules.retention
        before = clock.now() - timedelta(hours=retention.unattached_hours)
        with self.database.begin() as session:
            issuing.forget_documents(session, [document.id for document in expired])
            candidates = uploads.collectable(session, before=before)
            discarded = uploads.discarded_since(session, days=retention.discarded_days)
        collected = 0
        for at in range(0, len(candidates), ATTACHMENT_QUESTION):
            collected += self._collect(candidates[at : at + ATTACHMENT_QUESTION], discarded)
        return {"documents": len(expired), "files": collected}

    def _collect(self, candidates: list[FileRow], discarded: frozenset[UUID]) -> int:
        file_ids = tuple(row.id for row in candidates)
        attached = self.declaration.attached_files(file_ids=file_ids)
        kept = {one.file_id for one in attached if one.declaration_id not in discarded}
        kept |= set(self.committee.attached_files(file_ids=file_ids))
        gone = [row for row in candidates if row.id not in kept]
        for row in gone:
            for key in (row.quarantine_key, row.key, row.preview_key):
                self.objects.remove(key)
        with self.database.begin() as session:
            uploads.keep_files(session, kept)
            uploads.forget_files(session, [row.id for row in gone])
        return len(gone)

    # parts of the above

    def _rules(self, job: RunningJob) -> DocumentsProfile:
        return self._press.current(job.profile)

    def _fetch(self, row: FileRow, path: Path) -> tuple[int, str]:
        """Bring the bytes of an upload here; more than allowed are not read on. Returns size and hash."""
        size, digest = 0, hashlib.sha256()
        try:
            self.objects.stat(row.quarantine_key)
            key = row.quarantine_key
        except KeyError:
            key = row.key  # an earlier attempt at this check kept it and died
        with path.open("wb") as file:
            for part in self.objects.read(key):
                file.write(part)
                digest.update(part)
                size += len(part)
                if size > row.max_bytes:
                    break
        return size, digest.hexdigest()

    def _long(self, job: RunningJob, make: Callable[[], DocumentRow]) -> dict[str, Any]:
        """Make something that takes long, unless enough of that is being made: then it waits its turn."""
        if not self._long_exports.acquire(blocking=False):
            raise PressBusy()
        try:
            return self._ordered(job, make)
        finally:
            self._long_exports.release()

    def _ordered(self, job: RunningJob, make: Callable[[], DocumentRow]) -> dict[str, Any]:
        """Make what somebody ordered and tell that it is there, or that it was refused."""
        try:
            self._confirm(job)
            document = make()
        except DomainError:
            self._tell(job, succeeded=False)
            raise
        self._tell(job, succeeded=True)
        return {"document_id": str(document.id)}

    def _confirm(self, job: RunningJob) -> None:
        """Whoever ordered it may still have it: rights end while a job waits. Refuses: NotFound, NotAllowed."""
        assert job.account_id is not None
        actor = self.identity.acting_as(account_id=job.account_id)
        wanted = job.payload
        if "submission_ids" in wanted:
            self.review.confirm_export(actor=actor, submission_ids=tuple(map(UUID, wanted["submission_ids"])))
        elif "meeting_id" in wanted:
            self.committee.confirm_document(
                actor=actor, meeting_id=UUID(wanted["meeting_id"]), document=MeetingDocument(wanted["document"])
            )

    def _tell(self, job: RunningJob, *, succeeded: bool) -> None:
        if job.account_id is not None:
            with self.database.begin() as session:
                issuing.tell_finished(session, job_id=job.id, account_id=job.account_id, succeeded=succeeded)

    def _receipt(self, profile: str, submission_id: UUID) -> DocumentRow:
        """The receipt of a submission, printed once."""
        with self.database.begin() as session:
            found = issuing.document_of(session, kind=RECEIPT, submission_id=submission_id, ending="pdf")
        if found is not None:
            return found
        subject = self._press.subject(profile, submission_id)
        document = self._shelf.lasting(
            self._press.pdf(self._press.docx(subject.profile, RECEIPT, subject.data)),
            profile=profile,
            kind=RECEIPT,
            ending="pdf",
            name=f"回执_{subject.data['declaration']['number']}.pdf",
            account_id=subject.content.card.account_id,
            submission_id=submission_id,
        )
        with self.database.begin() as session:
            issuing.keep_document(session, document=document)
        return document

    def _general_forms(self, job: RunningJob) -> Iterator[tuple[str, bytes]]:
        wanted = Bundle(job.payload["bundle"])
        submission_ids = job.payload["submission_ids"]
        for done, submission_id in enumerate(submission_ids):
            job.progress(done)
            subject = self._press.subject(job.profile, UUID(submission_id), with_opinions=True, export=True)
            docx = self._press.docx(subject.profile, "general_form", subject.data)
            if wanted is Bundle.ZIP_DOCX:
                yield f"通用表_{subject.title}.docx", docx
            else:
                yield f"通用表_{subject.title}.pdf", self._press.pdf(docx)
        job.progress(len(submission_ids))
