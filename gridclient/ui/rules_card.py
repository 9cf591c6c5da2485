"""走访规则: whom one visits how often, one line each, changed where it stands."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gridclient.fields import spec_of
from gridclient.records.people import VisitRule
from gridclient.records.rounds import DueRule, Situation
from gridclient.rules.due import EVERY, Line, lines
from gridclient.ui import style
from gridclient.ui.parts import button, clear, label
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

OFF = "不单独走访"
HINT = "一户符合几条，按最勤的一条算；从来没有走访过的，一律算到期。户里另定了走访周期的，按户里的。"


class RulesCard(QFrame):
    """Every rule with its period; a choice is stored as soon as it is made."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        style.role(self, "card")
        self._area = ""
        self._told: tuple[list[Line], str] | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(style.px(12))
        self._grid.setVerticalSpacing(style.px(4))
        self._grid.setColumnStretch(1, 1)
        self.first, self.second, self.every = QComboBox(), QComboBox(), Period()
        self.periods: dict[str, QComboBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(14), style.px(10), style.px(14), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("走访规则", "heading"))
        layout.addWidget(label(HINT, "hint", wrap=True))
        layout.addLayout(self._grid)
        layout.addLayout(self._lay_out_new())

    def show_rules(self, own: Iterable[DueRule], area: str) -> None:
        """Show the rules with an office's own among them; without an ``area`` to write in they are only shown."""
        told = (list(lines(own)), area)
        if told == self._told:
            return
        self._told, self._area = told, area
        standing = next((words for words, box in self.periods.items() if box.hasFocus()), "")
        clear(self._grid)
        self.periods = {}
        for row, line in enumerate(told[0]):
            name = label(line.rule.words, "strong")
            self._grid.addWidget(name, row, 0)
            whom = "" if line.rule.whom == line.rule.words else line.rule.whom
            self._grid.addWidget(label(whom, "hint"), row, 1)
            self._grid.addWidget(self._period(line), row, 2)
        if standing in self.periods:
            self.periods[standing].show()  # the layout would show it later, and what is hidden takes no focus
            self.periods[standing].setFocus()
        for widget in (self.first, self.second, self.every, self.add):
            widget.setEnabled(bool(area))

    def _period(self, line: Line) -> QComboBox:
        box = self.periods[line.rule.words] = Period()
        if line.rule.needs:
            box.addItem(OFF, "")
        box.setCurrentIndex(box.findData("" if line.off else line.rule.every))
        box.setAccessibleName(f"{line.rule.words} 多久走访一次")
        box.setEnabled(bool(self._area))
        box.activated.connect(partial(self._choose, line, box))
        return box

    def _choose(self, line: Line, box: QComboBox, _row: int) -> None:
        every = str(box.currentData())
        record = line.record or self._made(line.rule.words, line.rule.needs)
        record.every, record.retired = every or line.rule.every, not every
        self.workspace.save(record)

    def _lay_out_new(self) -> QHBoxLayout:
        row = QHBoxLayout()
        labels = spec_of(DueRule).field("labels").offers
        facts = [(offer.label, offer.value) for offer in (*labels, *Situation)]
        for box, words in ((self.first, "哪一类户"), (self.second, "（并且）")):
            box.addItem(words, "")
            for text, code in facts:
                box.addItem(text, code)
            box.setAccessibleName(words)
            row.addWidget(box, 1)
        self.every.setCurrentIndex(self.every.findData(VisitRule.MONTHLY.value))
        self.every.setAccessibleName("多久走访一次")
        row.addWidget(self.every)
        self.add: QPushButton = button("加一条", self._add)
        row.addWidget(self.add)
        return row

    def _add(self) -> None:
        needs = tuple(dict.fromkeys(c for box in (self.first, self.second) if (c := str(box.currentData()))))
        if not needs:
            self.workspace.say("请先选哪一类户", "例如“残疾人”，再选多久走访一次。", Tone.WARN)
            return
        words = "、".join(self.first.itemText(self.first.findData(need)) for need in needs)
        record = self._made(words[:20], needs)
        record.every = str(self.every.currentData())
        self.workspace.save(record)
        for box in (self.first, self.second):
            box.setCurrentIndex(0)

    def _made(self, words: str, needs: Iterable[str]) -> DueRule:
        situations = {one.value for one in Situation}
        return DueRule(
            words=words,
            labels=[need for need in needs if need not in situations],
            situations=[need for need in needs if need in situations],
            area=self._area,
        )


class Period(QComboBox):
    """How often. The wheel scrolls the page and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        for code in EVERY:
            self.addItem(VisitRule.words(code), code)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()
