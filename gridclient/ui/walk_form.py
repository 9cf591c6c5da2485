"""[W] the strip set once for many doors: which day was walked, and by whom."""

from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gridclient import values
from gridclient.ui.composing import Line
from gridclient.ui.door_forms import ENTER, DoorForm, Results
from gridclient.ui.knocks import Round


class WalkForm(DoorForm):
    """Day and walkers. Typing paper slips in the office, the day lies back and the walker is somebody else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "照纸补录时改成纸上的日期和走访人；之后每一户都按这里登记。   Ctrl+Enter 确定   Esc 取消", parent
        )
        self.setObjectName("walk")
        self.day, self.visitors = Line(), Line()
        row = QHBoxLayout()
        for label, line in (("走访日期", self.day), ("走访人", self.visitors)):
            row.addWidget(QLabel(label))
            row.addWidget(line, 1)
            line.setAccessibleName(label)
        self.body.addLayout(row)
        self.finish_layout()
        self._walk = Round(date.min, (), "")
        self._today = date.min

    def begin(self, walk: Round, today: date) -> None:
        """Show the present day and walkers."""
        self._walk, self._today = walk, today
        self.show_problem("")
        self.day.setText(f"{walk.on:%Y-%m-%d}")
        self.visitors.setText("、".join(walk.visitors))
        self.day.selectAll()
        self.day.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from the day to the walkers, and from there it saves."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() not in ENTER:
            super().keyPressEvent(event)
        elif self.day.hasFocus() and not control:
            self.visitors.setFocus()
        else:
            self.saved.emit()

    def walk(self) -> Round | None:
        """The round meant; None while the day is none, or is still to come."""
        on = values.day_of(self.day.text())
        if on is None or on > self._today:
            self.show_problem("日期请写成 2026-09-30，不能晚于今天")
            return None
        names = tuple(
            name
            for part in self.visitors.text().replace("，", "、").split("、")
            if (name := values.tidy_name(part))
        )
        return Round(on, names, self._walk.recorder, self._walk.later)

    def results(self) -> Results | None:
        """Nothing of its own goes with a visit."""
        return Results() if self.walk() else None

    def draft(self) -> dict[str, Any]:
        """Not worth keeping."""
        return {}
