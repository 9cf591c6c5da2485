"""The guards notice what they are there for."""

import logging
import threading

import pytest

from tests.support import guards


@pytest.mark.expects_log
def test_a_warning_is_noticed_and_an_information_is_not() -> None:
    log = logging.getLogger("gridclient.sample")

    with guards.warnings_logged() as logged:
        log.info("quiet")
        log.warning("loud: %d", 1)

    assert logged == ["WARNING gridclient.sample: loud: 1"]


def test_a_thread_that_ends_soon_is_forgiven() -> None:
    before = guards.running_threads()
    threading.Thread(target=threading.Event().wait, args=(0.05,)).start()

    assert guards.threads_since(before) == []


def test_a_thread_that_stays_is_named() -> None:
    before = guards.running_threads()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="stays", daemon=True)
    thread.start()

    assert guards.threads_since(before) == ["thread stays"]

    stop.set()
    thread.join()
