"""The private RabbitMQ: own node name, data, ports and cookie; users, queues and policies from one definitions file.

Run as a program it imports the definitions into the broker that ZHIPING_RABBITMQ_URL names.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from chassis.topology import USERS, VHOST, definitions
from deploy.local import install
from deploy.local.instance import Instance, write
from deploy.local.process import Process, Tcp

VARIABLE = "ZHIPING_RABBITMQ_URL"
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
NODE = "zhiping@localhost"
# The port mapper's question for all names; its answer begins with its own port.
EPMD_NAMES_REQUEST = b"\x00\x01n"

SETTINGS = """\
listeners.tcp.1 = 127.0.0.1:{port}
loopback_users = none
default_vhost = {vhost}
load_definitions = {definitions}
log.console = true
log.console.level = warning
log.file = false
max_message_size = 8388608
vm_memory_high_watermark.relative = 0.25
disk_free_limit.absolute = 500MB
# What quorum queues keep in memory before they write it out; the default of 512 MB is meant for servers.
raft.wal_max_size_bytes = 67108864
heartbeat = 20
"""


def given() -> str | None:
    """Management URL of a broker to use instead: http(s)://admin:password@host:15672/?amqp_port=5672."""
    return os.environ.get(VARIABLE) or None


def needs() -> list[install.Need]:
    """What must be installed."""
    return [] if given() else [install.RABBITMQ]


def prepare(instance: Instance) -> None:
    """Write the broker's configuration."""
    users = {name: instance.secret(f"rabbitmq.{name}") for name in USERS}
    home = instance.directory("rabbitmq")
    write(home / "definitions.json", json.dumps(definitions(users), indent=1))
    if given():
        return
    cookie = home / ".erlang.cookie"
    if not cookie.exists():
        write(cookie, instance.secret("rabbitmq.cookie"))
        cookie.chmod(0o400)
    settings = SETTINGS.format(port=instance.port("rabbitmq"), vhost=VHOST, definitions=home / "definitions.json")
    write(home / "rabbitmq.conf", settings)
    write(home / "enabled_plugins", "[].\n")
    write(home / "rabbitmq-env.conf", "")


def processes(instance: Instance) -> list[Process]:
    """The broker and its port mapper, or the import into a given broker."""
    if given():
        command = (sys.executable, "-m", "deploy.local.rabbitmq")
        return [Process(name="broker", command=command, environment={VARIABLE: given() or ""}, task=True)]
    epmd = str(instance.port("epmd"))
    mapper = Process(
        name="epmd",
        command=("epmd", "-address", "127.0.0.1", "-port", epmd),
        environment={"HOME": str(instance.path("rabbitmq"))},
        ready=Tcp(instance.port("epmd"), send=EPMD_NAMES_REQUEST, greeting=instance.port("epmd").to_bytes(4)),
        port=instance.port("epmd"),
    )
    broker = Process(
        name="rabbitmq",
        command=(str(SERVER),),
        environment=tool_environment(instance),
        after=("epmd",),
        folder=instance.path("rabbitmq"),
        # It listens for clients last of all; a connection that says nothing is not logged.
        ready=Tcp(instance.port("rabbitmq")),
        stop_seconds=30,
        port=instance.port("rabbitmq"),
    )
    return [mapper, broker]


def environment(instance: Instance) -> dict[str, str]:
    """The address of the broker for each of its users."""
    host, port = "127.0.0.1", 0
    if url := given():
        parts = urlsplit(url)
        host, port = parts.hostname or host, int(parse_qs(parts.query).get("amqp_port", ["5672"])[0])
    return {
        f"{user.upper()}_AMQP_URL": f"amqp://{user}:{instance.secret(f'rabbitmq.{user}')}"
        f"@{host}:{port or instance.port('rabbitmq')}/{VHOST}"
        for user in USERS
    }


def tool_environment(instance: Instance) -> dict[str, str]:
    """What the broker, and rabbitmqctl beside it, read to find this node and no other."""
    home = instance.path("rabbitmq")
    return {
        "HOME": str(home),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(instance.port("epmd")),
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_DIST_PORT": str(instance.port("rabbitmq.distribution")),
        "RABBITMQ_CONF_ENV_FILE": str(home / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        # Makes the start script replace itself by the Erlang machine, so that signals reach it.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def import_definitions(instance: Instance) -> None:
    """Hand the definitions to the given broker's management interface."""
    url = urlsplit(given() or "")
    address = f"{url.scheme}://{url.hostname}:{url.port or 15672}/api/definitions"
    text = instance.path("rabbitmq", "definitions.json").read_text()
    headers = {"content-type": "application/json"}
    answer = httpx.post(address, content=text, headers=headers, auth=(url.username or "", url.password or ""))
    answer.raise_for_status()


if __name__ == "__main__":
    import_definitions(Instance.open())
