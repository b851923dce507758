"""Who acts: tokens are believed as long as they say, also those that were seen before."""

from __future__ import annotations

import base64
import os
import time
import uuid
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import clock, tokens
from chassis.tokens import ACTOR_SECONDS, Signer, Verifier
from contracts.base import Actor
from contracts.errors import SessionRequired

ACTOR = Actor(account_id=uuid.uuid4(), person_id=uuid.uuid4(), session_id=uuid.uuid4(), profile="hebei", roles=())


def parties() -> tuple[Signer, Verifier]:
    seed = os.urandom(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    signer = Signer("identity", base64.b64encode(seed).decode())
    return signer, Verifier({"identity": base64.b64encode(public).decode()})


def test_a_token_that_was_believed_is_refused_when_it_has_run_out() -> None:
    """Having been seen before does not lengthen a token's life."""
    signer, verifier = parties()
    with clock.standing_at(clock.now() - timedelta(seconds=ACTOR_SECONDS - 2)):
        token = signer.actor_token(ACTOR)
    assert [verifier.actor(token), verifier.actor(token)] == [ACTOR, ACTOR]
    time.sleep(2.1)
    with pytest.raises(SessionRequired):
        verifier.actor(token)


def test_a_token_of_another_key_is_refused_beside_a_believed_one() -> None:
    """Only the very same bytes are remembered."""
    signer, verifier = parties()
    token = signer.actor_token(ACTOR)
    verifier.actor(token)
    with pytest.raises(SessionRequired):
        verifier.actor(token[:-4] + "AAAA")
    with pytest.raises(SessionRequired):
        verifier.actor(parties()[0].actor_token(ACTOR))


def test_a_bounded_number_of_tokens_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten, and checked again when it comes again."""
    monkeypatch.setattr(tokens, "REMEMBERED", 2)
    signer, verifier = parties()
    given = [signer.actor_token(ACTOR.model_copy(update={"session_id": uuid.uuid4()})) for _ in range(4)]
    for token in (*given, *given):
        verifier.actor(token)
    assert len(verifier._actors) <= 2
