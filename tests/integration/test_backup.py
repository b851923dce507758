"""A backup of the running installation, restored beside it."""

from __future__ import annotations

import io
import os
import secrets
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis import audit, context, outbox
from chassis.database import ALL_PROFILES, Database
from chassis.migrate import migrate
from chassis.objects import ObjectStore
from chassis.settings import ObjectStoreSettings
from chassis.tables import AuditEntry, OutboxRow
from contracts.base import SERVICES
from contracts.events import PasswordChanged
from deploy.local import lifecycle, processes
from deploy.local.instance import REPOSITORY, Instance
from tests.stack import Stack

LIMIT_SECONDS = 120


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """A folder for another installation, which ends with the test."""
    folder = tmp_path / "restored"
    yield folder
    lifecycle.remove(Instance.open(folder))


def launcher(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `./zhiping …` does for the installation in this folder."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", *arguments],
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if "_URL" not in name} | {"ZHIPING_RUN": str(folder)},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )


def identity_of(settings: dict[str, str]) -> Database:
    return Database(settings["IDENTITY_DATABASE_URL"], pool_size=1)


@pytest.mark.req("PL-40")
@pytest.mark.timeout(300)
def test_a_backup_restores_rows_files_and_keys_elsewhere(stack: Stack, tmp_path: Path, empty: Path) -> None:
    """A backup becomes an installation with the same rows, files and keys, a whole audit chain, and events to send."""
    for service in SERVICES:
        migrate(stack.settings[f"{service.upper()}_DATABASE_URL"], service)
    key, content, mark = f"tests/{uuid.uuid4()}", secrets.token_bytes(200_000), uuid.uuid4()
    ObjectStore(ObjectStoreSettings()).put(key, io.BytesIO(content), size=len(content), content_type="image/png")
    original = identity_of(stack.settings)
    with context.changed(profile="hebei"), original.begin() as session:
        audit.record(session, "backed_up", "thing", mark)
        outbox.publish(session, PasswordChanged(account_id=mark), aggregate_id=mark, number=1)
    with original.begin(ALL_PROFILES) as session:
        audit.seal(session)
        session.query(OutboxRow).filter_by(aggregate_id=mark).one().published_at = None
    original.dispose()

    made = launcher(stack.instance.folder, "backup", str(tmp_path / "backup"))
    assert made.returncode == 0, made.stderr
    again = launcher(stack.instance.folder, "backup", str(tmp_path / "backup"))
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    restored = launcher(empty, "restore", str(tmp_path / "backup"))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert restored.stderr.count("audit rows, whole") == len(SERVICES)
    refused = launcher(empty, "restore", str(tmp_path / "backup"))
    assert "holds an installation" in refused.stderr

    settings = processes.environment(Instance.open(empty))
    assert settings["IDENTITY_SECRET_KEYS"] == stack.settings["IDENTITY_SECRET_KEYS"]
    assert settings["IDENTITY_DATABASE_URL"] != stack.settings["IDENTITY_DATABASE_URL"]
    copy = identity_of(settings)
    with copy.begin(ALL_PROFILES) as session:
        assert session.query(AuditEntry).filter_by(object_id=mark).one().action == "backed_up"
        assert session.query(OutboxRow).filter_by(aggregate_id=mark).one().published_at is None
    copy.dispose()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        store = ObjectStore(ObjectStoreSettings())
        assert b"".join(store.read(key)) == content


@pytest.mark.req("PL-40")
def test_a_broken_off_backup_is_not_restored(tmp_path: Path) -> None:
    """A folder in which a backup was broken off is refused, and nothing is made of it."""
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "secrets.json").write_text("{}")
    refused = launcher(tmp_path / "new", "restore", str(tmp_path / "backup"))
    assert refused.returncode == 1
    assert "no whole backup" in refused.stderr
    assert list((tmp_path / "new").iterdir()) == []
