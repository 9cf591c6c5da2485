"""Registers of appeals and disputes: matters with their steps, found again by number and by the visit they came from."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from gridclient.records import Dwelling, Matter, MatterStep, Visit
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, rehearsed
from tests.unit.exchange.workbooks import book

APPEAL = {
    "编号": "SQ2026-0001",
    "登记日期": "2026-09-01",
    "来源": "入户走访",
    "走访编号": "ZF202609-0033",
    "网格": "第一网格",
    "户号": "010100001",
    "诉求人": "赵某",
    "联系电话": "19900000001",
    "住址": "桃苑1栋1单元101室",
    "诉求类别": "停车管理",
    "诉求内容": "车位不够。消防通道常被占",
    "紧急程度": "紧急",
    "研判去向": "立行立办",
    "承办单位/承办人": "物业",
    "办理时限": "2026-09-06",
    "办理情况": "已划禁停线",
    "办结日期": "2026-09-04",
    "状态": "已办结",
    "回访方式": "电话",
    "回访日期": "2026-09-08",
    "满意度": "满意",
    "是否共性诉求": "是",
    "登记人": "岑某",
}
DISPUTE = {
    "纠纷编号": "JF2026-001",
    "排查日期": "2026-09-05",
    "网格": "第一网格",
    "排查人": "岑某",
    "纠纷名称": "赵某与钱某邻里纠纷",
    "类别": "邻里纠纷",
    "规模": "个体性",
    "涉及人数": 2,
    "当事人甲": "赵某",
    "甲住址": "桃苑1栋1单元101室",
    "当事人乙": "钱某",
    "简要情况": "楼上漏水",
    "风险等级": "黄",
    "责任单位": "桃溪社区居委会",
    "化解责任人": "孙某",
    "调解组织": "社区调委会",
    "调解方式": "说服劝导",
    "化解时限": "2026-10-05",
    "化解措施及进展": "现场查看",
    "化解结果": "已化解",
    "化解日期": "2026-09-19",
    "回访情况": "2026-09-25回访，双方无异议",
    "来源（走访编号）": "",
}
VISIT = {
    "编号": "ZF202609-0033",
    "走访日期": "2026-09-01",
    "走访人": "岑某",
    "户号": "010100001",
    "地址": "桃苑1栋1单元101室",
    "走访结果": "见面",
    "是否转事件": "是（SQ2026-0001）",
}


def sheet(path: Path, title: str, row: dict[str, Any]) -> Path:
    return book(path, {title: [[title], list(row), list(row.values())]})


def steps(replica: Replica) -> list[tuple[str, date, str, str]]:
    found = replica.all(MatterStep, order=(MatterStep.at, MatterStep.id))
    return [(s.act, s.at.date(), s.done_by, s.told) for s in found if isinstance(s.at, datetime)]


def test_an_appeal_becomes_a_matter_with_the_way_it_went(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    found, _report = bring(sheet(tmp_path / "a.xlsx", "诉求登记台账", APPEAL))

    (matter,), (dwelling,) = replica.all(Matter), replica.all(Dwelling)
    assert [(i.header, i.why) for i in found.issues] == []
    assert [left.header for left in found.left_out] == ["联系电话"]
    assert (matter.kind_of_matter, matter.title, matter.category) == ("appeal", "车位不够", "parking")
    assert (matter.state, matter.closed_on, matter.due) == ("done", date(2026, 9, 4), date(2026, 9, 6))
    assert (matter.people, matter.common, matter.urgency) == (["赵某"], True, "urgent")
    assert matter.household
    assert matter.dwelling == dwelling.id
    assert sorted(steps(replica)) == sorted(
        [
            ("collected", date(2026, 9, 1), "岑某", ""),
            ("judged", date(2026, 9, 1), "", "立行立办"),
            ("handled", date(2026, 9, 4), "", "已划禁停线"),
            ("closed", date(2026, 9, 4), "", ""),
            ("called_back", date(2026, 9, 8), "", "电话：满意"),
        ]
    )


def test_a_dispute_is_over_once_it_is_settled(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(sheet(tmp_path / "a.xlsx", "矛盾纠纷排查化解台账", DISPUTE))

    (matter,) = replica.all(Matter)
    assert (matter.kind_of_matter, matter.dispute_category, matter.dispute_grade) == (
        "dispute",
        "family",
        "yellow",
    )
    assert (matter.people, matter.involved) == (["赵某", "钱某"], 2)
    assert (matter.state, matter.result, matter.source_of_matter) == ("done", "settled", "grid")
    assert matter.mediation == "社区调委会，说服劝导"
    assert [step[:3] for step in steps(replica)] == [
        ("collected", date(2026, 9, 5), "岑某"),
        ("handled", date(2026, 9, 19), "孙某"),
        ("closed", date(2026, 9, 19), "孙某"),
        ("called_back", date(2026, 9, 25), ""),
    ]


def test_the_visit_a_matter_came_from_is_found_in_whichever_order_they_come(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(sheet(tmp_path / "a.xlsx", "诉求登记台账", APPEAL))
    assert not replica.all(Matter)[0].visit

    bring(sheet(tmp_path / "b.xlsx", "入户走访登记表", VISIT))

    (visit,), (matter,) = replica.all(Visit), replica.all(Matter)
    assert matter.visit == visit.id


def test_the_same_register_again_adds_no_matter_and_no_step(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    for name, title, row in (("a", "诉求登记台账", APPEAL), ("b", "矛盾纠纷排查化解台账", DISPUTE)):
        bring(sheet(tmp_path / f"{name}.xlsx", title, row))
        again = rehearsed(replica, tmp_path / f"{name}.xlsx")
        assert (again.created, again.updated) == ({}, {})
