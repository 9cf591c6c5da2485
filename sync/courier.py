"""Carries blobs between a laptop's shelf and the centre: one after the other, chunk by chunk, after the text.

Plain blocking code. It may be cut anywhere and begun again: what arrived is not carried twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from sync.blobs import ASKED_MOST, Blob, BlobHub, BlobQuery, Standing
from sync.errors import Garbled, Refused

Progress = Callable[[int, int], None]  # blobs done, blobs to do


class Shelf(Protocol):
    """The blobs of one laptop. Every call may raise :class:`sync.errors.LocalFault`."""

    def waiting(self) -> list[Blob]:
        """What the centre does not have yet, oldest first."""

    def wanted(self) -> list[Blob]:
        """What is to be fetched now, most wanted first."""

    def chunk(self, blob: Blob, number: int) -> bytes | None:
        """One chunk held here; None when it cannot be read any more."""

    def lacking(self, blob: Blob) -> list[int]:
        """The chunks not held here."""

    def keep_chunk(self, blob: Blob, number: int, data: bytes) -> None:
        """Keep one chunk that arrived."""

    def whole(self, blob: Blob) -> bool:
        """Called when no chunk is lacking: True when the whole is what it says, else its chunks are dropped."""

    def sent(self, blob: Blob) -> None:
        """The centre has it."""

    def absent(self, blob: Blob) -> None:
        """The centre does not have it yet."""

    def refused(self, blob: Blob, title: str, advice: str) -> None:
        """The centre does not take it now, and why."""


@dataclass
class Carried:
    """What one journey did; ``left`` blobs were not come to, because somebody asked to stop."""

    sent: int = 0
    fetched: int = 0
    refused: int = 0
    left: int = 0


class Stopped(Exception):
    """Somebody asked to stop between two chunks."""


class Courier:
    """Brings one shelf and one hub together. ``stop`` is asked before every chunk."""

    def __init__(
        self,
        shelf: Shelf,
        hub: BlobHub,
        token: str,
        *,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.shelf, self.hub, self.token = shelf, hub, token
        self._progress, self._stop = progress or (lambda _done, _all: None), stop or (lambda: False)

    def carry(self) -> Carried:
        """Send what waits, then fetch what is wanted; raises SyncError when the line or the disk gives out."""
        up, down, done = self.shelf.waiting(), self.shelf.wanted(), Carried()
        total = len(up) + len(down)
        try:
            for turn, (blob, standing) in enumerate(self._asked(up)):
                self._progress(turn, total)
                self._send(blob, standing, done)
            for turn, (blob, standing) in enumerate(self._asked(down), len(up)):
                self._progress(turn, total)
                self._receive(blob, standing, done)
        except Stopped:
            done.left = max(1, total - done.sent - done.fetched - done.refused)
        return done

    def fetch(self, blob: Blob) -> bool:
        """Fetch one blob at once; False when it arrived damaged. Refused when the centre does not have it yet."""
        for number in self.shelf.lacking(blob):
            self._go_on()
            self.shelf.keep_chunk(blob, number, self.hub.chunk(self.token, blob, number))
        return self.shelf.whole(blob)

    def _asked(self, blobs: list[Blob]) -> Iterator[tuple[Blob, Standing]]:
        for at in range(0, len(blobs), ASKED_MOST):
            part = blobs[at : at + ASKED_MOST]
            self._go_on()
            told = self.hub.blobs(self.token, BlobQuery(blobs=part)).blobs
            if len(told) != len(part):
                raise Garbled(
                    "中心的回答不合格式", "照片都还在本机，请稍后再试；若反复出现，请联系社区内勤。"
                )
            yield from zip(part, told, strict=True)

    def _send(self, blob: Blob, standing: Standing, done: Carried) -> None:
        try:
            for number in standing.missing:
                self._go_on()
                data = self.shelf.chunk(blob, number)
                if data is None:
                    raise Refused("本机的照片文件读不出来", "照片不能上传了；如果还有原件，请重新添加。")
                standing = self.hub.put_chunk(self.token, blob, number, data)
            if not standing.stored:
                raise Refused(standing.title or "照片没有传完", standing.advice or "下次同步会自动接着传。")
        except Refused as error:
            done.refused += 1
            self.shelf.refused(blob, error.title, error.advice)
        else:
            done.sent += 1
            self.shelf.sent(blob)

    def _receive(self, blob: Blob, standing: Standing, done: Carried) -> None:
        if standing.stored:
            done.fetched += self.fetch(blob)
        elif standing.missing and not self.shelf.lacking(blob):
            # A laptop put back from a copy has files its records knew nothing of.
            self._send(blob, standing, done)
        else:
            self.shelf.absent(blob)

    def _go_on(self) -> None:
        if self._stop():
            raise Stopped
