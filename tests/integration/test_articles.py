"""Standing pages, articles with files, downloads and openings, as visitors get them through the real stack."""

from __future__ import annotations

import copy
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis import clock
from chassis.rpc import Caller
from contracts.base import Role
from deploy.demo.browser import Browser, Problem, wait_until
from deploy.found import found
from deploy.publish import PROFILES, read
from tests.factories.province import PROFILE, Doors
from tests.integration.test_portal import Publisher
from tests.stack import Stack
from tests.unit.documents.test_inspection import pdf


@pytest.fixture(scope="module")
def publisher(stack: Stack) -> Iterator[Publisher]:
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    yield Publisher(caller)
    caller.link.stop()


@pytest.fixture(scope="module")
def doors(stack: Stack) -> Iterator[Doors]:
    opened = Doors({**os.environ, **stack.settings})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def system(stack: Stack, doors: Doors) -> Browser:
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    found(PROFILE, caller)  # the first test of an installation finds no accounts
    caller.link.stop()
    return doors.enter("system", doors.holder(Role.SYSTEM_ADMIN, None))


@pytest.fixture(scope="module")
def web(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{stack.url}/api/v1", timeout=30, trust_env=False) as client:
        yield client


def listed(web: httpx.Client, profile: str, kind: str, **query: Any) -> list[dict[str, Any]]:
    answer = web.get(f"/{profile}/public/articles", params={"kind": kind, "size": 50, **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.req("HB-04")
def test_the_home_page_has_its_texts(web: httpx.Client) -> None:
    """A fresh installation shows Hebei's announcements, policies and questions to everybody, newest first; one of the
    questions says that the unit opens the account."""
    for kind, least in (("announcement", 4), ("policy", 4), ("faq", 6)):
        days = [item["content"]["published_on"] for item in listed(web, "hebei", kind)]
        assert len(days) >= least
        assert days == sorted(days, reverse=True)
    (question,) = listed(web, "hebei", "faq", text="没有账号怎么办")
    shown = web.get(f"/hebei/public/articles/{question['article_id']}").json()
    assert "申报人账号由所在单位建立，系统不开放自行注册" in shown["content"]["body"]


def test_articles_are_found_by_words_and_days(web: httpx.Client) -> None:
    """A word is looked for in title and text, days are both counted, and a wild card is a character."""
    items = listed(web, "hebei", "announcement", text="在线验证有效期")
    assert [item["content"]["title"] for item in items] == ["关于上传学信网证明格式要求的说明"]
    assert listed(web, "hebei", "announcement", text="%", published_to="2026-12-31") == []  # later ones are tests'
    day = {"published_from": "2026-11-17", "published_to": "2026-11-17"}
    assert items == listed(web, "hebei", "announcement", **day)


def test_publishing_again_changes_nothing_and_a_change_changes_one(web: httpx.Client, publisher: Publisher) -> None:
    """Each standing page is one article under a lasting address: published again it stays as it is, with other words it
    is a new version of the same, and without it it is gone."""
    profile = f"t_{secrets.token_hex(6)}"
    content = copy.deepcopy(publisher.content)
    publisher.publish(profile, content, 1)
    first = listed(web, profile, "faq")
    publisher.publish(profile, content, 2)
    assert listed(web, profile, "faq") == first
    content["pages/faq-browser"]["title"] = "请用哪些浏览器？"
    del content["pages/faq-certificate"]
    publisher.publish(profile, content, 3)
    before = {item["article_id"]: item for item in first}
    after = {item["article_id"]: item for item in listed(web, profile, "faq")}
    assert before.keys() - after.keys() == {
        key for key, item in before.items() if item["content"]["title"] == "怎样查验证书？"
    }
    changed = [after[key] for key in after if after[key] != before[key]]
    assert [(item["content"]["title"], item["version"]) for item in changed] == [("请用哪些浏览器？", 2)]


@pytest.mark.req("HB-60")
def test_everybody_gets_the_filling_instructions(web: httpx.Client) -> None:
    """The instructions are downloaded without sign-in, with their size known before; what is for staff is not found."""
    offered = {one["download_id"]: one for one in web.get("/hebei/public/downloads").json()}
    assert offered["filling_instructions"]["label"] == "河北省职称申报评审系统填报说明"
    assert "expert_import" not in offered
    answer = web.get("/hebei/public/downloads/filling_instructions/content")
    assert answer.status_code == 200
    assert len(answer.content) == offered["filling_instructions"]["size"]
    assert web.get("/hebei/public/downloads/expert_import/content").status_code == 404


def test_every_page_names_downloads_that_there_are() -> None:
    """What standing pages offer to download is offered to everybody."""
    for profile in sorted(path.name for path in PROFILES.iterdir() if path.is_dir()):
        _, slices, _ = read(profile)
        public = {one["id"] for one in slices["documents"]["documents"]["downloads"] if one.get("is_public")}
        pages = [page for name, page in slices["notify"].items() if name.startswith("pages/")]
        named = {one for page in pages for one in page.get("downloads", ())}
        assert named <= public


def test_a_file_is_as_public_as_its_article(stack: Stack, web: httpx.Client, doors: Doors, system: Browser) -> None:
    """A file of a public article is downloaded by everybody until the article is withdrawn; one of an article for
    officers only by them; a file that is not the article's by nobody."""
    content = pdf(pages=1)
    facts = system.upload("/files", name="附件.pdf", content=content, kind="application/pdf")
    file_id = facts["file_id"]
    wait_until(lambda: system.get(f"/files/{file_id}")["verdict"] == "clean", what="verdict")
    article = {
        "kind": "announcement",
        "title": "附件测试公告",
        "body": "见附件。",
        "published_on": clock.today().isoformat(),
        "files": [{"file_id": file_id, "name": "附件.pdf", "size": len(content)}],
    }
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    office_id = str(found(PROFILE, caller).organization_id)
    caller.link.stop()
    foreign = doors.enter("office", doors.holder(Role.ORG_ADMIN, office_id))
    with pytest.raises(Problem) as refused:
        foreign.post("/articles", {"content": article})
    assert refused.value.code == "common.not_allowed"
    public = system.post("/articles", {"content": article})
    path = f"/public/articles/{public['article_id']}/files/{file_id}/content"
    assert web.get(f"/{PROFILE}{path}").content == content
    inner = system.post("/articles", {"content": {**article, "audience": ["org_admin"]}})
    assert web.get(f"/{PROFILE}/public/articles/{inner['article_id']}/files/{file_id}/content").status_code == 404
    assert foreign.download(f"/articles/{inner['article_id']}/files/{file_id}/content") == content
    (page,) = listed(web, PROFILE, "faq", text="没有账号怎么办")
    assert web.get(f"/{PROFILE}/public/articles/{page['article_id']}/files/{file_id}/content").status_code == 404
    system.delete(f"/articles/{public['article_id']}", version=public["version"])
    assert web.get(f"/{PROFILE}{path}").status_code == 404
    system.delete(f"/articles/{inner['article_id']}", version=inner["version"])


@pytest.mark.req("PL-15")
def test_openings_say_what_is_taken_and_until_when(web: httpx.Client) -> None:
    """Everybody sees which committees take declarations now, of which series and until when, by the server's clock."""
    openings = web.get("/hebei/public/openings").json()
    at = datetime.fromisoformat(openings["at"])
    assert abs(at - clock.now()) < timedelta(minutes=1)
    today = at.astimezone(clock.SHANGHAI).date()
    for item in openings["items"]:
        closes_on = datetime.fromisoformat(item["closes_on"]).date()
        assert item["days_left"] == (closes_on - today).days >= 0
        assert all(entry["title_series"] for entry in item["scope"])
    assert [item["closes_on"] for item in openings["items"]] == sorted(item["closes_on"] for item in openings["items"])
    assert web.get("/nowhere/public/openings").status_code == 404
