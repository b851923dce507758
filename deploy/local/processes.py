"""The process table: the parts, and every process of the platform."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence

from nacl.signing import SigningKey

from contracts.base import SERVICES
from deploy.local import install, objects, peers, portal, postgres, rabbitmq
from deploy.local.instance import REPOSITORY, SIGNERS, Instance
from deploy.local.process import Http, Process
from deploy.local.supervisor import MARK

PARTS = (postgres, rabbitmq, objects, peers)
# Of the checkout, not of one installation: they are the same for all and take a while to fetch.
FONTS = REPOSITORY / ".run" / "fonts"


def prepare(instance: Instance, mode: str) -> None:
    """Install and configure what this mode needs; what has been done is skipped."""
    needs = [*postgres.needs(), *rabbitmq.needs()]
    if mode == "all":
        needs += [install.DOCUMENTS, install.FONTS]
    install.packages(needs)
    for part in PARTS:
        part.prepare(instance)
    if mode == "all":
        install.fonts(FONTS)
        portal.build()


def parts(instance: Instance) -> list[Process]:
    """The real parts alone, with their databases and bucket."""
    return [process for part in PARTS for process in part.processes(instance)]


def everything(instance: Instance) -> list[Process]:
    """Parts, migrations, services with their job workers, publishing, gateway."""
    table = parts(instance)
    settings = environment(instance)
    ready = tuple(process.name for process in table)
    for service in SERVICES:
        migration, worker = f"migrate-{service}", f"{service}-worker"
        own = own_settings(settings, service)
        after = (migration, *ready)
        table.append(_task(migration, _module("chassis.migrate", service), own, after=("databases",)))
        table.append(_server(instance, service, _module("chassis.run", service), own, after=after))
        # Not every service has work that takes longer than a call.
        if importlib.util.find_spec(f"services.{service}.jobs"):
            table.append(_server(instance, worker, _module("chassis.work", service), own, after=after))
    own = own_settings(settings, "publisher")
    for profile in profiles():
        table.append(_task(f"publish-{profile}", _module("deploy.publish", profile), own, after=SERVICES))
    command = (
        *_module("uvicorn", "--factory", "gateway.app:create_app", "--host", "127.0.0.1"),
        *("--port", str(instance.port("gateway")), "--no-access-log", "--timeout-graceful-shutdown", "10"),
    )
    own = own_settings(settings, "gateway")
    table.append(_server(instance, "gateway", command, own, after=ready, note=_cookie_note(settings)))
    return table


def profiles() -> list[str]:
    """The provinces: one folder each."""
    return sorted(path.name for path in (REPOSITORY / "profiles").iterdir() if path.is_dir())


def environment(instance: Instance) -> dict[str, str]:
    """Every setting of every process of this installation."""
    settings: dict[str, str] = {
        "ZHIPING_RUN": str(instance.folder),
        "ZHIPING_PUBLIC_URL": os.environ.get("ZHIPING_ADDRESS") or f"http://127.0.0.1:{instance.port('gateway')}",
        "ZHIPING_DEMONSTRATION": "true",
        "GATEWAY_HTTP_PORT": str(instance.port("gateway")),
        # Everybody comes from 127.0.0.1 here, also the fifty applicants of the demonstration.
        "GATEWAY_REQUESTS_PER_MINUTE": "60000",
        "GATEWAY_SIGN_INS_PER_MINUTE": "6000",
        "GATEWAY_VOTE_KEY": instance.key("gateway.votes"),
        "FONTCONFIG_FILE": str(FONTS / "fonts.conf"),
    }
    for part in PARTS:
        settings |= part.environment(instance)
    verify = {}
    for service in SERVICES:
        prefix = service.upper()
        settings |= {
            f"{prefix}_HTTP_PORT": str(instance.port(service)),
            f"{prefix}_WORKER_HTTP_PORT": str(instance.port(f"{service}-worker")),
            f"{prefix}_SECRET_KEYS": json.dumps([{"id": "k1", "key": instance.key(f"{service}.encryption")}]),
            f"{prefix}_HASH_KEY": instance.key(f"{service}.hash"),
        }
        if service in SIGNERS:
            seed = instance.key(f"{service}.signing")
            settings[f"{prefix}_SIGNING_KEY"] = seed
            public = SigningKey(base64.b64decode(seed)).verify_key
            verify[service] = base64.b64encode(bytes(public)).decode()
    settings["ZHIPING_VERIFY_KEYS"] = json.dumps(verify)
    return settings


def own_settings(settings: Mapping[str, str], owner: str) -> dict[str, str]:
    """What one process may know: the common settings and its own, no other's secrets."""
    common = ("ZHIPING_", "FONTCONFIG_")
    return {name: value for name, value in settings.items() if name.startswith((*common, f"{owner.upper()}_"))}


def base_environment(instance: Instance) -> dict[str, str]:
    """What every process gets besides its settings; nothing else of the caller's environment reaches it."""
    return {
        MARK: instance.id,
        "ZHIPING_RUN": str(instance.folder),
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        # One arena and one thread of numeric libraries per process: some twenty processes share the machine.
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
    }


def _server(
    instance: Instance,
    name: str,
    command: Sequence[str],
    settings: Mapping[str, str],
    *,
    after: Sequence[str],
    note: str = "",
) -> Process:
    port = instance.port(name)
    return Process(
        name=name,
        command=command,
        environment=settings,
        folder=REPOSITORY,
        after=after,
        ready=Http(port),
        stop_seconds=20,
        port=port,
        note=note,
    )


def _task(name: str, command: Sequence[str], settings: Mapping[str, str], *, after: Sequence[str]) -> Process:
    return Process(name=name, command=command, environment=settings, folder=REPOSITORY, after=after, task=True)


def _cookie_note(settings: Mapping[str, str]) -> str:
    """Browsers keep a `Secure` cookie on loopback, Python's clients do not send it back over plain http."""
    is_plain = settings["ZHIPING_PUBLIC_URL"].startswith("http://")
    return "plain http: the session cookie goes without Secure" if is_plain else ""


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


MODES = {"parts": parts, "all": everything}
