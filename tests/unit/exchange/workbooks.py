"""Small workbooks for the import tests, written with xlsxwriter as an office would hand them in."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]

COMMUNITY = "桃溪社区"
HOME = "519902003001"
UNIT_ROW = [
    "填报单位：",
    "四川省",
    "省*",
    "锦宁市",
    "市*",
    "青羽区",
    "市/县/区*",
    "桃溪街道",
    "乡镇/街道*",
    COMMUNITY,
    "社区/村*",
]

POPULATION = [
    "姓名",
    "人口类型",
    "性别",
    "出生日期",
    "公民身份号码",
    "联系方式",
    "民族",
    "籍贯",
    "婚姻状况",
    "政治面貌",
    "学历",
    "宗教信仰",
    "服务处所",
    "户籍门（楼）详址",
    "现住门（楼）详址",
    "是否常住",
    "所属社区",
    "所属网格",
    "所属楼栋",
    "楼栋单元总数",
    "所属单元",
    "楼栋总层数",
    "房屋楼层",
    "所属房屋",
    "户号",
    "户籍地",
    "户主公民身份号码",
    "所在楼栋中心点",
]
VISIT = [
    "编号",
    "走访日期",
    "起止时间",
    "走访人",
    "陪同人",
    "走访方式",
    "走访类型",
    "网格",
    "户号",
    "地址",
    "户主",
    "走访对象姓名",
    "与户主关系",
    "联系电话",
    "在家人数/家庭人口",
    "走访结果",
    "家庭基本情况变化",
    "居民诉求",
    "矛盾纠纷",
    "安全隐患",
    "政策宣传内容",
    "办理措施/答复",
    "是否转事件（事件编号）",
    "是否有异常",
    "下次走访日期",
    "满意度",
    "被访人签字",
    "走访人签字",
    "登记人",
    "登记时间",
    "备注",
]
CENTRE = [
    "编号",
    "网格",
    "楼栋党小组",
    "户主（党员）姓名",
    "性别",
    "出生年月",
    "入党时间",
    "联系电话",
    "住址（楼栋单元室）",
    "户号",
    "推选方式",
    "审定支部",
    "审定日期",
    "挂牌日期",
    "挂牌编号",
    "家庭党员数",
    "联系党员（人）",
    "联系群众户数",
    "联系群众户（户号）",
    "活动场所/设备",
    "负责人",
    "今年活动次数",
    "最近活动日期",
    "最近活动主题",
    "最近参加人数",
    "收集意见数",
    "办结数",
    "年度评议等次",
    "状态",
    "备注",
]
STEWARD = [
    "序号",
    "社区",
    "片区",
    "网格",
    "小区",
    "楼栋",
    "单元数",
    "户数",
    "人数",
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "政治面貌",
    "文化程度",
    "联系电话",
    "住址",
    "职务",
    "产生方式",
    "任职时间",
    "包联户数",
    "是否党员",
    "是否退役军人",
    "是否志愿者",
    "楼栋党小组",
    "补贴（元/月）",
    "备注",
]


def numbered(serial: int, birth: str = "19800214", region: str = "519902") -> str:
    """A document number of nobody: region codes 5199.. were never given out."""
    from gridclient.rules.identity import check_digit

    digits = f"{region}{birth}{serial:03d}"
    return digits + check_digit(digits + "0")


def row(heads: Sequence[str], **cells: Any) -> list[Any]:
    """One row under these heads; heads not named stay empty."""
    unknown = cells.keys() - {*heads}
    assert not unknown, unknown
    return [cells.get(head, "") for head in heads]


def person(name: str, number: Any, *, address: str = "", **cells: Any) -> list[Any]:
    """A row of 实有人口一张表: behind 桃苑1栋1单元101室, household 010100001, unless told otherwise."""
    building, unit, door = (
        cells.get(h, d) for h, d in (("所属楼栋", "桃苑1栋"), ("所属单元", "1"), ("所属房屋", "101"))
    )
    usual = {
        "姓名": name, "人口类型": "户籍", "公民身份号码": number, "民族": "汉族", "政治面貌": "群众", "是否常住": "是",
        "现住门（楼）详址": address or f"桃溪街道桃溪社区{building}{unit}单元{door}室", "所属社区": COMMUNITY, "所属网格": "第一网格",
        "所属楼栋": building, "楼栋单元总数": "3", "所属单元": unit, "楼栋总层数": "6", "房屋楼层": "1",
        "所属房屋": door, "户号": "010100001",
    }  # fmt: skip
    return row(POPULATION, **(usual | cells))


def visit(number: str, **cells: Any) -> list[Any]:
    """A row of 走访登记表: met at 桃苑1栋1单元101室 on 1 September, unless told otherwise."""
    usual = {
        "编号": number, "走访日期": date(2026, 9, 1), "起止时间": "09:10-09:25", "走访人": "苏某", "走访方式": "入户",
        "走访类型": "日常", "网格": "第一网格", "户号": "010100001", "地址": "桃苑1栋1单元101室", "户主": "赵某",
        "走访结果": "见面", "登记人": "岑某", "登记时间": datetime(2026, 9, 3, 17, 0),
    }  # fmt: skip
    return row(VISIT, **(usual | cells))


def centre(number: str, paired: str, **cells: Any) -> list[Any]:
    """A row of 党员中心户登记表, in household 010100001 unless told otherwise."""
    usual = {
        "编号": number, "网格": "第一网格", "楼栋党小组": "第一楼栋党小组", "户主（党员）姓名": "赵某", "入党时间": "1999-02",
        "住址（楼栋单元室）": "桃苑1栋1单元101室", "户号": "010100001", "审定支部": "东苑党支部", "联系群众户（户号）": paired,
        "联系群众户数": len(paired.split("、")), "最近活动日期": date(2026, 8, 9), "最近活动主题": "环境整治议事",
        "最近参加人数": 13, "今年活动次数": 9, "状态": "正常",
    }  # fmt: skip
    return row(CENTRE, **(usual | cells))


def population(path: Path, *people: Sequence[Any]) -> Path:
    """An 实有人口一张表 with these rows."""
    return book(path, {"数据导入示例": [["实有人口数据"], POPULATION, *people]})


def visits(path: Path, *rows: Sequence[Any]) -> Path:
    """An 入户走访登记表 with these rows."""
    return book(path, {"走访登记": [["入户走访登记表"], ["填报单位：桃溪社区"], VISIT, *rows]})


def centres(path: Path, *rows: Sequence[Any]) -> Path:
    """A 党员中心户登记表 with these rows."""
    return book(path, {"党员中心户": [["党员中心户登记表"], ["填报单位：桃溪社区"], CENTRE, *rows]})


def book(
    path: Path,
    sheets: dict[str, Rows],
    *,
    hidden: Iterable[str] = (),
    merged: dict[str, Sequence[str]] | None = None,
) -> Path:
    """A workbook of these sheets; ``merged`` names ranges per sheet, whose first cell keeps its value."""
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        moment = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for r, cells in enumerate(rows):
                for c, cell in enumerate(cells):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(r, c, cell, moment)
                    elif isinstance(cell, date):
                        sheet.write_datetime(r, c, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(r, c, cell)
                    else:
                        sheet.write(r, c, cell)
            for area in (merged or {}).get(name, ()):
                sheet.merge_range(area, "")
                top, left = xlsxwriter.utility.xl_cell_to_rowcol(area.split(":")[0])
                sheet.write_string(top, left, str(rows[top][left]))
            if name in hidden:
                sheet.hide()
    return path
