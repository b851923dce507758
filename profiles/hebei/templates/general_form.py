"""通用表: a whole declaration on paper."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

from profiles.hebei.templates.layout import (
    BODY,
    HEAD,
    NOTE,
    PERIOD,
    SIGNED,
    TITLE,
    Cell,
    Form,
    Row,
    Tag,
    label,
    opinion_rows,
    value,
)

FIRST_OR_HIGHEST = (
    '("第一学历 " if row.is_first_education == "是" else "") ~ ("最高学历" if row.is_highest_education == "是" else "")'
)
RANKS = (
    "{{ form.roster_supplement.ranking_score_rank }}／{{ form.roster_supplement.ranking_recommend_rank }}"
    "（共推荐{{ form.roster_supplement.ranking_total }}人）"
)


def general_form() -> Form:
    """通用表 (HB-48, HB-T29.1): the whole declaration on paper."""
    form = Form(title="职称申报通用表")
    form.line("河北省职称申报通用表", TITLE, 22, align=Align.CENTER, before=4, after=2)
    form.line(
        "（{{ declaration.year }}年度　编号：{{ declaration.number }}）",
        NOTE,
        12,
        align=Align.CENTER,
        after=6,
    )
    form.heading("一、个人基本信息")
    basic = "{{ form.basic_profile.%s }}"
    photo = "{% if photo %}{{ photo|fit(27, 37) }}{% else %}照片{% endif %}"
    form.grid(
        [24, 36, 24, 34, 20, 28],
        [
            Row(
                [
                    label("姓名"),
                    value(basic % "real_name"),
                    label("性别"),
                    value(basic % "gender"),
                    Cell(photo, span=2, align=Align.CENTER, merge="restart"),
                ]
            ),
            Row(
                [
                    label("民族"),
                    value(basic % "ethnicity"),
                    label("出生日期"),
                    value(basic % "birth_date"),
                    Cell(span=2, merge="continue"),
                ]
            ),
            Row(
                [
                    label("证件类型"),
                    value(basic % "id_document_type"),
                    label("政治面貌"),
                    value(basic % "political_status"),
                    Cell(span=2, merge="continue"),
                ]
            ),
            Row(
                [
                    label("证件号码"),
                    value(basic % "id_document_no", 3),
                    Cell(span=2, merge="continue"),
                ]
            ),
            Row(
                [
                    label("手机号码"),
                    value(basic % "mobile"),
                    label("单位电话"),
                    value(basic % "org_phone", 3),
                ]
            ),
            Row(
                [
                    label("缴费单位"),
                    value(basic % "social_insurance_payer", 3),
                    label("参保状态"),
                    value(basic % "social_insurance_state"),
                ]
            ),
            Row(
                [
                    label("缴费月份数"),
                    value(basic % "social_insurance_months"),
                    label("本次参保"),
                    value(basic % "social_insurance_since", 3),
                ]
            ),
            Row(
                [label("工作总结\n摘要"), value(basic % "work_summary_abstract", 5)],
                height=24,
                may_split=True,
            ),
        ],
    )
    form.heading("二、申报信息")
    form.grid(
        [26, 57, 26, 57],
        [
            Row([label("申报单位"), value("{{ declaration.organization }}", 3)]),
            Row(
                [
                    label("申报类别"),
                    value("{{ setting.category }}"),
                    label("申报系列"),
                    value("{{ setting.title_series }}"),
                ]
            ),
            Row(
                [
                    label("申报专业"),
                    value("{{ setting.specialty }}"),
                    label("申报职称"),
                    value("{{ setting.declared_title }}"),
                ]
            ),
            Row(
                [
                    label("申报职称等级"),
                    value("{{ setting.title_level }}"),
                    label("申报方式"),
                    value("{{ setting.declaration_mode }}"),
                ]
            ),
            Row(
                [
                    label("评审方式"),
                    value("{{ setting.review_mode }}"),
                    label("提交日期"),
                    value("{{ declaration.submitted_on }}"),
                ]
            ),
        ],
    )
    form.heading("三、申报人现状")
    status = "{{ form.applicant_status.%s }}"
    form.grid(
        [34, 49, 34, 49],
        [
            Row([label("现档案存放单位"), value(status % "archive_holder", 3)]),
            Row(
                [
                    label("现工作单位类型"),
                    value(status % "org_type"),
                    label("人事部门电话"),
                    value(status % "hr_phone"),
                ]
            ),
            Row(
                [
                    label("现从事专业"),
                    value(status % "current_specialty"),
                    label("从事专业年限"),
                    value(status % "current_specialty_years"),
                ]
            ),
            Row(
                [
                    label("是否有职称"),
                    value(status % "has_title"),
                    label("现职称类别"),
                    value(status % "current_title_category"),
                ]
            ),
            Row(
                [
                    label("现职称系列"),
                    value(status % "current_title_series"),
                    label("现职称专业"),
                    value(status % "current_title_specialty"),
                ]
            ),
            Row(
                [
                    label("现职称名称"),
                    value(status % "current_title"),
                    label("现职称等级"),
                    value(status % "current_title_level"),
                ]
            ),
            Row(
                [
                    label("现职称取得时间"),
                    value(status % "title_obtained_on"),
                    label("学校所在地类别"),
                    value(status % "school_location_type"),
                ]
            ),
        ],
    )
    form.heading("四、学习经历")
    form.rows_grid(
        "form.educations",
        [
            ("起止时间", PERIOD, 36),
            ("毕业院校", "row.school", 38),
            ("所学专业", "row.major", 30),
            ("学历", "row.education_level", 21),
            ("学位", "row.degree", 15),
            (
                "备注",
                FIRST_OR_HIGHEST,
                15,
            ),
        ],
    )
    form.heading("五、工作经历")
    form.rows_grid(
        "form.work_experiences",
        [
            ("起止时间", PERIOD, 36),
            ("工作单位", "row.org_name", 34),
            ("专业技术职务", "row.technical_post", 25),
            ("工作内容", "row.content", 42),
            ("证明人", "row.witness", 18),
        ],
        may_split=True,
    )
    form.heading("六、现专业技术职务任职资格")
    held = "{{ form.current_certificate.%s }}"
    form.grid(
        [26, 57, 26, 57],
        [
            Row(
                [
                    label("类别"),
                    value(held % "category"),
                    label("系列"),
                    value(held % "title_series"),
                ]
            ),
            Row(
                [
                    label("专业"),
                    value(held % "specialty"),
                    label("职称"),
                    value(held % "title"),
                ]
            ),
            Row(
                [
                    label("职称等级"),
                    value(held % "title_level"),
                    label("取得时间"),
                    value(held % "obtained_on"),
                ]
            ),
            Row(
                [
                    label("批文号"),
                    value(held % "approval_no"),
                    label("管理号"),
                    value(held % "management_no"),
                ]
            ),
        ],
    )
    form.heading("七、任现职以来年度考核")
    form.rows_grid(
        "form.annual_assessments",
        [
            ("考核年度", "row.assessment_year", 70),
            ("考核档次", "row.assessment_grade", 85),
        ],
    )
    form.heading("八、专业技术工作经验")
    form.rows_grid(
        "form.technical_experiences",
        [
            ("起止时间", 'row.assessment_year ~ "—" ~ row.end_on', 34),
            ("经历内容", "row.content", 81),
            ("备注", "row.remark", 40),
        ],
        may_split=True,
    )
    form.tag("if form.special_experiences")
    form.heading("特殊专业技术工作经验")
    form.rows_grid(
        "form.special_experiences",
        [
            ("起止时间", 'row.assessment_year ~ "—" ~ row.end_on', 34),
            ("经历类别", "row.experience_type", 30),
            ("经历内容", "row.content", 61),
            ("备注", "row.remark", 30),
        ],
        may_split=True,
    )
    form.tag("endif")
    form.heading("九、业绩成果")
    form.tag("for group in achievements")
    form.line("{{ group.name }}", HEAD, 10.5, before=4, after=2, keep=True)
    form.rows_grid(
        "group.rows",
        [
            ("名称", "row.name", 62),
            ("类别（级别、等级）", "row.level", 32),
            ("时间", "row.date", 25),
            ("本人排名或说明", "row.note", 36),
        ],
    )
    form.tag("else")
    form.line("无", BODY, 10.5, indent=2)
    form.tag("endfor")
    form.heading("十、论文")
    form.rows_grid(
        "form.papers",
        [
            ("论文名称", "row.title_text", 47),
            ("刊物名称", "row.journal", 32),
            ("刊号", "row.issn", 22),
            ("发表年月", "row.published_on", 24),
            ("个人排名", "row.author_rank", 15),
            ("字数\n(千字)", "row.thousand_words", 15),
        ],
    )
    form.heading("十一、论著")
    form.rows_grid(
        "form.books",
        [
            ("论著名称", "row.title_text", 47),
            ("出版社", "row.publisher", 30),
            ("书号", "row.isbn", 32),
            ("出版年月", "row.published_on", 16),
            ("参与程度", "row.participation", 15),
            ("字数\n(千字)", "row.thousand_words", 15),
        ],
    )
    form.heading("十二、一览表补充信息")
    roster = "{{ form.roster_supplement.%s }}"
    form.grid(
        [38, 45, 38, 45],
        [
            Row(
                [
                    label("参加工作时间"),
                    value(roster % "work_start_on"),
                    label("身体状况"),
                    value(roster % "health"),
                ]
            ),
            Row(
                [
                    label("行政职务"),
                    value(roster % "administrative_post"),
                    label("是否引进"),
                    value(roster % "is_imported_talent"),
                ]
            ),
            Row(
                [
                    label("现任职资格"),
                    value(roster % "current_qualification"),
                    label("申报任职资格"),
                    value(roster % "declared_qualification"),
                ]
            ),
            Row(
                [
                    label("量化得分"),
                    value(roster % "ranking_score"),
                    label("得分排序／推荐排序"),
                    value(RANKS),
                ]
            ),
            Row(
                [
                    label("专业技术工作年限"),
                    value(roster % "technical_years"),
                    label("基层工作年限"),
                    value(roster % "grassroots_years"),
                ]
            ),
            Row(
                [label("破格条件"), value(roster % "exception_grounds", 3)],
                may_split=True,
            ),
        ],
    )
    form.heading("十三、申报材料目录")
    form.rows_grid(
        "files",
        [
            ("材料名称", "row.slot", 62),
            ("文件名", "row.name", 72),
            ("大小", "row.size", 21),
        ],
    )
    form.heading("十四、审核推荐意见")
    form.grid(
        [32, 134],
        [
            Tag("for step in opinions"),
            *opinion_rows(
                "{{ step.label }}",
                "　　{{ step.opinion }}",
                SIGNED % "step",
                columns=2,
            ),
            Tag("else"),
            Row([label("单位意见"), value("（尚未审核）")]),
            Tag("endfor"),
        ],
    )
    return form
