"""The Chromium of the browser tests and benchmarks: Debian's, or one from npm on Ubuntu, which packs none."""

from __future__ import annotations

import shutil
from pathlib import Path

from deploy.local import install, node
from deploy.local.instance import REPOSITORY

# Where the lock file of the one from npm lies.
LOCKED = REPOSITORY / "deploy" / "browser"
PACKED = Path("/usr/bin/chromium")
FETCHED = REPOSITORY / ".run" / "boot" / "browser" / "chromium"
# libatomic: for the Node inside Playwright, which drives the browser.
LIBRARIES = install.Need(("libatomic1",), ("/usr/lib/*/libatomic.so.1",))
DEBIAN = install.Need(("chromium",), (str(PACKED),))
UBUNTU = install.Need(("libnss3",), ("/usr/lib/*/libnss3.so",))


def executable() -> str:
    """The path of the browser that `ensure` put here."""
    return str(PACKED if PACKED.exists() else FETCHED)


def ensure() -> None:
    """Install the browser, unless it is here."""
    if PACKED.exists() or install.is_packed("chromium"):
        install.packages([LIBRARIES, DEBIAN])
        return
    install.packages([LIBRARIES, UBUNTU])
    if FETCHED.exists():
        return
    install.progress("fetching Chromium (npm ci)")
    node.fetch_packages(LOCKED)
    scratch = FETCHED.parent.with_name("browser.part")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    unpack = "await (await import('@sparticuz/chromium')).default.executablePath()"
    node.run(LOCKED, "node", "--input-type=module", "--eval", unpack, TMPDIR=str(scratch))
    scratch.rename(FETCHED.parent)
    shutil.rmtree(LOCKED / "node_modules")
