"""Bring a service's database up to date: `python -m chassis.migrate <service>`.

The chassis' own tables have a history of their own (table `chassis_version`), so that they can change in every
service at once; the service's tables follow (table `alembic_version`).
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import stamina
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from chassis import settings

LOCK = "SELECT pg_advisory_xact_lock(hashtext('zhiping.migrate'))"


def migrate(url: str, *services: str) -> None:
    """Run the chassis' and the services' migrations in the database at `url`; safe to run by several at once."""
    engine = create_engine(url, hide_parameters=True)
    try:
        for attempt in stamina.retry_context(on=OperationalError, timeout=60, attempts=None):
            with attempt, engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        for package, table in (
            ("chassis", "chassis_version"),
            *((settings.package_of(s), "alembic_version") for s in services),
        ):
            with engine.begin() as connection:
                connection.execute(text(LOCK))
                connection.execute(text("SET LOCAL lock_timeout = '4s'"))
                config = Config()
                config.set_main_option("script_location", str(Path(str(files("chassis"))) / "alembic"))
                config.set_main_option("version_locations", str(Path(str(files(package))) / "migrations"))
                config.set_main_option("path_separator", "newline")
                config.attributes.update(connection=connection, version_table=table)
                command.upgrade(config, "head")
    finally:
        engine.dispose()


def main() -> None:
    service = sys.argv[1]
    migrate(settings.load(service).database_url.get_secret_value(), service)


if __name__ == "__main__":
    main()
