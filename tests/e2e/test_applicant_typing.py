"""Nothing typed is lost: two windows, a broken connection, an ended session, an open dialog, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from deploy.demo import papers
from deploy.demo.browser import wait_until
from deploy.demo.declaring import Applicant
from tests.e2e.applicants import Desk, take_seat
from tests.stack import Stack

SUMMARY = "工作总结摘要"


@pytest.fixture(scope="module")
def someone(stack: Stack, accounts: dict[str, dict[str, str]]) -> Iterator[tuple[Desk, Applicant]]:
    """An applicant with a draft."""
    desk = Desk(stack)
    found = desk.applicant()
    found.set_up()
    yield desk, found
    desk.close()


def saved(someone: Applicant) -> Any:
    """The summary as the server has it."""
    block = someone.browser.get(f"/declarations/{someone.declaration_id}/blocks/basic_profile")
    return block["content"]["values"].get("work_summary_abstract")


def wait_saved(page: Page) -> None:
    """The page says that it saved."""
    expect(page.get_by_text(re.compile("已自动保存")).first).to_be_visible()


@pytest.mark.req("HB-68", "HB-98", "HB-99", "PL-16")
def test_typing_saves_itself_and_a_wrong_field_keeps_nothing_else_back(
    visit: Callable[..., Any], someone: tuple[Desk, Applicant]
) -> None:
    """Typing is saved without a click, a wrong date is named when it is left, text over its limit is not taken."""
    _, applicant = someone
    who = take_seat(visit, applicant)
    page = who.page
    who.go(f"/my/d/{applicant.declaration_id}/basic")
    born = page.get_by_label("出生日期", exact=True)
    born.fill("19891")
    born.blur()
    expect(page.get_by_text("不是有效的日期，请按 2026-11-25 填写")).to_be_visible()
    page.get_by_label(SUMMARY).fill("")
    page.get_by_label(SUMMARY).press_sequentially("第一段\n")
    wait_until(lambda: saved(applicant) == "第一段", seconds=10, what="saved text")
    page.keyboard.type("第二段")  # what is stored without the last line's end keeps it under the hand
    expect(page.get_by_label(SUMMARY)).to_have_value("第一段\n第二段")
    page.get_by_label(SUMMARY).fill("字" * 401)
    expect(page.get_by_text("400/400")).to_be_visible()
    page.get_by_label(SUMMARY).blur()
    wait_saved(page)
    wait_until(lambda: saved(applicant) == "字" * 400, seconds=10, what="saved text")
    who.check("wrong-date")


@pytest.mark.req("PL-12")
def test_two_windows_ask_for_the_item_that_both_changed(
    visit: Callable[..., Any], someone: tuple[Desk, Applicant]
) -> None:
    """Where two windows changed the same item, the later one is asked which text stays."""
    _, applicant = someone
    one, two = take_seat(visit, applicant), take_seat(visit, applicant)
    for who in (one, two):
        who.go(f"/my/d/{applicant.declaration_id}/basic")
        expect(who.page.get_by_label(SUMMARY)).to_be_visible()
    two.page.get_by_label(SUMMARY).fill("另一个窗口的内容")
    two.page.get_by_label(SUMMARY).blur()
    wait_saved(two.page)
    one.page.get_by_label(SUMMARY).fill("本页的内容")
    one.page.get_by_label(SUMMARY).blur()
    asked = one.page.get_by_role("dialog")
    expect(asked).to_contain_text("已在另一个窗口修改")
    one.check("conflict")
    assert saved(applicant) == "另一个窗口的内容"
    asked.get_by_role("radio", name="另一个窗口的内容").check()
    asked.get_by_role("button", name="按所选保存").click()
    expect(one.page.get_by_label(SUMMARY)).to_have_value("另一个窗口的内容")


def test_a_broken_connection_keeps_text_and_upload(visit: Callable[..., Any], someone: tuple[Desk, Applicant]) -> None:
    """What is typed and uploaded while the network is cut is held, and saved by itself once it is back."""
    _, applicant = someone
    who = take_seat(visit, applicant)
    page = who.page
    who.go(f"/my/d/{applicant.declaration_id}/basic")
    slot = page.get_by_role("group", name="申报材料真实性承诺书")
    expect(slot).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label(SUMMARY).fill("断网时填写的内容")
    slot.locator("input[type=file]").set_input_files(
        {"name": "承诺书.pdf", "mimeType": "application/pdf", "buffer": papers.pdf("pledge")}
    )
    expect(slot.get_by_text(re.compile("网络中断"))).to_be_visible()
    expect(page.get_by_text("网络已断开，内容暂存在本页").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("网络已恢复，1 处修改已保存。")).to_be_visible()
    expect(slot.get_by_text("已上传")).to_be_visible()
    assert saved(applicant) == "断网时填写的内容"


@pytest.mark.req("PL-07")
def test_an_ended_session_asks_on_the_spot_and_saves_what_was_typed(
    visit: Callable[..., Any], someone: tuple[Desk, Applicant]
) -> None:
    """When the session ends while somebody types, the page asks for the password and then saves the text."""
    desk, applicant = someone
    who = visit()
    who.sign_in(**desk.account(applicant))
    page = who.page
    who.go(f"/my/d/{applicant.declaration_id}/basic")
    expect(page.get_by_label(SUMMARY)).to_be_visible()

    saves: list[str] = []

    def end_session(route: Route) -> None:
        if route.request.method == "PUT":
            if not saves:
                page.context.clear_cookies()
            saves.append(route.request.url)
        route.continue_()

    # The session is there until the text stands: a dialog that opens earlier would take the keys.
    page.route("**/blocks/basic_profile", end_session)
    page.get_by_label(SUMMARY).fill("登录过期时填写的内容")
    asked = page.get_by_role("dialog", name="登录已过期")
    expect(asked).to_be_visible()
    account = desk.account(applicant)
    asked.get_by_role("textbox", name="证件号码").fill(account["identifier"])
    asked.get_by_label("密码", exact=True).fill(account["password"])
    asked.get_by_role("textbox", name="验证码").fill(who.captcha())
    asked.get_by_role("button", name="登录", exact=True).click()
    expect(asked).to_be_hidden()
    wait_saved(page)
    assert saved(applicant) == "登录过期时填写的内容"


@pytest.mark.req("HB-90", "HB-91", "PL-19")
def test_a_book_is_added_with_its_files_and_a_deleted_row_comes_back(
    visit: Callable[..., Any], someone: tuple[Desk, Applicant]
) -> None:
    """A half-typed dialog survives a reload, its files go with the row, and 撤销 brings a deleted row back."""
    _, applicant = someone
    who = take_seat(visit, applicant)
    page = who.page
    who.go(f"/my/d/{applicant.declaration_id}/publications")
    page.get_by_role("button", name="添加论著").click()
    page.get_by_role("dialog").get_by_label("论著名称").fill("演示：逻辑学导论")
    page.reload()
    page.get_by_role("button", name="添加论著").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("论著名称")).to_have_value("演示：逻辑学导论")
    cover = dialog.get_by_role("group", name="封面")
    cover.locator("input[type=file]").set_input_files(
        {"name": "封面.pdf", "mimeType": "application/pdf", "buffer": papers.pdf("cover")}
    )
    who.check("dialog")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_be_hidden()
    row = page.get_by_role("row", name=re.compile("逻辑学导论.*1 份"))
    expect(row).to_be_visible()
    row.get_by_role("button", name=re.compile("^删除")).click()
    expect(row).to_be_hidden()
    page.get_by_role("button", name="撤销").click()
    expect(row).to_be_visible()
    who.check("rows")


@pytest.mark.req("PL-34")
def test_the_form_fits_a_phone(visit: Callable[..., Any], someone: tuple[Desk, Applicant]) -> None:
    """Task list, form and check have room on a phone, with deadline and acts in view."""
    _, applicant = someone
    who = take_seat(visit, applicant, phone=True)
    page = who.page
    who.go(f"/my/d/{applicant.declaration_id}")
    expect(page.get_by_role("link", name="检查并提交")).to_be_in_viewport()
    who.check("tasks")
    who.go(f"/my/d/{applicant.declaration_id}/study")
    expect(page.get_by_role("button", name="暂存")).to_be_in_viewport()
    who.check("study")
    who.go(f"/my/d/{applicant.declaration_id}/check")
    expect(page.get_by_role("alert")).to_be_visible()
    who.check("check")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1, name="Check and submit")).to_be_visible()
    who.check("check-english")
