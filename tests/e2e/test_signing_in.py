"""Signing in, by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


def test_a_unit_signs_in_and_out(visit: Callable[..., Any], accounts: dict[str, dict[str, str]]) -> None:
    """A unit signs in with password and captcha on the page, sees its name in the head, and leaves."""
    who = visit()
    who.go("/login?as=unit")
    who.check("login")
    who.sign_in(**accounts["root-admin"])
    expect(who.page.get_by_role("banner")).to_contain_text("管理员")
    who.page.get_by_role("button", name="退出").click()
    expect(who.page.get_by_role("link", name="登录入口")).to_be_visible()


@pytest.mark.req("HB-05")
def test_the_code_can_be_heard_instead_of_seen(visit: Callable[..., Any], accounts: dict[str, dict[str, str]]) -> None:
    """Who does not see the picture hears digits, as often as wanted, and signs in with them (WCAG 2.2, 3.3.8)."""
    who = visit()
    who.go("/login?as=unit")
    page = who.page
    page.get_by_role("button", name="听语音验证码").click()
    again = page.get_by_role("button", name="播放语音")
    again.click()
    expect(page.get_by_text("会听到几个数字，请按顺序填写。")).to_be_visible()
    who.check("login-spoken")
    (heard,) = who.stack.messages(kind="captcha", to=again.get_attribute("data-captcha"))
    account = accounts["root-admin"]
    page.get_by_role("textbox", name="账号").fill(account["identifier"])
    page.get_by_label("密码", exact=True).fill(account["password"])
    page.get_by_role("textbox", name="验证码").fill(heard["text"])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
