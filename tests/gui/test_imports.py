"""导入记录: every import is listed, says what taking it back would do, and goes back whole when told to."""

import asyncio
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
import pytest

from gridclient.records import Resident
from gridclient.store.trail import Act
from gridclient.ui.import_steps import Stage
from gridclient.ui.importing import ImportPage
from gridclient.ui.imports_page import ImportsPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Cancelled
from gridclient.ui.workspace import Workspace
from tests.support.rosters import GOOD_ID, NAME, ODD_ID, PHONE, looked_at, roster, until
from tests.unit.exchange.workbooks import numbered

OTHER = "欧阳大满"


async def imported(window: MainWindow, folder: Path) -> ImportPage:
    """A roster of two people behind one door, written."""
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    page.take(roster(folder, "花名册.csv", f"{NAME},{GOOD_ID},{PHONE}", f"{OTHER},{numbered(2)},"))
    await looked_at(page)
    page.import_now()
    await until(page.back.isVisible)
    return page


async def asked(window: MainWindow, page: ImportPage) -> ImportsPage:
    """The question that follows 撤回这次导入."""
    page.back.click()
    imports = window.page("imports")
    assert isinstance(imports, ImportsPage)
    await until(imports.question.isVisible)
    return imports


def brought(workspace: Workspace) -> list[Resident]:
    return workspace.replica.all(Resident, Resident.name == NAME)


async def test_an_import_cancelled_while_it_writes_says_so_and_what_it_wrote_can_be_taken_back(
    qloop: asyncio.AbstractEventLoop,
    window: MainWindow,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gridclient.exchange.writing.STEP", 1)
    stop = workspace.replica.subscribe(lambda _news: workspace.cancel())
    page = await imported(window, tmp_path)
    stop()

    assert page.report is not None
    assert page.report.stopped
    assert "已停下" in window.messages.title.text()
    assert [file.state for file in page.files] == [("warn", "! 写了一部分")]
    assert page.steps.steps.button(Stage.WRITE).text() == "4 导入 !"
    imports = await asked(window, page)
    imports.agree()
    await until(lambda: imports.batch is not None and imports.batch.over)


async def test_after_an_import_it_is_offered_to_take_it_back_and_said_what_that_does(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    page = await imported(window, tmp_path)
    imports = await asked(window, page)

    assert "花名册.csv" in imports.heading.text()
    assert "放进回收站" in imports.told.text()
    assert "居民 2" in imports.told.text()
    assert brought(workspace)

    QTest.keyClick(imports.keep, Qt.Key.Key_Y)
    await until(lambda: not brought(workspace))
    await until(lambda: [row.texts[-1][:3] for row in imports.rows.rows.told] == ["已撤回"])
    assert not imports.ask_button.isEnabled()
    assert not imports.question.isVisible()


async def test_esc_leaves_an_import_as_it_is_and_stays_on_the_page(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    imports = await asked(window, await imported(window, tmp_path))

    QTest.keyClick(imports.keep, Qt.Key.Key_Escape)

    assert not imports.question.isVisible()
    assert imports.isVisible()
    assert brought(workspace)
    assert [row.texts[-1] for row in imports.rows.rows.told] == ["可以撤回"]
    assert imports.ask_button.isEnabled()


async def test_what_somebody_wrote_since_is_named_before_and_stays(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    page = await imported(window, tmp_path)
    (one,) = brought(workspace)
    one.employer = "桂花路小学"
    workspace.save(one)

    imports = await asked(window, page)

    assert NAME in imports.told.text()
    assert "不动" in imports.told.text()
    assert PHONE not in imports.told.text()
    imports.agree()
    await until(lambda: imports.batch is not None and imports.batch.over)
    assert [person.employer for person in brought(workspace)] == ["桂花路小学"]
    assert not workspace.replica.count(Resident, Resident.name == OTHER)


async def test_taking_back_that_was_cancelled_goes_on_with_enter(
    qloop: asyncio.AbstractEventLoop,
    window: MainWindow,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imports = await asked(window, await imported(window, tmp_path))

    def cancelled(*_told: object, **_named: object) -> None:
        raise Cancelled

    with monkeypatch.context() as patched:
        patched.setattr("gridclient.ui.imports_page.take_back", cancelled)
        imports.agree()
        imports.ask_button.setFocus()  # as when 取消 had the keys and went
        await until(lambda: "已停下" in window.messages.title.text())
    assert brought(workspace)

    await until(imports.rows.hasFocus)
    QTest.keyClick(imports.rows, Qt.Key.Key_Return)
    await until(imports.question.isVisible)
    imports.agree()
    await until(lambda: not brought(workspace))


async def test_a_laptop_without_imports_says_so(qloop: asyncio.AbstractEventLoop, window: MainWindow) -> None:
    window.open_place("imports", {})
    imports = window.page("imports")
    assert isinstance(imports, ImportsPage)

    await until(lambda: not imports.rows.isVisible())
    assert not imports.ask_button.isEnabled()


async def test_the_problems_of_a_file_are_marked_in_a_copy_of_it_and_that_is_noted(
    qloop: asyncio.AbstractEventLoop,
    window: MainWindow,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    page.take(roster(tmp_path, "花名册.csv", f"{NAME},{ODD_ID},{PHONE}", f"{OTHER},{numbered(2)},"))
    await looked_at(page)
    copy = tmp_path / "花名册_问题.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_told: (str(copy), ""))

    only, _every = page.issues.marked.choices.actions()
    only.trigger()
    await until(lambda: "已存成" in window.messages.title.text())

    sheet = load_workbook(copy).worksheets[0]
    assert sheet["B2"].comment is not None
    assert (sheet.row_dimensions[2].hidden, sheet.row_dimensions[3].hidden) == (False, True)
    step = workspace.desk.trail.steps()[0]
    assert (step.act, step.persons, step.full) == (Act.EXPORT, 1, True)


async def test_marking_a_copy_can_be_cancelled_and_nothing_is_noted(
    qloop: asyncio.AbstractEventLoop,
    window: MainWindow,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    page.take(roster(tmp_path, "花名册.csv", f"{NAME},{ODD_ID},{PHONE}"))
    await looked_at(page)
    copy, busy = tmp_path / "花名册_问题.xlsx", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_told: (str(copy), ""))
    workspace.busy_changed.connect(lambda told: workspace.cancel() if told.cancellable else busy.append(told))

    page.issues.marked.ask(refused=False)
    await until(lambda: bool(busy))

    assert not copy.exists()
    assert not workspace.desk.trail.steps()


async def test_nothing_is_offered_to_be_marked_where_nothing_is_wrong(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, tmp_path: Path
) -> None:
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)

    page.take(roster(tmp_path, "a.csv", f"{NAME},{GOOD_ID}, {PHONE}"))
    await looked_at(page)
    await until(page.issues.save.isVisible)
    assert not page.issues.marked.isVisible()

    page.take(roster(tmp_path, "b.csv", f"{NAME},{ODD_ID},{PHONE}"))
    await looked_at(page)
    await until(page.issues.marked.isVisible)


async def test_what_was_taken_back_is_not_called_imported_on_the_page_it_came_from(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    page = await imported(window, tmp_path)
    imports = await asked(window, page)
    imports.agree()
    await until(lambda: imports.batch is not None and imports.batch.over)
    window.open_place("import", {})

    assert [file.state for file in page.files] == [("quiet", "– 已撤回")]
    assert "已经撤回" in page.acts.result.text()
    assert "重新选" in page.writing.told.text()
    assert not page.back.isVisible()
    assert page.again.isVisible()
    page.past.click()
    assert window.shown == "imports"
