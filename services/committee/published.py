"""The published rules: those of a meeting's or expert's own version, and the current ones for what begins."""

from __future__ import annotations

from chassis.profiles import Profiles
from services.committee.rules.profile import CommitteeProfile

PROFILES = Profiles(CommitteeProfile)
