"""A service's job worker: `python -m chassis.work <service>`. Plain threads, no eventlet.

The handlers stand in `services.<service>.jobs`, class `Jobs`, a `Workshop` with methods marked by `chassis.jobs.job`.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module

from chassis import crypto, logging, settings
from chassis.database import Database
from chassis.health import Health, serve_health
from chassis.live import Announcer
from chassis.objects import ObjectStore
from chassis.relay import Waker
from chassis.rpc import Caller
from chassis.settings import ObjectStoreSettings, ServiceSettings
from chassis.workshop import Worker, Workshop


def main() -> None:
    service = sys.argv[1]
    logging.configure(f"{service}.worker")
    own = settings.load(service)
    crypto.configure(own)
    database = Database(own.database_url.get_secret_value(), pool_size=own.workers * 2 + 2)
    health = Health(f"{service}.worker", needs=("database",))
    serve_health(health, own.http_host, own.worker_http_port)
    caller = Caller(own.amqp_url.get_secret_value())
    caller.link.start()
    Waker(database).start()
    announcer = Announcer(caller.link)
    announcer.start()
    workshop: Workshop[ServiceSettings] = import_module(f"{settings.package_of(service)}.jobs").Jobs(
        own, database=database, objects=ObjectStore(ObjectStoreSettings()), caller=caller
    )
    worker = Worker(workshop, database, health)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    workshop.open()
    try:
        worker.run(own.workers)
    finally:
        workshop.close()
        announcer.stop()
        caller.link.stop()
        database.dispose()


if __name__ == "__main__":
    main()
