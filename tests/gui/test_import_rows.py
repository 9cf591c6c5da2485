"""Rows are left out by a key, and nobody kept in another household is moved, or passed over, without an answer."""

import asyncio
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
import pytest
from pytestqt.qtbot import QtBot

from gridclient.exchange.whole_out import Wanted, whole
from gridclient.records import Resident
from gridclient.ui.import_steps import Stage
from gridclient.ui.importing import ImportPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import NAME, PHONE, looked_at, moved, roster, texts, until
from tests.support.stage import Hands, on_stage
from tests.unit.exchange.workbooks import numbered

OTHER = "欧阳大满"


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace) -> ImportPage:
    made = ImportPage(workspace)
    made.stage = on_stage(qtbot, made, 1200, 700)  # type: ignore[attr-defined] - kept as long as the page
    return made


async def taken(page: ImportPage, *paths: Path) -> None:
    page.take(*paths)
    await looked_at(page)


async def written(page: ImportPage) -> None:
    page.import_now()
    await until(page.again.isVisible)


def named(page: ImportPage, name: str) -> list[Resident]:
    return page.workspace.replica.all(Resident, Resident.name == name)


def now(page: ImportPage, person: Resident) -> Resident:
    found = page.workspace.replica.get(Resident, person.id)
    assert found is not None
    return found


async def two_rows(page: ImportPage, folder: Path) -> None:
    """Two people, the first with a blank before his telephone number, which was put right."""
    rows = (f"{NAME},{numbered(1)}, {PHONE}", f"{OTHER},{numbered(2)}, {PHONE}")
    await taken(page, roster(folder, "两人.csv", *rows))


