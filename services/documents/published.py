"""The published profiles of this service, each version parsed once per process."""

from __future__ import annotations

from chassis.profiles import Profiles
from services.documents.rules.profile import DocumentsProfile

PROFILES = Profiles(DocumentsProfile)
