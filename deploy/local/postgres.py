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
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from contracts.base import SERVICES
from deploy.local import install
from deploy.local.errors import Refused
from deploy.local.instance import Instance, write
from deploy.local.supervisor import Process, Tcp

VARIABLE = "ZHIPING_POSTGRES_URL"
BINARIES = Path("/usr/lib/postgresql")
OLDEST = 15
# An SSLRequest: the server answers it with one byte before any sign-in, and writes nothing into its log.
SSL_REQUEST, SSL_REFUSED = bytes.fromhex("0000000804d2162f"), b"N"

SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
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


def prepare(instance: Instance) -> None:
    """Install PostgreSQL and make the cluster, where that has not been done."""
    if given():
        return
    install.packages([install.POSTGRES])
    home = instance.path("postgres")
    home.mkdir(mode=0o700, exist_ok=True)
    data = home / "data"
    if not data.exists():
        install.progress("making the database cluster")
        _make_cluster(instance, home, data)
    write(instance.path("postgresql.conf"), SETTINGS.format(port=instance.port("postgres")))
    placed = data / "conf.d.conf"
    shutil.copyfile(instance.path("postgresql.conf"), placed)
    _give(placed, home)


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
    data = instance.path("postgres", "data")
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
    with closing(psycopg2.connect(admin_url(instance))) as connection:
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
                cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))


def _make_cluster(instance: Instance, home: Path, data: Path) -> None:
    """Make it under another name first: a half-made cluster is never taken for a whole one."""
    if os.geteuid() == 0 and _open_to_others(home.parent):
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
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
    # Under a folder closed to others no other user can enter; inside a user namespace root passes for one.
    nobody = pwd.getpwnam("nobody")
    prefix = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", "--")
    if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        raise Refused(
            f"PostgreSQL does not run as root, {home} is closed to other users, and this system allows no user "
            "namespaces: move the checkout to a folder that others may enter, or run as an ordinary user."
        )
    return prefix


def _open_to_others(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _give(path: Path, home: Path) -> None:
    """Let the owner of `home` read the file."""
    owner = home.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


if __name__ == "__main__":
    make_databases(Instance.open())
