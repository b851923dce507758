"""The case officer's and the unit leader's day, by page: queue, split view, batch, export, and what may go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.demo.accounts import Installation
from deploy.demo.browser import wait_until
from deploy.demo.chain import Unit, create_unit, open_applicant
from deploy.demo.declaring import Applicant
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from deploy.demo.reviewing import recommendation, wait_for
from tests.e2e.conftest import PROFILE, lose_answers
from tests.stack import Stack

PEOPLE = 13


class Ward:
    """A unit of its own with people who have declared; every test takes people that no other test touches."""

    def __init__(self, installation: Installation, unit: Unit, people: list[Applicant]) -> None:
        self.installation = installation
        self.unit = unit
        self.people = people
        self._left = people

    def take(self, number: int) -> list[Applicant]:
        """So many who wait for the officer."""
        taken, self._left = self._left[:number], self._left[number:]
        assert len(taken) == number, "more people are needed"
        return taken

    def account(self, role: str) -> dict[str, str]:
        """How the officer or leader signs in."""
        who = self.unit.officer.who if role == "officer" else self.unit.leader.who
        return self.installation.accounts[who]

    def case(self, applicant: Applicant, *, leader: bool = False) -> dict[str, Any]:
        """The waiting case of a declaration."""
        reader = self.unit.leader if leader else self.unit.officer
        (found,) = wait_for(reader, {applicant.declaration_id})
        return found

    def decide(self, case: dict[str, Any], decision: str, opinion: str, *, leader: bool = False, **more: Any) -> None:
        """What the officer or leader decides at another place."""
        reader = self.unit.leader if leader else self.unit.officer
        body = {"decision": decision, "opinion": opinion, **more}
        reader.post(f"/cases/{case['case_id']}/decision", body, version=case["version"])


@pytest.fixture(scope="module")
def ward(stack: Stack, accounts: dict[str, dict[str, str]]) -> Iterator[Ward]:
    """A ward below the demonstration's hospital."""
    folder = Path(stack.settings["ZHIPING_RUN"])
    installation = Installation(stack.url, PROFILE, peers=stack.settings["ZHIPING_PEERS_URL"], folder=folder)
    report, inventor = Report(as_json=True), Inventor()
    admin = installation.sign_in(next(who for who in accounts if who.startswith("hospital-admin")))
    me = admin.get("/me")["roles"][0]
    above = Unit("hospital", me["organization_name"], me["organization_id"], admin, admin, admin)
    unit = create_unit(installation, report, inventor, above, "ward", "云汐演示病区", "employer", "institution")

    def declare(_: int) -> Applicant:
        person = inventor.person()
        applicant = Applicant(open_applicant(installation, report, unit, person), person, report)
        applicant.declare()
        return applicant

    with ThreadPoolExecutor(4) as together:
        people = list(together.map(declare, range(PEOPLE)))
    wait_for(unit.officer, {one.declaration_id for one in people})
    yield Ward(installation, unit, people)
    for browser in (admin, unit.admin, unit.officer, unit.leader, *(one.browser for one in people)):
        browser.close()


@pytest.fixture
def officer(visit: Callable[..., Any], ward: Ward) -> Any:
    """The ward's officer, signed in, in the own queue."""
    who = visit()
    who.sign_in(**ward.account("officer"))
    expect(who.page.get_by_role("heading", level=1)).to_have_text("经办人审核申报材料")
    return who


def find(page: Page, name: str) -> None:
    """Search the open list for a person."""
    page.get_by_role("textbox", name="姓名").fill(name)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text(name)


