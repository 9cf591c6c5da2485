"""今日 (F2): the doors to knock on today in the order of the stairs, with the reason for each and the visit loop."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from sqlalchemy import select
from sqlmodel import col

from gridclient.records import Dwelling
from gridclient.records.visit import Outcome, Visit
from gridclient.rules.doors import natural, stair_key
from gridclient.rules.due import EFFECTIVE
from gridclient.store import homes
from gridclient.store.doorways import alive
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.door_find import found_door
from gridclient.ui.door_list import DoorLine, DoorList
from gridclient.ui.door_words import TODAY_MARKS, people_words, reason, today_state
from gridclient.ui.marks import mark_of
from gridclient.ui.parts import later
from gridclient.ui.visit_page import NOT_FOUND, VisitPage
from gridclient.ui.workspace import Workspace

GATHER_MS = 400  # what arrives together is shown together
WEEK = "一二三四五六日"


class Ring(QWidget):
    """A share as a ring with its number beside it: 今天已访 18/40."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._done, self._all = title, 0, 0
        self._words = ""
        self.setMinimumSize(style.px(150), style.px(48))

    def show_share(self, done: int, whole: int, words: str = "") -> None:
        """Show ``done`` of ``whole``; ``words`` instead of the fraction."""
        self._done, self._all = done, whole
        self._words = words or f"{done}/{whole}"
        self.setAccessibleName(f"{self._title} {self._words}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ring, its figure and its title."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height() - style.px(10)
        ring = QRectF(style.px(4), style.px(5), side, side)
        pen = QPen(style.colour("line"), style.px(5))
        painter.setPen(pen)
        painter.drawEllipse(ring)
        pen.setColor(style.colour("accent"))
        painter.setPen(pen)
        share = self._done / self._all if self._all else 0
        painter.drawArc(ring, 90 * 16, -round(share * 360 * 16))
        left = round(ring.right()) + style.px(10)
        painter.setPen(style.colour("text"))
        painter.setFont(style.font(size=17, bold=True))
        painter.drawText(left, style.px(23), self._words)
        painter.setPen(style.colour("soft"))
        painter.setFont(style.font(size=12))
        painter.drawText(left, style.px(41), self._title)


class TodayPage(VisitPage):
    """Today's round. The household panel follows as one walks; ``counted(done, whole)`` for the status bar."""

    counted = Signal(int, int)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        self.list = DoorList()
        super().__init__(workspace, self.list, parent)
        self.setObjectName("today_page")
        self.title, self.summary = QLabel(), QLabel()
        style.role(self.title, "title")
        style.role(self.summary, "hint")
        self.visited, self.met, self.whole = Ring("今天已访"), Ring("本日见面"), Ring("资料完整度")
        self._knocked: dict[str, str] = {}
        self._shown: frozenset[str] = frozenset()
        self._stale = False
        self._gather = later(self, GATHER_MS, self.reload)
        self._lay_out()
        self._connect()

    def open(self, *, dwelling: str = "", **_where: Any) -> None:
        """Read today's round and stand at its first open door, or at the one asked for."""
        self.reload()
        if not self.list.stand_at(dwelling) and not self.list.current:
            self.go_on()
        self.list.setFocus()

    def reload(self) -> None:
        """Read the whole round again."""
        self._gather.stop()
        self._stale = False
        self._knocked = self._todays()
        order, today = self.workspace.settings.stair_order, self.workspace.today
        found = homes.round_of(self.workspace.replica, today, (), order)
        listed = {door.dwelling for door in found}
        done = [d for b in self._buildings_of(set(self._knocked) - listed) for d in self._doors_in(b)]
        every = [*found, *(d for d in done if d.dwelling in self._knocked and d.dwelling not in listed)]
        self._doors = {door.dwelling: door for door in self._sorted(every)}
        self._redraw()

    def go_on(self, *, backwards: bool = False) -> bool:
        """Go to the next door nobody has closed today; False, and the day's summary, when none is left."""
        ids = self.list.doors()[:: -1 if backwards else 1]
        start = ids.index(self.list.current) if self.list.current in ids else -1
        onward = next((i for i in ids[start + 1 :] + ids[: max(0, start)] if i not in self._knocked), "")
        if not onward:
            self.workspace.say("今天的门都走完了", self.summary.text())
        return self.list.stand_at(onward)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is shown when the page is first seen, and after something happened elsewhere."""
        super().showEvent(event)
        if not self._doors:
            self.open()
        elif self._stale:
            self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what a narrow page has no room for."""
        super().resizeEvent(event)
        self.whole.setVisible(event.size().width() >= style.px(700))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(self.title)
        words.addWidget(self.summary)
        head.addLayout(words)
        head.addStretch()
        for ring in (self.visited, self.met, self.whole):
            head.addWidget(ring)
        self._stack(head, self.legend, self.list)

    def _connect(self) -> None:
        self.legend.filtered.connect(self._filter)
        self._connect_loop()

    def _redraw(self) -> None:
        today = self.workspace.today
        states = {i: today_state(d, today, self._knocked.get(i, "")) for i, d in self._doors.items()}
        lines = [
            self._line(door, states[i], today)
            for i, door in self._doors.items()
            if not self._shown or states[i] in self._shown
        ]
        self.list.show_lines(lines)
        self.legend.show_counts(TODAY_MARKS, Counter(states.values()))
        self._show_counts()
        self._stood(self.list.current)

    def _line(self, door: Door, state: str, today: date) -> DoorLine:
        outcome = self._knocked.get(door.dwelling, "")
        group = door.label[: len(door.label) - len(door.door)] or "其他"
        return DoorLine(
            id=door.dwelling,
            group=group,
            room=door.door,
            people=people_words(door),
            why=Outcome.words(outcome) if outcome else reason(door, today),
            tone=TODAY_MARKS[state].tone,
            sign=TODAY_MARKS[state].sign,
            standing=mark_of(door.standing, running=self.workspace.sync_state.running),
        )

    def _show_counts(self) -> None:
        today, knocked = self.workspace.today, self._knocked
        met = sum(outcome in EFFECTIVE for outcome in knocked.values())
        done = sum(dwelling in knocked for dwelling in self._doors)
        self.title.setText(f"今日　{today.month}月{today.day}日 周{WEEK[today.weekday()]}")
        kinds = Counter(knocked.values())
        told = "　".join(f"{Outcome.words(o)} {n}" for o, n in kinds.most_common())
        left = len(self._doors) - done
        self.summary.setText(
            f"敲门 {len(knocked)} 户　{told}　还剩 {left} 户" if knocked else f"应访 {left} 户"
        )
        if not self._doors and not self.workspace.replica.count(Dwelling):
            self.summary.setText("还没有楼栋和住户：按 Ctrl+K 输入“导入”，或按 F9 登录中心")
        share = sum(d.completeness for d in self._doors.values()) / max(1, len(self._doors))
        self.visited.show_share(done, len(self._doors))
        self.met.show_share(met, max(met, len(knocked)))
        self.whole.show_share(round(share * 100), 100, f"{share:.0%}")
        self.counted.emit(done, len(self._doors))

    def _filter(self, states: Sequence[str]) -> None:
        if frozenset(states) != self._shown:
            self._shown = frozenset(states)
            self._redraw()

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
        """Read only the buildings again in which something happened here; what the centre sent may be anywhere."""
        if not self.isVisible():
            self._stale = True
            return
        if any(item.remote for item in news):
            self._gather.start()
            return
        here = self._doors.get(self.list.current)
        if here is None or self.loop.book.last is None:
            self.reload()
            return
        self._knocked = self._todays()
        last = self.loop.book.last.door
        for building in {here.building, last.building}:
            for door in self._doors_in(building):
                if door.dwelling in self._doors:
                    self._doors[door.dwelling] = door
        self._redraw()

    def _on_standing(self) -> None:
        """Read again once the centre has taken what is marked here, unless the page is looked at later anyway."""
        if self.isVisible():
            self._gather.start()
        else:
            self._stale = True

    def _todays(self) -> dict[str, str]:
        """Dwelling → outcome of its last visit today."""
        query = select(col(Visit.dwelling), col(Visit.outcome)).where(
            col(Visit.visited_on) == self.workspace.today, alive(Visit)
        )
        return {row[0]: row[1] for row in self.workspace.replica.rows(query.order_by(col(Visit.id)))}

    def _buildings_of(self, dwellings: set[str]) -> list[str]:
        query = select(col(Dwelling.building)).where(col(Dwelling.id).in_(dwellings)).distinct()
        return [building for (building,) in self.workspace.replica.rows(query)] if dwellings else []

    def _doors_in(self, building: str) -> list[Door]:
        settings = self.workspace.settings
        return homes.doors(self.workspace.replica, building, self.workspace.today, settings.stair_order)

    def _sorted(self, doors: list[Door]) -> list[Door]:
        order = self.workspace.settings.stair_order
        return sorted(
            doors,
            key=lambda d: (
                natural(d.label[: len(d.label) - len(d.door)]),
                stair_key(d.unit, d.floor, d.door, order),
            ),
        )
