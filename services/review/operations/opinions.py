"""An officer's common opinions (常用意见设置, HB-33, HB-34)."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.commands import check_version
from contracts.base import Actor
from contracts.errors import Fault, InvalidInput, NotAllowed
from contracts.review import CommonOpinions, SaveCommonOpinions
from services.review.published import current_rules
from services.review.rules.sayings import check_opinion
from services.review.scope import REVIEWERS, posts
from services.review.tables import CommonOpinionList


def save_common_opinions(session: Session, *, command: SaveCommonOpinions, actor: Actor) -> CommonOpinions:
    """Replace the officer's phrases. Refuses: NotAllowed, StaleVersion, InvalidInput."""
    if not posts(actor):
        raise NotAllowed(*REVIEWERS)
    limit = current_rules(session, actor.profile).opinion_limit
    for place, phrase in enumerate(command.phrases):
        check_opinion(phrase, required=True, limit=limit, pointer=f"/phrases/{place}")
    if len(set(command.phrases)) != len(command.phrases):
        raise InvalidInput(faults=(Fault(pointer="/phrases", code="review.duplicate"),))
    key = {"profile": actor.profile, "account_id": actor.account_id}
    session.execute(insert(CommonOpinionList).values(**key, version=0, phrases=[]).on_conflict_do_nothing())
    kept = session.get_one(CommonOpinionList, tuple(key.values()), with_for_update=True)
    check_version(kept.version, command)
    kept.version += 1
    kept.phrases = list(command.phrases)
    return CommonOpinions(version=kept.version, phrases=command.phrases)
