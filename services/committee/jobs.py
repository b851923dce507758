"""The committee worker: imports of experts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.jobs import RunningJob, job
from chassis.workbooks import TooManyRows, Unreadable, read_rows, text_of
from chassis.workshop import Workshop
from contracts.documents import file_key
from contracts.forms.cascade import specialties
from services.committee.operations import imports
from services.committee.operations.imports import ImportUnderway
from services.committee.rules.roster import RosterRow, judged_row
from services.committee.settings import Settings

ROWS_AT_ONCE = 50


class Jobs(Workshop[Settings]):
    """Each batch of rows is one transaction that also writes down what came of them, so starting again is harmless."""

    @job(imports.KIND)
    def import_experts(self, running: RunningJob) -> dict[str, Any]:
        """Put the rows of a workbook into a pool; the result is on the import, row by row."""
        import_id = UUID(running.payload["import_id"])
        with self.database.begin(running.profile) as session:
            underway = imports.begin(session, import_id=import_id)
        if underway is None:
            return self._finish(running, import_id, "stopped", "common.not_allowed")
        try:
            rows = self._rows(running.profile, underway)
        except Unreadable:
            return self._finish(running, import_id, "unreadable", "committee.import_unreadable")
        except TooManyRows:
            return self._finish(running, import_id, "unreadable", "committee.import_too_long")
        rows = imports.fault_rows(underway, rows, demonstration=self.settings.demonstration)
        if underway.rules.stop_on_fault and any(row.faults for row in rows):
            with self.database.begin(running.profile) as session:
                imports.leave_out(session, import_id=import_id, rows=[row for row in rows if row.faults])
            return self._finish(running, import_id, "stopped", "committee.import_stopped")
        for start in range(0, len(rows), ROWS_AT_ONCE):
            with self.database.begin(running.profile) as session:
                imports.take_rows(session, import_id=import_id, rows=rows[start : start + ROWS_AT_ONCE])
            running.progress(min(start + ROWS_AT_ONCE, len(rows)), len(rows))
        return self._finish(running, import_id, "done", None)

    def _rows(self, profile: str, underway: ImportUnderway) -> list[RosterRow]:
        """The rows of the workbook's first sheet. Raises Unreadable, TooManyRows."""
        data = b"".join(self.objects.read(file_key(profile, underway.file_id)))
        codes = {label: code for code, label in specialties(underway.catalogue).items()}
        codes |= {code: code for code in codes.values()}
        return [
            judged_row(
                number,
                cells,
                {field: text_of(cell) for field, cell in cells.items()},
                rules=underway.rules,
                specialty_codes=codes,
            )
            for number, cells in read_rows(data, underway.rules.columns, maximum=underway.rules.maximum_rows)
        ]

    def _finish(self, running: RunningJob, import_id: UUID, state: str, error_code: str | None) -> dict[str, Any]:
        with self.database.begin(running.profile) as session:
            imports.finish(session, import_id=import_id, state=state, error_code=error_code)
        return {"import_id": str(import_id), "state": state}
