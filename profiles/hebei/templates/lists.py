"""参评人员名单 and 花名册: the people of a meeting or a unit in one table."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

from profiles.hebei.templates.layout import (
    NOTE,
    TITLE,
    Form,
    Row,
    Tag,
    label,
    value,
)


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
