"""Bringing an open draft to a newer form, where the publisher laid that down for a day (design §1)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from chassis import audit, clock
from contracts.base import Actor
from contracts.declaration.drafts import SettingInput
from contracts.errors import InvalidInput
from services.declaration.operations.moving import touch
from services.declaration.published import PROFILES, slice_of
from services.declaration.rules import workflow
from services.declaration.rules.settings import choose_setting
from services.declaration.scope import find_own
from services.declaration.tables import Declaration


def upgrade_draft(session: Session, *, actor: Actor, declaration_id: UUID) -> None:
    """Let an own draft go on with the current form if it must; harmless where it need not. Refuses: NotFound.

    A draft of what the newer catalogue no longer knows, or in a state of which the newer workflow knows nothing,
    keeps its form.
    """
    if not _is_due(session, find_own(session, actor, declaration_id)):
        return
    declaration = find_own(session, actor, declaration_id, lock=True)
    if not _is_due(session, declaration):
        return
    version, current = PROFILES.current(session, declaration.profile)
    try:
        choice = choose_setting(current, SettingInput(**declaration.setting))
    except InvalidInput:
        return
    declaration.labels = choice.labels
    declaration.upgraded_from, declaration.upgraded_at = declaration.profile_version, clock.now()
    declaration.profile_version = version
    touch(declaration)
    audit.record(
        session,
        "draft_upgraded",
        "declaration",
        declaration.id,
        from_version=declaration.upgraded_from,
        to_version=version,
    )


def _is_due(session: Session, declaration: Declaration) -> bool:
    version, current = PROFILES.current(session, declaration.profile)
    day = current.upgrade_drafts_from
    if day is None or clock.today() < day or declaration.profile_version >= version:
        return False
    table = slice_of(session, declaration).workflow
    is_known = declaration.state in (state.id for state in current.workflow.states)
    return is_known and workflow.is_editable(table, declaration.state)
