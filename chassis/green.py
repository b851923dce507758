"""Green threads: imported before anything else by processes that run on eventlet."""

from __future__ import annotations

from typing import Any

import eventlet

eventlet.monkey_patch()

from eventlet.hubs import trampoline  # noqa: E402  (only after the patch)
from psycopg2 import OperationalError, extensions  # noqa: E402


def _wait(connection: Any, timeout: float = -1) -> None:
    """Let other green threads run while PostgreSQL works; without this the driver blocks all of them."""
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        if state == extensions.POLL_READ:
            trampoline(connection.fileno(), read=True)
        elif state == extensions.POLL_WRITE:
            trampoline(connection.fileno(), write=True)
        else:
            raise OperationalError(f"unexpected state {state}")


extensions.set_wait_callback(_wait)
