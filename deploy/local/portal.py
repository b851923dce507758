"""Builds the portal into the gateway's static folder, when its sources have changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.local import install
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, write

SOURCES = REPOSITORY / "portal"
BUILT = REPOSITORY / "gateway" / "static"
PACKAGES = SOURCES / "node_modules"
API = SOURCES / "openapi.json"
TYPES = SOURCES / "src" / "api" / "schema.ts"
OLDEST_NODE = (20, 19)
UV = REPOSITORY / ".run" / "boot" / "bin" / "uv"


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
    npm("run", "schema")
    install.progress("building the portal (npm run build)")
    npm("run", "build")
    BUILT.mkdir(exist_ok=True)
    write(stamp, sources)


def check() -> None:
    """Types, lint, format and unit tests of the portal."""
    describe_api()
    fetch_packages()
    npm("run", "schema")
    npm("run", "check")
    npm("test")


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
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    write(stamp, lock)


def npm(*arguments: str) -> None:
    """Run npm in the portal's folder; what it wrote is shown when it fails."""
    command = ["npm", *arguments]
    environment = {**os.environ, "PATH": f"{_node_folder()}:{os.environ['PATH']}", "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=SOURCES, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        raise Refused(f"`{' '.join(command)}` failed in {SOURCES}, see above.")


def _node_folder() -> Path:
    """Where a Node that is new enough lies: the system's, or one that is installed from the lock file."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], stdout=subprocess.PIPE, text=True).stdout.strip()
        if tuple(int(part) for part in version.removeprefix("v").split(".")[:2]) >= OLDEST_NODE:
            return Path(found).parent
    own = Path(sys.executable).parent
    if not (own / "node").exists():
        install.progress("fetching Node")
        command = [str(UV), "sync", "--frozen", "--quiet", "--inexact", "--no-default-groups", "--group", "node"]
        if subprocess.run(command, cwd=REPOSITORY).returncode != 0:
            raise Refused("Node could not be fetched, see above.")
    return own


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SOURCES)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
