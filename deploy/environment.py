"""Settings of every process for compose and Kubernetes: `python -m deploy.environment FOLDER`.

The parts are given as the launcher takes them (ZHIPING_POSTGRES_URL, ZHIPING_RABBITMQ_URL, ZHIPING_S3_URL,
ZHIPING_SMTP_URL, ZHIPING_SMPP_URL, ZHIPING_ADDRESS). Databases, users, queues and bucket are made in them, and FOLDER
gets one file of `NAME=value` lines for each service, the publisher and the gateway: it knows no other's secrets. The
secrets are made once and kept in ZHIPING_RUN; run again it changes nothing. What else docs/settings.md names is taken
from the environment, so that it is still there when the files are written again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from contracts.base import SERVICES
from deploy import reference
from deploy.local import objects, peers, postgres, processes, rabbitmq
from deploy.local.errors import Refused
from deploy.local.instance import Instance, write

OWNERS = (*SERVICES, "publisher", "gateway")
GIVEN = (postgres.VARIABLE, rabbitmq.VARIABLE, objects.VARIABLE, peers.SMTP_VARIABLE, peers.SMPP_VARIABLE)
PORT = 8000


def settings(instance: Instance) -> dict[str, dict[str, str]]:
    """What each owner's processes read. Refuses where a part is not given."""
    if missing := [name for name in (*GIVEN, "ZHIPING_ADDRESS") if not os.environ.get(name)]:
        raise Refused(f"not given: {', '.join(missing)}")
    everything = processes.environment(instance)
    everything |= {"ZHIPING_DEMONSTRATION": "false", "FONTCONFIG_FILE": "/opt/zhiping/fonts/fonts.conf"}
    for name in ("ZHIPING_RUN", "GATEWAY_HTTP_PORT", "GATEWAY_REQUESTS_PER_MINUTE", "GATEWAY_SIGN_INS_PER_MINUTE"):
        everything.pop(name, None)
    for service in SERVICES:
        prefix = service.upper()
        everything |= {
            f"{prefix}_HTTP_HOST": "0.0.0.0",  # noqa: S104 probes come from outside the container
            f"{prefix}_HTTP_PORT": str(PORT),
            f"{prefix}_WORKER_HTTP_PORT": str(PORT),
        }
    others = {name for cls in reference.settings_classes() for name in reference.variables(cls)} - everything.keys()
    everything |= {name: os.environ[name] for name in others & os.environ.keys() if not name.startswith("ZHIPING_")}
    # compose reads `$` in such a file as the name of a variable, Kubernetes as it is.
    if unreadable := sorted(name for name, value in everything.items() if "$" in value or "\n" in value):
        raise Refused(f"a `$` or a line break cannot be written (in addresses `$` is %24): {', '.join(unreadable)}")
    return {owner: processes.own_settings(everything, owner) for owner in OWNERS}


def main() -> int:
    folder = Path(sys.argv[1])
    instance = Instance.open()
    try:
        found = settings(instance)
    except Refused as refused:
        print(f"zhiping: {refused}", file=sys.stderr)
        return 1
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for owner, own in found.items():
        write(folder / f"{owner}.env", "".join(f"{name}={value}\n" for name, value in sorted(own.items())))
    postgres.make_databases(instance)
    rabbitmq.prepare(instance)
    rabbitmq.import_definitions(instance)
    objects.make_bucket(instance)
    print(f"{len(found)} files in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
