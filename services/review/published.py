"""The published route rules: of a case's own version, and the current ones for words and limits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from chassis import context
from chassis.profiles import Profiles
from services.review.rules.profile import Label, ReviewSlice, RouteRules
from services.review.tables import CaseCard

PROFILES = Profiles(ReviewSlice)


def rules_of(session: Session, card: CaseCard) -> RouteRules:
    """The rules by which the case was opened and is decided to its end."""
    return PROFILES.get(session, card.profile, card.profile_version).route


def current_rules(session: Session, profile: str) -> RouteRules:
    """The rules whose words and limits hold now."""
    return PROFILES.current(session, profile)[1].route


def step_label(session: Session, card: CaseCard, step: str) -> str:
    """The province's present words for a step, those of the case's own version where the step is no more."""
    for rules in (current_rules(session, card.profile), rules_of(session, card)):
        for known in rules.steps:
            if known.id == step:
                return words(known.label)
    raise LookupError(f"step {step} is in neither version")


def words(label: Label) -> str:
    """A label in the language of the running call."""
    return label.in_locale(context.current().locale)
