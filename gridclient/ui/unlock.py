"""The first thing a person sees: which vault, and the passphrase; or, the first time, a new one.

Kept light: nothing here imports the records or the store, which load in a thread while somebody types.
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridclient import __version__
from gridclient.ui import icons, style
from gridclient.ui.parts import label, line

SHORTEST = 6
LOST = "口令只有您知道，程序和中心都无法找回。请写下来，与电脑分开保管。"


class UnlockWindow(QDialog):
    """Asks for the passphrase. ``wanted(path, passphrase)`` to open, ``new_wanted(path, passphrase, who, unit, code)`` to lay down.

    ``note`` is a sentence about what stands behind the lock.
    """

    wanted = Signal(object, str)
    new_wanted = Signal(object, str, str, str, str)

    def __init__(self, vault: Path, parent: QWidget | None = None, *, note: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("unlock")
        self.setWindowTitle("网格员工作台")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.resize(style.px(720), style.px(430))
        self.vault = vault
        self.stack = QStackedWidget()
        self.old, self.new = _OpenForm(note), _NewForm()
        self.stack.addWidget(self.old)
        self.stack.addWidget(self.new)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_poster())
        layout.addWidget(self.stack, 1)
        self.old.submitted.connect(self._open)
        self.old.other.clicked.connect(self._choose)
        self.old.fresh.clicked.connect(self._start_new)
        self.new.submitted.connect(self._create)
        self.new.back.clicked.connect(self._choose)
        self._show_vault()

    def refuse(self, title: str, advice: str = "") -> None:
        """Say why the vault did not open, beside the passphrase, and let the person try again."""
        form = self.old if self.stack.currentWidget() is self.old else self.new
        form.show_problem(f"{title}。{advice}" if advice else title)
        form.set_busy("")

    def set_busy(self, text: str) -> None:
        """Show that the vault is being opened; empty when it is not."""
        (self.old if self.stack.currentWidget() is self.old else self.new).set_busy(text)

    def _show_vault(self) -> None:
        exists = self.vault.exists()
        self.stack.setCurrentWidget(self.old if exists else self.new)
        self.old.file.setText(self.vault.name)
        self.old.file.setToolTip(str(self.vault))
        self.new.file.setText(str(self.vault))
        (self.old.passphrase if exists else self.new.who).setFocus()

    def _open(self) -> None:
        self.wanted.emit(self.vault, self.old.passphrase.text())

    def _create(self) -> None:
        new = self.new
        self.new_wanted.emit(
            self.vault,
            new.passphrase.text(),
            new.who.text().strip(),
            new.unit.text().strip(),
            new.code.text().strip(),
        )

    def _choose(self) -> None:
        found, _kind = QFileDialog.getOpenFileName(
            self, "打开数据文件", str(self.vault.parent), "数据文件 (*.vault)"
        )
        if found:
            self.vault = Path(found)
            self._show_vault()

    def _start_new(self) -> None:
        found, _kind = QFileDialog.getSaveFileName(
            self, "新建数据文件", str(self.vault.parent / "新数据.vault"), "数据文件 (*.vault)"
        )
        if found:
            self.vault = Path(found if found.endswith(".vault") else f"{found}.vault")
            self._show_vault()


class Passphrase(QLineEdit):
    """A hidden line that notices when Caps Lock seems to be on: a capital without Shift. ``caps_seen(bool)``."""

    caps_seen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
        style.role(self, "big")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self.caps_seen.emit(False)
        elif len(text) == 1 and text.isascii() and text.isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_seen.emit(text.isupper() != shifted)
        super().keyPressEvent(event)


class _Form(QWidget):
    """What both forms share: a title, a line for what is wrong, and the button that Enter presses."""

    submitted = Signal()

    def __init__(self, title: str, button: str) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        style.role(self, "side")
        self.title = label(title, "title")
        self.caps = label("⚠ 大写锁定（Caps Lock）可能已打开", "problem")
        self.caps.hide()
        self.problem = label("", "problem", wrap=True)
        self.problem.setObjectName("problem")
        self.problem.hide()
        self.button = QPushButton(button)
        self.button.setAutoDefault(False)
        self._words = button
        style.role(self.button, "primary")
        self.button.setMinimumHeight(style.px(38))
        self.button.clicked.connect(self._submit)
        self.file = label("", "hint", wrap=True)
        self.passphrase = Passphrase()
        self.passphrase.setAccessibleName("口令")
        self.passphrase.caps_seen.connect(self.caps.setVisible)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(style.px(36), style.px(28), style.px(36), style.px(20))
        self.body.setSpacing(style.px(10))

    def show_problem(self, why: str) -> None:
        self.problem.setText(f"⚠ {why}" if why else "")
        self.problem.setVisible(bool(why))
        if why:
            self.passphrase.setFocus()
            self.passphrase.selectAll()

    def set_busy(self, text: str) -> None:
        self.button.setEnabled(not text)
        self.button.setText(text or self._words)
        self.passphrase.setEnabled(not text)
        if not text:
            self.passphrase.setFocus()

    def why_not(self) -> str:
        """What is missing, in a sentence; empty when the form may be sent."""
        raise NotImplementedError

    def _submit(self) -> None:
        why = self.why_not()
        self.show_problem(why)
        if not why:
            self.submitted.emit()

    def _shown(self) -> QCheckBox:
        box = QCheckBox("显示口令")
        box.toggled.connect(self._on_shown)
        return box

    def _on_shown(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for blank in self.findChildren(Passphrase):
            blank.setEchoMode(mode)


class _OpenForm(_Form):
    def __init__(self, note: str) -> None:
        super().__init__("请输入口令", "解锁  Enter")
        self.note = label(note, "hint", wrap=True)
        self.note.setVisible(bool(note))
        self.other = QPushButton("打开其他数据…")
        self.fresh = QPushButton("新建…")
        for button in (self.other, self.fresh):
            button.setAutoDefault(False)
            style.role(button, "quiet")
        self.passphrase.setPlaceholderText("口令")
        below = QHBoxLayout()
        below.addWidget(self.file, 1)
        below.addWidget(self.other)
        below.addWidget(self.fresh)
        self.body.addStretch(1)
        self.body.addWidget(self.title)
        self.body.addWidget(self.note)
        for widget in (self.passphrase, self.caps, self.problem, self._shown(), self.button):
            self.body.addWidget(widget)
        self.body.addStretch(2)
        self.body.addLayout(below)
        self.passphrase.returnPressed.connect(self._submit)

    def why_not(self) -> str:
        return "" if self.passphrase.text() else "请输入口令"


class _NewForm(_Form):
    def __init__(self) -> None:
        super().__init__("第一次使用", "开始使用  Enter")
        self.who, self.unit = line(says="您的姓名"), line("如 桂花社区", says="社区名称")
        self.code = line("12 位；不知道可以先空着", says="区划代码")
        self.again = Passphrase()
        self.again.setAccessibleName("再输一次口令")
        self.back = QPushButton("打开已有数据…")
        self.back.setAutoDefault(False)
        style.role(self.back, "quiet")
        form = QFormLayout()
        form.setVerticalSpacing(style.px(8))
        form.setHorizontalSpacing(style.px(12))
        rows = (
            ("您的姓名", self.who),
            ("社区名称", self.unit),
            ("区划代码", self.code),
            ("口令", self.passphrase),
            ("再输一次", self.again),
        )
        for words, box in rows:
            form.addRow(words, style.role(box, "plain"))
            box.returnPressed.connect(self._submit if box is self.again else self._go_on)
        told = label(LOST, "hint", wrap=True)
        below = QHBoxLayout()
        below.addWidget(self.file, 1)
        below.addWidget(self.back)
        self.body.addWidget(self.title)
        self.body.addLayout(form)
        for widget in (self.caps, told, self.problem, self._shown(), self.button):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.body.addLayout(below)

    def _go_on(self) -> None:
        self.focusNextChild()

    def why_not(self) -> str:
        code = self.code.text().strip()
        if not self.who.text().strip():
            return "请填写您的姓名，走访记录和台账上要用"
        if code and not (code.isdigit() and len(code) == 12):
            return "社区的区划代码是 12 位数字，不知道可以先空着"
        if len(self.passphrase.text()) < SHORTEST:
            return f"口令至少 {SHORTEST} 个字符，可以用一句话"
        if self.passphrase.text() != self.again.text():
            return "两次输入的口令不一样"
        return ""


def _poster() -> QFrame:
    """The navy side: what this is, and the promise it makes."""
    frame = QFrame()
    style.role(frame, "navigation")
    frame.setFixedWidth(style.px(236))
    picture = label()
    picture.setPixmap(icons.pixmap("app", style.colours().navy_text, style.px(44)))
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(style.px(24), style.px(32), style.px(24), style.px(20))
    layout.setSpacing(style.px(10))
    layout.addWidget(picture)
    layout.addWidget(label("网格员工作台", "title"))
    layout.addWidget(label("一次采集，多表出", "hint"))
    layout.addStretch(1)
    layout.addWidget(label("数据加密保存在本机，\n没有网络也能用。", "hint", wrap=True))
    layout.addWidget(label(f"v{__version__}", "hint"))
    return frame
