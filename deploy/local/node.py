"""Runs Node and npm: the system's, or a Node from the lock file where the system has none that is new enough."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local import install
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY

OLDEST = (20, 19)
UV = REPOSITORY / ".run" / "boot" / "bin" / "uv"


def fetch_packages(folder: Path) -> None:
    """Install exactly what the folder's lock file says."""
    npm(folder, "ci", "--no-audit", "--no-fund", "--loglevel=error")


def npm(folder: Path, *arguments: str) -> None:
    """Run npm in a folder; what it wrote is shown when it fails."""
    run(folder, "npm", *arguments)


def run(folder: Path, *command: str, **environment: str) -> str:
    """Run a command in a folder with Node on its path and answer what it wrote, which is shown when it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": f"{_folder()}:{os.environ['PATH']}", "NO_COLOR": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        raise Refused(f"`{' '.join(command)}` failed in {folder}, see above.")
    return done.stdout


def _folder() -> Path:
    """Where a Node that is new enough lies."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], stdout=subprocess.PIPE, text=True).stdout.strip()
        if tuple(int(part) for part in version.removeprefix("v").split(".")[:2]) >= OLDEST:
            return Path(found).parent
    own = Path(sys.executable).parent
    if not (own / "node").exists():
        install.progress("fetching Node")
        command = [str(UV), "sync", "--frozen", "--quiet", "--inexact", "--no-default-groups", "--group", "node"]
        if subprocess.run(command, cwd=REPOSITORY).returncode != 0:
            raise Refused("Node could not be fetched, see above.")
    return own
