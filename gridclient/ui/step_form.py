"""One step of a matter as it is typed: what was done, in words; 办结, 重新打开 and a new day are steps of their own kind."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gridclient.records.matter import MatterAct
from gridclient.ui import style
from gridclient.ui.composing import Box
from gridclient.ui.door_forms import ENTER, DoorForm
from gridclient.ui.knocks import Appointment, appointment_of
from gridclient.ui.matter_form import DigitRow
from gridclient.ui.parts import label, line

PLAIN = (
    MatterAct.HANDLED,
    MatterAct.CONSULTED,
    MatterAct.REPORTED,
    MatterAct.ANSWERED,
    MatterAct.CALLED_BACK,
)


class Asking(StrEnum):
    """What the form is open for."""

    STEP = "step"
    CLOSE = "close"
    REOPEN = "reopen"
    DUE = "due"


ASKED = {
    Asking.STEP: ("记一步", "做了什么、结果怎样"),
    Asking.CLOSE: ("办结", "怎么解决的（可以不写）"),
    Asking.REOPEN: ("重新打开", "为什么重新办理"),
    Asking.DUE: ("改期限", "3天后、周五、11-25；留空为不定期限"),
}
ACTS = {Asking.CLOSE: MatterAct.CLOSED, Asking.REOPEN: MatterAct.REOPENED}


class StepForm(DoorForm):
    """Asks for one thing at a time; ``asking`` says which, Ctrl+Enter saves, Esc drops."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("step")
        self.asking = Asking.STEP
        self.title = label(role="strong")
        self.acts = DigitRow(PLAIN, "步骤")
        self.box = Box(tabChangesFocus=True)
        self.box.setFixedHeight(style.px(56))
        self.day, self.meant = line(says="办理期限"), QLabel()
        style.role(self.meant, "hint")
        row = QHBoxLayout()
        row.addWidget(self.day)
        row.addWidget(self.meant, 1)
        for widget in (self.title, self.acts, self.box):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        self.finish_layout()
        self.acts.chosen.connect(self.box.setFocus)
        self.box.textChanged.connect(self.edited)
        self.day.textChanged.connect(self._read)
        self._now = datetime.fromtimestamp(0).astimezone()

    def begin(self, asking: Asking, now: datetime, day: str = "") -> None:
        """Ask for one thing; ``day`` is the present one in words."""
        self.asking, self._now = asking, now
        title, hint = ASKED[asking]
        self.title.setText(title)
        self.hint.setText(f"{'数字选步骤   ' if asking is Asking.STEP else ''}Ctrl+Enter 保存   Esc 取消")
        self.acts.setVisible(asking is Asking.STEP)
        self.box.setVisible(asking is not Asking.DUE)
        for widget in (self.day, self.meant):
            widget.setVisible(asking is Asking.DUE)
        self.box.setPlaceholderText(hint)
        self.box.setAccessibleName(title)
        self.day.setPlaceholderText(hint)
        self.box.clear()
        self.day.setText(day)
        self.day.selectAll()
        self.acts.show_code(PLAIN[0].value)
        self.show_problem("")
        self.take_hold()

    def take_hold(self) -> None:
        """Give the focus to what is asked for first."""
        first = {Asking.STEP: self.acts, Asking.DUE: self.day}
        first.get(self.asking, self.box).setFocus()

    @property
    def act(self) -> MatterAct:
        """The step meant."""
        return ACTS.get(self.asking) or MatterAct(self.acts.code())

    @property
    def told(self) -> str:
        """The words typed."""
        return self.box.toPlainText().strip()

    @property
    def due(self) -> Appointment | None:
        """The day meant; None when there is none, or it was not understood."""
        return appointment_of(self.day.text(), self._now)

    def whole(self) -> bool:
        """True when it may be saved; the form says so when not."""
        if self.asking is Asking.DUE:
            good = self.due is not None or not self.day.text().strip()
            self.show_problem("" if good else "没有看懂期限，请写成 3天后、周五 或 11-25")
        else:
            good = bool(self.told) or self.asking is Asking.CLOSE
            self.show_problem("" if good else "请写一句；不记请按 Esc")
        return good

    def draft(self) -> dict[str, Any]:
        """What is typed, once there is something."""
        told = {"asking": self.asking.value, "act": self.acts.code(), "text": self.box.toPlainText()}
        return told if self.told else {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go on where somebody stopped."""
        self.acts.show_code(str(draft.get("act", "")))
        self.box.setPlainText(str(draft.get("text", "")))
        self.box.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the line of the day, Enter alone saves too."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in ENTER and plain and self.asking is Asking.DUE:
            self.saved.emit()
        else:
            super().keyPressEvent(event)

    def _read(self, _text: str) -> None:
        meant = self.due
        self.meant.setText(f"→ {meant.words}" if meant else "")
        self.show_problem("")
