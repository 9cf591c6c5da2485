"""Columns and words nobody knows are matched once by keyboard, live, and never again for the same heads."""

import asyncio
from pathlib import Path

from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
import pytest
from pytestqt.qtbot import QtBot

from gridclient.errors import Unfit
from gridclient.exchange.mapping import Word
from gridclient.records import Resident
from gridclient.ui.import_columns import answers
from gridclient.ui.import_steps import Stage
from gridclient.ui.importing import ImportPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import DOOR, GOOD_ID, NAME, PHONE, looked_at, strange, table, unmasked, until
from tests.support.stage import Hands, on_stage
from tests.unit.exchange.workbooks import numbered

WORDS = "姓名,身份证号,文化程度,政治面貌,所属楼栋,所属单元,室号"
SAID = (("大", "大专文化,群众"), ("中", "大专文化,群众"), ("小", "大专文化,老百姓"), ("少", "高中,群众"))


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace) -> ImportPage:
    made = ImportPage(workspace)
    made.stage = on_stage(qtbot, made, 1200, 700)  # type: ignore[attr-defined] - kept as long as the page
    return made


@pytest.fixture
def worded(tmp_path: Path) -> Path:
    """Four rows, three of which say 大专文化 and one 老百姓."""
    rows = [f"欧阳{n},{numbered(at)},{word},{DOOR}" for at, (n, word) in enumerate(SAID, 1)]
    return table(tmp_path, "写法.csv", WORDS, *rows)


def people(page: ImportPage, name: str = NAME) -> list[Resident]:
    return page.workspace.replica.all(Resident, Resident.name == name)


def states(page: ImportPage) -> dict[str, str]:
    return {told.texts[1]: told.texts[3] for told in page.match.columns.rows.told}


async def taken(page: ImportPage, *paths: Path) -> None:
    page.take(*paths)
    await looked_at(page)


