"""Writes the DOCX and XLSX templates of Hebei that lie beside it: `python -m profiles.hebei.templates.build`.

The documents are data and may as well be edited in Word; the script is how they were first made, so that a change of
face or margin reaches all of them at once. Tags are docxtpl's; filters and data are those of services/documents.
"""

from __future__ import annotations

import io
from pathlib import Path

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as Vertical
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from profiles.hebei.templates.layout import (
    BODY,
    HEAD,
    NOTE,
    TITLE,
    Cell,
    Form,
    Row,
    Tag,
    label,
    opinion_rows,
    page_border,
    value,
    without_borders,
    write_package,
)

FOLDER = Path(__file__).parent
FIRST_OR_HIGHEST = (
    '("第一学历 " if row.is_first_education == "是" else "") ~ ("最高学历" if row.is_highest_education == "是" else "")'
)
RANKS = (
    "{{ form.roster_supplement.ranking_score_rank }}／{{ form.roster_supplement.ranking_recommend_rank }}"
    "（共推荐{{ form.roster_supplement.ranking_total }}人）"
)
PERIOD = 'row.start_month ~ "—" ~ row.end_month'
SIGNED = "签名：＿＿＿＿＿＿＿＿　　（公章）　　{{ %s.date }}"


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


def certificate() -> Form:
    """证书 (HB-165, HB-166, PL-26): number, check code and QR code of the public check."""
    form = Form(title="职称证书", landscape=True, margins=(20, 30, 18, 30), page_numbers=False, notice=False)
    page_border(form.document, "A02020")
    form.line("{{ notice }}", NOTE, 9, align=Align.CENTER)
    form.line("河北省职称证书", TITLE, 34, align=Align.CENTER, before=8, after=16)
    photo = "{% if photo %}{{ photo|fit(32, 44) }}{% endif %}"
    check = Cell(
        paragraphs=(
            ("{{ check.url|qr|fit(30, 30) }}", Align.CENTER, BODY),
            ("校验码", Align.CENTER, BODY),
            ("{{ check.code }}", Align.CENTER, BODY),
        ),
        merge="restart",
    )
    lines = (
        ("姓　　名", "form.basic_profile.real_name"),
        ("性　　别", "form.basic_profile.gender"),
        ("证件号码", "form.basic_profile.id_document_no"),
        ("工作单位", "declaration.organization"),
        ("系　　列", "setting.title_series"),
        ("专　　业", "setting.specialty"),
        ("资格名称", "setting.declared_title"),
        ("资格级别", "setting.title_level"),
        ("评审组织", "certificate.committee"),
        ("取得时间", "certificate.decided_on"),
        ("管 理 号", "certificate.management_no"),
    )
    rows = []
    for index, (name, text) in enumerate(lines):
        if index == 0:
            side = Cell(photo, align=Align.CENTER, merge="restart")
        elif index == 6:
            side = check
        else:
            side = Cell(merge="continue")
        rows.append(
            Row(
                [
                    side,
                    Cell(name + "：", size=15, align=Align.RIGHT),
                    Cell("{{ " + text + " }}", size=15),
                ],
                height=9.8,
            )
        )
    without_borders(form.grid([62, 36, 136], rows))
    form.line("发证机关：{{ certificate.issuer }}", BODY, 14, align=Align.RIGHT, before=8)
    form.line("发证日期：{{ certificate.issued_on }}", BODY, 14, align=Align.RIGHT)
    form.line(
        "本证书为电子证书，可在 {{ check.page }} 输入管理号和校验码查验真伪。",
        NOTE,
        10.5,
        align=Align.CENTER,
        before=8,
    )
    return form


