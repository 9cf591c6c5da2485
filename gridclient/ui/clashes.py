"""冲突: two people changed the same thing without seeing each other; somebody chooses with two keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridclient.fields import RECORDS
from gridclient.ui import style
from gridclient.ui.parts import button, label
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.conflict import Conflict

Choice = Literal["mine", "theirs"]


class SideCard(QFrame):
    """One side: whose it is, when, and its values. ``pressed`` by the mouse."""

    pressed = Signal()

    def __init__(self, title: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, "choice" if key else "card")
        self._key = key
        self.head, self.who = label(title, "heading"), label(role="hint")
        self.values = QGridLayout()
        layout = QVBoxLayout(self)
        top = QHBoxLayout()
        top.addWidget(self.head)
        top.addStretch()
        if key:
            top.addWidget(label(key, "key"))
        layout.addLayout(top)
        layout.addWidget(self.who)
        layout.addLayout(self.values)
        layout.addStretch()
        self._labels: list[QLabel] = []

    def show_side(self, who: str, lines: Sequence[tuple[str, str]]) -> None:
        """Show who and when, and each field with its value."""
        self.who.setText(who)
        for old in self._labels:
            self.values.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._labels = []
        for row, (name, value) in enumerate(lines):
            pair = (label(name, "hint"), label(value or "（空）", "strong", wrap=True))
            for column, made in enumerate(pair):
                self.values.addWidget(made, row, column, Qt.AlignmentFlag.AlignTop)
            self._labels += pair
        self.values.setColumnStretch(1, 1)
        self.setAccessibleName(f"{self.head.text()} {who} " + "，".join(f"{n} {v}" for n, v in lines))

    def set_chosen(self, chosen: bool) -> None:
        """Draw the side that will be kept."""
        style.mark(self, "chosen" if chosen else "")
        title = self.head.text().removeprefix("✓ ")
        self.head.setText(f"✓ {title}" if chosen else title)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose this side."""
        if self._key:
            self.pressed.emit()


class ClashesView(QWidget):
    """One conflict at a time: ← mine, → theirs, Enter settles it and shows the next, ↑↓ leaf through them."""

    settled = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("clashes")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.title, self.count = label(role="heading", wrap=True), label(role="hint")
        self.before = SideCard("原来", "")
        self.mine, self.theirs = SideCard("我的", "←"), SideCard("对方的", "→")
        self.take = button("Enter 就用这个", self.settle, role="primary")
        self.hint = label(
            "← 我的　→ 对方的　Enter 确定并看下一处　↑↓ 换一处；没选上的值留在历史里", "hint", wrap=True
        )
        self._conflicts: list[Conflict] = []
        self._at = 0
        self._choice: Choice | None = None
        self._lay_out()
        self.mine.pressed.connect(lambda: self.choose("mine"))
        self.theirs.pressed.connect(lambda: self.choose("theirs"))

    @property
    def conflict(self) -> Conflict | None:
        """The conflict shown; None when there is none left."""
        return self._conflicts[self._at] if self._conflicts else None

    def show_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Show these; one stays at the same conflict while it is open."""
        standing = self.conflict
        self._conflicts = list(conflicts)
        ids = [c.id for c in conflicts]
        same = standing is not None and standing.id in ids
        self._at = ids.index(standing.id) if standing and same else min(self._at, max(0, len(ids) - 1))
        if not same:
            self._choice = None
        self._show()

    def choose(self, side: Choice) -> None:
        """Mark a side; nothing is settled yet."""
        if self.conflict:
            self._choice = side
            self._show_choice()
            self.setFocus()

    def settle(self) -> None:
        """Keep the marked side and go on to the next conflict."""
        conflict = self.conflict
        if conflict is None or self._choice is None:
            self.workspace.say("请先选一边：← 我的，→ 对方的")
            return
        choice, self._choice = self._choice, None
        self.workspace.replica.settle(conflict, choice)
        self.show_conflicts(self.workspace.replica.conflicts())
        self.workspace.say("已按所选保存，另一个值留在历史里", tone=Tone.GOOD)
        self.settled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Two keys for each conflict: an arrow, then Enter."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.choose("mine" if key == Qt.Key.Key_Left else "theirs")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.settle()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._conflicts:
            self._at = (self._at + (1 if key == Qt.Key.Key_Down else -1)) % len(self._conflicts)
            self._choice = None
            self._show()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        sides = QHBoxLayout()
        sides.setSpacing(style.px(10))
        for card in (self.before, self.mine, self.theirs):
            sides.addWidget(card, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, style.px(10), 0, 0)
        layout.setSpacing(style.px(8))
        layout.addWidget(self.title)
        layout.addWidget(self.count)
        layout.addLayout(sides)
        layout.addLayout(foot)
        layout.addStretch()

    def _show(self) -> None:
        conflict = self.conflict
        for widget in (self.before, self.mine, self.theirs, self.take, self.hint, self.count):
            widget.setVisible(conflict is not None)
        if conflict is None:
            self.title.setText("没有冲突：各人的修改都合上了")
            return
        author = self.workspace.replica.author
        spec = RECORDS.get(conflict.record_kind)
        kind = spec.title if spec else conflict.record_kind
        self.title.setText(f"{kind}　{self.workspace.line_of(conflict.record_kind, conflict.record_id)}")
        self.count.setText(f"第 {self._at + 1} 处，共 {len(self._conflicts)} 处")
        self.before.show_side("两人修改以前", values_of(conflict, conflict.before))
        for card, name in ((self.mine, conflict.mine(author)), (self.theirs, conflict.theirs(author))):
            side = conflict.side(name)
            now = "　现在显示的" if name == "kept" else ""
            card.show_side(f"{side.by or '我'}　{moment(side.at)}{now}", values_of(conflict, side.values))
        self._show_choice()

    def _show_choice(self) -> None:
        self.mine.set_chosen(self._choice == "mine")
        self.theirs.set_chosen(self._choice == "theirs")
        self.take.setEnabled(self._choice is not None)


def values_of(conflict: Conflict, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Each field of a side with its value in words; a removal is said, not spelt out."""
    spec = RECORDS.get(conflict.record_kind)
    names = dict.fromkeys([*conflict.kept, *conflict.lost])
    if "removed_at" in names:
        return [("记录", "已删除" if values.get("removed_at") else "保留")]
    fields = spec.by_name if spec else {}
    return [
        (fields[name].label, fields[name].text(values.get(name)))
        if name in fields
        else (name, str(values.get(name, "")))
        for name in names
    ]


def moment(at_ms: int) -> str:
    """Local day and time of milliseconds since 1970; empty when nobody noted one."""
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%m-%d %H:%M}" if at_ms else ""