def open_case(page: Page, name: str) -> None:
    """Search for a person and open the case."""
    find(page, name)
    page.get_by_role("button", name=f"审核 {name}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.get_by_role("region", name="审核意见")).to_be_visible()


def recommend(page: Page) -> None:
    """Fill in the data of HB-T30."""
    said = recommendation()
    page.get_by_role("group", name="推荐情况").get_by_text("推荐", exact=True).click()
    page.get_by_role("textbox", name="公示开始").fill(said["notice_from"])
    page.get_by_role("textbox", name="公示结束").fill(said["notice_to"])
    page.get_by_role("group", name="有无异议").get_by_text("无", exact=True).click()
    page.get_by_role("textbox", name="推荐小组意见").fill(said["panel_opinion"])


@pytest.mark.req("HB-28", "HB-29", "HB-30", "HB-54", "HB-171")
def test_the_queue_shows_finds_and_counts(officer: Any, ward: Ward) -> None:
    """The queue has its tabs with counts, masked numbers, and filters that stand in the address, but for names."""
    page = officer.page
    officer.go("/desk")  # by its address alone
    expect(page).to_have_url(re.compile("/desk/review"))
    expect(page.get_by_role("tab", name=re.compile("^未审核"))).to_have_attribute("aria-selected", "true")
    officer.check("queue")
    name = ward.case(ward.take(1)[0])["real_name"]
    page.get_by_role("button", name="展开其余 18 项").click()
    page.get_by_label("申报类别").select_option(label="教学类")
    find(page, name)
    assert "category=" in page.url
    assert name not in page.url
    assert name not in page.title()
    expect(page.locator("tbody")).to_contain_text(re.compile(r"\d{3,6}\*+\d{3}[\dX]"))
    officer.check("queue-filtered")
    page.get_by_role("button", name="收起").click()
    page.get_by_role("button", name=re.compile("去掉条件 姓名")).click()
    page.get_by_role("textbox", name="姓名").fill("没有这个人")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("没有符合这些条件的申报")).to_be_visible()
    page.get_by_role("button", name="重置条件").click()
    expect(page.locator("tbody tr").first).to_contain_text("教学类")
    page.get_by_role("button", name=re.compile("的流转日志$")).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("待审核")
    officer.check("log")


