"""Messages that a service gave up: `python -m chassis.deadletters list|replay|drop <service> [--event ID …]`.

`list` shows where each came from, why and when it was given up. `replay` sends events to the service once more, their
attempts forgotten. `drop` throws messages away. Without --event both take all of them; calls and undecodable messages
cannot be replayed, only dropped.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from amqp import Channel, Connection
from amqp import Message as AmqpMessage
from pydantic import ValidationError

from chassis import settings, wire
from chassis.link import CONNECT_TIMEOUT, PERSISTENT
from chassis.topology import dead_queue, events_queue, wait_exchange
from contracts.base import Envelope

DONE = {"list": "dead letters", "replay": "replayed", "drop": "dropped"}


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up; `envelope` is None where it is no event."""

    tag: int
    body: bytes
    reason: str
    key: str
    died_at: datetime | None
    envelope: Envelope | None

    def __str__(self) -> str:
        when = self.died_at.isoformat(timespec="seconds") if self.died_at else "-"
        what = f"{self.envelope.topic} {self.envelope.event_id}" if self.envelope else f"{self.key} (no event)"
        return f"{when}  {what}  {self.reason}"


class DeadLetters:
    """The dead letters of one service."""

    def __init__(self, channel: Channel, service: str) -> None:
        self._channel = channel
        self._service = service
        channel.auto_decode = False
        channel.confirm_select()

    def all(self) -> list[DeadLetter]:
        """Every letter, oldest first; those not replayed or dropped go back when the channel closes."""
        found = []
        while (message := self._channel.basic_get(dead_queue(self._service))) is not None:
            found.append(_read(message))
        return found

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
    """The dead letters of the service as whose user `url` connects."""
    parts = urlsplit(url)
    user = unquote(parts.username or "")
    with Connection(
        f"{parts.hostname}:{parts.port or 5672}",
        userid=user,
        password=unquote(parts.password or ""),
        virtual_host=unquote(parts.path[1:]),
        ssl=parts.scheme == "amqps",
        connect_timeout=CONNECT_TIMEOUT,
    ) as connection:
        yield DeadLetters(connection.channel(), user)


def _read(message: Any) -> DeadLetter:
    headers = message.properties.get("application_headers") or {}
    body = bytes(message.body)
    try:
        envelope = Envelope.model_validate_json(body, extra="ignore")
    except ValidationError:
        envelope = None
    died = headers.get(wire.DEAD_AT)
    return DeadLetter(
        tag=message.delivery_info["delivery_tag"],
        body=body,
        # Without our header the broker gave it up: it was delivered too often without an end.
        reason=str(headers.get(wire.DEAD_REASON, "delivery limit")),
        key=str(headers.get(wire.DEAD_KEY, message.delivery_info["routing_key"])),
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
