"""The blocks of Hebei's form, word for word and in order, as the manual's tables HB-T5 to HB-T23 have them."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest

from contracts.declaration.content import BlockContent, RowContent
from contracts.declaration.forms import BlockKind, FieldType
from contracts.forms.checks import check_declaration
from services.declaration.rules.freezing import card_facts, fact_labels
from tests.factories.declaration import complete, read_profile, setting

FORM = read_profile().form

# Labels in the manual's order; ≤ is the manual's counter. What stands after + is ours, beyond the manual's table.
TABLES = {
    "setting": "申报单位 申报类别 申报系列 申报专业 申报职称 申报职称等级 申报方式 评审方式",
    "basic_profile": "姓名 证件类型 证件号码 性别 民族 出生日期 政治面貌 手机号码 现工作单位联系电话≤12 "
    "工作总结摘要≤400 社保缴费证明 工作总结附件 社保缴费单位 社保缴费月份数 本次参保日期 参保状态 照片",
    "applicant_status": "现档案存放单位≤50 现工作单位类型 现工作单位人事部门电话≤12 现从事专业年限 现从事专业 "
    "是否有职称 现职称类别 现职称系列 现职称专业 现职称名称 现职称等级 现职称取得时间 中小学教师系列工作单位所在地类别",
    "base_materials": "申报材料真实性承诺书 职业道德评价表 申报晋升人员量化评分推荐排名表 申报单位推荐公示证明 "
    "专业技术人员基层服务鉴定表 绿色通道备案表 医德医风考核表 现任《专业技术职务任职资格评审表》 "
    "现任《资格考试合格人员登记表》 引进高层次人才申报晋升高级专业技术职务任职资格登记表 "
    "专业技术人员拟破格申报晋升高级专业技术职务任职资格登记表 专业技术人员延长退休年龄审批表 继续教育证书 "
    "新冠肺炎疫情防控一线人员信息确认表 其他申报材料",
    "educations": "开始时间 结束时间 毕业院校≤200 所学专业 学制 学历 学位 学习年限 是否第一学历 是否最高学历 "
    "学历证书 学位证书 学信网证明",
    "work_experiences": "开始日期 结束日期 工作单位≤100 专业技术职务≤100 证明人≤36 工作经历",
    "current_certificate": "类别 系列 专业 职称 职称等级 批文号≤36 管理号≤36 取得时间 证书",
    "exam_in_lieu_certificates": "对应类别 对应系列 对应专业 对应职称 对应等级 批文号≤36 管理号≤36 取得时间 证书",
    "exam_plus_review_certificate": "类别 系列 专业 对应职称 对应待晋升职称等级 批文号≤36 管理号≤36 证书取得时间 "
    "考试年度 考试成绩 成绩有效期 证书 成绩单",
    "other_certificates": "证书名称 证书编号 发证机关 取得时间 附件",
    "academic_memberships": "名称 职务 开始时间 结束时间 附件",
    "annual_assessments": "考核年度 考核档次 年度考核表",
    "technical_experiences": "考核年度 截止时间 经历内容≤500 备注≤500",
    "special_experiences": "考核年度 经历类别 截止时间 经历内容≤500 备注≤500",
    "honors": "名称 级别 授予单位 时间 附件",
    "awards": "项目名称 奖项 等级 本人排名 时间 附件",
    "expert_titles": "名称 级别 授予单位 时间 附件",
    "projects": "名称 级别 编号 开始时间 结束时间 本人排名 完成情况 附件",
    "patents": "名称 类型 专利号 授权日期 本人排名 附件",
    "other_achievements": "名称 时间 内容 附件",
    "papers": "论文名称≤100 刊物名称≤100 刊号(ISSN)≤36 主办单位≤100 发表年月 个人排名 字数(千字) 刊物排名 "
    "检索验证地址≤300 备注 +附件",
    "books": "论著名称≤100 出版社名称≤100 书号(ISBN)≤36 出版年月 参与程度 完成字数(千字) 备注≤500 工作量证明 封面 封底",
    "roster_supplement": "参加工作时间 身体状况≤20 行政职务≤20 现专业技术职务任职资格 申报评审专业技术职务任职资格 "
    "是否引进 量化评分推荐排名-得分 量化评分推荐排名-得分排序 量化评分推荐排名-推荐排序 "
    "量化评分推荐排名-单位共推荐 从事专业技术工作年限-起 从事专业技术工作年限-止 从事专业技术工作年限-周年 "
    "获现职后基层工作年限-起 获现职后基层工作年限-止 获现职后基层工作年限-周年 破格条件≤200",
}


def test_every_block_is_a_table() -> None:
    """No block of the form is without its table, and no table without its block."""
    assert FORM.blocks().keys() == TABLES.keys()


@pytest.mark.parametrize("block", TABLES)
@pytest.mark.req("HB-65", "HB-68", "HB-72", "HB-76", "HB-77", "HB-79", "HB-80", "HB-81", "HB-82", "HB-84", "HB-85")
@pytest.mark.req("HB-86", "HB-87", "HB-88", "HB-89", "HB-90", "HB-92")
def test_labels_limits_and_order_are_the_manuals(block: str) -> None:
    """Each block has the manual's fields under the manual's words, in its order, with the limits of its counters."""
    wanted = [re.fullmatch(r"\+?(.+?)(?:≤(\d+))?", word) for word in TABLES[block].split()]
    fields = FORM.blocks()[block].fields
    assert [field.label.zh for field in fields] == [found[1] for found in wanted if found]
    for field, found in zip(fields, wanted, strict=True):
        if found and found[2]:
            assert field.limit == int(found[2]), field.label.zh


@pytest.mark.req("HB-170")
def test_study_has_its_seven_blocks_as_forms_and_lists() -> None:
    """学习资历 holds education and work, then the certificates: two in-line forms, all others lists with 添加."""
    (study,) = [section for section in FORM.sections if section.label.zh == "学习资历"]
    assert [(block.label.zh, block.kind) for block in study.blocks] == [
        ("学习经历", BlockKind.ROWS),
        ("工作经历", BlockKind.ROWS),
        ("现专业技术职务任职资格证书", BlockKind.FORM),
        ("以考代评专业考试合格证书", BlockKind.ROWS),
        ("考评结合专业考试合格证书(成绩单)", BlockKind.FORM),
        ("其他证书", BlockKind.ROWS),
        ("学术团体和社会兼职", BlockKind.ROWS),
    ]
    for block in study.blocks:
        assert (block.rows is not None and block.rows.add.zh.startswith("添加")) is (block.kind is BlockKind.ROWS)


@pytest.mark.req("HB-84", "HB-88")
def test_what_applies_is_filled_in_and_nothing_is_asked() -> None:
    """The lists of other certificates and the six of achievements are optional; 确认 or 确定 stores a row."""
    achievements = next(section for section in FORM.sections if section.id == "achievements").blocks
    labels = [block.label.zh for block in achievements]
    assert labels == ["荣誉", "获奖", "专家称号", "项目(课题)", "专利", "其他业绩"]
    for block in (*achievements, FORM.blocks()["other_certificates"], FORM.blocks()["academic_memberships"]):
        assert block.rows is not None
        assert block.rows.minimum == 0
        assert block.rows.confirm.zh in ("确认", "确定")


@pytest.mark.req("HB-67")
def test_social_insurance_is_an_upload_with_its_facts_beside_it() -> None:
    """The proof is a file; payer, months, start and state are entered beside it, none of them required."""
    fields = [field for field in FORM.blocks()["basic_profile"].fields if field.id.startswith("social_insurance")]
    assert [(field.id, field.type) for field in fields] == [
        ("social_insurance_proof", FieldType.FILES),
        ("social_insurance_payer", FieldType.TEXT),
        ("social_insurance_months", FieldType.NUMBER),
        ("social_insurance_since", FieldType.DATE),
        ("social_insurance_state", FieldType.TEXT),
    ]
    assert not any(field.required for field in fields)


@pytest.mark.req("HB-94")
def test_the_page_says_that_omitting_an_administrative_post_is_fraud() -> None:
    """行政职务 is required, 无 is offered, and the rules name the ranks and what omission counts as."""
    roster = FORM.blocks()["roster_supplement"]
    post = roster.field("administrative_post")
    assert post is not None
    assert post.required is True
    assert post.hint is not None
    assert "无" in post.hint.zh
    assert "无" in [option.label.zh for option in FORM.options[post.options or ""]]
    (rule,) = [text.zh for text in roster.instructions if "行政职务" in text.zh]
    for word in ("股级", "科级", "处级", "弄虚作假", "无"):
        assert word in rule


@pytest.mark.req("HB-69")
def test_nobody_need_have_a_holder_of_the_file() -> None:
    """现档案存放单位 is asked of everybody, says that 无 may be entered, and takes it."""
    holder = FORM.blocks()["applicant_status"].field("archive_holder")
    assert holder is not None
    assert holder.hint is not None
    assert "无" in holder.hint.zh
    around = complete(read_profile(), chosen=setting())
    status = around.blocks["applicant_status"]
    changed = status.model_copy(update={"values": {**status.values, "archive_holder": "无"}})
    blocks = {**around.blocks, "applicant_status": changed}
    assert check_declaration(replace(around, blocks=blocks)) == ()


@pytest.mark.req("HB-53")
def test_a_submission_carries_the_special_experiences_that_lists_filter_by() -> None:
    """The codes of all special experiences of the declaration stand in its facts, each once."""
    rows = tuple(
        RowContent(row_id=uuid.uuid4(), version=1, values={"experience_type": code})
        for code in ("rural", "epidemic", "rural")
    )
    facts = card_facts({"special_experiences": BlockContent(rows=rows)})
    assert facts["special_experience"] == "epidemic,rural"
    assert card_facts({})["special_experience"] is None


def test_a_submission_carries_the_words_of_its_codes() -> None:
    """Degree and present title stand in lists as the form names them, not as codes; what is not there has no word."""
    profile = read_profile()
    blocks = complete(profile, chosen=setting()).blocks
    words, facts = fact_labels(profile, blocks), card_facts(blocks)
    levels = {option.code: option.label.zh for option in FORM.options["education_level"]}
    assert words["highest_education"] == levels[str(facts["highest_education"])]
    assert words["current_title"] not in ("", facts["current_title"])
    assert fact_labels(profile, {}) == {}
