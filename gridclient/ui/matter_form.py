"""[E] a matter heard at the door: one digit says what kind, the text says what; by when may be changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from gridclient.blanks import Choice
from gridclient.records import Matter
from gridclient.records.matter import MatterAct, MatterKind, MatterSource
from gridclient.rules.matters import USUAL_DAYS, step_of, title_of
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.composing import Box
from gridclient.ui.door_forms import ENTER, DoorForm, Results
from gridclient.ui.flow import Flow
from gridclient.ui.knocks import appointment_of, paper_number
from gridclient.ui.parts import button, line


class DigitRow(QFrame):
    """A closed list as a row of buttons, chosen by digit, by arrow or by mouse. ``chosen`` once it is clear."""

    chosen = Signal()

    def __init__(self, options: Sequence[Choice], says: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(says)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._options = tuple(options)
        self._group = QButtonGroup(self)
        style.role(self, "digits")
        row = Flow(style.px(4), self)
        row.setContentsMargins(*(style.px(3),) * 4)
        for place, option in enumerate(self._options):
            made = button(f"{place + 1} {option.label}", role="answer", checkable=True)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(made, place)
            row.addWidget(made)
        self._group.idClicked.connect(lambda _place: self.chosen.emit())
        self.show_code(self._options[0].value)

    def code(self) -> str:
        """The code chosen."""
        return self._options[max(0, self._group.checkedId())].value

    def show_code(self, code: str) -> None:
        """Choose a code; the first one when nobody here has it."""
        codes = [option.value for option in self._options]
        self._group.button(codes.index(code) if code in codes else 0).setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, arrows move, Enter agrees; no other character goes up to the door, where it is an answer."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        place, text = self._group.checkedId(), event.text()
        if held:
            super().keyPressEvent(event)
        elif text.isascii() and text.isdigit() and 0 < int(text) <= len(self._options):
            self._group.button(int(text) - 1).setChecked(True)
            self.chosen.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._group.button((place + step) % len(self._options)).setChecked(True)
        elif event.key() in ENTER:
            self.chosen.emit()
        elif not (text and text.isprintable()):
            super().keyPressEvent(event)


class MatterForm(DoorForm):
    """Kind, text, and the day by which it is to be settled; what it gives becomes a matter with its first step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("数字选类型   Ctrl+Enter 记下   Tab 改期限   Esc 取消", parent)
        self.setObjectName("matter")
        self.kind = DigitRow(tuple(MatterKind), "事项类型")
        self.box = Box(tabChangesFocus=True)
        self.box.setAccessibleName("事项内容")
        self.box.setPlaceholderText("谁说的、什么事、想怎么办；第一句就是标题")
        self.box.setFixedHeight(style.px(56))
        self.due: QLineEdit = line("3天后、周五、11-25", says="办理期限")
        self.due.setMaximumWidth(style.px(150))
        self.meant = QLabel()
        style.role(self.meant, "hint")
        row = QHBoxLayout()
        for widget in (QLabel("期限"), self.due, self.meant):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addWidget(self.kind)
        self.body.addWidget(self.box)
        self.body.addLayout(row)
        self.finish_layout()
        self.kind.chosen.connect(self.box.setFocus)
        self.kind.chosen.connect(self.edited)
        self.box.textChanged.connect(self.edited)
        self.due.textChanged.connect(self._read)
        self.due.textEdited.connect(lambda _text: self.edited.emit())
        self._door: Door | None = None
        self._who = ""
        self._now = datetime.fromtimestamp(0).astimezone()

    def begin(self, door: Door, who: str, now: datetime) -> None:
        """Begin with nothing heard yet; ``who`` goes from door to door and is the first in charge."""
        self._door, self._who, self._now = door, who, now
        self.show_problem("")
        self.kind.show_code(MatterKind.APPEAL)
        self.box.clear()
        self.due.setText(f"{USUAL_DAYS}天后")
        self._read()
        self.kind.setFocus()

    def results(self) -> Results | None:
        """The matter and the step by which it was collected; None while there is no text or no day."""
        story, meant = self.box.toPlainText().strip(), appointment_of(self.due.text(), self._now)
        if not story or self._door is None:
            self.show_problem("还没有写是什么事；不记请按 Esc")
            return None
        if meant is None and self.due.text().strip():
            self.show_problem("没有看懂期限，请写成 3天后、周五 或 11-25；不定期限就留空")
            return None
        matter = Matter(
            number=paper_number("SX", self._now.date()),
            kind_of_matter=self.kind.code(),
            title=title_of(story),
            story=story,
            heard_on=self._now.date(),
            source_of_matter=MatterSource.VISIT,
            household=self._door.household,
            dwelling=self._door.dwelling,
            place=self._door.label,
            people=self._door.head.split("、")[:1] if self._door.head else [],
            first_in_charge=self._who,
            due=meant.on if meant else None,
            area=self._door.area,
            source="visit",
        )
        return Results([matter, step_of(matter, MatterAct.COLLECTED, self._who, self._now)])

    def draft(self) -> dict[str, Any]:
        """What is typed, once there is something."""
        text = self.box.toPlainText()
        return {"kind": self.kind.code(), "text": text, "due": self.due.text()} if text.strip() else {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go on where somebody stopped."""
        self.kind.show_code(str(draft.get("kind", "")))
        self.box.setPlainText(str(draft.get("text", "")))
        self.due.setText(str(draft.get("due", "")))
        self.box.setFocus()

    def _read(self, _text: str = "") -> None:
        meant = appointment_of(self.due.text(), self._now) if self._door else None
        self.meant.setText(f"→ {meant.words}" if meant else "")
        self.show_problem("")