def receipt() -> Form:
    """回执: what was handed in, when, and the hash of every file."""
    form = Form(title="职称申报提交回执")
    form.line("职称申报材料提交回执", TITLE, 22, align=Align.CENTER, before=4, after=10)
    form.grid(
        [30, 53, 30, 53],
        [
            Row(
                [
                    label("回执编号"),
                    value("{{ declaration.number }}"),
                    label("申报年度"),
                    value("{{ declaration.year }}"),
                ]
            ),
            Row(
                [
                    label("申报人"),
                    value("{{ form.basic_profile.real_name }}"),
                    label("申报单位"),
                    value("{{ declaration.organization }}"),
                ]
            ),
            Row(
                [
                    label("申报系列"),
                    value("{{ setting.title_series }}"),
                    label("申报专业"),
                    value("{{ setting.specialty }}"),
                ]
            ),
            Row(
                [
                    label("申报职称"),
                    value("{{ setting.declared_title }}"),
                    label("职称等级"),
                    value("{{ setting.title_level }}"),
                ]
            ),
            Row(
                [
                    label("提交时间"),
                    value("{{ declaration.submitted_at }}"),
                    label("提交次数"),
                    value("第{{ declaration.submission_number }}次"),
                ]
            ),
            Row([label("填报数据\n校验值"), value("{{ declaration.content_sha256 }}", 3, size=9)]),
        ],
    )
    form.heading("材料清单（共{{ files|length }}件）")
    form.grid(
        [10, 34, 42, 18, 62],
        [
            Row(
                [
                    label("序号"),
                    label("材料名称"),
                    label("文件名"),
                    label("大小"),
                    label("文件校验值（SHA-256）"),
                ],
                head=True,
            ),
            Tag("for row in files"),
            Row(
                [
                    value("{{ loop.index }}", align=Align.CENTER),
                    value("{{ row.slot }}"),
                    value("{{ row.name }}"),
                    value("{{ row.size }}", align=Align.CENTER),
                    value("{{ row.sha256 }}", size=8),
                ]
            ),
            Tag("else"),
            Row([value("无", 5, align=Align.CENTER)]),
            Tag("endfor"),
        ],
    )
    form.line(
        "以上材料已由系统接收并锁定。文件校验值由文件内容计算得出，内容有任何改动，校验值即不相同，可用于核对本人留存的文件与提交的文件是否一致。审核进度请登录系统查看；被退回修改的，请在规定时间内修改并重新提交。",
        BODY,
        12,
        before=8,
        indent=2,
        spacing=22,
    )
    form.line("{{ platform.name }}", BODY, 12, align=Align.RIGHT, before=16)
    form.line("{{ declaration.submitted_on }}", BODY, 12, align=Align.RIGHT)
    return form


def meeting_list() -> Form:
    """评委清单, 评审通过清单, 评审未通过清单 (HB-134, HB-158): columns come from the meeting."""
    form = Form(title="评审会议清单", landscape=True, margins=(22, 18, 18, 18))
    form.line("{{ title }}", TITLE, 20, align=Align.CENTER, after=6)
    form.line(
        "制表单位：{{ organization }}　　　制表日期：{{ date }}　　　共 {{ rows|length }} 人",
        NOTE,
        12,
        after=4,
    )
    # The meeting decides on the columns: the cell between two tc tags is repeated, rendering fits the widths.
    form.grid(
        [12, 20, 209, 20],
        [
            Row(
                [
                    label("序号"),
                    label("{%tc for column in columns %}"),
                    label("{{ column }}"),
                    label("{%tc endfor %}"),
                ],
                head=True,
            ),
            Tag("for row in rows"),
            Row(
                [
                    value("{{ loop.index }}", align=Align.CENTER),
                    value("{%tc for column in columns %}"),
                    value("{{ row[column] }}", align=Align.CENTER),
                    value("{%tc endfor %}"),
                ]
            ),
            Tag("endfor"),
        ],
    )
    return form


def roster() -> Form:
    """一览表 (HB-T29.8): all declarants of a committee on wide pages."""
    form = Form(
        title="申报评审专业技术职务任职资格人员一览表",
        landscape=True,
        margins=(20, 12, 16, 12),
    )
    form.line("{{ title }}", TITLE, 18, align=Align.CENTER, after=4)
    form.line(
        "呈报单位：{{ organization }}　　　　日期：{{ date }}　　　　共 {{ rows|length }} 人",
        NOTE,
        10.5,
        after=3,
    )
    columns = [
        ("姓名", "real_name", 20),
        ("性别", "gender", 9),
        ("出生\n年月", "birth_month", 17),
        ("工作单位", "organization", 32),
        ("参加工\n作时间", "work_start_on", 17),
        ("学历（专业）", "education", 28),
        ("现任职资格\n及取得时间", "current_qualification", 27),
        ("行政\n职务", "administrative_post", 15),
        ("申报专业", "specialty", 20),
        ("申报\n职称", "declared_title", 19),
        ("申报\n方式", "declaration_mode", 15),
        ("量化\n得分", "ranking_score", 12),
        ("推荐\n排序", "ranking", 13),
        ("破格条件", "exception_grounds", 20),
    ]
    widths = [9, *(width for _, _, width in columns)]
    form.grid(
        widths,
        [
            Row(
                [
                    label("序号", size=9),
                    *(label(name, size=9) for name, _, _ in columns),
                ],
                head=True,
                height=12,
            ),
            Tag("for row in rows"),
            Row(
                [
                    value("{{ loop.index }}", size=9, align=Align.CENTER),
                    *(value("{{ row." + name + " }}", size=9, align=Align.CENTER) for _, name, _ in columns),
                ],
                height=10,
            ),
            Tag("else"),
            Row([value("无", len(widths), align=Align.CENTER)]),
            Tag("endfor"),
        ],
    )
    return form


