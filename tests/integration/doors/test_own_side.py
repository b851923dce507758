"""Routes whose thing has to be made first: whoever it belongs to gets it, and nobody else does.

The table asks for these with ids that nobody gave, so that it leaves the world as it is.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from deploy.demo import papers
from deploy.demo.accounts import Installation
from deploy.demo.browser import Problem, wait_until
from deploy.demo.chain import Unit, open_applicant
from deploy.demo.declaring import Applicant, refused
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from tests.factories.province import PROFILE, Province
from tests.stack import Stack

ADDRESS = f"/api/v1/{PROFILE}"


def opened(clients: dict[str, httpx.Client], path: str) -> set[str]:
    """Who gets what lies at the address; for all others there is nothing."""

    def status(who: str) -> int:
        return clients[who].get(ADDRESS + path).status_code

    with ThreadPoolExecutor(4) as threads:
        found = dict(zip(clients, threads.map(status, clients), strict=True))
    assert set(found.values()) <= {200, 401, 404}, found
    return {who for who, status in found.items() if status == 200}


@pytest.fixture
def newcomer(stack: Stack, home: Province, tmp_path: Path) -> Applicant:
    """An applicant of the home unit who has done nothing yet."""
    people = home.people
    unit = Unit(
        "home",
        "home",
        home.ids["organization_id"],
        admin=people["admin"],
        officer=people["officer"],
        leader=people["leader"],
    )
    installation = Installation(stack.url, PROFILE, peers=stack.settings["ZHIPING_PEERS_URL"], folder=tmp_path)
    person, report = Inventor().person(), Report(as_json=False)
    return Applicant(open_applicant(installation, report, unit, person), person, report)


@pytest.mark.req("PL-12")
def test_the_second_of_two_tabs_is_told_what_the_first_saved(newcomer: Applicant) -> None:
    """A stale save is refused with the block as it is now, so that the writer chooses item by item."""
    newcomer.set_up()
    address = f"{newcomer.address}/blocks/basic_profile"
    shown = newcomer.browser.get(address)["content"]

    def save(phone: str) -> Any:
        values = {**shown["values"], "org_phone": phone}
        return newcomer.browser.put(address, {"values": values}, version=shown["version"])

    saved = save("030020000012")
    late = httpx.put(
        f"{newcomer.browser._base}{address}",
        json={"values": {**shown["values"], "org_phone": "030020000013"}},
        headers={"If-Match": str(shown["version"])},
        cookies=newcomer.browser.cookies,
        trust_env=False,
    )
    assert (late.status_code, late.json()["code"]) == (409, "common.stale_version")
    current = late.json()["current"]["content"]
    assert (current["version"], current["values"]["org_phone"]) == (saved["version"], "030020000012")


@pytest.mark.req("HB-58")
def test_an_enrolment_of_which_something_was_declared_stays(newcomer: Applicant, home: Province) -> None:
    """The officer takes a wrong enrolment back, but not one under which a declaration was begun; then it works on."""
    newcomer.set_up()
    officer, account_id = home.people["officer"], newcomer.browser.get("/me")["account_id"]
    year = newcomer.browser.get(newcomer.address)["declaration"]["batch"]["year"]
    path = f"/accounts/{account_id}/enrolments/{year}/withdrawal"

    def withdraw() -> Any:
        return officer.post(path, {"reason": "录错单位"})

    assert refused(withdraw) == "declaration.enrolment_in_use"
    with pytest.raises(Problem, match="404"):
        home.people["officer_foreign"].post(path, {"reason": "录错单位"})
    view = newcomer.browser.get(newcomer.address)["declaration"]
    newcomer.browser.post(f"{newcomer.address}/discard", version=view["version"])
    withdraw()


@pytest.mark.req("PL-04")
def test_an_import_belongs_to_who_ordered_it(home: Province, clients: dict[str, httpx.Client]) -> None:
    """The check of a workbook and its faulty rows are there for who sent it in, and for nobody else."""
    officer = home.people["officer"]
    book = load_workbook(io.BytesIO(officer.download("/applicant-import-template")))
    target = io.BytesIO()
    book.save(target)
    file = officer.upload("/files", name="a.xlsx", content=target.getvalue(), kind="x", purpose="import")
    ordered = officer.post(
        "/applicant-imports",
        {"organization_id": home.ids["organization_id"], "file_id": file["file_id"], "year": date.today().year},
    )
    path = f"/applicant-imports/{ordered['import_id']}"
    wait_until(lambda: officer.get(path)["state"] != "checking", what="check of a workbook")
    assert opened(clients, path) == {"officer"}
    assert opened(clients, f"{path}/faulty-rows") <= {"officer"}


@pytest.mark.req("PL-04", "HB-43")
def test_a_batch_of_decisions_belongs_to_who_ordered_it(home: Province, clients: dict[str, httpx.Client]) -> None:
    """What came of a batch is told to who ordered it; a case that had changed meanwhile is left alone and named."""
    items = [{"case_id": home.ids["case_id"], "version": 999}]
    officer = home.people["officer"]
    ordered = officer.post("/cases/decision-batches", {"items": items, "decision": "pass", "opinion": "同意"})
    path = f"/decision-batches/{ordered['job_id']}"
    done = wait_until(lambda: (shown := officer.get(path))["state"] == "done" and shown, what="batch")
    assert [row["error_code"] for row in done["rows"]] == ["common.stale_version"]
    assert opened(clients, path) == {"officer"}


@pytest.mark.req("PL-04")
def test_a_file_of_an_article_is_for_its_readers(home: Province, clients: dict[str, httpx.Client]) -> None:
    """An article for officers has its file for them alone; withdrawn, for nobody."""
    system = home.people["system"]
    file = system.upload("/files", name="说明.pdf", content=papers.pdf("Notice"), kind="application/pdf")
    content = {
        "kind": "announcement",
        "title": "演示",
        "body": "演示",
        "published_on": "2026-01-01",
        "audience": ["case_officer"],
        "files": [{"file_id": file["file_id"], "name": "说明.pdf", "size": file["size"]}],
    }
    article = system.post("/articles", {"content": content})
    path = f"/articles/{article['article_id']}"
    readers = {who for who in clients if who.startswith("officer")}
    assert opened(clients, path) == opened(clients, f"{path}/files/{file['file_id']}/content") == readers
    assert opened(clients, f"/public{path}/files/{file['file_id']}/content") == set()
    system.delete(path, version=article["version"])
    assert opened(clients, f"{path}/files/{file['file_id']}/content") == set()
