"""Found a profile: `python -m deploy.found <profile>` makes its root organisation and first accounts, once.

Prints JSON with the activation codes of the first administrator and the system administrator; asked again, it hands
out new codes for those who have set no password yet.
"""

from __future__ import annotations

import os
import sys

from chassis import context, logging, wire
from chassis.rpc import Caller
from contracts.identity import Founded, IdentityApi


def found(profile: str, caller: Caller) -> Founded:
    """The root organisation and the first two accounts of a profile. Refuses: ProfileNotPublished."""
    with context.use(context.CallContext(profile=profile)):
        answer: Founded = caller.call(wire.method(IdentityApi, "found"), {"profile": profile})
    return answer


def main() -> int:
    logging.configure("publisher")
    caller = Caller(os.environ["PUBLISHER_AMQP_URL"])
    caller.link.start()
    try:
        print(found(sys.argv[1], caller).model_dump_json(indent=1))
    finally:
        caller.link.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
