"""The forms for what happens to whole households: 分户, 并户, 整户迁移."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QListWidgetItem, QWidget

from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Household, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import LeftHow
from gridclient.rules import household_life as life
from gridclient.rules.consequences import consequences, followed
from gridclient.rules.family import Family
from gridclient.store import families
from gridclient.ui import style
from gridclient.ui.life_form import Ground, LifeForm, PickForm, home_of
from gridclient.ui.parts import label
from gridclient.ui.tenant_form import RELATIONS, RelationLine
from gridclient.ui.workspace import Workspace


class SplitForm(PickForm):
    """Some of the people become a household of their own, behind this door or another."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "空格 选分出去的人   H 户主（新户、原户各一位）", parent)
        self.setObjectName("split")
        self.where = self.blank("新户住在", "不填就在同一扇门")
        self.number = self.blank("新户号", "可以以后再填")
        self.row("新户住在", self.where)
        self.row("新户号", self.number)
        self.lay_out(self.people)
        self._leader = ""

    def begin_at(self, ground: Ground, person: str) -> None:
        super().begin_at(ground, person)
        self._leader = ""
        self.where.clear()
        self.number.clear()

    def choose_head(self, person: str) -> None:
        """Among those who go, the head of the new household; among those who stay, of the old one."""
        if person in self.people.chosen():
            self._leader = "" if self._leader == person else person
            self.edited.emit()
        else:
            super().choose_head(person)

    def records(self, ground: Ground) -> list[Record]:
        chosen = self.people.chosen()
        door = self.door_typed(self.where, ground) if self.where.text().strip() else ground.door
        if door is None:
            raise _no_door()
        return life.split(
            home_of(ground),
            chosen,
            self._leader if self._leader in chosen else chosen[0] if len(chosen) == 1 else "",
            self.note(ground),
            dwelling=door,
            place=families.place(self.workspace.replica, door),
            number=self.number.text().strip(),
            heir="" if self.heir in chosen else self.heir,
        )

    def draft(self) -> dict[str, Any]:
        """What is typed."""
        raw = {"where": self.where.text(), "number": self.number.text(), "leader": self._leader}
        return super().draft() | (raw if any(raw.values()) else {})

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show it again."""
        super().show_draft(draft)
        self.where.setText(str(draft.get("where", "")))
        self.number.setText(str(draft.get("number", "")))
        self._leader = str(draft.get("leader", ""))


class MergeForm(LifeForm):
    """Another household comes into this one: one behind the same door, or behind any other by its address."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "↑↓ 选并进来的户", parent)
        self.setObjectName("merge")
        self.where = self.blank("在哪扇门", "门牌 3-2-501，或户主姓名")
        self.where.textEdited.connect(self._look)
        self.households = QListWidget()
        self.households.setAccessibleName("并进来的户")
        self.households.setFixedHeight(style.px(78))
        self.households.currentRowChanged.connect(lambda _row: self.edited.emit())
        self.relation = RelationLine()
        self.relation.setAccessibleName("其户主与本户户主的关系")
        self.relation.textChanged.connect(lambda _text: self.edited.emit())
        keys = label("  ".join(f"{k} {r.label}" for k, r in RELATIONS.items() if k != "1"), "hint", wrap=True)
        self.row("在哪扇门", self.where)
        self.row("并进来的户", self.households)
        self.row("其户主是本户户主的", self.relation)
        self.lay_out(label("并进来的户结束，人和未办的事都归本户。", wrap=True))
        self.body.insertWidget(2, keys)
        self.setFocusProxy(self.where)
        self._ground: Ground | None = None
        self._found: list[Family] = []

    def begin_at(self, ground: Ground, person: str) -> None:
        super().begin_at(ground, person)
        self._ground = ground
        self.where.clear()
        self.relation.clear()
        self._offer(list(ground.others))
        self.setFocusProxy(self.households if ground.others else self.where)

    def records(self, ground: Ground) -> list[Record]:
        other = self._other()
        if other is None:
            raise Unfit("还没有选并进来的户", "写门牌，再用上下键选。")
        stored = families.family(self.workspace.replica, other.household.id)
        return life.merge(home_of(ground), stored, self.relation.code(), self.note(ground))

    def preview(self, ground: Ground) -> None:
        """Tell who would be what to the head here, and what follows."""
        try:
            records = self.records(ground)
        except Unfit:
            self.show_news({}, [])
            return
        other = self._other()
        came = {p.id for p in other.members} if other else set()
        people = [r for r in records if isinstance(r, Resident) and r.id in came]
        lines = [f"{p.name}：{Relation.words(p.relation) or '与户主关系待补'}" for p in people]
        rest = consequences(home_of(ground), [r for r in records if not isinstance(r, Household)])
        self.show_news({}, [*lines, *(followed(other) if other else []), *rest])
        self.show_problem("")

    def draft(self) -> dict[str, Any]:
        """What is typed."""
        raw = {"where": self.where.text(), "relation": self.relation.text()}
        return super().draft() | (raw if any(raw.values()) else {})

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show it again."""
        super().show_draft(draft)
        self.where.setText(str(draft.get("where", "")))
        self.relation.setText(str(draft.get("relation", "")))
        self._look(self.where.text())

    def _look(self, _text: str) -> None:
        if self._ground is None:
            return
        door = self.door_typed(self.where, self._ground)
        if door is None:
            self._offer([] if self.where.text().strip() else list(self._ground.others))
            return
        found = self.workspace.replica.all(Household, Household.dwelling == door.id)
        own = home_of(self._ground).household.id
        self._offer([families.family(self.workspace.replica, h.id) for h in found if h.id != own])

    def _offer(self, found: list[Family]) -> None:
        self._found = found
        self.households.blockSignals(True)
        self.households.clear()
        for family in found:
            head = family.household.head_name or "无户主"
            self.households.addItem(QListWidgetItem(f"{head}　{len(family.members)} 人　{family.place}"))
        self.households.setCurrentRow(0)
        self.households.blockSignals(False)
        self.edited.emit()

    def _other(self) -> Family | None:
        row = self.households.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None


class MoveForm(LifeForm):
    """The whole household moves to another door, or out of the community."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "去了别处的，按 Ctrl+O 写去向", parent)
        self.setObjectName("move")
        self.where = self.blank("搬到", "门牌，如 3-2-501")
        self.out = QCheckBox("迁出本社区（Ctrl+O）")
        self.out.toggled.connect(self._turn)
        self.row("搬到", self.where)
        self.row("", self.out)
        self.meant = label(role="strong", wrap=True)
        self.lay_out(self.meant)
        self.setFocusProxy(self.where)

    def begin_at(self, ground: Ground, person: str) -> None:
        super().begin_at(ground, person)
        self.out.setChecked(False)
        self.where.clear()
        self.meant.setText(f"现在住在 {ground.place}，{len(home_of(ground).members)} 人")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+O says whether they leave the community."""
        if event.key() == Qt.Key.Key_O and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.out.toggle()
        else:
            super().keyPressEvent(event)

    def records(self, ground: Ground) -> list[Record]:
        family, note = home_of(ground), self.note(ground)
        text = self.where.text().strip()
        if self.out.isChecked():
            everybody = [m.id for m in family.members]
            return life.leave(family, everybody, LeftHow.MOVED.value, note, to=text)
        door = self.door_typed(self.where, ground)
        if door is None:
            raise _no_door()
        return life.move(family, door, families.place(self.workspace.replica, door), note)

    def preview(self, ground: Ground) -> None:
        super().preview(ground)
        door = None if self.out.isChecked() else self.door_typed(self.where, ground)
        if door is not None:
            self.meant.setText(f"{ground.place} → {families.place(self.workspace.replica, door)}")
        else:
            self.meant.setText(f"现在住在 {ground.place}，{len(home_of(ground).members)} 人")

    def draft(self) -> dict[str, Any]:
        """What is typed."""
        raw = {"where": self.where.text(), "out": self.out.isChecked()}
        return super().draft() | (raw if raw["where"] else {})

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show it again."""
        super().show_draft(draft)
        self.out.setChecked(bool(draft.get("out")))
        self.where.setText(str(draft.get("where", "")))

    def _turn(self, out: bool) -> None:
        name = self.rows.labelForField(self.where)
        assert isinstance(name, QLabel)  # noqa: S101 - made by row()
        name.setText("去向" if out else "搬到")
        self.where.setPlaceholderText("成都、本街道另一社区 …" if out else "门牌，如 3-2-501")
        self.edited.emit()


def _no_door() -> Unfit:
    return Unfit("没有找到这扇门", "请写成 3-2-501；本机没有的门，请办迁出并写明去向。")
