"""An expert's own profile in the browser, with photograph and files, and its review by the office."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser
from deploy.demo.papers import pdf
from deploy.demo.people import Inventor, Person
from tests.e2e.conftest import PROFILE, Visitor
from tests.factories.documents import portrait
from tests.stack import Stack

Visit = Callable[..., Visitor]
EMPLOYER = "栎城演示大学"
PHOTO = "证件照.png"


@dataclass
class Someone:
    """An expert whose profile is empty but for work and research, and those who look after the pool."""

    person: Person
    browser: Browser
    accounts: dict[str, dict[str, str]]

    def of(self, pattern: str) -> dict[str, str]:
        return next(found for name, found in self.accounts.items() if re.fullmatch(pattern, name))

    @property
    def own(self) -> dict[str, str]:
        return self.accounts[self.browser.who]


@pytest.fixture(scope="module")
def someone(stack: Stack, accounts: dict[str, dict[str, str]]) -> Someone:
    """A new expert in the pool of the demonstration's committee."""
    installation = Installation(
        stack.url, PROFILE, peers=stack.settings["ZHIPING_PEERS_URL"], folder=Path(stack.settings["ZHIPING_RUN"])
    )
    pool = installation.sign_in(next(name for name in accounts if re.fullmatch("pool-.*", name)))
    committee_id = next(role["committee_id"] for role in pool.get("/me")["roles"] if role["committee_id"])
    person = Inventor().person(born=range(1966, 1982))
    added = pool.post(
        f"/committees/{committee_id}/experts",
        {
            "expert": {
                "real_name": person.name,
                "id_document_no": person.id_no,
                "mobile": person.mobile,
                "employer_name": EMPLOYER,
                "specialties": ["01002"],
            }
        },
    )
    browser = installation.activate(
        f"expert-{person.id_no[-8:]}", kind="person", identifier=person.id_no, code=added["activation_code"]
    )
    for block, content in {
        "expert_work": {
            "employer": EMPLOYER,
            "current_title": "教授",
            "title_level": "full_senior",
            "specialty": "01002",
            "title_obtained_on": "2015-12-01",
        },
        "work_experiences": [{"start_month": "2009-07", "org_name": EMPLOYER}],
    }.items():
        shown = {one["block"]: one["revision"] for one in browser.get("/me/expert-profile")["blocks"]}
        browser.put(f"/me/expert-profile/blocks/{block}", {"revision": shown.get(block, 0), "content": content})
    return Someone(person, browser, installation.accounts)


@pytest.mark.timeout(240)
@pytest.mark.req("HB-117", "HB-118", "HB-119", "HB-120", "PL-20", "PL-21")
def test_an_expert_hands_the_profile_in_with_photograph_and_files(visit: Visit, someone: Someone) -> None:
    """Faults lead to their places, files are checked, replaced and brought back; the office reads them and decides."""
    expert = visit()
    expert.sign_in(**someone.own)
    fill_in(expert, someone)
    hand_in(expert)
    expect(expert.page.get_by_role("button", name=re.compile("^上传"))).to_have_count(0)
    expert.check("waiting")
    expert.page.emulate_media(media="print")  # on paper: every section, not the open one alone
    for section in ("个人基础信息", "学习经历"):
        expect(expert.page.get_by_role("heading", level=2, name=section)).to_be_visible()
    expect(expert.page.get_by_role("navigation", name="资料各部分")).to_be_hidden()
    expert.shoot("paper")
    expert.page.emulate_media(media="screen")
    expert.page.get_by_role("link", name=re.compile("^个人基础信息")).click()
    expert.page.get_by_role("button", name=re.compile(PHOTO)).click()
    expect(expert.page.get_by_role("dialog").locator("img")).to_be_visible()
    expert.page.keyboard.press("Escape")

    officer = visit()
    officer.sign_in(**someone.of("committee-.*-officer"))
    refuse(officer, someone)
    expert.page.reload()
    expect(expert.page.get_by_text("照片不清晰，请更换。")).to_be_visible()
    expert.check("refused")
    replace_photo(expert)
    hand_in(expert)

    page = officer.page
    officer.go("/desk/experts")
    own_row(page, someone).click()
    page.get_by_role("button", name="通过", exact=True).click()
    # After the decision the next one that waits opens, or the list.
    expect(page).not_to_have_url(re.compile(expert_id(someone)))

    pool = visit()
    pool.sign_in(**someone.of("pool-.*"))
    pool.go("/pool")
    pool.page.get_by_label("姓名或工作单位").fill(someone.person.name)
    pool.page.get_by_role("button", name="查询").click()
    own_row(pool.page, someone).click()
    expect(pool.page.get_by_role("img", name=re.compile("的照片$"))).to_be_visible()
    expect(pool.page.get_by_role("button", name="通过", exact=True)).to_have_count(0)
    pool.check("pool")
    expert.page.reload()
    expect(expert.page.get_by_text(re.compile("资料已审核通过"))).to_be_visible()


