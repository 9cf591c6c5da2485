"""今日 (F2): the doors to knock on today in the order of the stairs, with the reason for each and the visit loop."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid
from sqlmodel import col

from gridclient import paths, settings
from gridclient.records import Dwelling
from gridclient.settings import StairOrder
from gridclient.store import day, homes
from gridclient.store.day import Day
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.door_find import found_door
from gridclient.ui.door_list import DoorLine, DoorList
from gridclient.ui.door_words import TODAY_MARKS, today_state
from gridclient.ui.flow import Flow
from gridclient.ui.parts import button, label, later
from gridclient.ui.ring import Ring
from gridclient.ui.round_words import completeness, day_words, door_line, sweep_words, tally_words
from gridclient.ui.short_label import ShortLabel
from gridclient.ui.visit_page import NOT_FOUND, VisitPage
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

GATHER_MS = 400  # what arrives together is shown together
LOW, TIGHT, LEAST = 500, 480, 465  # pixels at plain size: lower, sweeps, then tools, then the legend give way
MANY = 60  # records: from so many on, the whole round is read again
ALONE = frozenset({"visit", "visit_task"})  # kinds that touch no other door than their own
EMPTY = "还没有楼栋和住户：按 Ctrl+K 输入“导入”，或按 F9 登录中心"


class TodayPage(VisitPage):
    """Today's round, read beside the window; a door that changes is read again by itself."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        self.list = DoorList()
        super().__init__(workspace, self.list, parent)
        self.setObjectName("today_page")
        self.title, self.summary = label(role="title"), ShortLabel()
        self.visited, self.due = Ring("今天已访"), Ring("到期未走访", "warn")
        self.whole = Ring("资料完整度", "good")
        self.sweep, self.grid, self.order = ShortLabel(), QComboBox(), QComboBox()
        self._day = Day({}, {}, {})
        self._states: dict[str, str] = {}
        self._lines: dict[str, DoorLine] = {}
        self._shown: frozenset[str] = frozenset()
        self._asked, self._reading, self._stale = 0, True, True
        self._wanted = self._order = ""
        self._gather = later(self, GATHER_MS, self.reload)
        self._sweeping = later(self, GATHER_MS, self._count_sweeps)
        self._lay_out()
        self._connect()
        self._show_counts()

    @property
    def settled(self) -> bool:
        """True while the whole list is shown as it is stored; False while some of it is still to be read."""
        return not (self._reading or self._stale or self._gather.isActive() or self._sweeping.isActive())

    def open(self, *, dwelling: str = "", **_where: Any) -> None:
        """Read today's round and stand at its first open door, or at the one asked for."""
        self._wanted = dwelling
        self.reload()
        self.list.setFocus()

    def reload(self) -> None:
        """Read the whole round again, beside the window; what is shown stays until it is there."""
        self._gather.stop()
        self._stale, self._reading = False, True
        self._asked += 1
        self.workspace.start(self._reload(self._asked))

    def go_on(self, *, backwards: bool = False) -> bool:
        """Go to the next door nobody has closed today; False, and the day's summary, when none is left."""
        ids = self.list.doors()[:: -1 if backwards else 1]
        start = ids.index(self.list.current) if self.list.current in ids else -1
        rest = ids[start + 1 :] + ids[: max(0, start)]
        onward = next((i for i in rest if i not in self._day.knocked), "")
        if not onward and ids and not self._day.whole:
            self.workspace.say("后面的门还在读取", "马上就好，请稍等。")
        elif not onward and ids:
            which = "选出来的门" if len(ids) < len(self._doors) else "今天的门"
            self.workspace.say(f"{which}都走完了", "按 S 看今日小结，打印走访日志。")
        return self.list.stand_at(onward)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is shown when the page is first seen, and after something happened elsewhere."""
        super().showEvent(event)
        if self._stale:
            self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what a narrow or a low page has no room for: the doors and the answers come first."""
        super().resizeEvent(event)
        self.whole.setVisible(event.size().width() >= style.px(700))
        self._show_tools()
        self._show_sweeps()

    def _own_key(self, event: QKeyEvent) -> bool:
        """S closes the day, Ctrl+P shows the list on paper."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if plain and event.key() == Qt.Key.Key_S:
            self._open_papers("log")
        elif control and event.key() == Qt.Key.Key_P:
            self._open_papers("list")
        else:
            return False
        return True

    def _lay_out(self) -> None:
        head, words = QHBoxLayout(), QVBoxLayout()
        words.addWidget(self.title)
        words.addWidget(self.summary)
        head.addLayout(words, 1)
        for ring in (self.visited, self.due, self.whole):
            head.addWidget(ring)
        for one in StairOrder:
            self.order.addItem(one.label, one.value)
        self.grid.setAccessibleName("网格")
        self.grid.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.grid.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.grid.hide()
        self.order.setAccessibleName("上门顺序")
        self.order.setToolTip("上门顺序：每个楼道从哪里走起")
        self.order.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tools = QWidget()
        tools = Flow(style.px(6), self.tools)
        tools.addWidget(self.grid)
        tools.addWidget(self.order)
        for text, tip, act in (
            ("走访安排", "走访规则、上门约定、大走访", lambda: self.workspace.open_place("planning")),
            ("走访清单", "Ctrl+P：打印带上门", lambda: self._open_papers("list")),
            ("今日小结", "S：小结、走访日志、对账单", lambda: self._open_papers("log")),
        ):
            made = button(text, act, tip=tip)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tools.addWidget(made)
        self._stack(head, self.sweep, self.tools, self.legend, self.list)

    def _connect(self) -> None:
        self.legend.filtered.connect(self._filter)
        self.grid.activated.connect(self._choose_grid)
        self.order.activated.connect(self._choose_order)
        self.loop.rack.shown.connect(lambda _name: self._show_tools())
        self.workspace.settings_changed.connect(self._on_settings)
        self._on_settings()
        self._connect_loop()
        self.list.out.narrowed = self._narrowed

    async def _reload(self, asked: int) -> None:
        if not self._day.whole:  # nothing is shown yet: the first doors, before all of them are read
            await self._read(asked, day.beginning)
        await self._read(asked, day.read)

    async def _read(self, asked: int, how: Callable[[Replica, date, str], Day]) -> None:
        if asked != self._asked:
            return
        running = self.workspace.sync_state.running
        told = await self.workspace.run(
            _told, how, self.workspace.replica, self.workspace.today, self._order, running
        )
        if not isValid(self) or asked != self._asked:  # closed, saved or asked for again meanwhile
            return
        self._reading = how is not day.read
        self._day, self._states, self._lines = told
        self._doors = self._day.doors
        self._keep_begun()
        self._show_grids()
        self._redraw()
        wanted, self._wanted = self._wanted, ""
        if not self.list.stand_at(wanted) and not self.list.current:
            self.go_on()

    def _keep_begun(self) -> None:
        """Leave a door on the list at which something is half typed, whether it is still asked for or not."""
        door, today, running = self.loop.door, self.workspace.today, self.workspace.sync_state.running
        if door is not None and self.loop.form is not None and door.dwelling not in self._doors:
            order = homes.in_order([*self._doors.values(), door], self._order)
            self._doors = {one.dwelling: one for one in order}
            self._states[door.dwelling] = state = today_state(door, today, "")
            self._lines[door.dwelling] = door_line(door, state, "", today, running=running)

    def _redraw(self) -> None:
        shown, states = self._shown, self._states
        self.list.show_lines(
            [self._lines[d.dwelling] for d in self._here() if not shown or states[d.dwelling] in shown]
        )
        self._show_counts()
        self._stood(self.list.current)

    def _here(self) -> list[Door]:
        """The doors of the grid chosen, or all."""
        area = self.grid.currentData() or ""
        return [door for door in self._doors.values() if door.area.startswith(area)]

    def _show_counts(self) -> None:
        today, doors = self.workspace.today, self._here()
        self.title.setText(day_words(today))
        if self._reading and not self._day.whole:
            self.summary.setText("正在读取今天的名单…")
            return
        knocked = {d.dwelling: o for d in doors if (o := self._day.knocked.get(d.dwelling))}
        empty = not self._day.count()
        self.summary.setText(EMPTY if empty else tally_words(knocked, len(doors) - len(knocked)))
        self.visited.show_share(len(knocked), len(doors))
        due = sum(door.due.pressing for door in doors)
        self.due.show_share(due, self._day.count(self.grid.currentData() or ""), f"{due} 户")
        share = completeness(doors)
        self.whole.show_share(round(share * 100), 100, f"{share:.0%}")
        self._show_sweeps()
        self.legend.show_counts(TODAY_MARKS, Counter(self._states[door.dwelling] for door in doors))

    def _show_tools(self) -> None:
        least = TIGHT if self.loop.form is None else LOW  # a form is worth more than the tools
        self.tools.setVisible(self.height() >= style.px(least))
        self.legend.setVisible(self.height() >= style.px(LEAST))

    def _show_sweeps(self) -> None:
        today = self.workspace.today
        self.sweep.setText("　".join(sweep_words(*one, today) for one in self._day.sweeps))
        self.sweep.setVisible(bool(self._day.sweeps) and self.height() >= style.px(LOW))

    def _show_grids(self) -> None:
        """Offer the grids there are to choose from; what was chosen stays chosen."""
        chosen = self.grid.currentData()
        self.grid.clear()
        self.grid.addItem("全部网格", "")
        for name, code in self._day.grids:
            self.grid.addItem(name, code)
        self.grid.setCurrentIndex(max(0, self.grid.findData(chosen)))
        self.grid.setVisible(len(self._day.grids) > 1)

    def _choose_grid(self) -> None:
        self._redraw()
        if not self.list.current:
            self.go_on()
        self.list.setFocus()

    def _narrowed(self) -> str:
        grid = self.grid.currentText() if self.grid.currentData() else ""
        states = "、".join(mark.word for code, mark in TODAY_MARKS.items() if code in self._shown)
        return "；".join(filter(None, (grid, states)))

    def _filter(self, states: Sequence[str]) -> None:
        if frozenset(states) != self._shown:
            self._shown = frozenset(states)
            self._redraw()

    def _choose_order(self, number: int) -> None:
        kept = self.workspace.settings.with_value("stair_order", self.order.itemData(number))
        settings.save(kept, paths.settings_file())
        self.workspace.set_settings(kept)
        self.list.setFocus()

    def _on_settings(self, _looks: bool = False) -> None:
        """Walk the stairs the way that is chosen, here or in the settings."""
        order = self.workspace.settings.stair_order
        self.order.setCurrentIndex(self.order.findData(order))
        if order == self._order:
            return
        self._order = order
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def _open_papers(self, paper: str) -> None:
        self.workspace.open_place("papers", paper=paper, grid=self.grid.currentData() or "")

    def _go_to_room(self, digits: str) -> None:
        self.list.setFocus()
        if not self.list.jump(digits):
            self.workspace.say(f"今天的名单里没有 {digits} 室", "按 / 可以找任何一户，例如 3-2-501。")

    def _seek(self, text: str) -> None:
        here = self._doors.get(self.list.current)
        dwelling = found_door(self.workspace, text, here.building if here else "")
        self.list.setFocus()
        if dwelling and not self.list.stand_at(dwelling):
            self.workspace.open_place("buildings", dwelling=dwelling)
        elif not dwelling:
            self.workspace.say(f"没有找到“{text}”", NOT_FOUND)

    def _refresh(self, news: list[Any]) -> None:
        """Read again at once what happened at a few doors here; what the centre sent may be anywhere."""
        if not self.isVisible():
            self._stale = True
            return
        few = len(news) <= MANY and not any(one.remote for one in news)
        about = day.doors_about(self.workspace.replica, news) if few else None
        if about:
            self._renew(about)
        elsewhere = {one.kind for one in news} - ALONE - day.UNSEEN
        if self._reading or about is None or elsewhere:
            self._asked += 1  # what is being read may be from before
            self._reading = True
            if not self._gather.isActive():  # a long arrival is shown as it goes
                self._gather.start()

    def _renew(self, dwellings: Collection[str]) -> None:
        """Show a few doors as they are now; a door that is no longer asked for today stays until the round is read."""
        replica, today = self.workspace.replica, self.workspace.today
        running = self.workspace.sync_state.running
        found = {d.dwelling: d for d in homes.doors_where(replica, col(Dwelling.id).in_(dwellings), today)}
        knocked = {i: o for i, o in self._day.knocked.items() if i not in dwellings}
        self._day = replace(self._day, knocked=knocked | day.knocked(replica, today, dwellings))
        for id_ in found.keys() & self._doors.keys():
            door, outcome = found[id_], self._day.knocked.get(id_, "")
            self._doors[id_], self._states[id_] = door, today_state(door, today, outcome)
            self._lines[id_] = door_line(door, self._states[id_], outcome, today, running=running)
            self.list.renew(self._lines[id_])
        if self.list.current in dwellings:
            self._stood(self.list.current)
        self._show_counts()
        if self._day.sweeps:
            self._sweeping.start()
        if any(day.is_asked(found[id_], today) for id_ in found.keys() - self._doors.keys()):
            self._gather.start()

    def _count_sweeps(self) -> None:
        self.workspace.start(self._recount_sweeps(self._asked))

    async def _recount_sweeps(self, asked: int) -> None:
        today = self.workspace.today
        found = await self.workspace.run(day.standings, self.workspace.replica, today)
        if isValid(self) and asked == self._asked:
            self._day = replace(self._day, sweeps=found)
            self._show_counts()

    def _on_standing(self) -> None:
        """Read again once the centre has taken what is marked here, unless the page is looked at later anyway."""
        if self.isVisible():
            self._gather.start()
        else:
            self._stale = True


def _told(
    how: Callable[[Replica, date, str], Day], replica: Replica, today: date, order: str, running: bool
) -> tuple[Day, dict[str, str], dict[str, DoorLine]]:
    """The day, the state of each of its doors, and their lines; off the window's thread."""
    found = how(replica, today, order)
    states = {i: today_state(door, today, found.knocked.get(i, "")) for i, door in found.doors.items()}
    lines = {
        i: door_line(door, states[i], found.knocked.get(i, ""), today, running=running)
        for i, door in found.doors.items()
    }
    return found, states, lines
