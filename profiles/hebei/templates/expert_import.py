"""The workbook for many experts at once."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

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
