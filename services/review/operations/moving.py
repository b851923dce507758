"""The one place where a case changes its state: card, steps, routing log, audit row and event together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import audit, clock, live, outbox
from contracts.base import Event, Role
from contracts.events import CaseAdmitted, CaseAdvanced, CaseHeld, CaseRecalled, CaseReturned
from contracts.live import Topic
from contracts.remarks import Remark
from contracts.review import CaseState, LogAction, Recommendation
from services.review.rules.route import Place
from services.review.rules.workflow import OPEN, By, Transition, logged
from services.review.tables import CaseCard, CaseDecision, CaseStep


@dataclass(frozen=True)
class Said:
    """What the one who acts says: opinion, recommendation, until when to correct, whether it is a bulk act."""

    opinion: str = ""
    recommendation: Recommendation | None = None
    deadline: datetime | None = None
    bulk_act_id: UUID | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Acting:
    """On whose behalf: the account, and the organisation and role in which it acts (none for applicant, platform)."""

    account_id: UUID | None
    organization_id: UUID | None = None
    role: Role | None = None


NOTHING_SAID = Said()


def enter(card: CaseCard, place: Place) -> CaseStep:
    """Let the case wait at a place; the row to be added is returned."""
    card.step_number += 1
    card.step = place.step.id
    card.step_kind = place.step.kind
    card.holder_id = place.organization_id
    card.role = place.role
    card.waiting_since = clock.now()
    return CaseStep(
        case_id=card.id,
        number=card.step_number,
        profile=card.profile,
        step=card.step,
        kind=card.step_kind,
        organization_id=card.holder_id,
        role=card.role,
        entered_at=card.waiting_since,
    )


def move(
    session: Session,
    card: CaseCard,
    row: Transition,
    *,
    acting: Acting,
    to: Place | None = None,
    said: Said = NOTHING_SAID,
) -> CaseDecision:
    """Carry out a row of the workflow table on a locked card; `to` where it leads to another place."""
    _show(session, card)
    before, was_at, held_by = CaseState(card.state), card.step, card.holder_id
    card.version += 1
    card.state = row.to
    # What applicant and platform do is no review (HB-104).
    card.is_reviewed = card.is_reviewed or row.by not in (By.APPLICANT, By.PLATFORM)
    if to is not None or row.to not in OPEN:
        _leave(session, card, logged(row))
    if to is not None:
        session.add(enter(card, to))
    decision = write_log(session, card, logged(row), acting, before=before, step=was_at, said=said)
    event = _event(row, card, decision, held_by=held_by)
    if event is not None:
        tell(session, card, event)
    return decision


def write_log(
    session: Session,
    card: CaseCard,
    action: LogAction,
    acting: Acting,
    *,
    before: CaseState | None,
    step: str,
    said: Said = NOTHING_SAID,
    at: datetime | None = None,
) -> CaseDecision:
    """Append what happened to the routing log and to the audit log."""
    decision = CaseDecision(
        id=uuid.uuid4(),
        profile=card.profile,
        case_id=card.id,
        number=card.version,
        declaration_id=card.declaration_id,
        submission_id=card.submission_id,
        submission_number=card.submission_number,
        action=action,
        step=step,
        organization_id=acting.organization_id,
        role=acting.role,
        account_id=acting.account_id,
        state_before=before,
        state_after=card.state,
        opinion=said.opinion,
        recommendation=said.recommendation.model_dump(mode="json") if said.recommendation else None,
        remarks=[remark.model_dump(mode="json") for remark in said.remarks],
        deadline=said.deadline,
        bulk_act_id=said.bulk_act_id,
        at=at or clock.now(),
    )
    session.add(decision)
    _show(session, card)
    audit.record(
        session,
        f"case_{action}",
        "case",
        card.id,
        profile=card.profile,
        decision_id=decision.id,
        version=card.version,
        state_before=before,
        state_after=card.state,
        step=step,
        bulk_act_id=said.bulk_act_id,
    )
    return decision


def tell(session: Session, card: CaseCard, event: Event) -> None:
    """Publish a fact about the case, numbered by its version."""
    outbox.publish(session, event, aggregate_id=card.id, number=card.version, profile=card.profile)


def waits(card: CaseCard, *, passed_by: UUID | None) -> CaseAdvanced:
    """The fact that the case waits at its present place."""
    return CaseAdvanced(
        case_id=card.id,
        declaration_id=card.declaration_id,
        submission_id=card.submission_id,
        step=card.step,
        organization_id=card.holder_id,
        role=Role(card.role),
        passed_by=passed_by,
    )


def _show(session: Session, card: CaseCard) -> None:
    """Let applicant and holders of the waiting step look again."""
    live.announce(session, Topic.DECLARATIONS, card.account_id, profile=card.profile)
    live.announce(session, Topic.WORK, card.holder_id, role=Role(card.role), profile=card.profile)


def _leave(session: Session, card: CaseCard, outcome: LogAction) -> None:
    step = session.get_one(CaseStep, (card.id, card.step_number))
    step.left_at = clock.now()
    step.outcome = outcome


def _event(row: Transition, card: CaseCard, decision: CaseDecision, *, held_by: UUID) -> Event | None:
    about = {"case_id": card.id, "declaration_id": card.declaration_id, "submission_id": card.submission_id}
    if row.event is CaseAdvanced:
        return waits(card, passed_by=held_by if row.by is By.HOLDER else None)
    if row.event is CaseHeld:
        return CaseHeld(**about, held=row.to is CaseState.HELD)
    if row.event is CaseReturned:
        return CaseReturned(**about, decision_id=decision.id)
    if row.event is CaseRecalled:
        return CaseRecalled(**about)
    if row.event is CaseAdmitted and card.committee_id is not None:
        return CaseAdmitted(**about, committee_id=card.committee_id)
    return None
