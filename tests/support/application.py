"""The QApplication of tests and screenshots: the same font on every machine, no surprise destruction."""

from collections.abc import Iterator
from contextlib import contextmanager
import gc
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path, serif_path
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication


@contextmanager
def prepared(app: QApplication) -> Iterator[None]:
    """Give the application its fonts, and pin garbage collection to the calling thread.

    CPython collects in whichever thread trips the threshold; off the window's thread that may
    destroy widgets there and end the process. The guard collects after every GUI test instead.
    """
    add_fonts(app)
    app.setQuitOnLastWindowClosed(False)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def add_fonts(app: QApplication) -> None:
    """Register Noto Sans SC and Noto Serif SC and make the former the application's font."""
    families = [_add(path) for path in (sans_path(), serif_path())]
    font = QFont(families[0])
    font.setPixelSize(13)
    app.setFont(font)


def _add(path: Path) -> str:
    identifier = QFontDatabase.addApplicationFont(str(path))
    return QFontDatabase.applicationFontFamilies(identifier)[0]
