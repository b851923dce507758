"""The manifests of compose, Kubernetes and Prometheus say the same as the launcher, on which every test runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from chassis.topology import calls_queue, events_queue
from contracts.base import SERVICES
from deploy import environment
from deploy.local import processes
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, Instance

DEPLOY = REPOSITORY / "deploy"
GIVEN = {
    "ZHIPING_POSTGRES_URL": "postgresql://admin:secret@db:5432/postgres",
    "ZHIPING_RABBITMQ_URL": "http://admin:secret@rabbitmq:15672/?amqp_port=5672",
    "ZHIPING_S3_URL": "https://key:secret@s3:9000/zhiping",
    "ZHIPING_SMTP_URL": "smtp://user:secret@mail:25",
    "ZHIPING_SMPP_URL": "smpp://id:secret@sms:2775",
    "ZHIPING_ADDRESS": "https://zhiping.example",
}
# What the launcher does once in parts that are given, and `deploy.environment` does for the others.
PREPARATION = {"databases", "broker", "bucket"}


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An installation whose parts are all given."""
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    return Instance.open(tmp_path / "run")


@pytest.fixture
def launched(instance: Instance) -> dict[str, list[str]]:
    """Process of the launcher → its module or program and what it is told."""
    table = {one.name: _told(list(one.command)) for one in processes.everything(instance)}
    return {name: command for name, command in table.items() if name not in PREPARATION}


def _told(command: list[str]) -> list[str]:
    """A command without interpreter, addresses and ports: where a process listens differs."""
    words = command[command.index("-m") + 1 :] if "-m" in command else list(command)
    for option in ("--host", "--port"):
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
    return words


def _compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def _kubernetes() -> Iterator[dict[str, Any]]:
    base = DEPLOY / "k8s"
    for name in yaml.safe_load((base / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]:
        yield from yaml.safe_load_all((base / name).read_text(encoding="utf-8"))


def _owner(name: str) -> str:
    """Whose settings a process reads."""
    if name.startswith("publish-"):
        return "publisher"
    return name.removeprefix("migrate-").removesuffix("-worker")


def test_compose_runs_what_the_launcher_runs(launched: dict[str, list[str]]) -> None:
    """compose.yaml has every process of the launcher with the same command, and no other."""
    services = _compose()["services"]
    assert {name: _told(one["command"]) for name, one in services.items()} == launched
    assert {name: one["env_file"] for name, one in services.items()} == {
        name: [f"env/{_owner(name)}.env"] for name in launched
    }


def test_containers_of_compose_are_closed_and_watched() -> None:
    """Each container runs as nobody in particular, on a file system that it cannot write, and servers have a probe."""
    for name, one in _compose()["services"].items():
        assert one["user"] == "10001:10001", name
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        is_task = one["restart"] == "no"
        assert one["healthcheck"].get("disable", False) is is_task, name


def test_kubernetes_runs_what_the_launcher_runs(launched: dict[str, list[str]]) -> None:
    """The base has a Deployment for every server and a Job for every task of the launcher, with the same commands."""
    found = {
        one["metadata"]["name"]: (one["kind"], one["spec"]["template"]["spec"]["containers"][0])
        for one in _kubernetes()
        if one["kind"] in ("Deployment", "Job")
    }
    assert {name: _told(container["args"]) for name, (_, container) in found.items()} == launched
    for name, (kind, container) in found.items():
        assert kind == ("Job" if name.startswith(("migrate-", "publish-")) else "Deployment"), name
        assert container["envFrom"] == [{"secretRef": {"name": _owner(name)}}], name


@pytest.mark.req("PL-41")
def test_every_pod_is_closed_probed_and_kept_while_nodes_are_emptied() -> None:
    """Every Deployment gets the probes of liveness and readiness, no rights, and one process that is always left."""
    base = DEPLOY / "k8s"
    patches = {
        patch["target"]["kind"]: yaml.safe_load((base / patch["path"]).read_text(encoding="utf-8"))
        for patch in yaml.safe_load((base / "kustomization.yaml").read_text(encoding="utf-8"))["patches"]
        if "name" not in patch["target"]
    }
    assert patches.keys() == {"Deployment", "Job"}
    for kind, patch in patches.items():
        pod = patch["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"], kind
        # One patch for all: it meets the container of this name and no other.
        (container,) = pod["containers"]
        assert container["name"] == "process"
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["resources"]["limits"]["memory"], kind
    (container,) = patches["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    # who waits for a broker that is away is not ended for it
    assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
    resources = list(_kubernetes())
    named = {kind: {one["metadata"]["name"] for one in resources if one["kind"] == kind} for kind in ("Deployment",)}
    kept = {one["metadata"]["name"] for one in resources if one["kind"] == "PodDisruptionBudget"}
    assert kept == named["Deployment"]
    for one in resources:
        if one["kind"] in ("Deployment", "Job"):
            assert [each["name"] for each in one["spec"]["template"]["spec"]["containers"]] == ["process"]


def test_a_patch_names_what_there_is() -> None:
    """What one Deployment has of its own is patched into a Deployment that exists."""
    base = DEPLOY / "k8s"
    named = {one["metadata"]["name"] for one in _kubernetes() if one["kind"] == "Deployment"}
    patches = yaml.safe_load((base / "kustomization.yaml").read_text(encoding="utf-8"))["patches"]
    own = [patch for patch in patches if "name" in patch["target"]]
    assert {patch["target"]["name"] for patch in own} <= named
    for patch in own:
        content = yaml.safe_load((base / patch["path"]).read_text(encoding="utf-8"))
        assert content["metadata"]["name"] == patch["target"]["name"]
        assert [one["name"] for one in content["spec"]["template"]["spec"]["containers"]] == ["process"]


def test_what_is_scaled_has_no_number_of_its_own() -> None:
    """A Deployment that an autoscaler counts leaves the number to it: applying the base again takes no pod away."""
    resources = list(_kubernetes())
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]
        for one in resources
        if one["kind"] in ("ScaledObject", "HorizontalPodAutoscaler")
    }
    for one in resources:
        if one["kind"] == "Deployment":
            assert ("replicas" in one["spec"]) is (one["metadata"]["name"] not in scaled), one["metadata"]["name"]


