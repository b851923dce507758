"""Takes everything of an installation that cannot be made again into one folder, and makes an installation of it.

Secrets, the database cluster at one moment, then the objects: what a row names was stored before the row, so it is
there. The broker holds nothing that the databases do not hold too: after a restore events are published again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from minio import Minio

from chassis import audit
from chassis.database import ALL_PROFILES, Database
from chassis.migrate import migrate
from chassis.relay import send_again
from contracts.base import SERVICES
from deploy.local import control, install, lifecycle, objects, postgres, processes
from deploy.local.errors import Refused
from deploy.local.instance import Instance, write

MANIFEST, SECRETS, CLUSTER, OBJECTS = "manifest.json", "secrets.json", "cluster", "objects"
KEPT_FILES = ("demonstrated", "demo-accounts-*.json")
# Longer than a message waits at the broker before it is given up for a fault of its own.
WAITING = timedelta(days=1)


def backup(instance: Instance, folder: Path) -> None:
    """Write a backup of the running installation into a folder that is new or empty."""
    if postgres.given():
        raise Refused("The database server is not ours: back it up with its own means.")
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty: name a new folder for each backup.")
    if control.ask(instance, do="status") is None:
        raise Refused("Nothing is running: `./zhiping up` or `./zhiping parts` first.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    moment = datetime.now(UTC)
    write(folder / SECRETS, instance.path("secrets.json").read_text())
    for pattern in KEPT_FILES:
        for path in instance.folder.glob(pattern):
            shutil.copy2(path, folder / path.name)
    install.progress("copying the database cluster")
    _copy_cluster(instance, folder / CLUSTER)
    install.progress("copying the objects")
    kept = _fetch_objects(instance, folder / OBJECTS)
    # Written last: a folder without it is no whole backup.
    write(folder / MANIFEST, json.dumps({"moment": moment.isoformat(), "objects": kept}, indent=1))


def restore(instance: Instance, folder: Path) -> None:
    """Make the installation in this folder of a backup, with its parts running. Refuses where one is already."""
    if not (folder / MANIFEST).exists():
        raise Refused(f"{folder} is no whole backup: {MANIFEST} is missing.")
    if instance.path("secrets.json").exists() or os.path.lexists(instance.path("postgres")):
        raise Refused(f"{instance.folder} holds an installation: name a new folder in ZHIPING_RUN, or remove it first.")
    manifest = json.loads((folder / MANIFEST).read_text())
    secrets = json.loads((folder / SECRETS).read_text())
    # Processes are told from those of the original by it, which may run on this machine too.
    secrets.pop("instance", None)
    write(instance.path("secrets.json"), json.dumps(secrets, indent=1))
    for pattern in KEPT_FILES:
        for path in folder.glob(pattern):
            shutil.copy2(path, instance.path(path.name))
    restored = Instance.open(instance.folder)
    install.progress("putting the database cluster back")
    postgres.adopt(restored, lambda data: _unpack_cluster(folder / CLUSTER, data))
    lifecycle.bring_up(restored, "parts")
    install.progress("putting the objects back")
    _put_objects(restored, folder / OBJECTS, manifest["objects"])
    since = datetime.fromisoformat(manifest["moment"]) - WAITING
    for service in SERVICES:
        url = processes.environment(restored)[f"{service.upper()}_DATABASE_URL"]
        migrate(url, service)
        database = Database(url, pool_size=1)
        sent = send_again(database, since=since)
        with database.begin(ALL_PROFILES) as session:
            found = audit.verify(session)
        database.dispose()
        if found.fault:
            raise Refused(f"The audit chain of {service} is broken: {found.fault}.")
        install.progress(f"{service}: {found.sealed} audit rows, whole; {sent} events will be sent again")


def _copy_cluster(instance: Instance, target: Path) -> None:
    url = urlsplit(postgres.admin_url(instance))
    command = [
        str(postgres.program("pg_basebackup", instance)),
        *("--host", url.hostname or "", "--port", str(url.port), "--username", url.username or ""),
        *("--pgdata", str(target), "--format=tar", "--compress=1", "--wal-method=stream", "--checkpoint=fast"),
    ]
    done = subprocess.run(command, env={**os.environ, "PGPASSWORD": url.password or ""}, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Refused(f"The cluster could not be copied: {done.stderr.decode(errors='replace').strip()}")


def _unpack_cluster(source: Path, data: Path) -> None:
    for name, place in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
        place.mkdir(mode=0o700, exist_ok=True)
        command = ["tar", "--extract", "--gzip", "--no-same-owner", f"--file={source / name}", f"--directory={place}"]
        if subprocess.run(command).returncode != 0:
            raise Refused(f"{source / name} could not be unpacked, see above.")


def _fetch_objects(instance: Instance, target: Path) -> dict[str, dict[str, Any]]:
    """Every object as a file, named by the hash of its key; answers key → name, hash and type."""
    client, bucket = _store(instance)
    target.mkdir(mode=0o700)
    found: dict[str, dict[str, Any]] = {}
    for one in client.list_objects(bucket, recursive=True):
        key = one.object_name or ""
        name = hashlib.sha256(key.encode()).hexdigest()
        client.fget_object(bucket, key, str(target / name))
        kind = client.stat_object(bucket, key).content_type
        found[key] = {"file": name, "sha256": _digest(target / name), "content_type": kind}
    return found


def _put_objects(instance: Instance, source: Path, kept: dict[str, dict[str, Any]]) -> None:
    client, bucket = _store(instance)
    for key, one in kept.items():
        path = source / one["file"]
        if _digest(path) != one["sha256"]:
            raise Refused(f"{path} is damaged: its hash is not that of the manifest.")
        client.fput_object(bucket, key, str(path), content_type=one["content_type"] or "application/octet-stream")


def _store(instance: Instance) -> tuple[Minio, str]:
    settings = objects.environment(instance)
    client = Minio(
        settings["ZHIPING_S3_ENDPOINT"],
        access_key=settings["ZHIPING_S3_ACCESS_KEY"],
        secret_key=settings["ZHIPING_S3_SECRET_KEY"],
        secure=settings["ZHIPING_S3_SECURE"] == "true",
        region=settings["ZHIPING_S3_REGION"],
    )
    return client, settings["ZHIPING_S3_BUCKET"]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
