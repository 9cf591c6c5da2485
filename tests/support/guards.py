"""What a test may not leave behind or say aloud."""

from collections.abc import Iterator
from contextlib import contextmanager
import gc
import logging
import threading
import time
from typing import Any

GRACE_S = 2.0  # A pool's threads end a moment after it was told to shut down.
MANY = 30_000  # objects: looking through what the tests before left in caches costs more than most tests


@contextmanager
def warnings_logged() -> Iterator[list[str]]:
    """List what is logged at WARNING or above while the block runs."""
    logged: list[str] = []
    handler = _Listener(logged)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield logged
    finally:
        root.removeHandler(handler)


class _Listener(logging.Handler):
    def __init__(self, logged: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._logged = logged

    def emit(self, record: logging.LogRecord) -> None:
        self._logged.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def running_threads() -> set[threading.Thread]:
    return set(threading.enumerate())


def threads_since(before: set[threading.Thread]) -> list[str]:
    """Name the threads started since ``before`` that do not end within the grace."""
    deadline = time.monotonic() + GRACE_S
    while (left := running_threads() - before) and time.monotonic() < deadline:
        time.sleep(0.005)
    return [f"thread {thread.name}" for thread in left]


def windows() -> set[Any]:
    """Every window there is, shown or not."""
    from PySide6.QtWidgets import QApplication

    return set(QApplication.topLevelWidgets())


def set_aside() -> None:
    """Take what is here before a test out of the search for what it leaves: caches, mappers, reports."""
    if len(gc.get_objects()) > MANY:
        gc.collect()
        gc.freeze()


def windows_and_timers(before: set[Any]) -> list[str]:
    """Name the visible windows and active timers, then put them, and windows not there ``before``, out of the way."""
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from shiboken6 import isValid

    left = []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for window in windows():
        if window.isVisible():
            left.append(f"window {type(window).__name__} {window.windowTitle()!r}")
            window.close()
        if window not in before and window.parent() is None:
            # What a signal calls holds its window for ever: a laptop in memory that the collector cannot see.
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    for timer in [found for found in gc.get_objects() if isinstance(found, QTimer)]:
        if isValid(timer) and timer.isActive():
            left.append(f"timer of {timer.interval()} ms, parent {timer.parent()!r}")
            timer.stop()
    return left