def expert_id(someone: Someone) -> str:
    found: dict[str, Any] = someone.browser.get("/me/expert-profile")
    return str(found["card"]["expert_id"])


def own_row(page: Page, someone: Someone) -> Locator:
    """The link in the row of this expert, who may share the name with another one of the list."""
    return page.locator(f'tr a[href*="{expert_id(someone)}"]')


def slot(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


CHECKED = 30_000  # ms in which a job has checked an upload, also on a loaded machine


def put_in(place: Locator, name: str, content: bytes) -> None:
    place.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def fill_in(expert: Visitor, someone: Someone) -> None:
    page = expert.page
    expert.go("/expert/profile")
    expert.check("empty")
    put_in(slot(page, "照片"), "证件照.pdf", pdf("Certificate"))
    expect(page.get_by_text("“证件照.pdf”不是可接受的格式")).to_be_visible()
    put_in(slot(page, "照片"), PHOTO, portrait())
    expect(page.get_by_role("button", name=PHOTO, exact=True)).to_be_visible(timeout=CHECKED)
    expect(slot(page, "照片").get_by_role("button", name="上传 照片")).to_be_disabled()
    expert.check("photo")
    page.get_by_role("button", name="提交审批").click()
    faults = page.get_by_role("alert").filter(has_text="还不能提交")
    expect(faults).to_be_focused()
    expert.check("faults")
    # A fault leads to where it is mended, on whichever of the pages that is.
    faults.get_by_role("link", name=re.compile("研究方向")).click()
    field = page.get_by_role("textbox", name="研究方向")
    expect(field).to_be_focused()
    field.fill("逻辑学与批判性思维")
    faults.get_by_role("link", name=re.compile("学习经历")).click()
    page.get_by_role("button", name="添加学习经历").click()
    dialog = page.get_by_role("dialog", name="新增学习经历")
    dialog.get_by_role("textbox", name="开始时间").fill("1998-09")
    dialog.get_by_role("textbox", name="结束时间").fill("2008-06")
    dialog.get_by_role("textbox", name="毕业院校").fill(EMPLOYER)
    dialog.get_by_role("textbox", name="所学专业").fill("逻辑学")
    dialog.get_by_role("combobox", name=re.compile("^学历")).select_option(index=1)
    put_in(slot(dialog, "学历证书"), "毕业证书.pdf", pdf("Certificate"))
    expect(dialog.get_by_text("已上传")).to_be_visible(timeout=CHECKED)
    expert.check("row")
    dialog.get_by_role("button", name="确定").click()
    row = page.get_by_role("row").filter(has_text=EMPLOYER)
    expect(row.get_by_text("1 份")).to_be_visible()
    row.get_by_role("button", name=re.compile("^删除")).click()
    page.get_by_role("button", name="撤销").click()
    expect(row.get_by_text("1 份")).to_be_visible()
    expert.check("rows")


def hand_in(expert: Visitor) -> None:
    page = expert.page
    page.get_by_role("button", name="提交审批").click()
    page.get_by_role("dialog").get_by_role("button", name="提交审批").click()
    expect(page.get_by_text(re.compile("等待经办人审核"))).to_be_visible()


def refuse(officer: Visitor, someone: Someone) -> None:
    page = officer.page
    officer.go("/desk/experts")
    officer.check("list")
    own_row(page, someone).click()
    expect(page.get_by_role("heading", level=1, name=someone.person.name)).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("的照片$"))).to_be_visible()
    officer.check("review")
    page.get_by_role("button", name=re.compile("毕业证书.pdf")).click()
    expect(page.locator("canvas").first).to_be_visible()
    officer.check("review-file")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("请写明要改什么、怎么改")).to_be_visible()
    officer.check("review-fault")
    page.get_by_role("textbox", name="审核意见").fill("照片不清晰，请更换。")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page).not_to_have_url(re.compile(expert_id(someone)))


def replace_photo(expert: Visitor) -> None:
    page = expert.page
    expert.go("/expert/profile?section=basic")
    slot(page, "照片").get_by_role("button", name=f"删除 {PHOTO}").click()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
    put_in(slot(page, "照片"), "新照片.png", portrait(size=(300, 400)))
    expect(page.get_by_role("button", name="新照片.png", exact=True)).to_be_visible(timeout=CHECKED)
    page.get_by_role("link", name=re.compile("^学习经历")).click()
    expect(page.get_by_text("1 份")).to_be_visible()
