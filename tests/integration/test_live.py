"""Live updates through the real stack: who hears what, and when a stream ends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from chassis import clock
from chassis.database import Database
from chassis.link import Link, Outgoing
from chassis.rpc import Caller
from chassis.topology import LIVE_EXCHANGE
from contracts.base import Role
from contracts.live import Announcement, LookAgain, Topic
from deploy.demo import reviewing
from deploy.demo.browser import Browser
from deploy.demo.chain import Unit, create_unit, open_applicant
from deploy.demo.committee import create_committee
from deploy.demo.declaring import Applicant
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from deploy.found import found
from services.identity.operations.sign_in import token_hash
from services.identity.tables import SessionRow
from tests.factories.listening import Listener
from tests.factories.province import PROFILE, Doors
from tests.stack import Stack

SILENCE_SECONDS = 3.0


@dataclass
class World:
    """Two units with their staff, of one office."""

    doors: Doors
    home: Unit
    foreign: Unit
    inventor: Inventor
    report: Report


@pytest.fixture(scope="module")
def world(stack: Stack) -> Iterator[World]:
    doors = Doors({**os.environ, **stack.settings})
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    office_id = str(found(PROFILE, caller).organization_id)
    caller.link.stop()
    admin = doors.enter("office", doors.holder(Role.ORG_ADMIN, office_id))
    office = Unit("root", "office", office_id, admin, admin, admin)
    report, inventor = Report(as_json=False), Inventor()
    home = create_unit(doors, report, inventor, office, "home", "云汐演示图书馆", "employer", "institution")
    foreign = create_unit(
        doors,
        report,
        inventor,
        office,
        "foreign",
        "澜汐演示博物馆",
        "committee_unit",
        "institution",
        forms_committees=True,
    )
    create_committee(report, office, foreign, foreign.officer, f"PW{inventor.code()}")
    yield World(doors, home, foreign, inventor, report)
    doors.close()


@pytest.fixture
def listen(stack: Stack) -> Iterator[Callable[..., Listener]]:
    """A function that lets somebody listen: `listen(browser)`."""
    opened: list[Listener] = []

    def give(browser: Browser, *, address: str = stack.url, **options: Any) -> Listener:
        opened.append(Listener(address, PROFILE, browser.cookies, **options))
        return opened[-1]

    yield give
    for listener in opened:
        listener.close()


@pytest.fixture
def announce(stack: Stack) -> Iterator[Callable[..., None]]:
    """A function that announces as the notify service does."""
    link = Link(stack.settings["NOTIFY_AMQP_URL"])
    link.start()
    link.wait_ready(10)

    def give(*looks: LookAgain, profile: str = PROFILE) -> None:
        link.send_surely(
            [
                Outgoing(LIVE_EXCHANGE, "", body, mandatory=False, persistent=False)
                for body in (Announcement(profile=profile, look=look).model_dump_json().encode() for look in looks)
            ]
        )

    yield give
    link.stop()


def account_of(browser: Browser) -> str:
    account_id: str = browser.get("/me")["account_id"]
    return account_id


def status(address: str, browser: Browser) -> int:
    """What a request with the browser's cookie gets now."""
    return httpx.get(f"{address}/api/v1/{PROFILE}/me", cookies=browser.cookies, trust_env=False).status_code


def test_a_submission_is_heard_by_its_officer_and_its_applicant_alone(
    world: World, listen: Callable[..., Listener]
) -> None:
    """When a declaration is handed in, its unit's officers hear of work and its applicant of the declaration, files
    and notices, when it is returned again; an officer of another unit hears nothing of it."""
    person = world.inventor.person()
    applicant = Applicant(open_applicant(world.doors, world.report, world.home, person), person, world.report)
    officer, foreign, own = (listen(b) for b in (world.home.officer, world.foreign.officer, applicant.browser))
    account_id = account_of(applicant.browser)
    applicant.declare()
    work = {"topic": "work", "id": world.home.organization_id, "role": "case_officer"}
    officer.wait_for(work)
    for topic in ("declarations", "files", "jobs", "notices"):
        own.wait_for({"topic": topic, "id": account_id})
    time.sleep(SILENCE_SECONDS)
    before = time.monotonic()
    reviewing.send_back(world.report, world.home.officer, applicant.declaration_id)
    own.wait_for({"topic": "declarations", "id": account_id}, after=before)
    officer.wait_for(work, after=before)
    time.sleep(SILENCE_SECONDS)
    assert foreign.hints() == []
    assert {hint["id"] for hint in own.hints()} == {account_id}
    assert {hint["topic"] for hint in officer.hints()} <= {"work", "notices"}


