"""An import of applicants as its clerk sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from contracts.identifiers import mask_number, shown_cell
from contracts.identity.imports import (
    ApplicantImport,
    ApplicantImportFault,
    ApplicantImportRow,
    ApplicantImportState,
    FaultyRows,
    RowOutcome,
)
from services.identity.rules.imports import column_of
from services.identity.rules.profile import ApplicantImportRules
from services.identity.tables import ApplicantImportRow as Stored


def import_view(stored: Stored, rules: ApplicantImportRules) -> ApplicantImport:
    """The import with its rows, and every fault with its cell."""
    counts = Counter(row["outcome"] for row in stored.rows)
    return ApplicantImport(
        import_id=stored.id,
        organization_id=stored.organization_id,
        year=stored.year,
        state=ApplicantImportState(stored.state),
        error_code=stored.error_code,
        total=len(stored.rows),
        ready=counts[RowOutcome.READY],
        faulty=counts[RowOutcome.FAULTY],
        opened=counts[RowOutcome.OPENED] + counts[RowOutcome.ENROLLED],
        refused=counts[RowOutcome.REFUSED],
        rows=tuple(
            ApplicantImportRow(
                row=row["row"],
                real_name=row["values"]["real_name"],
                id_document_no=mask_number(row["values"]["id_document_no"]),
                outcome=RowOutcome(row["outcome"]),
                account_id=row["account_id"],
            )
            for row in stored.rows
        ),
        faults=shown_faults(stored.rows, rules),
        ordered_at=stored.ordered_at,
    )


def shown_faults(rows: Iterable[dict[str, Any]], rules: ApplicantImportRules) -> tuple[ApplicantImportFault, ...]:
    """Each fault with the column and value that the clerk sees in the workbook, and what the column takes."""
    return tuple(
        ApplicantImportFault(
            row=row["row"],
            column=rules.columns[field],
            value=shown_cell(field, row["values"][field]),
            code=fault["code"],
            params=fault["params"],
            expected=rules.notes.get(field, ""),
        )
        for row in rows
        for fault in row["faults"]
        if (field := column_of(rules, fault["pointer"]))
    )


def faulty_rows(stored: Stored, rules: ApplicantImportRules) -> FaultyRows:
    """The rows that must be corrected, as they were typed."""
    return FaultyRows(
        sheet=rules.sheet,
        columns=tuple(rules.columns.values()),
        rows=tuple(
            tuple(row["values"][field] for field in rules.columns)
            for row in stored.rows
            if row["outcome"] in (RowOutcome.FAULTY, RowOutcome.REFUSED)
        ),
    )
