"""The identity worker: checks workbooks of applicants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis import clock, context
from chassis.crypto import keyring
from chassis.jobs import RunningJob, job
from chassis.profiles import Profiles
from chassis.service import client
from chassis.workbooks import TooManyRows, Unreadable, read_rows, text_of
from chassis.workshop import Workshop
from contracts.documents import DocumentsApi, Verdict, file_key
from services.identity.operations import imports
from services.identity.rules.imports import judged_row
from services.identity.rules.profile import Slice
from services.identity.settings import Settings
from services.identity.tables import ApplicantImportRow

PROFILES = Profiles(Slice)


class Jobs(Workshop[Settings]):
    """A check writes its result once, so starting again is harmless."""

    documents = client(DocumentsApi)

    @job(imports.KIND)
    def check_applicants(self, running: RunningJob) -> dict[str, Any]:
        """Read the rows and say of each whether an account can be opened; nothing is opened."""
        import_id = UUID(running.payload["import_id"])
        with self.database.begin() as session:
            ordered = session.get_one(ApplicantImportRow, import_id)
            rules = PROFILES.current(session, str(context.current().profile))[1].accounts
        facts = self.documents.file_facts(file_ids=(ordered.file_id,))
        if not any(
            one.account_id == ordered.account_id and one.verdict is Verdict.CLEAN and one.kind == "xlsx"
            for one in facts
        ):
            return self._refuse(import_id, "identity.import_unreadable")
        wanted = imports.import_rules(rules)
        data = b"".join(self.objects.read(file_key(running.profile, ordered.file_id)))
        try:
            rows = [
                judged_row(
                    number,
                    cells,
                    {field: text_of(cell) for field, cell in cells.items()},
                    rules=rules,
                    today=clock.today(),
                    demonstration=self.settings.demonstration,
                )
                for number, cells in read_rows(data, wanted.columns, maximum=wanted.maximum_rows)
            ]
        except Unreadable:
            return self._refuse(import_id, "identity.import_unreadable")
        except TooManyRows:
            return self._refuse(import_id, "identity.import_too_long")
        with self.database.begin() as session:
            imports.take_check(session, import_id=import_id, rows=rows, keyed_hash=keyring().keyed_hash)
        return {"rows": len(rows)}

    def _refuse(self, import_id: UUID, error_code: str) -> dict[str, Any]:
        with self.database.begin() as session:
            imports.refuse_check(session, import_id=import_id, error_code=error_code)
        return {"error_code": error_code}
