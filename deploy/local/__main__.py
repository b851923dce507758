"""The commands of ./zhiping."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.base import SERVICES
from deploy.local import checks, control, install, lifecycle, postgres, processes, rabbitmq
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, Instance
from deploy.local.supervisor import Supervisor

# The first demonstration is small; `./zhiping demo --people N` makes larger ones.
FIRST_PEOPLE = 3
SHOWN_ACCOUNTS = 12
# Programs of the platform that run with the settings of this installation.
HANDED_OVER = {
    "demo": ("deploy.demo",),
    "verify-audit": ("chassis.audit", "verify", *SERVICES),
    "dead-letters": ("chassis.deadletters",),
    "republish": ("chassis.republish",),
}


def main() -> int:
    """Run one command; answers the exit code."""
    os.umask(0o077)
    arguments = _arguments()
    try:
        code: int = arguments.run(Instance.open(), arguments)
        return code
    except Refused as refused:
        print(f"zhiping: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def up(instance: Instance, arguments: argparse.Namespace) -> int:
    """Install, start and wait until everything is ready."""
    lifecycle.bring_up(instance, "all")
    _demonstrate_once(instance)
    _print_table(instance)
    _print_accounts(instance)
    return 0


def parts(instance: Instance, arguments: argparse.Namespace) -> int:
    """The same with the real parts alone, for tests and development."""
    lifecycle.bring_up(instance, "parts")
    _print_table(instance)
    print('`eval "$(./zhiping env)"` puts the addresses into this shell.')
    return 0


def down(instance: Instance, arguments: argparse.Namespace) -> int:
    """End everything; the data stays."""
    print("Everything is stopped." if control.stop(instance) else "Nothing was running.")
    return 0


def status(instance: Instance, arguments: argparse.Namespace) -> int:
    """Show each process; the exit code is 0 when all are well."""
    answer = control.ask(instance, do="status")
    if arguments.json:
        print(json.dumps(answer or {"mode": None, "processes": []}, indent=1))
    elif answer is None:
        print("Nothing is running. `./zhiping up` starts it.")
    else:
        _print_table(instance)
    return 0 if answer and all(lifecycle.is_well(line) for line in answer["processes"]) else 1


def logs(instance: Instance, arguments: argparse.Namespace) -> int:
    """Show what processes wrote."""
    folder = instance.path("log")
    names = arguments.name or sorted(path.stem for path in folder.glob("*.log"))
    for name in names:
        if not (folder / f"{name}.log").exists():
            known = ", ".join(sorted(path.stem for path in folder.glob("*.log")))
            raise Refused(f"There is no log of {name}; known: {known or 'none yet'}.")
    command = ["tail", "-n", str(arguments.lines)]
    if arguments.follow:
        command.append("-F")
    if len(names) == 1:
        return subprocess.call([*command, str(folder / f"{names[0]}.log")])
    with subprocess.Popen(
        [*command, "-v", *(f"{name}.log" for name in names)], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as reading:
        assert reading.stdout is not None
        name = ""
        for line in reading.stdout:
            if line.startswith("==> ") and line.endswith(".log <==\n"):
                name = line[4:-9]
            elif line.strip():
                print(f"{name:<20} | {line}", end="", flush=True)
    return 0


def env(instance: Instance, arguments: argparse.Namespace) -> int:
    """Print every setting as a line of shell."""
    for name, value in processes.environment(instance).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def test(instance: Instance, arguments: argparse.Namespace) -> int:
    """Run everything that CI runs, or some tests alone, on an installation of their own."""
    return checks.run(Instance.open(instance.path("test")), arguments.rest)


def back_up(instance: Instance, arguments: argparse.Namespace) -> int:
    """Write a backup of everything that cannot be made again."""
    from deploy.local import backup  # reaches into the databases: all that is for these two commands alone

    backup.backup(instance, arguments.folder.absolute())
    print(f"The backup is in {arguments.folder}. It holds every secret: keep it as closed as the installation.")
    return 0


def bring_back(instance: Instance, arguments: argparse.Namespace) -> int:
    """Make an installation of a backup."""
    from deploy.local import backup

    backup.restore(instance, arguments.folder.absolute())
    print("The backup is restored and its audit chain is whole. `./zhiping up` starts everything.")
    return 0


def steer(instance: Instance, arguments: argparse.Namespace) -> int:
    """Restart, halt or resume one process."""
    answer = control.ask(instance, do=arguments.command, name=arguments.name)
    if answer is None:
        raise Refused("Nothing is running. `./zhiping up` starts it.")
    if "error" in answer:
        raise Refused(answer["error"])
    return 0


def hand_over(instance: Instance, arguments: argparse.Namespace) -> int:
    """Run a program of the platform with the settings of this installation."""
    command = [sys.executable, "-m", *HANDED_OVER[arguments.command], *arguments.rest]
    return subprocess.call(command, cwd=REPOSITORY, env={**os.environ, **processes.environment(instance)})


def tool(instance: Instance, arguments: argparse.Namespace) -> int:
    """Run psql as the database's administrator, or rabbitmqctl on the private broker."""
    if arguments.command == "psql":
        url = urlsplit(postgres.admin_url(instance))
        address = ["-h", url.hostname or "", "-p", str(url.port or 5432), "-U", url.username or ""]
        # Not on the command line, which everybody on the machine can read.
        password = {"PGPASSWORD": url.password or ""}
        return subprocess.call(["psql", *address, *arguments.rest], env={**os.environ, **password})
    environment = {**os.environ, **rabbitmq.tool_environment(instance)}
    return subprocess.call([str(rabbitmq.SERVER.with_name("rabbitmqctl")), *arguments.rest], env=environment)


