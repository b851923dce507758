"""Opening a case when a submission arrives, unless it was taken back or a newer one is there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.crypto import keyring
from contracts.declaration import SubmissionCard
from contracts.identity import OrganizationSummary
from contracts.review import Action, CaseState, LogAction
from services.review.operations.drafting import drop_draft
from services.review.operations.moving import Acting, enter, move, tell, waits, write_log
from services.review.operations.organizations import remember_chain
from services.review.published import rules_on
from services.review.rules.profile import Resubmission, RouteRules, StepKind
from services.review.rules.route import Place, places_from
from services.review.rules.workflow import OPEN, transition
from services.review.scope import path_of
from services.review.tables import CaseCard, RecallTombstone

SUBMITTED = "submitted"
NO_MORE_AFTER = (CaseState.RETURNED, CaseState.RECALLED)


def lock_submission(session: Session, submission_id: UUID) -> None:
    """Let the arrival of a submission and its recall come one after the other, whichever is first."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"case.{submission_id}"})


def open_case(
    session: Session, *, profile: str, submission: SubmissionCard, chain: Sequence[OrganizationSummary]
) -> UUID | None:
    """Open the case of a submission and let it wait at its first place; None where it came too late.

    chain: the applicant's organisation and those above it, from below to the root.
    """
    # The declaration first, then the submission: every caller that takes both takes them in this order.
    lock_submission(session, submission.declaration_id)
    lock_submission(session, submission.submission_id)
    if session.get(RecallTombstone, submission.submission_id) is not None:
        return None
    others = session.scalars(
        select(CaseCard)
        .where(CaseCard.declaration_id == submission.declaration_id)
        .order_by(CaseCard.submission_number.desc())
        .with_for_update()
    ).all()
    if others and others[0].submission_number >= submission.submission_number:
        return None
    for other in others:
        _supersede(session, other)
        drop_draft(session, case_id=other.id)
    route_version, rules = rules_on(session, profile, submission.submitted_at)
    before = others[0] if others else None
    place = _resumed(rules, before) or places_from(rules, [one.organization_id for one in chain], own=True)[0]
    remember_chain(session, profile, chain)
    card = _new_card(profile, submission, rules, chain)
    card.route_version = route_version
    if place.step.kind is StepKind.COMMITTEE_CHECK and before is not None:
        card.committee_id, card.committee_name = before.committee_id, before.committee_name
        card.is_entrusted_review = before.is_entrusted_review
    step = enter(card, place)
    session.add(card)
    session.flush()
    session.add(step)
    write_log(
        session,
        card,
        LogAction.SUBMITTED,
        Acting(submission.account_id),
        before=None,
        step=SUBMITTED,
        at=submission.submitted_at,
    )
    tell(session, card, waits(card, passed_by=None))
    return card.id


def _supersede(session: Session, card: CaseCard) -> None:
    """An older submission that is still open gives way; its `is_latest` goes in any case."""
    if card.state in OPEN:
        row = transition(Action.SUPERSEDE, CaseState(card.state), StepKind(card.step_kind))
        move(session, card, row, acting=Acting(None))
    session.execute(
        update(CaseCard)
        .where(CaseCard.id == card.id, CaseCard.is_latest)
        .values(is_latest=False)
        .execution_options(synchronize_session=False)
    )


def _resumed(rules: RouteRules, before: CaseCard | None) -> Place | None:
    """Where a corrected submission goes on, if the profile lets it and the step still exists (HB-38)."""
    if rules.resubmission is not Resubmission.RESUME_AT_RETURNING_LEVEL or before is None:
        return None
    known = {step.id: step for step in rules.steps}
    if before.state not in NO_MORE_AFTER or before.step not in known:
        return None
    return Place(known[before.step], before.holder_id)


def _new_card(
    profile: str, submission: SubmissionCard, rules: RouteRules, chain: Sequence[OrganizationSummary]
) -> CaseCard:
    facts, setting = submission.facts, submission.setting
    return CaseCard(
        id=uuid.uuid4(),
        profile=profile,
        declaration_id=submission.declaration_id,
        submission_id=submission.submission_id,
        submission_number=submission.submission_number,
        account_id=submission.account_id,
        person_id=submission.person_id,
        batch_id=submission.batch_id,
        declaration_year=submission.declaration_year,
        submitted_at=submission.submitted_at,
        profile_version=submission.profile_version,
        real_name=submission.real_name,
        id_document_no=submission.id_document_no,
        id_document_no_hash=keyring().keyed_hash(submission.id_document_no),
        category=setting.category,
        title_series=setting.title_series,
        specialty=setting.specialty,
        declared_title=setting.declared_title,
        title_level=setting.title_level,
        declaration_mode=setting.declaration_mode,
        review_mode=setting.review_mode,
        title_labels=setting.labels,
        facts=facts,
        highest_education=_text(facts.get("highest_education")),
        first_education=_text(facts.get("first_education")),
        school=_text(facts.get("school")),
        major=_text(facts.get("major")),
        current_title=_text(facts.get("current_title")),
        current_title_level=_text(facts.get("current_title_level")),
        title_obtained_on=_day(facts.get("title_obtained_on")),
        special_experience=_text(facts.get("special_experience")),
        organization_id=chain[0].organization_id,
        organization_name=chain[0].name,
        organization_path=path_of(one.organization_id for one in chain),
        region=chain[0].region,
        competent_department=_competent_department(rules, chain).name,
        version=1,
        state=CaseState.WAITING,
        step_number=0,
        waiting_since=clock.now(),
        is_reviewed=False,
        is_latest=True,
        committee_id=None,
        committee_name=None,
        is_entrusted_review=False,
    )


def _competent_department(rules: RouteRules, chain: Sequence[OrganizationSummary]) -> OrganizationSummary:
    """主管部门 (HB-172): the nearest organisation above of the profile's categories, else the parent, else itself."""
    above = chain[1:]
    for organization in above:
        if organization.category in rules.competent_department_categories:
            return organization
    return above[0] if above else chain[0]


def _text(value: str | int | bool | None) -> str | None:
    """A word to filter by: as much of it as a filter may name, and as an index can hold."""
    return None if value is None else str(value)[:200]


def _day(value: str | int | bool | None) -> date | None:
    """A day to filter by; what is no day is not filtered by, for it must not keep a case from being opened."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
