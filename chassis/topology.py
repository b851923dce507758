"""The broker's topology as data, made from the contracts: who may say what to whom, and where messages wait.

Only `deploy/rabbitmq/` and the launcher declare it; services check passively and wait. A queue is declared with its
type alone, everything that may change (limits, times to live, dead-lettering) is a policy. Nothing here is newer than
RabbitMQ 3.10 and nothing is refused by 4.x.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.base import SERVICES, Contract, Event

VHOST = "zhiping"
USERS = (*SERVICES, "gateway", "publisher")

RPC_EXCHANGE = "nameko-rpc"
EVENTS_EXCHANGE = "events"
DEAD_EXCHANGE = "dead"
LIVE_EXCHANGE = "live"

# What a message that could not be handled waits before the next attempt, in seconds. A fault of the world always
# waits the longest.
DELAYS = (5, 20, 60)

# A queue of calls holds what its service can answer before the callers give up; more is refused at once.
CALLS_LIMIT = 2_000
# Crashes only: every start of a redelivered message is counted in the inbox, which gives up after three.
DELIVERY_LIMIT = 50


def calls_queue(service: str) -> str:
    """Where the calls for a service arrive."""
    return f"rpc-{service}"


def events_queue(service: str) -> str:
    """Where the events for a service arrive: one queue for all of them, in the order of their publication."""
    return f"{service}.events"


def dead_queue(service: str) -> str:
    """Where the messages lie that a service gave up."""
    return f"{service}.dead"


def wait_exchange(step: int) -> str:
    """Where a message is sent to wait `DELAYS[step]` seconds; the routing key is the queue it comes back to."""
    return f"wait.{step + 1}"


def reply_prefix(user: str) -> str:
    """How the names of a user's reply queues begin, which are also their routing keys."""
    return f"reply.{user}."


# Where an answer may be sent: to a reply queue of ours, or of Nameko's own clients, whose keys are bare UUIDs. Neither
# can be the key of a call, so nobody makes a service call another by asking for the answer there.
REPLY_KEY = r"(reply\.[a-z]+\.[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def live_prefix(user: str) -> str:
    """How the names of a user's queues for live updates begin."""
    return f"live.{user}."


def definitions(
    users: Mapping[str, str],
    *,
    contracts: Iterable[type[Contract]] | None = None,
    events: Iterable[type[Event]] | None = None,
    delays: tuple[int | float, ...] = DELAYS,
) -> dict[str, Any]:
    """The whole topology in RabbitMQ's definitions format; `users` maps each broker user to its password.

    Without `contracts` and `events` those of the platform are taken.
    """
    if contracts is None:
        from contracts.catalogue import CONTRACTS

        contracts = CONTRACTS
    if events is None:
        from contracts.events import EVENTS

        events = EVENTS
    contracts, events = tuple(contracts), tuple(events)
    services = tuple(contract.name for contract in contracts)
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, password) for name, password in users.items()],
        "permissions": [_permission(name, services) for name in users],
        "topic_permissions": [
            permission for name in users for permission in _topic_permissions(name, contracts, events)
        ],
        "exchanges": [
            _exchange(RPC_EXCHANGE, "topic"),
            _exchange(EVENTS_EXCHANGE, "topic"),
            _exchange(DEAD_EXCHANGE, "direct"),
            _exchange(LIVE_EXCHANGE, "fanout"),
            *(_exchange(wait_exchange(step), "fanout") for step in range(len(delays))),
        ],
        "queues": [
            *(_queue(calls_queue(service), "classic") for service in services),
            *(_queue(events_queue(service), "quorum") for service in services),
            *(_queue(dead_queue(service), "quorum") for service in services),
            *(_queue(wait_exchange(step), "quorum") for step in range(len(delays))),
        ],
        "bindings": [
            *(_binding(RPC_EXCHANGE, calls_queue(service), f"{service}.*") for service in services),
            *(
                _binding(EVENTS_EXCHANGE, events_queue(listener), event.topic())
                for event in events
                for listener in event.listeners
            ),
            *(_binding(DEAD_EXCHANGE, dead_queue(service), service) for service in services),
            *(_binding(wait_exchange(step), wait_exchange(step), "") for step in range(len(delays))),
        ],
        "policies": [
            _policy("calls", "^rpc-", {"max-length": CALLS_LIMIT, "overflow": "reject-publish"}),
            # Looking at dead letters counts as delivering them, and the limit of 4.x would drop them after twenty.
            _policy("dead", r"\.dead$", {"delivery-limit": 1_000_000}),
            *(
                _policy(
                    f"events-{service}",
                    f"^{re.escape(events_queue(service))}$",
                    {
                        "delivery-limit": DELIVERY_LIMIT,
                        "dead-letter-exchange": DEAD_EXCHANGE,
                        "dead-letter-routing-key": service,
                        "dead-letter-strategy": "at-least-once",
                        "overflow": "reject-publish",
                    },
                )
                for service in services
            ),
            *(
                _policy(
                    wait_exchange(step),
                    f"^{re.escape(wait_exchange(step))}$",
                    {
                        "message-ttl": int(delay * 1000),
                        # the default exchange, under the routing key with which the message came
                        "dead-letter-exchange": "",
                        "dead-letter-strategy": "at-least-once",
                        "overflow": "reject-publish",
                    },
                )
                for step, delay in enumerate(delays)
            ),
        ],
    }


