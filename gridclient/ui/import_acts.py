"""The foot of an import, the same at every step: what would be written or was, and the way on or back."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from gridclient.ui.import_counts import report_words, would_words
from gridclient.ui.import_files import ImportFile
from gridclient.ui.parts import beside, button, label


class Acts(QWidget):
    """``go`` writes, ``back`` takes back what was written, ``again`` asks for the next file."""

    def __init__(
        self,
        write: Callable[[], None],
        take_back: Callable[[], None],
        ask: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.result = label(role="strong", wrap=True)
        self.back = button("撤回这次导入…", take_back, icon="undo", name="back")
        self.again = button("再导入一份  Ctrl+O", ask, role="primary", icon="folder")
        self.go = button("", write, role="primary", icon="importing")
        row = beside(self.result, self.back, self.again, self.go)
        row.setStretch(0, 1)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)

    def show_files(self, files: Sequence[ImportFile], *, writing: bool) -> None:
        """Say what can be done with these now, and what it would do or has done."""
        reports = [file.written for file in files if file.written]
        ready = [file for file in files if file.ready]
        waits = any(file.waits for file in files)
        done = any(file.report for file in files) and not ready and not waits
        asking = sum(file.open_moves for file in ready)
        strange = not ready and any(file.strange for file in files)
        would = would_words([file.found for file in ready if file.found], asking)
        would = "正在核对…" if waits else "先对应，才能导入" if strange else would
        written = f"已写入 {len(reports)} 份，其余" if reports else ""
        stands = f"已写入：{report_words(reports)}" if reports else "这次导入已经撤回"
        self.result.setText(stands if done else f"{written}{would}" if files else "")
        self.again.setVisible(done)
        self.back.setVisible(done and bool(reports))
        self.go.setVisible(bool(files) and not done)
        self.go.setText(f"导入 {len(ready)} 份  Ctrl+Enter" if len(ready) > 1 else "导入  Ctrl+Enter")
        self.go.setEnabled(bool(ready) and not writing and not waits)