async def test_heads_nobody_knows_are_matched_by_four_keys_and_never_again(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await taken(page, strange(tmp_path))
    assert page.at is Stage.MATCH
    assert not page.go.isEnabled()
    assert "姓名、身份证号" in page.match.lacking.text()
    assert page.match.columns.hasFocus()

    hands = Hands(page)
    hands.press("Enter", "Enter", "Enter", "Enter")
    await looked_at(page)
    assert states(page) | {"称呼": "姓名", "证件": "身份证号"} == states(page)
    assert page.match.lacking.isHidden()
    hands.press("Ctrl+Enter")
    await until(page.again.isVisible)
    assert [one.id_number for one in people(page)] == [GOOD_ID]

    await taken(page, strange(tmp_path, "下月.csv", f"欧阳小小,{numbered(3)},,高中,{DOOR}"))
    assert page.at is Stage.PROBLEMS
    assert page.go.isEnabled()
    page.import_now()
    await until(page.again.isVisible)
    assert people(page, "欧阳小小")


async def test_a_column_may_be_found_by_typing_and_may_be_left_unread(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    row = f"{NAME},{GOOD_ID},{PHONE},下棋,{DOOR}"
    await taken(page, table(tmp_path, "a.csv", "姓名,身份证号,手机二,爱好,所属楼栋,所属单元,室号", row))
    assert page.at is Stage.PROBLEMS
    hands = Hands(page)
    QTest.keyClick(
        page.issues if page.issues.isVisible() else page, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier
    )
    assert page.at is Stage.MATCH
    assert page.match.columns.chosen == 2

    hands.press("Enter")
    hands.type("lxdh")
    hands.press("Enter", "Enter", "Enter")
    await looked_at(page)

    assert (states(page)["手机二"], states(page)["爱好"]) == ("联系电话", "不读这一列")
    page.import_now()
    await until(page.again.isVisible)
    assert people(page)[0].phones == [PHONE]


async def test_a_word_settled_once_is_settled_in_every_row(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, worded: Path
) -> None:
    await taken(page, worded)
    assert page.rehearsal is not None
    assert page.rehearsal.counts.rows_with_warnings == 3
    assert "2 个写法不认识" in page.notices.odd_words.text()
    QTest.keyClick(page.issues.rows, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert page.match.words.hasFocus()
    busy: list[str] = []
    page.workspace.busy_changed.connect(lambda work: busy.append(work.text))

    hands = Hands(page)
    hands.press("Enter")
    hands.type("dz")
    hands.press("Enter")
    await looked_at(page)
    assert busy == []  # nothing comes and goes above the page for so few rows

    told = [row.texts for row in page.match.words.rows.told]
    assert told[0] == ("文化程度", "大专文化", "3", "✓ 大专")
    assert page.rehearsal.counts.rows_with_warnings == 1
    assert "请核对 1 行" in page.card.told.text()
    assert page.match.words.currentIndex().row() == 1
    page.import_now()
    await until(page.again.isVisible)
    (college,) = {one.education for name in ("欧阳大", "欧阳中", "欧阳小") for one in people(page, name)}
    assert Resident.spec.field("education").text(college) == "大专"


async def test_a_word_in_two_sheets_is_asked_once_and_its_likely_meaning_is_marked(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    book = Workbook()
    for at, heads in enumerate((["姓名", "身份证号", "文化程度"], ["人员姓名", "证件号码", "文化水平"])):
        sheet = book.create_sheet(f"第{at}网格")
        sheet.append([*heads, "所属楼栋", "所属单元", "室号"])
        sheet.append([f"欧阳{at}", numbered(at + 1), "大专文化", *DOOR.split(",")])
    del book["Sheet"]
    book.save(tmp_path / "两页.xlsx")
    await taken(page, tmp_path / "两页.xlsx")
    page.go_to(Stage.MATCH)
    page.match.words.setFocus()
    assert [told.texts[1:] for told in page.match.words.rows.told] == [("大专文化", "2", "! 请选")]

    Hands(page).press("Enter", "Enter")
    await looked_at(page)

    assert [told.texts[1:] for told in page.match.words.rows.told] == [("大专文化", "2", "✓ 大专")]
    assert page.shown is not None
    assert page.shown.open_words == 0
    page.go_to(Stage.PROBLEMS)
    assert page.notices.odd.isHidden()


async def test_a_page_that_lacks_a_column_beside_one_that_does_not_is_told_and_matched(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    book = Workbook()
    for name, at in (("姓名", 1), ("称呼", 2)):
        sheet = book.create_sheet(f"第{at}网格")
        sheet.append([name, "身份证号", "所属楼栋", "所属单元", "室号"])
        sheet.append([f"欧阳{'大小'[at - 1]}", numbered(at), *DOOR.split(",")])
    words = book.create_sheet("字典")
    for row in (["民族", "性别"], ["汉族", "男"], ["回族", "女"]):
        words.append([*row, "是", "否", "甲"])
    del book["Sheet"]
    book.save(tmp_path / "两页.xlsx")
    await taken(page, tmp_path / "两页.xlsx")
    assert "“第2网格”这一页没认出姓名，没有读" in page.notices.odd_words.text()
    assert "字典" not in page.notices.odd_words.text()

    QTest.keyClick(page.go, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert page.match.sheets.currentText() == "第2网格"
    Hands(page).press("Enter", "Enter")
    await looked_at(page)
    page.import_now()
    await until(page.again.isVisible)
    assert people(page, "欧阳大")
    assert people(page, "欧阳小")


@pytest.mark.parametrize(
    ("slot", "word", "likely"),
    [
        ("resident.education", "大专文化", "大专"),
        ("resident.away", "不是", ""),
        ("resident.education", "下棋", ""),
    ],
)
def test_a_meaning_is_marked_when_its_words_are_in_the_word_and_nothing_is_denied(
    slot: str, word: str, likely: str
) -> None:
    offered, marked = answers(Word("", slot, "", word, 1), None)
    assert offered[marked] == (likely or "留空")


async def test_nothing_is_proposed_for_a_column_that_does_not_look_like_what_is_lacking(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    row = f"12.5,{NAME},{GOOD_ID},女,汉族,{DOOR}"
    await taken(page, table(tmp_path, "a.csv", "面积多少,叫什么,证件,性别,民族,所属楼栋,所属单元,室号", row))

    proposed = []
    for at in range(3):
        page.match.columns.selectRow(at)
        proposed.append(page.match.picker.found.chosen)
    assert proposed == ["", "resident.name", "resident.id_number"]


async def test_what_is_settled_while_a_rehearsal_is_under_way_is_not_lost(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await taken(page, strange(tmp_path))
    for head, slot in (("称呼", "resident.name"), ("证件", "resident.id_number")):
        at = next(n for n, told in enumerate(page.match.columns.rows.told) if told.texts[1] == head)
        page.match.columns.selectRow(at)
        page.match.picker.chosen.emit(slot)
    page.match.picker.setFocus()
    page.match.picker.words.setText("xb")
    await looked_at(page)
    await until(lambda: states(page)["称呼"] == "姓名")

    assert page.rehearsal is not None
    assert page.rehearsal.counts.importable == 2
    assert page.match.picker.words.text() == "xb"
    assert page.match.picker.words.hasFocus()


async def test_another_form_is_chosen_for_a_sheet_and_what_it_lacks_is_said(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await taken(page, strange(tmp_path))
    page.match.form.setCurrentIndex(page.match.form.findData("buildings"))
    page.match.form.activated.emit(page.match.form.currentIndex())
    await looked_at(page)
    assert page.match.sheet is not None
    assert page.match.sheet.form is not None
    assert page.match.sheet.form.name == "buildings"
    assert "少不了负责人" in page.match.lacking.text()
    assert page.shown is not None
    assert page.shown.state == ("warn", "! 先对应")


async def test_a_page_nobody_wants_is_left_out_and_may_come_back(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    book = Workbook()
    for number, (title, more) in enumerate((("今年", []), ("去年", ["去年备注"])), 1):
        sheet = book.create_sheet(title)
        sheet.append(["姓名", "身份证号", "所属楼栋", "所属单元", "室号", *more])
        sheet.append([f"欧阳{title}", numbered(number), "1号楼", "1", "101"])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "两年.xlsx")
    await taken(page, tmp_path / "两年.xlsx")
    assert "读到 2 行" in page.shown.told

    page.go_to(Stage.MATCH)
    page.match.sheets.setCurrentIndex(1)
    page.match.sheets.activated.emit(1)
    for choice, rows, standing in (("", 1, "不导入这一页"), ("people", 2, "没有读")):
        place = page.match.form.findData(choice)
        page.match.form.setCurrentIndex(place)
        page.match.form.activated.emit(place)
        await looked_at(page)
        assert f"读到 {rows} 行" in page.shown.told
        assert standing in page.match.standing.text()


async def test_a_colleague_s_matching_serves_the_same_heads(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "对应.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(out), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: (str(out), ""))
    await taken(page, strange(tmp_path))
    assert page.shown is not None
    Hands(page).press("Enter", "Enter", "Enter", "Enter")
    await looked_at(page)
    page.match.give.click()
    told = out.read_text("utf-8")
    assert NAME not in told
    assert GOOD_ID not in told
    for key in page.shown.terms.mappings:
        page.workspace.replica.set_meta(f"import_mapping:{key}", "")

    await taken(page, strange(tmp_path))
    assert page.at is Stage.MATCH
    page.match.get.click()
    await looked_at(page)
    assert page.go.isEnabled()
    out.write_text("{}", "utf-8")
    with pytest.raises(Unfit):
        page.match.take_mappings()


async def test_samples_are_starred_out_until_f12_which_is_noted(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await taken(page, strange(tmp_path))
    shown = "".join(told.texts[2] for told in page.match.columns.rows.told)
    assert GOOD_ID not in shown
    assert NAME not in shown
    QTest.keyClick(page.match.columns, Qt.Key.Key_F12)

    assert GOOD_ID in "".join(told.texts[2] for told in page.match.columns.rows.told)
    assert len(unmasked(page.workspace)) == 1
    QTest.keyClick(page.match.columns, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(page.begin, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert GOOD_ID not in "".join(told.texts[2] for told in page.match.columns.rows.told)
