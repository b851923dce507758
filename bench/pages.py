"""How soon a page is usable in a real Chromium: its heading and its first control stand.

    ZHIPING_RUN=… python -m bench.pages [--rounds 5]

Each page is opened by its address in a new browser context (nothing cached), then again in the same one. Prints the
median milliseconds from the beginning of the navigation, the requests of the first opening, and the share of the
1.5 s in which a page shall be usable.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from deploy.local.browser import executable
from deploy.local.instance import Instance
from tests.e2e.applicants import Desk
from tests.e2e.conftest import DESK, PROFILE
from tests.stack import Stack

USABLE_MS = 1500
NOBODY = ""
# Who opens it, its address (`{declaration}` is the filled one, `{case}` waits for the officer), and what must stand
# beside the heading.
PAGES: tuple[tuple[str, str, str], ...] = (
    (NOBODY, "/", "a:has-text('立即申报')"),
    (NOBODY, "/login?as=person", "input[autocomplete=username]"),
    ("applicant", "/my/d/{declaration}", "a:has-text('检查并提交')"),
    ("applicant", "/my/d/{declaration}/basic", "#f-base_materials-other_material"),
    ("applicant", "/my/d/{declaration}/check", "input[type=checkbox]"),
    ("officer", "/desk/review", "tbody input[type=checkbox]"),
    ("officer", "/desk/review/{case}", ".dec .btn-p"),
    ("administrator", "/org/units", "tbody tr"),
)


def usable(browser: Browser, url: str, cookies: list[Any], selector: str) -> tuple[float, float, int]:
    """Milliseconds of the first and of the second opening, and requests of the first."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")
    context.add_cookies(cookies)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    taken: list[float] = []
    for _ in range(2):
        page.goto(url, wait_until="commit")
        page.locator("h1").first.wait_for()
        page.locator(selector).first.wait_for()
        taken.append(float(page.evaluate("performance.now()")))
        if len(taken) == 1:
            page.wait_for_timeout(500)  # the live stream never lets the network rest
            requests = len(sent)
    context.close()
    return taken[0], taken[1], requests


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    folder = Path(os.environ["ZHIPING_RUN"])
    settings = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    os.environ.update(settings)
    stack = Stack(Instance.open(folder), settings)
    with closing(Desk(stack)) as desk, sync_playwright() as playwright:
        someone, declared = desk.filled(), desk.applicant()
        declared.declare()
        places = {"declaration": someone.declaration_id, "case": desk.case_of(declared)["case_id"]}
        administrator = desk.installation.sign_in("root-admin")
        seats = {"applicant": someone.browser, "officer": desk.officer, "administrator": administrator}
        cookies = {NOBODY: []} | {
            role: [{"name": name, "value": value, "url": stack.url} for name, value in seat.cookies.items()]
            for role, seat in seats.items()
        }
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        print("| who | page | first ms | again ms | requests | of 1.5 s |\n|---|---|---|---|---|---|")
        for role, path, selector in PAGES:
            url = f"{stack.url}/{PROFILE}{path.format(**places)}"
            found = [usable(browser, url, cookies[role], selector) for _ in range(rounds)]
            first, again = (statistics.median(one[at] for one in found) for at in (0, 1))
            figures = f"{first:.0f} | {again:.0f} | {found[0][2]} | {first / USABLE_MS:.2f}"
            print(f"| {role or 'anybody'} | `{path}` | {figures} |")
        browser.close()
        administrator.close()


if __name__ == "__main__":
    main()
