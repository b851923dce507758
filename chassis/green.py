"""Green threads: imported before anything else by processes that run on eventlet."""

from __future__ import annotations

import warnings
from typing import Any

# Nameko is the given framework and eventlet is under it; its advice to move elsewhere at each start helps nobody.
warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from eventlet.hubs import trampoline  # noqa: E402  (only after the patch)
from psycopg2 import OperationalError, extensions  # noqa: E402

# Longer than any statement may take (`chassis.database.STATEMENT_SECONDS`): a server so long silent is gone.
SILENCE_SECONDS = 60


def _wait(connection: Any, timeout: float = -1) -> None:
    """Let other green threads run while PostgreSQL works; without this the driver blocks all of them."""
    silent = OperationalError("the server is silent")
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        if state == extensions.POLL_READ:
            trampoline(connection.fileno(), read=True, timeout=SILENCE_SECONDS, timeout_exc=silent)
        elif state == extensions.POLL_WRITE:
            trampoline(connection.fileno(), write=True, timeout=SILENCE_SECONDS, timeout_exc=silent)
        else:
            raise OperationalError(f"unexpected state {state}")


extensions.set_wait_callback(_wait)
