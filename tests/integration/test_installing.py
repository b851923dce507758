"""What the launcher does to the machine while it installs, and to whom it refuses itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.topology import USERS
from deploy.local import install, postgres
from deploy.local.errors import Refused
from deploy.local.instance import REPOSITORY, Instance

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="changes what only root may change")


@as_root
@pytest.mark.parametrize("before", [None, "#!/bin/sh\nexit 0\n"])
def test_services_are_refused_only_while_apt_runs(tmp_path, monkeypatch, before):
    """During an installation no service may start; afterwards the machine's own policy stands as it stood."""
    policy = tmp_path / "policy-rc.d"
    if before is not None:
        policy.write_text(before)
        policy.chmod(0o755)
    monkeypatch.setattr(install, "POLICY", policy)
    with pytest.raises(Refused), install.no_services_started():
        assert subprocess.call([str(policy)]) == 101
        raise Refused("apt failed")
    assert (policy.read_text() if policy.exists() else None) == before
    assert [path.name for path in tmp_path.iterdir()] == ([] if before is None else ["policy-rc.d"])


def test_present_packages_are_not_installed_again(tmp_path, monkeypatch, capsys):
    """Nothing is asked of apt, and nobody is told anything, when every need is met."""
    monkeypatch.setattr(install, "POLICY", tmp_path / "never-written")
    install.packages([install.Need(("anything",), (sys.executable, "/usr/bin/*env"))])
    assert capsys.readouterr().err == ""
    assert not (tmp_path / "never-written").exists()


@as_root
def test_folder_of_another_user_is_refused(tmp_path):
    """An installation belongs to who made it; another user is told whose it is."""
    folder = tmp_path / "run"
    folder.mkdir()
    os.chown(folder, 1, 1)
    with pytest.raises(Refused, match="belongs to daemon"):
        Instance.open(folder)


def test_external_database_is_used_and_not_started(tmp_path, monkeypatch):
    """A part that is given by its URL is not installed, not started, and found in every service's settings."""
    monkeypatch.setenv(postgres.VARIABLE, "postgresql://root:word@db.example:6432/postgres")
    instance = Instance.open(tmp_path / "run")
    assert postgres.needs() == []
    assert [process.name for process in postgres.processes(instance)] == ["databases"]
    assert postgres.environment(instance)["REVIEW_DATABASE_URL"].endswith("@db.example:6432/review")


def test_definitions_can_be_printed_for_another_broker():
    """Without the launcher the topology comes from one command, with the passwords of the environment."""
    environment = {f"{user.upper()}_AMQP_URL": f"amqp://{user}:word-{user}@broker.example/zhiping" for user in USERS}
    command = [sys.executable, "-m", "deploy.rabbitmq"]
    printed = subprocess.run(
        command, cwd=REPOSITORY, env=environment | {"PATH": "/usr/bin"}, capture_output=True, text=True, check=True
    )
    assert {user["name"] for user in json.loads(printed.stdout)["users"]} == set(USERS)
    del environment["REVIEW_AMQP_URL"]
    refused = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "REVIEW_AMQP_URL" in refused.stderr


def test_secrets_survive_a_torn_write(tmp_path):
    """A write that was cut short leaves the file as it was."""
    instance = Instance.open(tmp_path)
    word = instance.secret("s3")
    Path(tmp_path / "secrets.json.new").write_text('{"s3": "ha')
    assert Instance.open(tmp_path).secret("s3") == word
