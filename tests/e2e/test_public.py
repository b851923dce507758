"""What everybody sees without an account, and how people get in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from deploy.demo.people import Inventor
from tests.stack import Stack

Visit = Callable[..., Any]
Accounts = dict[str, dict[str, str]]
WAITED = 15_000


@pytest.mark.req("HB-01", "HB-04", "HB-24", "HB-60")
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_home_page_says_what_is_open_and_where_to_enter(visit: Visit, phone: bool) -> None:
    """It carries the province's name and host, the open batches with their end, both ways in, and no registration."""
    who = visit(phone=phone)
    who.go("/")
    page = who.page
    expect(page.get_by_role("heading", level=1)).to_have_text("河北省专业技术人员职称评审信息系统")
    expect(page.get_by_role("banner")).to_contain_text("主办单位：河北省人力资源和社会保障厅")
    expect(page.get_by_role("table", name="正在受理的申报")).to_contain_text("24:00")
    expect(page.get_by_role("link", name="立即申报")).to_be_visible()
    expect(page.get_by_role("link", name="单位登录")).to_be_visible()
    expect(page.get_by_text("不开放自行注册")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("注册"))).to_have_count(0)
    who.check("home-phone" if phone else "home")
    if phone:
        # English words are longer: nothing may leave the screen, and the code has room to be typed.
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("link", name="Declare now")).to_be_visible()
        who.check("home-phone-english")
        who.go("/login")
        expect(page.get_by_role("textbox", name="Verification code")).to_be_visible()
        assert page.get_by_role("textbox", name="Verification code").bounding_box()["width"] >= 100
        who.check("login-phone-english")


def test_every_public_page_can_be_read_in_both_languages(visit: Visit) -> None:
    """Announcements, policies, questions, notices and the certificate check open by their address, also in English."""
    who = visit()
    for path in ("/announcements", "/policies", "/faq", "/public-notices", "/certificates", "/recover", "/activate"):
        who.go(path)
        who.check(path.strip("/"))
    who.page.get_by_role("button", name="English").click()
    expect(who.page.locator("html")).to_have_attribute("lang", "en")
    who.go("/announcements")
    expect(who.page.get_by_role("heading", level=1, name="Announcements")).to_be_visible()
    who.check("announcements-english")


@pytest.mark.req("PL-06")
def test_an_announcement_is_found_and_read(visit: Visit) -> None:
    """A reader finds a text by a word of its title and reads it on a page of its own."""
    who = visit()
    who.go("/announcements")
    first = who.page.locator("main .lines a").first
    title = first.inner_text()
    who.page.get_by_role("searchbox").fill(title[:6])
    who.page.get_by_role("button", name="查询").click()
    who.page.get_by_role("link", name=title).first.click()
    expect(who.page.get_by_role("heading", level=1, name=title)).to_be_visible()
    who.check("announcement")


@pytest.mark.req("HB-166", "PL-26")
def test_a_wrong_code_is_told_apart_from_a_broken_page(visit: Visit) -> None:
    """A code that belongs to no certificate is answered in words, and nothing is said of others."""
    who = visit()
    who.go("/certificates?management_no=HB00000000&check_code=AAAA0000AAAA")
    expect(who.page.get_by_role("heading", name="没有找到这个查验码")).to_be_visible()
    who.check("verify-unknown")
    who.page.get_by_label("查验码").fill("")
    who.page.get_by_role("button", name="查验", exact=True).click()
    expect(who.page.get_by_role("alert")).to_contain_text("请填写查验码")
    # Certificates are withdrawn in the office's chapter; here is only how such an answer is shown.
    withdrawn = {
        "management_no": "冀20260000001",
        "masked_name": "沈*谷",
        "title_series": "高等学校教师-本科",
        "specialty": "逻辑学",
        "declared_title": "副教授",
        "title_level": "高级(副高)",
        "committee_name": "演示评委会",
        "decided_on": "2026-10-12",
        "issuer": "河北省人力资源和社会保障厅",
        "issued_on": "2026-11-02",
        "is_demonstration": True,
        "withdrawn_on": "2026-11-20",
    }
    who.page.route("**/public/certificates?*", lambda route: route.fulfill(json=withdrawn))
    who.go("/certificates?management_no=冀20260000001&check_code=AAAA0000AAAB")
    expect(who.page.get_by_role("heading", name="证书已撤销")).to_be_visible()
    expect(who.page.get_by_text("这份证书已于 2026-11-20 撤销，不再有效。")).to_be_visible()
    expect(who.page.get_by_text("证书真实有效")).to_have_count(0)
    who.check("verify-withdrawn")


