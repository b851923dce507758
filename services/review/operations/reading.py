"""Opening a case to read it: on record, and with a grant by which declaration and documents serve the content."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from chassis import audit
from contracts.base import Actor
from contracts.errors import NotAllowed
from contracts.grants import ReadGrant
from services.review.published import rules_of
from services.review.scope import REVIEWERS, find_case, posts
from services.review.tables import CaseCard


def read_case(session: Session, *, actor: Actor, case_id: UUID) -> tuple[CaseCard, ReadGrant]:
    """The case and what the actor may read of its submission; only reviewers read.

    Refuses: NotFound, NotAllowed.
    """
    card = find_case(session, actor, case_id)
    if not posts(actor):
        raise NotAllowed(*REVIEWERS)
    masked = masked_fields(session, card, actor)
    audit.record(session, "case_read", "case", card.id, submission_id=card.submission_id, masked=masked)
    grant = ReadGrant(
        account_id=actor.account_id, profile=actor.profile, submission_id=card.submission_id, masked=masked
    )
    return card, grant


def masked_fields(session: Session, card: CaseCard, actor: Actor) -> tuple[str, ...]:
    """The holder of the waiting step reads more than others in scope (HB-54)."""
    rules = rules_of(session, card).masked_fields
    return rules.holder if (card.holder_id, card.role) in posts(actor) else rules.others
