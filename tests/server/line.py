"""A bad line in front of an address: it lets a number of bytes of the answer through, and then is cut."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import socket
import threading


@contextmanager
def line(address: str, *, after: int | None, sent: int | None = None) -> Iterator[str]:
    """The address of a line to ``address``, cut ``after`` so many bytes of answers, or so many ``sent``; None never cuts."""
    host, port = address.removeprefix("http://").split(":")

    def carry(near: socket.socket) -> None:
        with socket.create_connection((host, int(port))) as far:
            up = threading.Thread(target=pump, args=(near, far, sent))
            up.start()
            pump(far, near, after)
            up.join()

    with speaker(carry) as reached:
        yield reached


@contextmanager
def speaker(say: Callable[[socket.socket], object]) -> Iterator[str]:
    """Something at an address that takes calls, one after the other, and says what it likes to each."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_take_calls, args=(door, say))
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            thread.join()


def _take_calls(door: socket.socket, say: Callable[[socket.socket], object]) -> None:
    with suppress(OSError):
        while True:
            call, _ = door.accept()
            with call, suppress(OSError):
                say(call)


def pump(
    source: socket.socket,
    target: socket.socket,
    left: int | None,
    heard: Callable[[bytes], None] | None = None,
) -> None:
    """Carry bytes one way until there are no more, or ``left`` of them; then cut both ways. ``heard`` is told them."""
    with suppress(OSError):
        while left != 0 and (data := source.recv(65536 if left is None else left)):
            if heard is not None:
                heard(data)
            target.sendall(data)
            left = None if left is None else left - len(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
