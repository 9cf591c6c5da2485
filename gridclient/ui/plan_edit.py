"""Edits of a building's layout under its drawing: merge, split, renumber, insert and delete doors. All can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.errors import Unfit
from gridclient.records import Building, Dwelling
from gridclient.rules import numbering
from gridclient.store import layout
from gridclient.ui import style
from gridclient.ui.flow import Flow
from gridclient.ui.parts import button, clear, frame, label, line
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

Made = tuple[Sequence[SyncedRecord], str]  # what to save, and the door to stand at then
MOST_HIGH = 108  # pixels at plain size of the homes that may move: three lines of them
MANY = "房号之间用空格或顿号隔开，连着的写成 601~604。"


@dataclass(frozen=True)
class Edit:
    """One edit as the strip asks for it: its name, what it does in a sentence, what is offered, how it is made."""

    title: str
    told: str
    rooms: str
    make: Callable[[str, list[str]], Made]
    unit: str | None = None
    homes: tuple[tuple[str, str], ...] = ()  # id and head of each household that may move


class LayoutStrip(QWidget):
    """Asks for what an edit needs, in one line. ``asked`` when it opens, ``done(dwelling)`` when it is saved,
    ``dropped`` on Esc.
    """

    asked = Signal()
    done = Signal(str)
    dropped = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("layout_strip")
        self.title, self.told = label(role="heading"), label(role="hint", wrap=True)
        self.problem = label(role="problem", wrap=True)
        self.unit, self.rooms = line(says="单元"), line(says="房号")
        self._edit: Edit | None = None
        self._homes: dict[str, QComboBox] = {}
        self._moving = QScrollArea(widgetResizable=True)
        self._lay_out()
        self.rooms.textChanged.connect(self._offer_homes)
        self.hide()

    def merge(self, dwellings: Sequence[Dwelling]) -> None:
        """Ask what the one door is to be called."""
        doors = [dwelling.door for dwelling in dwellings]
        homes = layout.households_of(self.workspace.replica, [d.id for d in dwellings])
        follow = (
            f"{len(homes)} 户住户都跟到合并后的门里，一个人也不会少。" if homes else "这几扇门都没有住户。"
        )

        def make(_unit: str, rooms: list[str]) -> Made:
            name = rooms[0] if len(rooms) == 1 else numbering.merged(rooms)
            made = layout.merged(self.workspace.replica, dwellings, name, at=self._now())
            return made, made[0].id

        title = f"合并 {'、'.join(doors[:4])}{'等' if len(doors) > 4 else ''}"
        self._ask(Edit(title, follow, numbering.merged(doors), make))

    def split(self, dwelling: Dwelling) -> None:
        """Ask into which doors, and who moves to which."""
        homes = layout.households_of(self.workspace.replica, [dwelling.id])

        def make(_unit: str, rooms: list[str]) -> Made:
            moved = {id_: box.currentIndex() for id_, box in self._homes.items()}
            return layout.split(self.workspace.replica, dwelling, rooms, moved), dwelling.id

        told = "原来的资料留在第一扇门" + ("，每一户住哪扇门可以选。" if homes else "。")
        heads = tuple((home.id, home.head_name or "无户主") for home in homes)
        self._ask(
            Edit(f"拆分 {dwelling.door}", told, " ".join(numbering.parted(dwelling.door)), make, homes=heads)
        )

    def rename(self, dwelling: Dwelling) -> None:
        """Ask for the unit and the number a door should have."""

        def make(unit: str, rooms: list[str]) -> Made:
            if len(rooms) != 1:
                raise Unfit("请填一个房号", "一次改一扇门。")
            return layout.renamed(self.workspace.replica, dwelling, unit, rooms[0]), dwelling.id

        told = "住户、走访记录和照片都不变；楼层按新房号推算。"
        self._ask(Edit(f"改房号 {dwelling.door}", told, dwelling.door, make, unit=dwelling.unit))

    def insert(self, building: Building, near: Dwelling | None) -> None:
        """Ask which doors are missing; the next number on this floor is offered."""
        unit, floor = (near.unit, near.floor) if near else ("1", 1)
        known = layout.doors_of(self.workspace.replica, building.id)
        beside = [d.door for d in known if (d.unit, d.floor) == (unit, floor)]

        def make(own: str, rooms: list[str]) -> Made:
            made = layout.inserted(self.workspace.replica, building, own, rooms, floor)
            return made, made[0].id if made else ""

        told = f"楼层按房号推算，看不出的放在 {floor} 层。" if floor is not None else ""
        self._ask(Edit("补门", told + MANY, numbering.next_room(beside, floor), make, unit=unit))

    def delete(self, dwellings: Sequence[Dwelling]) -> None:
        """Delete doors nobody is registered behind; at once, since it can be undone."""
        try:
            records = layout.removed(self.workspace.replica, dwellings, at=self._now())
        except Unfit as error:
            self.workspace.say(error.title, error.advice, Tone.WARN)
            return
        self._save(f"删除 {len(records)} 扇门", records)

    def confirm(self) -> None:
        """Save the edit as one step, or say beside it why that cannot be."""
        edit = self._edit
        if edit is None:
            return
        try:
            records, dwelling = edit.make(self.unit.text().strip(), numbering.named(self.rooms.text()))
        except (Unfit, ValueError) as error:
            advice = error.advice if isinstance(error, Unfit) else ""
            self.problem.setText(f"⚠ {error}。{advice}" if advice else f"⚠ {error}")
            self.problem.show()
            return
        self._edit = None
        self.hide()
        self._save(edit.title, records)
        self.done.emit(dwelling)

    def drop(self) -> None:
        """Leave everything as it is."""
        self._edit = None
        self.hide()
        self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc drops, Ctrl+Enter saves from anywhere."""
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirm()
        else:
            super().keyPressEvent(event)

    def _ask(self, edit: Edit) -> None:
        self._edit = edit
        self.title.setText(edit.title)
        self.told.setText(edit.told)
        self.problem.hide()
        self._unit_label.setVisible(edit.unit is not None)
        self.unit.setVisible(edit.unit is not None)
        self.unit.setText(edit.unit or "")
        self._drop_homes()
        for id_, head in edit.homes:
            self._add_home(id_, head)
        self._moving.setVisible(bool(edit.homes))
        self.rooms.setText(edit.rooms)
        self._offer_homes()
        self.asked.emit()
        self.show()
        self._fit_homes()
        self.rooms.setFocus()
        self.rooms.selectAll()

    def _save(self, title: str, records: Sequence[SyncedRecord]) -> None:
        with self.workspace.together(title):
            self.workspace.save(*records)
        self.workspace.say(f"已{title}", "按 Ctrl+Z 撤回。", Tone.GOOD)

    def _offer_homes(self) -> None:
        """Let each household choose among the doors as they are typed."""
        try:
            rooms = numbering.named(self.rooms.text())
        except ValueError:
            return
        for box in self._homes.values():
            chosen = max(0, box.currentIndex())
            box.clear()
            box.addItems(rooms)
            box.setCurrentIndex(min(chosen, len(rooms) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let those who move have the lines they need, up to a few: more are scrolled."""
        super().resizeEvent(event)
        self._fit_homes()

    def _fit_homes(self) -> None:
        self._moving.setFixedHeight(
            min(self._pairs.heightForWidth(self.width() - style.px(48)), style.px(MOST_HIGH))
        )

    def _add_home(self, id_: str, head: str) -> None:
        box = self._homes[id_] = QComboBox()
        box.setAccessibleName(f"{head} 住哪扇门")
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (label(head), box):
            row.addWidget(widget)
        self._pairs.addWidget(pair)

    def _drop_homes(self) -> None:
        self._homes = {}
        clear(self._pairs)

    def _lay_out(self) -> None:
        card = frame("card")
        self._unit_label = label("单元")
        self.unit.setFixedWidth(style.px(64))
        self.rooms.setMinimumWidth(style.px(200))
        self._flow = Flow(style.px(8))
        for widget in (self._unit_label, self.unit, label("房号"), self.rooms):
            self._flow.addWidget(widget)
        inner = style.role(QWidget(), "plain")
        self._pairs = Flow(style.px(8), inner)
        self._moving.setWidget(inner)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(button("取消  Esc", self.drop))
        buttons.addWidget(button("确定  Enter", self.confirm, role="primary"))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(style.px(14), style.px(10), style.px(14), style.px(10))
        inside.setSpacing(style.px(8))
        for part in (self.title, self.told, self._flow, self._moving, self.problem, buttons):
            inside.addLayout(part) if isinstance(part, Flow | QHBoxLayout) else inside.addWidget(part)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(card)

    def _now(self) -> int:
        return int(self.workspace.now.timestamp() * 1000)
