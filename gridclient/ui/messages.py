"""The one road by which something said, or something gone wrong, reaches a person.

``sys.excepthook`` gets what slots and coroutines raise; :func:`report` sorts it: an expected error becomes a line above
the page, anything else is a bug of ours and becomes a log entry and a dialog with a report to copy. Neither holds a
personal value: a report names types, files and lines, never an exception's text.
"""

from collections.abc import Callable
import logging
import platform
import traceback
from types import TracebackType

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gridclient import __version__
from gridclient.errors import GridError
from gridclient.ui import icons, style
from gridclient.ui.parts import button, label, tool
from gridclient.ui.saying import Busy, Cancelled, Message, Tone
from sync.errors import SyncError

log = logging.getLogger(__name__)

SECONDS: dict[Tone, float] = {
    Tone.INFO: 6,
    Tone.GOOD: 4,
    Tone.WARN: 12,
    Tone.BAD: 0,
}  # 0 stays until somebody closes it
Listener = Callable[[Message], None]


class _Road:
    listener: Listener | None = None
    waiting: list[Message] = []  # noqa: RUF012 - one road for the whole program
    dialog: "BugDialog | None" = None


def listen(listener: Listener | None) -> None:
    """Hand every message to ``listener`` from now on, beginning with those said before anybody listened."""
    _Road.listener = listener
    if listener is not None:
        waiting, _Road.waiting = _Road.waiting, []
        for message in waiting:
            listener(message)


def tell(message: Message) -> None:
    """Say something to whoever listens; kept while nobody does."""
    if _Road.listener is None:
        _Road.waiting.append(message)
    else:
        _Road.listener(message)


def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """What ``sys.excepthook`` is set to."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        QApplication.exit(0)
    else:
        report(error)


def report(error: BaseException) -> None:
    """Tell a person about an error; bugs are logged as well."""
    if isinstance(error, Cancelled):
        tell(Message(error.title))
    elif isinstance(error, GridError | SyncError):
        tell(Message(error.title, error.advice, Tone.BAD))
    else:
        text = report_text(error)
        log.error("unexpected error\n%s", text)
        show_bug(text)


def report_text(error: BaseException) -> str:
    """Where an error came from, without the text it carries: that may hold what somebody typed."""
    lines = [f"gridclient {__version__}", platform.platform(), f"Python {platform.python_version()}", ""]
    while True:
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        cause = error.__cause__ or error.__context__
        if cause is None:
            return "\n".join(lines)
        error = cause
        lines.append("由此引起：")


def show_bug(text: str) -> None:
    """Open the dialog for a bug, unless it is open: one bug often repeats many times a second."""
    # A dialog goes with its window, as when the window is locked.
    gone = _Road.dialog is None or not isValid(_Road.dialog)
    if gone and QApplication.instance() is not None:
        _Road.dialog = dialog = BugDialog(text, QApplication.activeWindow())
        dialog.finished.connect(_forget_dialog)
        dialog.open()


def _forget_dialog() -> None:
    if _Road.dialog is not None and isValid(_Road.dialog):
        _Road.dialog.deleteLater()
        _Road.dialog = None


class BugDialog(QDialog):
    """Owns up to a bug, says that nothing is lost, and gives the report to copy."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("程序出了问题")
        self.setObjectName("bug")
        self.setMinimumSize(style.px(560), style.px(360))
        title = label("程序出了一个没有料到的问题", "heading")
        told = label(
            "已存的内容都在，可以继续使用。请把下面的报告发给技术人员；报告里没有居民信息。", wrap=True
        )
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        copy = button("复制报告", self._copy)
        close = button("继续使用  Enter", self.accept, role="primary")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(20), style.px(18), style.px(20), style.px(16))
        layout.setSpacing(style.px(10))
        for widget in (title, told, self.text):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        close.setDefault(True)
        close.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


class MessageBar(QFrame):
    """One line above the page: the newest message, with its icon, its advice and a way to close it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        style.role(self, "strip")
        self._icon = label()
        self.title = label("", "strong")
        self.advice = label(wrap=True)
        close = tool("close", "关闭消息（Esc）", self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(4), style.px(6), style.px(4))
        layout.addWidget(self._icon)
        layout.addWidget(self.title)
        layout.addWidget(self.advice, 1)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_message(self, message: Message) -> None:
        """Show a message in the place of the one before."""
        style.mark(self, message.tone.value)
        self._icon.setPixmap(
            icons.pixmap(message.tone.value, style.tint(message.tone.value).text, style.px(18))
        )
        self.title.setText(message.title)
        self.advice.setText(message.advice)
        self.setVisible(True)
        self._timer.stop()
        if seconds := SECONDS[message.tone]:
            self._timer.start(round(seconds * 1000))


class BusyBar(QFrame):
    """What is under way off the window's thread, how far it has come, and 取消 when it can be stopped."""

    def __init__(self, cancel: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("busy")
        style.role(self, "strip")
        self.text = label()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(style.px(200))
        self._cancel = button("取消  Ctrl+.", cancel, name="cancel")
        self._cancel.setShortcut("Ctrl+.")
        self._cancel.setFocusPolicy(
            Qt.FocusPolicy.NoFocus
        )  # it goes with the work; the keys stay where they are
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(4), style.px(6), style.px(4))
        layout.addWidget(self.text, 1)
        layout.addWidget(self._progress)
        layout.addWidget(self._cancel)
        self.hide()

    def show_busy(self, busy: Busy) -> None:
        self.setVisible(not busy.idle)
        self.text.setText(busy.text if not busy.total else f"{busy.text}  {busy.done}/{busy.total}")
        self._progress.setRange(0, busy.total)
        self._progress.setValue(busy.done)
        self._cancel.setVisible(busy.cancellable)
