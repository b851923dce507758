"""What everybody sees of a province before signing in, through the real stack."""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from chassis import clock
from chassis.rpc import Caller
from contracts.profiles import ProfileInvalid
from deploy.publish import read
from tests.factories.publishing import publish_everywhere
from tests.stack import Stack


class Publisher:
    """Publishes invented provinces in which notify's part is another than Hebei's."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        _, slices, _ = read("hebei")
        self.content = slices["notify"]

    def publish(self, profile: str, content: dict[str, Any], version: int) -> None:
        publish_everywhere(self._caller, profile, version, notify=content)


@pytest.fixture(scope="module")
def publisher(stack: Stack) -> Iterator[Publisher]:
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    yield Publisher(caller)
    caller.link.stop()


@pytest.fixture(scope="module")
def web(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{stack.url}/api/v1", timeout=20, trust_env=False) as client:
        yield client


@pytest.mark.req("HB-01", "HB-04", "HB-08", "HB-24")
def test_a_visitor_learns_whose_system_it_is_and_how_to_enter(web: httpx.Client) -> None:
    """One request without sign-in gives Hebei's name and host, its two ways to sign in, that units open the accounts,
    and which browsers to take, in both languages."""
    answer = web.get("/hebei/portal")
    assert answer.status_code == 200
    portal = answer.json()
    assert portal["system_name"]["zh"] == "河北省专业技术人员职称评审信息系统"
    assert portal["host_label"]["zh"] + "：" + portal["host"]["zh"] == "主办单位：河北省人力资源和社会保障厅"
    assert [door["label"]["zh"] for door in portal["sign_in"]["doors"]] == ["个人登录", "单位登录"]
    assert portal["sign_in"]["accounts"]["zh"] == "申报人账号由所在单位建立，系统不开放自行注册。"
    assert "IE" in portal["browsers"]["unsupported"]["zh"]
    assert portal["languages"] == ["zh-CN", "en"]
    assert all(words["en"] for words in (portal["system_name"], portal["host"], portal["sign_in"]["accounts"]))
    assert portal["is_demonstration"] is True
    assert abs((parsedate_to_datetime(answer.headers["Date"]) - clock.now()).total_seconds()) < 60


@pytest.mark.req("HB-24")
def test_nobody_registers_himself(web: httpx.Client) -> None:
    """Every route that opens an account asks who is asking."""
    opening = ("/hebei/applicants", "/hebei/staff", "/hebei/organizations")
    assert [web.post(path, json={}).status_code for path in opening] == [401, 401, 401]


def test_what_is_known_is_not_sent_again(web: httpx.Client) -> None:
    """With its ETag the portal answers 304 without a body, with another one the whole."""
    first = web.get("/hebei/portal")
    again = web.get("/hebei/portal", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert web.get("/hebei/portal", headers={"If-None-Match": '"other"'}).json() == first.json()
    assert "no-cache" in first.headers["Cache-Control"]


def test_the_pages_code_is_sent_small_and_once(stack: Stack) -> None:
    """Scripts and styles are packed for who can unpack, the same for who cannot, and need not be asked for again."""
    files = re.findall(r'"(/assets/[^"]+)"', httpx.get(f"{stack.url}/hebei/", trust_env=False).text)
    assert {file.rpartition(".")[2] for file in files} == {"js", "css"}
    for file in files:
        whole = httpx.get(stack.url + file, headers={"Accept-Encoding": "identity"}, trust_env=False)
        packed = httpx.get(stack.url + file, headers={"Accept-Encoding": "gzip"}, trust_env=False)
        assert packed.content == whole.content
        assert "immutable" in packed.headers["Cache-Control"]
        if len(whole.content) > 1000:
            assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
            assert packed.num_bytes_downloaded < len(whole.content) / 2


def test_the_mark_is_an_image_that_can_do_nothing(web: httpx.Client) -> None:
    """The province's sign comes as SVG under a policy that forbids every script."""
    answer = web.get("/hebei/portal/mark.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.req("PL-01")
def test_each_province_has_a_portal_of_its_own(web: httpx.Client, publisher: Publisher) -> None:
    """Another published province stands in the list beside Hebei with its own name; an unknown one is not found."""
    profile = f"t_{secrets.token_hex(6)}"
    assert web.get(f"/{profile}/portal").status_code == 404
    content = copy.deepcopy(publisher.content)
    content["portal"]["system_name"] = {"zh": "演示省职称评审系统", "en": "Review system of an invented province"}
    content["portal"]["sections"] = content["portal"]["sections"][:1]
    del content["portal/mark"]
    publisher.publish(profile, content, 1)
    names = {card["profile"]: card["system_name"]["zh"] for card in web.get("/profiles").json()}
    assert (names[profile], names["hebei"]) == ("演示省职称评审系统", "河北省专业技术人员职称评审信息系统")
    portal = web.get(f"/{profile}/portal").json()
    assert (len(portal["sections"]), portal["has_mark"], portal["version"]) == (1, False, 1)
    assert web.get(f"/{profile}/portal/mark.svg").status_code == 404


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("system_name", {"zh": "演示"}),
        ("languages", ["zh-CN", "zh-CN"]),
        ("sections", [{"name": "registration", "label": {"zh": "注册", "en": "Register"}}]),
        ("sections", []),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(publisher: Publisher, place: str, value: Any) -> None:
    """A missing translation, a doubled language, an unknown page or none at all: the profile is not published."""
    content = copy.deepcopy(publisher.content)
    content["portal"][place] = value
    with pytest.raises(ProfileInvalid) as refused:
        publisher.publish(f"t_{secrets.token_hex(6)}", content, 1)
    assert refused.value.faults[0].pointer.startswith("/portal")


@pytest.mark.req("PL-03")
def test_the_frame_stands_while_its_service_is_away(web: httpx.Client, stack: Stack) -> None:
    """Without notify the portal is shown as it was last known, while what is not known answers with a clear code."""
    known = web.get("/hebei/portal").json()
    stack.halt("notify")
    try:
        for _ in range(2):
            answer = web.get("/hebei/portal")
            assert (answer.status_code, answer.json()) == (200, known)
        missing = web.get("/profiles")
        assert missing.status_code in (503, 504)
        assert missing.json()["code"] in ("common.service_unavailable", "common.deadline_passed")
    finally:
        stack.resume("notify")
        stack.wait_ready("notify")
