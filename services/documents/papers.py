"""Certificates and review forms of a meeting (HB-165, HB-166)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from chassis.jobs import RunningJob
from contracts.committee import Certifiable, CommitteeApi
from contracts.documents import CharactersNotDrawable, NothingToRender
from contracts.identity import IdentityApi
from services.documents.operations import issuing
from services.documents.press import Press
from services.documents.rendering.glyphs import Glyphs
from services.documents.rules import results
from services.documents.shelf import Shelf
from services.documents.tables import CertificateRow, DocumentRow


class MeetingPapers:
    """Makes what those who passed get, one after the other."""

    def __init__(
        self,
        *,
        committee: CommitteeApi,
        identity: IdentityApi,
        press: Press,
        glyphs: Glyphs,
        shelf: Shelf,
        public_url: str,
    ) -> None:
        self._committee = committee
        self._identity = identity
        self._press = press
        self._glyphs = glyphs
        self._shelf = shelf
        self._public_url = public_url.rstrip("/")

    def _people(self, job: RunningJob) -> Iterator[Certifiable]:
        people = self._committee.certifiable(meeting_id=UUID(job.payload["meeting_id"]))
        if not people:
            raise NothingToRender()
        for done, person in enumerate(people):
            job.progress(done, len(people))
            yield person
        job.progress(len(people), len(people))

    def certificates(self, job: RunningJob) -> Iterator[tuple[str, bytes]]:
        """Each certificate that holds as PDF and DOCX; what is missing is made. Refuses: CharactersNotDrawable."""
        undrawable: CharactersNotDrawable | None = None
        for person in self._people(job):
            with self._shelf.database.begin() as session:
                row = issuing.known_certificate(session, person=person)
                if row is not None and row.withdrawn_at is not None:
                    continue
                documents = issuing.certificate_documents(session, row) if row is not None else None
            if documents is None:
                try:
                    documents = self._issue(job.profile, person)
                except CharactersNotDrawable as refusal:  # the others are not to wait for a typeface
                    undrawable = refusal
                    continue
            for document in documents:
                yield document.name, b"".join(self._shelf.objects.read(document.key))
        if undrawable is not None:
            raise undrawable

    def _issue(self, profile: str, person: Certifiable) -> tuple[DocumentRow, DocumentRow]:
        """Number a certificate, print it and tell its holder. Refuses: CharactersNotDrawable."""
        subject = self._press.subject(profile, person.submission_id)
        rules = self._press.current(profile)
        with self._shelf.database.begin() as session:
            row = issuing.certificate_for(
                session,
                profile=profile,
                rules=rules.rules,
                person=person,
                setting=subject.data["setting"],
                real_name=subject.content.card.real_name,
            )
        docx = self._press.docx(rules, "certificate", subject.data | self._certificate_data(row))
        if missing := self._glyphs.missing(docx):
            raise CharactersNotDrawable(management_no=row.management_no, characters="、".join(missing))
        pair = tuple(
            self._shelf.lasting(
                content,
                profile=profile,
                kind="certificate",
                ending=ending,
                name=f"职称证书_{row.management_no}.{ending}",
                account_id=row.account_id,
                submission_id=row.submission_id,
            )
            for ending, content in (("pdf", self._press.pdf(docx, archival=True)), ("docx", docx))
        )
        with self._shelf.database.begin() as session:
            return issuing.finish_certificate(session, certificate_id=row.id, pdf=pair[0], docx=pair[1])

    def _name(self, organization_id: UUID | None) -> str:
        known = self._identity.organizations(organization_ids=(organization_id,)) if organization_id else ()
        return next((office.name for office in known), "")

    def _certificate_data(self, row: CertificateRow) -> dict[str, Any]:
        return results.certificate_data(
            management_no=row.management_no,
            check_code=row.check_code,
            committee=row.committee_name,
            issuer=row.issuer,
            decided_on=row.decided_on,
            issued_on=row.issued_on,
            page=f"{self._public_url}/{row.profile}/certificates",
        )

    def review_forms(self, job: RunningJob) -> Iterator[tuple[str, bytes]]:
        """Each review form as DOCX and PDF."""
        for person in self._people(job):
            subject = self._press.subject(job.profile, person.submission_id, with_opinions=True)
            result = self._committee.material_result(material_id=person.material_id)
            with self._shelf.database.begin() as session:
                certificate = issuing.known_certificate(session, person=person)
            said = results.result_data(
                result,
                declared_title=subject.data["setting"]["declared_title"],
                management_no=certificate.management_no if certificate is not None else "",
                audit_office=self._name(result.audited_by),
            )
            docx = self._press.docx(subject.profile, "review_form", subject.data | said)
            yield f"评审表_{subject.title}.docx", docx
            yield f"评审表_{subject.title}.pdf", self._press.pdf(docx)