@pytest.mark.req("HB-31", "HB-33", "HB-34", "HB-37", "HB-39")
def test_an_officer_reads_points_out_and_returns(officer: Any, ward: Ward) -> None:
    """The officer reads data beside its file, pins a remark, and returns with an opinion that the applicant gets."""
    page = officer.page
    (applicant,) = ward.take(1)
    open_case(page, applicant.person.name)
    expect(page.get_by_role("region", name="个人申报设置")).to_contain_text(
        re.compile(f"{ward.unit.name}.*正常申报", re.S)
    )
    officer.check("case")
    page.emulate_media(media="print")  # on paper: the data and the whole log, no opinion that is still being typed
    expect(page.get_by_role("region", name="流转日志")).to_contain_text("个人申请提交")
    expect(page.get_by_role("textbox", name="审核意见")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("button", name=re.compile("工作总结.pdf")).first.click()
    viewer = page.get_by_role("region", name=re.compile("^附件 "))
    expect(viewer.get_by_text(re.compile(r"第 1 / \d+ 页"))).to_be_visible()
    officer.check("case-file")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    page.get_by_role("button", name=re.compile("指出问题")).nth(1).click()
    page.keyboard.type("这里与附件不一致。")
    page.get_by_label("常用意见", exact=True).select_option(index=3)
    expect(page.get_by_role("textbox", name="审核意见")).not_to_have_value("")
    page.get_by_role("button", name=re.compile("^退回修改")).click()
    officer.check("return")
    # The decision arrives, its answer does not: the officer is told so, and asking again is the same decision.
    keys = lose_answers(page, "**/decision")
    send = page.get_by_role("button", name=re.compile("^退回给"))
    send.click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("再按一次不会重复办理")
    officer.shoot("return-unanswered")
    page.unroute("**/decision")
    send.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(applicant.person.name)
    assert len(set(keys)) == 1

    def returned() -> Any:
        view = applicant.browser.get(applicant.address)
        return view if view["declaration"]["return_reason"] else None

    view = wait_until(returned, what="return")
    assert "这里与附件不一致。" in str(view)


@pytest.mark.req("HB-44")
def test_what_is_held_waits_in_its_own_tab(officer: Any, ward: Ward) -> None:
    """审核待定 asks for a note, moves the case to its own tab, and can be taken back."""
    page = officer.page
    (applicant,) = ward.take(1)
    open_case(page, applicant.person.name)
    page.get_by_role("button", name="审核待定").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明为什么待定")
    page.get_by_role("textbox", name="审核意见").fill("等待核实社保材料。")
    page.get_by_role("button", name="审核待定").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(applicant.person.name)
    officer.go("/desk/review?tab=held")
    find(page, applicant.person.name)
    page.get_by_role("button", name=f"审核 {applicant.person.name}").click()
    page.get_by_role("button", name="恢复审核").click()
    expect(page.get_by_role("button", name=re.compile("^通过"))).to_be_visible()


@pytest.mark.req("HB-26", "HB-32", "HB-35", "HB-36", "HB-40", "HB-46")
def test_a_case_goes_from_the_officer_to_the_leader(officer: Any, visit: Callable[..., Any], ward: Ward) -> None:
    """Passing names where it goes, demands the recommendation, and the leader finds the case and passes it on."""
    page = officer.page
    applicant, other = ward.take(2)
    name = applicant.person.name
    open_case(page, name)
    expect(page.get_by_text(f"通过后：{ward.unit.name} · 单位领导审核")).to_be_visible()
    page.get_by_role("button", name="通过，送单位领导").click()
    expect(page.get_by_role("alert")).to_contain_text("推荐小组意见")
    recommend(page)
    page.get_by_role("textbox", name="审核意见").fill("同意上报。")
    page.get_by_role("button", name="通过，送单位领导").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(name)
    officer.go("/desk/reviewed")
    find(page, name)
    officer.check("reviewed")
    ward.decide(ward.case(other), "pass", "同意上报。", recommendation=recommendation())
    leader = visit()
    leader.sign_in(**ward.account("leader"))
    page, keys = leader.page, leader.page.keyboard
    expect(page.get_by_role("heading", level=1)).to_have_text("单位领导审核")
    expect(page.get_by_role("combobox", name="排序")).to_have_value("waiting_since")
    leader.check("leader-queue")
    first, second = ward.case(applicant, leader=True), ward.case(other, leader=True)
    walk_to(page, page.locator("tbody tr[tabindex='0']"), "F6")
    keys.press("Home")
    stand_at(page, first)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    opinion = page.get_by_role("region", name="审核意见")
    expect(opinion).to_contain_text("同意上报。")
    expect(page.get_by_text(re.compile(r"^通过后：云汐演示大学第三医院\w* · "))).to_be_visible()
    leader.check("leader")
    walk_to(page, opinion, "F6")
    walk_to(page, page.get_by_role("button", name="通过，送上级单位"))
    keys.press("Enter")
    expect(page).not_to_have_url(re.compile(first["case_id"]))
    # the next case opens; another leader returns it while this one types: told at once, and nothing typed is lost
    while second["case_id"] not in (before := page.url):
        keys.press("Alt+ArrowRight")
        expect(page).not_to_have_url(before, timeout=15_000)
    walk_to(page, opinion, "F6")
    walk_to(page, page.get_by_role("textbox", name="审核意见"))
    keys.type("我正在写的意见。")
    ward.decide(second, "return", "请补正。", leader=True)
    expect(page.get_by_role("alert")).to_contain_text("退回修改")
    unsent = page.get_by_role("textbox", name="没有提交的意见，可以复制")
    expect(unsent).to_have_value("我正在写的意见。")
    expect(unsent).to_be_focused()
    leader.check("leader-elsewhere")
    keys.press("Alt+KeyL")
    expect(page.get_by_role("heading", level=1)).to_have_text("单位领导审核")
    expect(page.locator("tbody")).not_to_contain_text(first["id_document_no"])


@pytest.mark.req("HB-41", "HB-43")
def test_a_batch_says_what_became_of_each(officer: Any, ward: Ward) -> None:
    """Of two ticked people one is decided elsewhere meanwhile: the other passes, and both results are named."""
    page = officer.page
    first, second = ward.take(2)
    for one in (first, second):
        page.get_by_role("checkbox", name=f"选择 {one.person.name}").check()
    page.get_by_role("button", name="批量审核（2 人）").click()
    dialog = page.get_by_role("dialog", name="批量审核 2 人")
    officer.check("batch")
    dialog.get_by_role("textbox", name="推荐小组意见").fill("写到一半")
    asked = page.get_by_role("dialog", name="放弃填写的内容？")
    for give_up in (lambda: page.keyboard.press("Escape"), dialog.get_by_role("button", name="取消").click):
        give_up()
        asked.get_by_role("button", name="继续填写").click()
        expect(asked).to_be_hidden()
    expect(dialog.get_by_role("textbox", name="推荐小组意见")).to_have_value("写到一半")
    case = ward.case(second)
    ward.decide(case, "return", "请补正。")
    recommend(page)
    dialog.get_by_role("button", name="通过 2 人", exact=True).click()
    expect(dialog).to_contain_text("2 人中 1 人已通过，1 人未处理", timeout=30_000)
    expect(dialog.get_by_role("row", name=re.compile(second.person.name))).to_contain_text("已由他人处理")
    officer.check("batch-result")
    dialog.get_by_role("button", name="返回列表").click()
    assert ward.case(first, leader=True)["step"] == "leader_review"


@pytest.mark.req("PL-12")
def test_the_opinion_stays_where_somebody_else_was_first(officer: Any, ward: Ward) -> None:
    """A case that was decided elsewhere is not decided twice; the typed opinion stays to be copied."""
    page = officer.page
    page.route("**/live", lambda route: route.abort())  # nothing tells this page of what others do
    officer.go("/desk/review")
    (applicant,) = ward.take(1)
    open_case(page, applicant.person.name)
    page.get_by_role("textbox", name="审核意见").fill("我写的意见。")
    case = ward.case(applicant)
    ward.decide(case, "return", "请补正。")
    page.get_by_role("button", name="退回修改").click()
    page.get_by_role("button", name=re.compile("^退回给")).click()
    expect(page.get_by_role("alert")).to_contain_text("退回修改")
    expect(page.get_by_role("textbox", name="没有提交的意见，可以复制")).to_have_value("我写的意见。")
    officer.check("elsewhere")


@pytest.mark.req("HB-28", "HB-31", "HB-41", "HB-43")
def test_the_whole_desk_is_worked_by_keys_alone(officer: Any, ward: Ward) -> None:
    """Queue, filter, case, files, opinion, decision, the next case, back, batch and result: no mouse is needed."""
    page, keys = officer.page, officer.page.keyboard
    first, second, *both = sorted((ward.case(one) for one in ward.take(4)), key=lambda case: case["waiting_since"])
    officer.go("/desk/review?size=20")
    heading, row = page.get_by_role("heading", level=1), page.locator("tbody tr:focus")
    expect(page.locator("tbody").get_by_role("checkbox").first).to_be_visible()
    # filter, open, read the files, back: the focus is where it was left
    walk_to(page, page.get_by_role("textbox", name="姓名"), "F6")
    keys.type(first["real_name"])
    keys.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    walk_to(page, page.locator("tbody tr"), "F6")
    keys.press("Enter")
    expect(heading).to_contain_text(first["real_name"])
    expect(heading).to_be_focused()
    viewer = page.get_by_role("region", name=re.compile("^附件 "))
    keys.press("Alt+ArrowDown")
    expect(viewer.get_by_role("region", name="附件内容")).to_be_focused()
    expect(viewer).to_contain_text(re.compile(r"附件 1 / \d+"))
    keys.press("Alt+ArrowDown")
    expect(viewer).to_contain_text(re.compile(r"附件 2 / \d+"))
    keys.press("Escape")
    expect(viewer).to_be_hidden()
    expect(heading).to_be_focused()
    keys.press("Alt+Slash")
    expect(page.get_by_role("dialog")).to_contain_text("返回列表")
    officer.check("keys")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    keys.press("Alt+KeyL")
    expect(row).to_contain_text(first["real_name"])
    walk_to(page, page.get_by_role("textbox", name="姓名"), "F6")
    walk_to(page, page.get_by_role("button", name="重置", exact=True))
    keys.press("Enter")
    expect(page.locator("tbody tr").nth(3)).to_be_visible()
    # decide one, and the next that opens
    walk_to(page, page.locator("tbody tr[tabindex='0']"), "F6")
    stand_at(page, first)
    keys.press("Enter")
    for case in (first, second):
        expect(heading).to_be_focused(timeout=15_000)
        while case["case_id"] not in (before := page.url):
            keys.press("Alt+ArrowRight")
            expect(page).not_to_have_url(before, timeout=15_000)
        walk_to(page, page.get_by_role("region", name="审核意见"), "F6")
        back = page.get_by_role("button", name="退回修改", exact=True)
        walk_to(page, back)
        keys.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("textbox", name="审核意见")).to_be_focused()
        keys.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(back).to_be_focused()
        keys.press("Shift+F6")
        expect(page.get_by_role("region", name="审核意见")).to_be_focused()
        recommend_by_keys(page)
        walk_to(page, page.get_by_role("button", name="通过，送单位领导"))
        keys.press("Enter")
        expect(page).not_to_have_url(before, timeout=15_000)
    # back to the list, tick two, return them together
    expect(heading).to_be_focused(timeout=15_000)
    walk_to(page, page.get_by_role("button", name="返回列表"), "F6")
    keys.press("Enter")
    expect(row).to_have_count(1)
    keys.press("Home")
    for case in both:
        stand_at(page, case)
        keys.press("Space")
        keys.press("Home")
    expect(page.get_by_text("已选 2 人")).to_be_visible()
    walk_to(page, page.get_by_role("button", name="批量审核（2 人）"), "Shift+F6")
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"通过后：{ward.unit.name} · 单位领导审核")
    walk_to(page, dialog.get_by_role("textbox", name="审核意见"))
    keys.type("请补充年度考核表。")
    walk_to(page, dialog.get_by_role("button", name="审核不通过 2 人"))
    keys.press("Enter")
    expect(dialog.get_by_role("row")).to_have_count(2, timeout=30_000)
    expect(dialog).to_contain_text("2 人")
    walk_to(page, dialog.get_by_role("button", name="返回列表"))
    keys.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("tbody tr:focus, .table-wrap:focus")).to_have_count(1)