@pytest.mark.req("HB-08")
def test_an_old_browser_gets_a_page_that_says_which_to_take(stack: Stack) -> None:
    """It is plain HTML that Internet Explorer shows, and the portal's page leads there where modules are unknown."""
    page = httpx.get(f"{stack.url}/unsupported.html", trust_env=False)
    assert page.status_code == 200
    assert "Internet Explorer" in page.text
    assert "<script" not in page.text
    home = httpx.get(f"{stack.url}/hebei/", trust_env=False).text
    assert re.search(
        r"<script[^>]*nomodule[^>]*src=\"/old-browser.js\"|<script[^>]*src=\"/old-browser.js\"[^>]*nomodule", home
    )


@pytest.mark.req("PL-34")
def test_the_keyboard_alone_reaches_everything(visit: Visit) -> None:
    """The first key leads to the content, and after a change of page the heading has the focus."""
    who = visit()
    who.go("/")
    who.page.keyboard.press("Tab")
    expect(who.page.get_by_role("link", name="跳到正文")).to_be_focused()
    who.page.get_by_role("link", name="政策法规").first.focus()
    who.page.keyboard.press("Enter")
    expect(who.page.get_by_role("heading", level=1, name="政策法规")).to_be_focused()
    assert who.page.title().startswith("政策法规 · ")


def test_who_is_not_signed_in_comes_back_to_the_page_that_was_wanted(visit: Visit, accounts: Accounts) -> None:
    """A page for the signed-in leads to the sign-in, and from there to that page; a strange address is not followed."""
    who = visit()
    who.page.goto("/hebei/org/units")
    expect(who.page).to_have_url(re.compile("/hebei/login"))
    who.page.get_by_role("tab", name="单位登录").click()
    who.fill_sign_in(**accounts["root-admin"])
    expect(who.page).to_have_url(re.compile("/hebei/org/units"))
    expect(who.page.get_by_role("heading", level=1, name="次级机构管理")).to_be_visible()


@pytest.mark.req("HB-07")
def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(visit: Visit, accounts: Accounts) -> None:
    """An unknown account and a wrong password read the same, and another captcha is drawn."""
    texts = []
    for identifier in (accounts["root-officer"]["identifier"], "nobody-of-this-name"):
        who = visit()
        who.go("/login?as=unit")
        who.fill_sign_in(kind="unit", identifier=identifier, password="certainly-wrong-1")
        alert = who.page.get_by_role("alert")
        expect(alert).to_be_visible()
        texts.append(alert.inner_text())
    assert texts[0] == texts[1]


