"""What a person waits for: import, search, a building on the screen, a ledger; against reading the workbook bare."""

import asyncio
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QApplication
from python_calamine import CalamineWorkbook
import xlsxwriter

from gridclient.desk import Desk
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import commit, rehearse
from gridclient.ledger.compose import compose
from gridclient.ledger.template import named
from gridclient.ledger.workbook import write_workbook
from gridclient.records import Building, Resident
from gridclient.settings import Settings
from gridclient.store.homes import doors, tree
from gridclient.store.vault import LIGHT
from gridclient.ui.plan import PlanPage
from gridclient.ui.printing import pages_of, to_image, to_pdf
from gridclient.ui.workspace import Workspace
from tests.bench.stopwatch import show, took
from tests.support.loop import running
from tests.support.sample import Home, Maker, roster
from tests.support.sample_heads import HEADS

TODAY = date(2026, 11, 20)
TOWERS = [(f"高层{n}栋", "第一网格", 2, 33, 4) for n in range(1, 13)]


def _roster(path: Path) -> Path:
    """A one-sheet roster of twelve towers of 264 doors: some 3,100 households and 7,500 people."""
    maker = Maker()
    homes = [
        Home(
            tower,
            unit,
            floor,
            f"{floor}{door:02d}",
            f"01{nth:02d}{unit}{floor:02d}{door:02d}",
            people=list(maker.family()),
        )
        for nth, tower in enumerate(TOWERS, 1)
        for unit in (1, 2)
        for floor in range(1, 34)
        for door in range(1, 5)
    ]
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet("实有人口")
    for at, row in enumerate([["实有人口数据"], HEADS["实有人口一张表"], *roster(homes)]):
        page.write_row(at, 0, row)
    book.close()
    return path


def test_nobody_waits_for_long(qapp: QApplication, tmp_path: Path) -> None:
    file = _roster(tmp_path / "roster.xlsx")
    desk = Desk.create(tmp_path / "a.vault", "bench-passphrase", home="519905001001", cost=LIGHT)
    replica = desk.replica
    floor, _ = took(lambda: CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python())
    rehearsed, rehearsal = took(lambda: rehearse(replica, read(file), home=desk.home, who="", today=TODAY))
    written, _ = took(lambda: commit(replica, rehearsal))
    desk.index.catch_up()
    building = replica.all(Building)[0].id
    people = replica.count(Resident)
    found, hits = took(lambda: desk.find("wangj"), times=5)
    listed, _ = took(lambda: doors(replica, building, TODAY), times=3)
    trees, _ = took(lambda: tree(replica, TODAY), times=3)
    painted, _ = took(lambda: _paint(qapp, desk, building))
    composed, sheet = took(lambda: compose(named("residents"), replica, today=TODAY))
    previewed, _ = took(lambda: to_image(pages_of(sheet)[0]))
    printed, _ = took(lambda: to_pdf(pages_of(sheet), tmp_path / "a.pdf"))
    exported, _ = took(lambda: write_workbook(sheet, tmp_path / "a.xlsx"))
    desk.close()

    show(
        f"一台电脑，居民 {people:,} 人（底线：只读出表格）",
        ("只读出表格", floor),
        [
            ("导入预检", rehearsed),
            ("导入写入（加密，含检索）", written),
            ("拼音找人", found),
            ("一栋 264 户的门", listed),
            ("楼栋树", trees),
            ("楼栋图首次画出", painted),
            ("常住人口台账：取数", composed),
            ("常住人口台账：第一页预览", previewed),
            ("常住人口台账：PDF", printed),
            ("常住人口台账：xlsx", exported),
        ],
    )
    assert hits
    assert people > 7000


def _paint(app: QApplication, desk: Desk, building: str) -> None:
    workspace = Workspace(desk, Settings())
    page = PlanPage(workspace)
    page.resize(1000, 700)
    with running(app) as loop:
        loop.run_until_complete(_read(page, building))
    page.grab()
    workspace.let_go()
    page.deleteLater()


async def _read(page: PlanPage, building: str) -> None:
    page.open(building=building)
    while page.reading:  # noqa: ASYNC110 - the page tells Qt, not asyncio
        await asyncio.sleep(0)
