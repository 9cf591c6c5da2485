"""The papers of a day: the list carried to the doors, and the log signed in the evening."""

from datetime import date, datetime

from gridclient.ledger.sheet import Sheet
from gridclient.ledger.visit_log import DayLog, Logged, found_words, visit_log
from gridclient.ledger.walking_list import ANSWERS, Stop, walking_list
from gridclient.records.visit import Visit

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 20, 40)


def listed(*stops: Stop) -> Sheet:
    return walking_list(stops, unit_name="桂花社区", who="张敏", today=TODAY, order="蛇形", at=AT)


def logged(**fields: object) -> Logged:
    visit = Visit(visited_on=TODAY, visitors=["张敏"], **({"outcome": "met", "head_name": "王建国"} | fields))
    return Logged(visit, "3号楼2单元501")


def log(*visits: Logged, **told: object) -> Sheet:
    return visit_log(DayLog(TODAY, "张敏", visits, **told), unit_name="桂花社区", today=TODAY, at=AT)


def test_every_door_has_its_line_with_boxes_to_tick_and_room_for_a_pen() -> None:
    sheet = listed(
        Stop("3号楼2单元", "501", "王建国", 3, "2026-06-12", "一般户", "123456789012"),
        Stop("3号楼2单元", "401", "空置", 0, "从未", "从未走访"),
    )
    first, second = sheet.rows
    assert first.cells[:8] == ("1", "3号楼2单元", "501", "王建国", "3", "2026-06-12", "一般户", ANSWERS)
    assert not first.cells[8].strip()
    assert (first.cells[9], second.cells[9]) == ("123456789012", "")
    assert second.cells[4] == ""
    assert (first.keep, [row.tally for row in sheet.rows]) == ("3号楼2单元", [(1, 3), (1, 0)])
    assert (sheet.title, sheet.subtitles) == ("桂花社区走访清单", ("（2026年11月22日　蛇形）",))
    assert sheet.persons == 2


def test_the_list_stands_upright_and_is_signed_on_every_page() -> None:
    sheet = listed()
    assert not sheet.paper.landscape
    assert sheet.sign_every_page
    assert len(sheet.columns) == len(listed(Stop("", "1", "", 0, "", "")).rows[0].cells)


def test_the_log_counts_doors_and_outcomes() -> None:
    told = DayLog(
        TODAY,
        "张敏",
        [
            logged(dwelling="a"),
            logged(dwelling="a", outcome="nobody"),
            logged(dwelling="b", outcome="nobody", entered_later=True),
        ],
    )
    assert (told.doors, told.later, told.counts["nobody"], told.counts["met"]) == (2, 1, 2, 1)


def test_the_log_tells_each_visit_with_what_was_found() -> None:
    visit = logged(hours="19:02-19:05", needs="楼道灯坏了", hazards=["wiring"], remark="带了宣传单")
    sheet = log(visit, logged(outcome="nobody", entered_later=True))
    made = sheet.cards[0].blocks[1]
    assert made.rows[0].cells == (
        "1",
        "19:02-19:05",
        "3号楼2单元501",
        "王建国",
        "张敏",
        "见面",
        "诉求：楼道灯坏了；隐患：用电线路老化；备注：带了宣传单",
    )
    assert made.rows[1].cells[5] == "无人\n补录"
    assert sheet.persons == 2


def test_what_is_written_over_several_lines_takes_one_cell() -> None:
    assert found_words(Visit(changes="儿子\n上大学")) == "变化：儿子 上大学"
    assert found_words(Visit()) == ""


def test_an_empty_day_is_a_log_too() -> None:
    blocks = log().cards[0].blocks
    assert [block.rows[0].cells[0] for block in blocks if block.rows] == ["无", "无"]
    assert blocks[0].pairs[1].value == "0 户"


def test_what_was_agreed_and_how_far_a_sweep_is_stand_below() -> None:
    sheet = log(
        coming=[("11-23 19:00", "3号楼2单元501", "送药")], swept=[("冬季敲门", "12-31", "58", "4", "6")]
    )
    titles = [block.title for block in sheet.cards[0].blocks]
    assert titles == [
        "一、合计",
        "二、走访情况",
        "三、约好再去",
        "四、大走访进度（单位：户、次）",
        "小结与明天的打算",
    ]
    assert sheet.cards[0].blocks[2].rows[0].cells == ("11-23 19:00", "3号楼2单元501", "送药")
