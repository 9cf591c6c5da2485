"""打印和导出记录: what left the screen of this laptop, who took it, how many persons it named, and why."""

from datetime import datetime, timedelta
from functools import partial

from PySide6.QtWidgets import QComboBox, QWidget

from gridclient.store.trail import WORDS, Step
from gridclient.ui.parts import label
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.workspace import Workspace

HEADS = ("时间", "谁", "做了什么", "哪一份", "人数", "号码", "用途", "份数")
DAYS = {"全部日期": None, "今天": 0, "近七天": 6, "近三十天": 29, "近一年": 365}
EVERYBODY = "所有人"
MOST, ALL = 2000, 10**9  # steps: shown, and taken out of the program
HINT = "打印、导出、查看完整号码、备份，每一次先记下再做。这份记录关不掉、改不了、删不了，只在本机。"


class TrailPage(PastPage):
    """The log of this laptop, newest first, by days and by person. Nothing can be done with it but reading."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "打印和导出记录", RowsView(HEADS, (10, 6, 9, 20, 4, 6, 14, 4)), parent)
        self.setObjectName("trail_page")
        self.rows.setAccessibleName("打印和导出记录")
        self.days, self.who = QComboBox(), QComboBox()
        self.days.addItems(list(DAYS))
        self.who.addItem(EVERYBODY, "")
        for box, name in ((self.days, "哪些天"), (self.who, "谁")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(lambda _row: self._choose())
            self.head.addWidget(box)
        self._since: datetime | None = None
        self._only = ""
        self.count = label(role="hint")
        self.head.addWidget(self.count)
        self.head.addStretch(1)
        self.hint.setText(HINT)
        self.rows.out.narrowed = lambda: f"{self.days.currentText()}，{self.who.currentText()}"

    def read(self) -> list[Told]:
        return self._read(MOST)

    def show_told(self, told: list[Told]) -> None:
        self._offer_people()
        self.rows.show_rows(told)
        self.rows.every = partial(self._read, ALL) if len(told) == MOST else None
        self.count.setText(f"{len(told)} 次" if len(told) < MOST else f"最近 {MOST} 次")
        if told:
            self.body.show_view()
        else:
            self.body.show_words("这些天没有打印和导出", "有谁打印、导出、看了完整号码，这里就多一行。")

    def _read(self, most: int) -> list[Told]:
        steps = self.workspace.desk.trail.steps(self._since, most, who=self._only)
        return [step_row(step) for step in steps]

    def _choose(self) -> None:
        back, now = DAYS[self.days.currentText()], self.workspace.now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._since = None if back is None else midnight - timedelta(days=back)
        self._only = self.who.currentData() or ""
        self.reload()

    def _offer_people(self) -> None:
        chosen = self.who.currentData()
        self.who.clear()
        self.who.addItem(EVERYBODY, "")
        for name in self.workspace.desk.trail.people():
            self.who.addItem(name, name)
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)))


def step_row(step: Step) -> Told:
    """One line of the log; whole numbers stand out."""
    texts = (
        f"{step.at:%Y-%m-%d %H:%M}",
        step.who,
        WORDS[step.act],
        step.what,
        str(step.persons or ""),
        "完整号码" if step.full else "已脱敏",
        step.why,
        str(step.copies) if step.copies > 1 else "",
    )
    counts = {4: step.persons} if step.persons else {}
    return Told(texts, "warn" if step.full else "", step, toned=5, values={0: step.at, **counts})
