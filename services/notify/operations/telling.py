"""Telling somebody: rows for each channel in the transaction of the cause, digests for what comes often."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock, jobs, live
from contracts.live import Topic
from contracts.notify import Channel, MessageState
from services.notify.rules.messages import MessageRules
from services.notify.tables import DigestRow, MessageRow, NoticeRow

SEND = "send_message"


@dataclass(frozen=True)
class Telling:
    """Something that accounts are told. `cause_id` is the event's id, so that a repeat tells nobody twice."""

    cause_id: uuid.UUID
    occasion: str
    account_ids: tuple[uuid.UUID, ...]
    params: dict[str, Any] = field(default_factory=dict)
    subject_kind: str | None = None
    subject_id: uuid.UUID | None = None


def tell(session: Session, rules: MessageRules, profile: str, telling: Telling) -> None:
    """Tell the accounts by the profile's channels, or collect it for them where the occasion has a digest."""
    for account_id in telling.account_ids:
        if rules.digest_of(telling.occasion) is None:
            _tell_one(session, rules, profile, telling, account_id)
        else:
            _collect(session, rules, profile, telling, account_id)


def _tell_one(session: Session, rules: MessageRules, profile: str, telling: Telling, account_id: uuid.UUID) -> None:
    now = clock.now()
    for channel in rules.channels_of(telling.occasion):
        if channel is Channel.IN_APP:
            session.execute(
                insert(NoticeRow)
                .values(
                    id=uuid.uuid4(),
                    profile=profile,
                    cause_id=telling.cause_id,
                    account_id=account_id,
                    occasion=telling.occasion,
                    params=telling.params,
                    subject_kind=telling.subject_kind,
                    subject_id=telling.subject_id,
                    created_at=now,
                )
                .on_conflict_do_nothing()
            )
            live.announce(session, Topic.NOTICES, account_id, profile=profile)
            continue
        message_id = session.scalar(
            insert(MessageRow)
            .values(
                id=uuid.uuid4(),
                profile=profile,
                cause_id=telling.cause_id,
                occasion=telling.occasion,
                channel=channel,
                account_id=account_id,
                params=telling.params,
                state=MessageState.WAITING,
                attempts=0,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(MessageRow.id)
        )
        if message_id is not None:
            jobs.order(session, SEND, {"message_id": str(message_id)}, profile=profile)


def _collect(session: Session, rules: MessageRules, profile: str, telling: Telling, account_id: uuid.UUID) -> None:
    """The first of a period is told at once; what follows is counted until the period is over."""
    period = rules.digest_of(telling.occasion)
    assert period is not None
    now = clock.now()
    row = session.scalar(
        select(DigestRow)
        .where(DigestRow.account_id == account_id, DigestRow.occasion == telling.occasion)
        .with_for_update()
    )
    if row is not None and row.due_at > now:
        row.count += 1
        return
    session.execute(
        insert(DigestRow)
        .values(account_id=account_id, occasion=telling.occasion, profile=profile, count=0, due_at=now + period)
        .on_conflict_do_update(index_elements=[DigestRow.account_id, DigestRow.occasion], set_={"due_at": now + period})
    )
    _tell_one(session, rules, profile, _with_count(telling, 1 + (row.count if row else 0)), account_id)
    if row is not None:
        row.count = 0


def _with_count(telling: Telling, count: int) -> Telling:
    return Telling(
        telling.cause_id,
        telling.occasion,
        telling.account_ids,
        {**telling.params, "count": count},
        telling.subject_kind,
        telling.subject_id,
    )


def tell_collected(session: Session, rules_of: dict[str, MessageRules]) -> int:
    """Tell what was collected in periods that are over; returns to how many accounts. For the elected loop."""
    now = clock.now()
    rows = session.scalars(
        select(DigestRow).where(DigestRow.count > 0, DigestRow.due_at <= now).limit(500).with_for_update()
    ).all()
    told = 0
    for row in rows:
        rules = rules_of.get(row.profile)
        period = rules.digest_of(row.occasion) if rules and row.occasion in rules.occasions else None
        if rules is None or period is None:
            row.count = 0
            continue
        telling = Telling(uuid.uuid4(), row.occasion, (row.account_id,), {"count": row.count})
        _tell_one(session, rules, row.profile, telling, row.account_id)
        row.count, row.due_at = 0, now + period
        told += 1
    return told
