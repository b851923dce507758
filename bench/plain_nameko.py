"""A service as Nameko's documentation writes it, to be measured beside ours: `python -m bench.plain_nameko URL`."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402  (only after the patch)

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402


class Plain:
    """Answers what it was asked."""

    name = "plain"

    @rpc
    def wait(self, seconds: float) -> float:
        eventlet.sleep(seconds)
        return 0.0


if __name__ == "__main__":
    runner = ServiceRunner({"AMQP_URI": sys.argv[1], "max_workers": 32})
    runner.add_service(Plain)
    runner.start()
    print("ready", flush=True)
    runner.wait()
