"""./zhiping test: everything that CI runs, on an installation made for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local import browser, control, install, lifecycle, portal
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, Instance

TOOLS = Path(sys.executable).parent
STATIC_CHECKS = (
    ("ruff", ("ruff", "check", "--quiet")),
    ("ruff format", ("ruff", "format", "--check", "--quiet")),
    ("mypy", ("mypy", "--no-error-summary")),
    ("import-linter", ("lint-imports", "--no-logo")),
)
# The suites that need no running stack.
PURE_SUITES = ("unit", "contract", "architecture")
BROWSER_SUITE = REPOSITORY / "tests" / "e2e"


def run(instance: Instance, arguments: Sequence[str]) -> int:
    """All checks without arguments; with arguments pytest alone, with the stack where the named tests need it.

    Answers the exit code.
    """
    failed = [] if arguments else _static_checks()
    run_tests = _with_stack if _needs_stack(arguments) else _pytest
    if run_tests(instance, arguments) != 0:
        failed.append("pytest")
    if failed:
        print(f"zhiping: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _static_checks() -> list[str]:
    """Python's own and, beside them, the portal's; answers the names of those that failed."""
    with ThreadPoolExecutor() as beside:
        portals = beside.submit(_portal_check)
        return [*_python_checks(), *portals.result()]


def _portal_check() -> list[str]:
    if not portal.exists():
        return []
    install.progress("portal")
    try:
        portal.check()
    except Refused as refused:
        print(refused)
        return ["portal"]
    return []


def _python_checks() -> list[str]:
    failed = []
    for name, command in STATIC_CHECKS:
        install.progress(name)
        done = subprocess.run(
            [str(TOOLS / command[0]), *command[1:]],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            print(done.stdout)
            failed.append(name)
    return failed


def _with_stack(instance: Instance, arguments: Sequence[str]) -> int:
    """Run pytest beside a fresh installation: what an earlier run left must not make a test pass or fail."""
    lifecycle.remove(instance)
    fresh = Instance.open(instance.folder)
    if BROWSER_SUITE.exists():
        browser.ensure()
    lifecycle.bring_up(fresh, "all")
    try:
        return _pytest(fresh, arguments)
    finally:
        control.stop(fresh)


def _pytest(instance: Instance, arguments: Sequence[str]) -> int:
    command = [str(TOOLS / "pytest"), "-q", *arguments]
    environment = {**os.environ, "ZHIPING_RUN": str(instance.folder)}
    return subprocess.call(command, cwd=REPOSITORY, env=environment)


def _needs_stack(arguments: Sequence[str]) -> bool:
    paths = [path for path in (argument.partition("::")[0] for argument in arguments) if (REPOSITORY / path).exists()]
    pure = tuple(f"tests/{suite}" for suite in PURE_SUITES)
    return not paths or not all(path.removeprefix("./").startswith(pure) for path in paths)
