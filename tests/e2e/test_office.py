"""The title office, a unit's administrator and a pool manager by page: committees, assignment, imports, accounts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from deploy.demo.accounts import Installation
from deploy.demo.chain import Unit, create_unit, open_applicant
from deploy.demo.declaring import Applicant
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from deploy.demo.reviewing import climb, wait_for
from tests.e2e.conftest import PROFILE, lose_answers
from tests.stack import Stack

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Below:
    """A unit directly below the root, and a declaration of it that waits there."""

    def __init__(
        self, installation: Installation, report: Report, root: Unit, unit: Unit, applicant: Applicant
    ) -> None:
        self.installation = installation
        self.report = report
        self.root = root
        self.unit = unit
        self.applicant = applicant


@pytest.fixture(scope="module")
def below(stack: Stack, accounts: dict[str, dict[str, str]]) -> Iterator[Below]:
    """The unit with its declaration, which waits for its officer."""
    folder = Path(stack.settings["ZHIPING_RUN"])
    installation = Installation(stack.url, PROFILE, peers=stack.settings["ZHIPING_PEERS_URL"], folder=folder)
    report, inventor = Report(as_json=True), Inventor()
    admin, officer, leader = (installation.sign_in(f"root-{who}") for who in ("admin", "officer", "leader"))
    me = admin.get("/me")["roles"][0]
    root = Unit("root", me["organization_name"], me["organization_id"], admin, officer, leader)
    unit = create_unit(installation, report, inventor, root, "office", "云汐演示研究院", "employer", "institution")
    person = inventor.person()
    applicant = Applicant(open_applicant(installation, report, unit, person), person, report)
    applicant.declare()
    wait_for(unit.officer, {applicant.declaration_id}, "review")
    yield Below(installation, report, root, unit, applicant)
    for browser in (admin, officer, leader, unit.admin, unit.officer, unit.leader, applicant.browser):
        browser.close()


@pytest.fixture
def enter(visit: Callable[..., Any], below: Below) -> Callable[[str], Any]:
    """A function that signs somebody of the installation in, at a browser."""

    def sign_in(who: str) -> Any:
        visitor = visit()
        visitor.sign_in(**below.installation.accounts[who])
        return visitor

    return sign_in


def pick(page: Page, name: str, content: bytes) -> None:
    """Choose a workbook."""
    with page.expect_file_chooser() as chosen:
        page.locator("label", has_text="选择文件").click()
    chosen.value.set_files({"name": name, "mimeType": WORKBOOK, "buffer": content})


def filled(template: bytes, *rows: dict[str, str]) -> bytes:
    """A downloaded template with these rows."""
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    columns = [str(cell.value) for cell in sheet[1]]
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.req("HB-50", "HB-52")
def test_the_title_offices_day(enter: Callable[[str], Any], below: Below) -> None:
    """It sends on what waits in a closed unit, gives a declaration to a committee, looks below, offers a template."""
    officer = enter("root-officer")
    send_on(officer, below)
    give_to_a_committee(officer, below)
    look_below(officer, below)
    offer_a_template(officer, below)


def send_on(officer: Any, below: Below) -> None:
    """The officer above is told of the closing, and lets the case wait at a later step, with a reason."""
    page, person, unit, root = officer.page, below.applicant.person, below.unit, below.root
    address = f"/organizations/{unit.organization_id}"
    root.admin.post(f"{address}/disable", version=root.admin.get(address)["version"])
    officer.go("/messages")
    told = page.get_by_role("listitem").filter(has_text=unit.name).first
    expect(told).to_contain_text("已停用", timeout=30_000)
    officer.check("closed-unit-told")
    officer.go("/desk/year")
    page.get_by_role("textbox", name="姓名").fill(person.name)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("row", name=re.compile(person.name)).get_by_role("button").first.click()
    page.get_by_role("button", name="改送其他环节").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_visible()
    dialog.get_by_role("button", name="改送", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("请填写改送的原因")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_label("改送的原因").fill("该单位已停用")
    officer.check("reroute")
    dialog.get_by_role("button", name="改送", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("region", name="审核意见")).to_contain_text("该单位已停用")
    officer.check("rerouted")
    root.admin.post(f"{address}/enable", version=root.admin.get(address)["version"])
    climb(below.report, [root], {below.applicant.declaration_id})
    wait_for(root.officer, {below.applicant.declaration_id}, "preassignment")


def give_to_a_committee(officer: Any, below: Below) -> None:
    """The list says which committee would take whom; what was given stands in its own tab and can be changed."""
    page, person = officer.page, below.applicant.person
    officer.go("/desk/preassign")
    page.get_by_role("textbox", name="姓名").fill(person.name)
    page.get_by_role("button", name="查询").click()
    row = page.get_by_role("row", name=re.compile(f"{person.name}.*{person.id_no[-4:]}"))
    expect(row).to_contain_text(re.compile("可分配：|个评委会可选"))
    officer.check("preassign")
    row.get_by_role("button", name=f"为 {person.name} 分配评委会").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("checkbox", name="委托评审").check()
    officer.check("assign")
    dialog.get_by_role("button", name="分配 1 人").click()
    expect(dialog).to_be_hidden()
    expect(row).to_be_hidden()
    page.get_by_role("tab", name=re.compile("^已分配")).click()
    expect(row).to_contain_text("改分配")
    officer.check("assigned")


def look_below(officer: Any, below: Below) -> None:
    """The tree narrows the list to a unit with all below it."""
    page, root = officer.page, below.root
    address = f"/organizations/{below.unit.organization_id}"
    root.admin.post(f"{address}/disable", version=root.admin.get(address)["version"])
    officer.go("/desk/review/subordinate")
    tree = page.get_by_role("navigation", name="申报单位")
    tree.get_by_role("button", name=f"{below.unit.name} 已停用").last.click()
    officer.check("tree-closed")
    root.admin.post(f"{address}/enable", version=root.admin.get(address)["version"])
    expect(page).to_have_url(re.compile("organization_id="))
    page.get_by_role("tab", name=re.compile("^已审核")).click()
    expect(page.get_by_role("row", name=re.compile(below.applicant.person.name)).first).to_be_visible()
    tree.get_by_role("button", name=f"展开 {below.unit.name}").last.click()
    officer.check("tree")


def offer_a_template(officer: Any, below: Below) -> None:
    """A template is uploaded, offered and taken back."""
    page = officer.page
    officer.go("/desk/templates")
    page.get_by_role("button", name="上传模板").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("模板名称").fill("演示报盘模板")
    dialog.locator("input[type=file]").set_input_files(
        {
            "name": "报盘.xlsx",
            "mimeType": WORKBOOK,
            "buffer": filled(below.root.admin.download("/applicant-import-template")),
        }
    )
    officer.check("template")
    dialog.get_by_role("button", name=re.compile("上传")).last.click()
    expect(page.get_by_role("row", name=re.compile("演示报盘模板")).first).to_contain_text("停用", timeout=30_000)
    officer.check("templates")


@pytest.mark.req("HB-20")
def test_a_unit_imports_its_people_and_learns_what_is_wrong(enter: Callable[[str], Any], below: Below) -> None:
    """Of a workbook with two people the faulty row is named with column and reason, and the good one is opened."""
    clerk = enter(below.unit.officer.who)
    page = clerk.page
    person = Inventor().person()
    clerk.go("/desk/applicants/import")
    good = {"姓名": person.name, "证件号码": person.id_no, "手机号码": person.mobile}
    content = filled(
        below.root.admin.download("/applicant-import-template"), good, {**good, "证件号码": "13990119850304"}
    )
    pick(page, "人员.xlsx", content)
    expect(page.get_by_role("columnheader", name="正确写法")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("cell", name="1399********04")).to_be_visible()  # a number is shown masked
    clerk.check("faults")
    # Opened, and the answer with the first password is lost: the page says so, and where a new one is made.
    keys = lose_answers(page, "**/applicant-imports/*/accounts")
    page.get_by_role("button", name="建立 1 人的账号").click()
    expect(page.get_by_text("1 人的账号已建立，但初始密码没有送到本页")).to_be_visible()
    assert len(set(keys)) == 1
    clerk.check("undelivered")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_role("row", name=re.compile(person.name)).get_by_role("button", name=re.compile("重置")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("重置")).click()
    slip = page.get_by_role("dialog", name="新的初始密码")
    expect(slip).to_contain_text(person.name)
    clerk.check("slip")
    # What is closed by mistake is not shown again.
    page.keyboard.press("Escape")
    asked = page.get_by_role("dialog", name="初始密码已经抄下或打印？")
    asked.get_by_role("button", name="返回").click()
    expect(slip).to_contain_text(person.name)
    page.emulate_media(media="print")  # the slips stand alone on paper, to be cut off
    expect(page.locator("#app")).to_be_hidden()
    expect(page.locator(".to-cut li")).to_contain_text(person.name)
    page.emulate_media(media="screen")
    page.keyboard.press("Escape")
    asked.get_by_role("button", name="已抄下，关闭").click()
    expect(slip).to_be_hidden()


@pytest.mark.req("HB-108")
def test_the_office_founds_a_committee(enter: Callable[[str], Any], below: Below) -> None:
    """What is missing is said at its field; the new committee opens on a page of its own, without a question."""
    admin, address = below.root.admin, f"/organizations/{below.unit.organization_id}"
    rights = {"committee_creation_right": False, "committee_formation_right": True}
    admin.put(f"{address}/committee-rights", rights, version=admin.get(address)["version"])
    office = enter("root-admin")
    page = office.page
    office.go("/office/committees")
    page.get_by_role("link", name="新增", exact=True).click()
    name = f"浏览器新增评委会{Inventor().code()}"
    page.get_by_label("评委会代码").fill(Inventor().code(6))
    page.get_by_label("评委会名称").fill(name)
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写组建单位")
    page.get_by_role("combobox", name="组建单位").select_option(below.unit.name)
    page.get_by_role("combobox", name="级别").select_option(index=1)
    page.get_by_role("combobox", name="范围").select_option(index=1)
    page.get_by_label("联系人").fill("温若川")
    page.get_by_label("联系电话").fill("03112000001")
    page.get_by_role("group", name="系列 / 专业范围").get_by_role("checkbox").last.check()
    office.check("committee-new")
    page.get_by_role("button", name="确认").click()
    expect(page).to_have_url(re.compile("/office/committees/[0-9a-f-]{36}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("button", name="保存申报政策要求")).to_be_visible()


@pytest.mark.req("HB-107")
def test_the_office_says_what_a_committee_asks_beyond_the_form(enter: Callable[[str], Any], below: Below) -> None:
    """申报政策要求设置 holds lists and attachments beside the window; each change is a version."""
    office = enter("root-admin")
    page = office.page
    office.go("/office/committees")
    first = page.locator("tbody").get_by_role("link").first
    expect(first).to_be_visible()
    office.check("committees")
    first.click()
    versions = page.get_by_text(re.compile(r"^第 \d+ 版"))
    expect(versions.first).to_be_visible()
    before = versions.count()
    lists = page.get_by_role("group", name="另须填写的内容")
    lists.get_by_role("checkbox", name="论著", exact=True).check()
    office.check("committee")
    page.get_by_role("button", name="保存申报政策要求").click()
    expect(versions).to_have_count(before + 1)
    page.reload()
    expect(lists.get_by_role("checkbox", name="论著", exact=True)).to_be_checked()
    lists.get_by_role("checkbox", name="论著", exact=True).uncheck()
    page.get_by_role("button", name="保存申报政策要求").click()
    expect(versions).to_have_count(before + 2)


def test_the_root_gives_rights_far_below_and_loses_no_typed_word(enter: Callable[[str], Any], below: Below) -> None:
    """评委会创建权 is set two levels down; of a committee that somebody else saved first each item is chosen."""
    office = enter("root-admin")
    page, admin = office.page, below.root.admin
    children = admin.post("/organizations/search", {"page": 1, "size": 100})["items"]
    inner = (admin.post("/organizations/search", {"parent_id": one["organization_id"]})["items"] for one in children)
    far = next(found[0] for found in inner if found)
    for wanted in (True, False):
        office.go(f"/org/units/{far['organization_id']}")
        right = page.get_by_role("checkbox", name="评委会创建权")
        expect(right).to_be_checked(checked=not wanted)
        right.set_checked(wanted)
        office.check("rights") if wanted else None
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("次级机构管理")

    office.go("/office/committees")
    page.locator("tbody").get_by_role("link").first.click()
    contact = page.get_by_label("联系人")
    expect(contact).not_to_have_value("")
    before = contact.input_value()
    contact.fill("此处填写")
    page.get_by_role("navigation").get_by_role("link", name=re.compile("评委会管理$")).first.click()
    page.get_by_role("dialog", name="修改未保存").get_by_role("button", name="留在本页").click()
    expect(contact).to_have_value("此处填写")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("联系人")).to_have_value(before)
    other.get_by_label("联系人").fill("别处填写")
    other.get_by_role("button", name="确认").click()
    expect(other.get_by_role("status").filter(has_text="已保存")).to_be_attached()
    other.close()
    page.bring_to_front()
    page.get_by_role("button", name="确认").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("row", name="联系人 此处填写 别处填写")).to_be_visible()
    office.check("committee-overtaken")
    asked.get_by_role("radio", name="别处填写").check()
    asked.get_by_role("button", name="按所选保存").click()
    expect(asked).to_be_hidden()
    expect(contact).to_have_value("别处填写")
    contact.fill(before)
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_attached()


@pytest.mark.req("HB-12", "PL-12")
def test_two_change_a_unit_at_once(enter: Callable[[str], Any], below: Below) -> None:
    """What only one of them changed is kept, what both changed is chosen; a fault goes once its field is changed."""
    office = enter("root-admin")
    page, admin = office.page, below.root.admin
    address = f"/organizations/{admin.post('/organizations/search', {})['items'][0]['organization_id']}"
    before = admin.get(address)
    office.go(f"/org/units{address.removeprefix('/organizations')}")
    code = page.get_by_role("textbox", name="机构代码", exact=True)
    person = page.get_by_label("联系人")
    expect(page.get_by_label("机构名称")).to_have_value(before["form"]["org_name"])
    code.fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写机构代码")
    code.fill(before["form"]["org_code"])
    expect(page.get_by_role("alert")).to_be_hidden()
    person.fill("此处")
    page.get_by_label("传真").fill("0311-1")
    page.get_by_label("通讯地址").fill("此处的路")
    theirs = {"contact_person": "别处", "address": "别处的路", "postcode": "050000"}
    admin.put(address, {"form": before["form"] | theirs}, version=before["version"])
    page.get_by_role("button", name="保存").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("row")).to_have_count(3)
    asked.get_by_role("radio", name="别处的路").check()
    office.check("unit-overtaken")
    asked.get_by_role("button", name="按所选保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("次级机构管理")
    after = admin.get(address)
    mine = {"contact_person": "此处", "fax": "0311-1"}
    assert after["form"] == before["form"] | theirs | mine
    admin.put(address, {"form": before["form"]}, version=after["version"])


@pytest.mark.req("HB-115", "HB-116")
def test_a_pool_manager_imports_experts(enter: Callable[[str], Any], below: Below) -> None:
    """A fault is named by row, column, value and what would be right; nobody is in the pool before it is said so."""
    who = next(name for name in below.installation.accounts if name.startswith("pool-"))
    manager = enter(who)
    page = manager.page
    manager.check("pool")
    manager.go("/pool/import")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载模板").click()
    template = Path(fetched.value.path()).read_bytes()
    good, wrong = Inventor().person(), {"姓名": "商知远", "证件号码": "139901198503040013", "可评专业": "占星"}
    row = {"姓名": good.name, "证件号码": good.id_no, "工作单位": "云汐演示大学", "可评专业": "哲学"}
    pick(page, "评委.xlsx", filled(template, row, wrong | {"工作单位": "云汐演示大学"}))
    fault = page.get_by_role("row", name=re.compile("可评专业"))
    expect(fault).to_contain_text("目录中没有这个代码或名称。", timeout=30_000)
    expect(fault).to_contain_text("占星")
    expect(fault).to_contain_text("专业名称或代码")
    manager.check("import")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载有误的行").click()
    corrected = load_workbook(io.BytesIO(Path(fetched.value.path()).read_bytes())).worksheets[0]
    assert [cell.value for cell in corrected[2]][:3:2] == ["商知远", "139901198503040013"]
    page.get_by_role("button", name="导入 1 人").click()
    expect(page.get_by_text("新增 1 人")).to_be_visible(timeout=30_000)
    manager.check("imported")
