"""An applicant's evening at the browser: setting, form, files, check, receipt; return and correction; withdrawing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Locator, Page, Route, expect

from deploy.demo import papers
from deploy.demo.declaring import Applicant
from tests.e2e.applicants import Desk, take_seat
from tests.e2e.conftest import Visitor, lose_answers
from tests.stack import Stack


@pytest.fixture(scope="module")
def desk(stack: Stack, accounts: dict[str, dict[str, str]]) -> Iterator[Desk]:
    """The hospital of the demonstration."""
    opened = Desk(stack)
    yield opened
    opened.close()


def word_file(name: str) -> dict[str, Any]:
    """A Word file of one page."""
    written = Document()
    written.add_paragraph("演示：任现职以来的教学工作")
    content = io.BytesIO()
    written.save(content)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": name, "mimeType": kind, "buffer": content.getvalue()}


def paper(name: str) -> dict[str, Any]:
    """A file as the browser's dialog hands it over."""
    return {"name": name, "mimeType": "application/pdf", "buffer": papers.pdf("paper")}


@pytest.mark.req("HB-25", "HB-55", "HB-56", "HB-57", "HB-58", "HB-61", "HB-64")
def test_somebody_signs_in_and_sets_what_is_declared(visit: Callable[..., Any], desk: Desk) -> None:
    """The account that the unit opened leads over five dependent choices and seven explained modes to the form."""
    someone = desk.applicant()
    who = visit()
    who.sign_in(**desk.account(someone))
    expect(who.page.get_by_role("heading", level=1, name="我的申报")).to_be_visible()
    who.check("my")
    who.page.get_by_role("link", name="立即申报").first.click()
    page = who.page
    expect(page.get_by_text(desk.unit.name).last).to_be_visible()
    page.get_by_role("button", name="立即申报").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择申报类别")
    page.get_by_label("申报类别").select_option(label="教学类")
    page.get_by_label("申报系列").select_option(label="高等学校教师-本科")
    page.get_by_role("combobox", name="申报专业").fill("逻辑学")
    page.get_by_role("option", name="逻辑学", exact=True).click()
    page.get_by_label("申报职称", exact=True).select_option(label="副教授")
    expect(page.get_by_label("申报职称等级")).to_have_value("deputy_senior")
    expect(page.get_by_role("group", name="申报方式").get_by_role("radio")).to_have_count(7)
    page.get_by_label("正常申报").check()
    page.get_by_label("评审方式").select_option(index=1)
    who.check("new")
    page.get_by_label("申报系列").select_option(index=2)
    expect(page.get_by_text("已更换申报系列，请重新选择申报专业、申报职称、申报职称等级")).to_be_visible()
    page.get_by_label("申报系列").select_option(label="高等学校教师-本科")
    page.get_by_role("combobox", name="申报专业").fill("逻辑学")
    page.get_by_role("option", name="逻辑学", exact=True).click()
    page.get_by_label("申报职称", exact=True).select_option(label="副教授")
    page.get_by_role("button", name="立即申报").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("年度职称申报"))).to_be_visible()
    for name in ("基础信息", "申报信息", "学习资历", "专业技术工作经历", "业绩成果", "论文论著", "补充信息"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    who.check("tasks-empty")
    the_next_at_this_desk_sees_nothing_of_it(who, desk)


def the_next_at_this_desk_sees_nothing_of_it(who: Visitor, desk: Desk) -> None:
    """Somebody else signs in in the same window, without loading the page anew: what the first one read is gone."""
    page, held = who.page, []
    page.get_by_role("link", name="我的申报").first.click()
    expect(page.get_by_text("逻辑学").first).to_be_visible()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("link", name="登录入口").click()
    page.route("**/declarations", lambda route: held.append(route))
    other = desk.account(desk.applicant())
    who.fill_sign_in(**other)
    expect(page.get_by_role("heading", level=1, name="我的申报")).to_be_visible()
    expect(page.get_by_text("正在加载").first).to_be_visible()
    expect(page.get_by_text("逻辑学")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute("**/declarations")
    expect(page.get_by_role("link", name="立即申报").first).to_be_visible()


@pytest.mark.req("HB-66", "HB-72", "HB-75", "HB-99", "HB-100", "HB-101", "HB-103")
def test_what_is_missing_is_named_and_the_whole_form_is_submitted(visit: Callable[..., Any], desk: Desk) -> None:
    """The check leads to the slot of the missing file; with it the form is whole, and the receipt shows each hash."""
    someone = desk.filled()
    who = take_seat(visit, someone)
    page = who.page
    who.go(f"/my/d/{someone.declaration_id}")
    expect(page.get_by_text("缺“申报单位推荐公示证明”")).to_be_visible()
    who.check("tasks")
    page.get_by_role("link", name="检查并提交").click()
    expect(page.get_by_role("alert")).to_contain_text("还不能提交：1 处需要处理")
    expect(page.get_by_role("button", name=re.compile("^提交给"))).to_be_disabled()
    who.check("check-faulty")
    page.get_by_role("alert").get_by_role("link").click()
    slot = page.get_by_role("group", name="申报单位推荐公示证明")
    expect(slot.get_by_role("button", name="上传 申报单位推荐公示证明")).to_be_focused()
    slot.locator("input[type=file]").set_input_files(
        [{"name": "学位证.heic", "mimeType": "image/heic", "buffer": b"no picture"}]
    )
    expect(slot.get_by_text("“学位证.heic”不是可接受的格式。")).to_be_visible()
    slot.get_by_role("button", name="知道了 学位证.heic").click()
    slot.locator("input[type=file]").set_input_files(paper("单位公示证明.pdf"))
    expect(slot.get_by_text("已上传")).to_be_visible()
    who.check("basic")
    summary = page.get_by_role("group", name="工作总结附件")
    summary.locator("input[type=file]").set_input_files(word_file("工作总结.docx"))
    summary.get_by_role("button", name="工作总结.docx", exact=True).click()
    viewer = page.get_by_role("region", name="附件 工作总结.docx")
    expect(viewer.get_by_text("第 1 / 1 页")).to_be_visible(timeout=60_000)
    expect(viewer.get_by_text("演示：任现职以来的教学工作")).to_be_attached()
    who.check("word-file")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("全部内容已通过检查。")).to_be_visible()
    page.get_by_role("button", name=re.compile("^提交给")).click()
    expect(page.get_by_text("请先阅读并勾选承诺。")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("本人承诺")).check()
    page.get_by_role("button", name=re.compile("^提交给")).click()
    asked = page.get_by_role("dialog", name=re.compile("^提交给"))
    expect(asked).to_contain_text("提交后不能修改")
    # It arrives, but no answer comes back: pressed twice it is submitted once, and the receipt is found all the same.
    lose_answers(page, "**/submit")
    asked.get_by_role("button", name="提交申报").dblclick()
    expect(page.get_by_role("heading", level=1, name="提交回执")).to_be_visible()
    (receipt,) = someone.browser.get(f"/declarations/{someone.declaration_id}/receipts")
    expect(page.get_by_text(receipt["receipt_number"]).first).to_be_visible()
    for file in receipt["files"]:
        expect(page.get_by_text(file["sha256"]).first).to_be_visible()
    who.check("receipt")
    who.go(f"/my/d/{someone.declaration_id}/basic")
    expect(page.get_by_text("申报已提交，内容只能查看。")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    who.check("locked")


@pytest.mark.req("HB-35", "HB-104", "HB-105", "HB-106")
def test_a_returned_declaration_shows_where_and_a_late_withdrawal_is_told(
    visit: Callable[..., Any], desk: Desk
) -> None:
    """Withdrawing works until the review and is refused with the reason after it; a remark stands at its field."""
    someone = desk.filled()
    someone.check_and_submit()
    who = take_seat(visit, someone)
    page = who.page
    who.go(f"/my/d/{someone.declaration_id}/status")
    expect(page.get_by_text("个人申请提交")).to_be_visible()
    # Withdrawn though every answer is lost: the page finds out, asks under one key, and says nothing false.
    keys = lose_answers(page, "**/withdraw")
    page.get_by_role("button", name="撤回", exact=True).click()
    page.get_by_role("dialog", name="撤回申报？").get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_role("link", name="检查并提交")).to_be_visible()
    assert len(set(keys)) == 1 < len(keys)
    page.unroute("**/withdraw")
    someone.submit()
    who.go(f"/my/d/{someone.declaration_id}/status")
    expect(page.get_by_role("button", name="撤回", exact=True)).to_be_visible()
    desk.send_back(
        someone, {"block": "basic_profile", "field": "work_summary_abstract", "text": "太短，请写明教学工作量。"}
    )
    # Told by the live stream: nobody reloads the page.
    expect(page.get_by_text("请补充工作总结摘要。").first).to_be_visible()
    expect(page.get_by_role("button", name="撤回", exact=True)).to_have_count(0)
    who.go(f"/my/d/{someone.declaration_id}")
    expect(page.get_by_text("已退回修改，指出 1 处")).to_be_visible()
    who.check("returned")
    page.get_by_role("link", name=re.compile("太短，请写明教学工作量")).click()
    box = page.get_by_role("textbox", name="工作总结摘要")
    expect(box).to_be_focused()
    expect(page.get_by_text("退回意见：太短，请写明教学工作量。")).to_be_visible()
    box.fill("任现职以来年均教学工作量 320 学时。")
    expect(page.get_by_text("已修改，待提交")).to_be_visible()
    someone.submit()
    who.go(f"/my/d/{someone.declaration_id}/status")
    expect(page.get_by_role("button", name="撤回", exact=True)).to_be_visible()
    desk.let_pass(someone)
    page.get_by_role("button", name="撤回", exact=True).click(timeout=5_000)
    page.get_by_role("dialog", name="撤回申报？").get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_text(re.compile("撤回未成功：单位已于"))).to_be_visible()
    who.check("status")