@pytest.mark.req("PL-07", "PL-03")
def test_a_session_that_ends_takes_its_stream_along(world: World, listen: Callable[..., Listener]) -> None:
    """Signing out ends the stream within a second and refuses the next request; another session of the account and
    other people's go on."""
    leaving, staying = _twice(world, world.home.leader)
    ending, going_on, other = listen(leaving), listen(staying), listen(world.foreign.leader)
    assert status(world.doors.address, leaving) == 200
    began = time.monotonic()
    leaving.delete("/me/sessions/current")
    assert status(world.doors.address, leaving) == 401
    assert ending.wait_for_end() - began < 1.5
    assert ending.hints()[-1] == {"topic": "session", "id": account_of(staying)}
    assert going_on.ended_at is None
    assert other.ended_at is None
    again = listen(leaving)
    assert again.refusal is not None
    assert again.refusal.status_code == 401


@pytest.mark.req("PL-07")
def test_every_gateway_forgets_a_disabled_account(stack: Stack, world: World, listen: Callable[..., Listener]) -> None:
    """An account that is disabled through one gateway loses its stream and its next request at another at once."""
    person = world.inventor.person()
    browser = open_applicant(world.doors, world.report, world.home, person)
    account_id = account_of(browser)
    with second_gateway(stack) as address:
        ending, going_on = listen(browser, address=address), listen(world.foreign.admin, address=address)
        assert status(address, browser) == 200
        began = time.monotonic()
        world.home.admin.post(f"/accounts/{account_id}/disable")
        assert ending.wait_for_end() - began < 1.5
        assert status(address, browser) == 401
        assert going_on.ended_at is None


def test_a_new_role_is_heard_and_brings_its_work(world: World, listen: Callable[..., Listener], announce: Any) -> None:
    """Whoever is given a role hears that the session is to be looked at again, and from then on of the role's work."""
    officer = listen(world.foreign.officer)
    me = world.foreign.officer.get("/me")
    work = LookAgain(topic=Topic.WORK, id=world.foreign.organization_id, role=Role.UNIT_LEADER)  # type: ignore[arg-type]
    announce(work)
    rows = world.foreign.admin.post("/staff/search", {"organization_id": world.foreign.organization_id})["items"]
    version = next(row["version"] for row in rows if row["account_id"] == me["account_id"])
    world.foreign.admin.put(
        f"/accounts/{me['account_id']}/staff-roles",
        {"organization_id": world.foreign.organization_id, "roles": ["case_officer", "unit_leader"]},
        version=version,
    )
    officer.wait_for({"topic": "session", "id": me["account_id"]})
    assert officer.hints() == [{"topic": "session", "id": me["account_id"]}]
    announce(work)
    officer.wait_for({"topic": "work", "id": world.foreign.organization_id, "role": "unit_leader"})


@pytest.mark.req("PL-07")
def test_a_stream_ends_when_its_session_is_over(stack: Stack, world: World, listen: Callable[..., Listener]) -> None:
    """A session that reaches its end by itself ends its stream, too: nobody need say so."""
    (browser,) = _twice(world, world.home.leader, times=1)
    token = browser.cookies[f"zhiping_{PROFILE}"]
    database = Database(stack.settings["IDENTITY_DATABASE_URL"], pool_size=1)
    end = clock.now() + timedelta(seconds=4)
    with database.begin(PROFILE) as session:
        session.execute(update(SessionRow).where(SessionRow.token_hash == token_hash(token)).values(expires_at=end))
    database.dispose()
    stream = listen(browser)
    stream.wait_for_end(seconds=10)
    assert timedelta(0) <= clock.now() - end < timedelta(seconds=2.5)


