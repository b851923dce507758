"""The published rules: those of a meeting's or expert's own version, and the current ones for what begins."""

from __future__ import annotations

from sqlalchemy.orm import Session

from chassis.profiles import Profiles
from services.committee.rules.judging_profile import JudgingRules
from services.committee.rules.profile import CommitteeProfile
from services.committee.tables import Meeting

PROFILES = Profiles(CommitteeProfile)


def judging_rules(session: Session, meeting: Meeting) -> JudgingRules:
    """What the profile of the meeting's creation says of scoring, vote and notice."""
    return PROFILES.get(session, meeting.profile, meeting.profile_version).rules.judging
