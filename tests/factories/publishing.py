"""Hebei's profile under another name, in all services: what one of them tells, the others must understand."""

from __future__ import annotations

import secrets
from typing import Any

from chassis import context, wire
from chassis.rpc import Caller
from contracts.catalogue import CONTRACTS
from contracts.profiles import ProfileSlice
from deploy.publish import read

PATTERN = "hebei"


def publish_everywhere(caller: Caller, profile: str, version: int = 1, **changed: dict[str, Any]) -> None:
    """Publish a version; `changed` names services with other content than Hebei's. Refuses: ProfileInvalid."""
    _, slices, _ = read(PATTERN)
    content_hash = secrets.token_hex(8)
    # Those with other content first: one that is refused leaves nothing behind.
    contracts = sorted(CONTRACTS, key=lambda contract: contract.name not in changed)
    with context.use(context.CallContext(profile=profile)):
        for contract in contracts:
            content = changed.get(contract.name, slices[contract.name])
            part = ProfileSlice(profile=profile, content_hash=content_hash, content=content)
            caller.call(wire.method(contract, "store_profile"), {"profile_slice": part, "version": version})
        for contract in contracts:
            caller.call(wire.method(contract, "activate_profile"), {"profile": profile, "version": version})
