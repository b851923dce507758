"""Run a service: `python -m chassis.run <service>`.

One process on eventlet with two Nameko containers, so that calls never wait behind events; beside them the outbox
relay, the elected loops and the health port. It starts without broker and database and waits for both.
"""

from __future__ import annotations

import chassis.green  # isort: skip  # noqa: F401  (must come before everything that opens sockets)

import gc
import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Any

import eventlet
import structlog
from nameko.containers import ServiceContainer
from nameko.runners import ServiceRunner
from sqlalchemy import text

from chassis import crypto, logging, metrics, settings
from chassis.consumer import Events
from chassis.database import ALL_PROFILES, Database
from chassis.deadletters import dead_letters
from chassis.health import Health, serve_health
from chassis.intake import Intake
from chassis.link import HEARTBEAT
from chassis.live import Announcer
from chassis.loops import Loop, loops_of, turn
from chassis.relay import Relay, Waker
from chassis.rpc import Caller, Calls
from chassis.service import Service
from contracts.errors import WorldFault

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 10.0
LOOK_SECONDS = 0.2
# How often the database is asked whether it is there.
DATABASE_SECONDS = 2.0
DEAD_LETTER_SECONDS = 30.0


class Container(ServiceContainer):  # type: ignore[misc]
    """Nameko's container with a number of workers of its own."""

    def __init__(self, service_cls: type, config: dict[str, Any]) -> None:
        super().__init__(service_cls, {**config, "max_workers": config["workers"][service_cls.name]})  # type: ignore[attr-defined]

    @property
    def is_consuming(self) -> bool:
        return any(extension.is_consuming for extension in self.extensions if isinstance(extension, Intake))


class Process:
    """The process of one service from start to drain."""

    def __init__(self, service_name: str) -> None:
        configured = settings.load(service_name)
        crypto.configure(configured)
        self.health = Health(service_name, needs=("database", "broker", "calls", "events"))
        self.database = Database(configured.database_url.get_secret_value(), pool_size=configured.pool_size)
        self.caller = Caller(configured.amqp_url.get_secret_value())
        self.service = _service_class(service_name)(configured, database=self.database, caller=self.caller)
        self.relay = Relay(self.database, self.caller.link)
        self.announcer = Announcer(self.caller.link)
        self.runner = ServiceRunner(
            {
                "AMQP_URI": configured.amqp_url.get_secret_value(),
                "HEARTBEAT": HEARTBEAT,
                "service": self.service,
                "link": self.caller.link,
                "workers": {Calls.name: configured.calls, Events.name: configured.events},
            }
        )
        self.runner.container_cls = Container
        self.runner.add_service(Calls)
        self.runner.add_service(Events)
        self._stopping = False
        serve_health(self.health, configured.http_host, configured.http_port)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish what was begun, within `DRAIN_SECONDS`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.caller.link.start()
        eventlet.spawn(self._watch_database)
        eventlet.spawn(self._watch_dead_letters)
        Waker(self.database).start()
        self.announcer.start()
        self.relay.start()
        for loop in loops_of(self.service):
            eventlet.spawn(self._repeat, loop)
        eventlet.spawn(self.runner.start)
        # What was imported and built stays; walking over it again and again took a seventh of a call's time.
        gc.collect()
        gc.freeze()
        while not self._stopping:
            self._look()
            eventlet.sleep(LOOK_SECONDS)
        self._drain()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look(self) -> None:
        self.health.set("broker", self.caller.link.is_ready)
        for container in self.runner.containers:
            self.health.set(container.service_name, container.is_consuming)

    def _watch_database(self) -> None:
        while True:
            try:
                with self.database.begin(ALL_PROFILES) as session:
                    session.execute(text("SELECT 1 FROM outbox LIMIT 1"))
                self.health.set("database", True)
            except Exception as error:  # away, or not migrated yet
                self.health.set("database", False)
                log.warning("database_away", error=type(error).__name__)
            eventlet.sleep(DATABASE_SECONDS)

    def _watch_dead_letters(self) -> None:
        while True:
            eventlet.sleep(DEAD_LETTER_SECONDS)
            try:
                with dead_letters(self.service.settings.amqp_url.get_secret_value()) as letters:
                    count, age = letters.look()
                metrics.DEAD_LETTERS.set(count)
                metrics.DEAD_LETTERS_AGE.set(age)
            except Exception as error:  # the broker is away, which is reported elsewhere
                log.info("dead_letters_unknown", error=type(error).__name__)

    def _repeat(self, loop: Loop) -> None:
        while not self._stopping:
            eventlet.sleep(loop.seconds)
            try:
                turn(self.database, loop)
            except WorldFault as error:
                log.warning("loop_put_off", loop=loop.name, error=type(error).__name__)
            except Exception as error:  # the next turn tries again
                log.error("loop_failed", loop=loop.name, exc_info=error)

    def _drain(self) -> None:
        log.info("process_draining")
        for need in ("calls", "events"):
            self.health.set(need, False)
        self.relay.stop()
        with eventlet.Timeout(DRAIN_SECONDS, False):
            self.runner.stop()
            self.announcer.stop()
            log.info("process_drained")
        self.caller.link.stop()
        sys.stdout.flush()
        # Whatever still runs has had its time; what it had not acknowledged is delivered again.
        os._exit(0)


def _service_class(service_name: str) -> type[Service[Any]]:
    """The class that the service's module `service` serves."""
    module = import_module(f"{settings.package_of(service_name)}.service")
    found = [
        member
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, Service) and "contract" in vars(member)
    ]
    if len(found) != 1:
        raise TypeError(f"{module.__name__} serves {len(found)} contracts")
    return found[0]


def main() -> None:
    service_name = sys.argv[1]
    logging.configure(service_name)
    Process(service_name).run()


if __name__ == "__main__":
    main()
