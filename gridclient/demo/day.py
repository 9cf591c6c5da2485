"""One invented field day from end to end: a centre, a worker's and a clerk's laptop, three doors, two ledgers.

Everything is real: the centre is its own process on a free port of this machine, both vaults are encrypted, the doors are
closed by keys pressed in the real window. Only the people are invented (``resources/sample``).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
import os
from pathlib import Path
import secrets
import shutil
import sys

from gridclient import paths
from gridclient.app import application, run
from gridclient.demo.centre import Centre
from gridclient.desk import Desk
from gridclient.errors import Unfit
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import rehearse, titles
from gridclient.exchange.writing import commit
from gridclient.ledger.compose import compose
from gridclient.ledger.template import named
from gridclient.records import Resident
from gridclient.store.counts import WORDS, figures
from gridclient.store.trail import Act, Step
from gridclient.ui.printing import pages_of, to_pdf, to_workbook
from gridclient.ui.screen import draw, three_doors

HOME = "519905001001"
GRID = HOME + "001"
FORMS = (
    "楼宇信息登记表",
    "网格员信息登记表",
    "实有人口一张表",
    "户籍人口登记表",
    "楼栋长花名册",
    "党员中心户登记表",
    "走访登记表",
)
PASSPHRASE = "demo-passphrase"  # noqa: S105 - of a scratch vault with invented people; the demo tells it to everybody
Tell = Callable[[str], None]


def live(folder: Path, tell: Tell, *, look: bool = True) -> int:
    """Live the day in ``folder`` (made anew), telling each step in a line; returns the exit code.

    With a screen and ``look`` the worker's window opens at the end; without one its pages are drawn to PNG.
    """
    screen = look and _has_screen()
    if not screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    day = Day(folder.resolve(), tell)
    try:
        day.begin()
        day.go_out()
        day.come_back()
        day.print_ledgers()
        return day.show(screen=screen)
    finally:
        day.end()


class Day:
    """The day as it passes: two desks and a centre that comes and goes."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.folder, self.tell = folder, tell
        self.app = application(["gridclient"])
        self.centre = Centre(folder / "centre.db")
        self.desks: list[Desk] = []
        self._step = 0

    def begin(self) -> None:
        """The office imports its rosters and gives them to the centre; the worker fetches her grid."""
        password = secrets.token_urlsafe(12)
        self.centre.account("chengyating", "clerk", HOME, "程雅婷", password)
        self.centre.account("songxiaoyan", "grid_worker", GRID, "宋晓燕", password)
        with self.centre.open() as url:
            self._say(f"同步中心已启动：{url}（SQLite，两个账号：内勤、网格员）")
            office = self._desk("office", "程雅婷")
            for form in FORMS:
                self._import(office, form)
            office.sign_in(url, "chengyating", password)
            done = office.sync()
            self._say(f"内勤电脑上传 {done.up} 条，与中心一致：{_yes(done.agreed)}")
            worker = self._desk("worker", "宋晓燕")
            worker.sign_in(url, "songxiaoyan", password)
            done = worker.sync()
            self._say(f"网格员电脑收到本网格 {done.down} 条，与中心一致：{_yes(done.agreed)}")
            self._url = url
        self._say("同步中心已关闭：下面都在没有网络时进行")

    def go_out(self) -> None:
        """Three doors with the keyboard, and meanwhile an edit in the office to a person behind one of them."""
        office, worker = self.desks
        for words in three_doors(worker, self.app):
            self._say(f"网格员离线走访：{words}")
        person = worker.replica.get(Resident, self._changed_person(worker))
        same = office.replica.get(Resident, person.id) if person else None
        if same is None:
            raise Unfit("演示没有走通", "网格员改过的人在内勤电脑上找不到。")
        same.employer = "桃溪便民超市"
        office.replica.save(same)
        self._say("内勤同时离线改了同一位居民的工作单位（不同的栏，应当合并）")

    def come_back(self) -> None:
        """Both laptops meet the centre again, and agree."""
        office, worker = self.desks
        with self.centre.open(self._url):
            for desk, name in ((worker, "网格员"), (office, "内勤"), (worker, "网格员")):
                done = desk.sync()
                self._say(
                    f"{name}电脑同步：上传 {done.up}，收到 {done.down}，冲突 {done.clashes}，与中心一致：{_yes(done.agreed)}"
                )
        one, other = (desk.replica.digest(GRID) for desk in self.desks)
        if one != other or office.replica.conflicts():
            raise Unfit("演示没有走通", "两台电脑的数据不一致。")
        person = office.replica.get(Resident, self._changed_person(worker))
        both = person is not None and person.employer == "桃溪便民超市" and bool(person.phones)
        self._say(f"两台电脑校验一致：{one}；两处修改都在：{_yes(both)}")
        told = "，".join(f"{WORDS[name]} {number}" for name, number in figures(office.replica).items())
        self._say(f"内勤电脑：{told}")

    def print_ledgers(self) -> None:
        """Two ledgers to PDF, and to a workbook."""
        office = self.desks[0]
        today = _now().date()
        for name in ("residents", "visits"):
            sheet = compose(
                named(name),
                office.replica,
                period=(today - timedelta(days=90), today) if name == "visits" else None,
                who=office.who,
                today=today,
                unit_name=office.unit_name,
                at=_now(),
            )
            target = self.folder / f"{sheet.title}.pdf"
            pages = pages_of(sheet)
            to_pdf(pages, target)
            to_workbook(sheet, target.with_suffix(".xlsx"))
            office.trail.add(Step(_now(), office.who, Act.EXPORT, f"《{sheet.title}》", sheet.persons))
            self._say(f"打印《{sheet.title}》：{len(pages)} 页 → {target.name}，同样内容的 xlsx 一份")

    def show(self, *, screen: bool) -> int:
        """Open the worker's window, or draw its pages."""
        vault = self.folder / "worker.vault"
        if screen:
            self.end()
            self._say(f"打开网格员的窗口，口令：{PASSPHRASE}")
            return run(vault)
        drawn = draw(self.desks[1], self.folder, self.app)
        self._say(f"没有屏幕，界面画在 {len(drawn)} 张图里：" + "、".join(path.name for path in drawn))
        self._say(f"演示完成，全部在 {self.folder}")
        return 0

    def end(self) -> None:
        """Close both laptops."""
        for desk in self.desks:
            desk.close()
        self.desks = []

    def _desk(self, name: str, who: str) -> Desk:
        desk = Desk.create(self.folder / f"{name}.vault", PASSPHRASE, home=HOME)
        desk.introduce(who)
        self.desks.append(desk)
        return desk

    def _import(self, desk: Desk, form: str) -> None:
        with paths.resource_path(f"sample/{form}.xlsx") as path:
            rehearsal = rehearse(desk.replica, read(path), home=desk.home, who=desk.who, today=_now().date())
            report = commit(desk.replica, rehearsal)
        told = titles(report.created) or titles(report.updated)
        self._say(f"导入 {form}.xlsx：{rehearsal.counts.rows_read} 行，有错 {report.skipped} 行，{told}")

    @staticmethod
    def _changed_person(worker: Desk) -> str:
        people = worker.replica.all(Resident, order=Resident.updated_at)
        return people[-1].id

    def _say(self, words: str) -> None:
        self._step += 1
        self.tell(f"{self._step:2d}. {words}")


def _has_screen() -> bool:
    """Linux alone may run without one, and says so by naming none."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return named or not sys.platform.startswith("linux")


def _now() -> datetime:
    return datetime.now().astimezone().replace(tzinfo=None)


def _yes(agreed: bool) -> str:
    return "是" if agreed else "否"
