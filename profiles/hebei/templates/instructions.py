"""职业道德评价表 and 填报说明: what an applicant takes before filling in."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

from profiles.hebei.templates.layout import (
    BODY,
    HEAD,
    NOTE,
    TITLE,
    Form,
    Row,
    label,
    opinion_rows,
    value,
)


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
