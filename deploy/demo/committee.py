"""The committee and its pool: founded by the office, filled one by one and by Excel, profiles approved."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import load_workbook

from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser, wait_until
from deploy.demo.chain import Unit, create_unit, open_staff
from deploy.demo.people import Inventor, Person
from deploy.demo.report import Report

SINGLY, BY_EXCEL = 4, 3
EMPLOYERS = ("蘅州演示师范学院", "澄屿演示职业技术学院", "栎城演示理工学院", "霁湾演示财经学院", "岚汀演示外国语学院")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Committee:
    """A committee with the browsers of those who run it."""

    committee_id: str
    unit: Unit
    second_officer: Browser
    experts: dict[str, Browser] = field(default_factory=dict)

    @property
    def officer(self) -> Browser:
        return self.unit.officer


def prepare_committee(installation: Installation, report: Report, inventor: Inventor, root: Unit) -> Committee:
    """A unit that may form committees, its committee, its pool with approved experts."""
    unit = create_unit(
        installation,
        report,
        inventor,
        root,
        "committee",
        "演示教师系列评委会办公室",
        "committee_unit",
        "institution",
        forms_committees=True,
    )
    second = open_staff(
        installation,
        report,
        inventor,
        unit.admin,
        unit.organization_id,
        role="case_officer",
        prefix=f"second-{inventor.code()}",
        where=unit.name,
    )
    code = f"PW{inventor.code()}"
    committee = create_committee(report, root, unit, second, code)
    pool = open_pool(installation, report, inventor, root, committee, code)
    _fill_pool(installation, report, inventor, pool, committee)
    return committee


def create_committee(report: Report, root: Unit, unit: Unit, second: Browser, code: str) -> Committee:
    """新增评委会 for a unit, by the office."""
    with report.step("新增评委会", root.admin.who, code=code) as facts:
        made = root.admin.post(
            "/committees",
            {
                "code": code,
                "data": {
                    "name": f"高等学校教师系列高级评委会{code}",
                    "year": date.today().year,
                    "organization_id": unit.organization_id,
                    "level": "senior",
                    "scope_kind": "province",
                    "scope": [{"title_series": "university_teacher_undergraduate"}],
                    "valid_from": f"{date.today().year}-01-01",
                    "valid_until": f"{date.today().year + 2}-12-31",
                    "contact_name": "演示联系人",
                    "contact_phone": "030020000077",
                },
                "policy": {
                    "opens_on": f"{date.today().year}-01-01",
                    "closes_on": f"{date.today().year}-12-31",
                    "required_attachments": [],
                },
            },
        )
        committee = Committee(made["committee_id"], unit, second)
        facts["committee_id"] = committee.committee_id
    return committee


def open_pool(
    installation: Installation, report: Report, inventor: Inventor, root: Unit, committee: Committee, code: str
) -> Browser:
    """开立评委库账号, by the office; its owner signs in."""
    person = inventor.person()
    login_name = f"pool-{code}".lower()
    with report.step("开立评委库账号", root.admin.who):
        handed = root.admin.post(
            f"/committees/{committee.committee_id}/pool-managers",
            {"login_name": login_name, "real_name": person.name, "mobile": person.mobile},
        )
    return installation.activate(login_name, kind="unit", identifier=login_name, code=handed["activation_code"])


def _fill_pool(
    installation: Installation, report: Report, inventor: Inventor, pool: Browser, committee: Committee
) -> None:
    address = f"/committees/{committee.committee_id}"
    people = [inventor.person(born=range(1966, 1982)) for _ in range(SINGLY + BY_EXCEL)]
    codes: dict[str, str] = {}
    names: dict[str, tuple[Person, str]] = {}
    for number, person in enumerate(people[:SINGLY]):
        employer = EMPLOYERS[number % len(EMPLOYERS)]
        with report.step("新增评委", pool.who, expert=person.name) as facts:
            added = pool.post(
                f"{address}/experts",
                {
                    "expert": {
                        "real_name": person.name,
                        "id_document_no": person.id_no,
                        "mobile": person.mobile,
                        "email": person.email,
                        "employer_name": employer,
                        "specialties": ["01002"],
                    }
                },
            )
            facts["expert_id"] = added["expert_id"]
        names[person.id_no], codes[person.id_no] = (person, employer), added["activation_code"]
    with report.step("批量新增评委（含一行错误）", pool.who) as facts:
        imported = _import(pool, address, [(p, EMPLOYERS[-1]) for p in people[SINGLY:]])
        facts.update(added=imported["added"], left_out=imported["left_out"])
        facts["faults"] = [
            f"第{row['row']}行 {fault['pointer']} {fault['code']}"
            for row in imported["rows"]
            for fault in row["faults"]
        ]
    by_expert = {row["expert_id"]: people[SINGLY + number] for number, row in enumerate(_added(imported))}
    with report.step("批量开立评委账号", pool.who) as facts:
        opened = pool.post(f"{address}/expert-accounts")["accounts"]
        facts["accounts"] = len(opened)
    for account in opened:
        person = by_expert[account["expert_id"]]
        names[person.id_no], codes[person.id_no] = (person, EMPLOYERS[-1]), account["activation_code"]
    for id_no, (person, employer) in names.items():
        browser = installation.activate(f"expert-{id_no[-8:]}", kind="person", identifier=id_no, code=codes[id_no])
        expert_id = complete_profile(report, browser, person, employer)
        committee.experts[expert_id] = browser
    _approve(report, committee)


def _added(imported: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in imported["rows"] if row["outcome"] == "added"]


def _import(pool: Browser, address: str, rows: list[tuple[Person, str]]) -> dict[str, Any]:
    """Fill the downloaded template; the first row has a wrong check digit and is left out."""
    book = load_workbook(io.BytesIO(pool.download(f"{address}/expert-template")))
    sheet = book.worksheets[0]
    columns = [cell.value for cell in sheet[1]]
    sheet.delete_rows(2, sheet.max_row)
    wrong, employer = rows[0]
    broken = wrong.id_no[:-1] + ("0" if wrong.id_no[-1] != "0" else "1")
    lines = [(wrong.name, broken, wrong.mobile, wrong.email, employer)]
    lines += [(person.name, person.id_no, person.mobile, person.email, place) for person, place in rows]
    for name, number, mobile, email, place in lines:
        values = {
            "姓名": name,
            "证件类型": "居民身份证(户口簿)",
            "证件号码": number,
            "手机号码": mobile,
            "邮箱": email,
            "工作单位": place,
            "可评专业": "逻辑学",
        }
        sheet.append([values.get(str(column)) for column in columns])
    out = io.BytesIO()
    book.save(out)
    uploaded = pool.upload("/files", name="评委名单.xlsx", content=out.getvalue(), kind=WORKBOOK, purpose="import")
    ordered = pool.post(f"{address}/expert-imports", {"file_id": uploaded["file_id"]})

    address = f"/expert-imports/{ordered['import_id']}"

    def standing() -> dict[str, Any] | None:
        shown: dict[str, Any] = pool.get(address)
        return shown if shown["state"] not in ("waiting", "taking") else None

    wait_until(standing, what="check of experts")
    pool.post(f"{address}/experts")
    done: dict[str, Any] = wait_until(standing, what="import of experts")
    return done


def complete_profile(report: Report, browser: Browser, person: Person, employer: str) -> str:
    """评委专家完善个人信息, then 提交审批."""
    with report.step("评委完善信息并提交审批", person.name) as facts:
        profile = browser.get("/me/expert-profile")
        revisions = {block["block"]: block["revision"] for block in profile["blocks"]}
        known = {block["block"]: block["content"] for block in profile["blocks"]}
        for block, content in _profile(person, employer).items():
            merged = {**known.get(block, {}), **content} if isinstance(content, dict) else content
            browser.put(f"/me/expert-profile/blocks/{block}", {"revision": revisions.get(block, 0), "content": merged})
        sent = browser.post("/me/expert-profile/submission")
        facts["state"] = sent["state"]
    expert_id: str = sent["expert_id"]
    return expert_id


def _profile(person: Person, employer: str) -> dict[str, Any]:
    born = person.birth_date.year
    return {
        "expert_profile": {
            "gender": person.gender,
            "birth_date": person.birth_date.isoformat(),
            "ethnicity": "01",
            "mobile": person.mobile,
            "email": person.email,
        },
        "expert_work": {
            "employer": employer,
            "current_title": "教授",
            "title_level": "full_senior",
            "specialty": "01002",
            "title_obtained_on": "2015-12-01",
        },
        "expert_research": {"research_field": "逻辑学与批判性思维"},
        "reviewable_specialties": [{"specialty": "01002"}],
        "educations": [
            {
                "start_month": f"{born + 18}-09",
                "end_month": f"{born + 28}-06",
                "school": "栎城演示大学",
                "major": "逻辑学",
                "education_level": "11",
                "degree": "2",
            }
        ],
        "work_experiences": [{"start_month": f"{born + 28}-07", "org_name": employer, "post": "教师"}],
    }


def _approve(report: Report, committee: Committee) -> None:
    with report.step("经办人审核评委材料", committee.officer.who) as facts:
        shown = committee.officer.post(
            "/experts/search", {"committee_id": committee.committee_id, "states": ["submitted"], "size": 100}
        )
        done = committee.officer.post(
            "/experts/reviews",
            {"expert_ids": [row["expert_id"] for row in shown["items"]], "approve": True, "opinion": "符合条件"},
        )
        facts["approved"] = done["decided"]
