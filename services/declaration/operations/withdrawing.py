"""Taking a submission back before anybody decided (HB-104, HB-105), and giving a declaration up (HB-102)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.commands import check_version, was_carried_out
from contracts.base import Actor
from contracts.declaration.drafts import DeclarationSummary, DiscardDeclaration, WithdrawDeclaration
from contracts.declaration.workflow import Trigger
from contracts.events import DeclarationDiscarded
from services.declaration.operations.following import recall
from services.declaration.operations.moving import move, require, tell
from services.declaration.scope import find_own
from services.declaration.tables import Declaration
from services.declaration.views import summary


def submissions_to_recall(session: Session, *, actor: Actor, command: WithdrawDeclaration) -> tuple[UUID, ...]:
    """The submission that review must let go first; none where it already has, or where this is a repeat.

    Refuses: NotFound, WrongState, StaleVersion.
    """
    declaration = find_own(session, actor, command.declaration_id)
    if was_carried_out(session, command) or _is_taken_back(declaration) or declaration.submission_id is None:
        return ()
    require(session, declaration, Trigger.WITHDRAW)
    check_version(declaration.version, command)
    return (declaration.submission_id,)


def withdraw_declaration(session: Session, *, command: WithdrawDeclaration, actor: Actor) -> DeclarationSummary:
    """Apply that review let the submission go; the event about it may have come first."""
    declaration = find_own(session, actor, command.declaration_id, lock=True)
    if not _is_taken_back(declaration):
        require(session, declaration, Trigger.WITHDRAW)
        recall(session, declaration)
    return summary(session, declaration)


def _is_taken_back(declaration: Declaration) -> bool:
    return declaration.is_recalled and declaration.is_open


def discard_declaration(session: Session, *, command: DiscardDeclaration, actor: Actor) -> DeclarationSummary:
    """Give the declaration up; another one of the year can be begun then."""
    declaration = find_own(session, actor, command.declaration_id, lock=True)
    row = require(session, declaration, Trigger.DISCARD)
    check_version(declaration.version, command)
    move(session, declaration, row)
    tell(session, declaration, DeclarationDiscarded(declaration_id=declaration.id))
    return summary(session, declaration)