def stand_at(page: Page, case: dict[str, Any]) -> None:
    """Go down from the row that has the focus to the case's."""
    for _ in range(20):
        if is_row_of(case, page.locator("tbody tr:focus").inner_text()):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("the list lacks the case")


def recommend_by_keys(page: Page) -> None:
    """Fill in the data of HB-T30 with Tab, arrows and typing."""
    said = recommendation()
    walk_to(page, page.get_by_role("radio", name="推荐", exact=True))
    page.keyboard.press("Space")
    for label, day in (("公示开始", said["notice_from"]), ("公示结束", said["notice_to"])):
        walk_to(page, page.get_by_role("textbox", name=label))
        page.keyboard.type(day.replace("-", ""))
    walk_to(page, page.get_by_role("group", name="有无异议").get_by_role("radio").first)
    page.keyboard.press("ArrowRight")
    walk_to(page, page.get_by_role("textbox", name="推荐小组意见"))
    page.keyboard.type("同意推荐。")


def is_row_of(case: dict[str, Any], text: str) -> bool:
    """Whether a row of the list is the case's: invented people share names."""
    return case["real_name"] in text and case["id_document_no"] in text


def walk_to(page: Page, wanted: Locator, key: str = "Tab", most: int = 25) -> None:
    """Press a key until the focus is there."""
    for _ in range(most):
        page.keyboard.press(key)
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


