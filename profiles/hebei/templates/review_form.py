"""评审表: what was decided of a declaration, with every opinion on its way."""

from __future__ import annotations

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as Vertical
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

from profiles.hebei.templates.layout import (
    BODY,
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
    without_borders,
)


def review_form() -> Form:
    """评审表, 《专业技术职务任职资格评审表》 (HB-165, HB-T29.10): the record that goes into the personal file."""
    form = Form(title="专业技术职务任职资格评审表")
    form.line("", BODY, 22, before=60)
    form.line("专业技术职务任职资格", TITLE, 26, align=Align.CENTER, after=10)
    form.line("评　审　表", TITLE, 36, align=Align.CENTER, after=70)
    cover = form.grid(
        [58, 92],
        [
            Row(
                [
                    Cell(name, align=Align.RIGHT, size=16),
                    Cell("{{ " + text + " }}", size=16),
                ],
                height=15,
            )
            for name, text in (
                ("单　　　　位：", "declaration.organization"),
                ("姓　　　　名：", "form.basic_profile.real_name"),
                ("现有任职资格：", "form.roster_supplement.current_qualification"),
                ("申报系列专业：", 'setting.title_series ~ "　" ~ setting.specialty'),
                ("评审任职资格：", "setting.declared_title"),
                ("编　　　　号：", "declaration.number"),
            )
        ],
    )
    without_borders(cover)
    form.line(
        "填表时间：{{ declaration.submitted_on }}",
        BODY,
        16,
        align=Align.CENTER,
        before=60,
    )
    form.line("河北省人力资源和社会保障厅制", TITLE, 16, align=Align.CENTER, before=40)
    form.page_break()
    form.line("填　表　说　明", TITLE, 18, align=Align.CENTER, before=6, after=14)
    for text in (
        "1. 本表供评审专业技术职务任职资格使用，内容由申报人在职称评审信息系统中填报，经各级审核后生成，不得涂改。",
        "2. 申报人对所填内容的真实性负责；弄虚作假的，取消申报资格或者撤销已取得的任职资格。",
        "3. 单位意见、主管部门意见和评审委员会意见以系统中的审核记录和表决结果为准。",
        "4. 本表一式两份，一份存入本人档案，一份由评审组织存档。",
        "5. 本表编号与系统中的申报编号一致，可据此核对。",
    ):
        form.line(text, BODY, 14, indent=2, spacing=26)
    form.page_break()
    form.line("基　本　情　况", TITLE, 18, align=Align.CENTER, after=8)
    basic, status = "{{ form.basic_profile.%s }}", "{{ form.applicant_status.%s }}"
    photo = "{% if photo %}{{ photo|fit(27, 37) }}{% else %}照片{% endif %}"
    form.grid(
        [28, 35, 24, 34, 17, 28],
        [
            Row(
                [
                    label("姓名"),
                    value(basic % "real_name"),
                    label("性别"),
                    value(basic % "gender"),
                    Cell(photo, span=2, align=Align.CENTER, merge="restart"),
                ],
                height=11,
            ),
            Row(
                [
                    label("出生日期"),
                    value(basic % "birth_date"),
                    label("民族"),
                    value(basic % "ethnicity"),
                    Cell(span=2, merge="continue"),
                ],
                height=11,
            ),
            Row(
                [
                    label("政治面貌"),
                    value(basic % "political_status"),
                    label("身体状况"),
                    value("{{ form.roster_supplement.health }}"),
                    Cell(span=2, merge="continue"),
                ],
                height=11,
            ),
            Row(
                [
                    label("证件号码"),
                    value(basic % "id_document_no", 3),
                    Cell(span=2, merge="continue"),
                ],
                height=11,
            ),
            Row(
                [label("工作单位"), value("{{ declaration.organization }}", 5)],
                height=11,
            ),
            Row(
                [
                    label("参加工作时间"),
                    value("{{ form.roster_supplement.work_start_on }}"),
                    label("行政职务"),
                    value("{{ form.roster_supplement.administrative_post }}", 3),
                ],
                height=11,
            ),
            Row(
                [
                    label("现从事专业"),
                    value(status % "current_specialty"),
                    label("从事年限"),
                    value(status % "current_specialty_years", 3),
                ],
                height=11,
            ),
            Row(
                [
                    label("现职称"),
                    value(status % "current_title"),
                    label("取得时间"),
                    value(status % "title_obtained_on", 3),
                ],
                height=11,
            ),
            Row(
                [
                    label("申报方式"),
                    value("{{ setting.declaration_mode }}"),
                    label("评审方式"),
                    value("{{ setting.review_mode }}", 3),
                ],
                height=11,
            ),
            Row(
                [
                    label("破格条件"),
                    value("{{ form.roster_supplement.exception_grounds or '无' }}", 5),
                ],
                height=11,
                may_split=True,
            ),
        ],
    )
    form.heading("学习经历")
    form.rows_grid(
        "form.educations",
        [
            ("起止时间", PERIOD, 37),
            ("毕业院校", "row.school", 46),
            ("所学专业", "row.major", 34),
            ("学历", "row.education_level", 22),
            ("学位", "row.degree", 16),
        ],
    )
    form.heading("工作经历")
    form.rows_grid(
        "form.work_experiences",
        [
            ("起止时间", PERIOD, 37),
            ("工作单位及内容", 'row.org_name ~ "\\n" ~ row.content', 70),
            ("专业技术职务", "row.technical_post", 28),
            ("证明人", "row.witness", 20),
        ],
        may_split=True,
    )
    form.heading("任现职以来年度考核")
    form.rows_grid(
        "form.annual_assessments",
        [
            ("考核年度", "row.assessment_year", 70),
            ("考核档次", "row.assessment_grade", 85),
        ],
    )
    form.heading("任现职以来专业技术工作业绩")
    form.rows_grid(
        "achievement_rows",
        [
            ("类别", "row.group", 28),
            ("名称", "row.name", 65),
            ("时间", "row.date", 26),
            ("级别、排名或说明", "row.note", 36),
        ],
    )
    form.heading("论文、论著")
    form.rows_grid(
        "publications",
        [
            ("名称", "row.name", 66),
            ("刊物或出版社", "row.where", 42),
            ("时间", "row.date", 25),
            ("排名（参与程度）", "row.role", 22),
        ],
    )
    form.heading("工作总结")
    form.grid(
        [166],
        [
            Row(
                [
                    Cell(
                        paragraphs=(
                            (
                                "{%p for line in form.basic_profile.work_summary_abstract|paragraphs %}",
                                Align.LEFT,
                                BODY,
                            ),
                            ("　　{{ line }}", Align.LEFT, BODY),
                            ("{%p endfor %}", Align.LEFT, BODY),
                        ),
                        vertical=Vertical.TOP,
                        size=12,
                        open_bottom=True,
                    )
                ],
                height=60,
                may_split=True,
                keep_with_next=True,
            ),
            Row(
                [value("申报人（签名）：　　　　　　　　　年　　月　　日", align=Align.RIGHT, open_top=True, size=12)],
                height=10,
            ),
        ],
    )
    form.page_break()
    form.line("审　核　意　见", TITLE, 18, align=Align.CENTER, after=8)
    form.grid(
        [32, 134],
        [
            Tag("for step in opinions"),
            *opinion_rows(
                "{{ step.label }}",
                "　　{{ step.opinion }}",
                SIGNED % "step",
                columns=2,
                height=38,
            ),
            Tag("endfor"),
        ],
    )
    form.line("评　审　结　果", TITLE, 18, align=Align.CENTER, before=16, after=8, keep=True)
    form.grid(
        [26, 20, 20, 20, 20, 20, 20, 20],
        [
            Row(
                [label("评审委员会"), value("{{ result.committee }}", 7)],
                height=11,
                keep_with_next=True,
            ),
            Row(
                [label("评审会议"), value("{{ result.meeting }}", 7)],
                height=11,
                keep_with_next=True,
            ),
            Row(
                [
                    label("表决情况", merge="restart"),
                    *(
                        label(t)
                        for t in (
                            "评委总数",
                            "出席评委",
                            "参加表决",
                            "同意",
                            "不同意",
                            "专家评分",
                            "结果",
                        )
                    ),
                ],
                height=10,
                keep_with_next=True,
            ),
            Row(
                [
                    label("", merge="continue"),
                    *(
                        value("{{ result." + t + " }}", align=Align.CENTER)
                        for t in (
                            "committee_size",
                            "roll_size",
                            "votes_cast",
                            "yes",
                            "no",
                            "score",
                            "outcome",
                        )
                    ),
                ],
                height=11,
                keep_with_next=True,
            ),
            *opinion_rows(
                "评审委员会\n意见",
                "　　{{ result.opinion }}",
                "主任：{{ result.chair }}　　　（公章）　　{{ result.date }}",
                columns=8,
                height=36,
            ),
            *opinion_rows(
                "审核机关\n意见",
                "　　{{ audit.opinion }}",
                "{{ audit.office }}（公章）　　{{ audit.date }}",
                columns=8,
                height=30,
            ),
            Row([label("证书管理号"), value("{{ result.management_no }}", 7)], height=11),
        ],
    )
    return form
