"""Stored rows as the messages that others read."""

from __future__ import annotations

from chassis.tables import JobRow
from contracts.documents import JobState
from contracts.review import BatchDecision, BatchRow, OpinionDraft
from services.review.tables import OpinionDraftRow

# The kind of job that decides over many cases.
BATCH = "decide_cases"


def opinion_draft(row: OpinionDraftRow | None) -> OpinionDraft | None:
    """What an officer has typed about a case and not said."""
    if row is None:
        return None
    return OpinionDraft(version=row.version, case_version=row.case_version, saved_at=row.saved_at, **row.content)


def batch_decision(row: JobRow, *, with_rows: bool = True) -> BatchDecision:
    """A batch of decisions as background work."""
    result = row.result or {}
    return BatchDecision(
        job_id=row.id,
        decision=row.payload["decision"],
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        skipped=result.get("skipped", 0),
        rows=tuple(BatchRow.model_validate(one) for one in result.get("rows", ())) if with_rows else (),
        error_code=row.error_code,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
