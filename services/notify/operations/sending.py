"""Sending one message: to whom, within which limits, and what came of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from chassis import clock, late
from chassis.crypto import keyring
from chassis.tables import JobRow
from contracts.identity import Contact
from contracts.notify import Channel, MessageState
from contracts.operations import LateJobAct
from services.notify.rules.messages import MessageRules
from services.notify.tables import MessageRow

WAITED_TOO_LONG = "notify.waited_too_long"
NO_ADDRESS = "notify.no_address"
DAILY_LIMIT = "notify.daily_limit"
REFUSED = "notify.refused_by_provider"
CODE_OVER = "notify.code_over"
GIVEN_UP = "notify.given_up"


@dataclass(frozen=True)
class Due:
    """A message that is to be sent now."""

    message_id: uuid.UUID
    profile: str
    occasion: str
    channel: Channel
    account_id: uuid.UUID
    cause_id: uuid.UUID
    params: dict[str, object]


def begin_sending(session: Session, message_id: uuid.UUID, rules: MessageRules) -> Due | None:
    """Count an attempt and say what is to be sent; None where nothing is to be done any more."""
    row = session.scalar(select(MessageRow).where(MessageRow.id == message_id).with_for_update())
    if row is None or row.state != MessageState.WAITING:
        return None
    if clock.now() - row.created_at > timedelta(hours=rules.limits.give_up_hours):
        row.state, row.error_code = MessageState.FAILED, WAITED_TOO_LONG
        return None
    row.attempts += 1
    return Due(row.id, row.profile, row.occasion, Channel(row.channel), row.account_id, row.cause_id, dict(row.params))


def address_of(contact: Contact | None, channel: Channel) -> str | None:
    """Where the contact is reached by the channel."""
    if contact is None:
        return None
    return contact.mobile if channel is Channel.SMS else contact.email


def is_within_limits(session: Session, due: Due, address: str, rules: MessageRules) -> bool:
    """Whether number and account may get one more SMS today (PL-30)."""
    if due.channel is not Channel.SMS:
        return True
    today = clock.start_of(clock.today())

    def sent(*conditions: object) -> int:
        return (
            session.scalar(
                select(func.count())
                .select_from(MessageRow)
                .where(MessageRow.channel == Channel.SMS, MessageRow.sent_at >= today, *conditions)  # type: ignore[arg-type]
            )
            or 0
        )

    return (
        sent(MessageRow.recipient_hash == keyring().keyed_hash(address)) < rules.limits.number_per_day
        and sent(MessageRow.account_id == due.account_id) < rules.limits.account_per_day
    )


def note_sent(session: Session, due: Due, *, address: str, reference: str | None) -> None:
    """The provider took the message."""
    session.execute(
        update(MessageRow)
        .where(MessageRow.id == due.message_id, MessageRow.state == MessageState.WAITING)
        .values(
            state=MessageState.SENT,
            sent_at=clock.now(),
            recipient_hash=keyring().keyed_hash(address),
            provider_reference=reference,
        )
    )


def note_failed(session: Session, message_id: uuid.UUID, error_code: str) -> None:
    """The message will never arrive."""
    session.execute(
        update(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.state == MessageState.WAITING)
        .values(state=MessageState.FAILED, error_code=error_code)
    )


def give_up(session: Session, *, command: LateJobAct) -> None:
    """End a late job for good; what it was to send has failed and can be sent again. Refuses: NotFound, WrongState."""
    late.give_up(session, command.job_id)
    job = session.get_one(JobRow, command.job_id)
    if message_id := job.payload.get("message_id"):
        note_failed(session, uuid.UUID(message_id), GIVEN_UP)


def drop(session: Session, due: Due) -> None:
    """Forget an e-mail to somebody who gave no address: nothing failed, other channels tell them."""
    session.execute(delete(MessageRow).where(MessageRow.id == due.message_id))


def note_receipt(session: Session, reference: str, *, delivered: bool) -> None:
    """The provider says whether the message reached the telephone."""
    now = clock.now()
    values = (
        {"state": MessageState.DELIVERED, "delivered_at": now}
        if delivered
        else {"state": MessageState.FAILED, "error_code": REFUSED, "sent_at": None}
    )
    session.execute(
        update(MessageRow)
        .where(MessageRow.provider_reference == reference, MessageRow.state == MessageState.SENT)
        .values(**values)
    )
