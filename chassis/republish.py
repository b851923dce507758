"""Send a service's published events again: `python -m chassis.republish <service> --since 2026-03-01T08:00+08:00`."""

from __future__ import annotations

import argparse
from datetime import datetime

from chassis import clock, settings
from chassis.database import Database
from chassis.relay import send_again


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


def main() -> None:
    parser = argparse.ArgumentParser(prog="chassis.republish", description=__doc__)
    parser.add_argument("service")
    parser.add_argument("--since", type=_moment, required=True, help="moment; Asia/Shanghai without an offset")
    arguments = parser.parse_args()
    database = Database(settings.load(arguments.service).database_url.get_secret_value())
    print(f"{send_again(database, since=arguments.since)} events will be sent again")


if __name__ == "__main__":
    main()
