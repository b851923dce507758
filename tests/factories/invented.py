"""A province of the test's own: Hebei's files, changed as data alone, and published to every service."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from chassis.objects import ObjectStore
from chassis.rpc import Caller
from chassis.settings import ObjectStoreSettings
from deploy.publish import PROFILES, publish

Change = Callable[["Files"], None]


class Files:
    """The files of a profile that is being invented."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> Any:
        """A file's content."""
        return yaml.safe_load((self.folder / f"{name}.yaml").read_text(encoding="utf-8"))

    def write(self, name: str, content: Any) -> None:
        """Replace a file."""
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def remove(self, name: str) -> None:
        """Do without a file."""
        (self.folder / f"{name}.yaml").unlink()


def invent_province(caller: Caller, scratch: Path, change: Change) -> str:
    """Publish a province of its own name to all services; the name is answered."""
    name = f"t_{secrets.token_hex(6)}"
    shutil.copytree(PROFILES / "hebei", scratch / name)
    change(Files(scratch / name))
    publish(name, caller, ObjectStore(ObjectStoreSettings()), root=scratch)
    return name
