"""The private PostgreSQL: one cluster, one database and one user per service.

Run as a program it makes the databases and users, here or in the server that ZHIPING_POSTGRES_URL names.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

from contracts.base import SERVICES
from deploy.local import install
from deploy.local.errors import Refused
from deploy.local.instance import Instance, write
from deploy.local.process import Process, Tcp

VARIABLE = "ZHIPING_POSTGRES_URL"
BINARIES = Path("/usr/lib/postgresql")
OLDEST = 15
RECOVERY_SECONDS = 120.0
# An SSLRequest: the server answers it with one byte before any sign-in, and writes nothing into its log.
SSL_REQUEST, SSL_REFUSED = bytes.fromhex("0000000804d2162f"), b"N"

# Makes root pass for a user who must exist in the password file.
NOBODY = pwd.getpwnam("nobody")
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY.pw_uid}", f"--map-group={NOBODY.pw_gid}", "--")
# Where the cluster lies if the checkout is closed to others and there are no namespaces.
ELSEWHERE = Path("/var/lib/zhiping")

SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 300
shared_buffers = 96MB
work_mem = 8MB
maintenance_work_mem = 64MB
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
# Statements and their parameters hold personal data: they never reach the log.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_statement = none
log_line_prefix = '%m %u@%d '
"""


def given() -> str | None:
    """The administrator's URL of a server to use instead of an own one."""
    return os.environ.get(VARIABLE) or None


def needs() -> list[install.Need]:
    """What must be installed."""
    return [] if given() else [install.POSTGRES]


def prepare(instance: Instance) -> None:
    """Make the cluster, where that has not been done, and write its settings."""
    if given():
        return
    home = instance.path("postgres")
    if not home.exists():
        _make_home(instance, home)
    data = home.resolve() / "data"
    if not data.exists():
        install.progress("making the database cluster")
        _make_cluster(instance, data)
    # Nothing of ours runs now, so the lock is stale; PostgreSQL itself would believe it when its number was taken by
    # another process meanwhile, or belongs to a dead one that nobody has collected, as happens in containers.
    (data / "postmaster.pid").unlink(missing_ok=True)
    write(instance.path("postgresql.conf"), SETTINGS.format(port=instance.port("postgres")))
    placed = data / "conf.d.conf"
    shutil.copyfile(instance.path("postgresql.conf"), placed)
    _give(placed, home)


def adopt(instance: Instance, fill: Callable[[Path], None]) -> None:
    """Make the cluster of what `fill` puts into its empty folder, whole or not at all."""
    home = instance.path("postgres")
    _make_home(instance, home)
    home = home.resolve()
    half = home / "data.new"
    half.mkdir(mode=0o700)
    fill(half)
    for path in (half, *half.rglob("*")):
        _give(path, home)
    half.rename(home / "data")


def program(name: str, instance: Instance) -> Path:
    """A program of the version that made the cluster."""
    return _binary(name, instance.path("postgres").resolve() / "data")


def remove(instance: Instance) -> None:
    """Remove the cluster, also where it lies outside the installation's folder."""
    home = instance.path("postgres")
    if home.is_symlink():
        shutil.rmtree(home.resolve())


def processes(instance: Instance) -> list[Process]:
    """The server, unless one is given, and the task that makes the databases."""
    databases = Process(
        name="databases",
        command=(sys.executable, "-m", "deploy.local.postgres"),
        after=() if given() else ("postgres",),
        environment={VARIABLE: given() or ""},
        task=True,
    )
    if given():
        return [databases]
    data = instance.path("postgres").resolve() / "data"
    server = Process(
        name="postgres",
        command=(str(_binary("postgres", data)), "-D", str(data)),
        as_user=_as_owner(instance.path("postgres")),
        folder=data,
        ready=Tcp(instance.port("postgres"), send=SSL_REQUEST, greeting=SSL_REFUSED),
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGINT,
        stop_seconds=30,
        port=instance.port("postgres"),
    )
    return [server, databases]


def environment(instance: Instance) -> dict[str, str]:
    """The address of each service's database."""
    admin = urlsplit(given() or admin_url(instance))
    return {
        f"{service.upper()}_DATABASE_URL": f"postgresql+psycopg2://{service}:{instance.secret(f'postgres.{service}')}"
        f"@{admin.hostname}:{admin.port or 5432}/{service}"
        for service in SERVICES
    }


