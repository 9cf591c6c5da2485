"""Pictures of an import, step by step: heads nobody knows, words no list has, rows left out, people kept elsewhere."""

import asyncio
from collections.abc import Callable
from pathlib import Path
import tempfile

from PySide6.QtWidgets import QWidget

from gridclient.ui.import_steps import Stage
from gridclient.ui.importing import ImportPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support.rosters import DOOR, GOOD_ID, NAME, ODD_ID, PHONE, looked_at, moved, strange, table, until
from tests.unit.exchange.workbooks import numbered

Take = Callable[[QWidget, str], None]
HEADS = "姓名,身份证号,联系电话,文化程度,政治面貌,婚否,爱好,所属楼栋,所属单元,室号"


async def of_imports(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """A strange table, one with odd words, one about people kept elsewhere, and several at once."""
    window.messages.hide()
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    with tempfile.TemporaryDirectory() as folder:
        await _of_matching(take, window, page, Path(folder))
        await _of_words(take, window, page, Path(folder))
        await _of_moves(take, window, page, Path(folder), workspace)
    window.messages.hide()


async def _of_matching(take: Take, window: MainWindow, page: ImportPage, folder: Path) -> None:
    page.take(strange(folder, "桂花社区摸底.csv"))
    await looked_at(page)
    await asyncio.sleep(0.3)
    take(window, "import-strange")
    page.match.picker.setFocus()
    page.match.picker.words.setText("xm")
    take(window, "import-choosing")
    page.match.picker.words.returnPressed.emit()
    await looked_at(page)
    await asyncio.sleep(0.2)
    take(window, "import-half")


async def _of_words(take: Take, window: MainWindow, page: ImportPage, folder: Path) -> None:
    rows = [
        f"{NAME},{GOOD_ID},{PHONE},大专文化,群众老百姓,已成家,下棋,{DOOR}",
        f"欧阳大满,{ODD_ID},{PHONE},高中生,群众老百姓,单身汉,太极拳,{DOOR}",
        *(f"欧阳小{n},{numbered(n + 3)},,大专文化,党员同志,已成家,,{DOOR}" for n in range(1, 9)),
    ]
    page.take(table(folder, "六月走访摸底.csv", HEADS, *rows))
    await looked_at(page)
    await asyncio.sleep(0.2)
    take(window, "import-problems")
    page.issues.rows.selectRow(0)
    page.issues.turn_rows()
    await looked_at(page)
    page.issues.sorts.buttons()[-1].click()
    await asyncio.sleep(0.2)
    take(window, "import-left-out")
    page.go_to(Stage.MATCH)
    page.match.words.setFocus()
    await asyncio.sleep(0.2)
    take(window, "import-words")
    page.go_to(Stage.FILES)
    await asyncio.sleep(0.1)
    take(window, "import-files")


async def _of_moves(
    take: Take, window: MainWindow, page: ImportPage, folder: Path, workspace: Workspace
) -> None:
    path, _people = moved(folder, workspace.replica)
    page.take(path, strange(folder), table(folder, "坏.csv", "菜名,价钱", "豆花,5"))
    await looked_at(page)
    await asyncio.sleep(0.2)
    take(window, "import-moves-asked")
    page.import_now()
    page.moves.answer("overwrite")
    page.moves.fields.setFocus()
    page.moves.tick()
    await looked_at(page)
    await asyncio.sleep(0.2)
    take(window, "import-moves")
    page.go_to(Stage.WRITE)
    await asyncio.sleep(0.1)
    take(window, "import-barred")
    page.moves.answer_rest("keep")
    await looked_at(page)
    page.import_now()
    await until(page.again.isVisible)
    await asyncio.sleep(0.2)
    take(window, "import-written")
