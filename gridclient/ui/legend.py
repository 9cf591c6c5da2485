"""The legend of a drawing or a list: every state with its sign, word and count, and a filter at the same time."""

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gridclient.ui import style
from gridclient.ui.flow import Flow
from gridclient.ui.parts import label
from gridclient.ui.plan_paint import Mark


class Legend(QWidget):
    """The states of an overlay with their counts; a pressed state fades all others. ``filtered(codes)``."""

    filtered = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = Flow(style.px(3), self)
        self._corners = label(role="hint")
        self._corners.setToolTip("门右下角的小记号")
        self._corners.hide()
        self._buttons: dict[str, QPushButton] = {}
        self._marks: Mapping[str, Mark] = {}

    def show_counts(self, marks: Mapping[str, Mark], counts: Counter[str]) -> None:
        """One button for each state that occurs; what was pressed stays pressed while it occurs."""
        if marks is self._marks and [code for code in marks if counts[code]] == list(self._buttons):
            for code, button in self._buttons.items():
                button.setText(f"{marks[code].sign} {marks[code].word} {counts[code]}")
            self._tell()
            return
        self._marks = marks
        pressed = {code for code, button in self._buttons.items() if button.isChecked()}
        for button in self._buttons.values():
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for code, mark in marks.items():
            if counts[code]:
                button = QPushButton(f"{mark.sign} {mark.word} {counts[code]}")
                button.setCheckable(True)
                button.setChecked(code in pressed)
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                button.setToolTip(f"只看这些门，再点一次看全部（Alt+{len(self._buttons) + 1}）")
                style.role(button, "legend")
                style.mark(button, mark.tone)
                button.toggled.connect(self._tell)
                self._buttons[code] = button
                self._row.addWidget(button)
        self._row.removeWidget(self._corners)
        self._row.addWidget(self._corners)
        self._tell()

    def toggle(self, number: int) -> None:
        """Press the button with this number, counted from 1; 0 shows all doors again."""
        buttons = list(self._buttons.values())
        for place, button in enumerate(buttons, 1):
            if place == number or not number:
                button.setChecked(bool(number) and not button.isChecked())

    def show_corners(self, marks: Mapping[str, Mark], counts: Counter[str]) -> None:
        """Explain the small signs in the corners, those that occur."""
        told = [f"{mark.sign} {mark.word} {counts[code]}" for code, mark in marks.items() if counts[code]]
        self._corners.setText("　".join(told))
        self._corners.setVisible(bool(told))

    def _tell(self) -> None:
        self.filtered.emit([code for code, button in self._buttons.items() if button.isChecked()])
