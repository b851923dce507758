"""kill -9 of the broker under an open event stream: it stays, says that everything is to be looked at, and goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import httpx
import pytest

from chassis.rpc import Caller
from contracts.base import Role
from deploy.demo.browser import Browser, wait_until
from deploy.found import found
from tests.factories.listening import Listener
from tests.factories.province import PROFILE, Doors
from tests.stack import Stack


@pytest.fixture
def doors(stack: Stack) -> Iterator[Doors]:
    opened = Doors({**os.environ, **stack.settings})
    yield opened
    opened.close()


@pytest.mark.timeout(400)
def test_a_stream_outlives_the_broker(stack: Stack, doors: Doors) -> None:
    """The same stream says "everything" once the broker is there again, hears what is announced from then on, and ends
    with its session; whose session ended is refused at once as before."""
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    office_id = str(found(PROFILE, caller).organization_id)
    caller.link.stop()
    account_id = doors.holder(Role.ORG_ADMIN, office_id)
    browser, other = doors.enter("office", account_id), doors.enter("office", account_id)
    listener = Listener(stack.url, PROFILE, browser.cookies)
    try:
        before = stack.kill("rabbitmq")
        stack.wait_ready("rabbitmq", other_than=before, seconds=120)
        listener.wait_for({"topic": "everything"}, seconds=60)
        assert listener.ended_at is None
        wait_until(lambda: _answers(other), seconds=60, what="an answer after the kill")
        mine = {"topic": "session", "id": str(account_id)}
        began = time.monotonic()
        wait_until(lambda: _signs_out(browser), seconds=60, what="the end of the session")
        listener.wait_for_end(seconds=30)
        assert listener.hints()[-1] == mine
        assert listener.ended_at is not None
        assert listener.ended_at > began
        assert (
            httpx.get(f"{stack.url}/api/v1/{PROFILE}/me", cookies=browser.cookies, trust_env=False).status_code == 401
        )
        assert _answers(other)
    finally:
        listener.close()


def _answers(browser: Browser) -> bool:
    return bool(browser.get("/me"))


def _signs_out(browser: Browser) -> bool:
    browser.delete("/me/sessions/current")
    return True