def _user(name: str, password: str) -> dict[str, Any]:
    # The salt follows from the password, so that the same input gives the same file. The passwords are generated and
    # long, there is no dictionary to protect against.
    salt = hashlib.sha256(f"{name}:{password}".encode()).digest()[:4]
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "",
    }


def _permission(user: str, services: tuple[str, ...]) -> dict[str, str]:
    own = f"{re.escape(reply_prefix(user))}.*"
    if user == "gateway":
        own += f"|{re.escape(live_prefix(user))}.*"
    write = [own, RPC_EXCHANGE]
    read = [own, RPC_EXCHANGE]
    if user == "gateway":
        read += [LIVE_EXCHANGE]
    if user in services:
        write += [EVENTS_EXCHANGE, LIVE_EXCHANGE, DEAD_EXCHANGE, r"wait\.[0-9]+"]
        read += [re.escape(queue(user)) for queue in (calls_queue, events_queue, dead_queue)]
    return {
        "user": user,
        "vhost": VHOST,
        "configure": f"^({own})$",
        "write": f"^({'|'.join(write)})$",
        "read": f"^({'|'.join(read)})$",
    }


def _topic_permissions(
    user: str, contracts: Iterable[type[Contract]], events: Iterable[type[Event]]
) -> list[dict[str, str]]:
    """A user calls only methods whose `callers` name it, binds only its own reply key, tells only its own events."""
    allowed = [
        f"{contract.name}\\.({'|'.join(methods)})"
        for contract in contracts
        if (methods := [name for name, options in contract.methods().items() if user in options.callers])
    ]
    if any(contract.name == user for contract in contracts):
        # The answer goes wherever the caller asked; the key of a reply queue cannot be guessed.
        allowed.append(REPLY_KEY)
    told = [re.escape(event.topic()) for event in events if event.source == user]
    return [
        {
            "user": user,
            "vhost": VHOST,
            "exchange": RPC_EXCHANGE,
            "write": f"^({'|'.join(allowed)})$",
            "read": f"^{re.escape(reply_prefix(user))}.*$",
        },
        {
            "user": user,
            "vhost": VHOST,
            "exchange": EVENTS_EXCHANGE,
            "write": f"^({'|'.join(told)})$",
            "read": "^$",
        },
    ]


def _exchange(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _queue(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "durable": True,
        "auto_delete": False,
        "arguments": {"x-queue-type": kind},
    }


def _binding(source: str, queue: str, key: str) -> dict[str, Any]:
    return {
        "source": source,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }


def _policy(name: str, pattern: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "pattern": pattern,
        "apply-to": "queues",
        "priority": 1,
        "definition": definition,
    }
