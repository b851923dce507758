"""The way up: officer, then leader, in every organisation; pre-assignment; the committee's material check."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from deploy.demo.browser import Browser, wait_until
from deploy.demo.chain import Unit
from deploy.demo.report import Report

PAGE = 100


def waiting(browser: Browser, declaration_ids: set[str], view: str = "review") -> list[dict[str, Any]]:
    """The cases of these declarations that wait for the reader in a view, over all pages."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        shown = browser.post(
            "/cases/search", {"query": {"view": view, "tab": "pending"}, "page": {"page": page, "size": PAGE}}
        )
        found += [case for case in shown["items"] if case["declaration_id"] in declaration_ids]
        if page * PAGE >= shown["total"]:
            return found
        page += 1


def wait_for(browser: Browser, declaration_ids: set[str], view: str = "review") -> list[dict[str, Any]]:
    """The same once all of them have arrived."""

    def all_there() -> list[dict[str, Any]] | None:
        found = waiting(browser, declaration_ids, view)
        return found if len(found) == len(declaration_ids) else None

    arrived: list[dict[str, Any]] = wait_until(all_there, seconds=120, what=f"{len(declaration_ids)} cases in {view}")
    return arrived


def recommendation() -> dict[str, Any]:
    """推荐情况, 公示情况, 推荐小组意见 (HB-T30)."""
    today = date.today()
    return {
        "is_recommended": True,
        "recommendation_text": "经推荐小组评议，同意推荐。",
        "notice_from": (today - timedelta(days=12)).isoformat(),
        "notice_to": (today - timedelta(days=5)).isoformat(),
        "has_objections": False,
        "panel_opinion": "材料真实，业绩突出，同意推荐申报。",
    }


def hold_and_resume(report: Report, officer: Browser, declaration_id: str) -> None:
    """审核待定 with a note, then taken up again."""
    (case,) = wait_for(officer, {declaration_id})
    with report.step("审核待定", officer.who, case_id=case["case_id"]):
        standing = officer.post(
            f"/cases/{case['case_id']}/decision",
            {"decision": "hold", "opinion": "等待补充核实社保材料。"},
            version=case["version"],
        )
    with report.step("恢复审核", officer.who, case_id=case["case_id"]):
        officer.post(f"/cases/{case['case_id']}/decision", {"decision": "resume"}, version=standing["version"])


def send_back(report: Report, officer: Browser, declaration_id: str) -> None:
    """退回修改 with an opinion."""
    (case,) = wait_for(officer, {declaration_id})
    with report.step("退回修改", officer.who, case_id=case["case_id"]) as facts:
        opened = officer.get(f"/cases/{case['case_id']}")
        shown = officer.get_granted(f"/submissions/{case['submission_id']}", opened["read_grant"])
        facts["blocks"] = len(shown["blocks"])
        facts["state"] = officer.post(
            f"/cases/{case['case_id']}/decision",
            {"decision": "return", "opinion": "工作总结摘要过于简略，请补充后重新提交。"},
            version=case["version"],
        )["state"]


def climb(report: Report, chain: list[Unit], declaration_ids: set[str]) -> None:
    """Every organisation from the applicant's up to the root: officer, then leader; the first of all singly."""
    for number, unit in enumerate(reversed(chain)):
        for label, reader in (("经办人审核", unit.officer), ("单位领导审核", unit.leader)):
            cases = wait_for(reader, declaration_ids)
            recommended = recommendation() if number == 0 and reader is unit.officer else None
            _pass_first(report, reader, label, unit, cases[0], recommended)
            if cases[1:]:
                _pass_rest(report, reader, label, unit, cases[1:], recommended)


def _pass_first(
    report: Report, reader: Browser, label: str, unit: Unit, case: dict[str, Any], recommended: dict[str, Any] | None
) -> None:
    with report.step(f"{label}通过", reader.who, unit=unit.name, case_id=case["case_id"]) as facts:
        opened = reader.get(f"/cases/{case['case_id']}")
        reader.get_granted(f"/submissions/{case['submission_id']}", opened["read_grant"])
        standing = reader.post(
            f"/cases/{case['case_id']}/decision",
            {"decision": "pass", "opinion": "同意。", "recommendation": recommended},
            version=opened["case"]["version"],
        )
        facts["next"] = standing["step"]


def _pass_rest(
    report: Report,
    reader: Browser,
    label: str,
    unit: Unit,
    cases: list[dict[str, Any]],
    recommended: dict[str, Any] | None,
) -> None:
    with report.step(f"{label}批量通过", reader.who, unit=unit.name, cases=len(cases)) as facts:
        result = reader.post(
            "/cases/decisions",
            {"items": _ticked(cases), "decision": "pass", "opinion": "同意。", "recommendation": recommended},
        )
        facts["done"] = result["done"]
        if result["skipped"]:
            raise AssertionError([row for row in result["rows"] if row["error_code"]])


def assign(report: Report, officer: Browser, declaration_ids: set[str], committee_id: str) -> None:
    """预分配评委会: the top office gives all of them to the committee that covers them."""
    cases = wait_for(officer, declaration_ids, "preassignment")
    with report.step("预分配评委会", officer.who, cases=len(cases)) as facts:
        proposed = officer.post("/cases/proposals", {"case_ids": [case["case_id"] for case in cases]})
        facts["proposed"] = [each["committee"]["name"] for each in proposed]
        result = officer.post("/cases/committees", {"items": _ticked(cases), "committee_id": committee_id})
        facts["done"] = result["done"]
        if result["skipped"]:
            raise AssertionError([row for row in result["rows"] if row["error_code"]])


def admit(report: Report, officer: Browser, declaration_ids: set[str]) -> None:
    """评委会审查申报材料: the committee's office passes the material."""
    cases = wait_for(officer, declaration_ids, "committee_check")
    with report.step("评委会审查申报材料", officer.who, cases=len(cases)) as facts:
        result = officer.post(
            "/cases/decisions", {"items": _ticked(cases), "decision": "pass", "opinion": "材料齐全，符合要求。"}
        )
        facts["done"] = result["done"]
        if result["skipped"]:
            raise AssertionError([row for row in result["rows"] if row["error_code"]])


def _ticked(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"case_id": case["case_id"], "version": case["version"]} for case in cases]
