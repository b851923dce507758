"""证书 and 回执: what one person keeps."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

from profiles.hebei.templates.layout import (
    BODY,
    NOTE,
    TITLE,
    Cell,
    Form,
    Row,
    Tag,
    label,
    page_border,
    value,
    without_borders,
)


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
