"""How long an officer waits at the page of a queue with 100,000 cases: from click or key to the rows on the screen.

    export ZHIPING_RUN=.run/bench
    ./zhiping up && eval "$(./zhiping env)" && python -m bench.queue_page [--rows 100000] [--rounds 5]

Fills an officer's queue as `bench.declarations` does, and empties it at the end. Each act is done in Chromium, with 100
cases and with all; medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.declarations import FILL, declare_template, fill
from bench.stage import PROFILE, Stage, open_stage
from deploy.local import postgres
from deploy.local.browser import executable
from deploy.local.instance import Instance

FEW = 100
# From the last click, key or choice until the rows stand that its answer brought, painted.
WATCH = """
() => {
  const watched = { from: 0, to: 0 }
  window.watched = watched
  for (const kind of ['click', 'change', 'keydown'])
    window.addEventListener(kind, () => (watched.from = performance.now()), true)
  const look = () => requestAnimationFrame(() => {
    const busy = document.querySelector('.table-wrap[aria-busy=true]')
    if (!busy) watched.to = performance.now()
  })
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ['aria-busy'] })
}
"""
SETTLED = (
    "() => !document.querySelector('.table-wrap[aria-busy=true]') && document.querySelector('tbody td:not(.empty)')"
)


def query(page: Page) -> None:
    page.get_by_role("button", name="查询").click()


def by_name(page: Page) -> None:
    page.get_by_role("textbox", name="姓名").fill("溪7")
    query(page)


def by_number(page: Page) -> None:
    page.get_by_role("textbox", name="身份证号").fill("130100190001010009")
    query(page)


def of_all_filters(label: str, text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        if (more := page.get_by_role("button", name="展开其余")).count():
            more.click()
        page.get_by_role("textbox", name=label, exact=True).fill(text)
        query(page)

    return act


def last_page(page: Page) -> None:
    page.get_by_role("textbox", name="页码").fill("999999")
    page.keyboard.press("Enter")


ACTS: dict[str, Callable[[Page], object]] = {
    "next page": lambda page: page.get_by_role("button", name="下一页").click(),
    "last page": last_page,
    "sorted by name": lambda page: page.get_by_label("排序").select_option("real_name"),
    "part of a name": by_name,
    "part of a school's name": of_all_filters("毕业学校", "大学77"),
    "part of a unit's name": of_all_filters("申报单位", "医院77"),
    "title held for years": of_all_filters("现职称取得年限，最少几年", "5"),
    "tab 已审核": lambda page: page.get_by_role("tab", name="已审核").click(),
    "tab 审核待定": lambda page: page.get_by_role("tab", name="审核待定").click(),
}


def measure(page: Page, rounds: int) -> dict[str, float]:
    """Median milliseconds of each act."""
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        page.goto(f"/{PROFILE}/desk/review")
        page.wait_for_function(SETTLED)
        taken["the page itself"].append(page.evaluate("performance.now()"))
        for name, act in ACTS.items():
            page.goto(f"/{PROFILE}/desk/review")
            page.wait_for_function(SETTLED)
            page.evaluate(WATCH)
            with page.expect_response("**/cases/search"):
                act(page)
            page.wait_for_load_state("networkidle")
            taken[name].append(page.evaluate("watched.to - watched.from"))
    return {name: statistics.median(figures) for name, figures in taken.items()}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=5)
    wanted = arguments.parse_args()
    stage = open_stage()
    template = declare_template(stage)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        page = officer_page(chromium.new_context(base_url=stage.installation.address, locale="zh-CN"), stage)
        figures = []
        filled = 1
        clear(wanted.rows)
        try:
            for size in (FEW, wanted.rows):
                fill(template, filled, size, ("review",))
                filled = size + 1
                figures.append(measure(page, wanted.rounds))
        finally:
            clear(wanted.rows)
        chromium.close()
    few, many = figures
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"| act | ms with {FEW} cases | ms with {wanted.rows:,} | ratio |\n|---|---|---|---|")
    for name in few:
        print(f"| {name} | {few[name]:.0f} | {many[name]:.0f} | {many[name] / few[name]:.2f} |")


def clear(last: int) -> None:
    """Take the copies away, also those of a run that was broken off."""
    admin = urlsplit(postgres.admin_url(Instance.open()))
    with closing(psycopg2.connect(admin._replace(path="/review").geturl())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table in FILL["review"]:
                of = "id" if table == "case_card" else "case_id"
                numbers = "SELECT md5('case' || n)::uuid FROM generate_series(1, %s) AS n"
                cursor.execute(f"DELETE FROM {table} WHERE {of} IN ({numbers})", (last,))
            cursor.execute("VACUUM ANALYZE")


def officer_page(context: BrowserContext, stage: Stage) -> Page:
    """The officer's browser, signed in."""
    context.add_cookies(
        [
            {"name": name, "value": value, "url": stage.installation.address}
            for name, value in stage.unit.officer.cookies.items()
        ]
    )
    return context.new_page()


if __name__ == "__main__":
    main()
