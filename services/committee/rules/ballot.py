"""The two halves of a ballot's secret key, and what is in the envelopes (design §6, docs/ballots.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, SealedBox

from contracts.committee.envelope import VoteContent, unpack

STORED_HALF_BYTES = 32
CODE_CHARACTERS = 25
CODE_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", " -")


@dataclass(frozen=True)
class BallotKeys:
    """What an opening makes: the key to seal with, the half for the database and the half for two persons."""

    public_key: bytes
    stored_half: bytes
    opening_code: str


def ballot_keys(stored_half: bytes, code_bytes: bytes) -> BallotKeys:
    """The key pair of a ballot from 32 and 16 random bytes; the secret key itself is kept nowhere."""
    opening_code = _write_code(code_bytes)
    return BallotKeys(bytes(secret_key(stored_half, opening_code).public_key), stored_half, opening_code)


def secret_key(stored_half: bytes, opening_code: str) -> PrivateKey:
    """The secret key out of both halves. Each alone tells nothing of it: the code has 125 bits, the half 256."""
    seed = blake2b(
        read_code(opening_code).encode(), digest_size=32, key=stored_half, person=b"zhiping ballot", encoder=RawEncoder
    )
    return PrivateKey(seed)


def code_key(service_key: bytes) -> PrivateKey:
    """The key for which opening codes are sealed on their way to this service, out of one of the service's own keys.

    So the code is in no message and in no broker: who has the database and every message still has no key.
    """
    return PrivateKey(blake2b(b"", digest_size=32, key=service_key, person=b"zhiping codes", encoder=RawEncoder))


def unseal_code(service_keys: Iterable[bytes], sealed: bytes) -> str | None:
    """The opening code that was sealed for one of the service's keys; None where it was not."""
    for service_key in service_keys:
        try:
            return SealedBox(code_key(service_key)).decrypt(sealed).decode()
        except (CryptoError, UnicodeDecodeError):
            continue
    return None


def read_code(typed: str) -> str:
    """An opening code as typed by hand: case, spaces and hyphens do not matter, O is 0, I and L are 1."""
    return typed.upper().translate(_READ_AS)


def open_envelope(key: PrivateKey, envelope: bytes) -> VoteContent | None:
    """The vote in an envelope; None where it was not sealed for this ballot or holds no vote."""
    try:
        return unpack(SealedBox(key).decrypt(envelope))
    except (CryptoError, ValueError):
        return None


def _write_code(code_bytes: bytes) -> str:
    number = int.from_bytes(code_bytes, "big") >> 3
    characters = [_ALPHABET[(number >> shift) & 31] for shift in range(5 * (CODE_CHARACTERS - 1), -1, -5)]
    return "-".join("".join(characters[start : start + 5]) for start in range(0, CODE_CHARACTERS, 5))
