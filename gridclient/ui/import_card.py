"""One file in a card: how it stands, what it was recognised as, how many rows of what sort, what was not read."""

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.dropping import drop_card
from gridclient.ui.import_counts import columns_words, known_words
from gridclient.ui.import_files import ImportFile
from gridclient.ui.parts import beside, label
from gridclient.ui.short_label import ShortLabel

DROP = (
    "把表格拖到这里，或按“选择文件”",
    "Excel、WPS 或 CSV 文件，可以一次选几个。先核对给您看，您确认以后才写入。",
)


def drop_place(begin: QPushButton) -> QWidget:
    """What stands there before any file is chosen: that files may be dropped, and which."""
    return drop_card("importing", *DROP, begin, *known_words())


class FileCard(QFrame):
    """State, name, form, counts; and the columns that were not read, where there is room for them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, "card")
        self.state, self.file = label(role="pill"), ShortLabel("heading")
        self.form, self.told = label(role="hint"), label(wrap=True)
        self.columns = label(role="hint", wrap=True)
        self._problem = ""
        inside = QVBoxLayout(self)
        inside.addLayout(beside(self.state, self.file, self.form, None))
        inside.addWidget(self.told)
        inside.addWidget(self.columns)

    @property
    def brief(self) -> bool:
        """True when there is nothing in it that a row in a list of files would not tell."""
        return self.columns.isHidden() and not self._problem

    def show_file(self, file: ImportFile, *, columns: bool) -> None:
        """Show a file as it is now; without ``columns``, where each column is told of below, nothing about them."""
        tone, state = file.state
        self.state.setText(state)
        style.mark(self.state, tone)
        self.file.setText(file.path.name)
        self.form.setText(f"认出的表：{file.found.title}" if file.found else "")
        self._problem = file.problem
        self.told.setText(file.told)
        self.told.setVisible(columns or not file.strange)
        self.columns.setText(columns_words(file.found) if file.found else "")
        self.columns.setVisible(columns and bool(self.columns.text()))
