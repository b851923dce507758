"""The routing log of a declaration over all its submissions (HB-35), newest first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.remarks import Remark
from contracts.review import Action, CaseState, LogAction, LogEntry
from services.review.published import Labels
from services.review.queries.cases import names_of
from services.review.rules.workflow import LOG_ACTIONS, OPEN
from services.review.tables import CaseCard, CaseDecision

ACTIONS = {LogAction.ADMITTED: Action.PASS, **{logged: action for action, logged in LOG_ACTIONS.items()}}
OF_APPLICANTS = frozenset({LogAction.SUBMITTED, LogAction.RECALLED})
# Notes that reviewers write for each other; an applicant reads that it happened, not why.
INTERNAL = frozenset({LogAction.HELD, LogAction.RESUMED, LogAction.REROUTED})


def routing_log(session: Session, *, declaration_id: UUID, with_notes: bool) -> tuple[LogEntry, ...]:
    """Every line of every submission, the waiting step on top. `with_notes` is for reviewers only."""
    cards = {
        card.id: card for card in session.scalars(select(CaseCard).where(CaseCard.declaration_id == declaration_id))
    }
    if not cards:
        return ()
    labels = Labels(session, next(iter(cards.values())).profile)
    decisions = session.scalars(
        select(CaseDecision)
        .where(CaseDecision.declaration_id == declaration_id)
        .order_by(CaseDecision.submission_number.desc(), CaseDecision.number.desc())
    ).all()
    waiting = [card for card in cards.values() if card.state in OPEN]
    names = names_of(
        session,
        {card.holder_id for card in waiting} | {line.organization_id for line in decisions if line.organization_id},
    )
    return (
        *(_waiting_line(card, names, labels) for card in waiting),
        *(_line(cards[line.case_id], line, names, labels, with_notes=with_notes) for line in decisions),
    )


def _waiting_line(card: CaseCard, names: dict[UUID, str], labels: Labels) -> LogEntry:
    return LogEntry(
        step=card.step,
        step_label=labels.step(card, card.step),
        action=LogAction.WAITING,
        action_label=labels.state(CaseState(card.state)),
        organization_id=card.holder_id,
        organization_name=names[card.holder_id],
        actor_name=None,
        opinion=None,
        at=card.waiting_since,
        submission_number=card.submission_number,
    )


def _line(card: CaseCard, line: CaseDecision, names: dict[UUID, str], labels: Labels, *, with_notes: bool) -> LogEntry:
    action = LogAction(line.action)
    submitted = action is LogAction.SUBMITTED
    return LogEntry(
        step=line.step,
        step_label=labels.action(Action.SUBMIT) if submitted else labels.step(card, line.step),
        action=action,
        action_label=labels.action(ACTIONS[action]),
        organization_id=line.organization_id,
        organization_name=names[line.organization_id] if line.organization_id else None,
        actor_name=card.real_name if action in OF_APPLICANTS else None,
        opinion=line.opinion if line.opinion and (with_notes or action not in INTERNAL) else None,
        at=line.at,
        submission_number=line.submission_number,
        is_bulk=line.bulk_act_id is not None,
        remarks=tuple(Remark.model_validate(remark) for remark in line.remarks),
    )
