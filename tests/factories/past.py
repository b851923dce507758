"""A meeting that is over, and what it left: draw, ballot, notice, objection, exports, certificate, conflict."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook

from deploy.demo import papers
from deploy.demo.browser import Browser, wait_until
from deploy.demo.committee import WORKBOOK, Committee
from deploy.demo.declaring import Applicant
from deploy.demo.meeting import Meeting


class PastMeeting(Meeting):
    """Held up to the audit; its plan began with a draw."""

    draw_id = ""
    ballot_id = ""

    def _plan(self) -> None:
        self.officer.put(f"{self.address}/plan", {"text": "先抽取一名评委。"})
        draw = self.officer.post(f"{self.address}/draws", {"strata": [{"group_id": self.groups[0], "wanted": 1}]})
        self.draw_id = self.officer.post(f"/draws/{draw['draw_id']}/run")["draw_id"]
        super()._plan()

    def leave(self, graduate: Applicant) -> dict[str, str]:
        """Hold the meeting, and do afterwards what leaves something; answers the ids."""
        self.prepare()
        self.score()
        self.vote()
        (material,) = self._all("/materials/search", {"offered": False})
        about = {"material_id": material["material_id"]}
        notice = self.officer.post(f"{self.address}/notice", {"contact": "030020000077", "working_days": 0})
        objection = self.officer.post(f"{self.address}/objections", {**about, "objector": "演示", "content": "演示"})
        self.officer.post(
            f"/objections/{objection['objection_id']}/decision",
            {"upheld": False, "reason": "演示"},
            version=objection["version"],
        )
        self.officer.post(f"{self.address}/notice/end")
        self.officer.post(f"{self.address}/report")
        self.root.officer.post(f"{self.address}/audit", {"approved": True, "opinion": "同意"})
        self._made("certificates")
        certificate = wait_until(lambda: graduate.browser.get("/certificates"), what="certificate")[0]
        listed = self._made("judges")
        ballot = self.browser_of(self.chair).get(f"{self.address}/ballot/results")
        return {
            "past_id": self.meeting_id,
            "past_material_id": material["material_id"],
            "past_expert_id": self._conflict(graduate),
            "past_ballot_id": ballot["ballot_id"],
            "draw_id": self.draw_id,
            "notice_id": notice["notice_id"],
            "objection_id": objection["objection_id"],
            "job_id": listed["job_id"],
            "document_id": listed["file_id"],
            "certificate_id": certificate["certificate_id"],
            "management_no": certificate["management_no"],
            "check_code": certificate["check_code"],
        }

    def _made(self, document: str) -> dict[str, Any]:
        job = self.officer.post(f"{self.address}/documents", {"document": document})

        def finished() -> dict[str, Any] | None:
            shown: dict[str, Any] = self.officer.get(f"/exports/{job['job_id']}")
            return shown if shown["state"] not in ("waiting", "running") else None

        done: dict[str, Any] = wait_until(finished, seconds=120, what=document)
        return done

    def _conflict(self, graduate: Applicant) -> str:
        """A near match of names between a judge and the applicant; answers the judge's id as an expert."""
        expert_id: str = self.judges[self.chair]["expert_id"]
        self.officer.post(f"/experts/{expert_id}/relations", {"kind": "relative", "person_name": graduate.person.name})
        return expert_id


def import_experts(pool: Browser, committee: Committee) -> str:
    """An import of the template as it was downloaded; answers its id."""
    address = f"/committees/{committee.committee_id}"
    book = load_workbook(io.BytesIO(pool.download(f"{address}/expert-template")))
    sheet = book.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    sheet.append(['=HYPERLINK("http://x.example")'] * sheet.max_column)
    out = io.BytesIO()
    book.save(out)
    sent = pool.upload("/files", name="评委.xlsx", content=out.getvalue(), kind=WORKBOOK, purpose="import")
    import_id: str = pool.post(f"{address}/expert-imports", {"file_id": sent["file_id"]})["import_id"]
    wait_until(lambda: pool.get(f"/expert-imports/{import_id}")["state"] != "waiting", what="import")
    return import_id


def offer_template(officer: Browser, organization_id: str) -> str:
    """A template for bulk exchange that the unit offers; answers its id."""
    paper = papers.pdf("template")
    sent = officer.upload("/files", name="t.pdf", content=paper, kind="application/pdf", purpose="exchange_template")
    body = {"organization_id": organization_id, "title": "演示", "file_id": sent["file_id"]}
    template_id: str = officer.post("/exchange-templates", body)["template_id"]
    return template_id


def publish_article(system: Browser) -> str:
    """An announcement for everybody; answers its id."""
    content = {
        "kind": "announcement",
        "title": "演示",
        "body": "演示",
        "published_on": "2026-01-01",
        "audience": [],
    }
    article_id: str = system.post("/articles", {"content": content})["article_id"]
    return article_id
