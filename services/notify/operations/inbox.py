"""What a person does with the own notices, and staff with messages that failed."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis import audit, clock, jobs, live
from contracts.base import Actor
from contracts.errors import NotFound
from contracts.live import Topic
from contracts.notify import MessageRow, MessageState, NotResendable, ReadNotices, ResendMessage
from services.notify import tables, views
from services.notify.operations.telling import SEND
from services.notify.rules.rights import may_write


def unread(session: Session, *, actor: Actor) -> int:
    """How many of the actor's notices are unread."""
    return (
        session.scalar(
            select(func.count())
            .select_from(tables.NoticeRow)
            .where(tables.NoticeRow.account_id == actor.account_id, tables.NoticeRow.read_at.is_(None))
        )
        or 0
    )


def read_notices(session: Session, *, actor: Actor, command: ReadNotices) -> int:
    """Mark own notices as read; those of others are left alone. Answers how many are unread now."""
    wanted = update(tables.NoticeRow).where(
        tables.NoticeRow.account_id == actor.account_id, tables.NoticeRow.read_at.is_(None)
    )
    if command.notice_ids is not None:
        wanted = wanted.where(tables.NoticeRow.id.in_(command.notice_ids))
    if session.scalars(wanted.values(read_at=clock.now()).returning(tables.NoticeRow.id)).all():
        live.announce(session, Topic.NOTICES, actor.account_id)
    return unread(session, actor=actor)


def resend_message(session: Session, *, actor: Actor, command: ResendMessage) -> MessageRow:
    """Send a failed message again. Refuses: NotAllowed, NotFound, NotResendable."""
    may_write(actor)
    row = session.scalar(select(tables.MessageRow).where(tables.MessageRow.id == command.message_id).with_for_update())
    if row is None:
        raise NotFound()
    if row.state != MessageState.FAILED:
        raise NotResendable()
    row.state, row.error_code, row.created_at = MessageState.WAITING, None, clock.now()
    jobs.order(session, SEND, {"message_id": str(row.id)})
    audit.record(session, "message_resent", "message", row.id)
    return views.message(row)
