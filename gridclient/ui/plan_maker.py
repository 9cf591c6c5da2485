"""A whole building from a few numbers, or what it lacks of them: units × floors × doors, seen before it is made."""

from collections.abc import Mapping, Sequence
from functools import partial
import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from gridclient.records import Building, Dwelling
from gridclient.records.place import Numbering, Use
from gridclient.rules.drawing import Cell
from gridclient.rules.generator import Place, Shape, doubles, lacking, lay_out, shape_of
from gridclient.rules.numbering import numbers, rooms_of
from gridclient.store import layout
from gridclient.ui import style
from gridclient.ui.keeping import Keeping, strip
from gridclient.ui.parts import label, line
from gridclient.ui.plan_draft import PlanDraft
from gridclient.ui.plan_paint import Density, Mark
from gridclient.ui.workspace import Workspace

MARKS = {
    "new": Mark("info", "＋", "新增"),  # noqa: RUF001
    "there": Mark("good", "✓", "已有"),
    "kept": Mark("warn", "◆", "不在规格内，保留"),
}
LABELS = {
    "name": "楼栋名称",
    "units": "单元数",
    "floors": "层数",
    "doors": "每层户数",
    "skipped": "没有的楼层",
    "shops": "底层商铺数",
}
IN_YARD = {"units": "组数", "doors": "每组户数"}
HINTS = {
    "floors": "各单元不同写 33 18",
    "doors": "各单元不同写 4 2",
    "skipped": "例如 4 13-14",
    "shops": "没有就空着",
}
FLATS, YARD = "楼房", "院落"
DRAFT = "plan:"  # begins the keys of what is half typed; a building's id follows, nothing for a new one