async def test_delete_leaves_a_row_out_at_once_and_it_is_not_imported(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await two_rows(page, tmp_path)
    assert [row[2] for row in texts(page)] == ["2", "3"]
    page.issues.rows.selectRow(0)
    QTest.keyClick(page.issues.rows, Qt.Key.Key_Delete)

    assert [row[2] for row in texts(page)] == ["3"]
    await looked_at(page)
    assert page.rehearsal is not None
    assert page.rehearsal.counts.rows_read == 1
    assert "您不导入 1 行" in page.card.told.text()
    await written(page)
    assert (len(named(page, NAME)), len(named(page, OTHER))) == (0, 1)


async def test_a_row_left_out_comes_back_by_the_same_key(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await two_rows(page, tmp_path)
    page.issues.rows.selectRow(0)
    page.issues.turn.click()
    await looked_at(page)
    page.issues.sorts.buttons()[-1].click()
    assert [(row[0], row[2]) for row in texts(page)] == [("– 不导入", "2")]
    assert "恢复" in page.issues.turn.text()
    QTest.keyClick(page.issues.rows, Qt.Key.Key_Delete)
    await looked_at(page)

    assert page.rehearsal is not None
    assert page.rehearsal.counts.rows_read == 2
    assert [row[2] for row in texts(page)] == ["2", "3"]
    assert page.issues.sorts.buttons()[-1].isHidden()


async def test_several_rows_are_left_out_together(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    await two_rows(page, tmp_path)
    page.issues.rows.selectAll()
    QTest.keyClick(page.issues.rows, Qt.Key.Key_Delete)
    await looked_at(page)

    assert page.shown is not None
    assert page.shown.terms.skipped == {("", 2), ("", 3)}
    assert not page.go.isEnabled()


async def test_importing_with_people_not_answered_for_goes_to_them_and_writes_nothing(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    path, (one, *_rest) = moved(tmp_path, page.workspace.replica)
    before = now(page, one).model_dump()
    said: list[str] = []
    page.workspace.said.connect(lambda message: said.append(message.title))
    await taken(page, path)
    assert "3 人在本机登记在别的户" in page.notices.moves_words.text()
    Hands(page).press("Ctrl+Enter")

    assert page.moves.isVisible()
    assert page.moves.rows.hasFocus()
    assert said == ["搬家.csv：3 人在本机登记在别的户"]
    assert page.report is None
    assert now(page, one).model_dump() == before


async def test_people_kept_elsewhere_are_overwritten_compared_and_kept_by_a_digit_each(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    path, people = moved(tmp_path, page.workspace.replica)
    before = [now(page, one) for one in people]
    await taken(page, path)
    page.import_now()
    order = [move.name for move in page.moves.moves]
    assert order == [one.name for one in people]
    hands = Hands(page)
    hands.press("1")
    assert page.moves.rows.currentIndex().row() == 1
    hands.press("Enter")
    at = next(n for n, told in enumerate(page.moves.fields.rows.told) if told.about.field == "employer")
    for row, told in enumerate(page.moves.fields.rows.told):
        if told.texts[0].startswith("☑") != (row == at):
            page.moves.fields.selectRow(row)
            hands.press(" ")
    hands.press("Esc", "↓", "3")
    await looked_at(page)

    assert [told.texts[0] for told in page.moves.rows.rows.told] == ["✓ 覆盖", "✓ 改打勾的 1 处", "✓ 保留"]
    hands.press("Ctrl+Enter")
    await until(page.again.isVisible)
    over, compared, kept = (now(page, one) for one in people)
    assert over.household != before[0].household
    assert "19900077770" in over.phones
    assert (compared.household, compared.employer) == (before[1].household, "桃溪小学")
    assert compared.phones == before[1].phones
    assert kept.model_dump() == before[2].model_dump()


async def test_all_may_be_kept_by_one_button_and_the_window_never_answers_for_later_ones(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    path, people = moved(tmp_path, page.workspace.replica)
    await taken(page, path)
    page.notices.answered.emit("keep")
    await looked_at(page)

    assert page.notices.moves.isHidden()
    assert page.shown is not None
    assert page.shown.terms.every is None
    assert set(page.shown.terms.moves) == {one.id for one in people}


async def test_what_a_first_file_brings_may_make_a_second_one_ask(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    first = roster(tmp_path, "甲.csv", f"{NAME},{numbered(1)},{PHONE}")
    second = tmp_path / "乙.csv"
    second.write_text(first.read_text("utf-8").replace("1号楼,1,101", "1号楼,1,102"), "utf-8")
    await taken(page, first, second)
    assert [file.open_moves for file in page.files] == [0, 0]
    page.import_now()
    await until(page.moves.isVisible)

    assert [bool(file.report) for file in page.files] == [True, False]
    assert page.shown is page.files[1]
    assert page.shown.open_moves == 1
    assert page.result.text().startswith("已写入 1 份，其余还没有写入。先定 1 人怎么办")
    page.moves.answer("keep")
    await looked_at(page)
    assert not page.go.isVisible()
    assert page.again.isVisible()


async def test_enter_on_a_problem_leads_to_where_it_is_answered(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    path, people = moved(tmp_path, page.workspace.replica)
    path.write_text(path.read_text("utf-8").replace("本科", "本科学历哦"), "utf-8")
    await taken(page, path)
    hands = Hands(page)
    at = next(n for n, told in enumerate(page.issues.rows.rows.told) if told.about.kind == "elsewhere")
    page.issues.rows.selectRow(at + 2)
    hands.press("Enter")
    assert page.moves.rows.chosen.row == page.issues.rows.rows.told[at + 2].about.row
    hands.press("Esc")
    assert page.issues.rows.hasFocus()

    at = next(n for n, told in enumerate(page.issues.rows.rows.told) if told.about.raw == "本科学历哦")
    page.issues.rows.selectRow(at)
    hands.press("Enter")
    assert page.at is Stage.MATCH
    assert page.match.words.hasFocus()
    assert page.match.words.chosen.word == "本科学历哦"
    assert len(people) == 3


async def test_everything_a_laptop_holds_comes_back_without_being_matched(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    workspace, path = page.workspace, tmp_path / "全部资料.xlsx"
    one = workspace.replica.all(Resident)[0]
    path.write_bytes(whole(workspace.replica, Wanted("交接", "张敏", workspace.now, "桂花社区")).content)
    await taken(page, path)
    assert page.shown is not None
    assert page.shown.state == ("quiet", "✓ 本机已有")
    assert not page.steps.steps.button(Stage.MATCH).isEnabled()

    book = load_workbook(path)
    cell = next(c for row in book[Resident.spec.title].iter_rows() for c in row if c.value == one.name)
    cell.value = NAME
    book.save(path)
    await taken(page, path)
    await written(page)
    assert len(named(page, NAME)) == 1