@pytest.mark.req("HB-23", "HB-102")
def test_a_draft_is_discarded_by_its_word_and_stays_in_the_history(visit: Callable[..., Any], desk: Desk) -> None:
    """Only the typed word discards a draft; it stays in 历年申报, and the year can be declared anew."""
    someone = desk.applicant()
    someone.set_up()
    who = take_seat(visit, someone)
    page = who.page
    who.go(f"/my/d/{someone.declaration_id}")
    page.get_by_role("button", name="废弃本次申报").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("button", name="废弃")).to_be_disabled()
    asked.get_by_role("textbox").fill("废弃")
    asked.get_by_role("button", name="废弃").click()
    expect(page.get_by_role("link", name="立即申报").first).to_be_visible()
    who.go("/my/history")
    expect(page.get_by_role("row", name=re.compile("废弃"))).to_be_visible()
    who.check("history")


def reach(page: Page, target: Locator) -> None:
    """Go to a control by the Tab key, as somebody without a mouse does."""
    expect(target).to_be_visible(timeout=15_000)
    for _ in range(250):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {target}")


def look_again(page: Page, someone: Applicant) -> None:
    """Another window changes the declaration, and the page is told to fetch it anew."""
    address = re.compile(f"/declarations/{someone.declaration_id}$")

    def change(route: Route) -> None:
        answer = route.fetch()
        view = answer.json()
        view["declaration"]["version"] += 1
        for block in view["blocks"]:
            block["faults"] += 1
        route.fulfill(response=answer, json=view)

    page.route(address, change)
    with page.expect_response(address):
        page.evaluate("new BroadcastChannel('zhiping.live/api/v1/hebei/live').postMessage({ topic: 'declarations' })")
    expect(page.get_by_text("还差 1 项").first).to_be_visible()
    page.unroute(address)


