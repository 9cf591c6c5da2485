"""The asyncio loop of GUI tests: qasync on the test's QApplication."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import pytest
import qasync

PATIENCE_S = 20


@contextmanager
def running(app: QApplication) -> Iterator[qasync.QEventLoop]:
    """Make the application's loop the current one; cancel what is still running at the end."""
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    # qasync's own executor runs QThreads, in which CPython may collect and destroy widgets.
    pool = ThreadPoolExecutor(4, thread_name_prefix="test-pool")
    loop.set_default_executor(pool)
    try:
        yield loop
    finally:
        _cancel_all(loop)
        pool.shutdown(cancel_futures=True)
        loop.close()
        asyncio.set_event_loop(None)


def run_test(function: pytest.Function) -> None:
    """Run one coroutine test to its end on the loop it was given."""
    arguments = {name: function.funcargs[name] for name in function._fixtureinfo.argnames}
    loop = cast(qasync.QEventLoop, function.funcargs["qloop"])
    loop.run_until_complete(asyncio.wait_for(function.obj(**arguments), PATIENCE_S))
    # pytest-qt turns Qt's events once more, when no loop runs that a single shot could start work on.
    for timer in (t for w in QApplication.topLevelWidgets() for t in w.findChildren(QTimer)):
        if timer.isSingleShot():
            timer.stop()


def _cancel_all(loop: qasync.QEventLoop) -> None:
    tasks = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