@pytest.mark.req("HB-48", "PL-24", "PL-33")
def test_an_export_says_how_far_it_is_and_gives_its_file(officer: Any, ward: Ward) -> None:
    """The general forms of the rows on the screen are ordered with a reason and can be fetched when made."""
    page = officer.page
    page.locator("tbody").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="批量导出通用表（1 份）").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="导出 1 份").click()
    expect(dialog).to_contain_text("请写明导出用途")
    dialog.get_by_label("导出用途").fill("留存备查")
    officer.check("export")
    dialog.get_by_role("button", name="导出 1 份").click()
    with page.expect_download(timeout=60_000) as fetched:
        dialog.get_by_role("link", name="下载").click(timeout=60_000)
    assert fetched.value.suggested_filename.endswith((".zip", ".pdf"))
    officer.go("/desk/exports")
    row = page.get_by_role("row", name=re.compile("留存备查"))
    expect(row).to_contain_text("经办人审核申报材料 · 未审核 · 勾选 1 人")
    expect(row.get_by_role("link", name="下载")).to_be_visible()
    officer.check("exports")


def test_the_opinion_outlives_the_session(officer: Any, ward: Ward) -> None:
    """Who types while the session ends signs in on the spot and goes on; the draft is there after a reload."""
    page = officer.page
    (applicant,) = ward.take(1)
    open_case(page, applicant.person.name)
    page.context.clear_cookies()
    page.get_by_role("textbox", name="审核意见").fill("写到一半的意见。")
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible()
    account = ward.account("officer")
    dialog.get_by_role("textbox", name="账号").fill(account["identifier"])
    dialog.get_by_label("密码", exact=True).fill(account["password"])
    dialog.get_by_role("textbox", name="验证码").fill(officer.captcha())
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text(re.compile("^已自动保存")).first).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="审核意见")).to_have_value("写到一半的意见。")
    applicant.withdraw()  # told at once, with the text kept
    expect(page.get_by_role("alert")).to_contain_text("撤回")
    expect(page.get_by_role("textbox", name="没有提交的意见，可以复制")).to_have_value("写到一半的意见。")
    officer.check("withdrawn")


