from datetime import date, datetime
from typing import Any

import pytest

from gridclient.fields import RECORDS
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.figures import figures
from gridclient.ledger.period import period_of
from gridclient.ledger.sheet import Sheet, freeze, thaw
from gridclient.ledger.template import Template, default, named, shipped
from sync.replica import Replica

TODAY = date(2026, 9, 30)


def made(replica: Replica, name: str, **options: Any) -> Sheet:
    return compose(named(name), replica, today=TODAY, unit_name="梧桐社区", who="岑立冬", **options)


def column(sheet: Sheet, label: str) -> list[str]:
    index = [c.label for c in sheet.columns].index(label)
    return [row.cells[index] for row in sheet.rows]


def total(sheet: Sheet) -> str:
    return figures(sheet, "合计", sheet.rows).words


def test_residents_stand_by_building_door_and_household_with_the_head_first(replica: Replica) -> None:
    sheet = made(replica, "residents")

    assert column(sheet, "姓名") == ["陈秀英", "李䶮", "王㛃", "李小明", "买买提·吐尔逊", "古丽", "𠮷祥"]
    assert column(sheet, "楼栋") == ["杏花苑2栋"] * 4 + ["杏花苑10栋"] * 2 + ["柳溪院落"]
    assert column(sheet, "序号") == ["1", "2", "2", "2", "3", "3", "4"]
    assert [len(block) for block in sheet.blocks()] == [1, 3, 2, 1]


def test_a_register_counts_households_and_persons(replica: Replica) -> None:
    sheet = made(replica, "residents")

    assert total(sheet) == "共 4 户 7 人"
    assert sheet.persons == 7


def test_private_values_are_masked_unless_the_full_ones_are_asked_for(replica: Replica) -> None:
    masked, full = made(replica, "residents"), made(replica, "residents", masked=False)

    assert column(masked, "公民身份号码")[1] == "519901********0338"
    assert column(masked, "联系电话")[1] == "199*****1079"[:3] + "****" + "1079"
    assert column(full, "公民身份号码")[1] == "519901197208010338"
    assert (masked.masked, full.masked) == (True, False)
    assert "已脱敏" in masked.mark
    assert "未脱敏" in full.mark


def test_who_and_when_stand_in_the_mark(replica: Replica) -> None:
    sheet = made(replica, "residents", at=datetime(2026, 9, 30, 10, 21))

    assert sheet.mark.startswith("岑立冬 2026-09-30 10:21")
    assert sheet.heading[0] == "填报单位：梧桐社区"
    assert sheet.title == "梧桐社区常住人口台账"


@pytest.mark.parametrize(
    ("scope", "people", "words"),
    [
        (Scope(area="519901001001002"), 1, "第二网格"),
        (Scope(area="519901001001"), 7, ""),
        (Scope(building="b2"), 4, "杏花苑2栋"),
        (Scope(ids=frozenset({"r10", "r40"})), 2, ""),
        (Scope(building="nowhere"), 0, ""),
    ],
)
def test_a_scope_takes_an_area_a_building_or_chosen_records(
    replica: Replica, scope: Scope, people: int, words: str
) -> None:
    sheet = made(replica, "residents", scope=scope)

    assert len(sheet.rows) == people
    assert words in sheet.subtitles[0]


def test_who_was_removed_or_has_left_is_not_on_the_register(replica: Replica) -> None:
    gone, left = replica.all(RECORDS["resident"].table)[:2]
    replica.remove(gone)
    left.left_on = date(2026, 9, 1)  # type: ignore[attr-defined]
    replica.save(left)

    assert len(made(replica, "residents").rows) == 5


def test_visits_of_a_period_are_counted_by_outcome(replica: Replica) -> None:
    sheet = made(replica, "visits", period=period_of(2026, 9))

    assert column(sheet, "编号") == ["ZF-1", "ZF-2"]
    assert column(sheet, "地址") == ["杏花苑2栋1单元1001室"] * 2
    assert total(sheet) == "共 2 次：见面 1、无人 1"
    assert sheet.subtitles == ("（2026年9月）",)


def test_a_visit_falls_into_the_scope_of_its_building(replica: Replica) -> None:
    assert len(made(replica, "visits", scope=Scope(building="b2")).rows) == 3
    assert not made(replica, "visits", scope=Scope(building="b10")).rows


def test_the_centre_register_adds_up_contacts_and_gatherings(replica: Replica) -> None:
    sheet = made(replica, "centres")

    assert column(sheet, "网格") == ["第一网格"]
    assert column(sheet, "入党时间") == ["1999-02"]
    assert column(sheet, "出生年月") == ["1972-08"]
    assert column(sheet, "联系群众户数") == ["2"]
    assert figures(sheet, "合计", sheet.rows).sums[15] == "2"


def test_a_card_shows_the_centre_household_its_list_and_its_gatherings(replica: Replica) -> None:
    sheet = made(replica, "centre_card")
    (card,) = sheet.cards
    pairs = {pair.label: pair.value for block in card.blocks for pair in block.pairs}
    listed = [row.cells[1:4] for row in card.blocks[2].rows if any(row.cells)]

    assert card.heading[0] == "编号：ZXH-001"
    assert pairs["性别"] == "☑男性 □女性"
    assert pairs["年度评议等次"] == "☑优秀 □合格 □基本合格 □不合格"
    assert listed == [
        ("010100002", "陈秀英", "杏花苑2栋1单元201室"),
        ("010100003", "买买提·吐尔逊", "杏花苑10栋2单元101室"),
    ]
    assert len(card.blocks[2].rows) == 5, "blank lines for the pen"
    assert card.blocks[3].rows[0].cells[:3] == ("2026-08-09", "议事", "13")


@pytest.mark.parametrize("template", [*shipped(), *map(default, RECORDS)], ids=lambda t: t.name)
def test_every_ledger_is_composed_with_a_handful_of_statements(replica: Replica, template: Template) -> None:
    class Counting:
        count = 0

        def rows(self, statement: Any) -> list[tuple[Any, ...]]:
            self.count += 1
            return replica.rows(statement)

    reader = Counting()
    sheet = compose(template, reader, today=TODAY, period=period_of(2026, 9))

    assert reader.count <= 10
    assert all(len(row.cells) == len(sheet.columns) for row in sheet.rows)


def test_a_link_is_printed_as_the_words_of_the_record_it_points_at(replica: Replica) -> None:
    sheet = compose(default("visit"), replica, today=TODAY)

    assert "010100001 李䶮" in column(sheet, "户")
    assert "杏花苑2栋1单元1001室" in column(sheet, "房屋")


def test_a_frozen_sheet_comes_back_the_same(replica: Replica) -> None:
    for name in ("residents", "centre_card"):
        sheet = made(replica, name)

        assert thaw(freeze(sheet)) == sheet
