"""The published slice: of a declaration's own version, and the current one for new declarations and for words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from chassis.profiles import Profiles
from services.declaration.rules.profile import DeclarationProfile
from services.declaration.tables import Declaration

PROFILES = Profiles(DeclarationProfile)


def slice_of(session: Session, declaration: Declaration) -> DeclarationProfile:
    """Form, catalogue and workflow with which the declaration was begun, and which it keeps."""
    return PROFILES.get(session, declaration.profile, declaration.profile_version)
