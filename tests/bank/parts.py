"""A broker and a database of the test's own, to be killed: real RabbitMQ and PostgreSQL on free ports, in a folder."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2

from chassis.topology import VHOST

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], Any], seconds: float, *, every: float = 0.05) -> Any:
    """What `condition` answers as soon as that is true; an exception counts as no. Fails after some seconds."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            if found := condition():
                return found
            reason: object = "it stayed false"
        except Exception as error:  # noqa: BLE001 (whatever a part that is starting answers)
            reason = error
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds} s in vain: {reason!r}")
        time.sleep(every)


class Part:
    """A process that can be killed and started again on its data."""

    def __init__(self, command: list[str], *, environment: Mapping[str, str], folder: Path, log: Path) -> None:
        self._command = command
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start the process."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        """Send a signal to the process alone."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """kill -9 the process and all its children, and wait until they are gone."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def terminate(self, seconds: float = 15) -> int:
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        assert self.process is not None
        return self.process.wait(seconds)


class Broker(Part):
    """RabbitMQ, its topology loaded from definitions at every start."""

    def __init__(self, folder: Path, definitions: dict[str, Any]) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        self._epmd_port = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        (folder / "definitions.json").write_text(json.dumps(definitions))
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "loopback_users = none\n"
            f"default_vhost = {VHOST}\n"
            f"load_definitions = {folder / 'definitions.json'}\n"
            "log.console = true\n"
            "log.console.level = warning\n"
            "log.file = false\n"
            "disk_free_limit.absolute = 50MB\n"
        )
        self.environment = {
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": f"chaos{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RUNNING_UNDER_SYSTEMD": "true",
        }
        super().__init__([RABBITMQ], environment=self.environment, folder=folder, log=folder / "broker.log")

    def url(self, user: str) -> str:
        """Where and as whom to connect; a user's password is its name (`tests.bank.world`)."""
        return f"amqp://{user}:{user}@127.0.0.1:{self.port}/{VHOST}"

    def start(self) -> None:
        """Start and wait until the broker takes connections."""
        self._epmd = subprocess.Popen(
            ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.launch()
        wait_for(self.answers, 90, every=0.2)

    def answers(self) -> bool:
        """Whether it listens for clients, which it does last of all."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2):
            return True

    def kill(self) -> None:
        super().kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()


class Postgres(Part):
    """PostgreSQL with a database and a user per service."""

    def __init__(self, folder: Path) -> None:
        binaries = max(Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name)) / "bin"
        self.port = free_port()
        folder.mkdir(parents=True)
        prefix: list[str] = []
        if os.geteuid() == 0:  # the server refuses root
            owner = pwd.getpwnam("postgres")
            shutil.chown(folder, owner.pw_uid, owner.pw_gid)
            prefix = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"]
        data = folder / "data"
        subprocess.run(
            [
                *prefix,
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "admin",
                "--auth=trust",
                "--no-sync",
                "--locale=C.UTF-8",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        settings = ["listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories="]
        command = [*prefix, str(binaries / "postgres"), "-D", str(data)]
        for setting in settings:
            command += ["-c", setting]
        super().__init__(command, environment={}, folder=folder, log=folder.parent / "postgres.log")

    def start(self) -> None:
        """Start and wait until it answers; like a supervisor, again where it ended.

        After a kill -9 the children of the server before may still hold its memory for a moment.
        """
        wait_for(self._answers, 30, every=0.2)

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            self.launch()
        return bool(self.run("SELECT 1"))

    def url(self, service: str) -> str:
        """The database of a service, as its user."""
        return f"postgresql+psycopg2://{service}@127.0.0.1:{self.port}/{service}"

    def make(self, service: str) -> None:
        """Make a service's user and database."""
        self.run(f"CREATE ROLE {service} LOGIN")
        self.run(f"CREATE DATABASE {service} OWNER {service}")

    def run(self, statement: str, *, database: str = "postgres") -> list[Any]:
        """Run a statement as the administrator, whom row-level security does not bind."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="admin", dbname=database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def python(module: str, *arguments: str, environment: Mapping[str, str], folder: Path, log: Path) -> Part:
    """A module of this checkout as a process."""
    root = Path(__file__).parents[2]
    return Part(
        [sys.executable, "-m", module, *arguments],
        environment={**environment, "PYTHONPATH": str(root)},
        folder=folder,
        log=log,
    )
