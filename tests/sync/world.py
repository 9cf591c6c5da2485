"""Time and chance in the hands of a test: the same seed brings the same history, to the last random character."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
import os
import random
import time
from typing import Any
from unittest import mock

from sync.turns import Turns

NOW = 1_795_000_000_000
YEAR_MS = 365 * 24 * 3600 * 1000


class World:
    """What every computer in a history takes from its surroundings. ``astray`` is by how far the clock at hand errs."""

    def __init__(self, seed: int) -> None:
        self.ms, self.astray = NOW, 0
        self._noise = random.Random(seed)

    def clock(self, astray: Callable[[], int]) -> Callable[[], int]:
        """A computer's own idea of now, in milliseconds."""
        return lambda: max(0, self.ms + astray())

    @contextmanager
    def at(self, astray: int) -> Iterator[None]:
        """What runs inside runs on a computer whose clock errs so."""
        before, self.astray = self.astray, astray
        try:
            yield
        finally:
            self.astray = before

    @contextmanager
    def ruled(self) -> Iterator["World"]:
        """Take the place of the computer's clock and of its source of chance."""
        with (
            mock.patch.object(time, "time_ns", self._nanoseconds),
            mock.patch.object(os, "urandom", self._noise.randbytes),
            mock.patch.object(random, "_urandom", self._noise.randbytes),
            mock.patch.object(Turns, "begin", _ask_at_once),
        ):
            yield self

    def _nanoseconds(self) -> int:
        return max(0, self.ms + self.astray) * 1_000_000


def _ask_at_once(turns: Any, question: Any) -> None:
    """What would be under way beside is answered before anything else happens: threads keep no order."""
    answered: Future[Any] = Future()
    try:
        answered.set_result(turns._timed(question))
    except Exception as wrong:  # noqa: BLE001 - it is raised again when the answer is taken
        answered.set_exception(wrong)
    turns._begun = question, answered
