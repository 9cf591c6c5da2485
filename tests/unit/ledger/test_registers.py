"""The registers an office keeps: the columns of the real ones, filled from the records."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.figures import figures
from gridclient.ledger.layout import layout
from gridclient.ledger.period import period_of
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.template import Template, named, shipped
from gridclient.records import (
    Building,
    Care,
    Dwelling,
    GridWorker,
    Household,
    Matter,
    MatterStep,
    OrgUnit,
    PartyOrg,
    Resident,
    Steward,
    Visit,
)
from sync.record import SyncedRecord
from sync.replica import Replica
from tests.unit.ledger.conftest import COMMUNITY, FIRST, SECOND

TODAY = date(2026, 9, 30)
REGISTERS = [template for template in shipped() if template.form == "register"]
SHOWN = {  # ledger → what its first row holds under some of its columns
    "month": {"类别": "户", "项目": "总户数", "本期": "5", "上年同期": "5"},
    "organisation": {
        "社区名称": "梧桐社区",
        "社区党委书记": "邱正华",
        "网格名称": "第一网格",
        "网格网格长": "苏红",
    },
    "residents": {"姓名": "陈秀英", "现住址室号": "201"},
    "registered": {
        "户号": "010100002",
        "外出是否外出": "是",
        "外出原因": "务工经商",
        "户籍派出所": "凤栖派出所",
    },
    "floating": {
        "姓名": "𠮷祥",
        "流入原因": "务工经商",
        "登记证编号": "JZ51990001",
        "居住时限已居住": "长期",
    },
    "households": {"户号": "010100002", "在册人数": "1", "走访走访要求": "独居老人 每月"},
    "cared": {"姓名": "陈秀英", "关怀类别": "独居老人、残疾人", "最近关怀内容": "量血压", "年龄": "54"},
    "dwellings": {"房屋地址室号": "201", "居住人数": "1", "使用情况": "□自住 ☑出租 □空置"},
    "rented": {"出租房地址": "杏花苑2栋1单元201室", "承租人姓名": "陈秀英", "承租人电话": "199****2079"},
    "buildings": {"实有户数": "2", "实有人数": "4", "楼栋长（负责人）姓名": "王思辉", "实有出租（套）": "2"},
    "stewards": {"楼栋": "杏花苑2栋", "户数": "2", "人数": "4", "是否党员": "是", "网格": "第一网格"},
    "grid_workers": {"姓名": "苏红", "网格长": "是", "所属网格": "第一网格"},
    "unit_stewards": {"职务": "单元长", "户数": "2", "包联户数": "12", "产生方式": "群众推选"},
    "visits": {"编号": "ZF-1", "走访结果": "无人"},
    "unvisited": {"户号": "010100002", "最近走访": "从未", "未见到后敲门结果": "拒访"},
    "diary": {"走访户地址": "杏花苑2栋1单元1001室", "反映问题": "诉求：楼道灯不亮"},
    "matters": {"类型": "诉求", "状态": "已办结", "办理情况": "09-02 研判：立行立办\n09-03 办理：已换灯"},
    "appeals": {
        "诉求人姓名": "李䶮",
        "办理研判去向": "立行立办",
        "办理办理情况": "已换灯",
        "回访满意度": "满意",
    },
    "disputes": {
        "纠纷名称": "漏水纠纷",
        "类别": "房屋漏水",
        "化解结果": "正在化解",
        "风险等级": "☑黄",
    },
    "dispute_report": {"内容": "合计", "本期排查数": "2"},
    "wishes": {"心愿内容": "助听器", "认领认领人/单位": "王显平", "认领日期": "2026-09-08"},
    "orders": {"服务内容": "修水龙头", "派单派单人": "岑立冬", "状态": "办理中\n超期10天"},
    "centres": {"编号": "ZXH-001"},
    "members": {"姓名": "李䶮", "入党时间": "1999-02", "公民身份号码": "519901********0338"},
}


@pytest.fixture
def kept(replica: Replica) -> Replica:
    """The small community with somebody and something for every register."""
    replica.save(*people(), *matters(), *organisation())
    for name, changes in CHANGES.items():
        kind, _sign, id_ = name.partition(" ")
        record = replica.get({"resident": Resident, "building": Building}[kind], id_)
        assert record is not None
        for field, value in changes.items():
            setattr(record, field, value)
        replica.save(record)
    return replica


CHANGES: dict[str, dict[str, Any]] = {
    "resident r20": {"away": True, "away_reason": "work", "police": "凤栖派出所", "labels": ["alone"]},
    "resident r40": {
        "population": "floating", "inflow_reason": "work", "permit_number": "JZ51990001", "stayed": "long",
    },
    "building b2": {"units": 1, "structure": "4"},
}  # fmt: skip


def people() -> list[SyncedRecord]:
    lead = Steward(area=FIRST, name="王思辉", building="b2", phone="19900002772", party=True, since="2022-02")
    former = Steward(area=FIRST, name="旧楼栋长", building="b2", ended_on=date(2022, 1, 1))
    unit = Steward(
        area=FIRST, name="陶红梅", role="unit", building="b2", unit="1", households=12, selection="elected"
    )
    day = date(2026, 9, 12)
    cares = [
        Care(
            area=FIRST, resident="r20", household="h2", kind_of_care="disabled", given_on=day, what="量血压"
        ),
        Care(
            area=FIRST,
            resident="r20",
            household="h2",
            kind_of_care="alone",
            given_on=date(2026, 8, 1),
            what="送药",
        ),
    ]
    refused = Visit(
        area=FIRST, number="ZF-0", visited_on=date(2026, 8, 20), household="h2", outcome="refused"
    )
    told = Visit(
        area=FIRST, number="ZF-4", visited_on=date(2026, 9, 1), household="h1", outcome="phoned", changes="无变化",
        needs="楼道灯不亮",
    )  # fmt: skip
    return [lead, former, unit, *cares, refused, told]


def matter(id_: str, kind: str, title: str, **more: Any) -> Matter:
    told = {"heard_on": date(2026, 9, 2), "household": "h1", "people": ["李䶮"], "area": FIRST, **more}
    return Matter(id=id_, number=id_, kind_of_matter=kind, title=title, **told)


def step(of: str, act: str, day: int, told: str = "", by: str = "苏红") -> MatterStep:
    return MatterStep(area=FIRST, matter=of, act=act, at=datetime(2026, 9, day, 9, 0), done_by=by, told=told)


def matters() -> list[SyncedRecord]:
    closed = {"state": "done", "closed_on": date(2026, 9, 3)}
    return [
        matter("SQ-1", "appeal", "楼道灯", heard_on=date(2026, 9, 1), **closed),
        *(step("SQ-1", "judged", 2, "立行立办"), step("SQ-1", "handled", 3, "已换灯"), step("SQ-1", "rated", 5, "满意")),
        step("SQ-1", "closed", 3),
        matter("JF-1", "dispute", "漏水纠纷", category="water", dispute_grade="yellow", state="under_way"),
        matter("JF-2", "dispute", "拆迁", heard_on=date(2026, 9, 9), dispute_category="land_taken", involved=60,
               dispute_grade="red", result="handed_on", **closed | {"closed_on": date(2026, 9, 20)}),
        matter("JF-3", "dispute", "噪声", heard_on=date(2026, 8, 30), category="noise", result="settled", **closed),
        matter("JF-4", "dispute", "旧案", heard_on=date(2025, 9, 5), dispute_category="family"),
        matter("XY-1", "wish", "助听器"),
        step("XY-1", "taken", 8, by="王显平"),
        matter("YD-1", "order", "修水龙头", due=date(2026, 9, 20), state="under_way"),
        step("YD-1", "sent", 7, by="岑立冬"),
    ]  # fmt: skip


def organisation() -> list[SyncedRecord]:
    community = OrgUnit(area=COMMUNITY, code=COMMUNITY, name="梧桐社区", level="community")
    micro = OrgUnit(area=SECOND, code=f"{SECOND}01", name="第一微网格", level="microgrid")
    committee = PartyOrg(area=COMMUNITY, name="梧桐社区党委", level="committee", secretary="邱正华")
    head = GridWorker(area=FIRST, name="苏红", head=True)
    there = Dwelling(id="d9", area=f"{SECOND}01", building="yard", unit="2组", door="1")
    home = Household(id="h9", area=f"{SECOND}01", dwelling="d9", number="010100009", head_name="毕福生")
    return [community, micro, committee, head, GridWorker(area=FIRST, name="胡福生"), there, home]


def made(replica: Replica, name: str, **options: Any) -> Sheet:
    return compose(named(name), replica, today=TODAY, unit_name="梧桐社区", **options)


def cells(sheet: Sheet, row: int = 0) -> dict[str, str]:
    return {c.parent + c.label: cell for c, cell in zip(sheet.columns, sheet.rows[row].cells, strict=True)}


def test_every_register_is_among_those_whose_rows_are_looked_at() -> None:
    assert {template.name for template in REGISTERS} == set(SHOWN)


@pytest.mark.parametrize("template", REGISTERS, ids=lambda t: t.name)
def test_a_register_has_rows_of_its_records_and_stands_on_its_paper(
    kept: Replica, template: Template
) -> None:
    period = period_of(2026, 9) if template.period and template.name != "unvisited" else None
    sheet = made(kept, template.name, period=period)
    first = cells(sheet)

    for label, value in SHOWN[template.name].items():
        assert value == first[label] or first[label].startswith(f"{value} ") or f"{value} " in first[label], (
            label
        )
    assert not [c.label for c in sheet.columns if not c.label]
    assert len(layout(sheet)) >= 1
    nothing = layout(made(kept, template.name, scope=Scope(building="nowhere")))
    assert len(nothing) == (2 if template.name == "month" else 1), (
        "a report of many figures tells its noughts"
    )


def test_who_left_was_removed_or_was_succeeded_stands_on_no_register(kept: Replica) -> None:
    assert [row.cells[8] for row in made(kept, "stewards").rows] == ["王思辉"]
    assert [cells(made(kept, "buildings"), n)["楼栋长（负责人）姓名"] for n in range(3)] == ["王思辉", "", ""]


def test_what_a_register_borrows_is_masked_like_its_source(kept: Replica) -> None:
    masked, full = (cells(made(kept, "buildings", masked=m))["楼栋长（负责人）电话"] for m in (True, False))

    assert (masked, full) == ("199****2772", "19900002772")


def test_unvisited_are_those_never_seen_and_those_overdue_by_their_rule(kept: Replica) -> None:
    sheet = made(kept, "unvisited")
    later = made(kept, "unvisited", scope=Scope(building="b2"))

    assert [cells(sheet, n)["户号"] for n in range(len(sheet.rows))] == [
        "010100002",
        "010100003",
        "010100004",
        "010100009",
    ]
    assert "从未走访 4" in figures(sheet, "合计", sheet.rows).words
    assert len(later.rows) == 1
    assert cells(later)["未见到后敲门无人次数"] == "0"


def test_a_household_seen_only_outside_the_period_was_not_visited_in_it(kept: Replica) -> None:
    october = compose(
        named("unvisited"), kept, today=date(2026, 10, 31), period=(date(2026, 10, 2), date(2026, 10, 31))
    )
    september = made(kept, "unvisited", period=period_of(2026, 9))

    assert "010100001" in {row.cells[2] for row in october.rows}
    assert "010100001" not in {row.cells[2] for row in september.rows}
    assert october.subtitles == ("（2026年10月2日至2026年10月31日）",)


def test_the_monthly_report_counts_disputes_by_their_nineteen_categories(kept: Replica) -> None:
    sheet = made(kept, "dispute_report", period=period_of(2026, 9))
    lines = {cells(sheet, n)["内容"]: cells(sheet, n) for n in range(len(sheet.rows))}

    def told(line: str, *labels: str) -> list[str]:
        return [lines[line][label] for label in labels]

    month = ("本期排查数", "本期调处数", "本期成功数", "本期调处率", "本期成功率")
    assert told("合计", *month) == ["2", "2", "1", "100%", "50%"]
    assert told("婚姻、家庭、邻里", *month) == ["1", "1", "1", "100%", "100%"]
    assert told("征地拆迁", *month) == ["1", "1", "0", "100%", "0%"]
    assert told("合计", "年度累计排查数", "上年同期排查数", "上年同期排查增减") == ["3", "1", "+1"]
    assert (
        told("其中：涉及50至99人", "本期排查数")
        == told("其中：重大矛盾纠纷（橙、红）", "本期排查数")
        == ["1"]
    )
    assert [cells(sheet, n)["序号"] for n in (0, 1, 19)] == ["", "1", "19"]
    assert sheet.rows[0].role == "subtotal"


def test_the_report_without_a_period_is_of_the_month_of_printing(kept: Replica) -> None:
    assert made(kept, "dispute_report").rows == made(kept, "dispute_report", period=period_of(2026, 9)).rows


def test_the_organisation_is_a_tree_of_grids_and_micro_grids_with_what_lies_in_none(kept: Replica) -> None:
    sheet = made(kept, "organisation")
    rows = [cells(sheet, n) for n in range(len(sheet.rows))]

    assert [(r["网格名称"], r["微网格名称"], r["实有户数"]) for r in rows] == [
        ("第一网格", "", "3"),
        ("第二网格", "第一微网格", "1"),
        ("第二网格", "（未划微网格）", "1"),
    ]
    assert [len(block) for block in sheet.blocks()] == [1, 2]
    assert rows[0]["网格网格员"] == "苏红、胡福生"
    assert rows[0]["实有楼栋长"] == "1"
    assert figures(sheet, "合计", sheet.rows).sums[-2:] == ("5", "7")
    assert [r.cells[5] for r in made(kept, "organisation", scope=Scope(area=SECOND)).rows] == ["第二网格"] * 2


def test_a_label_of_the_household_is_its_heads_unless_somebody_in_it_bears_it(kept: Replica) -> None:
    home, child = kept.get(Household, "h1"), kept.get(Resident, "r12")
    assert home is not None
    assert child is not None
    home.labels, child.labels = ["hardship", "left_behind"], ["left_behind"]
    kept.save(home, child)
    told = [cells(made(kept, "cared"), n) for n in range(3)]

    assert {(one["姓名"], one["关怀类别"]) for one in told} == {
        ("李䶮", "困难家庭"),
        ("李小明", "留守人员"),
        ("陈秀英", "独居老人、残疾人"),
    }


ROSTERS = {  # paper → its ledger, where its headings stand, which of them are written otherwise, which nobody keeps
    "楼栋长花名册": ("stewards", 3, {"是否党员": "党员", "是否退役军人": "退役军人", "是否志愿者": "志愿者"}, {"片区"}),
    "楼宇信息登记表": (
        "buildings", 5,
        {"楼宇名称": "楼栋名称", "所属网格": "网格", "楼宇地址": "地址", "楼宇类型": "用途", "业主": "业主单位",
         "负责人": "姓名", "联系电话": "电话"}, set(),
    ),
    "诉求登记": (
        "appeals", 3,
        {"诉求人": "姓名", "是否共性诉求": "共性诉求", "回访日期": "日期", "回访方式": "情况"}, set(),
    ),
    "矛盾纠纷排查化解台账": (
        "disputes", 3,
        {"排查日期": "日期", "责任单位": "单位", "责任领导": "领导（包案）", "来源（走访编号）": "走访编号",
         "调解组织": "调解组织及方式", "调解方式": "调解组织及方式", "当事人甲": "姓名", "当事人乙": "姓名",
         "甲住址": "住址", "甲电话": "电话"},
        {"规模", "甲性别", "甲年龄", "乙性别", "乙年龄", "乙住址", "乙电话"},
    ),
    "流动人口登记表": (
        "floating", 5,
        {"身份证号码": "公民身份号码", "流入原因": "原因", "流入时间": "时间", "预计到期日期": "到期日期",
         "户籍详细地址": "详细地址", "流入来源": "来源", "登记证情况": "情况", "登记证编号": "编号", "临时居所": "现住址",
         "已居住时限": "已居住", "预居住时限": "预居住", "联系手机": "联系电话"},
        {"曾用名", "电子邮件", "血型", "宗教信仰", "身高(CM)", "是否有婚育证明"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("paper", ROSTERS)
def test_the_columns_are_those_of_the_paper_but_for_what_nobody_keeps(paper: str, trial_data: Path) -> None:
    name, line, written, dropped = ROSTERS[paper]
    book = openpyxl.load_workbook(trial_data / "roster" / f"{paper}.xlsx", read_only=True)
    heads = next(book.worksheets[0].iter_rows(min_row=line, max_row=line, values_only=True))
    book.close()
    real = {str(head).strip().rstrip("*") for head in heads if head}
    ours = {column.label for column in named(name).columns}

    assert {head for head in real if written.get(head, head) not in ours} == dropped