def supervise(instance: Instance, arguments: argparse.Namespace) -> int:
    """The supervisor itself; `up` starts it in the background."""
    with instance.path(control.LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("It is supervised already.") from error
        table = processes.MODES[arguments.mode](instance)
        environment = processes.base_environment(instance)
        supervisor = Supervisor(table, environment=environment, logs=instance.directory("log"), mode=arguments.mode)
        os.chdir(instance.folder)
        asyncio.run(supervisor.run(control.SOCKET))
    return 0


def _demonstrate_once(instance: Instance) -> None:
    """At the first start let a few invented people go through the main job, so that every screen shows something."""
    done = instance.path("demonstrated")
    if done.exists():
        return
    install.progress(f"{FIRST_PEOPLE} invented people go through the main job (once, takes a minute)")
    log = instance.path("log", "first-demonstration.log")
    with log.open("wb") as output:
        code = subprocess.call(
            [sys.executable, "-m", "deploy.demo", "--people", str(FIRST_PEOPLE)],
            cwd=REPOSITORY,
            env={**os.environ, **processes.environment(instance)},
            stdout=output,
            stderr=output,
        )
    if code == 0:
        done.touch()
    else:
        print(f"The demonstration did not end; everything else runs. See {log}:\n{control.tail(log)}", file=sys.stderr)


def _print_accounts(instance: Instance) -> None:
    """Show how the demonstration's people sign in."""
    for path in sorted(instance.folder.glob("demo-accounts-*.json")):
        accounts: dict[str, dict[str, str]] = json.loads(path.read_text())
        print(f"\n{'demonstration account':<32}{'signs in as':<24}password")
        for who, account in list(accounts.items())[:SHOWN_ACCOUNTS]:
            print(f"{who:<32}{account['identifier']:<24}{account['password']}")
        if len(accounts) > SHOWN_ACCOUNTS:
            print(f"… and {len(accounts) - SHOWN_ACCOUNTS} more in {path}")


def _print_table(instance: Instance) -> None:
    answer = control.ask(instance, do="status")
    if answer is None:
        return
    print(f"{'process':<22}{'state':<10}{'for':>8}{'restarts':>10}{'port':>8}{'pid':>9}  note")
    for line in answer["processes"]:
        print(
            f"{line['name']:<22}{line['state']:<10}{_duration(line['seconds']):>8}{line['restarts']:>10}"
            f"{line['port'] or '-':>8}{line['pid'] or '-':>9}  {line['note']}"
        )
    settings = processes.environment(instance)
    if answer["mode"] == "all":
        print(f"\nZhiping: {settings['ZHIPING_PUBLIC_URL']}")
    if page := settings.get("ZHIPING_PEERS_URL"):
        print(f"SMS, mail and captcha answers: {page}")


def _duration(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./zhiping", description="Run the platform on this one machine.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text)
        added.set_defaults(run=run)
        return added

    def handing_on(name: str, run: Any, text: str) -> None:
        # No character begins an option here: everything goes on to the other program.
        added = commands.add_parser(name, help=text, add_help=False, prefix_chars="\0")
        added.set_defaults(run=run)
        added.add_argument("rest", nargs="*")

    command("up", up, "install what is missing and start everything")
    command("parts", parts, "start RabbitMQ, PostgreSQL, object store and peers alone")
    command("down", down, "stop everything; the data stays")
    command("status", status, "show the processes").add_argument("--json", action="store_true")
    added = command("logs", logs, "show what processes wrote")
    added.add_argument("name", nargs="*")
    added.add_argument("-f", "--follow", action="store_true")
    added.add_argument("-n", "--lines", type=int, default=100)
    command("env", env, "print the settings as shell lines")
    for name in ("restart", "halt", "resume"):
        command(name, steer, f"{name} one process").add_argument("name")
    for name, run, text in (
        ("backup", back_up, "copy databases, objects and secrets of the running installation into a new folder"),
        ("restore", bring_back, "make the installation of a backup, where there is none yet"),
    ):
        command(name, run, text).add_argument("folder", type=Path)
    handing_on("test", test, "run the checks and tests; arguments go to pytest")
    for name, text in (
        ("demo", "drive the main job through the API: [--people N] [--json]"),
        ("verify-audit", "prove the audit chain of every service"),
        ("dead-letters", "list|replay|drop SERVICE [--event ID]"),
        ("republish", "send a service's events again: SERVICE --since MOMENT"),
    ):
        handing_on(name, hand_over, text)
    handing_on("psql", tool, "open a database as its administrator: SERVICE …")
    handing_on("rabbitmqctl", tool, "administer the private broker")
    commands.add_parser("supervise").set_defaults(run=supervise)
    commands.choices["supervise"].add_argument("mode", choices=processes.MODES)
    return parser.parse_args(sys.argv[1:] or ["--help"])


if __name__ == "__main__":
    sys.exit(main())
