"""What the platform tells by itself: that a window was extended, and that one ends soon (PL-27)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis import clock
from contracts.events import DeadlineNear, WindowExtended
from services.declaration.operations.moving import tell
from services.declaration.published import PROFILES
from services.declaration.tables import Batch, Declaration

AT_ONCE = 500


def tell_extended_windows(session: Session) -> None:
    """Tell the applicants of open declarations whose window is longer than they know."""
    for declaration, batch in session.execute(
        select(Declaration, Batch)
        .join(Batch, Batch.id == Declaration.batch_id)
        .where(Declaration.is_open, Declaration.told_window < Batch.closes_on)
        .limit(AT_ONCE)
        .with_for_update(of=Declaration, skip_locked=True)
    ).all():
        declaration.told_window = batch.closes_on
        event = WindowExtended(declaration_id=declaration.id, account_id=declaration.account_id)
        tell(session, declaration, event)


def remind_of_deadlines(session: Session) -> None:
    """Remind the applicants of declarations that were never handed in before their window ends; once for each end."""
    today = clock.today()
    for profile in session.scalars(select(Batch.profile).distinct()).all():
        _, published = PROFILES.current(session, profile)
        last = today + timedelta(days=published.rules.deadline_notice_days)
        for declaration, batch in session.execute(
            select(Declaration, Batch)
            .join(Batch, Batch.id == Declaration.batch_id)
            .where(
                Batch.profile == profile,
                Batch.closes_on.between(today, last),
                Declaration.is_open,
                Declaration.correct_until.is_(None),
                or_(Declaration.warned_window.is_(None), Declaration.warned_window < Batch.closes_on),
            )
            .limit(AT_ONCE)
            .with_for_update(of=Declaration, skip_locked=True)
        ).all():
            declaration.warned_window = batch.closes_on
            tell(session, declaration, DeadlineNear(declaration_id=declaration.id, account_id=declaration.account_id))
