"""Installs what the parts need from the distribution, without starting any service of it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import Refused

POLICY = Path("/usr/sbin/policy-rc.d")
CLUSTER_CONFIG = Path("/etc/postgresql-common/createcluster.conf")
MARK = "# written by zhiping while it installs packages"


@dataclass(frozen=True)
class Need:
    """Distribution packages and the files that prove they are there."""

    packages: tuple[str, ...]
    proofs: tuple[str, ...]

    def missing(self) -> bool:
        """Whether any proof (a path, may hold `*`) is absent."""
        return not all(any(Path("/").glob(proof.lstrip("/"))) for proof in self.proofs)


POSTGRES = Need(("postgresql",), ("/usr/lib/postgresql/*/bin/initdb",))
RABBITMQ = Need(("rabbitmq-server",), ("/usr/lib/rabbitmq/bin/rabbitmq-server",))
DOCUMENTS = Need(
    ("libreoffice-writer-nogui", "python3-uno", "poppler-utils", "fontconfig"),
    ("/usr/bin/soffice", "/usr/lib/python3/dist-packages/uno.py", "/usr/bin/pdftotext", "/usr/bin/fc-match"),
)
FONTS = Need(
    ("fonts-noto-cjk", "fonts-arphic-ukai", "fonts-liberation"),
    (
        "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
        "/usr/share/fonts/truetype/arphic/ukai.ttc",
        "/usr/share/fonts/truetype/liberation*",
    ),
)


def packages(needs: list[Need]) -> None:
    """Install the packages of every need that is missing; no service of theirs is started."""
    names = [name for need in needs if need.missing() for name in need.packages]
    if not names:
        return
    progress(f"installing {' '.join(names)} (apt; the first time takes a minute or two)")
    with no_services_started(), no_default_cluster("postgresql" in names):
        _as_root("apt-get", "update", "-q", tolerate=True)
        environment = ("env", "DEBIAN_FRONTEND=noninteractive")
        _as_root(*environment, "apt-get", "install", "-q", "-y", "--no-install-recommends", *names)
    absent = [name for need in needs if need.missing() for name in need.packages]
    if absent:
        raise Refused(f"apt installed {' '.join(absent)}, but not the files that are expected of them.")


def is_packed(name: str) -> bool:
    """Whether the distribution has a package of this name, after its lists were brought up to date."""
    _as_root("apt-get", "update", "-q", tolerate=True)
    command = ["apt-cache", "policy", name]
    policy = subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, text=True).stdout
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def fonts(target: Path) -> None:
    """Put the platform's typefaces and their aliases below `target`, once."""
    if not (target / "fonts.conf").exists():
        progress("fetching the typefaces of the official forms (71 MB)")
    command = [sys.executable, "-m", "deploy.fonts.install", str(target)]
    if subprocess.run(command, cwd=Path(__file__).parents[2]).returncode != 0:
        raise Refused(f"The typefaces could not be made in {target}, see above.")


def progress(text: str) -> None:
    """Tell the person at the terminal which long step runs now."""
    print(f"  … {text}", file=sys.stderr, flush=True)


def _as_root(*command: str, tolerate: bool = False) -> None:
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise Refused(f"This needs root, and there is no sudo. Run as root: {' '.join(command)}")
        command = ("sudo", *command)
    done = subprocess.run(command, stdin=None, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0 and not tolerate:
        print("\n".join(done.stdout.splitlines()[-20:]), file=sys.stderr)
        raise Refused(f"`{' '.join(command)}` failed, see above. Put it right, then run the same command again.")


def _write_as_root(path: Path, text: str, mode: int) -> None:
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        _as_root("install", "-D", "-m", f"{mode:o}", file.name, str(path))


@contextmanager
def no_services_started() -> Iterator[None]:
    """Refuse service starts while apt runs: the distribution's own instances would take the default ports."""
    foreign = POLICY.exists() and MARK not in POLICY.read_text(errors="replace")
    if foreign and POLICY.stat().st_mode & stat.S_IXUSR:
        kept = POLICY.with_name("policy-rc.d.before-zhiping")
        _as_root("cp", "-p", str(POLICY), str(kept))
    else:
        kept = None
    try:
        _write_as_root(POLICY, f"#!/bin/sh\n{MARK}\nexit 101\n", 0o755)
        yield
    finally:
        if kept is not None:
            _as_root("mv", str(kept), str(POLICY))
        else:
            _as_root("rm", "-f", str(POLICY))


@contextmanager
def no_default_cluster(wanted: bool) -> Iterator[None]:
    """Keep the postgresql package from making its cluster on port 5432, where the owner has not decided."""
    if not wanted or CLUSTER_CONFIG.exists():
        yield
        return
    _write_as_root(CLUSTER_CONFIG, f"{MARK}\ncreate_main_cluster = false\n", 0o644)
    try:
        yield
    finally:
        # The package asks about an existing file that differs from its own; ours served its purpose.
        _as_root("rm", "-f", str(CLUSTER_CONFIG))
