"""Prints the OpenAPI document without a running installation: `python -m gateway.openapi`."""

from __future__ import annotations

import json
import sys

from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings import Settings


def document() -> str:
    """The document of `/api/v1/openapi.json`."""
    return json.dumps(create_app(Settings(amqp_url=SecretStr("amqp://nobody@127.0.0.1:1/none"))).openapi())


if __name__ == "__main__":
    sys.stdout.write(document())
