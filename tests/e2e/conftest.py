"""A real Chromium on the running installation: pages by role and label, axe on what is shown, screenshots kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from deploy.demo.browser import Browser as ApiBrowser
from deploy.local.browser import executable
from tests.stack import Stack

AXE = Path(__file__).parents[2] / "portal" / "node_modules" / "axe-core" / "axe.min.js"
# While something fades in, axe measures a contrast that nobody will read.
AT_REST = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < Infinity).map((one) => one.finished.catch(() => null)))"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK = {"width": 1280, "height": 768}
PHONE = {"width": 390, "height": 844}
PROFILE = "hebei"
# What a page shows next: at once, or after some seconds where the machine has other work.
PATIENCE_MS = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a file; each test has its own context. While it runs it keeps an event loop running,
    which the asynchronous tests of other folders must not meet."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """A function that opens a browser of its own, with or without somebody signed in."""
    contexts: list[BrowserContext] = []

    def open_browser(*, phone: bool = False) -> Visitor:
        context = browser.new_context(
            base_url=stack.url, viewport=PHONE if phone else DESK, locale="zh-CN", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return Visitor(context.new_page(), stack, request.node.name)

    yield open_browser
    for context in contexts:
        context.close()


class Visitor:
    """Somebody in front of a browser. Console errors and refused content (CSP) make the test fail."""

    def __init__(self, page: Page, stack: Stack, test: str) -> None:
        self.page = page
        self.stack = stack
        self.complaints: list[str] = []
        self._shots = Path(stack.settings["ZHIPING_RUN"]) / "screenshots"
        self._test = re.sub(r"\W+", "_", test)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def go(self, path: str) -> None:
        """Open a page of the province and wait until its heading stands."""
        self.page.goto(f"/{PROFILE}{path}")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def sign_in(self, *, kind: str, identifier: str, password: str) -> None:
        """Sign in on the page, with the captcha's answer from the local peers."""
        self.go(f"/login?as={kind}")
        self.fill_sign_in(kind=kind, identifier=identifier, password=password)
        expect(self.page).not_to_have_url(re.compile("/login"))

    def take_session(self, browser: ApiBrowser) -> None:
        """Go on with a session that was begun at the API; signing in by hand is another test's."""
        for name, value in browser.cookies.items():
            self.page.context.add_cookies([{"name": name, "value": value, "url": self.stack.url}])

    def fill_sign_in(self, *, kind: str, identifier: str, password: str) -> None:
        """Fill in the sign-in form that is shown, and send it."""
        self.page.get_by_role("textbox", name="账号" if kind == "unit" else "证件号码").fill(identifier)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("textbox", name="验证码").fill(self.captcha())
        self.page.get_by_role("button", name="登录", exact=True).click()

    def captcha(self) -> str:
        """What the shown captcha reads."""
        shown = self.page.get_by_role("img", name="验证码图片")
        expect(shown).to_be_visible()
        captcha = shown.get_attribute("data-captcha")
        found = self.stack.messages(kind="captcha", to=captcha)
        return str(found[0]["text"])

    def shoot(self, name: str) -> Path:
        """Keep a picture of the page as it is seen."""
        self._shots.mkdir(parents=True, exist_ok=True)
        path = self._shots / f"{self._test}-{name}.png"
        self.page.screenshot(path=path)
        return path

    def check(self, name: str) -> None:
        """The page has no violation of WCAG 2.2 AA that axe knows, fits its width, and complained about nothing."""
        self.page.evaluate(AT_REST)
        self.shoot(name)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES
        )
        shown = [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found["violations"]
        ]
        assert not shown, f"{name}: " + "\n".join(shown)
        wide, seen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen, f"{name}: the page is {wide} wide in a window of {seen}"
        assert not self.complaints, f"{name}: {self.complaints}"

    def _listen(self, message: Any) -> None:
        # A refusal that a page handles is written by the browser itself as "Failed to load resource".
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


def lose_answers(page: Page, address: str) -> list[str]:
    """The first request to an address arrives, its answer and those after it are lost; their keys are collected."""
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
        route.abort()

    page.route(address, lose)
    return keys


@pytest.fixture(scope="session")
def accounts(stack: Stack, request: pytest.FixtureRequest) -> dict[str, dict[str, str]]:
    """Accounts of the demonstration, which `up` runs on its first start, by name."""
    file = Path(stack.settings["ZHIPING_RUN"]) / f"demo-accounts-{PROFILE}.json"
    if not file.exists():
        request.getfixturevalue("job")
    found: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return found
