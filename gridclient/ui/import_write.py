"""导入: what would be written of each file, or has been, and what still stands in the way."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.exchange.rehearsal import titles
from gridclient.ui import style
from gridclient.ui.import_files import UNDONE, ImportFile
from gridclient.ui.parts import label
from gridclient.ui.rows import RowsView, Told

HEADS = ("状态", "文件", "新增", "更新", "有错误，不导入", "您不导入的")
BEFORE = "按“导入”才写入本机。写入以后三十天内可以整批撤回；同一份表再导一遍不会重复。"
AFTER = "内容已存本机，联网后会自动上传。导错了按“撤回这次导入”，三十天内在“导入记录”里也行。"
AGAIN = "没有导入的行还在“查看问题”里：按“在原表上标出问题”另存一份，改好再导入，已经导入的不会重复。"


class WriteStep(QWidget):
    """Every file with what it brings, and in words what comes before and after writing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsView(HEADS, (8, 14, 16, 12, 7, 6))
        self.rows.setAccessibleName("要导入的文件")
        self.barred, self.told = label(role="problem", wrap=True), label(role="hint", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(8))
        for widget in (self.rows, self.barred, self.told):
            layout.addWidget(widget, int(widget is self.rows))
        self.setFocusProxy(self.rows)

    def show_files(self, files: Sequence[ImportFile]) -> None:
        """Show what these bring or have brought."""
        self.rows.show_rows([_row(file) for file in files])
        self.barred.setText(barred_words(files))
        self.barred.setVisible(bool(self.barred.text()))
        reports = [file.written for file in files if file.written]
        left = any(report.skipped for report in reports)
        before = UNDONE if any(file.undone for file in files) else BEFORE
        self.told.setText(f"{AFTER}\n{AGAIN}" if left else AFTER if reports else before)


def barred_words(files: Sequence[ImportFile]) -> str:
    """What a person has to settle before anything can be written; empty when nothing has to be."""
    strange = [file.path.name for file in files if file.strange and not file.waits]
    asking = [file for file in files if file.ready and file.open_moves]
    lines = [f"还看不懂{'、'.join(strange)}：在上表按 Enter，到“对应”里说清每一列是什么。" if strange else ""]
    lines += [
        f"{file.path.name}：{file.open_moves} 人在本机登记在别的户，请先选覆盖、比对修改还是保留。"
        for file in asking
    ]
    return "\n".join(line for line in lines if line)


def _row(file: ImportFile) -> Told:
    tone, state = file.state
    source = file.report or file.found
    new, changed = (titles(source.created), titles(source.updated)) if source else ("", "")
    wrong = file.found.counts.rows_with_errors if file.found else 0
    left = len(file.terms.skipped)
    counts = tuple(f"{count} 行" if count else "" for count in (wrong, left))
    return Told((state, file.path.name, new or "—", changed or "—", *counts), tone, file)
