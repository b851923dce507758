"""What an officer types about a case, kept until it is said (design of the split view)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.commands import check_version
from contracts.base import Actor
from contracts.errors import NotAllowed
from contracts.review import OpinionDraft, RecommendationDraft, SaveOpinionDraft
from services.review.scope import REVIEWERS, find_case, posts
from services.review.tables import OpinionDraftRow
from services.review.views import opinion_draft

EMPTY = {"opinion": "", "recommendation": RecommendationDraft().model_dump(), "remarks": []}


def save_opinion_draft(session: Session, *, command: SaveOpinionDraft, actor: Actor) -> OpinionDraft | None:
    """Keep the draft of the actor's opinion; an empty one is dropped. Refuses: NotFound, NotAllowed, StaleVersion."""
    card = find_case(session, actor, command.case_id)
    if not posts(actor):
        raise NotAllowed(*REVIEWERS)
    content = command.model_dump(mode="json", include=set(EMPTY))
    begun = {"profile": card.profile, "case_id": card.id, "account_id": actor.account_id, "case_version": card.version}
    session.execute(
        insert(OpinionDraftRow).values(**begun, version=0, content=EMPTY, saved_at=clock.now()).on_conflict_do_nothing()
    )
    kept = session.get_one(OpinionDraftRow, (card.id, actor.account_id), with_for_update=True)
    check_version(kept.version, command)
    if content == EMPTY:
        session.delete(kept)
        return None
    kept.version += 1
    kept.content, kept.case_version, kept.saved_at = content, card.version, clock.now()
    return opinion_draft(kept)


def drop_draft(session: Session, *, case_id: UUID, account_id: UUID | None = None) -> None:
    """Forget what was typed about a case, by one account or by all."""
    wanted = delete(OpinionDraftRow).where(OpinionDraftRow.case_id == case_id)
    if account_id is not None:
        wanted = wanted.where(OpinionDraftRow.account_id == account_id)
    session.execute(wanted)
