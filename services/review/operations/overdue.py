"""Reminding the holders of cases that wait too long (PL-27)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock, outbox
from chassis.tables import ProfileRow
from contracts.base import Role
from contracts.events import WorkOverdue
from contracts.review import CaseState
from services.review.published import current_rules
from services.review.tables import CaseCard, OverdueReminder


def remind_of_overdue(session: Session) -> int:
    """Tell the holders of overdue cases, each post once a day, in every profile; returns how many posts were told."""
    profiles = session.scalars(select(ProfileRow.profile).where(ProfileRow.activated_at.is_not(None)).distinct()).all()
    return sum(_remind_profile(session, profile) for profile in profiles)


def _remind_profile(session: Session, profile: str) -> int:
    days = current_rules(session, profile).overdue_days
    if days is None:
        return 0
    posts = session.execute(
        select(CaseCard.holder_id, CaseCard.role, func.count().label("cases"))
        .where(
            CaseCard.profile == profile,
            CaseCard.state == CaseState.WAITING,
            CaseCard.waiting_since < clock.now() - timedelta(days=days),
        )
        .group_by(CaseCard.holder_id, CaseCard.role)
    ).all()
    today = clock.today()
    told = 0
    for post in posts:
        reminder = insert(OverdueReminder).values(
            profile=profile, organization_id=post.holder_id, role=post.role, told_on=today
        )
        first_today = session.execute(
            reminder.on_conflict_do_update(
                index_elements=[OverdueReminder.profile, OverdueReminder.organization_id, OverdueReminder.role],
                set_={"told_on": today},
                where=OverdueReminder.told_on < today,
            ).returning(OverdueReminder.told_on)
        ).first()
        if first_today is None:
            continue
        outbox.publish(
            session,
            WorkOverdue(organization_id=post.holder_id, role=Role(post.role), count=post.cases),
            aggregate_id=uuid.uuid5(post.holder_id, post.role),
            number=today.toordinal(),
            profile=profile,
        )
        told += 1
    return told
