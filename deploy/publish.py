"""Publish a profile to all services: `python -m deploy.publish <profile>`.

Every service checks and stores version N of its slice; only when all have it does N become the one by which new
things start. The same content again is the same version, so publishing twice changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import stamina
import yaml

from chassis import context, logging, wire
from chassis.objects import ObjectStore
from chassis.rpc import Caller
from chassis.settings import ObjectStoreSettings
from contracts.base import Contract
from contracts.catalogue import CONTRACTS
from contracts.errors import DomainError, WorldFault
from contracts.profiles import ProfileNotPublished, ProfileSlice, ProfileVersion

PROFILES = Path(__file__).parent.parent / "profiles"
# Which files of a profile each service works by; a folder stands for all files in it.
SLICES = {
    "identity": ("accounts.yaml",),
    "declaration": ("batches.yaml", "catalogue.yaml", "options.yaml", "workflow.yaml", "forms"),
    "review": ("route.yaml", "forms"),
    "committee": ("meeting.yaml", "experts.yaml", "options.yaml", "catalogue.yaml", "forms"),
    "documents": ("documents.yaml", "catalogue.yaml", "options.yaml", "forms", "templates"),
    "notify": ("messages.yaml", "pages", "portal.yaml", "portal"),
}
TEMPLATES = (".docx", ".xlsx")


def template_key(digest: str) -> str:
    """Where the object store keeps a template with this SHA-256."""
    return f"profiles/{digest}"


def read(profile: str, *, root: Path = PROFILES) -> tuple[str, dict[str, dict[str, Any]], dict[str, Path]]:
    """Hash of the whole profile, content per service (path without ending → parsed file), and templates by hash."""
    folder = root / profile
    whole = hashlib.sha256()
    slices: dict[str, dict[str, Any]] = {}
    templates: dict[str, Path] = {}
    for service, names in SLICES.items():
        content = slices[service] = {}
        for path in sorted(path for name in names for path in _files(folder / name)):
            data = path.read_bytes()
            name = str(path.relative_to(folder).with_suffix(""))
            whole.update(f"{service}/{path.relative_to(folder)}/{len(data)}/".encode() + data)
            if path.suffix in TEMPLATES:
                digest = hashlib.sha256(data).hexdigest()
                templates[digest] = path
                content[name] = digest
            else:
                content[name] = _parse(path, data.decode())
    return whole.hexdigest(), slices, templates


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [found for found in path.rglob("*") if found.suffix in (".yaml", ".csv", ".md", ".svg", *TEMPLATES)]
    return [path] if path.exists() else []


def _parse(path: Path, text: str) -> Any:
    if path.suffix == ".yaml":
        return yaml.safe_load(text)
    if path.suffix == ".csv":
        rows = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        return list(csv.DictReader(io.StringIO(rows)))
    if path.suffix == ".md":
        return _page(text)
    return text


def _page(text: str) -> dict[str, Any]:
    """A page: YAML between two lines of `---`, then the text."""
    _, head, body = re.split(r"^---\n", text, maxsplit=2, flags=re.M)
    return {**yaml.safe_load(head), "body": body.strip()}


def publish(profile: str, caller: Caller, objects: ObjectStore, *, root: Path = PROFILES) -> int:
    """Store the profile everywhere, then activate it; returns its version. Refuses: ProfileInvalid."""
    digest, slices, templates = read(profile, root=root)
    with context.use(context.CallContext(profile=profile)):
        current = {contract.name: _current(caller, contract, profile) for contract in CONTRACTS}
        version = max((found.version for found in current.values() if found), default=0) + 1
        same = {found.version for found in current.values() if found and found.content_hash == digest}
        if len(same) == 1 and all(found and found.content_hash == digest for found in current.values()):
            return same.pop()
        for template, path in templates.items():
            with path.open("rb") as source:
                objects.put(template_key(template), source, size=path.stat().st_size)
        stored = {
            _call(
                caller,
                contract,
                "store_profile",
                profile_slice=ProfileSlice(profile=profile, content_hash=digest, content=slices[contract.name]),
                version=version,
            ).version
            for contract in CONTRACTS
        }
        if len(stored) != 1:
            raise RuntimeError(f"services know this content under different versions: {sorted(stored)}")
        version = stored.pop()
        for contract in CONTRACTS:
            _call(caller, contract, "activate_profile", profile=profile, version=version)
    return version


def _current(caller: Caller, contract: type[Contract], profile: str) -> ProfileVersion | None:
    try:
        return _call(caller, contract, "current_profile", profile=profile)
    except ProfileNotPublished:
        return None


def _call(caller: Caller, contract: type[Contract], method: str, **arguments: Any) -> ProfileVersion:
    answer: ProfileVersion = stamina.retry(on=WorldFault, timeout=60, attempts=None)(caller.call)(
        wire.method(contract, method), arguments
    )
    return answer


def main() -> int:
    profile = sys.argv[1]
    logging.configure("publisher")
    caller = Caller(os.environ["PUBLISHER_AMQP_URL"])
    caller.link.start()
    try:
        version = publish(profile, caller, ObjectStore(ObjectStoreSettings()))
    except DomainError as refusal:
        faults = [fault.model_dump() for fault in refusal.faults]
        print(json.dumps({"code": refusal.code, "params": refusal.params, "faults": faults}, ensure_ascii=False))
        return 1
    finally:
        caller.link.stop()
    print(f"{profile}: version {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