def admin_url(instance: Instance) -> str:
    """The administrator's address of the server."""
    return given() or (
        f"postgresql://zhiping:{instance.secret('postgres.admin')}@127.0.0.1:{instance.port('postgres')}/postgres"
    )


def make_databases(instance: Instance) -> None:
    """One user and one database of its own for each service; what exists is kept, passwords follow the secrets."""
    with closing(_connect(admin_url(instance))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for service in SERVICES:
                name = sql.Identifier(service)
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [service])
                verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %s").format(verb, name),
                    [instance.secret(f"postgres.{service}")],
                )
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [service])
                if not cursor.fetchone():
                    # An administrator who is no superuser may only give away what he is a member of.
                    cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
                    cursor.execute(
                        sql.SQL(
                            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
                        ).format(name, name)
                    )
                # Without turning disks a page out of order costs hardly more than the next one: lists are then counted
                # in an index, not in the rows.
                cursor.execute(sql.SQL("ALTER DATABASE {} SET random_page_cost = 1.1").format(name))
                cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))


def _connect(url: str) -> psycopg2.extensions.connection:
    """A connection, once the server has worked off what a crash or a restore left it to do."""
    give_up = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            return psycopg2.connect(url)
        except psycopg2.OperationalError as error:
            if "starting up" not in str(error) or time.monotonic() > give_up:
                raise
        time.sleep(0.2)


def _make_home(instance: Instance, home: Path) -> None:
    """Make the folder of the cluster; started by root, where another user can reach it, for PostgreSQL refuses root."""
    if os.geteuid() != 0 or (not _is_open_to_others(home.parent) and _may_use_namespaces()):
        home.mkdir(mode=0o700)
        return
    place = home
    if not _is_open_to_others(home.parent):
        place = ELSEWHERE / instance.id
        place.parent.mkdir(mode=0o711, exist_ok=True)
        place.parent.chmod(0o711)
    place.mkdir(mode=0o700, exist_ok=True)
    owner = pwd.getpwnam("postgres")
    os.chown(place, owner.pw_uid, owner.pw_gid)
    if place != home:
        home.unlink(missing_ok=True)
        home.symlink_to(place)


def _make_cluster(instance: Instance, data: Path) -> None:
    """Make it under another name first: a half-made cluster is never taken for a whole one."""
    home = data.parent
    half = home / "data.new"
    shutil.rmtree(half, ignore_errors=True)
    password = home / "password"
    write(password, instance.secret("postgres.admin"))
    _give(password, home)
    command = [
        *_as_owner(home),
        str(_binary("initdb", data)),
        f"--pgdata={half}",
        "--username=zhiping",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
    ]
    done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    password.unlink()
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        shutil.rmtree(half, ignore_errors=True)
        raise Refused(f"The database cluster could not be made in {home}, see above.")
    with (half / "postgresql.conf").open("a") as file:
        file.write("include = 'conf.d.conf'\n")
    half.rename(data)


def _binary(name: str, data: Path) -> Path:
    """A program of the version that made the cluster, of the newest version when there is none yet."""
    versions = sorted(int(path.name) for path in BINARIES.iterdir() if path.name.isdecimal())
    made_by = data / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.exists() else versions[-1]
    if wanted < OLDEST:
        raise Refused(f"PostgreSQL {wanted} is too old: at least {OLDEST} is needed.")
    path = BINARIES / str(wanted) / "bin" / name
    if not path.exists():
        raise Refused(
            f"The data in {data} was made by PostgreSQL {wanted}, which is not installed any more: "
            f"install postgresql-{wanted}, or move the data over with pg_upgradecluster or pg_dumpall."
        )
    return path


def _as_owner(home: Path) -> tuple[str, ...]:
    """The command prefix that runs a program as the owner of `home`, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return ()
    owner = home.stat().st_uid
    if owner != 0:
        user = pwd.getpwuid(owner)
        return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
    return NAMESPACE


def _may_use_namespaces() -> bool:
    """Whether root can pass for another user inside a user namespace; containers often forbid it."""
    return subprocess.run([*NAMESPACE, "true"], stderr=subprocess.DEVNULL).returncode == 0


def _is_open_to_others(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _give(path: Path, home: Path) -> None:
    """Let the owner of `home` read the file."""
    owner = home.stat()
    os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


if __name__ == "__main__":
    make_databases(Instance.open())
