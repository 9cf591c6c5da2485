"""Nothing is cut at any step of an import, by day and in large print, on the smallest screen."""

import asyncio
from pathlib import Path

from openpyxl import Workbook
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.settings import Settings
from gridclient.ui.import_steps import Stage
from gridclient.ui.importing import ImportPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support import screens
from tests.support.faults import lasting
from tests.support.rosters import GOOD_ID, NAME, ODD_ID, PHONE, looked_at, moved, strange

SIZE = (1280, 720)
LONG = "2026年下半年桂花社区第三网格实有人口信息采集登记表（第二次核对，最终稿）.xlsx"


@pytest.mark.parametrize("large", [False, True], ids=["plain", "large print"])
async def test_nothing_is_cut_at_any_step(
    qloop: asyncio.AbstractEventLoop,
    workspace: Workspace,
    qapp: QApplication,
    tmp_path: Path,
    large: bool,
) -> None:
    screens.dress(qapp, Settings(large_print=large), SIZE)
    window = MainWindow(workspace)
    window.resize(*SIZE)
    window.show()
    wrong: dict[str, list[str]] = {}
    try:
        window.open_place("import", {})
        page = window.page("import")
        assert isinstance(page, ImportPage)
        for name, paths in {
            "odd": [odd(tmp_path)],
            "asking": [moved(tmp_path, workspace.replica)[0], strange(tmp_path)],
        }.items():
            page.take(*paths)
            await looked_at(page)
            for stage in Stage:
                page.go_to(stage)
                wrong[f"{name} {stage.name}"] = await lasting(window)
            page.show_problems(page.moves)
            wrong[f"{name} moves"] = await lasting(window)
            page.show_problems(page.issues)
    finally:
        window.close_for_good()
        window.deleteLater()
        screens.undress(qapp)

    assert [f"{name}: {fault}" for name, found in wrong.items() for fault in found] == []


def odd(folder: Path) -> Path:
    """Two sheets under a long name: unknown columns, unknown words, errors."""
    book = Workbook()
    for name in ("第三网格（东片）", "第三网格（西片）"):
        sheet = book.create_sheet(name)
        sheet.append(["姓名", "身份证号", "联系电话", "文化程度", "爱好特长"])
        sheet.append([NAME, GOOD_ID, PHONE, "大专文化", "下棋"])
        sheet.append(["欧阳大满", ODD_ID, PHONE, "高中生", "太极拳"])
    del book["Sheet"]
    book.save(folder / LONG)
    return folder / LONG
