"""The published route rules: of a case's own version, and the current ones for words and limits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import context
from chassis.profiles import Profiles
from chassis.tables import ProfileRow
from contracts.declaration.forms import Block
from contracts.review import Action, CaseState
from services.review.rules.profile import Label, ReviewSlice, RouteRules
from services.review.tables import CaseCard

PROFILES = Profiles(ReviewSlice)


def rules_of(session: Session, card: CaseCard) -> RouteRules:
    """The rules by which the case was opened and is decided to its end."""
    return PROFILES.get(session, card.profile, card.route_version).route


def form_of(session: Session, card: CaseCard) -> dict[str, Block]:
    """The blocks of the form that was submitted; none where that version was stored without its form."""
    return PROFILES.get(session, card.profile, card.profile_version).blocks()


def rules_on(session: Session, profile: str, moment: datetime) -> tuple[int, RouteRules]:
    """Version and rules that held at a moment: a submission takes the route rules of its day (design §1)."""
    version = session.scalar(
        select(ProfileRow.version)
        .where(ProfileRow.profile == profile, ProfileRow.activated_at <= moment)
        .order_by(ProfileRow.activated_at.desc())
        .limit(1)
    )
    if version is None:
        found, rules = PROFILES.current(session, profile)
        return found, rules.route
    return version, PROFILES.get(session, profile, version).route


def current_rules(session: Session, profile: str) -> RouteRules:
    """The rules whose words and limits hold now."""
    return PROFILES.current(session, profile)[1].route


def words(label: Label) -> str:
    """A label in the language of the running call."""
    return label.in_locale(context.current().locale)


class Labels:
    """The province's present words in the language of the running call, read once for a whole list or log."""

    def __init__(self, session: Session, profile: str) -> None:
        self._session = session
        self._rules = current_rules(session, profile)

    def state(self, state: CaseState) -> str:
        return words(self._rules.states[state])

    def action(self, action: Action) -> str:
        return words(self._rules.actions[action])

    def step(self, card: CaseCard, step: str) -> str:
        """The words for a step, those of the case's own version where the step is no more."""
        if step in (known.id for known in self._rules.steps):
            return words(self._rules.step(step).label)
        return words(rules_of(self._session, card).step(step).label)
