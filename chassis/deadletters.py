"""Messages that a service gave up: `python -m chassis.deadletters list|replay|drop <service> [--event ID …]`.

`list` shows where each came from, why and when it was given up. `replay` sends events to the service once more, their
attempts forgotten. `drop` throws messages away. Without --event both take all of them; calls and undecodable messages
cannot be replayed, only dropped. The portal's page lists and replays by the same class.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from amqp import AMQPError, Channel, Connection
from amqp import Message as AmqpMessage
from amqp.exceptions import ResourceLocked
from pydantic import ValidationError

from chassis import settings, wire
from chassis.facts import shown
from chassis.link import CONNECT_TIMEOUT, PERSISTENT, BrokerAway
from chassis.topology import dead_queue, events_queue, reply_prefix, wait_exchange
from contracts.base import Envelope
from contracts.operations import DeadMessage, DeadReason

# What is looked at is away for all others meanwhile, so one looks at a time; a look takes well under a second.
LOCK_SECONDS = 5.0
# Letters of one look; behind them lie more of the same.
LOOKED_AT = 2000
ATTEMPTS_USED = "attempts used up"
NO_END = "starts without an end"
DELIVERY_LIMIT = "delivery limit"
REASONS = {
    ATTEMPTS_USED: DeadReason.ATTEMPTS,
    NO_END: DeadReason.CRASHES,
    DELIVERY_LIMIT: DeadReason.DELIVERY_LIMIT,
}
DETAIL_LENGTH = 120

DONE = {"list": "dead letters", "replay": "replayed", "drop": "dropped"}


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up; `envelope` is None where it is no event.

    error: code or kind of the last error. profile: None where none is known.
    """

    tag: int
    body: bytes
    reason: str
    error: str | None
    attempts: int | None
    key: str
    profile: str | None
    trace_id: str | None
    died_at: datetime | None
    envelope: Envelope | None

    def __str__(self) -> str:
        when = self.died_at.isoformat(timespec="seconds") if self.died_at else "-"
        what = f"{self.envelope.topic} {self.envelope.event_id}" if self.envelope else f"{self.key} (no event)"
        return f"{when}  {what}  {self.reason}" + (f": {self.error}" if self.error else "")

    def described(self) -> DeadMessage:
        """The letter as operators see it."""
        reason = REASONS.get(self.reason, DeadReason.MALFORMED)
        detail = self.reason if reason is DeadReason.MALFORMED else self.error or ""
        event = self.envelope
        return DeadMessage(
            event_id=event.event_id if event else None,
            topic=(event.topic if event else self.key)[:DETAIL_LENGTH],
            reason=reason,
            detail=detail[:DETAIL_LENGTH],
            attempts=self.attempts,
            died_at=self.died_at,
            trace_id=self.trace_id,
            occurred_at=event.occurred_at if event else None,
            account_id=event.account_id if event else None,
            facts=shown(event.payload) if event else {},
        )


class DeadLetters:
    """The dead letters of one service."""

    def __init__(self, channel: Channel, service: str) -> None:
        self._channel = channel
        self._service = service
        channel.auto_decode = False
        channel.confirm_select()

    def all(self) -> list[DeadLetter]:
        """Every letter, oldest first; those not replayed or dropped go back when the channel closes."""
        return self._read(None)[0]

    def first(self) -> tuple[list[DeadLetter], bool]:
        """The oldest `LOOKED_AT` letters, and whether there are more."""
        return self._read(LOOKED_AT)

    def _read(self, limit: int | None) -> tuple[list[DeadLetter], bool]:
        found: list[DeadLetter] = []
        left = 1
        while left and len(found) != limit:
            message = self._channel.basic_get(dead_queue(self._service))
            if message is None:
                return found, False
            found.append(_read(message))
            left = int(message.delivery_info["message_count"])
        return found, left > 0

    def look(self) -> tuple[int, float]:
        """How many there are, and the age of the oldest in seconds."""
        message = self._channel.basic_get(dead_queue(self._service))
        if message is None:
            return 0, 0.0
        died_at = _read(message).died_at
        age = (datetime.now(UTC) - died_at).total_seconds() if died_at else 0.0
        return 1 + int(message.delivery_info["message_count"]), age

    def replay(self, letter: DeadLetter) -> None:
        """Send an event to the service once more: by way of the shortest wait, which no one needs a right for."""
        self._channel.basic_publish_confirm(
            AmqpMessage(
                letter.body,
                content_type=wire.JSON,
                delivery_mode=PERSISTENT,
                user_id=self._service,
            ),
            exchange=wait_exchange(0),
            routing_key=events_queue(self._service),
            mandatory=True,
        )
        self._channel.basic_ack(letter.tag)

    def drop(self, letter: DeadLetter) -> None:
        """Throw a letter away."""
        self._channel.basic_ack(letter.tag)


