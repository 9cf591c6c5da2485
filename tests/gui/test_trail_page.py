"""打印和导出记录: who took what out of the house, read by days and by person."""

from gridclient.store.trail import Act, Step
from gridclient.ui.main_window import MainWindow
from gridclient.ui.trail_page import TrailPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until


async def test_the_log_is_read_by_days_and_by_person(window: MainWindow, workspace: Workspace) -> None:
    for who, what in (("张敏", "常住人口台账"), ("李雷", "党员名册")):
        workspace.desk.trail.add(
            Step(workspace.now, who, Act.PRINT, what, persons=12, full=who == "李雷", why="医保核对")
        )
    window.open_place("trail", {})
    page = window.page("trail")
    assert isinstance(page, TrailPage)
    await until(lambda: len(page.rows.rows.told) == 2)

    first = page.rows.rows.told[0]
    assert first.texts[1:7] == ("李雷", "打印", "党员名册", "12", "完整号码", "医保核对")
    page.who.setCurrentIndex(page.who.findData("张敏"))
    page.days.setCurrentText("今天")
    page._choose()
    await until(lambda: [told.texts[1] for told in page.rows.rows.told] == ["张敏"])