def ethics_evaluation() -> Form:
    """职业道德评价表 (HB-74, HB-T29.3): printed blank, filled in by the unit, uploaded sealed."""
    form = Form(title="职业道德评价表", page_numbers=False, notice=False)
    form.line("专业技术人员职业道德评价表", TITLE, 22, align=Align.CENTER, before=4, after=12)
    grades = "　□优秀　□良好　□合格　□不合格"
    items = (
        ("政治思想", "拥护党的路线方针政策，遵守宪法和法律法规"),
        ("爱岗敬业", "热爱本职工作，认真履行岗位职责，完成工作任务"),
        ("诚实守信", "如实填报材料和工作成果，无弄虚作假、学术不端行为"),
        ("廉洁自律", "遵守廉洁从业规定，不利用职务便利谋取不正当利益"),
        ("服务群众", "尊重服务对象，团结协作，自觉接受监督"),
    )
    form.grid(
        [28, 55, 28, 55],
        [
            Row([label("姓名"), value(""), label("性别"), value("")], height=11),
            Row([label("工作单位"), value(""), label("现任职称"), value("")], height=11),
            Row([label("申报专业"), value(""), label("申报职称"), value("")], height=11),
            Row([label("评价项目"), label("评价内容"), label("评价结果", 2)], height=11),
            *(
                Row(
                    [label(name), value(text), value(grades, 2, align=Align.CENTER)],
                    height=15,
                )
                for name, text in items
            ),
            Row([label("综合评价"), value(grades, 3, align=Align.CENTER)], height=13),
            *opinion_rows("奖惩情况", "", "", columns=4, height=14),
            *opinion_rows(
                "单位评价\n意见",
                "",
                "负责人（签名）：　　　　　　（公章）　　　年　　月　　日",
                columns=4,
                height=38,
            ),
        ],
    )
    form.line(
        "注：1. 本表由申报人所在单位填写，在相应的“□”内打“√”。"
        "2. 有违纪违法、学术不端等情形的，应当在“奖惩情况”栏如实填写。3. 填写并盖章后扫描为PDF文件上传。",
        NOTE,
        10.5,
        before=6,
    )
    return form


def filling_instructions() -> Form:
    """《河北省职称申报评审系统填报说明》 (HB-60, HB-T29.2)."""
    form = Form(title="河北省职称申报评审系统填报说明", notice=False)
    form.line(
        "河北省职称申报评审系统填报说明",
        TITLE,
        22,
        align=Align.CENTER,
        before=4,
        after=14,
    )
    for heading, items in FILLING_INSTRUCTIONS:
        form.line(heading, HEAD, 16, indent=2, spacing=30, before=4, keep=True)
        for text in items:
            form.line(text, BODY, 16, indent=2, spacing=30)
    return form


