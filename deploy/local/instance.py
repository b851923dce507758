"""One private installation: its folder, its secrets, its ports."""

from __future__ import annotations

import base64
import json
import os
import pwd
import random
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.errors import Refused

REPOSITORY = Path(__file__).resolve().parents[2]
SIGNERS = ("identity", "review", "committee")
PREFERRED_PORTS = {"gateway": 8080}
# Below the range from which the system takes the ports of outgoing connections.
PORT_RANGE = range(12000, 32000)


@dataclass
class Instance:
    """The installation below `folder`; secrets and ports are made when first asked for and then kept."""

    folder: Path
    _secrets: dict[str, str] = field(default_factory=dict, repr=False)
    _ports: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path | None = None) -> Instance:
        """The installation that ZHIPING_RUN names, `.run` of the checkout without it. Makes the folder."""
        folder = (folder or Path(os.environ.get("ZHIPING_RUN") or ".run")).absolute()
        try:
            owner = _user_name(folder.stat().st_uid) if folder.exists() else _user_name(os.geteuid())
        except PermissionError as error:
            raise Refused(f"{folder} is closed to you: name a folder of your own in ZHIPING_RUN.") from error
        if owner != _user_name(os.geteuid()):
            raise Refused(f"{folder} belongs to {owner}: run as {owner}, or name another folder in ZHIPING_RUN.")
        # Started by root, the database runs as another user, who must be able to pass through.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        folder.chmod(mode)
        instance = cls(folder)
        instance._secrets = _read(instance.folder / "secrets.json")
        instance._ports = _read(instance.folder / "ports.json")
        return instance

    @property
    def id(self) -> str:
        """A name for this installation that no other one has; its processes carry it."""
        return self.secret("instance")

    def path(self, *parts: str) -> Path:
        """A place inside the folder."""
        return self.folder.joinpath(*parts)

    def directory(self, *parts: str) -> Path:
        """A folder inside the folder, made when it is missing and closed to others."""
        path = self.path(*parts)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def secret(self, name: str, *, characters: int = 32) -> str:
        """A password of letters and digits, fit for an URL as it stands."""
        if name not in self._secrets:
            letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
            self._keep_secret(name, "".join(secrets.choice(letters) for _ in range(characters)))
        return self._secrets[name]

    def key(self, name: str) -> str:
        """A key of 32 random bytes in base64."""
        if name not in self._secrets:
            self._keep_secret(name, base64.b64encode(secrets.token_bytes(32)).decode())
        return self._secrets[name]

    def port(self, name: str) -> int:
        """A port on loopback that was free when it was first asked for."""
        if name not in self._ports:
            self._ports[name] = _free_port(PREFERRED_PORTS.get(name), taken=set(self._ports.values()))
            write(self.path("ports.json"), json.dumps(self._ports, indent=1))
        return self._ports[name]

    def move_taken_ports(self) -> list[str]:
        """Give up the ports that another program took while nothing of ours ran; answers their names."""
        moved = [name for name, port in self._ports.items() if not _is_free(port)]
        for name in moved:
            del self._ports[name]
        for name in moved:
            self.port(name)
        return moved

    def _keep_secret(self, name: str, value: str) -> None:
        self._secrets[name] = value
        write(self.path("secrets.json"), json.dumps(self._secrets, indent=1))


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, also over a power cut; nobody else may read it."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise Refused(f"{path} is damaged: restore it from a backup, or remove {path.parent} to start anew.") from error
    return found


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _free_port(preferred: int | None, *, taken: set[int]) -> int:
    candidates = [preferred] if preferred else []
    candidates += random.sample(PORT_RANGE, 200)
    for port in candidates:
        if port not in taken and _is_free(port):
            return port
    raise Refused("No free port found on 127.0.0.1 between 12000 and 32000: end what occupies them.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
