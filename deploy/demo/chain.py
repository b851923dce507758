"""The chain of organisations: title-reform office, education department, university, hospital, with their people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser
from deploy.demo.people import Inventor, Person
from deploy.demo.report import Report

CHAIN = (
    ("education", "云汐演示教育主管部门", "competent_department", "government"),
    ("university", "云汐演示医科大学", "employer", "institution"),
    ("hospital", "云汐演示大学第三医院", "employer", "institution"),
)


@dataclass
class Unit:
    """An organisation of the run with the browsers of its people."""

    key: str
    name: str
    organization_id: str
    admin: Browser
    officer: Browser
    leader: Browser
    children: dict[str, Unit] = field(default_factory=dict)


def build_chain(installation: Installation, report: Report, inventor: Inventor, root: Unit) -> list[Unit]:
    """Create a new chain below the root, each administrator only its direct child. From the root down."""
    chain = [root]
    for key, name, category, nature in CHAIN:
        chain.append(create_unit(installation, report, inventor, chain[-1], key, name, category, nature))
    return chain


def create_unit(
    installation: Installation,
    report: Report,
    inventor: Inventor,
    parent: Unit,
    key: str,
    name: str,
    category: str,
    nature: str,
    *,
    forms_committees: bool = False,
) -> Unit:
    """Create a direct child with its administrator, officer and leader."""
    code = inventor.code()
    manager = inventor.person()
    with report.step("建立次级机构", parent.admin.who, unit=name) as facts:
        made = parent.admin.post(
            "/organizations",
            {
                "parent_id": parent.organization_id,
                "form": {
                    "org_code": code,
                    "region": "130102",
                    "org_name": f"{name}{code}",
                    "org_category": category,
                    "org_nature": nature,
                    "industry": "P",
                    "contact_person": manager.name[:20],
                    "contact_phone": "030020000099",
                    "supervising_person": manager.name,
                    "committee_formation_right": forms_committees,
                    "committee_creation_right": False,
                },
                "administrator_name": manager.name,
                "administrator_mobile": manager.mobile,
            },
        )
        facts["organization_id"] = made["organization"]["organization_id"]
    organization_id = made["organization"]["organization_id"]
    with report.step("管理员凭激活码设置密码并登录", f"{name}管理员"):
        admin = installation.activate(
            f"{key}-admin-{code}",
            kind="unit",
            identifier=made["administrator"]["login_name"],
            code=made["administrator"]["activation_code"],
        )
    officer, leader = (
        open_staff(
            installation, report, inventor, admin, organization_id, role=role, prefix=f"{key}-{code}", where=name
        )
        for role in ("case_officer", "unit_leader")
    )
    return Unit(key, f"{name}{code}", organization_id, admin, officer, leader)


def open_staff(
    installation: Installation,
    report: Report,
    inventor: Inventor,
    admin: Browser,
    organization_id: str,
    *,
    role: str,
    prefix: str,
    where: str,
) -> Browser:
    """Open an account for an officer or leader and let its owner set the password."""
    person = inventor.person()
    login_name = f"{prefix}-{role.removeprefix('case_').removeprefix('unit_')}".lower()
    label = {"case_officer": "经办人", "unit_leader": "单位领导"}[role]
    with report.step(f"开立{label}账号", admin.who, unit=where):
        handed = admin.post(
            "/staff",
            {
                "organization_id": organization_id,
                "login_name": login_name,
                "real_name": person.name,
                "roles": [role],
                "mobile": person.mobile,
                "email": person.email,
            },
        )
    return installation.activate(login_name, kind="unit", identifier=login_name, code=handed["activation_code"])


def open_applicant(installation: Installation, report: Report, unit: Unit, person: Person) -> Browser:
    """The unit's officer opens an applicant's account; the applicant sets the password."""
    with report.step("开立申报人账号", unit.officer.who, unit=unit.name):
        handed: dict[str, Any] = unit.officer.post(
            "/applicants",
            {
                "organization_id": unit.organization_id,
                "real_name": person.name,
                "id_document_no": person.id_no,
                "mobile": person.mobile,
                "email": person.email,
            },
        )
    return installation.activate(
        f"applicant-{person.id_no[-6:]}", kind="person", identifier=person.id_no, code=handed["activation_code"]
    )
