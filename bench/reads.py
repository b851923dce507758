"""What an authenticated read through gateway, broker and service costs, beside the same query in a bare process.

    export ZHIPING_RUN=.run/bench
    ./zhiping up && eval "$(./zhiping env)" && python -m bench.reads

Measured in turns on one machine, so the ratios hold while it is shared.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from bench.stage import PROFILE, Watched, open_stage
from contracts.base import Actor
from deploy.demo.browser import wait_until

ROUNDS = 5
SECONDS = 1.5
CLIENTS = (1, 32)
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Way:
    """One read at one address, with the figures of all rounds by number of clients."""

    def __init__(self, address: str, path: str, cookie: str = "") -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname, parts.port
        head = f"GET {parts.path}{path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        self._request = (head + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._times: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
        self._rates: dict[int, list[float]] = {clients: [] for clients in CLIENTS}

    async def measure(self, clients: int) -> None:
        """One round: so many connections that ask again as soon as they are answered."""
        times: list[float] = []
        started = time.perf_counter()
        await asyncio.gather(*(self._ask(started + SECONDS, times) for _ in range(clients)))
        self._rates[clients].append(len(times) / (time.perf_counter() - started))
        self._times[clients].append(statistics.median(times))

    def milliseconds(self, clients: int) -> float:
        return statistics.median(self._times[clients]) * 1000

    def rate(self, clients: int) -> float:
        return statistics.median(self._rates[clients])

    async def _ask(self, until: float, times: list[float]) -> None:
        # By hand: a client library would cost as much as what is measured, on the same processors.
        reader, writer = await asyncio.open_connection(self._host, self._port)
        while (started := time.perf_counter()) < until:
            writer.write(self._request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise RuntimeError(head.decode())
            await reader.readexactly(int(length[1]))
            times.append(time.perf_counter() - started)
        writer.close()


@contextmanager
def bare(service: str, actor: Actor) -> Iterator[str]:
    """The address of a bare process that reads the service's database."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ("uvicorn", "--factory", "bench.bare:create_app", "--port", str(port), "--no-access-log")
    environment = {**os.environ, "BENCH_SERVICE": service, "BENCH_ACTOR": actor.model_dump_json()}
    process = subprocess.Popen([sys.executable, "-m", *command, "--log-level", "warning"], env=environment)
    try:
        wait_until(lambda: _answers(port), what=f"bare {service}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def actor_of(browser: Watched) -> Actor:
    """The signed-in person, as the services see it."""
    account = browser.get("/me")
    session = next(each for each in browser.get("/me/sessions") if each["is_current"])
    return Actor(
        account_id=account["account_id"],
        person_id=account["person_id"],
        session_id=session["session_id"],
        profile=PROFILE,
        roles=(),
    )


def main() -> None:
    applicant, browser = open_stage().applicant()
    applicant.set_up()
    actor = actor_of(browser)
    gateway = f"{os.environ['ZHIPING_PUBLIC_URL']}/api/v1/{PROFILE}"
    reads = {
        "/declarations": ("declaration", "/declarations"),
        "/me": ("identity", "/me"),
        "/declarations/{id}": ("declaration", applicant.address),
    }
    with ExitStack() as stack:
        addresses = {service: stack.enter_context(bare(service, actor)) for service in ("identity", "declaration")}
        ways = {
            name: (Way(gateway, path, browser.cookie), Way(addresses[service], path))
            for name, (service, path) in reads.items()
        }
        asyncio.run(measure(ways))
    print("| read | clients | ours ms | bare ms | time, bare = 1 | ours /s | bare /s | throughput, bare = 1 |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (ours, plain) in ways.items():
        for clients in CLIENTS:
            print(
                f"| GET {name} | {clients} | {ours.milliseconds(clients):.2f} | {plain.milliseconds(clients):.2f} "
                f"| {ours.milliseconds(clients) / plain.milliseconds(clients):.2f} "
                f"| {ours.rate(clients):.0f} | {plain.rate(clients):.0f} "
                f"| {ours.rate(clients) / plain.rate(clients):.2f} |"
            )


async def measure(ways: dict[str, tuple[Way, Way]]) -> None:
    """All ways in turns; the first round warms up and does not count."""
    for pair in ways.values():
        for way in pair:
            await way.measure(CLIENTS[-1])
            way.forget()
    for _ in range(ROUNDS):
        for pair in ways.values():
            for clients in CLIENTS:
                for way in pair:
                    await way.measure(clients)


if __name__ == "__main__":
    main()