@contextmanager
def dead_letters(url: str) -> Iterator[DeadLetters]:
    """The dead letters of the service as whose user `url` connects, for one reader at a time. Raises BrokerAway."""
    parts = urlsplit(url)
    user = unquote(parts.username or "")
    try:
        with Connection(
            f"{parts.hostname}:{parts.port or 5672}",
            userid=user,
            password=unquote(parts.password or ""),
            virtual_host=unquote(parts.path[1:]),
            ssl=parts.scheme == "amqps",
            connect_timeout=CONNECT_TIMEOUT,
        ) as connection:
            _lock(connection, user)
            yield DeadLetters(connection.channel(), user)
    except (AMQPError, OSError) as error:
        raise BrokerAway() from error


def _lock(connection: Connection, user: str) -> None:
    """Wait until nobody else looks: a queue of one connection's own, gone with it, is the lock."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.channel().queue_declare(f"{reply_prefix(user)}dead", exclusive=True, auto_delete=False)
            return
        except ResourceLocked:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _read(message: Any) -> DeadLetter:
    headers = message.properties.get("application_headers") or {}
    body = bytes(message.body)
    try:
        envelope = Envelope.model_validate_json(body, extra="ignore")
    except ValidationError:
        envelope = None
    died = headers.get(wire.DEAD_AT)
    attempts = headers.get(wire.ATTEMPTS)
    profile, trace_id = headers.get(wire.PROFILE), headers.get(wire.TRACE)
    return DeadLetter(
        tag=message.delivery_info["delivery_tag"],
        body=body,
        # Without our header the broker gave it up: it was delivered too often without an end.
        reason=str(headers.get(wire.DEAD_REASON, DELIVERY_LIMIT)),
        error=str(headers[wire.DEAD_ERROR]) if wire.DEAD_ERROR in headers else None,
        attempts=attempts if isinstance(attempts, int) else None,
        key=str(headers.get(wire.DEAD_KEY, message.delivery_info["routing_key"])),
        profile=envelope.profile if envelope else str(profile) if profile else None,
        trace_id=envelope.trace_id if envelope else str(trace_id) if trace_id else None,
        died_at=datetime.fromtimestamp(died / 1000, UTC) if isinstance(died, int) else None,
        envelope=envelope,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="chassis.deadletters", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("act", choices=("list", "replay", "drop"))
    parser.add_argument("service")
    parser.add_argument("--event", action="append", default=[], help="id of an event, as list shows it")
    arguments = parser.parse_args()
    with dead_letters(settings.load(arguments.service).amqp_url.get_secret_value()) as letters:
        chosen = [
            letter
            for letter in letters.all()
            if not arguments.event or (letter.envelope and str(letter.envelope.event_id) in arguments.event)
        ]
        if arguments.act == "replay":
            chosen = [letter for letter in chosen if letter.envelope]
        for letter in chosen:
            if arguments.act == "replay":
                letters.replay(letter)
            elif arguments.act == "drop":
                letters.drop(letter)
            print(letter)
    print(f"{len(chosen)} {DONE[arguments.act]}")


if __name__ == "__main__":
    main()
