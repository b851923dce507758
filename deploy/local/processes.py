"""The process table: the parts, and every process of the platform that exists in this checkout."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import sys
from collections.abc import Mapping

from nacl.signing import SigningKey

from contracts.base import SERVICES
from deploy.local import install, objects, peers, portal, postgres, rabbitmq
from deploy.local.instance import REPOSITORY, SIGNERS, Instance
from deploy.local.supervisor import MARK, Http, Process

PARTS = (postgres, rabbitmq, objects, peers)
PROFILES = ("hebei",)
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
    services = [service for service in SERVICES if _exists(f"services.{service}.service")]
    for service in services:
        migration, bus, worker = f"migrate-{service}", service, f"{service}-worker"
        own = own_settings(settings, service)
        table.append(
            Process(
                name=migration,
                command=_module("chassis.migrate", service),
                environment=own,
                folder=REPOSITORY,
                after=("databases",),
                task=True,
            )
        )
        after = (migration, *ready)
        table.append(_http_process(instance, bus, _module("chassis.run", service), own, after=after))
        if _exists(f"services.{service}.jobs"):
            table.append(_http_process(instance, worker, _module("chassis.work", service), own, after=after))
    if services == list(SERVICES):
        table += [
            Process(
                name=f"publish-{profile}",
                command=_module("deploy.publish", profile),
                environment=own_settings(settings, "publisher"),
                folder=REPOSITORY,
                after=tuple(services),
                task=True,
            )
            for profile in PROFILES
        ]
    if _exists("gateway.app"):
        port = str(instance.port("gateway"))
        command = (
            *_module("uvicorn", "--factory", "gateway.app:create_app"),
            *("--host", "127.0.0.1", "--port", port, "--no-access-log", "--timeout-graceful-shutdown", "10"),
        )
        own = own_settings(settings, "gateway")
        table.append(_http_process(instance, "gateway", command, own, after=ready, note=_cookie_note(settings)))
    return table


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


def _http_process(
    instance: Instance,
    name: str,
    command: tuple[str, ...],
    settings: Mapping[str, str],
    *,
    after: tuple[str, ...],
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


def _cookie_note(settings: Mapping[str, str]) -> str:
    """Browsers keep a `Secure` cookie on loopback, Python's clients do not send it back over plain http."""
    is_plain = settings["ZHIPING_PUBLIC_URL"].startswith("http://")
    return "plain http: the session cookie goes without Secure" if is_plain else ""


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


MODES = {"parts": parts, "all": everything}
