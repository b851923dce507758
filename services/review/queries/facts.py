"""What other services ask about decisions and admitted cases, and what screens ask about the route."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.base import Actor
from contracts.declaration import SubmissionCard
from contracts.errors import NotFound
from contracts.remarks import Remark
from contracts.review import (
    AdmittedCase,
    CaseState,
    CommonOpinions,
    LogAction,
    ReturnFacts,
    RouteDescription,
    StepDescription,
)
from services.review.published import Labels, current_rules, words
from services.review.queries.cases import names_of, setting_of
from services.review.scope import organizations_on
from services.review.tables import CaseCard, CaseDecision, CommonOpinionList


def return_facts(session: Session, *, decision_id: UUID) -> ReturnFacts:
    """Opinion and deadline of a return. Refuses: NotFound."""
    decision = session.get(CaseDecision, decision_id)
    if decision is None or decision.action != LogAction.RETURNED:
        raise NotFound()
    return ReturnFacts(
        decision_id=decision.id,
        submission_id=decision.submission_id,
        opinion=decision.opinion,
        deadline=decision.deadline,
        remarks=tuple(Remark.model_validate(remark) for remark in decision.remarks),
    )


def admitted_case(session: Session, *, case_id: UUID) -> AdmittedCase:
    """A case that passed the material check, as it was submitted. Refuses: NotFound."""
    card = session.get(CaseCard, case_id)
    if card is None or card.state != CaseState.ADMITTED or card.committee_id is None:
        raise NotFound()
    return AdmittedCase(
        case_id=card.id,
        committee_id=card.committee_id,
        card=SubmissionCard(
            submission_id=card.submission_id,
            declaration_id=card.declaration_id,
            submission_number=card.submission_number,
            person_id=card.person_id,
            account_id=card.account_id,
            organization_id=card.organization_id,
            declaration_year=card.declaration_year,
            batch_id=card.batch_id,
            submitted_at=card.submitted_at,
            profile_version=card.profile_version,
            real_name=card.real_name,
            id_document_no=card.id_document_no,
            setting=setting_of(card),
            facts=card.facts,
        ),
        organization_name=card.organization_name,
        organization_ids=organizations_on(card.organization_path),
        recommendations=recommendations(session, card),
        is_entrusted_review=card.is_entrusted_review,
    )


def recommendations(session: Session, card: CaseCard) -> tuple[dict[str, Any], ...]:
    """The units' recommendation data on the way (HB-T30), the own unit's first."""
    decisions = session.scalars(
        select(CaseDecision)
        .where(CaseDecision.case_id == card.id, CaseDecision.recommendation.is_not(None))
        .order_by(CaseDecision.number)
    ).all()
    names = names_of(session, {line.organization_id for line in decisions if line.organization_id})
    labels = Labels(session, card.profile)
    return tuple(
        {
            **(line.recommendation or {}),
            "organization_id": str(line.organization_id),
            "organization_name": names[line.organization_id] if line.organization_id else "",
            "step": line.step,
            "step_label": labels.step(card, line.step),
            "at": line.at.isoformat(),
        }
        for line in decisions
    )


def common_opinions(session: Session, *, actor: Actor) -> CommonOpinions:
    """The officer's own phrases, the province's start set until some were saved."""
    kept = session.get(CommonOpinionList, (actor.profile, actor.account_id))
    if kept is None:
        return CommonOpinions(version=0, phrases=current_rules(session, actor.profile).common_opinions)
    return CommonOpinions(version=kept.version, phrases=tuple(kept.phrases))


def route_description(session: Session, *, profile: str) -> RouteDescription:
    """Steps, words and limits of the current route rules."""
    rules = current_rules(session, profile)
    return RouteDescription(
        steps=tuple(
            StepDescription(
                step=step.id,
                kind=step.kind,
                role=step.role,
                recommendation=step.recommendation,
                label=words(step.label),
            )
            for step in rules.steps
        ),
        states={state: words(label) for state, label in rules.states.items()},
        actions={action: words(label) for action, label in rules.actions.items()},
        opinion_limit=rules.opinion_limit,
        batch_limit=rules.batch_limit,
        export_limit=rules.export_limit,
        overdue_days=rules.overdue_days,
    )
