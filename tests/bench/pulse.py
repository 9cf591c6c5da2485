"""How long the window's thread was away from its events."""

from time import perf_counter, thread_time

from PySide6.QtCore import QObject, QTimer

BEAT_MS = 2


class Pulse(QObject):
    """Beats on the thread that made it; the longest pause between two beats is the longest block."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self.begin()

    def begin(self) -> None:
        """Forget what was, and count from here."""
        self.longest_s = self.busiest_s = 0.0
        self._at, self._cpu = perf_counter(), thread_time()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def _beat(self) -> None:
        """``longest_s`` is what a person felt, ``busiest_s`` what of it this thread itself was at work."""
        now, cpu = perf_counter(), thread_time()
        self.longest_s = max(self.longest_s, now - self._at - BEAT_MS / 1000)
        self.busiest_s = max(self.busiest_s, cpu - self._cpu)
        self._at, self._cpu = now, cpu
