"""Preparing a meeting, by page: the administrator opens it, officers set it up to the plan in force."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deploy.demo.people import Inventor

Accounts = dict[str, dict[str, str]]


def _account(accounts: Accounts, pattern: str) -> dict[str, str]:
    return next(found for name, found in accounts.items() if re.fullmatch(pattern, name))


def _state(page: Page) -> Any:
    return page.locator("[data-step-state]")


def overtake(admin: Any, name: str) -> None:
    """Of two windows with the same meeting the second is told, and goes on with what the first stored."""
    page, address = admin.page, admin.page.url
    admin.go("/org/meetings")
    page.get_by_role("row").filter(has_text=name).get_by_role("link", name=re.compile("^修改")).click()
    place = page.get_by_label("评审地址")
    expect(place).to_have_value("云汐演示会议中心")
    place.fill("云汐演示会议中心二楼")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("工作人员").fill("另一位工作人员")
    other.get_by_role("button", name="确认").click()
    expect(other).to_have_url(address)
    other.close()
    told = page.get_by_role("alert").filter(has_text="已由他人修改")
    expect(told).to_be_visible()
    expect(place).to_have_value("云汐演示会议中心二楼")
    expect(page.get_by_role("button", name="确认")).to_be_disabled()
    admin.check("meeting-overtaken")
    told.get_by_role("button", name="改用他人的内容").click()
    expect(page.get_by_label("工作人员")).to_have_value("另一位工作人员")
    place.fill("云汐演示会议中心三楼")
    page.get_by_role("button", name="确认").click()
    expect(page).to_have_url(address)


@pytest.mark.req("HB-121", "HB-122", "HB-124", "HB-125", "HB-126", "HB-128", "HB-129", "HB-130", "HB-131")
def test_a_meeting_is_set_up_step_by_step(visit: Callable[..., Any], accounts: Accounts) -> None:
    """An administrator opens a meeting, an officer sets groups, plan and judges, a second officer approves the plan."""
    name = f"浏览器评审会议{Inventor().code()}"
    admin = visit()
    admin.sign_in(**_account(accounts, r"committee-admin-.*"))
    admin.go("/org/meetings")
    admin.check("active-meetings")
    page = admin.page
    page.get_by_role("link", name="新增", exact=True).click()
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写评审会议名称")
    admin.check("new-meeting-faults")
    page.get_by_label("评审会议名称").fill(name)
    page.get_by_role("textbox", name="开始时间").fill(f"{date.today().year + 1}-11-20 9:00")
    page.get_by_role("textbox", name="结束时间").fill(f"{date.today().year + 1}-11-22 18:00")
    page.get_by_label("评审地址").fill("云汐演示会议中心")
    page.get_by_label("工作人员").fill("演示工作人员")
    page.get_by_role("group", name="评委会").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="确认").click()
    expect(page.locator("[data-row=created]")).to_have_attribute("data-state", "done")
    overtake(admin, name)

    officer = visit()
    officer.sign_in(**_account(accounts, r"committee-.*-officer"))
    officer.go("/desk/m/groups")
    page = officer.page
    expect(page).to_have_url(re.compile("/desk/meetings"))
    expect(page.locator(".note")).to_contain_text("请先选择评审会议")
    officer.check("choice")
    page.get_by_label("评审会议名称").fill(name)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("会议分组")
    for group, seats in (("第一组", "3"), ("第二组", "2")):
        page.get_by_role("button", name="新增分组").click()
        page.get_by_label("分组名").fill(group)
        page.get_by_label("人数").fill(seats)
        page.get_by_role("button", name="确认").click()
        expect(page.get_by_role("cell", name=group, exact=True)).to_be_visible()
    expect(_state(page)).to_contain_text("已完成")
    officer.check("groups")

    page.get_by_role("link", name="参评材料分组").first.click()
    expect(_state(page)).to_contain_text("需先完成：方案审核通过")
    officer.check("materials-too-early")

    page.get_by_role("link", name="评审方案管理").first.click()
    page.get_by_label("方案内容").fill("按照评审办法组织分组评议、打分和无记名投票。")
    page.get_by_role("button", name="保存方案内容").click()
    hand_in = page.get_by_role("button", name=re.compile("^提交第 1 版方案"))
    expect(hand_in).to_be_disabled()
    expect(page.get_by_role("list", name="办理条件")).to_contain_text("第一组、第二组还没有评委")
    officer.check("plan-text")
    page.get_by_role("tab", name="抽取专家").click()
    page.get_by_role("group", name="第一组").get_by_label("抽取人数").fill("2")
    page.get_by_role("button", name="冻结名单，准备抽取 2 人").click()
    page.get_by_role("button", name="抽取 2 人", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="抽取 2 人").click()
    expect(page.get_by_role("cell", name="抽中")).to_have_count(2)
    officer.check("draw")
    page.get_by_role("tab", name="确认评委").click()
    choices = page.get_by_role("combobox", name=re.compile("的分组$"))
    expect(choices.first).to_be_visible()
    free = [one for one in choices.all() if one.input_value() == ""]
    assert len(choices.all()) - len(free) == 2, "who was drawn is seated"
    free[0].select_option(label="第二组")
    page.get_by_role("button", name="确认评委（3 人）").click()
    expect(hand_in).to_be_enabled()
    officer.check("plan-seats")
    hand_in.click()
    expect(page.get_by_text("待审核").first).to_be_visible()

    page.get_by_role("link", name="评审方案经办人审核").first.click()
    expect(page.get_by_text("您提交的方案须由另一名经办人审核。")).to_be_visible()
    address = page.url
    second = visit()
    second.sign_in(**_account(accounts, r"second-.*-officer"))
    page = second.page
    page.goto(address)
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_text("请写明要改什么、怎么改")).to_be_visible()
    second.check("plan-review")
    page.get_by_label("审核意见").fill("同意")
    page.get_by_role("button", name="审核通过第 1 版").click()
    expect(_state(page)).to_contain_text("已完成")

    page = officer.page
    page.get_by_role("link", name="指定评审会议主任").first.click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=re.compile("^指定.*为主任")).click()
    expect(_state(page)).to_contain_text("已完成")
    officer.check("chair")
    page.get_by_role("link", name="设置评分标准").first.click()
    page.get_by_role("combobox", name="选用参考标准…").select_option(index=1)
    maximum = page.get_by_role("textbox", name="第 1 项满分")
    right = maximum.input_value()
    maximum.fill("99")
    expect(page.get_by_role("button", name=re.compile("^保存评分标准"))).to_be_disabled()
    officer.check("standard-wrong-sum")
    maximum.fill(right)
    page.get_by_role("button", name=re.compile("^保存评分标准")).click()
    page.get_by_role("button", name="提交评分标准").click()
    expect(page.get_by_text("等待主任确认").first).to_be_visible()
    officer.check("standard")
    page.get_by_role("link", name="会议总览").first.click()
    page.get_by_label("评审会议名称").fill(name)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name=name).click()
    for row in ("groups", "plan", "planReview", "chair"):
        expect(page.locator(f"[data-row={row}]")).to_have_attribute("data-state", "done")
    expect(page.locator("[data-row=vote]")).to_contain_text("需先完成：票源生成")
    officer.check("overview")
