"""A running installation as benchmarks find it: a chain of units, a committee that accepts, applicants with clocks.

Its settings come from the environment: `eval "$(./zhiping env)"`.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from chassis.rpc import Caller
from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser
from deploy.demo.chain import Unit, build_chain, open_applicant
from deploy.demo.committee import prepare_committee
from deploy.demo.declaring import Applicant
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from deploy.demo.story import root_office
from deploy.found import found

PROFILE = "hebei"


class Silent(Report):
    """Tells nothing: the table at the end is what a benchmark prints."""

    def __init__(self) -> None:
        super().__init__(as_json=False)

    def _tell(self, *_: Any, **__: Any) -> None:
        pass


class Watched(Browser):
    """A browser that notes what each request took: method, path, seconds."""

    def __init__(self, address: str) -> None:
        super().__init__(address, PROFILE, who="bench")
        self.times: list[tuple[str, str, float]] = []

    @property
    def cookie(self) -> str:
        """The session, as the header carries it."""
        return "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        started = time.perf_counter()
        response = super()._send(method, path, **request)
        self.times.append((method, path, time.perf_counter() - started))
        return response


@dataclass
class Stage:
    """What every benchmark on a running installation needs."""

    installation: Installation
    inventor: Inventor
    unit: Unit

    def applicant(self) -> tuple[Applicant, Watched]:
        """Somebody new with an account at the unit, signed in."""
        person = self.inventor.person()
        open_applicant(self.installation, Silent(), self.unit, person).close()
        browser = Watched(self.installation.address)
        self.installation.sign_in(f"applicant-{person.id_no[-6:]}", browser)
        return Applicant(browser, person, Silent()), browser


def open_stage() -> Stage:
    """Make units, staff and committee, new in each run."""
    installation = Installation(
        os.environ["ZHIPING_PUBLIC_URL"],
        PROFILE,
        peers=os.environ["ZHIPING_PEERS_URL"],
        folder=Path(os.environ["ZHIPING_RUN"]),
    )
    inventor, caller = Inventor(), Caller(os.environ["PUBLISHER_AMQP_URL"])
    caller.link.start()
    try:
        root = root_office(installation, Silent(), inventor, lambda: found(PROFILE, caller))
    finally:
        caller.link.stop()
    prepare_committee(installation, Silent(), inventor, root)
    return Stage(installation, inventor, build_chain(installation, Silent(), inventor, root)[-1])
