"""The broker's topology says what the contracts say, and no more."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from chassis.topology import DELAYS, REPLY_KEY, USERS, VHOST, definitions
from contracts.base import SERVICES
from contracts.catalogue import CONTRACTS
from contracts.events import EVENTS

PASSWORDS = {user: f"password of {user}" for user in USERS}
TOPOLOGY = definitions(PASSWORDS)


def _of(kind: str, user: str, **wanted: str) -> dict[str, Any]:
    (found,) = [
        entry for entry in TOPOLOGY[kind] if entry["user"] == user and all(entry[k] == v for k, v in wanted.items())
    ]
    return dict(found)


def test_definitions_are_pure() -> None:
    """The same users give the same file, so that starting again changes nothing."""
    assert definitions(PASSWORDS) == TOPOLOGY
    assert json.loads(json.dumps(TOPOLOGY)) == TOPOLOGY


def test_passwords_are_hashed_as_the_broker_does() -> None:
    """The file holds salted hashes, never a password."""
    assert "password of" not in json.dumps(TOPOLOGY)
    for user in TOPOLOGY["users"]:
        raw = base64.b64decode(user["password_hash"])
        assert raw[4:] == hashlib.sha256(raw[:4] + PASSWORDS[user["name"]].encode()).digest()


def test_queues_have_their_type_alone() -> None:
    """Whatever may change is a policy: a queue is declared with its type and nothing else."""
    assert all(queue["arguments"].keys() == {"x-queue-type"} for queue in TOPOLOGY["queues"])
    kinds = {queue["name"]: queue["arguments"]["x-queue-type"] for queue in TOPOLOGY["queues"]}
    for service in SERVICES:
        assert kinds[f"rpc-{service}"] == "classic"
        assert kinds[f"{service}.events"] == kinds[f"{service}.dead"] == "quorum"


def test_every_listener_is_bound() -> None:
    """Each event reaches the queue of each service that listens, and no other."""
    bound = {
        (entry["routing_key"], entry["destination"]) for entry in TOPOLOGY["bindings"] if entry["source"] == "events"
    }
    assert bound == {(event.topic(), f"{listener}.events") for event in EVENTS for listener in event.listeners}


def test_no_event_is_told_to_nobody() -> None:
    """An event without a listener would be refused by the broker as unroutable."""
    assert all(event.listeners for event in EVENTS)


def test_waiting_messages_come_back() -> None:
    """Each delay step gives a message back under the key it came with, and loses none on the way."""
    policies = {policy["name"]: policy for policy in TOPOLOGY["policies"]}
    for step, delay in enumerate(DELAYS, start=1):
        policy = policies[f"wait.{step}"]
        assert re.fullmatch(policy["pattern"], f"wait.{step}")
        assert policy["definition"] == {
            "message-ttl": delay * 1000,
            "dead-letter-exchange": "",
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
        }


def test_each_queue_has_one_policy() -> None:
    """The broker applies one policy to a queue, so no two may fit the same."""
    for queue in TOPOLOGY["queues"]:
        fitting = [policy for policy in TOPOLOGY["policies"] if re.search(policy["pattern"], queue["name"])]
        assert len(fitting) == 1, queue["name"]


@pytest.mark.parametrize("user", USERS)
def test_users_call_what_the_contracts_allow(user: str) -> None:
    """A user can send exactly the calls whose `callers` name it."""
    allowed = _of("topic_permissions", user, exchange="nameko-rpc")["write"]
    for contract in CONTRACTS:
        for name, options in contract.methods().items():
            assert bool(re.fullmatch(allowed, f"{contract.name}.{name}")) == (user in options.callers)


@pytest.mark.parametrize("user", USERS)
def test_users_tell_their_own_events(user: str) -> None:
    """A user can publish exactly the events whose source it is."""
    allowed = _of("topic_permissions", user, exchange="events")["write"]
    for event in EVENTS:
        assert bool(re.fullmatch(allowed, event.topic())) == (user == event.source)


@pytest.mark.parametrize("user", USERS)
def test_users_read_their_own_queues(user: str) -> None:
    """A user can consume its own queues, and declare nothing but its reply and live queues."""
    permission = _of("permissions", user, vhost=VHOST)
    for queue in TOPOLOGY["queues"]:
        owner = queue["name"].removeprefix("rpc-").partition(".")[0]
        assert bool(re.fullmatch(permission["read"], queue["name"])) == (owner == user)
        assert not re.fullmatch(permission["configure"], queue["name"])
    assert re.fullmatch(permission["configure"], f"reply.{user}.0")
    for other in set(USERS) - {user}:
        assert not re.fullmatch(permission["read"], f"reply.{other}.0")
    assert not re.fullmatch(permission["write"], "amq.default")


def test_no_call_is_a_place_for_an_answer() -> None:
    """A service cannot be made to call another by asking for the answer there."""
    for contract in CONTRACTS:
        for name in contract.methods():
            assert not re.fullmatch(REPLY_KEY, f"{contract.name}.{name}")
