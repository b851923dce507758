"""The committee worker: imports of experts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.jobs import RunningJob, job
from chassis.workbooks import TooManyRows, Unreadable, read_rows, text_of
from chassis.workshop import Workshop
from contracts.documents import file_key
from services.committee.operations import imports
from services.committee.operations.imports import ImportUnderway
from services.committee.rules.roster import RosterRow, judged_row, specialty_words
from services.committee.settings import Settings


class Jobs(Workshop[Settings]):
    """A check writes its result once; each batch of taken rows is one transaction: starting again is harmless."""

    @job(imports.CHECK)
    def check_experts(self, running: RunningJob) -> dict[str, Any]:
        """Say of each row of a workbook whether it can be taken; the result is on the import, row by row."""
        import_id = UUID(running.payload["import_id"])
        underway = self._begin(running, import_id)
        if underway is None:
            return self._finish(running, import_id, "stopped", "common.not_allowed")
        try:
            rows = self._rows(running.profile, underway)
        except Unreadable:
            return self._finish(running, import_id, "unreadable", "committee.import_unreadable")
        except TooManyRows:
            return self._finish(running, import_id, "unreadable", "committee.import_too_long")
        rows = imports.fault_rows(underway, rows, demonstration=self.settings.demonstration)
        with self.database.begin(running.profile) as session:
            imports.keep_check(session, import_id=import_id, rows=rows)
        if underway.rules.stop_on_fault and any(row.faults for row in rows):
            return self._finish(running, import_id, "stopped", "committee.import_stopped")
        if all(row.faults for row in rows):
            return self._finish(running, import_id, "done", None)
        return {"import_id": str(import_id), "rows": len(rows)}

    @job(imports.TAKE)
    def take_experts(self, running: RunningJob) -> dict[str, Any]:
        """Put the checked rows into the pool."""
        import_id = UUID(running.payload["import_id"])
        underway = self._begin(running, import_id)
        if underway is None:
            return self._finish(running, import_id, "stopped", "common.not_allowed")
        left = 1
        while left:
            with self.database.begin(running.profile) as session:
                left = imports.take_rows(
                    session, import_id=import_id, underway=underway, demonstration=self.settings.demonstration
                )
        return self._finish(running, import_id, "done", None)

    def _begin(self, running: RunningJob, import_id: UUID) -> ImportUnderway | None:
        with self.database.begin(running.profile) as session:
            return imports.begin(session, import_id=import_id)

    def _rows(self, profile: str, underway: ImportUnderway) -> list[RosterRow]:
        """The rows of the workbook's first sheet. Raises Unreadable, TooManyRows."""
        data = b"".join(self.objects.read(file_key(profile, underway.file_id)))
        words = specialty_words(underway.catalogue)
        return [
            judged_row(
                number,
                cells,
                {field: text_of(cell) for field, cell in cells.items()},
                rules=underway.rules,
                specialty_codes=words,
            )
            for number, cells in read_rows(data, underway.rules.columns, maximum=underway.rules.maximum_rows)
        ]

    def _finish(self, running: RunningJob, import_id: UUID, state: str, error_code: str | None) -> dict[str, Any]:
        with self.database.begin(running.profile) as session:
            imports.finish(session, import_id=import_id, state=state, error_code=error_code)
        return {"import_id": str(import_id), "state": state}