def test_many_hints_become_few(world: World, listen: Callable[..., Listener], announce: Any) -> None:
    """A hundred updates about the same thing reach a browser as a handful of hints, and the last is not lost."""
    listener = listen(world.home.officer)
    account_id = account_of(world.home.officer)
    for _ in range(100):
        announce(LookAgain(topic=Topic.JOBS, id=account_id))  # type: ignore[arg-type]
        time.sleep(0.01)
    last = time.monotonic()
    listener.wait_for({"topic": "jobs", "id": account_id}, after=last - 0.1)
    time.sleep(1)
    assert 1 < len(listener.heard) < 12


def test_another_province_hears_nothing(world: World, listen: Callable[..., Listener], announce: Any) -> None:
    """A hint of another profile reaches nobody here, even about the same account."""
    listener = listen(world.home.officer)
    account_id = account_of(world.home.officer)
    look = LookAgain(topic=Topic.JOBS, id=account_id)  # type: ignore[arg-type]
    announce(look, LookAgain(topic=Topic.EVERYTHING), profile="elsewhere")
    announce(LookAgain(topic=Topic.NOTICES, id=account_id))  # type: ignore[arg-type]
    listener.wait_for({"topic": "notices", "id": account_id})
    assert listener.hints() == [{"topic": "notices", "id": account_id}]


def test_who_comes_back_looks_at_everything(world: World, listen: Callable[..., Listener]) -> None:
    """A browser that comes for the first time is told when to come again; one that lost its stream is told to look at
    everything; nothing of it is kept by a cache."""
    first = listen(world.home.officer)
    assert 2000 <= int(first.fields["retry"]) < 5000
    assert first.headers is not None
    assert first.headers["Content-Type"].startswith("text/event-stream")
    assert first.headers["Cache-Control"] == "no-store"
    again = listen(world.home.officer, last_event_id=first.fields["id"])
    again.wait_for({"topic": "everything"})
    assert first.hints() == []


def test_an_account_has_only_so_many_streams(world: World, listen: Callable[..., Listener]) -> None:
    """The ninth stream of an account is refused with a code, and there is room again when one is closed."""
    browser = world.foreign.leader
    streams = [listen(browser) for _ in range(8)]
    refused = listen(browser).refusal
    assert refused is not None
    assert (refused.status_code, refused.json()["code"]) == (429, "common.too_many_streams")
    streams[0].close()
    deadline = time.monotonic() + 10
    while (late := listen(browser)).refusal is not None:
        assert time.monotonic() < deadline, "the closed stream still counts"
        time.sleep(0.2)
    assert late.headers is not None


def test_open_streams_are_counted(stack: Stack, world: World, listen: Callable[..., Listener]) -> None:
    """The gateway's metrics say how many streams are open."""
    listen(world.home.officer)
    text = httpx.get(f"{stack.url}/metrics", trust_env=False).text
    (line,) = (line for line in text.splitlines() if line.startswith("zhiping_streams_open "))
    assert float(line.split()[1]) >= 1


def test_nobody_listens_without_a_session(stack: Stack) -> None:
    """Without a session there is no stream."""
    answer = httpx.get(f"{stack.url}/api/v1/{PROFILE}/live", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "common.session_required")


def test_a_gateway_that_is_told_to_end_ends_its_streams(stack: Stack, world: World) -> None:
    """SIGTERM ends the open streams at once, so that the process need not wait for them."""
    with second_gateway(stack) as address:
        listener = Listener(address, PROFILE, world.home.officer.cookies)
        began = time.monotonic()
    assert listener.wait_for_end() - began < 3
    listener.close()


def _twice(world: World, browser: Browser, times: int = 2) -> list[Browser]:
    """More sessions of the same account."""
    account_id = account_of(browser)
    return [world.doors.enter("again", account_id) for _ in range(times)]  # type: ignore[arg-type]


@contextmanager
def second_gateway(stack: Stack) -> Iterator[str]:
    """Another gateway process of the same installation; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "gateway.app:create_app", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--no-access-log", "--log-level", "warning"],
        env={**os.environ, **stack.settings},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        limit = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{address}/readyz", trust_env=False).is_success:
                    break
            except httpx.TransportError:
                pass
            assert time.monotonic() < limit, "the second gateway did not become ready"
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(20)
