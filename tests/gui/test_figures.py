"""Every figure is counted from records and opens its list."""

import asyncio
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import CentreActivity, PartyCentreHousehold, Visit
from gridclient.records.people import LeftHow
from gridclient.rules.household_life import Note, leave
from gridclient.store import counts, families, homes
from gridclient.ui.figure_bars import drawn
from gridclient.ui.figure_table import COLUMNS, SPANS
from gridclient.ui.figures import CHARTS, LIST, PAPER, TABLE, FiguresPage
from gridclient.ui.workspace import Workspace
from tests.support import matters
from tests.support.stage import on_stage

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> FiguresPage:
    """The page of a month in which something of everything happened."""
    replica = workspace.replica
    matters.hear(replica)
    matters.care_for(replica, days=20)
    centre = replica.all(PartyCentreHousehold)[0]
    held = CentreActivity(
        centre=centre.id, held_on=date(2026, 10, 9), theme="议事", attendance=9, opinions=4, area=centre.area
    )
    replica.save(held)
    home = next(d for d in homes.round_of(replica, workspace.today) if d.household and d.size == 1)
    family = families.family(replica, home.household)
    gone = [member.id for member in family.members]
    replica.save(
        *leave(family, gone, LeftHow.MOVED.value, Note(date(2026, 10, 12), "张敏", workspace.now), to="外地")
    )
    return FiguresPage(workspace)


async def counted(page: FiguresPage, act: object = None) -> None:
    """Wait until the figures are there that ``act`` asks for."""
    done = asyncio.Event()
    page.counted.connect(done.set)
    if callable(act):
        act()
    await asyncio.wait_for(done.wait(), 10)
    page.counted.disconnect(done.set)


def cell_of(page: FiguresPage, words: str, span: str = "now", family: str = "") -> tuple[int, int]:
    for row in range(page.table.figures.rowCount()):
        one = page.table.figures.told[row]
        if one and one.measure.words == words and family in ("", one.measure.family):
            return row, COLUMNS.index(span)
    raise AssertionError(words)


def shown(page: FiguresPage, words: str, span: str = "now") -> str:
    return str(page.table.figures.index(*cell_of(page, words, span)).data())


async def test_every_number_opens_a_list_of_so_many_records(page: FiguresPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    opened = 0

    for row in range(page.table.figures.rowCount()):
        for span in SPANS:
            found = page.table.counted(row, COLUMNS.index(span))
            if found is None or not found.ids:
                continue
            page.table._open(page.table.figures.index(row, COLUMNS.index(span)))
            assert page.list.table is not None
            listed = page.list.table.records
            assert listed.rowCount() == len(found.ids), page.list.title.text()
            if page.table.figures.told[row].measure.unit not in ("人次", "条"):
                assert listed.rowCount() == found.number
            opened += 1
    assert opened > 60
    stage.close()


async def test_who_left_since_is_on_the_list_of_the_month_before(page: FiguresPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)

    homes_ = [shown(page, "总户数", span) for span in ("now", "before")]
    page.table._open(page.table.figures.index(*cell_of(page, "减少户")))

    assert int(homes_[0]) == int(homes_[1]) - 1
    assert page.list.title.text() == "2026年10月 户 减少户：1（户）"
    assert page.list.table is not None
    assert page.list.table.records.rowCount() == 1
    stage.close()


async def test_a_number_is_opened_and_left_by_keys(page: FiguresPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    page.table.setFocus()
    page.table.mark(*cell_of(page, "走访次数"))

    QTest.keyClick(page.table, Qt.Key.Key_Return)
    there = page._stack.currentIndex()
    QTest.keyClick(page.list.table, Qt.Key.Key_Escape)

    assert (there, page._stack.currentIndex()) == (LIST, TABLE)
    assert page.table.hasFocus()
    stage.close()


async def test_another_month_is_chosen_by_keys_and_counted_again(
    page: FiguresPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    before = shown(page, "走访次数", "before")

    await counted(
        page, lambda: QTest.keyClick(page.table, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    )

    assert page.days == (date(2026, 9, 1), date(2026, 9, 30))
    assert shown(page, "走访次数") == before != "0"
    QTest.keyClick(page.table, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.table, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page.days[0] == OCTOBER
    await counted(page)
    stage.close()


async def test_the_paper_shows_the_month_and_its_figures(
    page: FiguresPage, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    told = shown(page, "走访次数")
    done = asyncio.Event()
    page.paper.composed.connect(done.set)

    page.show_view(PAPER)
    await asyncio.wait_for(done.wait(), 10)
    await page.paper.write_workbook(tmp_path / "月报.xlsx")

    sheet = page.paper.sheet
    assert sheet is not None
    assert sheet.subtitles == ("（2026年10月）",)
    assert next(row.cells[3] for row in sheet.rows if row.cells[1] == "走访次数") == told
    assert (tmp_path / "月报.xlsx").stat().st_size > 1000
    stage.close()


async def test_a_tile_opens_what_it_counts(page: FiguresPage, workspace: Workspace, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    page.show_view(CHARTS)
    kept = counts.figures(workspace.replica)

    for name, words in counts.WORDS.items():
        if not kept.get(name):
            continue
        page.charts.tiles[words].click()
        assert page.list.table is not None
        assert page.list.table.records.rowCount() == kept[name], words
    assert "没对上居民的党员" not in page.charts.tiles
    stage.close()


async def test_a_bar_opens_the_records_it_stands_for(page: FiguresPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    page.show_view(CHARTS)

    for bars in (page.charts.months, page.charts.outcomes, page.charts.ages):
        for bar in bars.bars:
            if bar.ids:
                bars.opened.emit(bar)
                assert page.list.table is not None
                assert page.list.table.records.rowCount() == max(bar.whole, bar.value)
    stage.close()


def test_the_bars_add_up_to_the_records(workspace: Workspace) -> None:
    told = drawn(workspace.replica, workspace.today)

    assert sum(bar.whole for bar in told.months) == workspace.replica.count(Visit)
    assert sum(len(bar.ids) for bar in told.ages) == sum(bar.value for bar in told.ages) == 149