class PlanMaker(PlanDraft):
    """Asks for the shape of a building.

    What is there already stays: only doors that are lacking are added, and nobody is ever touched. What is half typed
    is kept, whichever way one leaves, and is there again the next time.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "生成", Density.DOTS, parent)
        self.setObjectName("plan_maker")
        self.title = label(role="title")
        self.fields = {name: line(HINTS.get(name, ""), says=words) for name, words in LABELS.items()}
        self.kind, self.numbering = QComboBox(), QComboBox()
        self._labels: dict[str, QLabel] = {}
        self._building = Building(name="")
        self._known: list[Dwelling] = []
        self._names: tuple[str, ...] = ()
        self._key, self._begun = DRAFT, dict[str, str]()
        self._draft = Keeping(self, self.keep_draft)
        self._lay_out()
        self._connect()

    def begin(self, building: Building | None, beside: Building | None = None) -> None:
        """Ask for what a building lacks, or for a new one, which lies in the same estate as ``beside``."""
        self._known = layout.doors_of(self.workspace.replica, building.id) if building else []
        self._building = building or self._new(beside)
        shape = shape_of(((d.unit, d.floor, d.door) for d in self._known), _told(building))
        self._names = shape.names
        self.title.setText(f"照规格生成 {building.name}" if building else "新建一栋楼")
        told = (self._building.name, str(shape.units), _words(shape.floors), _words(shape.doors), "", "")
        for field, words in zip(self.fields.values(), told, strict=True):
            field.setText(words)
        self.kind.setCurrentText(YARD if shape.courtyard else FLATS)
        self.numbering.setCurrentIndex(max(0, self.numbering.findData(self._building.numbering)))
        self._key, self._begun = DRAFT + (building.id if building else ""), self._raw()
        self._restore()
        self._show()
        first = self.fields["units" if building else "name"]
        first.setFocus()
        first.selectAll()

    def shape(self) -> Shape:
        """What is typed now; ValueError, with a sentence, when it makes no sense."""
        told = {name: field.text() for name, field in self.fields.items()}
        if not told["name"].strip():
            raise ValueError("请填楼栋名称")
        units, shops = ((numbers(told[name]) or (0,))[0] for name in ("units", "shops"))
        yard = self.kind.currentText() == YARD
        shape = Shape(
            units=units,
            floors=(1,) if yard else numbers(told["floors"]),
            doors=numbers(told["doors"]),
            numbering=str(self.numbering.currentData()),
            skipped=frozenset(numbers(told["skipped"])),
            shops=shops,
            names=self._names,
            courtyard=yard,
        )
        if why := shape.problem():
            raise ValueError(why)
        if twice := doubles(lay_out(shape)):
            raise ValueError(f"房号会重复：{'、'.join(twice[:3])}，请换编号规则")
        return shape

    def save(self) -> None:
        """Store the building and the doors it lacks, beside the window, as one step."""
        if not self._show() or not self.go.isEnabled():
            return
        shape, building = self.shape(), self._building
        places = self._lacking(lay_out(shape))
        building.name = self.fields["name"].text().strip()
        building.units, building.numbering = shape.units, shape.numbering
        building.floors, building.doors = max(shape.floors), max(shape.doors)
        building.area = building.area or self.workspace.desk.home
        if shape.courtyard:
            building.use = Use.COURTYARD.value
        store = partial(self._store, building, places)
        self._keep(building, store, f"正在生成 {len(places)} 套房屋…", f"新增 {len(places)} 套")

    def keep_draft(self) -> None:
        """Keep what is typed, so that leaving costs nothing."""
        self._draft.stop()
        if self._raw() != self._begun:
            self.workspace.desk.drafts.keep(Building.kind(), self._key, self._raw(), self.workspace.now)
            self.workspace.drafts_changed.emit()

    def discard(self) -> None:
        """Throw away what was typed and begin as if nothing had been."""
        self._show_raw(self._begun)
        self._forget()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the last words at once."""
        self.keep_draft()
        super().hideEvent(event)

    def _raw(self) -> dict[str, str]:
        """Every blank as it is typed, by name."""
        told = {name: field.text() for name, field in self.fields.items()}
        return told | {"numbering": str(self.numbering.currentData()), "kind": self.kind.currentText()}

    def _show_raw(self, raw: Mapping[str, str]) -> None:
        for name, field in self.fields.items():
            field.setText(raw[name])
        self.numbering.setCurrentIndex(max(0, self.numbering.findData(raw["numbering"])))
        self.kind.setCurrentText(raw["kind"])

    def _restore(self) -> None:
        """Show again what was half typed the last time."""
        kept = self.workspace.desk.drafts.take(self._key)
        self.strip.setVisible(kept is not None)
        if kept is not None:
            self._show_raw(self._begun | kept.values)

    def _forget(self) -> None:
        self._draft.stop()
        self._begun = self._raw()
        self.strip.hide()
        self.workspace.desk.drafts.drop(self._key)
        self.workspace.drafts_changed.emit()

    def _store(self, building: Building, places: Sequence[Place]) -> None:
        self.workspace.save(building, *layout.made(building, places))

    def _lacking(self, places: Sequence[Place]) -> list[Place]:
        return lacking(places, ((d.unit, d.door) for d in self._known))

    def _edited(self) -> None:
        self._show()
        self._draft.touch()

    def _show(self) -> bool:
        """Draw what would be, and say how much of it is new; False, and why, when nothing can be made of it."""
        self._show_kind()
        why, cells = "", list[Cell]()
        try:
            cells = self._cells(self.shape())
        except ValueError as error:
            why = f"⚠ {error}"
        counts = self._draw(cells, MARKS)
        self.problem.setText(why)
        self.go.setEnabled(not why)
        self.told.setText(f"共 {len(cells)} 套，这次新增 {counts['new']} 套；已有的房屋和住户都不动")
        return not why

    def _show_kind(self) -> None:
        yard = self.kind.currentText() == YARD
        for name, words in IN_YARD.items():
            self._labels[name].setText(words if yard else LABELS[name])
        for widget in (self.numbering, *(self.fields[name] for name in ("floors", "skipped", "shops"))):
            widget.setEnabled(not yard)

    def _cells(self, shape: Shape) -> list[Cell]:
        meant = lay_out(shape)
        new = self._lacking(meant)
        wanted = {(place.unit, place.door) for place in meant}
        known = [
            Cell(d.id, d.door, d.unit, d.floor, state="there" if _is_in(wanted, d) else "kept")
            for d in self._known
        ]
        return [*known, *(Cell(f"{p.unit}/{p.door}", p.door, p.unit, p.floor, state="new") for p in new)]

    def _new(self, beside: Building | None) -> Building:
        made = Building(name=self._next_name(beside))
        if beside is not None:
            made.estate, made.grid, made.area = beside.estate, beside.grid, beside.area
        return made

    def _next_name(self, beside: Building | None) -> str:
        """The name that follows the last one of its kind: after 杏花苑9栋 comes 杏花苑10栋."""
        match = re.fullmatch(r"(.*?)(\d+)(\D*)", beside.name) if beside else None
        if match is None:
            return "1栋"
        alike = re.compile(rf"{re.escape(match[1])}(\d+){re.escape(match[3])}")
        found = (alike.fullmatch(building.name) for building in self.workspace.replica.all(Building))
        return f"{match[1]}{max(int(one[1]) for one in found if one) + 1}{match[3]}"

    def _lay_out(self) -> None:
        self.kind.addItems([FLATS, YARD])
        self.kind.setAccessibleName("类型")
        for member in Numbering:
            self.numbering.addItem(member.label, member.value)
        self.numbering.setAccessibleName("编号规则")
        self.strip = strip("上次没有生成的内容已放回表中。", self.discard)
        self._stack(self.title, self.strip, self._grid())

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.px(10))
        grid.setVerticalSpacing(style.px(6))
        pairs = [(name, LABELS[name], field) for name, field in self.fields.items()]
        for place, (name, words, widget) in enumerate(
            (*pairs, ("numbering", "编号规则", self.numbering), ("kind", "类型", self.kind))
        ):
            row, column = divmod(place, 2)
            self._labels[name] = label(words)
            grid.addWidget(self._labels[name], row, column * 2, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(widget, row, column * 2 + 1)
            grid.setColumnStretch(column * 2 + 1, 1)
        return grid

    def _connect(self) -> None:
        for field in self.fields.values():
            field.textEdited.connect(self._edited)
        for box in (self.numbering, self.kind):
            box.activated.connect(self._edited)
        self.made.connect(self._forget)


def _told(building: Building | None) -> Shape:
    if building is None:
        return Shape()
    yard = building.use == Use.COURTYARD
    return Shape(
        building.units or 1,
        (building.floors or 6,),
        (building.doors or 2,),
        building.numbering,
        courtyard=yard,
    )


def _words(told: Sequence[int]) -> str:
    return " ".join(map(str, told))


def _is_in(wanted: set[tuple[str, str]], dwelling: Dwelling) -> bool:
    return any((dwelling.unit, room) in wanted for room in rooms_of(dwelling.door))
