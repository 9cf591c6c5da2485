"""Forms for the pen: what is known stands on them, the rest is empty, and nothing private is in a code."""

from datetime import date, datetime
from io import BytesIO
import re
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from gridclient.fields import RECORDS
from gridclient.ledger import codes
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.forms import Fill
from gridclient.ledger.layout import layout, places
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.template import Template, default, named, shipped
from gridclient.ledger.workbook import workbook_bytes
from gridclient.records import Household, MatterStep, Visit
from gridclient.records.matter import Matter
from gridclient.rules.references import reference, spaced
from sync.replica import Replica

TODAY = date(2026, 9, 30)
EVERY = [*shipped(), *map(default, RECORDS)]


def made(replica: Replica, name: str, fill: Fill = "full", **options: Any) -> Sheet:
    return compose(named(name), replica, today=TODAY, unit_name="梧桐社区", fill=fill, **options)


def pairs(sheet: Sheet, card: int = 0) -> dict[str, str]:
    return {pair.label: pair.value for block in sheet.cards[card].blocks for pair in block.pairs}


def table(sheet: Sheet, title: str, card: int = 0) -> list[tuple[str, ...]]:
    """The rows of a small table that have something in them."""
    (block,) = (b for b in sheet.cards[card].blocks if b.title == title)
    return [row.cells for row in block.rows if any(row.cells)]


def printed(sheet: Sheet) -> str:
    return "\n".join(text.text for page in layout(sheet) for text in page.texts)


def pictures(book: bytes) -> dict[str, bytes]:
    """The pictures of a workbook by their names."""
    with ZipFile(BytesIO(book)) as parts:
        return {name.rpartition("/")[2]: parts.read(name) for name in parts.namelist() if "/media/" in name}


def anchors(book: bytes, tab: int) -> list[tuple[str, str]]:
    """Column and row of the cell each picture of a worksheet is anchored in."""
    with ZipFile(BytesIO(book)) as parts:
        drawing = parts.read(f"xl/drawings/drawing{tab}.xml").decode()
    return re.findall(r"<xdr:from><xdr:col>(\d+)</xdr:col>.*?<xdr:row>(\d+)</xdr:row>", drawing)


@pytest.mark.parametrize("template", EVERY, ids=lambda t: t.name)
def test_a_blank_form_fills_one_page_and_names_nobody(replica: Replica, template: Template) -> None:
    full = compose(template, replica, today=TODAY, masked=False)
    blank = compose(template, replica, today=TODAY, masked=False, fill="blank")
    names = {value for home in replica.all(Household) for value in (home.head_name, home.number)}

    assert len(layout(blank)) == 1
    assert blank.persons == 0
    assert not blank.rows or template.report
    assert not any(name in printed(blank) for name in names)
    if template.form == "register" and not template.report:
        assert [c.label for c in blank.columns] == [c.label for c in full.columns if c.kind != "code"]
        assert places(blank).spare >= 8


@pytest.mark.parametrize("template", EVERY, ids=lambda t: t.name)
def test_a_prefilled_form_is_laid_out_and_written(replica: Replica, template: Template) -> None:
    sheet = compose(template, replica, today=TODAY, fill="known")

    assert sheet.pen
    assert all(len(row.cells) == len(sheet.columns) for row in sheet.rows)
    assert len(layout(sheet)) >= 1
    assert workbook_bytes(sheet).startswith(b"PK")


def test_a_prefilled_register_has_a_code_for_each_household_and_boxes_to_tick(replica: Replica) -> None:
    sheet = made(replica, "residents", "known")
    labels = [column.label for column in sheet.columns]
    by_name = {row.cells[labels.index("姓名")]: row.cells for row in sheet.rows}

    assert labels[-2:] == ["核对", "户码"]
    assert by_name["李䶮"][-1] == by_name["王㛃"][-1] == reference("h1")
    assert by_name["陈秀英"][-1] == reference("h2")
    assert by_name["李䶮"][-2] == "□无变化\n□有变化"


def test_visits_are_prefilled_from_the_doors_that_are_to_be_visited(replica: Replica) -> None:
    sheet = made(replica, "visits", "known", scope=Scope(building="b2"))
    labels = [column.label for column in sheet.columns]
    first = dict(zip(labels, sheet.rows[0].cells, strict=True))

    assert len(sheet.rows) == 2
    assert (first["地址"], first["户主"], first["户码"]) == (
        "杏花苑2栋1单元201室",
        "陈秀英",
        reference("h2"),
    )
    assert first["联系电话"] == "199****2079"
    assert not first["走访日期"]
    assert not first["居民诉求"]


def test_a_visit_form_is_prefilled_with_the_family_to_be_checked(replica: Replica) -> None:
    sheet = made(replica, "visit_form", "known", scope=Scope(ids=frozenset({"h1"})))
    known = pairs(sheet)

    assert (known["地址"], known["户主"]) == ("杏花苑2栋1单元1001室", "李䶮")
    assert known["走访日期"] == known["居民诉求"] == ""
    assert known["走访结果"].startswith("□见面 □无人 □拒访")
    assert "☑" not in printed(sheet)
    assert [row[0] for row in table(sheet, "家庭成员核对")] == ["李䶮", "王㛃", "李小明"]
    assert all(row[5] == "□在家 □外出 □迁出" for row in table(sheet, "家庭成员核对"))
    assert sheet.cards[0].heading[0] == "编号："


