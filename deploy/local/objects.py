"""The private object store: SeaweedFS in one process, spoken to by the S3 protocol alone.

Run as a program it makes the bucket, here or in the store that ZHIPING_S3_URL names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from minio import Minio

from deploy.local.instance import Instance, write
from deploy.local.process import Http, Process

VARIABLE = "ZHIPING_S3_URL"
BUCKET = "zhiping"
ACCESS_KEY = "zhiping"
REGION = "us-east-1"
WEED = Path(sys.executable).with_name("weed")
JWT_KEYS = (
    "WEED_JWT_SIGNING_KEY",
    "WEED_JWT_SIGNING_READ_KEY",
    "WEED_JWT_FILER_SIGNING_KEY",
    "WEED_JWT_FILER_SIGNING_READ_KEY",
)
PARTS = ("master", "volume", "filer", "s3")


def given() -> str | None:
    """URL of a store to use instead: http(s)://access-key:secret-key@host:port/bucket?region=…."""
    return os.environ.get(VARIABLE) or None


def prepare(instance: Instance) -> None:
    """Write the store's configuration."""
    if given():
        return
    instance.directory("objects", "data")
    identity = {
        "name": ACCESS_KEY,
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": instance.secret("s3")}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write(instance.path("objects", "s3.json"), json.dumps({"identities": [identity]}))


def processes(instance: Instance) -> list[Process]:
    """The store, unless one is given, and the task that makes the bucket."""
    bucket = Process(
        name="bucket",
        command=(sys.executable, "-m", "deploy.local.objects"),
        after=() if given() else ("objects",),
        environment={VARIABLE: given() or ""},
        task=True,
    )
    if given():
        return [bucket]
    ports = [
        option
        for part in PARTS
        for option in (
            f"-{part}.port={instance.port(f'objects.{part}')}",
            f"-{part}.port.grpc={instance.port(f'objects.{part}.grpc')}",
        )
    ]
    store = Process(
        name="objects",
        command=(
            *(str(WEED), "-logtostderr=true", "mini", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
            *("-master.telemetry=false", "-master.electionTimeout=1s", "-master.heartbeatInterval=100ms"),
            *("-volume.preStopSeconds=0", "-s3.config=s3.json", "-s3.autoCreateBucket=false"),
            # Relative to its folder: the path of a unix socket must be short.
            *("-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock"),
            *("-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *ports,
        ),
        # Its filer and volume ports know nothing of S3 credentials: without these keys anybody could read and write.
        environment={"GOMEMLIMIT": "256MiB"} | _keys(instance),
        folder=instance.path("objects"),
        ready=Http(instance.port("objects.s3"), "/healthz"),
        stop_seconds=20,
        port=instance.port("objects.s3"),
    )
    return [store, bucket]


def environment(instance: Instance) -> dict[str, str]:
    """Address, keys and bucket."""
    url = urlsplit(
        given() or f"http://{ACCESS_KEY}:{instance.secret('s3')}@127.0.0.1:{instance.port('objects.s3')}/{BUCKET}"
    )
    return {
        "ZHIPING_S3_ENDPOINT": url.netloc.rpartition("@")[2],
        "ZHIPING_S3_ACCESS_KEY": url.username or "",
        "ZHIPING_S3_SECRET_KEY": url.password or "",
        "ZHIPING_S3_SECURE": "true" if url.scheme == "https" else "false",
        "ZHIPING_S3_REGION": parse_qs(url.query).get("region", [REGION])[0],
        "ZHIPING_S3_BUCKET": url.path.strip("/") or BUCKET,
    }


def make_bucket(instance: Instance) -> None:
    """Make the bucket where it is missing; in the private store every write to it reaches the disk at once."""
    settings = environment(instance)
    client = Minio(
        settings["ZHIPING_S3_ENDPOINT"],
        access_key=settings["ZHIPING_S3_ACCESS_KEY"],
        secret_key=settings["ZHIPING_S3_SECRET_KEY"],
        secure=settings["ZHIPING_S3_SECURE"] == "true",
        region=settings["ZHIPING_S3_REGION"],
    )
    bucket = settings["ZHIPING_S3_BUCKET"]
    if not client.bucket_exists(bucket):
        client.make_bucket(bucket)
    if not given():
        _write_through(instance, bucket)


def _write_through(instance: Instance, bucket: str) -> None:
    addresses = {
        part: f"127.0.0.1:{instance.port(f'objects.{part}')}.{instance.port(f'objects.{part}.grpc')}"
        for part in ("master", "filer")
    }
    subprocess.run(
        [str(WEED), "shell", f"-master={addresses['master']}", f"-filer={addresses['filer']}"],
        input=f"fs.configure -locationPrefix=/buckets/{bucket}/ -fsync -apply\n",
        env={**os.environ, **_keys(instance)},
        text=True,
        check=True,
        timeout=30,
    )


def _keys(instance: Instance) -> dict[str, str]:
    return {name: instance.secret(f"objects.{name}") for name in JWT_KEYS}


if __name__ == "__main__":
    make_bucket(Instance.open())
