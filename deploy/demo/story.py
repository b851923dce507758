"""The whole job in its order: chain, declarations, the way up, the meeting, notice, certificate, public check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from contracts.identity import Founded
from deploy.demo import reviewing
from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser
from deploy.demo.chain import Unit, build_chain, open_applicant, open_staff
from deploy.demo.committee import prepare_committee
from deploy.demo.declaring import Applicant, refused
from deploy.demo.meeting import hold_meeting
from deploy.demo.people import Inventor
from deploy.demo.report import Report

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

AT_ONCE = 6


def run(installation: Installation, report: Report, found: Callable[[], Founded], *, people: int) -> dict[str, Any]:
    """Drive the job for so many applicants; answers counts of what came of it."""
    inventor = Inventor()
    root = root_office(installation, report, inventor, found)
    committee = prepare_committee(installation, report, inventor, root)
    chain = build_chain(installation, report, inventor, root)
    persons = [inventor.applicant(number) for number in range(people)]
    applicants = _each(
        lambda person: Applicant(open_applicant(installation, report, chain[-1], person), person, report), persons
    )
    _each(lambda applicant: applicant.declare(), applicants)
    hospital = chain[-1]
    first = applicants[0]
    first.withdraw()
    first.submit()
    reviewing.hold_and_resume(report, hospital.officer, first.declaration_id)
    reviewing.send_back(report, hospital.officer, first.declaration_id)
    first.correct()
    declaration_ids = {applicant.declaration_id for applicant in applicants}
    reviewing.climb(report, chain, declaration_ids)
    with report.step("审核后不能撤回", first.person.name) as facts:
        facts["refused"] = refused(first.ask_back)
    reviewing.assign(report, root.officer, declaration_ids, committee.committee_id)
    reviewing.admit(report, committee.officer, declaration_ids)
    outcome = hold_meeting(installation, report, root, committee, applicants)
    return {"people": people, **outcome}


def root_office(installation: Installation, report: Report, inventor: Inventor, found: Callable[[], Founded]) -> Unit:
    """The title-reform office: its administrator, officer and leader, made once and signed in again later."""
    founded = found()
    organization_id = str(founded.organization_id)
    if "root-admin" in installation.accounts:
        admin = installation.sign_in("root-admin")
    else:
        code = founded.administrator.activation_code
        if code is None:
            raise RuntimeError("the root administrator has a password that this run does not know")
        with report.step("职改办管理员凭激活码设置密码并登录", "root-admin", organization_id=organization_id):
            admin = installation.activate(
                "root-admin", kind="unit", identifier=founded.administrator.login_name or "", code=code
            )
    if "root-system" not in installation.accounts and founded.system_administrator.activation_code:
        installation.activate(
            "root-system",
            kind="unit",
            identifier=founded.system_administrator.login_name or "",
            code=founded.system_administrator.activation_code,
        ).close()

    def staff(role: str, who: str) -> Browser:
        if who in installation.accounts:
            return installation.sign_in(who)
        return open_staff(
            installation, report, inventor, admin, organization_id, role=role, prefix="root", where="省职改办"
        )

    return Unit(
        "root",
        "省职改办",
        organization_id,
        admin,
        officer=staff("case_officer", "root-officer"),
        leader=staff("unit_leader", "root-leader"),
    )


def _each(act: Callable[[Thing], Answer], things: Iterable[Thing]) -> list[Answer]:
    """Do the same for several at once, as people do."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, things))
