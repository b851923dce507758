"""Signed statements between services: who acts (60 s), and what somebody may read of a submission (minutes).

EdDSA JSON web tokens; each issuing service has its own key, every process knows the public ones.
"""

from __future__ import annotations

import base64
import time
from collections import OrderedDict
from datetime import timedelta
from typing import Any, TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis import clock
from chassis.settings import ServiceSettings
from contracts.base import Actor, Message
from contracts.errors import NotFound, SessionRequired
from contracts.grants import ReadGrant

Statement = TypeVar("Statement", bound=Message)

ACTOR_SECONDS = 60
GRANT_MINUTES = 15
ACTOR_ISSUER = "identity"
GRANT_ISSUERS = ("review", "committee")
REMEMBERED = 4096


class Signer:
    """Signs statements in the name of one service."""

    def __init__(self, issuer: str, seed: str) -> None:
        self.issuer = issuer
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))

    def actor_token(self, actor: Actor) -> str:
        """Vouch for the actor for 60 seconds."""
        return self._sign("actor", actor, timedelta(seconds=ACTOR_SECONDS))

    def read_grant(self, grant: ReadGrant, *, minutes: int = GRANT_MINUTES) -> str:
        """Let the grant's account read what it names for some minutes."""
        return self._sign("grant", grant, timedelta(minutes=minutes))

    def _sign(self, kind: str, statement: Message, life: timedelta) -> str:
        now = clock.now()
        claims = {
            "iss": self.issuer,
            "aud": kind,
            "iat": now,
            "exp": now + life,
            "st": statement.model_dump(mode="json"),
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA")


class Verifier:
    """Checks statements against the public keys of their issuers.

    Actor tokens come again with every call of a session, so one that was found good is remembered until it runs out.
    """

    def __init__(self, keys: dict[str, str]) -> None:
        self._keys = {issuer: Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for issuer, key in keys.items()}
        self._actors: OrderedDict[str, tuple[float, Actor]] = OrderedDict()

    def actor(self, token: str) -> Actor:
        """The actor that identity vouches for. Refuses: SessionRequired."""
        known = self._actors.get(token)
        if known is not None and time.time() < known[0]:
            return known[1]
        try:
            actor, ends_at = self._open(token, "actor", (ACTOR_ISSUER,), Actor)
        except (jwt.InvalidTokenError, ValueError, KeyError):
            raise SessionRequired() from None
        self._actors[token] = (ends_at, actor)
        if len(self._actors) > REMEMBERED:
            self._actors.popitem(last=False)
        return actor

    def read_grant(self, token: str, actor: Actor) -> ReadGrant:
        """The grant, if it was given to this actor. Refuses: NotFound, for what is not granted is not there."""
        try:
            grant, _ = self._open(token, "grant", GRANT_ISSUERS, ReadGrant)
        except (jwt.InvalidTokenError, ValueError, KeyError):
            raise NotFound() from None
        if (grant.account_id, grant.profile) != (actor.account_id, actor.profile):
            raise NotFound()
        return grant

    def _open(self, token: str, kind: str, issuers: tuple[str, ...], model: type[Statement]) -> tuple[Statement, float]:
        """The statement and the second of the epoch at which it runs out."""
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        if issuer not in issuers:
            raise jwt.InvalidIssuerError()
        claims: dict[str, Any] = jwt.decode(
            token,
            self._keys[issuer],
            algorithms=["EdDSA"],
            audience=kind,
            options={"require": ["exp", "iat", "aud"], "verify_iat": False},
        )
        return model.model_validate(claims["st"]), float(claims["exp"])


def signer(service: str, settings: ServiceSettings) -> Signer:
    """The signer of a service that has a signing key."""
    if settings.signing_key is None:
        raise RuntimeError(f"{service} has no signing key")
    return Signer(service, settings.signing_key.get_secret_value())
