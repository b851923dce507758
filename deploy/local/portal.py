"""Builds the portal into the gateway's static folder, when its sources have changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.local import install, node
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, write

SOURCES = REPOSITORY / "portal"
BUILT = REPOSITORY / "gateway" / "static"
PACKAGES = SOURCES / "node_modules"
API = SOURCES / "openapi.json"
TYPES = SOURCES / "src" / "api" / "schema.ts"


def exists() -> bool:
    """Whether this checkout has a portal."""
    return (SOURCES / "package.json").exists()


def build() -> None:
    """Fetch the locked packages and build; both only when what they are made from has changed."""
    if not exists():
        return
    describe_api()
    sources = _digest(
        path for path in SOURCES.rglob("*") if path.is_file() and PACKAGES not in path.parents and path != TYPES
    )
    stamp = BUILT / ".sources"
    if _read(stamp) == sources:
        return
    fetch_packages()
    node.npm(SOURCES, "run", "schema")
    install.progress("building the portal (npm run build)")
    node.npm(SOURCES, "run", "build")
    BUILT.mkdir(exist_ok=True)
    write(stamp, sources)


def check() -> None:
    """Types, lint, format and unit tests of the portal."""
    describe_api()
    fetch_packages()
    node.npm(SOURCES, "run", "schema")
    node.npm(SOURCES, "run", "check")
    node.npm(SOURCES, "test")


def describe_api() -> None:
    """Write the API's description, from which the portal's types are made."""
    command = [sys.executable, "-m", "gateway.openapi"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        raise Refused("The API could not be described (python -m gateway.openapi), see above.")
    if _read(API) != done.stdout:
        write(API, done.stdout)


def fetch_packages() -> None:
    """Install exactly what the lock file says, unless that has been done."""
    lock = _digest([SOURCES / "package-lock.json"])
    stamp = PACKAGES / ".lock"
    if _read(stamp) == lock:
        return
    install.progress("fetching the portal's packages (npm ci)")
    node.fetch_packages(SOURCES)
    write(stamp, lock)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SOURCES)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
