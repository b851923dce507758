"""A case opened to be read and decided (HB-31)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from contracts.base import Actor
from contracts.grants import ReadGrant
from contracts.review import OpenedCase
from services.review.published import rules_of
from services.review.queries.cases import summaries
from services.review.queries.facts import recommendations
from services.review.queries.log import routing_log
from services.review.tables import CaseCard, OpinionDraftRow
from services.review.views import opinion_draft

ID_DOCUMENT_NO = "id_document_no"


def opened_case(session: Session, card: CaseCard, *, actor: Actor, grant: ReadGrant, token: str) -> OpenedCase:
    """What stands beside the declaration on the screen; `token` is the signed grant."""
    rules = rules_of(session, card)
    in_clear = all(field.rpartition(".")[2] != ID_DOCUMENT_NO for field in grant.masked)
    return OpenedCase(
        case=summaries(session, actor, [card], numbers_in_clear=in_clear)[0],
        read_grant=token,
        recommendation=rules.step(card.step).recommendation,
        opinion_limit=rules.opinion_limit,
        log=routing_log(session, declaration_id=card.declaration_id, with_notes=True),
        recommendations=recommendations(session, card),
        draft=opinion_draft(session.get(OpinionDraftRow, (card.id, actor.account_id))),
    )
