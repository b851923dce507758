"""A scoring standard as acts on it answer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.committee.materials import Standard, StandardItem, StandardSheet
from services.committee.published import PROFILES
from services.committee.tables import Meeting, ScoringItem, ScoringSheet, ScoringStandard
from services.committee.views.log import log_of


def standard_of(session: Session, meeting: Meeting) -> Standard:
    """The answer to every act on a standard; before there is one, only the profile's proposals."""
    session.flush()
    found = session.get(ScoringStandard, meeting.id)
    profile = PROFILES.get(session, meeting.profile, meeting.profile_version)
    return Standard(
        meeting_id=meeting.id,
        state=found.state if found else "draft",
        sheets=sheets_of(session, meeting.id),
        version=found.version if found else 0,
        submitted_at=found.submitted_at if found else None,
        confirmed_at=found.confirmed_at if found else None,
        proposals=profile.rules.standards,
        log=log_of(session, meeting.id),
    )


def sheets_of(session: Session, meeting_id: UUID) -> tuple[StandardSheet, ...]:
    """The sheets with their items in order."""
    return tuple(
        StandardSheet(
            group_id=sheet.group_id,
            title_level=sheet.title_level,
            name=sheet.name,
            total=sheet.total,
            step=sheet.step,
            comment_required_below_percent=sheet.comment_required_below_percent,
            comment_max=sheet.comment_max,
            items=tuple(
                StandardItem(
                    code=item.code,
                    name=item.name,
                    maximum=item.maximum,
                    description=item.description,
                    evidence=tuple(item.evidence),
                )
                for item in session.scalars(
                    select(ScoringItem).filter_by(sheet_id=sheet.id).order_by(ScoringItem.position)
                )
            ),
        )
        for sheet in session.scalars(
            select(ScoringSheet)
            .filter_by(meeting_id=meeting_id)
            .order_by(ScoringSheet.group_id.nulls_first(), ScoringSheet.title_level.nulls_first())
        )
    )
