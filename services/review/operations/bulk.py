"""Decisions over many cases as background work (HB-41 to HB-43)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, jobs
from contracts.base import Actor
from contracts.errors import NotAllowed
from contracts.review import BatchDecision, BatchRow, DecideCases
from services.review.operations.deciding import Chains, check_items, decide_cases
from services.review.scope import REVIEWERS, posts
from services.review.tables import CaseDecision
from services.review.views import BATCH, batch_decision


def order_decisions(session: Session, *, command: DecideCases, actor: Actor) -> BatchDecision:
    """Order the decision over all ticked cases. Refuses: NotAllowed, BatchTooLarge, InvalidInput."""
    if not posts(actor):
        raise NotAllowed(*REVIEWERS)
    check_items(session, actor, command.items)
    payload = {"decision": command.decision, "command": command.model_dump(mode="json")}
    row = jobs.order(session, BATCH, payload, total=len(command.items))
    audit.record(session, "bulk_act_ordered", "job", row.id, act=command.decision, cases=len(command.items))
    return batch_decision(row)


def decide_some(session: Session, *, command: DecideCases, actor: Actor, chains: Chains) -> tuple[BatchRow, ...]:
    """Decide on some cases of the batch; those which it decided before its worker died stay decided."""
    case_ids = [item.case_id for item in command.items]
    decided = set(
        session.scalars(
            select(CaseDecision.case_id).where(
                CaseDecision.bulk_act_id == command.command_id, CaseDecision.case_id.in_(case_ids)
            )
        )
    )
    before = tuple(BatchRow(case_id=case_id) for case_id in case_ids if case_id in decided)
    open_items = tuple(item for item in command.items if item.case_id not in decided)
    if not open_items:
        return before
    rest = command.model_copy(update={"items": open_items})
    return (*before, *decide_cases(session, command=rest, actor=actor, chains=chains).rows)
