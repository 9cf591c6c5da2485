"""Lists of any kind: every id at once, the cells a page at a time."""

import asyncio
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton
import pytest
from pytestqt.qtbot import QtBot

from gridclient.fields import RECORDS
from gridclient.records import Resident
from gridclient.store.search import Search
from gridclient.ui import table as tables
from gridclient.ui.lookup import Suggestions
from gridclient.ui.page import RecordPage, RecordsPage
from gridclient.ui.palette import Hits
from gridclient.ui.table import PAGE, RecordTableModel
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


def column(model: RecordTableModel, name: str) -> int:
    return [field.name for field in model.fields].index(name)


def cells(model: RecordTableModel, name: str) -> list[str]:
    at = column(model, name)
    return [model.index(row, at).data() for row in range(model.rowCount())]


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_the_model_keeps_qts_contract(workspace: Workspace, kind: str) -> None:
    model = RecordTableModel(workspace, kind)

    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.reload()
    model.sort(0)

    assert tester.model() is model


def test_short_lists_of_answers_keep_qts_contract(qapp: QApplication) -> None:
    for model in (Suggestions(), Hits()):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)

        assert model.rowCount() == 0


def test_only_the_pages_looked_at_are_read(workspace: Workspace) -> None:
    model = RecordTableModel(workspace, "resident")
    assert model.rowCount() > PAGE

    last = model.index(model.rowCount() - 1, 0).data()

    assert last
    assert list(model._pages) == [(model.rowCount() - 1) // PAGE]


def test_private_numbers_are_starred_out_in_lists(workspace: Workspace) -> None:
    model = RecordTableModel(workspace, "resident")

    assert all("********" in number for number in cells(model, "id_number"))
    assert not any(number.count("*") == 0 for number in cells(model, "phones") if number)


def test_a_link_is_shown_in_words(workspace: Workspace) -> None:
    model = RecordTableModel(workspace, "resident")

    assert "号楼" in cells(model, "household")[0]
    assert "单元" in cells(model, "household")[0]


def test_a_column_sorts_both_ways(workspace: Workspace) -> None:
    model = RecordTableModel(workspace, "resident")

    model.sort(column(model, "birth"), Qt.SortOrder.DescendingOrder)
    youngest_first = cells(model, "birth")
    model.sort(column(model, "birth"))

    assert youngest_first == sorted(youngest_first, reverse=True)
    assert cells(model, "birth") == sorted(youngest_first)


def test_a_save_is_seen_in_the_list_and_the_mark_stays(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    page.show()
    chosen = page.model.id_at(20)
    page.table.mark(chosen)
    person = workspace.replica.get(Resident, chosen)
    assert person is not None

    person.name = "阿丽"
    with qtbot.waitSignal(page.model.reloaded, timeout=3000):
        workspace.save(person)

    assert page.table.current_id == chosen
    assert "阿丽" in cells(page.model, "name")


def test_the_filter_keeps_what_fits_every_word_and_every_list(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    name = cells(page.model, "name")[0]

    page.words.setText(name)
    found = cells(page.model, "name")
    page.words.clear()
    page.filters[0].setCurrentIndex(page.filters[0].findData("floating"))
    page.filters[0].activated.emit(0)

    assert found
    assert set(found) == {name}
    assert set(cells(page.model, "population")) == {"流动"}


def test_rows_are_copied_with_their_heads_and_stay_starred_out(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    page.table.selectRow(0)

    page.table.out.copy()

    head, row = QApplication.clipboard().text().split("\n")
    assert head.split("\t")[0] == "姓名"
    assert "********" in row


def test_choosing_every_row_does_not_look_at_each_of_them(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    page.show()
    asked: list[None] = []
    count = RecordTableModel.rowCount
    monkeypatch.setattr(RecordTableModel, "rowCount", lambda *args: (asked.append(None), count(*args))[1])

    page.table.selectAll()
    page.table.grab()

    assert len(page.table.out.chosen) == page.model.rowCount()
    assert len(asked) < page.model.rowCount() * 2


def test_enter_opens_the_form_and_esc_closes_it(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    page.show()
    page.table.selectRow(3)

    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    opened = page.pane.isVisible()
    page.pane.form.leave()

    assert opened
    assert page.pane.form.record.id == page.model.id_at(3)
    assert not page.pane.isVisible()


def test_a_record_lists_what_is_linked_to_it(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordPage(workspace, "household")
    qtbot.addWidget(page)
    page.open(id=page.model.id_at(0))

    titles = [page.pane.tabText(place) for place in range(page.pane.count())]

    assert titles[0] == "资料"
    assert any(title.startswith("居民 ") for title in titles)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list counts as a long one."""
    monkeypatch.setattr(tables, "SHORT", 10)


async def arrived(page: RecordPage) -> None:
    while page.model.reading:  # noqa: ASYNC110 - the model tells Qt, not asyncio
        await asyncio.sleep(0.01)


async def test_the_rows_of_a_long_list_stay_until_the_new_ones_are_there(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, long: None
) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    before = page.count.text(), page.model.rowCount()
    await arrived(page)
    every = cells(page.model, "name")

    page.words.setText(every[7])
    meanwhile = cells(page.model, "name")
    await arrived(page)

    assert before == ("正在读取…", 0)
    assert meanwhile == every
    assert set(cells(page.model, "name")) == {every[7]}
    assert page.count.text() == f"共 {page.model.rowCount()} 条"


async def test_of_words_typed_fast_only_the_last_result_is_shown(
    qloop: asyncio.AbstractEventLoop,
    qtbot: QtBot,
    workspace: Workspace,
    long: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    await arrived(page)
    name = cells(page.model, "name")[5]
    asked: list[str] = []
    counts: list[int] = []
    really = tables.ids

    def slowly(replica: object, search: Search) -> object:
        asked.append(search.words)
        time.sleep(0.05)
        return really(workspace.replica, search)

    monkeypatch.setattr(tables, "ids", slowly)
    page.model.reloaded.connect(counts.append)

    for words in ("没有这个人", name[:1], name):
        page.words.setText(words)
        await asyncio.sleep(0)
    await arrived(page)

    assert asked == ["没有这个人", name]
    assert counts == [page.model.rowCount()]
    assert set(cells(page.model, "name")) == {name}


async def test_what_was_chosen_in_a_long_list_stays_chosen(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, long: None
) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    page.open(id=workspace.replica.all(Resident)[100].id)
    await arrived(page)
    marked = page.table.current_id
    page.table._choose({page.model.id_at(3), page.model.id_at(5)})
    chosen = {page.model.id_at(row) for row in page.table.chosen_rows()}

    page.model.sort(column(page.model, "birth"))
    await arrived(page)

    assert marked == workspace.replica.all(Resident)[100].id == page.table.current_id
    assert len(chosen) == 3
    assert {page.model.id_at(row) for row in page.table.chosen_rows()} == chosen


async def test_a_list_looked_at_elsewhere_does_not_jump_to_its_mark(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, long: None
) -> None:
    page = RecordPage(workspace, "resident")
    qtbot.addWidget(page)
    page.resize(900, 500)
    page.show()
    await arrived(page)
    page.table.selectRow(0)
    page.table.scrollToBottom()
    place = page.table.verticalScrollBar().value()

    page.model.reload()
    await arrived(page)

    assert page.table.verticalScrollBar().value() == place > 0
    assert page.table.current_id == page.model.id_at(0)


async def test_the_list_of_residents_has_a_button_that_leads_to_the_import(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = RecordsPage(workspace, "居民", ("resident", "household"))
    stage = on_stage(qtbot, page)
    with qtbot.waitSignal(workspace.place_opened) as opened:
        page.page.findChild(QPushButton, "import").click()

    assert opened.args == ["import", {}]
    stage.close()


def test_a_cell_is_not_cut_where_the_table_has_room(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordsPage(workspace, "基础资料", ("org_unit",))
    page.stage = on_stage(qtbot, page, 1100, 500)  # type: ignore[attr-defined] - kept as long as the page
    table = page.page.table
    at = column(page.page.model, "code")

    wanted = max(map(table.fontMetrics().horizontalAdvance, cells(page.page.model, "code")))

    assert table.columnWidth(at) > wanted + 16
    assert sum(table.columnWidth(c) for c in range(len(page.page.model.fields))) == table.viewport().width()


def test_a_day_in_the_first_column_has_room_beside_its_sign(qtbot: QtBot, workspace: Workspace) -> None:
    page = RecordsPage(workspace, "基础资料", ("visit",))
    page.stage = on_stage(qtbot, page, 600, 500)  # type: ignore[attr-defined] - kept as long as the page
    table = page.page.table

    assert page.page.model.fields[0].kind == "day"
    assert table.columnWidth(0) >= table.sizeHintForColumn(0) + table.fontMetrics().horizontalAdvance("国")
