"""Requests made at random from the OpenAPI document: no fault of ours, and each answer as the document says."""

from __future__ import annotations

import contextlib
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from tests.factories.province import PROFILE, Province
from tests.integration.doors.described import Description
from tests.integration.doors.table import NOT_WALKED, TABLE

ASKING = ("officer", "applicant", "admin", "judge")
EXAMPLES = 1
SEED = 2026
SENT = ("method", "url", "headers", "params", "json", "data", "files")


def _entitled(name: str) -> str:
    """One of those who ask, before whose request no right stands where there is such a one."""
    refused = ("401", "403", "404")
    return next((who for who in ASKING if not TABLE[name].of(who).startswith(refused)), "officer")


@pytest.mark.req("PL-03")
@pytest.mark.timeout(300)
def test_what_the_document_allows_and_what_it_does_not_is_answered_as_described(
    description: Description, home: Province, clients: dict[str, httpx.Client]
) -> None:
    """Bodies, queries and headers made after the document, and against it: refused or done, as it describes."""
    wrong: list[str] = []

    def try_out(name: str, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
        people = ASKING if mode is GenerationMode.POSITIVE else (_entitled(name),)

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            # Of what exists only questions are asked; commands go to ids of nothing, so that the province stays.
            known = home.ids if operation.method.upper() == "GET" else {}
            own = {part: known[part] for part in case.path_parameters or () if part in known}
            case.path_parameters = {**(case.path_parameters or {}), **own, "profile": PROFILE}
            request = {key: value for key, value in case.as_transport_kwargs().items() if key in SENT and value}
            if isinstance(request.get("data"), str | bytes):
                request["content"] = request.pop("data")
            for who in people:
                answer = clients[who].request(**{**request, "url": case.formatted_path})
                if answer.status_code >= 500 and answer.status_code not in (503, 504):
                    wrong.append(f"{name} as {who}: {answer.text}")
                elif fault := description.fault(name, answer):
                    wrong.append(f"{fault} as {who}")

        with contextlib.suppress(Unsatisfiable):  # nothing that could be given wrongly
            send()

    for name, operation in description.operations.items():
        if name not in NOT_WALKED:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try_out(name, operation, mode)
    assert not wrong, "\n" + "\n".join(wrong)
