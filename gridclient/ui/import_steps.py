"""The four steps of an import in a row: where one is, what each still asks for, and a key to each."""

from enum import IntEnum
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.import_files import ImportFile
from gridclient.ui.parts import button, label, shortcut


class Stage(IntEnum):
    """Where one is: choosing files, matching columns and words, looking at problems, writing."""

    FILES = 0
    MATCH = 1
    PROBLEMS = 2
    WRITE = 3


TITLES = ("文件", "对应", "查看问题", "导入")


class StepBar(QWidget):
    """``went(Stage)`` on a click; Alt+1 … Alt+4 do the same anywhere inside ``page``."""

    went = Signal(object)

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.steps = QButtonGroup(self, exclusive=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(4))
        for stage in Stage:
            made = button(TITLES[stage], role="segment", checkable=True, tip=f"Alt+{stage + 1}")
            self.steps.addButton(made, stage)
            if stage:
                row.addWidget(label("→", "hint"))
            row.addWidget(made)
            shortcut(f"Alt+{stage + 1}", page, partial(self._go, stage))
        row.addWidget(label("Alt+1 到 4", "hint"))
        self.steps.idClicked.connect(lambda place: self._go(Stage(place)))

    def show_file(self, file: ImportFile | None, stage: Stage) -> None:
        """Mark where one is, and write behind each step whether it asks for something: ``✓``, ``!`` or nothing."""
        self.steps.button(stage).setChecked(True)
        for step, news in zip(Stage, news_of(file), strict=True):
            self.steps.button(step).setText(f"{step + 1} {TITLES[step]} {news}".rstrip())
            barred = step is not Stage.FILES and file is None
            self.steps.button(step).setDisabled(
                barred or (step is Stage.MATCH and not (file and file.matchable))
            )

    def _go(self, stage: Stage) -> None:
        if self.steps.button(stage).isEnabled():
            self.went.emit(stage)


def news_of(file: ImportFile | None) -> tuple[str, str, str, str]:
    """For each step ``✓`` when all is well, ``!`` when it asks for something, nothing while nobody knows."""
    if file is None:
        return "", "", "", ""
    if file.waits:
        return "✓", "…", "…", ""
    if file.found is None:
        return "✓", "!" if file.strange else "", "!", ""
    wrong = file.found.counts.rows_with_errors or file.open_moves
    matched = "!" if file.found.unknown or file.lacking or file.open_words else "✓"
    done = "" if file.written is None else "!" if file.written.stopped else "✓"
    return "✓", matched, "!" if wrong else "✓", done
