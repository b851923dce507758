"""The operator's day by page: what was given up, what is late, whether the audit is whole, which profile holds."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories.operations import bury, drop, late_jobs, told_before
from tests.stack import Stack


@pytest.mark.req("PL-06", "PL-14", "PL-41")
def test_the_operators_day(visit: Callable[..., Any], stack: Stack, accounts: dict[str, dict[str, str]]) -> None:
    """A failed message is looked at and sent again, a stuck job given up, the audit searched and its chain walked, an
    export refused without a reason, and the profile's versions compared; each list says how old its oldest is."""
    event = told_before(stack, "identity", "identity.AccountOpened")
    strange = event.model_copy(update={"event_id": uuid.uuid4(), "topic": "identity.Unheard"})
    who = visit()
    page = who.page
    who.sign_in(**accounts["root-system"])
    try:
        with late_jobs(stack, "review"):
            for letter in (event, strange):
                bury(stack, "notify", letter)

            who.go("/ops/dead")
            expect(page.get_by_role("status").first).to_contain_text("最早的已有")
            page.get_by_label("服务").select_option("notify")
            row = page.get_by_role("row", name=re.compile("identity.AccountOpened"))
            expect(row).to_contain_text("2小时")
            who.check("dead")
            row.get_by_role("button", name="查看").click()
            dialog = page.get_by_role("dialog")
            expect(dialog).to_contain_text(event.trace_id)
            who.check("dead-one")
            dialog.get_by_role("button", name="重新发送").click()
            question = page.get_by_role("dialog", name=re.compile("重新发送给通知服务"))
            who.check("dead-ask")
            question.get_by_role("button", name="重新发送").click()
            expect(page.get_by_text("identity.AccountOpened 已重新发送")).to_be_visible()
            expect(row).to_be_hidden()
            who.check("dead-sent")

            page.get_by_role("link", name="滞后任务").click()
            stuck = page.get_by_role("row", name=re.compile("处理中断"))
            expect(stuck).to_contain_text("3小时")
            who.check("late")
            stuck.get_by_role("button", name=re.compile("^放弃")).click()
            page.get_by_role("dialog").get_by_role("button", name="放弃", exact=True).click()
            expect(stuck).to_be_hidden()
            failed = page.get_by_role("row", name=re.compile("已失败"))
            failed.get_by_role("button", name=re.compile("^重试")).click()
            expect(failed).to_be_hidden()
    finally:
        drop(stack, "notify", {event.event_id, strange.event_id})

    page.get_by_role("link", name="审计").click()
    chain = page.get_by_role("row", name=re.compile("^通知"))
    chain.get_by_role("button", name="立即校验").click()
    expect(chain.first).to_contain_text(re.compile(r"完整.*系\*"), timeout=60_000)
    page.get_by_label("操作", exact=True).fill("dead_message")
    page.get_by_role("button", name="查询").click()
    line = page.get_by_role("row", name=re.compile("dead_message_resent")).first
    expect(line).to_contain_text("*")
    who.check("audit")
    line.get_by_role("button", name=re.compile("^event")).click()
    expect(page.get_by_label("对象编号")).to_have_value(str(event.event_id))
    page.get_by_label("操作人").fill("hb-nobody")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("没有使用这个登录账号")).to_be_visible()
    page.get_by_label("操作人").fill("hb-system")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("没有使用这个登录账号")).to_be_hidden()
    page.get_by_role("button", name="导出审计记录").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^导出")).click()
    expect(dialog).to_contain_text("请写明导出用途")
    who.check("audit-export")
    dialog.get_by_label("导出用途").fill("年度检查")
    with page.expect_download() as download:
        dialog.get_by_role("button", name=re.compile("^导出")).click()
    assert download.value.suggested_filename.endswith(".xlsx")

    page.get_by_role("link", name="通知发送").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("通知发送")
    expect(page.get_by_role("status").first).to_contain_text("共")
    who.check("deliveries")
    page.get_by_label("状态").select_option("all")
    expect(page.get_by_role("row", name=re.compile("短信|邮件")).first).to_be_visible()
    who.check("deliveries-all")
    page.get_by_role("link", name="职称目录").click()
    page.get_by_label("查找").fill("工程")
    expect(page.get_by_role("row", name=re.compile("工程师")).first).to_be_visible()
    who.check("catalogue")
    page.get_by_role("link", name="省份配置").click()
    version = page.get_by_role("row", name=re.compile("现行"))
    expect(version).to_contain_text("通过")
    who.check("profiles")
    version.get_by_role("button", name=re.compile("差异")).click()
    expect(page.get_by_role("dialog").get_by_text(re.compile("没有差异|原值")).first).to_be_visible()
    who.check("profile-changes")
    page.keyboard.press("Escape")

    page.get_by_role("link", name="公告与政策").first.click()
    page.get_by_role("button", name="发布").click()
    dialog = page.get_by_role("dialog", name="发布")
    dialog.get_by_label("标题").fill("演示公告")
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="放弃填写的内容？").get_by_role("button", name="继续填写").click()
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("请填写正文")  # at the field, not in the browser's own bubble
    expect(dialog.get_by_label("标题")).to_have_value("演示公告")
    who.check("article-faulty")
    dialog.get_by_role("button", name="取消").click()
    page.get_by_role("dialog", name="放弃填写的内容？").get_by_role("button", name="放弃", exact=True).click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="批次与时间").first.click()
    page.get_by_role("button", name="延长").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button").last.click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    who.check("window-faulty")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="English").click()
    menu = page.get_by_role("navigation", name="Menu")
    menu.get_by_role("link", name="Failed messages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Failed messages")
    who.check("dead-english")
    page.route("**/ops/late-jobs", lambda route: route.abort())
    menu.get_by_role("link", name="Late jobs").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached", timeout=30_000)
    who.check("late-unreachable")
