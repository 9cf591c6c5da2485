"""设置: one laptop's choices, in force as soon as they are made; and the ways to the rest of the house."""

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gridclient import paths, settings
from gridclient.ui import icons, style
from gridclient.ui.centre_card import CentreCard
from gridclient.ui.field_form import FieldForm
from gridclient.ui.flow import Flow
from gridclient.ui.parts import label, later
from gridclient.ui.saying import Tone
from gridclient.ui.unlock import LOST, Passphrase
from gridclient.ui.workspace import Workspace

SAVE_MS = 500  # of silence before a choice is kept
LOOKS = frozenset({"theme", "scale", "large_print"})


class PreferencesPage(QWidget):
    """Every setting as a form; nothing to press, each choice is kept when it makes sense."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("preferences")
        style.role(self, "page")
        self.form = FieldForm(settings.FIELDS)
        self._touched: set[str] = set()
        self._later = later(self, SAVE_MS, self.keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(10))
        layout.addWidget(self._head())
        layout.addWidget(self.form, 1)
        self.form.hold(CentreCard(workspace), PassphraseCard(workspace))
        self._show()
        self.form.edited.connect(self._on_edited)
        self.setFocusProxy(self.form.editor("theme"))

    def keep(self) -> None:
        """Keep what was chosen; what makes no sense is said beside its field and not kept."""
        self._later.stop()
        before = kept = self.workspace.settings
        for name in sorted(self._touched):
            try:
                kept = kept.with_value(name, self.form.editor(name).value())
                self.form.cells[name].show_problem("")
            except ValueError as error:
                self.form.cells[name].show_problem(str(error))
        self._touched.clear()
        if kept == before:
            return
        settings.save(kept, paths.settings_file())
        looks = any(getattr(kept, name) != getattr(before, name) for name in LOOKS)
        self.workspace.set_settings(kept, looks=looks)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep a choice just made: the window may be locked, or made anew in other colours."""
        if self._touched:
            self.keep()
        super().hideEvent(event)

    def _show(self) -> None:
        for name, cell in self.form.cells.items():
            with QSignalBlocker(cell.editor):
                cell.editor.show_value(getattr(self.workspace.settings, name))

    def _on_edited(self, name: str) -> None:
        self._touched.add(name)
        self._later.start()

    def _head(self) -> QWidget:
        whole = QWidget()
        head = Flow(style.px(8), whole)
        head.addWidget(label("设置", "title"))
        most = style.bound()
        head.addWidget(label(f"这块屏幕最大放到 {most:.0%}" if most else "选好就生效，只管这台电脑", "hint"))
        for title, place, icon in (
            ("走访安排", "planning", "calendar"),
            ("基础资料", "basics", "folder"),
            ("导入表格", "import", "importing"),
            ("导出全部资料", "whole", "exporting"),
            ("草稿", "drafts", "draft"),
            ("最近的修改", "edits", "undo"),
            ("回收站", "bin", "remove"),
        ):
            button = QPushButton(title)
            button.setIcon(icons.icon(icon, style.colours().soft))
            button.clicked.connect(partial(self._go, place))
            head.addWidget(button)
        return whole

    def _go(self, place: str, _checked: bool = False) -> None:
        self.workspace.open_place(place)


class PassphraseCard(QFrame):
    """Changes the passphrase; the data need not be written anew."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        style.role(self, "card")
        self.old, self.new, self.again = (Passphrase() for _ in range(3))
        self.problem = label("", "hint", wrap=True)
        self.problem.setText(LOST)
        row = QHBoxLayout()
        row.addWidget(label("更换口令", "heading"))
        for line, words in (
            (self.old, "现在的口令"),
            (self.new, "新口令（至少 6 个字符）"),
            (self.again, "再输一次"),
        ):
            style.role(line, "plain")
            line.setPlaceholderText(words)
            line.setAccessibleName(words)
            row.addWidget(line, 1)
        self.button = QPushButton("更换")
        self.button.clicked.connect(self._change)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(10), style.px(12), style.px(10))
        layout.addLayout(row)
        layout.addWidget(self.problem)

    def _change(self) -> None:
        if self.new.text() != self.again.text():
            self.workspace.say("两次输入的新口令不一样", tone=Tone.WARN)
        else:
            self.workspace.start(self._exchange(self.old.text(), self.new.text()))

    async def _exchange(self, old: str, new: str) -> None:
        await self.workspace.run(self.workspace.desk.vault.change_passphrase, old, new, text="正在更换口令…")
        for line in (self.old, self.new, self.again):
            line.clear()
        self.workspace.say("口令已更换", "下次请用新口令打开。", Tone.GOOD)
