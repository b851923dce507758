"""Print the broker's definitions: `python -m deploy.rabbitmq > definitions.json`, for `load_definitions` or an import.

The users' passwords are those of the AMQP addresses in the environment (IDENTITY_AMQP_URL, …, PUBLISHER_AMQP_URL).
"""

from __future__ import annotations

import json
import os
import sys
from urllib.parse import unquote, urlsplit

from chassis.topology import USERS, definitions


def main() -> int:
    passwords = {}
    for user in USERS:
        password = urlsplit(os.environ.get(f"{user.upper()}_AMQP_URL", "")).password
        if not password:
            print(f"{user.upper()}_AMQP_URL is not set, or holds no password", file=sys.stderr)
            return 1
        passwords[user] = unquote(password)
    print(json.dumps(definitions(passwords), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
