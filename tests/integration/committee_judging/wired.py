"""The committee service behind the bytes of the bus, without a broker."""

from __future__ import annotations

from typing import Any

from chassis import context, wire
from contracts.base import Actor
from contracts.committee import CommitteeApi
from contracts.errors import DomainError
from services.committee.service import CommitteeService
from tests.factories.judging_rows import PROFILE


class Wire:
    """The service as the gateway sees it: arguments, answers and refusals travel as bytes of the bus, all kept."""

    def __init__(self, service: CommitteeService) -> None:
        self.service = service
        self.heard: list[bytes] = []

    def call(self, actor: Actor | None, name: str, **arguments: Any) -> Any:
        method = wire.method(CommitteeApi, name)
        asked = method.dump_call(arguments)
        with context.changed(actor=actor, profile=PROFILE):
            try:
                answered = method.dump_result(getattr(self.service, name)(**method.load_call(asked)))
            except DomainError as refusal:
                answered = wire.encode_error(refusal)
        self.heard += [asked, answered]
        return method.load_answer(answered)


class NoNeighbours:
    """No other service is asked, but for the names of offices, which nobody knows here."""

    def call(self, method: Any, arguments: Any) -> Any:
        if method.name == "organizations":
            return ()
        raise AssertionError(f"asked {method.service}.{method.name}")
