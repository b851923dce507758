"""What is deleted when its time is over (PL-38); `docs/personal-data.md` says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from chassis import clock
from services.identity.rules.profile import RetentionRules
from services.identity.tables import ApplicantImportRow, AttemptRow, CaptchaRow, RecoveryRow, SessionRow

# So that who types the code too late is told so.
RECOVERIES_KEPT = timedelta(days=1)


def forget_what_is_over(session: Session, *, retention: Mapping[str, RetentionRules]) -> None:
    """Delete captchas, recoveries, counters, and by each profile's rules workbooks and sessions whose time is over."""
    now = clock.now()
    for profile, kept in retention.items():
        workbooks, sessions = timedelta(days=kept.workbooks_days), timedelta(days=kept.sessions_days)
        session.execute(
            delete(ApplicantImportRow).where(
                ApplicantImportRow.profile == profile, ApplicantImportRow.ordered_at < now - workbooks
            )
        )
        session.execute(delete(SessionRow).where(SessionRow.profile == profile, SessionRow.expires_at < now - sessions))
    session.execute(delete(CaptchaRow).where(CaptchaRow.expires_at < now))
    session.execute(delete(RecoveryRow).where(RecoveryRow.expires_at < now - RECOVERIES_KEPT))
    # Rows that a sign-in holds are left for the next time.
    over = select(AttemptRow.profile, AttemptRow.kind, AttemptRow.subject).where(AttemptRow.window_ends_at < now)
    session.execute(
        delete(AttemptRow).where(
            tuple_(AttemptRow.profile, AttemptRow.kind, AttemptRow.subject).in_(over.with_for_update(skip_locked=True))
        )
    )
