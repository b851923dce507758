"""What is deleted when its time is over (PL-38); `docs/personal-data.md` says the same."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from chassis import clock
from services.identity.tables import ApplicantImportRow, AttemptRow, CaptchaRow, RecoveryRow, SessionRow

# Signed-in times and addresses are kept this long after the session, to be looked up when an account was misused.
SESSIONS_KEPT = timedelta(days=180)
WORKBOOKS_KEPT = timedelta(days=30)
# So that who types the code too late is told so.
RECOVERIES_KEPT = timedelta(days=1)


def forget_what_is_over(session: Session) -> None:
    """Delete captchas, recoveries, counters, workbooks and sessions whose time is over."""
    now = clock.now()
    session.execute(delete(ApplicantImportRow).where(ApplicantImportRow.ordered_at < now - WORKBOOKS_KEPT))
    session.execute(delete(CaptchaRow).where(CaptchaRow.expires_at < now))
    session.execute(delete(RecoveryRow).where(RecoveryRow.expires_at < now - RECOVERIES_KEPT))
    # Rows that a sign-in holds are left for the next time.
    over = select(AttemptRow.profile, AttemptRow.kind, AttemptRow.subject).where(AttemptRow.window_ends_at < now)
    session.execute(
        delete(AttemptRow).where(
            tuple_(AttemptRow.profile, AttemptRow.kind, AttemptRow.subject).in_(over.with_for_update(skip_locked=True))
        )
    )
    session.execute(delete(SessionRow).where(SessionRow.expires_at < now - SESSIONS_KEPT))
