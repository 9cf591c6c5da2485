"""Doors copied from Excel or WPS: a block drawn like the building, or a list of rooms with heads; seen before it is made."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from gridclient.records import Building
from gridclient.rules.drawing import Cell
from gridclient.rules.pasted import read
from gridclient.store import layout
from gridclient.store.layout import Foreseen
from gridclient.ui import style
from gridclient.ui.composing import Box
from gridclient.ui.parts import label, line
from gridclient.ui.plan_draft import PlanDraft
from gridclient.ui.plan_paint import Density, Mark
from gridclient.ui.workspace import Workspace

MARKS = {
    "new": Mark("info", "＋", "新增房屋"),  # noqa: RUF001
    "people": Mark("good", "户", "登记户主"),
    "there": Mark("quiet", "·", "已有"),
}
HINT = "把 Excel 或 WPS 里选中的格子粘贴到这里：一格一扇门（501 或 501 王建国），或者“房号、户主”两列"


class PlanPaste(PlanDraft):
    """What was pasted, and what would be made of it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "存入", Density.NAMES, parent)
        self.setObjectName("plan_paste")
        self.name, self.unit = line(says="楼栋名称"), line(says="没写单元的算在几单元")
        self.text = Box()
        self._beside: Building | None = None
        self._told = Foreseen((), (), (), (), 0)
        self._house = Building(name="")
        self._lay_out()
        self.text.textChanged.connect(self._show)
        for field in (self.name, self.unit):
            field.textEdited.connect(self._show)

    def begin(self, building: Building | None, text: str, unit: str) -> None:
        """Show what ``text`` would make of a building; ``unit`` holds where it tells none."""
        self._beside = building
        self.name.setText(building.name if building else "1栋")
        self.unit.setText(unit)
        self.text.setPlainText(text)
        self._show()
        self.text.setFocus()

    def save(self) -> None:
        """Store it, beside the window, as one step."""
        if self.go.isEnabled():
            house, told = self._house, self._told
            done = f"新增 {len(told.fresh)} 套，登记 {len(told.homes)} 户"
            self._keep(house, partial(self._store, house, told), "正在存入…", done)

    def _store(self, house: Building, told: Foreseen) -> None:
        new = [] if self.workspace.replica.get(Building, house.id) else [house]
        self.workspace.save(*new, *layout.settled(house, told))

    def _show(self) -> None:
        """Draw the building as it would be, and say what cannot be read."""
        pasted = read(self.text.toPlainText(), self.unit.text().strip())
        self._house = self._building()
        told = self._told = layout.foreseen(self.workspace.replica, self._house, pasted.doors)
        self._draw(cells_of(told), MARKS)
        words = f"认出 {len(pasted.doors)} 扇门：新增 {len(told.fresh)} 套，登记 {len(told.homes)} 位户主"
        if told.left:
            words += f"；{told.left} 扇门已登记着别的户主，不动"
        self.told.setText(words if pasted.doors else HINT)
        shown = pasted.problems[:3]
        more = f" 等 {len(pasted.problems)} 处" if len(pasted.problems) > len(shown) else ""
        self.problem.setText(f"⚠ {'；'.join(shown)}{more}" if shown else "")
        anything = bool(told.fresh or told.homes or told.tenures)
        self.go.setEnabled(anything and bool(self.name.text().strip()))

    def _building(self) -> Building:
        """The building called so, or a new one beside the one that was shown."""
        name = self.name.text().strip()
        found = self.workspace.replica.all(Building, Building.name == name)
        if found:
            return next((b for b in found if self._beside and b.id == self._beside.id), found[0])
        house = Building(name=name, area=self.workspace.desk.home)
        if self._beside is not None:
            house.estate, house.grid, house.area = self._beside.estate, self._beside.grid, self._beside.area
        return house

    def _lay_out(self) -> None:
        self.text.setAccessibleName("粘贴的内容")
        self.text.setPlaceholderText(HINT)
        self.text.setTabStopDistance(style.px(80))
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFixedHeight(style.px(110))
        self.unit.setFixedWidth(style.px(64))
        where = QHBoxLayout()
        for words, field in (("楼栋", self.name), ("没写单元的算在", self.unit), ("单元", None)):
            where.addWidget(label(words))
            if field is not None:
                where.addWidget(field)
        self._stack(label("从 Excel 粘贴", "title"), where, self.text)


def cells_of(told: Foreseen) -> list[Cell]:
    """The building as it would be: what is new, where a head would be registered, what stays as it is."""
    heads = {(door.unit, door.room): door.head for door in told.homes}
    by_room = told.by_room
    people = {known.id: head for key, head in heads.items() if (known := by_room.get(key)) is not None}
    there = [
        Cell(
            d.id, d.door, d.unit, d.floor, people.get(d.id, ""), state="people" if d.id in people else "there"
        )
        for d in told.known
    ]
    new = [
        Cell(f"{d.unit}/{d.room}", d.room, d.unit, d.floor, d.head, state="people" if d.head else "new")
        for d in told.fresh
    ]
    return [*there, *new]
