"""What a call costs, beside Nameko's own client and service: `python -m bench.bus`.

All ways are measured in one run, in turns, on parts of their own, so the ratios hold while the machine is shared.
The method does nothing: what is measured is the bus.
"""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import nameko.rpc
from nameko.amqp.publish import Publisher
from nameko.standalone.rpc import ClusterRpcProxy

from chassis import context, wire
from chassis.asyncbus import AsyncBus
from tests.bank.contracts import TellerApi
from tests.bank.parts import python, wait_for
from tests.bank.world import PROFILE, World

ROUNDS = 3
SECONDS = 1.0
CLIENTS = (1, 32)


class Figures:
    """Calls a second and the median time of a call, of one way with a number of clients, over all rounds."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.times: list[float] = []

    def add(self, times: list[float], seconds: float) -> None:
        self.rates.append(len(times) / seconds)
        self.times.append(statistics.median(times))

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.times) * 1000


def with_gateway_client(url: str, clients: int) -> tuple[list[float], float]:
    """Our asyncio client, one for all callers."""

    async def measure() -> tuple[list[float], float]:
        bus = AsyncBus(url)
        bus.start()
        while not bus.is_ready:
            await asyncio.sleep(0.01)
        teller = bus.client(TellerApi)
        times: list[float] = []

        async def call_on(until: float) -> None:
            while (started := time.perf_counter()) < until:
                await teller.call(TellerApi.wait, seconds=0)
                times.append(time.perf_counter() - started)

        with context.use(context.CallContext(profile=PROFILE)):
            await teller.call(TellerApi.wait, seconds=0)
            started = time.perf_counter()
            await asyncio.gather(*(call_on(started + SECONDS) for _ in range(clients)))
            took = time.perf_counter() - started
        await bus.stop()
        return times, took

    return asyncio.run(measure())


def with_threads(call: Callable[[], Callable[[], object]], clients: int) -> tuple[list[float], float]:
    """A thread for each caller; `call` gives each thread what it repeats."""
    times: list[float] = []
    ready = threading.Barrier(clients)

    def work() -> float:
        once = call()
        once()
        ready.wait(60)
        began = time.perf_counter()
        while (started := time.perf_counter()) < began + SECONDS:
            once()
            times.append(time.perf_counter() - started)
        return time.perf_counter() - began

    with ThreadPoolExecutor(clients) as threads:
        took = [working.result() for working in [threads.submit(work) for _ in range(clients)]]
    return times, max(took)


def with_proxy_per_request(url: str, service: str, clients: int) -> tuple[list[float], float]:
    """Nameko's ClusterRpcProxy, made for each call."""

    def once() -> None:
        with ClusterRpcProxy({"AMQP_URI": url}, timeout=20) as cluster:
            getattr(cluster, service).wait(seconds=0)

    return with_threads(lambda: once, clients)


def with_pooled_proxies(url: str, service: str, clients: int) -> tuple[list[float], float]:
    """Nameko's ClusterRpcProxy, one kept for each caller."""
    kept: list[ClusterRpcProxy] = []

    def take() -> Callable[[], object]:
        proxy = ClusterRpcProxy({"AMQP_URI": url}, timeout=20)
        kept.append(proxy)
        cluster = proxy.start()
        return lambda: getattr(cluster, service).wait(seconds=0)

    found = with_threads(take, clients)
    for proxy in kept:
        proxy.stop()
    return found


def main() -> None:
    # Our services refuse a call without sender and deadline, which Nameko's client leaves out by default.
    headers = {
        wire.DEADLINE: wire.to_ms(datetime.now(UTC) + timedelta(hours=1)),
        wire.ARRIVED: wire.now_ms(),
        wire.PROFILE: PROFILE,
    }
    nameko.rpc.MethodProxy.publisher_cls = partial(Publisher, user_id="gateway", headers=headers)
    with TemporaryDirectory(prefix="zhiping-bench-") as folder:
        world = World(Path(folder), unbound=("gateway",))
        url = world.broker.url("gateway")
        plain = python("bench.plain_nameko", url, environment={}, folder=world.folder, log=world.folder / "plain.log")
        try:
            world.open()
            plain.launch()
            world.start("teller")
            wait_for(lambda: "ready" in (world.folder / "plain.log").read_text(), 30)
            report(url)
        finally:
            plain.kill()
            world.stop()


def report(url: str) -> None:
    """Measure all ways in turns and print the table."""
    ways: dict[str, Callable[[int], tuple[list[float], float]]] = {
        "gateway client → our service": partial(with_gateway_client, url),
        "ClusterRpcProxy, pooled → our service": partial(with_pooled_proxies, url, "teller"),
        "ClusterRpcProxy, per request → our service": partial(with_proxy_per_request, url, "teller"),
        "ClusterRpcProxy, pooled → plain Nameko service": partial(with_pooled_proxies, url, "plain"),
        "ClusterRpcProxy, per request → plain Nameko service": partial(with_proxy_per_request, url, "plain"),
    }
    figures = {(way, clients): Figures() for way in ways for clients in CLIENTS}
    for _ in range(ROUNDS):
        for (way, clients), found in figures.items():
            found.add(*ways[way](clients))
    print("| way | clients | median ms | calls/s | time, ours = 1 | throughput, ours = 1 |")
    print("|---|---|---|---|---|---|")
    for (way, clients), found in figures.items():
        ours = figures["gateway client → our service", clients]
        print(
            f"| {way} | {clients} | {found.milliseconds:.2f} | {found.rate:.0f} "
            f"| {found.milliseconds / ours.milliseconds:.2f} | {found.rate / ours.rate:.2f} |"
        )


if __name__ == "__main__":
    main()
