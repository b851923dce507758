"""Taking a submission back for its applicant."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from contracts.base import Actor
from contracts.errors import NotFound
from contracts.review import Action, CaseAlreadyReviewed, CaseState
from services.review.operations.moving import Acting, move
from services.review.operations.opening import lock_submission
from services.review.rules.profile import StepKind
from services.review.rules.workflow import transition
from services.review.tables import CaseCard, RecallTombstone


def recall(session: Session, *, actor: Actor, submission_id: UUID) -> None:
    """Take a submission back before anybody acted on it (HB-104, HB-105); again is harmless.

    Without a case yet, a tombstone keeps the late `DeclarationSubmitted` from opening one.
    Refuses: NotFound, CaseAlreadyReviewed.
    """
    lock_submission(session, submission_id)
    card = session.scalar(select(CaseCard).where(CaseCard.submission_id == submission_id).with_for_update())
    if card is None:
        _bury(session, actor, submission_id)
        return
    if card.account_id != actor.account_id:
        raise NotFound()
    if card.state == CaseState.RECALLED:
        return
    if card.is_reviewed or card.state != CaseState.WAITING:
        raise CaseAlreadyReviewed()
    row = transition(Action.RECALL, CaseState.WAITING, StepKind(card.step_kind))
    move(session, card, row, acting=Acting(actor.account_id))


def _bury(session: Session, actor: Actor, submission_id: UUID) -> None:
    buried = session.execute(
        insert(RecallTombstone)
        .values(submission_id=submission_id, profile=actor.profile, account_id=actor.account_id, at=clock.now())
        .on_conflict_do_nothing()
        .returning(RecallTombstone.submission_id)
    ).first()
    if buried is not None:
        audit.record(session, "submission_recalled_unseen", "submission", submission_id)