@pytest.mark.req("HB-09", "HB-11", "HB-12", "HB-15", "HB-16", "HB-18", "HB-19", "HB-20", "HB-21", "HB-171")
def test_an_administrator_opens_the_unit_below_and_its_people(visit: Visit, accounts: Accounts) -> None:
    """The organisation's slip opens only "set a password"; its administrator then opens staff and applicants alike."""
    inventor = Inventor()
    root = visit()
    root.sign_in(**accounts["root-admin"])
    expect(root.page.get_by_role("banner")).to_contain_text("管理员")
    root.check("units")
    root.page.get_by_role("link", name="新增").click()
    root.page.get_by_role("button", name="保存").click()
    expect(root.page.get_by_role("alert")).to_contain_text("请填写机构名称")
    root.check("unit-faulty")
    name = f"燕南演示地区农业农村与水利工程技术推广服务中心第{inventor.code()}分中心综合业务部"
    code = root.page.get_by_role("textbox", name="机构代码").first
    code.press_sequentially(inventor.code()[:4])
    expect(code).to_be_focused()  # what is wrong elsewhere takes the focus once, not at every key
    expect(root.page.get_by_role("combobox", name="上级机构").locator("option")).to_have_count(1)
    region = root.page.get_by_role("group", name="所属区域")
    for level in ("省", "市", "县（市、区）"):
        region.get_by_role("combobox", name=f"所属区域：{level}").select_option(index=1)
    region.get_by_role("combobox", name="所属区域：市").select_option("承德市")  # what is below begins anew
    expect(region.get_by_role("combobox", name="所属区域：县")).to_have_value("")
    root.page.get_by_role("textbox", name="机构名称").fill(name)
    for label in ("机构单位类别", "机构单位性质", "所属行业"):
        root.page.get_by_role("combobox", name=label).select_option(index=1)
    root.page.get_by_role("textbox", name="分管人").fill("演示分管人")
    root.page.get_by_role("button", name="保存").click()
    slip = root.page.get_by_role("dialog", name="管理员帐号已建立")
    expect(slip).to_be_visible()
    login, code = slip.locator("tbody td").nth(1).inner_text(), slip.locator("code").inner_text()
    root.check("unit-slip")
    slip.get_by_role("button", name="已交接").click()
    root.page.get_by_role("textbox", name="机构名称").fill(name)
    root.page.get_by_role("button", name="查询").click()
    table = root.page.get_by_role("table", name="次级机构管理")
    expect(table).to_contain_text(name)
    expect(table).to_contain_text("承德市")
    expect(root.page.get_by_role("navigation", name="已打开的功能")).to_contain_text("次级机构管理")

    admin = visit()
    admin.go("/login?as=unit")
    admin.fill_sign_in(kind="unit", identifier=login, password=code)
    expect(admin.page.get_by_role("heading", level=1, name="设置新密码")).to_be_visible()
    admin.check("activate")
    admin.page.get_by_label("新密码", exact=True).fill("Zhi-Ping-2026-x")
    admin.page.get_by_label("再输入一次新密码").fill("Zhi-Ping-2026-x")
    admin.page.get_by_role("button", name="设置新密码").click()
    expect(admin.page.get_by_text("新密码已设置")).to_be_visible()
    admin.fill_sign_in(kind="unit", identifier=login, password="Zhi-Ping-2026-x")
    expect(admin.page.get_by_role("banner")).to_contain_text(name)

    admin.go("/org/staff")
    admin.page.get_by_role("button", name="新增工作人员").click()
    dialog = admin.page.get_by_role("dialog", name="新增工作人员")
    dialog.get_by_label("登录名").fill(f"officer-{inventor.code().lower()}")
    dialog.get_by_label("姓名").fill("演示经办")
    admin.check("staff-dialog")
    dialog.get_by_role("button", name="保存").click()
    expect(admin.page.get_by_role("dialog", name="账号已建立").locator("code")).to_be_visible()
    admin.page.get_by_role("button", name="已交接").click()
    expect(admin.page.get_by_role("table", name="工作人员账号")).to_contain_text("经办人")

    admin.go("/desk/applicants")
    person = inventor.person()
    admin.page.get_by_role("button", name="新增申报人").click()
    dialog = admin.page.get_by_role("dialog", name="新增申报人")
    dialog.get_by_label("姓名").fill(person.name)
    wrong = person.id_no[:-1] + ("1" if person.id_no[-1] != "1" else "2")
    dialog.get_by_label("证件号码").fill(wrong)
    dialog.get_by_label("手机号码").fill(person.mobile)
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_role("alert")).to_contain_text("证件号码")
    dialog.get_by_label("证件号码").fill(person.id_no)
    dialog.get_by_role("button", name="保存").click()
    expect(admin.page.get_by_role("dialog", name="账号已建立")).to_be_visible()
    admin.page.get_by_role("button", name="已交接").click()
    table = admin.page.get_by_role("table", name="申报人帐号管理")
    expect(table).to_contain_text(person.name)
    expect(table).not_to_contain_text(person.id_no)
    admin.check("applicants")


@pytest.mark.req("HB-07", "PL-07")
def test_who_forgot_the_password_asks_for_a_code(visit: Visit, accounts: Accounts) -> None:
    """The page says how long the code is valid, in the same words for an account that does not exist."""
    texts = []
    for identifier in (accounts["root-officer"]["identifier"], "nobody-of-this-name"):
        who = visit()
        who.go("/recover?as=unit")
        who.page.get_by_role("button", name="发送验证码").click()
        expect(who.page.get_by_role("alert")).to_contain_text("请填写账号")
        who.page.get_by_label("账号").fill(identifier)
        who.page.get_by_role("textbox", name="验证码").fill(who.captcha())
        who.page.get_by_role("button", name="发送验证码").click()
        expect(who.page.get_by_text("验证码已发送")).to_be_visible(timeout=WAITED)
        who.check("recover-code")
        texts.append(who.page.get_by_role("main").inner_text())
    assert texts[0] == texts[1]
