"""`python -m deploy.demo [--json] [--people N]`: the main job by a real client, step by step."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from chassis import logging as chassis_logging
from chassis.rpc import Caller
from deploy.demo.accounts import Installation
from deploy.demo.report import Report
from deploy.demo.story import run
from deploy.found import found

PROFILE = "hebei"


def main() -> int:
    parser = argparse.ArgumentParser(prog="zhiping demo", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument("--people", type=int, default=3, help="how many applicants (default 3)")
    arguments = parser.parse_args()
    if arguments.people < 1:
        parser.error("--people takes a number from 1")
    chassis_logging.configure("demo", level=logging.ERROR)
    report = Report(as_json=arguments.json)
    installation = Installation(
        os.environ["ZHIPING_PUBLIC_URL"],
        PROFILE,
        peers=os.environ["ZHIPING_PEERS_URL"],
        folder=Path(os.environ["ZHIPING_RUN"]),
    )
    caller = Caller(os.environ["PUBLISHER_AMQP_URL"])
    caller.link.start()
    try:
        outcome = run(installation, report, lambda: found(PROFILE, caller), people=arguments.people)
    except Exception as error:
        print(f"zhiping demo: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    finally:
        caller.link.stop()
    report.end(**outcome)
    return 0


if __name__ == "__main__":
    sys.exit(main())
