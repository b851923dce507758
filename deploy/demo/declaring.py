"""An applicant's evening: the setting, every block of the form, the files, the check, the submission."""

from __future__ import annotations

from datetime import date
from typing import Any

from deploy.demo import papers
from deploy.demo.browser import Browser, Problem, wait_until
from deploy.demo.people import Person
from deploy.demo.report import Report

# 教学类 › 高等学校教师-本科 › 逻辑学 › 副教授, for somebody who is 讲师.
CASCADE = ("教学类", "高等学校教师-本科", "逻辑学", "副教授", "高级(副高)")
CURRENT = ("教学类", "高等学校教师-本科", "逻辑学", "讲师", "中级")
STEPS = ("category", "title_series", "specialty", "declared_title", "title_level")


class Applicant:
    """Somebody who declares, at the browser."""

    def __init__(self, browser: Browser, person: Person, report: Report) -> None:
        self.browser = browser
        self.person = person
        self.report = report
        self.declaration_id = ""
        self.submission_id = ""

    @property
    def address(self) -> str:
        return f"/declarations/{self.declaration_id}"

    def declare(self) -> None:
        """From the setting to the receipt; the check is asked twice, before and after the last paper."""
        self.set_up()
        self.fill_in()
        self.check_and_submit()

    def set_up(self) -> None:
        """个人申报设置."""
        with self.report.step("个人申报设置", self.person.name) as facts:
            setting = dict(zip(STEPS, self._codes(CASCADE), strict=True))
            made = self.browser.post(
                "/declarations", {"setting": {**setting, "declaration_mode": "normal", "review_mode": "review"}}
            )
            self.declaration_id = facts["declaration_id"] = made["declaration_id"]

    def fill_in(self) -> None:
        """Every block of the form."""
        with self.report.step("填写申报材料", self.person.name, declaration_id=self.declaration_id) as facts:
            for block, values in self._forms().items():
                self._save(block, values)
            rows = 0
            for block, entries in self._rows().items():
                for values, files in entries:
                    self._add_row(block, values, files)
                    rows += 1
            facts["rows"] = rows
        with self.report.step("上传照片和证明材料", self.person.name, declaration_id=self.declaration_id) as facts:
            facts["files"] = self._upload_all()

    def check_and_submit(self) -> None:
        """The automatic check tells what is missing; then it is complete and goes to the unit."""
        with self.report.step("自动审核指出缺项", self.person.name, declaration_id=self.declaration_id) as facts:
            found = self.browser.get(f"{self.address}/check")
            facts["missing"] = [fault["pointer"] for fault in found["faults"]]
        self._attach("base_materials", "unit_public_notice_proof", "单位公示证明.pdf", papers.pdf("Public notice"))
        self.submit()

    def submit(self) -> None:
        """提交, with the version of every block that was seen."""
        with self.report.step("提交", self.person.name, declaration_id=self.declaration_id) as facts:
            found = self.browser.get(f"{self.address}/check")
            if not found["is_complete"]:
                raise AssertionError([(fault["pointer"], fault["code"]) for fault in found["faults"]])
            view = self.browser.get(self.address)
            made = self.browser.post(
                f"{self.address}/submit",
                {"block_versions": {block["block"]: block["version"] for block in view["blocks"]}},
                version=view["declaration"]["version"],
            )
            self.submission_id = made["submission_id"]
            receipt = self.browser.get(f"{self.address}/receipts")[0]
            facts.update(
                submission_id=self.submission_id,
                receipt=receipt["receipt_number"],
                files=len(receipt["files"]),
            )

    def withdraw(self) -> None:
        """撤回, as long as the unit has not reviewed."""
        with self.report.step("撤回", self.person.name, declaration_id=self.declaration_id) as facts:
            facts["state"] = self.ask_back()["state"]

    def ask_back(self) -> dict[str, Any]:
        """Ask for the submission back; refused once somebody has reviewed."""
        view = self.browser.get(self.address)["declaration"]
        answer: dict[str, Any] = self.browser.post(f"{self.address}/withdraw", version=view["version"])
        return answer

    def correct(self) -> None:
        """After a return: read why, correct the summary, submit again."""
        with self.report.step("查看退回原因", self.person.name, declaration_id=self.declaration_id) as facts:
            view = wait_until(self._returned, what="return")
            facts["reason"], facts["state"] = view["return_reason"], view["state"]
        values = self._forms()["basic_profile"]
        self._save("basic_profile", {**values, "work_summary_abstract": values["work_summary_abstract"] + "（已补正）"})
        self.submit()

    def status(self) -> dict[str, Any]:
        """Where the declaration is."""
        found: dict[str, Any] = self.browser.get(f"{self.address}/status")
        return found

    def _returned(self) -> dict[str, Any] | None:
        view: dict[str, Any] = self.browser.get(self.address)["declaration"]
        return view if view["state_kind"] == "returned" else None

    # what is entered

    def _codes(self, labels: tuple[str, ...]) -> list[str]:
        codes: list[str] = []
        for label in labels:
            choices = self.browser.get("/catalogue/choices", path=codes)
            codes.append(next(choice["code"] for choice in choices if choice["label"] == label))
        return codes

    def _forms(self) -> dict[str, dict[str, Any]]:
        category, series, specialty, title, level = self._codes(CURRENT)
        person = self.person
        return {
            "basic_profile": {
                "gender": person.gender,
                "ethnicity": "01",
                "birth_date": person.birth_date.isoformat(),
                "political_status": "13",
                "mobile": person.mobile,
                "org_phone": "030020000012",
                "work_summary_abstract": "任现职以来主讲本科课程六门，主持教学改革项目一项，发表论文两篇。",
                "social_insurance_payer": "云汐演示医科大学",
                "social_insurance_months": 96,
                "social_insurance_since": "2018-09-01",
                "social_insurance_state": "正常参保",
            },
            "applicant_status": {
                "archive_holder": "无",
                "org_type": "public_institution_2",
                "hr_phone": "030020000013",
                "current_specialty_years": 8,
                "current_specialty": "01002",
                "has_title": "yes",
                "current_title_category": category,
                "current_title_series": series,
                "current_title_specialty": specialty,
                "current_title": title,
                "current_title_level": level,
                "title_obtained_on": "2019-12-20",
            },
            "current_certificate": {
                "category": category,
                "title_series": series,
                "specialty": specialty,
                "title": title,
                "title_level": level,
                "approval_no": "演示字〔2019〕12号",
                "management_no": "YS2019120001",
                "obtained_on": "2019-12-20",
            },
            "roster_supplement": {
                "work_start_on": "2018-07-01",
                "health": "健康",
                "administrative_post": "无",
                "current_qualification": "讲师",
                "declared_qualification": "副教授",
                "is_imported_talent": "no",
                "ranking_score": 86.5,
                "ranking_score_rank": 2,
                "ranking_recommend_rank": 2,
                "ranking_total": 5,
                "technical_years_from": "2020-01",
                "technical_years_to": "2026-06",
                "grassroots_years_from": "2021-03",
                "grassroots_years_to": "2022-03",
            },
        }

    def _rows(self) -> dict[str, list[tuple[dict[str, Any], tuple[str, ...]]]]:
        """Rows by block: the values, and the slots that get a file."""
        born = self.person.birth_date.year
        year = date.today().year
        start = min(born + 18, year - 12)
        education = {"school": "云汐演示大学", "major": "01002"}
        return {
            "educations": [
                (
                    {
                        **education,
                        "start_month": f"{start}-09",
                        "end_month": f"{start + 4}-06",
                        "schooling_length": "4",
                        "education_level": "21",
                        "degree": "4",
                        "study_years": "4",
                        "is_first_education": "yes",
                        "is_highest_education": "no",
                    },
                    ("education_certificate", "degree_certificate"),
                ),
                (
                    {
                        **education,
                        "start_month": f"{start + 4}-09",
                        "end_month": f"{start + 7}-06",
                        "schooling_length": "3",
                        "education_level": "14",
                        "degree": "3",
                        "study_years": "3",
                        "is_first_education": "no",
                        "is_highest_education": "yes",
                    },
                    ("education_certificate",),
                ),
            ],
            "work_experiences": [
                (
                    {
                        "start_month": "2018-07",
                        "end_month": "2026-06",
                        "org_name": "云汐演示医科大学",
                        "technical_post": "讲师",
                        "witness": "庄予衡",
                        "content": "承担逻辑学、批判性思维等课程的教学和实践指导。",
                    },
                    (),
                )
            ],
            "other_certificates": [
                (
                    {"name": "高等学校教师资格证书", "certificate_no": "YS0001", "obtained_on": "2018-12-01"},
                    ("attachment",),
                )
            ],
            "academic_memberships": [({"name": "云汐演示逻辑学会", "post": "理事", "start_month": "2020-05"}, ())],
            "annual_assessments": [
                ({"assessment_year": each, "assessment_grade": "excellent"}, ("assessment_file",))
                for each in (2023, 2024)
            ],
            "technical_experiences": [
                (
                    {
                        "assessment_year": 2021,
                        "end_on": "2024-12-31",
                        "content": "负责课程组建设，编写实验指导书。",
                        "remark": "无",
                    },
                    (),
                )
            ],
            "special_experiences": [
                (
                    {
                        "assessment_year": 2021,
                        "experience_type": "rural_education",
                        "end_on": "2022-03-31",
                        "content": "在演示县中学支教一年。",
                        "remark": "无",
                    },
                    (),
                )
            ],
            "honors": [
                (
                    {
                        "name": "优秀教师",
                        "honor_level": "unit",
                        "awarded_by": "云汐演示医科大学",
                        "awarded_on": "2023-09-10",
                    },
                    ("attachment",),
                )
            ],
            "awards": [
                (
                    {
                        "project_name": "逻辑学课程改革",
                        "award_name": "演示省教学成果奖",
                        "award_grade": "second",
                        "personal_rank": "1",
                        "awarded_on": "2022-10-01",
                    },
                    ("attachment",),
                )
            ],
            "projects": [
                (
                    {
                        "name": "批判性思维课程建设",
                        "start_month": "2021-01",
                        "end_month": "2022-12",
                        "personal_rank": "1",
                    },
                    ("attachment",),
                )
            ],
            "other_achievements": [({"name": "指导学生竞赛获奖", "content": "指导学生获校级竞赛一等奖。"}, ())],
            "papers": [
                (
                    {
                        "title_text": "演示：论归纳的辩护 <i>{{ 7 * 7 }}</i>",
                        "journal": "《虚构教育研究》",
                        "issn": "9999-0008",
                        "sponsor": "云汐演示大学",
                        "published_on": "2023-05",
                        "author_rank": "sole",
                        "thousand_words": 8.5,
                        "journal_rank": "core",
                    },
                    ("attachment",),
                )
            ],
            "books": [
                (
                    {
                        "title_text": "演示：逻辑学导论",
                        "publisher": "演示大学出版社",
                        "isbn": "978-7-9999-9999-7",
                        "published_on": "2024-03",
                        "participation": "chief_editor",
                        "thousand_words": 210,
                    },
                    ("front_cover", "back_cover"),
                )
            ],
        }

    def _upload_all(self) -> int:
        self._attach("basic_profile", "photo", "照片.jpg", papers.photo(), kind="image/jpeg")
        slots = (
            ("basic_profile", "work_summary_file", "工作总结.pdf"),
            ("basic_profile", "social_insurance_proof", "社保缴费证明.pdf"),
            ("current_certificate", "certificate_file", "讲师证书.pdf"),
            ("base_materials", "integrity_pledge", "承诺书.pdf"),
            ("base_materials", "ethics_evaluation", "职业道德评价表.pdf"),
            ("base_materials", "quantified_ranking_form", "量化评分推荐排名表.pdf"),
        )
        for block, slot, name in slots:
            self._attach(block, slot, name, papers.pdf(slot.replace("_", " ")))
        return len(slots) + 1

    # how it is entered

    def _save(self, block: str, values: dict[str, Any]) -> None:
        shown = self.browser.get(f"{self.address}/blocks/{block}")["content"]
        self.browser.put(
            f"{self.address}/blocks/{block}", {"values": {**shown["values"], **values}}, version=shown["version"]
        )

    def _add_row(self, block: str, values: dict[str, Any], slots: tuple[str, ...]) -> None:
        saved = self.browser.post(f"{self.address}/blocks/{block}/rows", {"values": values})
        for slot in slots:
            self._attach(block, slot, f"{slot}.pdf", papers.pdf(slot.replace("_", " ")), row_id=saved["row_id"])

    def _attach(
        self,
        block: str,
        slot: str,
        name: str,
        content: bytes,
        *,
        kind: str = "application/pdf",
        row_id: str | None = None,
    ) -> None:
        uploaded = self.browser.upload("/files", name=name, content=content, kind=kind)
        wait_until(lambda: self._is_clean(uploaded["file_id"]), what=f"check of {name}")
        self.browser.post(
            f"{self.address}/blocks/{block}/files", {"slot": slot, "file_id": uploaded["file_id"], "row_id": row_id}
        )

    def _is_clean(self, file_id: str) -> bool:
        facts = self.browser.get(f"/files/{file_id}")
        if facts["verdict"] == "refused":
            raise AssertionError(facts["refused_because"])
        return bool(facts["verdict"] == "clean")


def refused(action: Any) -> str:
    """The code with which the API refuses an act that must be refused."""
    try:
        action()
    except Problem as problem:
        return problem.code
    raise AssertionError("was not refused")
