"""A conflict of interest as acts on it answer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from contracts.committee.materials import ConflictRow
from services.committee.tables import (
    Conflict,
    Expert,
    ReviewMaterial,
)


def conflict_row(session: Session, conflict: Conflict) -> ConflictRow:
    """The answer to an act on a conflict."""
    session.flush()
    expert = session.get_one(Expert, conflict.expert_id)
    material = session.get_one(ReviewMaterial, conflict.material_id)
    return row_of(conflict, expert.real_name, material.real_name)


def row_of(conflict: Conflict, expert_name: str, applicant_name: str) -> ConflictRow:
    """A conflict as the office sees it."""
    return ConflictRow(
        expert_id=conflict.expert_id,
        expert_name=expert_name,
        material_id=conflict.material_id,
        applicant_name=applicant_name,
        state=conflict.state,
        grounds=tuple(conflict.grounds),
        decided_by=conflict.decided_by,
        decision_reason=conflict.decision_reason,
        lift_asked_by=conflict.lift_asked_by,
        lift_reason=conflict.lift_reason,
        lifted_by=conflict.lifted_by,
        lifted_at=conflict.lifted_at,
        version=conflict.version,
    )
