"""Signing in, by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
