"""An evening with interruptions: thirty files over a broken line, services that are away, a second browser."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.demo import papers
from deploy.demo.browser import wait_until
from deploy.demo.declaring import Applicant
from tests.e2e.applicants import Desk, take_seat
from tests.stack import Stack

SUMMARY = "工作总结摘要"
GOOD = 28
# Calls wait five seconds for an answer, pages pause before they ask again.
LONG = 60_000
# A file falls on an element as the browser drops it: the last of them is too large for its slot.
DROP = """([place, files]) => {
  const taken = new DataTransfer()
  for (const [name, content] of files)
    taken.items.add(new File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name))
  taken.items.add(new File([new Uint8Array(11 * 1024 * 1024)], '超大扫描件.pdf'))
  place.dispatchEvent(new DragEvent('drop', { dataTransfer: taken, bubbles: true, cancelable: true }))
}"""

# Whether the browser would ask before the page is left or loaded anew.
WOULD_ASK = """() => {
  const leaving = new Event('beforeunload', { cancelable: true })
  dispatchEvent(leaving)
  return leaving.defaultPrevented
}"""


@pytest.fixture(scope="module")
def desk(stack: Stack, accounts: dict[str, dict[str, str]]) -> Iterator[Desk]:
    """The hospital of the demonstration."""
    opened = Desk(stack)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def someone(desk: Desk) -> Applicant:
    """An applicant with a draft."""
    found = desk.applicant()
    found.set_up()
    return found


def attached(someone: Applicant) -> list[str]:
    """The names of the files of 其他申报材料 as the server has them."""
    block = someone.browser.get(f"/declarations/{someone.declaration_id}/blocks/base_materials")
    return [file["name"] for file in block["content"]["files"].get("other_material", [])]


def thirty() -> list[list[str]]:
    """Twenty-six papers, two photographs and a program with the name of a paper."""
    files = [(f"证明材料{n:02d}.pdf", papers.pdf(f"Paper {n}")) for n in range(1, 27)]
    files += [(f"现场照片{n}.jpg", papers.photo() + bytes([n])) for n in (1, 2)]
    files.insert(9, ("改名程序.pdf", b"MZ\x90\x00" + bytes(2000)))
    return [[name, base64.b64encode(content).decode()] for name, content in files]


@pytest.mark.req("HB-75", "PL-20")
@pytest.mark.timeout(300)
def test_thirty_files_arrive_once_each_over_a_broken_line(visit: Callable[..., Any], someone: Applicant) -> None:
    """Thirty files fall on a slot at once; the line breaks twice, the section is left and opened again: 28 stand in
    their slot once each, the program and the file that is too large are named with the reason."""
    who = take_seat(visit, someone)
    page: Page = who.page
    who.go(f"/my/d/{someone.declaration_id}/basic")
    slot = page.get_by_role("group", name="其他申报材料")
    expect(slot).to_be_visible(timeout=LONG)
    page.evaluate(DROP, [slot.locator(".panel").element_handle(), thirty()])
    expect(slot.get_by_text("文件 11.0 MB，超过 10.0 MB。")).to_be_visible(timeout=LONG)
    expect(slot.get_by_text(re.compile("还有 [0-9]+ 个未传完"))).to_be_visible()
    done = slot.get_by_text("已上传", exact=True)
    assert page.evaluate(WOULD_ASK), "a reload in the midst of the files would lose them without a word"
    for at_least in (4, 12):
        expect(done.nth(at_least)).to_be_attached(timeout=LONG)
        page.context.set_offline(True)
        expect(slot.get_by_text(re.compile("网络中断")).first).to_be_visible(timeout=LONG)
        if at_least == 4:
            slot.scroll_into_view_if_needed()
            who.shoot("thirty-offline")
        page.context.set_offline(False)
    page.get_by_role("link", name="论文论著").click()
    expect(page.get_by_role("heading", level=1, name="论文论著")).to_be_visible(timeout=LONG)
    page.get_by_role("link", name="基础信息").click()
    expect(done).to_have_count(GOOD, timeout=LONG)
    expect(slot.get_by_text("未通过", exact=True)).to_have_count(2)
    expect(slot.get_by_text(re.compile("改名程序"))).to_be_visible()
    who.shoot("thirty")
    page.set_viewport_size({"width": 390, "height": 844})
    slot.scroll_into_view_if_needed()
    who.shoot("thirty-phone")
    page.set_viewport_size({"width": 1280, "height": 768})
    page.evaluate("scrollTo(0, 0)")  # what a fixed bar covers by half is too small for axe
    who.check("thirty-top")
    assert not page.evaluate(WOULD_ASK)
    names = attached(someone)
    assert len(names) == len(set(names)) == GOOD
    assert not {"改名程序.pdf", "超大扫描件.pdf"} & set(names)


@pytest.mark.timeout(300)
def test_what_is_typed_outlasts_services_that_are_away(
    visit: Callable[..., Any], someone: Applicant, stack: Stack
) -> None:
    """While a service, and then the gateway, is away, the page says so and keeps text and file; both arrive by
    themselves. A file cannot be deleted then, and the page stands."""
    who = take_seat(visit, someone)
    page = who.page
    who.go(f"/my/d/{someone.declaration_id}/basic")
    slot = page.get_by_role("group", name="职业道德评价表")
    pledge = page.get_by_role("group", name="申报材料真实性承诺书")
    choose(pledge, "承诺书.pdf")
    expect(pledge.get_by_text("已上传", exact=True)).to_be_visible(timeout=LONG)
    stack.halt("declaration")
    try:
        page.get_by_label(SUMMARY).fill("服务停止时填写的内容")
        choose(slot, "评价表.pdf")
        expect(page.get_by_text("服务暂时不可用，内容暂存在本页").first).to_be_visible(timeout=LONG)
        expect(slot.get_by_text("服务暂时不可用，恢复后自动继续")).to_be_visible(timeout=LONG)
        pledge.get_by_role("button", name="删除 承诺书.pdf").click()
        expect(page.locator(".refusal").get_by_role("alert")).to_be_visible(timeout=LONG)
        expect(page.get_by_label(SUMMARY)).to_have_value("服务停止时填写的内容")
        who.check("service-away")
        page.get_by_role("button", name="知道了").click()
    finally:
        stack.resume("declaration")
    expect(page.get_by_text("服务已恢复，1 处修改已保存。")).to_be_visible(timeout=LONG)
    expect(slot.get_by_text("已上传", exact=True)).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="English").click()
    box = page.get_by_label("Abstract of the work summary")
    expect(box).to_be_visible(timeout=LONG)
    stack.halt("gateway")
    try:
        box.fill("网关停止时填写的内容")
        expect(page.get_by_text("The service is away; this page holds your text").first).to_be_visible(timeout=LONG)
        who.shoot("gateway-away")
    finally:
        stack.resume("gateway")
    expect(page.get_by_text("The service is back, 1 change saved.")).to_be_visible(timeout=LONG)
    wait_until(lambda: summary(someone) == "网关停止时填写的内容", seconds=20, what="saved text")


def test_a_page_that_cannot_be_opened_says_so_and_tries_again(visit: Callable[..., Any], someone: Applicant) -> None:
    """While the service of accounts is away there is a page in words; an address without a province leads to them."""
    who = take_seat(visit, someone)
    page = who.page
    away = {"code": "common.service_unavailable", "title": "-", "trace_id": "7f2c0000"}
    page.route("**/hebei/me", lambda route: route.fulfill(status=503, json=away))
    who.go("/my")
    expect(page.get_by_role("heading", level=1, name="系统暂时不可用")).to_be_visible()
    expect(page.get_by_text("7F2C")).to_be_visible()
    who.check("unopened")
    page.unroute("**/hebei/me")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("heading", level=1, name="我的申报")).to_be_visible()
    for address in ("/nowhere/my", "/1"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1, name="没有这个省份")).to_be_visible()
    who.check("no-province")


def choose(slot: Locator, name: str) -> None:
    """Choose a paper for a slot."""
    slot.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": papers.pdf("paper")}
    )


def summary(someone: Applicant) -> Any:
    """The summary as the server has it."""
    block = someone.browser.get(f"/declarations/{someone.declaration_id}/blocks/basic_profile")
    return block["content"]["values"].get("work_summary_abstract")


@pytest.mark.req("HB-103", "PL-12")
def test_a_second_browser_is_told_what_the_first_did(visit: Callable[..., Any], desk: Desk) -> None:
    """Submitted in one browser, the form of the other is locked while somebody types, says what was not stored, keeps
    a row's dialog to be copied from, and the history says the state; withdrawn in one, the other has that text again
    and stores it."""
    someone = desk.filled()
    someone.check_and_submit()
    someone.withdraw()
    typing, history, adding = (take_seat(visit, someone) for _ in range(3))
    adding.go(f"/my/d/{someone.declaration_id}/publications")
    adding.page.get_by_role("button", name="添加论文").click()
    row = adding.page.get_by_role("dialog", name=re.compile("论文"))
    row.get_by_label("论文名称").fill("写到一半的论文")
    adding.page.keyboard.press("Escape")
    asked = adding.page.get_by_role("dialog", name="放弃填写的内容？")
    asked.get_by_role("button", name="继续填写").click()
    expect(asked).to_be_hidden()
    history.go("/my/history")
    expect(history.page.get_by_role("row", name=re.compile("暂存|撤回"))).to_be_visible()
    typing.go(f"/my/d/{someone.declaration_id}/basic")
    typing.page.get_by_label(SUMMARY).fill("另一浏览器提交前填写的内容")
    wait_until(lambda: summary(someone) == "另一浏览器提交前填写的内容", seconds=20, what="saved text")
    typing.page.route("**/blocks/basic_profile", lambda route: route.abort())
    typing.page.get_by_label(SUMMARY).fill("来不及保存的内容")
    someone.submit()
    expect(typing.page.get_by_text("申报已提交，内容只能查看。")).to_be_visible(timeout=15_000)
    expect(typing.page.get_by_role("alert")).to_contain_text("有 1 处填写没有保存")
    expect(typing.page.get_by_role("alert")).to_contain_text("来不及保存的内容")
    expect(typing.page.get_by_role("heading", level=1)).to_be_focused()
    typing.page.unroute("**/blocks/basic_profile")
    expect(history.page.get_by_role("row", name=re.compile("审核"))).to_be_visible()
    expect(row.get_by_role("alert")).to_contain_text("这一条不能保存")
    expect(row.get_by_label("论文名称")).to_have_value("写到一半的论文")
    expect(row.get_by_role("button", name="确定")).to_be_disabled()
    adding.check("row-locked")
    typing.check("submitted-elsewhere")
    history.check("history-live")
    someone.withdraw()
    expect(typing.page.get_by_label(SUMMARY)).to_be_editable(timeout=15_000)
    expect(typing.page.get_by_label(SUMMARY)).to_have_value("来不及保存的内容")
    wait_until(lambda: summary(someone) == "来不及保存的内容", seconds=20, what="saved text")
    row.get_by_role("button", name="取消").click()
    asked.get_by_role("button", name="放弃").click()
    expect(row).to_be_hidden()