@pytest.mark.req("HB-47")
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/desk/review/subordinate", "下级单位申报人员信息审核"),
        ("/desk/year", "今年申报材料"),
        ("/desk/preassign", "预分配评委会"),
        ("/desk/committee-check", "评委会审查申报材料"),
        ("/desk/templates", "报盘模板管理"),
    ],
)
def test_the_other_lists_stand(officer: Any, path: str, heading: str) -> None:
    """Every function of the officer's menu opens by its address, accessible, with its list or why it is empty."""
    officer.go(path)
    expect(officer.page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(officer.page.locator("tbody tr").first).to_be_visible()
    officer.check("list")


def test_lists_say_when_reviewing_is_away(officer: Any, stack: Stack) -> None:
    """While the review service or the network is away the list says so and keeps its rows, also those of another tab;
    once it is back it goes on by itself."""
    page = officer.page
    said = page.get_by_text("审核服务暂时不可用，其他功能正常。")
    stack.halt("review")
    try:
        page.get_by_role("tab", name=re.compile("^已审核")).click()
        expect(said).to_be_visible(timeout=60_000)
        officer.check("away")
    finally:
        stack.resume("review")
    stack.wait_ready("review")
    expect(said).to_be_hidden(timeout=60_000)
    expect(page.get_by_role("columnheader", name="申报方式")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("tab", name=re.compile("^未审核")).click()
    expect(page.get_by_text("下面还是先前的列表")).to_be_visible()
    expect(page.get_by_text("暂无数据")).to_have_count(0)
    officer.check("offline")
    page.context.set_offline(False)
    expect(page.get_by_text("下面还是先前的列表")).to_be_hidden()
