"""冲突: two people changed the same thing without seeing each other; somebody chooses with two keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from sqlmodel import col

from gridclient.store.statement import outcome_words
from gridclient.ui import style
from gridclient.ui.clash_list import ClashList, by_record
from gridclient.ui.clash_words import ClashWords, private_fields, told
from gridclient.ui.parts import button, label
from gridclient.ui.saying import Tone
from gridclient.ui.side_card import SideCard
from gridclient.ui.workspace import Workspace
from sync.conflict import Conflict

OPEN_HINT = "← 或 1、→ 或 2 选一边，Enter 确定并看下一处　↑↓ 换一处　Ctrl+Z 撤回　H 看已处理的"
ALIKE_HINT = "Ctrl+Enter 这条记录的几处都照这样选"
PAST_HINT = "R 重新打开这一处再选　↑↓ 换一处　H 回到待处理的"
CHOICES = {
    Qt.Key.Key_Left: "mine",
    Qt.Key.Key_1: "mine",
    Qt.Key.Key_Right: "theirs",
    Qt.Key.Key_2: "theirs",
    Qt.Key.Key_3: "both",
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PAST = 200  # settled conflicts shown


class ClashesView(QWidget):
    """One conflict at a time beside the list of all: ← mine, → theirs, 3 both, Enter settles it and shows the next.

    Ctrl+Enter settles the rest of the same record the same way; H shows those settled, and R opens one of them again.
    """

    settled = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("clashes")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.list = ClashList()
        self.list.out.heed(self)
        self.title, self.count = label(role="heading", wrap=True), label(role="hint")
        self.why = label(role="hint", wrap=True)
        self.before = SideCard("原来", "")
        self.mine, self.theirs = SideCard("我的", "← 1"), SideCard("对方的", "→ 2")
        self.both = button("3 两个都留", lambda: self.choose("both"), role="answer", checkable=True)
        self.take = button("确定  Enter", self.settle, role="primary")
        self.again = button("重新打开  R", self.reopen)
        self.turn = button("已处理  H", self.turn_over)
        self.hint = label(OPEN_HINT, "hint", wrap=True)
        self.empty = label(role="hint", wrap=True)
        self._conflicts: list[Conflict] = []
        self._words: ClashWords | None = None
        self._at, self._choice, self._past = 0, "", False
        self._noted: set[str] = set()
        self._lay_out()
        self.list.picked.connect(self._stand_at)
        self.mine.pressed.connect(lambda: self.choose("mine"))
        self.theirs.pressed.connect(lambda: self.choose("theirs"))

    @property
    def conflict(self) -> Conflict | None:
        """The conflict shown; None when there is none."""
        return self._conflicts[self._at] if self._conflicts else None

    def show_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Show these; one stays at the same conflict while it is there."""
        if self._past:
            self._show_past()
        else:
            self._show_all(by_record(conflicts))

    def choose(self, side: str) -> None:
        """Mark ``mine``, ``theirs`` or ``both``; nothing is settled yet."""
        if self._words is None or self._past:
            return
        if side == "both" and self._words.both is None:
            self.workspace.say("这一处不能两个都留，请选一边")
        elif side != "both" and self._words.barred and self._name(side) != "kept":
            self.workspace.say("只能选“现在的”", self._words.barred)
        else:
            self._choice = side
        self._show_choice()
        self.setFocus()

    def settle(self, *, whole: bool = False) -> None:
        """Keep the marked side and go on to the next conflict; with ``whole``, all of this record alike."""
        conflict, words = self.conflict, self._words
        if conflict is None or words is None or self._past:
            return
        if not self._choice:
            self.workspace.say("请先选一边：← 我的，→ 对方的")
            return
        same = [one for one in self._conflicts if one.record_id == conflict.record_id]
        choice, self._choice = self._choice, ""
        if choice == "both":
            self.workspace.settle(conflict, choose="both", values=words.both)
        else:
            chosen = same if whole and not words.barred else [conflict]
            self.workspace.settle(*chosen, choose="mine" if choice == "mine" else "theirs")
        self.show_conflicts(self.workspace.replica.conflicts())
        self.workspace.say("已按所选保存，没选的留在历史里", "选错了按 Ctrl+Z 撤回。", Tone.GOOD)
        self.settled.emit()

    def reopen(self) -> None:
        """Let a settled conflict ask again; the record stays as it is until somebody chooses."""
        conflict = self.conflict
        if conflict is None or not self._past:
            return
        conflict.choice, conflict.settled_at = "", None
        self.workspace.save(conflict)
        self._past = False
        self._show_all(by_record(self.workspace.replica.conflicts()))
        places = [one.id for one in self._conflicts]
        self._stand_at(places.index(conflict.id))

    def turn_over(self) -> None:
        """Show the settled conflicts, or those that ask again."""
        self._past, self._at, self._choice = not self._past, 0, ""
        self.show_conflicts(self.workspace.replica.conflicts())
        self.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw a frame around the list: this is where the keys go."""
        super().focusInEvent(event)
        style.mark(self.list, "keys")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        style.mark(self.list, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Two keys for each conflict: a side, then Enter."""
        key = event.key()
        if key in CHOICES:
            self.choose(CHOICES[Qt.Key(key)])
        elif key in ENTER:
            self.settle(whole=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._conflicts:
            self._stand_at((self._at + (1 if key == Qt.Key.Key_Down else -1)) % len(self._conflicts))
        elif key == Qt.Key.Key_H:
            self.turn_over()
        elif key == Qt.Key.Key_R and self._past:
            self.reopen()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        sides = QHBoxLayout()
        sides.setSpacing(style.px(10))
        for card in (self.before, self.mine, self.theirs):
            sides.addWidget(card, 1)
        acts = QHBoxLayout()
        acts.addWidget(self.both)
        acts.addStretch()
        for made in (self.again, self.take):
            acts.addWidget(made)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.count)
        page = QWidget()
        right = QVBoxLayout(page)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(style.px(8))
        right.addLayout(top)
        right.addWidget(self.why)
        right.addLayout(sides)
        right.addLayout(acts)
        right.addWidget(self.hint)
        right.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(self._nothing())
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addStretch()
        left.addWidget(self.turn)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, style.px(10), 0, 0)
        layout.setSpacing(style.px(14))
        layout.addLayout(left)
        layout.addWidget(self._stack, 1)

    def _nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        self.nothing = label(role="heading")
        for words in (self.nothing, self.empty):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        column.addWidget(self.nothing)
        column.addWidget(self.empty)
        column.addStretch(3)
        return page

    def _show_past(self) -> None:
        found = self.workspace.replica.all(
            Conflict, col(Conflict.settled_at).is_not(None), order=col(Conflict.settled_at).desc()
        )
        self._show_all(by_record(found[:PAST]))

    def _show_all(self, conflicts: Sequence[Conflict]) -> None:
        standing = self.conflict
        self._conflicts = list(conflicts)
        ids = [one.id for one in conflicts]
        same = standing is not None and standing.id in ids
        self._at = ids.index(standing.id) if standing and same else min(self._at, max(0, len(ids) - 1))
        self._choice = self._choice if same else ""
        self.list.show_conflicts(self.workspace.replica, conflicts)
        self._show()

    def _stand_at(self, place: int) -> None:
        self._at, self._choice = place, ""
        self._show()

    def _show(self) -> None:
        conflict = self.conflict
        self._stack.setCurrentIndex(0 if conflict else 1)
        self.turn.setText("回到待处理  H" if self._past else "已处理  H")
        self.list.setVisible(conflict is not None)
        self._words = told(self.workspace.replica, conflict) if conflict else None
        if conflict is None or self._words is None:
            self.title.setText("没有冲突：各人的修改都合上了" if not self._past else "还没有处理过的冲突")
            self.nothing.setText(self.title.text())
            self.empty.setText("" if self._past else "两个人改了同一栏、又没看到对方改的，才会在这里问您。")
            return
        self._note_seen(conflict)
        words = self._words
        self.title.setText(f"{words.record}　{words.what}")
        self.count.setText(f"第 {self._at + 1} 处，共 {len(self._conflicts)} 处")
        past = (
            f"已处理：{outcome_words(conflict, {self.workspace.replica.author: '我'})}" if self._past else ""
        )
        self.why.setText(past or words.barred or words.why)
        self.before.show_side("原来", "两人修改以前", words.before or (("", "没有记下"),))
        for card, side in ((self.mine, words.mine), (self.theirs, words.theirs)):
            card.show_side(side.title, side.who, side.lines, now=side.now)
            card.key.setVisible(not self._past)
        self.both.setText(f"3 两个都留：{' '.join(words.both_words.split())}")
        self.list.stand_at(self._at)
        self._show_choice()

    def _show_choice(self) -> None:
        words, conflict = self._words, self.conflict
        if words is None or conflict is None:
            return
        chosen = conflict.choice if self._past else self._name(self._choice)
        self.mine.set_chosen(chosen == words.mine.name)
        self.theirs.set_chosen(chosen == words.theirs.name)
        self.both.setChecked(chosen == "both")
        self.both.setVisible(words.both is not None and (chosen == "both" or not self._past))
        self.both.setEnabled(not self._past)
        self.take.setVisible(not self._past)
        self.again.setVisible(self._past)
        self.take.setEnabled(bool(self._choice))
        several = sum(one.record_id == conflict.record_id for one in self._conflicts) > 1
        hint = f"{OPEN_HINT}\n{ALIKE_HINT}" if several else OPEN_HINT
        self.hint.setText(PAST_HINT if self._past else hint)

    def _name(self, side: str) -> str:
        """``kept`` or ``lost`` for the card called ``mine`` or ``theirs``; anything else stands for itself."""
        cards = {"mine": self._words.mine, "theirs": self._words.theirs} if self._words else {}
        return cards[side].name if side in cards else side

    def _note_seen(self, conflict: Conflict) -> None:
        """Whole numbers are needed to choose between them; looking is noted, once for each conflict."""
        if conflict.id not in self._noted and self.isVisible():
            for field in private_fields(conflict):
                self.workspace.note_seen(conflict.record_kind, field.name)
            self._noted.add(conflict.id)
