"""Stored secrets: fields encrypted with the service's keys, and keyed hashes by which they are found exactly."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from chassis.settings import ServiceSettings

NONCE = 12


class Keyring:
    """The keys of one service: the first encrypts, all decrypt, the hash key finds."""

    def __init__(self, keys: list[tuple[str, bytes]], hash_key: bytes) -> None:
        self._current = keys[0][0]
        self._ciphers = {name: AESGCM(key) for name, key in keys}
        self._hash_key = hash_key

    def encrypt(self, text: str) -> bytes:
        """`<key id>:<nonce><cipher>`; the same text gives another cipher each time."""
        nonce = os.urandom(NONCE)
        name = self._current.encode()
        return name + b":" + nonce + self._ciphers[self._current].encrypt(nonce, text.encode(), name)

    def decrypt(self, stored: bytes) -> str:
        """The text of what `encrypt` made, under whichever key it names."""
        name, _, sealed = bytes(stored).partition(b":")
        return self._ciphers[name.decode()].decrypt(sealed[:NONCE], sealed[NONCE:], name).decode()

    def keyed_hash(self, text: str) -> bytes:
        """By which a sensitive value is found: width, case and outer blanks do not matter."""
        normal = unicodedata.normalize("NFKC", text).strip().upper()
        return hmac.digest(self._hash_key, normal.encode(), hashlib.sha256)

    def digest(self, content: bytes) -> bytes:
        """A keyed hash of exactly these bytes, by which a repeat is known."""
        return hmac.digest(self._hash_key, content, hashlib.sha256)


_keyring: Keyring | None = None


def configure(settings: ServiceSettings) -> Keyring:
    """Use the keys of `settings` for the encrypted columns of this process."""
    return use(Keyring([(key.id, key.key) for key in settings.secret_keys], settings.hash_key))


def use(keyring: Keyring) -> Keyring:
    """Use this keyring in this process."""
    global _keyring
    _keyring = keyring
    return keyring


def keyring() -> Keyring:
    """The keyring of this process."""
    if _keyring is None:
        raise RuntimeError("no keys were configured")
    return _keyring


class Encrypted(TypeDecorator[str]):
    """A text column that is stored encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().encrypt(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().decrypt(value)


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value that is stored encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(keyring().decrypt(value))
