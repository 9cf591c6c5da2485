"""A line cut after every single byte of a request and of an answer, each cut followed by a repeat."""

from collections.abc import Iterator
from contextlib import contextmanager
import logging
import re
import socket
import threading

import pytest

from sync.clock import wall_millis
from sync.errors import Offline
from sync.protocol import Answer, Exchange, Have
from sync.remote import RemoteHub
from sync.server.hub import SqlHub
from tests.server.centre import GRID, counts, made, sign_in
from tests.server.line import pump, speaker

# urllib3 remarks upon half a header, and the centre's web server upon half a request.
pytestmark = pytest.mark.expects_log
WATCHED = ("record", "journal", "receipt")


class Cutter:
    """A line whose next call is cut after so many bytes sent, or answered; None never.

    ``whole`` says that all of a request went through before it was cut.
    """

    def __init__(self, address: str) -> None:
        self.sent: int | None = None
        self.answered: int | None = None
        self.whole = False
        host, port = address.removeprefix("http://").split(":")
        self._far = (host, int(port))

    @contextmanager
    def open(self) -> Iterator[str]:
        with speaker(self._carry) as address:
            yield address

    def _carry(self, near: socket.socket) -> None:
        with socket.create_connection(self._far) as far:
            carried = bytearray()

            def hear(data: bytes) -> None:
                carried.extend(data)
                self.whole = _complete(bytes(carried))

            up = threading.Thread(target=pump, args=(near, far, self.sent, hear))
            up.start()
            pump(far, near, self.answered)
            up.join()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A thousand tracebacks about half headers tell nobody anything."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("end", ["sent", "answered"])
def test_a_line_cut_after_any_byte_loses_nothing_and_doubles_nothing(
    hub: SqlHub, address: str, end: str
) -> None:
    token, cutter, before, at = sign_in(hub, "wang").token, Cutter(address), counts(hub), 0
    with cutter.open() as bad, RemoteHub(bad, stall_s=10) as remote:
        while True:
            setattr(cutter, end, at)
            cutter.whole = False
            held, changes = {GRID: Have(at)}, [made(1, room="一室")]  # All that came before is known.
            request = Exchange(origin=f"laptop-{at:06d}", now=wall_millis(), changes=changes, have=held)
            first = _answered(remote, token, request)
            taken = counts(hub)["journal"] - before["journal"]
            assert taken == 0 or cutter.whole, "half a request was taken"

            again = hub.exchange(token, request)

            assert [receipt.verdict.name for receipt in again.receipts] == ["APPLIED"]
            after = counts(hub)
            assert {name: after[name] - before[name] for name in WATCHED} == dict.fromkeys(WATCHED, 1), at
            before, at = after, at + 1
            if first is not None:
                break
            remote.close()

    assert at > 200
    assert first.acked == again.acked == 1


def _complete(carried: bytes) -> bool:
    """True when what went through ends with the end of a request."""
    seen = False
    while carried:
        head, blank, rest = carried.partition(b"\r\n\r\n")
        told = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        length = int(told[1]) if told else 0
        if not blank or len(rest) < length:
            return False
        carried, seen = rest[length:], True
    return seen


def _answered(remote: RemoteHub, token: str, request: Exchange) -> Answer | None:
    """What the line brings; None when it was cut."""
    try:
        return remote.exchange(token, request)
    except Offline:
        return None
