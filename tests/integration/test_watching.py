"""What every process shows of itself to whoever operates it."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from contracts.base import SERVICES
from tests.stack import Stack

# By what each kind of process is watched; the alerts ask for more (tests/architecture/test_deployments.py).
MEASURED = {"service": "zhiping_calls_running", "worker": "jobs_ended_total", "gateway": "http_requests_total"}


def ports_of(stack: Stack) -> dict[str, int]:
    """Every process of the platform itself, with its port."""
    ours = {
        name: line["port"]
        for name, line in stack.processes().items()
        if name in SERVICES or name.endswith("-worker") or name == "gateway"
    }
    if not ours:
        pytest.skip("only the parts run")
    assert set(ours) >= {*SERVICES, "gateway"}
    return ours


@pytest.mark.req("PL-41")
def test_every_process_answers_its_probes_and_measures(stack: Stack) -> None:
    """Each service, worker and the gateway says that it lives, that it is ready with all its needs, and its metrics."""
    for name, port in ports_of(stack).items():
        address = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{address}/healthz").status_code == 200, name
        ready = httpx.get(f"{address}/readyz")
        assert ready.status_code == 200, name
        assert ready.json()["ready"], name
        assert all(ready.json()["needs"].values()), name
        kind = "service" if name in SERVICES else "worker" if name.endswith("-worker") else "gateway"
        assert MEASURED[kind] in httpx.get(f"{address}/metrics").text, name


@pytest.mark.req("PL-41")
def test_every_process_logs_structured_lines_with_the_id_of_the_request(stack: Stack) -> None:
    """Processes log JSON objects with event, level, moment and the id under which a request runs."""
    for name in ports_of(stack):
        text = stack.instance.path("log", f"{name}.log").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        assert [line for line in lines if line["event"] == "process_started"], name
        for line in lines:
            assert line.keys() >= {"event", "level", "timestamp", "trace_id"}, name
            assert re.fullmatch("[0-9a-f]{32}", line["trace_id"]), name
