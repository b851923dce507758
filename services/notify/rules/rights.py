"""Who may do what with messages and articles."""

from __future__ import annotations

from contracts.base import Actor, Role
from contracts.errors import NotAllowed


def may_write(actor: Actor) -> None:
    """Refuses: NotAllowed, where the actor does not run the platform."""
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotAllowed(Role.SYSTEM_ADMIN)
