"""Asking the centre one thing at a time, the next of which may be under way while this laptop is still busy."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
import time
from types import TracebackType
from typing import Generic, Self, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Turns(Generic[Q, A]):
    """Questions and their answers in order; ``ask`` blocks, and is never called twice at once.

    Leaving waits for what is under way; its answer is dropped.
    """

    def __init__(self, ask: Callable[[Q], A]) -> None:
        self._ask = ask
        self._pool: ThreadPoolExecutor | None = None
        self._begun: tuple[Q, Future[tuple[A, float]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def begin(self, question: Q) -> None:
        """Ask on another thread; :meth:`next` gives the answer."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="turns")
        self._begun = question, self._pool.submit(self._timed, question)

    def next(self, question: Callable[[], Q]) -> tuple[Q, A, float]:
        """What is under way, or else ``question()`` now: the question, its answer and how many seconds that took.

        Raises whatever asking raised.
        """
        begun, self._begun = self._begun, None
        if begun is not None:
            return (begun[0], *begun[1].result())
        asked = question()
        return (asked, *self._timed(asked))

    def _timed(self, question: Q) -> tuple[A, float]:
        began = time.monotonic()
        return self._ask(question), time.monotonic() - began
