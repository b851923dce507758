"""What review, committee and documents tell about a declaration: it shows them and decides nothing.

An event about an older submission, or one that another has overtaken, changes nothing.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit
from contracts.declaration.workflow import Transition, Trigger
from contracts.review import ReturnFacts
from services.declaration.operations.moving import move, show, touch
from services.declaration.published import slice_of
from services.declaration.rules import workflow
from services.declaration.tables import Declaration

log = structlog.get_logger(__name__)


def follow(
    session: Session, *, declaration_id: UUID, submission_id: UUID, trigger: Trigger, step: str | None = None
) -> None:
    """Let the declaration stand where its holder says it stands; where it stands there already, nothing changes."""
    found = _following(session, declaration_id, submission_id, trigger, step)
    if found is not None and found[1].to != found[0].state:
        move(session, *found)


def follow_return(session: Session, *, declaration_id: UUID, facts: ReturnFacts) -> None:
    """Open the declaration for correction, with the reason and until when (HB-37, HB-106)."""
    found = _following(session, declaration_id, facts.submission_id, Trigger.RETURN_FOR_CORRECTION, None)
    if found is None:
        return
    declaration, row = found
    declaration.return_reason = facts.opinion
    declaration.return_remarks = [remark.model_dump(mode="json") for remark in facts.remarks] or None
    declaration.correct_until = facts.deadline
    move(session, declaration, row)


def follow_recall(session: Session, *, declaration_id: UUID, submission_id: UUID) -> None:
    """Open the declaration again where the applicant's own command did not come so far."""
    found = _following(session, declaration_id, submission_id, Trigger.RECALL, None)
    if found is not None:
        recall(session, found[0])


def follow_admission(session: Session, *, declaration_id: UUID, submission_id: UUID, committee_id: UUID) -> None:
    """The committee's office admitted the case to this committee."""
    found = _following(session, declaration_id, submission_id, Trigger.ADMIT, None)
    if found is None:
        return
    declaration, row = found
    declaration.committee_id = committee_id
    move(session, declaration, row)


def follow_certificate(session: Session, *, declaration_id: UUID, certificate_id: UUID) -> None:
    """The certificate was issued (HB-165)."""
    declaration = _locked(session, declaration_id)
    if declaration is None:
        return
    declaration.certificate_id = certificate_id
    touch(declaration)
    show(session, declaration)
    audit.record(
        session,
        "certificate_known",
        "declaration",
        declaration.id,
        profile=declaration.profile,
        certificate_id=certificate_id,
    )


def recall(session: Session, declaration: Declaration) -> None:
    """Open a locked declaration again after its submission was taken back."""
    table = slice_of(session, declaration).workflow
    row = workflow.require_transition(table, state=declaration.state, trigger=Trigger.RECALL)
    declaration.is_recalled = True
    move(session, declaration, row)


def _locked(session: Session, declaration_id: UUID) -> Declaration | None:
    return session.scalar(select(Declaration).where(Declaration.id == declaration_id).with_for_update())


def _following(
    session: Session, declaration_id: UUID, submission_id: UUID, trigger: Trigger, step: str | None
) -> tuple[Declaration, Transition] | None:
    declaration = _locked(session, declaration_id)
    if declaration is None or declaration.submission_id != submission_id or declaration.is_recalled:
        return None
    table = slice_of(session, declaration).workflow
    row = workflow.find_transition(table, state=declaration.state, trigger=trigger, step=step)
    if row is None:
        log.info("event_overtaken", declaration_id=str(declaration_id), trigger=trigger.value, state=declaration.state)
        return None
    return declaration, row