def test_services_scale_with_their_queues() -> None:
    """Each service scales with the messages of its two queues, those counted that a process has not acknowledged."""
    scaled = {one["metadata"]["name"]: one["spec"] for one in _kubernetes() if one["kind"] == "ScaledObject"}
    assert scaled.keys() == set(SERVICES)
    for service, spec in scaled.items():
        assert spec["scaleTargetRef"]["name"] == service
        triggers = [trigger["metadata"] for trigger in spec["triggers"]]
        assert {one["queueName"] for one in triggers} == {calls_queue(service), events_queue(service)}
        for one in triggers:
            assert (one["mode"], one["excludeUnacknowledged"], one["protocol"]) == ("QueueLength", "false", "http")


def test_files_of_settings_hold_all_that_is_required_and_nothing_foreign(instance: Instance) -> None:
    """Each owner's file has every required setting, only settings that are documented, and no other's secrets."""
    page = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    documented = {*re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE), "PUBLISHER_AMQP_URL"}
    found = environment.settings(instance)
    assert found.keys() == set(environment.OWNERS)
    for owner, own in found.items():
        assert own.keys() <= documented, owner
        required = set(re.findall(r"^\| `(\w+)` \| required \|", sections.get(owner, ""), re.MULTILINE))
        assert required <= own.keys(), owner
        assert not [name for name in own if not name.startswith((owner.upper(), "ZHIPING_", "FONTCONFIG_"))], owner
        assert own["ZHIPING_DEMONSTRATION"] == "false"
        assert all("\n" not in value for value in own.values()), owner
    again = environment.settings(Instance.open(instance.folder))
    assert again == found


def test_files_of_settings_take_what_the_operator_sets(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documented settings of the environment reach their owner's file alone; the platform's own and unknown do not."""
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", '["10.0.0.0/8"]')
    monkeypatch.setenv("NOTIFY_SENDER", "zhicheng@zhiping.example")
    monkeypatch.setenv("GATEWAY_VOTE_KEY", "forged")
    monkeypatch.setenv("NOTIFY_UNKNOWN", "x")
    monkeypatch.setenv("ZHIPING_PEERS_URL", "http://127.0.0.1:1")
    found = environment.settings(instance)
    owners = {name: [owner for owner, own in found.items() if name in own] for name in os.environ}
    assert (owners["GATEWAY_TRUSTED_PROXIES"], owners["NOTIFY_SENDER"]) == (["gateway"], ["notify"])
    assert found["notify"]["NOTIFY_SENDER"] == "zhicheng@zhiping.example"
    assert found["gateway"]["GATEWAY_VOTE_KEY"] != "forged"
    assert owners["NOTIFY_UNKNOWN"] == owners["ZHIPING_PEERS_URL"] == []
    monkeypatch.setenv("NOTIFY_SENDER", "a$b@zhiping.example")
    with pytest.raises(Refused, match="NOTIFY_SENDER"):
        environment.settings(instance)


def test_what_the_image_holds_is_there() -> None:
    """The Dockerfile copies folders that exist, ends as an ordinary user, and knows no secret."""
    lines = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last = len(lines) - 1 - next(at for at, line in enumerate(reversed(lines)) if line.startswith("FROM "))
    copied = [line.split()[1] for line in lines[last:] if line.startswith("COPY ") and "--from" not in line]
    assert set(copied) == {"chassis", "contracts", "deploy", "gateway", "locales", "profiles", "services"}
    assert all((REPOSITORY / name).is_dir() for name in copied)
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    assert not [line for line in lines if re.search("_KEY|PASSWORD|SECRET", line)]
    # where docs/runbooks/production.md has the settings written
    assert "deploy/env" in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "deploy/env/" in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.req("PL-41")
def test_alerts_ask_for_metrics_that_exist() -> None:
    """Every metric of an alert is measured by some process, and every process is scraped."""
    for module in ("chassis.metrics", "chassis.workshop", "gateway.middleware"):
        import_module(module)
    known = {sample for family in REGISTRY.collect() for sample in _samples(family.name, family.type)} | {"up"}
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({alert["alert"] for alert in alerts}) == len(alerts)
    for alert in alerts:
        asked = set(re.findall(r"\b(?:zhiping_|jobs_|http_)\w+|\bup\b", alert["expr"]))
        assert asked, alert["alert"]
        assert asked <= known, alert["alert"]
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        target.partition(":")[0] for one in scraped["scrape_configs"][0]["static_configs"] for target in one["targets"]
    }
    assert targets == {name for name, one in _compose()["services"].items() if one["restart"] != "no"}


def _samples(name: str, kind: str) -> Iterator[str]:
    if kind == "counter":
        yield f"{name}_total"
    elif kind == "histogram":
        yield from (f"{name}_bucket", f"{name}_count", f"{name}_sum")
    else:
        yield name
