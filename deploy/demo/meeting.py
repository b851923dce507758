"""The meeting and what follows: groups, plan, scoring, secret vote, notice, report, audit, certificates, closing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.clock import SHANGHAI
from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser, wait_until
from deploy.demo.chain import Unit
from deploy.demo.committee import Committee
from deploy.demo.declaring import Applicant, refused
from deploy.demo.report import Report

GROUPS = (("第一组", 4), ("第二组", 3))
PAGE = 100


class Meeting:
    """One meeting with everybody who acts in it."""

    def __init__(self, report: Report, root: Unit, committee: Committee, applicants: list[Applicant]) -> None:
        self.report = report
        self.root = root
        self.committee = committee
        self.applicants = applicants
        self.officer = committee.officer
        self.meeting_id = ""
        self.groups: list[str] = []
        self.judges: dict[str, dict[str, Any]] = {}

    @property
    def address(self) -> str:
        return f"/meetings/{self.meeting_id}"

    def browser_of(self, judge_id: str) -> Browser:
        """The judge's own browser."""
        return self.committee.experts[self.judges[judge_id]["expert_id"]]

    @property
    def chair(self) -> str:
        return next(iter(self.judges))

    # before the scoring

    def prepare(self) -> None:
        """From the created meeting to the submitted standard."""
        self._create()
        self._plan()
        self._chair()
        self._materials()
        with self.report.step("设置评分标准并提交", self.officer.who) as facts:
            standard = self.officer.get(f"{self.address}/standard")
            sheet = {**standard["proposals"][0], "group_id": None, "title_level": None}
            self.officer.put(f"{self.address}/standard", {"sheets": [sheet]})
            facts["state"] = self.officer.post(f"{self.address}/standard/submission")["state"]

    def _create(self) -> None:
        now = datetime.now(SHANGHAI)
        admin = self.committee.unit.admin
        with self.report.step("新增评审会议", admin.who) as facts:
            made = admin.post(
                "/meetings",
                {
                    "organization_id": self.committee.unit.organization_id,
                    "data": {
                        "name": f"{now.year}年高等学校教师系列评审会议（演示）",
                        "starts_at": now.isoformat(),
                        "ends_at": (now + timedelta(days=2)).isoformat(),
                        "place": "云汐演示会议中心",
                        "meeting_staff": "演示工作人员",
                        "committee_ids": [self.committee.committee_id],
                        "brief": "演示会议",
                    },
                },
            )
            self.meeting_id = facts["meeting_id"] = made["card"]["meeting_id"]
        with self.report.step("会议分组", self.officer.who):
            for name, size in GROUPS:
                shown = self.officer.post(f"{self.address}/groups", {"name": name, "size": size})
        by_name = {group["name"]: group["group_id"] for group in shown["groups"]}
        self.groups = [by_name[name] for name, _ in GROUPS]

    def _plan(self) -> None:
        experts = list(self.committee.experts)
        first = GROUPS[0][1]
        seats = [
            {"expert_id": expert_id, "group_id": self.groups[0] if number < first else self.groups[1]}
            for number, expert_id in enumerate(experts)
        ]
        with self.report.step("评审方案：确认评委并提交", self.officer.who, judges=len(seats)):
            self.officer.put(f"{self.address}/plan", {"text": "按照评审办法组织分组评议、打分和无记名投票。"})
            self.officer.put(f"{self.address}/plan/seats", {"seats": seats})
            self.officer.post(f"{self.address}/plan/submission")
        with self.report.step("提交人不能审核自己的方案", self.officer.who) as facts:
            facts["refused"] = refused(
                lambda: self.officer.post(f"{self.address}/plan/review", {"approve": True, "opinion": ""})
            )
        second = self.committee.second_officer
        with self.report.step("评审方案经办人审核", second.who) as facts:
            shown = second.post(f"{self.address}/plan/review", {"approve": True, "opinion": "同意"})
            facts["state"] = shown["in_force"]["state"]

    def _chair(self) -> None:
        shown = self.officer.get(self.address)
        self.judges = {judge["judge_id"]: judge for judge in shown["judges"]}
        chair, vice = list(self.judges)[:2]
        with self.report.step("指定评审会议主任和副主任", self.officer.who):
            self.officer.put(
                f"{self.address}/chair", {"chair": chair, "vice_chairs": [vice]}, version=shown["card"]["version"]
            )

    def _materials(self) -> None:
        wanted = {applicant.declaration_id for applicant in self.applicants}

        def offered() -> list[dict[str, Any]] | None:
            rows = self._all("/materials/search", {"offered": True})
            return rows if {row["declaration_id"] for row in rows} >= wanted else None

        rows = wait_until(offered, seconds=120, what="materials")
        half = [row["material_id"] for row in rows[: (len(rows) + 1) // 2]]
        with self.report.step("参评材料分组", self.officer.who, materials=len(rows)) as facts:
            placed = self.officer.post(
                f"{self.address}/materials/placements", {"group_id": self.groups[0], "material_ids": half}
            )
            facts["first"] = placed["placed"]
            if len(rows) > len(half):
                placed = self.officer.post(f"{self.address}/materials/placements", {"group_id": self.groups[1]})
                facts["second"] = placed["placed"]

    def _all(self, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page = 1
        while True:
            shown = self.officer.post(f"{self.address}{path}", {**body, "page": page, "size": PAGE})
            rows += shown["items"]
            if page * PAGE >= shown["total"]:
                return rows
            page += 1

    # scoring

    def score(self) -> None:
        """主任确认标准, 组长, 主副审, and the four steps; one score is sent back and given again."""
        chair = self.browser_of(self.chair)
        with self.report.step("主任确认评分标准", chair.who):
            chair.post(f"{self.address}/standard/confirmation")
        leaders = {
            group: next(judge for judge, data in self.judges.items() if data["group_id"] == group)
            for group in self.groups
        }
        with self.report.step("指定组长", chair.who):
            chair.post(
                f"{self.address}/leaders",
                {"leaders": [{"group_id": group, "judge_id": judge} for group, judge in leaders.items()]},
            )
        for group, judge in leaders.items():
            leader = self.browser_of(judge)
            with self.report.step("组长分配主副审", leader.who) as facts:
                facts["assigned"] = len(leader.post(f"{self.address}/groups/{group}/reviewers")["done"])
        scored = 0
        for judge in self.judges:
            scored += self._lead(judge)
        with self.report.step("主审打分", "主审", materials=scored):
            pass
        self._send_one_back()
        for step, label in (("second", "副审确认"), ("leader", "组长确认"), ("chair", "主任确认")):
            self._confirm(step, label)

    def _waiting(self, browser: Browser, step: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page = 1
        while True:
            shown = browser.get(f"{self.address}/scoring", step=step, page=page, size=PAGE)
            rows += shown["items"]
            if page * PAGE >= shown["total"]:
                return rows
            page += 1

    def _lead(self, judge: str) -> int:
        browser = self.browser_of(judge)
        rows = self._waiting(browser, "lead")
        for row in rows:
            granted = browser.post(f"/materials/{row['material_id']}/grant")
            browser.get_granted(f"/submissions/{granted['submission_id']}", granted["grant"])
            self._give(browser, row["material_id"])
        return len(rows)

    def _give(self, browser: Browser, material_id: str) -> None:
        sheet = browser.get(f"/materials/{material_id}/score-sheet")
        entries = [
            {"code": item["code"], "points": int(float(item["maximum"]) * 0.8), "comment": ""}
            for item in sheet["items"]
        ]
        browser.post(f"/materials/{material_id}/scores", {"entries": entries}, version=sheet["material"]["version"])

    def _send_one_back(self) -> None:
        for judge in self.judges:
            browser = self.browser_of(judge)
            rows = self._waiting(browser, "second")
            if not rows:
                continue
            row = rows[0]
            with self.report.step("副审退回打分", browser.who, material_id=row["material_id"]):
                browser.post(
                    f"/materials/{row['material_id']}/score-returns",
                    {"step": "second", "reason": "教学质量一项与材料不符，请复核。"},
                    version=row["version"],
                )
            for other in self.judges:
                for again in self._waiting(self.browser_of(other), "lead"):
                    with self.report.step("主审重新打分", self.browser_of(other).who):
                        self._give(self.browser_of(other), again["material_id"])
            return

    def _confirm(self, step: str, label: str) -> None:
        for judge in self.judges:
            browser = self.browser_of(judge)
            rows = self._waiting(browser, step)
            if not rows:
                continue
            with self.report.step(label, browser.who, materials=len(rows)) as facts:
                done = browser.post(
                    f"{self.address}/score-confirmations",
                    {
                        "step": step,
                        "materials": [{"material_id": row["material_id"], "version": row["version"]} for row in rows],
                    },
                )
                facts["done"] = len(done["done"])
                if done["refused"]:
                    raise AssertionError(done["refused"])

    # the vote

    def vote(self) -> None:
        """票源, 发起投票, 评委投票, 投票结果确认."""
        chair = self.browser_of(self.chair)
        for judge in self.judges:
            self.browser_of(judge).post(f"{self.address}/presence")
        with self.report.step("评委会票源生成", chair.who, judges=len(self.judges)):
            chair.post(f"{self.address}/roll", {"judge_ids": list(self.judges), "selected": True})
        second = list(self.judges)[1]
        with self.report.step("发起投票", chair.who) as facts:
            opened = chair.post(f"{self.address}/ballots", {"second_person_id": second})
            facts["ballot_id"] = opened["ballot_id"]
        ballot = f"/ballots/{opened['ballot_id']}"
        for number, judge in enumerate(self.judges):
            browser = self.browser_of(judge)
            with self.report.step("评委投票", f"评委{number + 1}") as facts:
                paper = browser.get(f"{self.address}/ballot/paper")
                ids = [row["material"]["material_id"] for row in paper["rows"] if row["state"] == "open"]
                # The last material of more than one gets too few votes.
                against = ids[-1:] if len(ids) > 1 and number < 4 else []
                votes = [{"material_id": each, "choice": "reject" if each in against else "approve"} for each in ids]
                facts["cast"] = browser.post(f"{ballot}/votes", {"votes": votes})["cast"]
        with self.report.step("重复投票被拒绝", "评委1") as facts:
            first = self.browser_of(next(iter(self.judges)))
            facts["refused"] = refused(lambda: first.post(f"{ballot}/votes", {"votes": votes}))
        with self.report.step("结束投票", chair.who):
            chair.post(f"{ballot}/closing", {"opening_code": opened["opening_code"], "is_early": False})
        with self.report.step("投票结果确认", chair.who) as facts:
            results = chair.post(f"{ballot}/confirmation")
            facts["passed"] = sum(row["outcome"] == "passed" for row in results["rows"])
            facts["failed"] = sum(row["outcome"] == "failed" for row in results["rows"])

    # after the vote

    def conclude(self, visitor: Browser) -> dict[str, Any]:
        """公示 and its end, 上报, 审核, 证书及评审表, public check, 关闭."""
        with self.report.step("评审结果公示", self.officer.who) as facts:
            notice = self.officer.post(f"{self.address}/notice", {"contact": "030020000077", "working_days": 0})
            shown = visitor.get(f"/public-notices/{notice['notice_id']}")
            facts["persons"] = len(shown["persons"])
        with self.report.step("公示结果结束", self.officer.who):
            self.officer.post(f"{self.address}/notice/end")
        with self.report.step("评审结果上报", self.officer.who):
            self.officer.post(f"{self.address}/report")
        with self.report.step("经办人审核评审结果", self.root.officer.who) as facts:
            facts["state"] = self.root.officer.post(f"{self.address}/audit", {"approved": True, "opinion": "同意"})[
                "state"
            ]
        for document, label in (
            ("judges", "评委清单"),
            ("passed", "评审通过清单"),
            ("certificates", "证书"),
            ("review_forms", "评审表"),
        ):
            self._order(document, label)
        outcome = self._certificates(visitor)
        with self.report.step("评审会议关闭", self.officer.who):
            self.officer.post(f"{self.address}/closing")
        return outcome

    def _order(self, document: str, label: str) -> None:
        with self.report.step(f"生成{label}", self.officer.who) as facts:
            job = self.officer.post(f"{self.address}/documents", {"document": document})

            def finished() -> dict[str, Any] | None:
                shown: dict[str, Any] = self.officer.get(f"/exports/{job['job_id']}")
                return shown if shown["state"] not in ("waiting", "running") else None

            done = wait_until(finished, seconds=600, what=label)
            if done["state"] != "done":
                raise AssertionError(done["error_code"])
            facts.update(job_id=job["job_id"], documents=done["done"])
            if done["file_id"]:
                facts["bytes"] = len(self.officer.download(f"/documents/{done['file_id']}/content"))

    def _certificates(self, visitor: Browser) -> dict[str, Any]:
        passed = failed = 0
        for applicant in self.applicants:
            view = wait_until(lambda who=applicant: _settled(who), seconds=60, what="result")
            if view["state_kind"] == "failed":
                failed += 1
                continue
            passed += 1
            if passed > 1:
                continue
            with self.report.step("下载电子证书并公开查验", applicant.person.name, state=view["state"]) as facts:
                certificate = wait_until(lambda who=applicant: who.browser.get("/certificates"), what="certificate")[0]
                paper = applicant.browser.download(f"/certificates/{certificate['certificate_id']}/content")
                word = applicant.browser.download(
                    f"/certificates/{certificate['certificate_id']}/content", format="docx"
                )
                facts.update(management_no=certificate["management_no"], pdf=len(paper), docx=len(word))
                checked = visitor.get(
                    "/public/certificates",
                    management_no=certificate["management_no"],
                    check_code=certificate["check_code"],
                )
                facts["confirmed"] = checked["masked_name"]
        return {"passed": passed, "failed": failed}


def _settled(applicant: Applicant) -> dict[str, Any] | None:
    view: dict[str, Any] = applicant.browser.get(applicant.address)["declaration"]
    return view if view["state_kind"] in ("passed", "failed") else None


def hold_meeting(
    installation: Installation, report: Report, root: Unit, committee: Committee, applicants: list[Applicant]
) -> dict[str, Any]:
    """The whole meeting; answers how many passed and failed."""
    meeting = Meeting(report, root, committee, applicants)
    meeting.prepare()
    meeting.score()
    meeting.vote()
    visitor = Browser(installation.address, installation.profile, who="公众")
    return meeting.conclude(visitor)