FILLING_INSTRUCTIONS = (
    (
        "一、填报前的准备",
        (
            "（一）请先阅读当年的申报通知和本专业的评价条件，确认符合申报要求后再填报。申报账户由所在单位工作人员建立，首次登录须设置本人密码。",
            "（二）请备齐身份证件、学历学位证书、现职称证书、考核材料、继续教育证明和业绩材料的扫描件。扫描件应当清晰、方向正确、页码连续；同一项材料合并为一个PDF文件，不加密、不含附件和可执行内容。",
            "（三）请使用谷歌、火狐、Edge等当前主流浏览器；使用双核浏览器时请切换到极速模式。",
        ),
    ),
    (
        "二、个人申报设置",
        (
            "（一）依次选择申报类别、申报系列、申报专业、申报职称和申报职称等级，再选择申报方式和评审方式。",
            "（二）申报方式的含义：正常申报，具备规定的学历和资历条件，按正常程序申报；机关分流人员申报，原为公务员或参照公务员法管理单位的工作人员，经组织安排调入企事业单位从事专业技术工作后申报；一步到位，符合“一步到位”政策条件，直接申报相应级别职称；绿色通道，符合职称“绿色通道”政策条件；破格申报，学历或资历有一项未达到规定要求，但业绩突出，符合破格条件；转评，已取得其他系列或专业的同级职称，因岗位变动申报现岗位所属系列或专业的同级职称；高技能人才申报，企业引进或培养的高层次人才、急需紧缺人才或优秀青年人才，按业绩水平直接申报相应级别。",
        ),
    ),
    (
        "三、填写要求",
        (
            "（一）带*的项目必须填写；没有相关情况的，选填项目可以留空，要求填写文字的填“无”。",
            "（二）单位名称填写公章全称；时间精确到月或日，以证书、文件所载时间为准。任现职以来的经历、业绩、论文和考核，从取得现职称的时间起计算。",
            "（三）行政职务包括股级、科级、处级及以上职务，担任行政职务的必须如实填写，隐瞒不报的按弄虚作假处理。",
            "（四）“获现职后基层工作年限”仅由教育、卫生专业申报人员填写；正常申报人员不填写“破格条件”。",
            "（五）文字项目有字数限制，标点和换行均计算在内。",
        ),
    ),
    (
        "四、附件要求",
        (
            "（一）照片为近期正面免冠证件照，图片格式，不超过500KB。其他附件为PDF或者图片。",
            "（二）申报材料真实性承诺书、职业道德评价表、申报晋升人员量化评分推荐排名表和申报单位推荐公示证明必须上传；卫生医护类职称还须上传医德医风考核表。职业道德评价表的模板可以在“申报基础材料”页面下载。",
            "（三）论著须上传封面和封底。文件超过限定大小的，请降低扫描分辨率后重新扫描。",
        ),
    ),
    (
        "五、保存、提交与审核",
        (
            "（一）每填完一部分务必点击保存；暂存的内容可以不完整，下次登录后继续填写。",
            "（二）提交后材料被锁定。单位审核之前可以撤回；审核之后，须由审核单位退回方能修改。被退回的，请在规定时间内修改并重新提交。",
            "（三）提交后系统出具回执，列明每个文件的校验值。审核进度和退回原因可以随时登录系统查看。",
        ),
    ),
)

# The heads are those of `expert_import` in meeting.yaml.
EXPERT_COLUMNS = (
    ("姓名", True, 14),
    ("证件类型", False, 26),
    ("证件号码", True, 24),
    ("手机号码", False, 16),
    ("邮箱", False, 28),
    ("工作单位", True, 36),
    ("可评专业", False, 40),
)
EXPERT_ROWS = 2000


def expert_import() -> Workbook:
    """The template for many experts at once (HB-115, HB-T29.4): every cell is text, so no number loses its digits."""
    book = Workbook()
    sheet = book.active
    sheet.title = "评委专家"
    thin = Side(style="thin", color="999999")
    for index, (name, required, width) in enumerate(EXPERT_COLUMNS, start=1):
        cell = sheet.cell(1, index, name)
        cell.font = Font(name="黑体", size=11, bold=True, color="C00000" if required else "000000")
        cell.fill = PatternFill("solid", fgColor="EEF3FA")
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = "@"
        for row in range(2, 202):
            sheet.cell(row, index).number_format = "@"
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"
    types = "居民身份证(户口簿),护照,港澳居民来往内地通行证,台湾居民来往大陆通行证,外国人永久居留身份证,军官证"
    rule = DataValidation(type="list", formula1=f'"{types}"', allow_blank=True, showErrorMessage=True)
    rule.error = "请从列表中选择证件类型"
    sheet.add_data_validation(rule)
    rule.add(f"B2:B{EXPERT_ROWS}")
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 100
    for row, text in enumerate(
        (
            "1. 每行填写一名专家，红色的列必须填写；请勿改动第一行的列名，请勿合并单元格。",
            "2. 证件类型留空的，按居民身份证处理；居民身份证号码为18位，末位的X用大写。",
            "3. 所有单元格为文本格式；多个可评专业之间用顿号隔开，填写专业名称或者代码。",
            f"4. 一次最多导入{EXPERT_ROWS}名专家；已在库中的专家按证件号码关联，不会重复建立。",
            "5. 导入后系统逐行给出结果；有误的行请按提示改正后重新导入。",
        ),
        start=1,
    ):
        notes.cell(row, 1, text).alignment = Alignment(wrap_text=True)
    return book


FORMS = {
    "general_form": general_form,
    "review_form": review_form,
    "certificate": certificate,
    "receipt": receipt,
    "meeting_list": meeting_list,
    "roster": roster,
    "ethics_evaluation": ethics_evaluation,
    "filling_instructions": filling_instructions,
}


def main() -> None:
    for name, build in FORMS.items():
        build().save(FOLDER / f"{name}.docx")
    made = io.BytesIO()
    expert_import().save(made)
    write_package(FOLDER / "expert_import.xlsx", made.getvalue())


if __name__ == "__main__":
    main()