@pytest.mark.req("PL-34", "HB-79", "HB-100")
def test_the_keyboard_alone_fills_in_and_submits(visit: Callable[..., Any], desk: Desk) -> None:
    """Topic, row in a dialog, upload, check and submission are done without a mouse."""
    someone = desk.filled()
    who = take_seat(visit, someone)
    page, keys = who.page, who.page.keyboard
    who.go(f"/my/d/{someone.declaration_id}/supplement")
    reach(page, page.get_by_role("combobox", name="身体状况"))
    keys.press("Control+A")
    keys.type("良好")
    reach(page, page.get_by_role("link", name="学习资历"))
    keys.press("Enter")
    reach(page, page.get_by_role("button", name="添加工作经历信息"))
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="新增工作经历")
    for label, text in (
        ("开始日期", "2015-07"),
        ("结束日期", "2018-06"),
        ("工作单位", "演示：云汐职业学院"),
        ("专业技术职务", "助教"),
        ("证明人", "庄予衡"),
        ("工作经历", "讲授逻辑学。"),
    ):
        reach(page, dialog.get_by_label(label, exact=True))
        keys.type(text)
    reach(page, dialog.get_by_role("button", name="确认"))
    keys.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("row", name=re.compile("云汐职业学院"))).to_be_visible()
    expect(page.get_by_role("button", name="添加工作经历信息")).to_be_focused()
    who.go(f"/my/d/{someone.declaration_id}/basic")
    slot = page.get_by_role("group", name="申报单位推荐公示证明")
    upload = slot.get_by_role("button", name="上传 申报单位推荐公示证明")
    # The order to catch the dialog is given before the page is busy: a busy page hears a key before that order.
    with page.expect_file_chooser() as chosen:
        reach(page, upload)
        look_again(page, someone)
        expect(upload).to_be_focused()
        keys.press("Enter")
    chosen.value.set_files(paper("单位公示证明.pdf"))
    expect(slot.get_by_text("已上传")).to_be_visible()
    reach(page, slot.get_by_role("button", name="删除 单位公示证明.pdf"))
    keys.press("Enter")
    expect(upload).to_be_focused()
    reach(page, page.get_by_role("button", name="撤销"))
    keys.press("Enter")
    expect(slot.get_by_text("已上传")).to_be_visible()
    who.go(f"/my/d/{someone.declaration_id}/check")
    expect(page.get_by_text("全部内容已通过检查。")).to_be_visible()
    expect(page.get_by_text("良好", exact=True)).to_be_visible()
    reach(page, page.get_by_role("checkbox", name=re.compile("本人承诺")))
    keys.press("Space")
    reach(page, page.get_by_role("button", name=re.compile("^提交给")))
    keys.press("Enter")
    reach(page, page.get_by_role("dialog").get_by_role("button", name="提交申报"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="提交回执")).to_be_visible()