def test_a_visit_is_printed_on_its_form_with_the_whole_list_of_answers(replica: Replica) -> None:
    visit = next(one for one in replica.all(Visit) if one.number == "ZF-2")
    sheet = made(replica, "visit_form", scope=Scope(ids=frozenset({visit.id})))

    assert "☑见面 □无人 □拒访 □改约 □已搬走 □空置 □电话联系" in pairs(sheet).values()
    assert sheet.cards[0].heading[0] == "编号：ZF-2"
    assert sheet.cards[0].code == reference("h1")


def test_a_household_card_holds_house_family_contacts_matters_and_visits(replica: Replica) -> None:
    matter = Matter(id="m1", area="519901001001001", title="楼道灯不亮", heard_on=TODAY, household="h1")
    replica.save(matter)
    sheet = made(replica, "household_card", scope=Scope(ids=frozenset({"h1", "h2"})))
    number = [card.name for card in sheet.cards].index("010100001")

    assert len(sheet.cards) == 2
    assert pairs(sheet, number)["使用情况"].startswith("□自住 ☑出租 □空置")
    assert [row[1] for row in table(sheet, "家庭成员", number)] == ["李䶮", "王㛃", "李小明"]
    assert [row[2] for row in table(sheet, "诉求与事项", number)] == ["楼道灯不亮"]
    assert [row[0] for row in table(sheet, "走访记录（最近在前）", number)] == [
        "2026-10-01",
        "2026-09-02",
        "2026-09-01",
    ]
    assert [row[0] for row in table(sheet, "党员中心户联系", 1 - number)] == ["ZXH-001"]
    assert sheet.persons == 5, "four people live there, and one looks after them"


def test_a_matter_is_printed_with_every_step(replica: Replica) -> None:
    matter = Matter(
        id="m1", area="519901001001001", number="SX-1", kind_of_matter="order", title="买药", heard_on=TODAY
    )
    steps = [
        MatterStep(area=matter.area, matter="m1", act=act, done_by="苏红", at=datetime(2026, 9, day, 9), told=told)
        for day, (act, told) in enumerate((("sent", "派给志愿队"), ("taken", "周三去"), ("handled", "已买"), ("rated", "好")), 1)
    ]  # fmt: skip
    replica.save(matter, *steps)
    form, order = made(replica, "matter_form"), made(replica, "order_form")

    assert [row[1] for row in table(form, "办理过程")] == ["派单", "接单", "办理", "评价"]
    assert [row[3] for row in table(order, "二、派单与接单")] == ["派给志愿队", "周三去"]
    assert [row[3] for row in table(order, "三、服务记录")] == ["已买"]
    assert [row[3] for row in table(order, "四、评单")] == ["好"]


def test_a_card_bears_the_code_of_its_household_and_its_digits(replica: Replica) -> None:
    sheet = made(replica, "household_card", scope=Scope(ids=frozenset({"h2"})))
    (card,) = sheet.cards

    assert card.code == reference("h2")
    assert spaced(card.code) in printed(sheet)


def test_a_workbook_has_the_same_values_and_the_code_as_a_picture_in_its_cell(replica: Replica) -> None:
    sheet = made(replica, "household_card", scope=Scope(ids=frozenset({"h1", "h2"})))
    content = workbook_bytes(sheet)
    book = openpyxl.load_workbook(BytesIO(content))

    assert book.sheetnames == ["010100001", "010100002"]
    for number, (tab, card) in enumerate(zip(book.worksheets, sheet.cards, strict=True), 1):
        cells = {str(cell) for row in tab.iter_rows(values_only=True) for cell in row if cell}
        values = {pair.value for block in card.blocks for pair in block.pairs if pair.value}
        values |= {cell for block in card.blocks for row in block.rows for cell in row.cells if cell}
        assert values <= cells
        assert spaced(card.code) in cells
        assert pictures(content)[f"image{number}.png"] == codes.picture(card.code).getvalue()
        assert anchors(content, number) == [("21", "0")]


def test_two_slips_share_a_page_and_a_worksheet_and_each_has_its_own_code(replica: Replica) -> None:
    sheet = made(replica, "visit_slip", "known")
    pages = layout(sheet)
    content = workbook_bytes(sheet)
    upper = [t for t in pages[0].texts if t.text == spaced(sheet.cards[0].code)]
    lower = [t for t in pages[0].texts if t.text == spaced(sheet.cards[1].code)]

    assert (len(sheet.cards), len(pages)) == (4, 2)
    assert pages[0].height == 297
    assert lower[0].y - upper[0].y == pytest.approx(297 / 2)
    assert [len(anchors(content, tab)) for tab in (1, 2)] == [2, 2]
    assert len(pictures(content)) == 4


def test_blank_slips_fill_their_page(replica: Replica) -> None:
    sheet = made(replica, "visit_slip", "blank")

    assert len(sheet.cards) == 2
    assert len(layout(sheet)) == 1
    assert printed(sheet).count("□见面 □无人") == 2


def test_a_code_holds_the_sign_and_the_digits_and_nothing_else() -> None:
    rows = codes.modules("123456789012")

    assert len(rows) == len(rows[0]) == codes.MODULES
    assert all(all(row[:7]) for row in (rows[0], rows[6], rows[14])), "the three finders"
    assert codes.modules("123456789013") != rows


def test_the_blank_monthly_report_keeps_its_categories_and_has_no_figure(replica: Replica) -> None:
    sheet = made(replica, "dispute_report", "blank")

    assert any("婚姻、家庭、邻里" in row.cells[1] for row in sheet.rows)
    assert not any(cell for row in sheet.rows for cell in row.cells[2:])


def test_the_card_of_a_centre_household_is_one_page_with_its_list_and_its_gatherings(
    replica: Replica,
) -> None:
    sheet = made(replica, "centre_card")

    assert len(layout(sheet)) == len(sheet.cards) == 1
    assert sheet.cards[0].code == reference("h1")
