"""What follows a vote, in the browsers of those who do it: notice, objection, report, audit, papers, closing."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Locator, Page, expect

from deploy.demo.browser import Browser
from deploy.demo.meeting import Meeting
from tests.e2e.conftest import Visitor

Sit = Callable[[Browser], Visitor]
STATE = "[data-step-state]"


def conclude(sit: Sit, visit: Callable[[], Visitor], meeting: Meeting) -> None:
    """From the confirmed result to the closed meeting; of three who passed one loses it by an objection."""
    officer = sit(meeting.officer)
    base = f"/desk/m/{meeting.meeting_id}"
    overview(officer, base)
    publish_and_object(officer, visit, base)
    report(officer, base)
    office = sit(meeting.root.officer)
    audit(office, officer, meeting, base)
    papers(officer, base)
    withdraw(office, visit, meeting)
    close(officer, base)


def overview(officer: Visitor, base: str) -> None:
    officer.go(base)
    expect(officer.page.locator("[data-row=result]")).to_contain_text("通过 3 人，未通过 0 人")
    expect(officer.page.locator("[data-row=notice]")).to_have_attribute("data-state", "now")
    officer.check("overview-voted")
    officer.go(f"{base}/judges")
    with officer.page.expect_download(timeout=60_000) as download:
        made(officer.page, "judges").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    officer.check("judges")


def made(page: Page, document: str) -> Locator:
    """Order a document of the meeting; its link, once it is made."""
    row = page.locator(f"[data-document={document}]")
    row.get_by_role("button").click()
    link = row.get_by_role("link", name=re.compile("^下载"))
    expect(link).to_be_visible(timeout=90_000)
    return link


def publish_and_object(officer: Visitor, visit: Callable[[], Visitor], base: str) -> None:
    """The notice, what the public sees of it, an objection that is upheld, and its end."""
    page = officer.page
    officer.go(f"{base}/notice")
    page.get_by_role("button", name="公示 3 人").click()
    expect(page.get_by_text("请填写联系方式")).to_be_visible()
    officer.check("notice-before")
    page.get_by_label("受理异议的联系方式").fill("演示评委会办公室 030020000077")
    page.get_by_label("公示工作日").fill("0")
    page.get_by_role("button", name="公示 3 人").click()
    page.get_by_role("dialog").get_by_role("button", name="公示 3 人").click()
    expect(page.get_by_text("演示环境缩短了公示期")).to_be_visible()
    page.get_by_role("button", name="登记异议").click()
    dialog = page.get_by_role("dialog", name="登记异议")
    dialog.get_by_role("button", name="确认").click()
    expect(dialog.get_by_text("请选择被异议人。")).to_be_visible()
    officer.check("objection")
    chosen = dialog.get_by_role("combobox", name="被异议人")
    name = chosen.get_by_role("option").nth(1).inner_text().split()[0]
    chosen.select_option(index=1)
    dialog.get_by_role("textbox", name="异议人", exact=True).fill("匿名")
    dialog.get_by_role("textbox", name="异议内容").fill("第二篇论文的作者排名与期刊所载不符。\n附期刊目录页。" * 30)
    dialog.get_by_role("button", name="确认").click()
    expect(page.get_by_role("cell", name="待处理")).to_be_visible()
    officer.check("notice")
    public = visit()
    public.go("/public-notices")
    public.check("public-notices")
    address = page.get_by_role("link", name="查看公众看到的页面").get_attribute("href") or ""
    public.page.goto(address)
    expect(public.page.get_by_role("row")).to_have_count(4)
    public.check("public-notice")
    page.get_by_role("button", name=re.compile("^处理异议")).click()
    dialog = page.get_by_role("dialog", name="处理异议")
    dialog.get_by_role("radio", name=re.compile("异议成立")).check()
    dialog.get_by_role("textbox", name="理由").fill("经核查，作者排名不实。")
    officer.check("objection-decision")
    # What is refused is seen beside the button, however long the objection above it is.
    refusal = {"code": "common.stale_version", "title": "他人刚刚更改过，请重新打开。"}
    page.route("**/decision", lambda route: route.fulfill(status=409, json=refusal), times=1)
    dialog.get_by_role("button", name="确认").click()
    expect(dialog.get_by_text(refusal["title"])).to_be_in_viewport()
    dialog.get_by_role("button", name="确认").click()
    expect(page.get_by_role("cell", name="成立，改为未通过")).to_be_visible()
    page.get_by_role("button", name="公示结果结束", exact=True).click()
    expect(page.locator(STATE)).to_contain_text("已完成")
    officer.check("notice-ended")
    public.page.reload()
    # HB-160: who lost the result by an objection stands in the notice no more.
    expect(public.page.get_by_role("row")).to_have_count(3)
    expect(public.page.get_by_text(name)).to_have_count(0)


def report(officer: Visitor, base: str) -> None:
    page = officer.page
    officer.go(f"{base}/certificates")
    expect(page.get_by_text("条件满足后可以生成").first).to_be_visible()
    officer.check("certificates-locked")
    officer.go(f"{base}/report")
    expect(page.get_by_text("异议成立：经核查，作者排名不实。")).to_be_visible()
    officer.check("report-before")
    page.get_by_role("button", name="评审结果上报", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="评审结果上报", exact=True).click()
    expect(page.get_by_text(re.compile("^第 1 次"))).to_be_visible()
    officer.check("report")


def audit(office: Visitor, officer: Visitor, meeting: Meeting, base: str) -> None:
    """HB-167: the office above sends the report back with a reason; reported again, it passes it."""
    page = office.page
    for way in ("退回", "审核通过（2 人）"):
        office.go("/desk/results")
        page.get_by_role("button", name=re.compile("^审核")).first.click()
        if way == "退回":
            office.check("results-one")
            page.get_by_role("button", name="退回", exact=True).click()
            expect(page.get_by_text("请写明要改什么")).to_be_visible()
            page.get_by_role("textbox", name="审核意见").fill("请补报异议核查的材料。")
            page.get_by_role("button", name="退回", exact=True).click()
            expect(page.get_by_text(re.compile("评审结果已退回"))).to_be_visible()
            # The officer's page shows it without a reload, and the result can be reported again.
            expect(officer.page.get_by_text("请补报异议核查的材料。")).to_be_visible(timeout=20_000)
            officer.check("report-returned")
            officer.page.get_by_role("button", name="评审结果上报", exact=True).click()
            officer.page.get_by_role("dialog").get_by_role("button", name="评审结果上报", exact=True).click()
            expect(officer.page.get_by_text(re.compile("^第 2 次"))).to_be_visible()
        else:
            page.get_by_role("textbox", name="审核意见").fill("同意。")
            page.get_by_role("button", name=way).click()
            page.get_by_role("dialog").get_by_role("button", name=way).click()
            expect(page.get_by_text(re.compile("评审结果已审核通过"))).to_be_visible()


def papers(officer: Visitor, base: str) -> None:
    """HB-165, HB-166: certificates and review forms of the two who passed."""
    page = officer.page
    officer.go(f"{base}/certificates")
    for document in ("certificates", "review_forms"):
        with page.expect_download(timeout=60_000) as download:
            made(page, document).click()
        names = ZipFile(BytesIO(Path(download.value.path()).read_bytes())).namelist()
        assert len([name for name in names if name.endswith(".pdf")]) == 2, names
    officer.check("certificates")
    # PL-24: of which meeting and which list each is, since a unit holds several.
    officer.go("/desk/exports")
    rows = page.get_by_role("row").filter(has_text="评审会议（演示）")
    expect(rows.filter(has=page.get_by_role("cell", name="评审表", exact=True)).first).to_be_visible()
    expect(rows.filter(has=page.get_by_role("cell", name="评委清单", exact=True)).first).to_be_visible()
    officer.check("exports-of-meeting")


def withdraw(office: Visitor, visit: Callable[[], Visitor], meeting: Meeting) -> None:
    """The auditing office withdraws a certificate with a reason; from then on the public check says so."""
    page = office.page
    office.go("/desk/results?tab=all")
    page.get_by_role("button", name=re.compile("^查看")).first.click()
    page.get_by_role("combobox", name="结果").select_option(label="通过")
    lost = page.get_by_role("button", name=re.compile("^撤销证书")).first
    expect(lost).to_be_visible()
    office.check("results-certificates")
    number = page.get_by_text(re.compile(r"^冀\d+$")).first.inner_text()
    lost.click()
    dialog = page.get_by_role("dialog", name="撤销证书")
    dialog.get_by_role("button", name="撤销证书").click()
    expect(dialog.get_by_text("请写明理由。")).to_be_visible()
    dialog.get_by_role("textbox", name="理由").fill("经复核，业绩材料不实。")
    office.check("withdrawal")
    dialog.get_by_role("button", name="撤销证书").click()
    expect(page.get_by_text(re.compile("已撤销：经复核，业绩材料不实。"))).to_be_visible()
    office.check("withdrawn")
    held = [one for who in meeting.applicants for one in who.browser.get("/certificates")]
    certificate = next(one for one in held if one["management_no"] == number)
    assert certificate["withdrawn_on"]
    public = visit()
    public.go(f"/certificates?management_no={number}&check_code={certificate['check_code']}")
    expect(public.page.get_by_role("heading", name="证书已撤销")).to_be_visible()
    public.check("verify-withdrawn")


def close(officer: Visitor, base: str) -> None:
    page = officer.page
    officer.go(f"{base}/close")
    expect(page.get_by_text(re.compile("^第 1 轮投票"))).to_be_visible()
    officer.check("close")
    page.get_by_role("button", name="关闭会议", exact=True).click()
    officer.shoot("close-sure")
    page.get_by_role("dialog").get_by_role("button", name="关闭会议").click()
    expect(page.get_by_text("只能查询")).to_be_visible()
    officer.check("closed")
    officer.go("/desk/meetings")
    officer.check("meetings")
