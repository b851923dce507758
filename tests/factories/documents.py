"""Invented data for documents: an ordinary person, one with rare characters and a long name, and hostile texts."""

from __future__ import annotations

import io
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

LONG_NAME = "买合木提·艾则孜·阿勒泰尼"
RARE_NAME = "䶮𬭎"
HOSTILE = "a<b & c>d {{ 7*7 }} {% raw %} ]]> &lt;w:p/&gt; \x00\x0b\u202e\u2066尾"


class Fields:
    """Values by name; a field that was not filled in is blank."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, "")


def portrait(form: str = "PNG", size: tuple[int, int] = (295, 413)) -> bytes:
    """A drawn silhouette, no person's face."""
    image = Image.new("RGB", size, "#9db7d5")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width * 0.3, height * 0.15, width * 0.7, height * 0.55), fill="#44546a")
    draw.ellipse((width * 0.1, height * 0.6, width * 0.9, height * 1.4), fill="#44546a")
    target = io.BytesIO()
    image.save(target, form)
    return target.getvalue()


def heic() -> bytes:
    """The same as telephones keep it."""
    target = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(portrait()))).save(target)
    return target.getvalue()


def declaration(*, name: str = "纪知秋", rows: int = 3, text: str | None = None) -> dict[str, Any]:
    """What the documents of a declaration are filled with; `text` replaces every longer text."""
    summary = text or (
        "任现职以来，承担本科临床教学和住院医师规范化培训任务，主持市级教学改革课题一项。\n"
        "坚持临床一线工作，年均门诊量三千余人次，无责任性投诉。"
    )
    education = [
        {
            "start_month": "2008.09",
            "end_month": "2013.07",
            "school": "栎城演示医科大学",
            "major": "临床医学",
            "education_level": "大学本科",
            "degree": "学士",
            "is_first_education": "是",
            "is_highest_education": "否",
        },
        {
            "start_month": "2013.09",
            "end_month": "2016.07",
            "school": "云汐演示大学",
            "major": "内科学（心血管病）",
            "education_level": "硕士研究生",
            "degree": "硕士",
            "is_first_education": "否",
            "is_highest_education": "是",
        },
    ]
    work = [
        {
            "start_month": f"{2016 + i % 10}.08",
            "end_month": "至今" if i == 0 else f"{2017 + i % 10}.07",
            "org_name": "栎城演示医科大学第三医院",
            "technical_post": "主治医师",
            "content": text or "心内科临床、教学与科研工作，承担住院医师带教",
            "witness": "庄予衡",
        }
        for i in range(rows)
    ]
    papers = [
        {
            "title_text": text or f"基于真实世界数据的慢性心力衰竭随访管理研究（{i + 1}）",
            "journal": "《示例临床杂志》",
            "issn": "9999-0008",
            "published_on": "2024年5月",
            "author_rank": "第一",
            "thousand_words": "6",
        }
        for i in range(rows)
    ]
    achievements = [
        {"name": text or "云汐演示省科学技术进步奖", "level": "省级 三等奖", "date": "2023年12月", "note": "3／9"}
        for _ in range(min(rows, 5))
    ]
    form = {
        "basic_profile": {
            "real_name": name,
            "gender": "女",
            "ethnicity": "汉族",
            "birth_date": "1990年3月4日",
            "id_document_type": "居民身份证(户口簿)",
            "id_document_no": "139901199003040028",
            "political_status": "中共党员",
            "mobile": "15400000031",
            "org_phone": "030020001234",
            "work_summary_abstract": summary,
            "social_insurance_payer": "栎城演示医科大学第三医院",
            "social_insurance_months": "112",
            "social_insurance_since": "2016年8月1日",
            "social_insurance_state": "正常参保",
        },
        "applicant_status": {
            "archive_holder": "栎城演示医科大学人事处",
            "org_type": "事业单位",
            "hr_phone": "030020005678",
            "current_specialty": "心血管内科",
            "current_specialty_years": "9",
            "has_title": "是",
            "current_title_category": "卫生类",
            "current_title_series": "卫生技术人员-医疗",
            "current_title_specialty": "内科学",
            "current_title": "主治医师",
            "current_title_level": "中级",
            "title_obtained_on": "2019年12月20日",
        },
        "current_certificate": {
            "category": "卫生类",
            "title_series": "卫生技术人员",
            "specialty": "内科学",
            "title": "主治医师",
            "title_level": "中级",
            "obtained_on": "2019年12月20日",
            "management_no": "演示20190001",
        },
        "roster_supplement": {
            "work_start_on": "2016年8月1日",
            "health": "健康",
            "administrative_post": "无",
            "is_imported_talent": "否",
            "current_qualification": "主治医师",
            "declared_qualification": "副主任医师",
            "ranking_score": "91.5",
            "ranking_score_rank": "2",
            "ranking_recommend_rank": "2",
            "ranking_total": "5",
            "technical_years": "2016年8月至2026年10月 10年",
            "exception_grounds": "",
        },
    }
    lists = {
        "educations": education,
        "work_experiences": work,
        "annual_assessments": [{"assessment_year": str(y), "assessment_grade": "合格"} for y in range(2020, 2026)],
        "technical_experiences": [
            {"assessment_year": "2020年", "end_on": "2025年12月31日", "content": summary, "remark": "无"}
        ],
        "special_experiences": [],
        "papers": papers,
        "books": [],
    }
    opinion = text or "该同志申报材料真实、完整，符合申报条件，经公示无异议，同意推荐。"
    return {
        "notice": "",
        "platform": {"name": "河北省专业技术人员职称评审信息系统"},
        "declaration": {
            "year": 2026,
            "number": "HB-2026-000123",
            "organization": "栎城演示医科大学第三医院",
            "submitted_on": "2026年11月21日",
            "submitted_at": "2026年11月21日 15:04",
            "submission_number": 1,
            "content_sha256": "0123456789abcdef" * 4,
        },
        "setting": {
            "category": "卫生类",
            "title_series": "卫生技术人员-医疗",
            "specialty": "心血管内科",
            "declared_title": "副主任医师",
            "title_level": "高级(副高)",
            "declaration_mode": "正常申报",
            "review_mode": "评审",
        },
        "form": {
            **{key: Fields(values) for key, values in form.items()},
            **{k: [Fields(r) for r in v] for k, v in lists.items()},
        },
        "achievements": [{"name": "获奖", "rows": achievements}] if achievements else [],
        "achievement_rows": [
            {"group": "获奖", "name": a["name"], "date": a["date"], "note": a["note"]} for a in achievements
        ],
        "publications": [
            {"name": p["title_text"], "where": p["journal"], "date": p["published_on"], "role": p["author_rank"]}
            for p in papers
        ],
        "files": [
            {"slot": slot, "name": f"{slot}扫描件.pdf", "size": "1.2 MB", "sha256": f"{i:02x}" * 32}
            for i, slot in enumerate(("申报材料真实性承诺书", "职业道德评价表", "学历证书", "继续教育证书"))
        ],
        "opinions": [
            {"label": label, "organization": "演示单位", "opinion": opinion, "date": "2026年11月22日"}
            for label in ("工作单位意见", "主管单位意见", "省级主管部门\n意见")
        ],
        "photo": None,
    }
