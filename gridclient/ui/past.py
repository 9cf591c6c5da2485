"""Undo for saved edits: what each record was before, kept while the window is open."""

from collections.abc import Iterator
from contextlib import contextmanager

from sync.record import UPKEEP, SyncedRecord
from sync.replica import Replica

STEPS = 50

Step = list[tuple[SyncedRecord | None, SyncedRecord]]  # before, after; before is None for a new record


class Past:
    """The last saved edits, newest last."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._steps: list[Step] = []

    def __len__(self) -> int:
        return len(self._steps)

    @contextmanager
    def noting(self, *records: SyncedRecord) -> Iterator[None]:
        """Remember these records as they are stored now, if the block succeeds."""
        before = [self._replica.get(type(record), record.id) for record in records]
        yield
        after = [self._replica.get(type(record), record.id) or record for record in records]
        self._steps.append(list(zip(before, after, strict=True)))
        del self._steps[:-STEPS]

    def undo(self) -> bool:
        """Put back the values the last edit replaced, and only those; False when nothing is left to undo."""
        if not self._steps:
            return False
        step = self._steps.pop()
        made = [after for before, after in step if before is None]
        for record in made:
            self._replica.remove(record, "撤销新增")
        restored = [self._restored(before, after) for before, after in step if before is not None]
        if restored:
            self._replica.save(*restored)
        return True

    def _restored(self, before: SyncedRecord, after: SyncedRecord) -> SyncedRecord:
        current = self._replica.get(type(before), before.id) or before
        for name in type(before).model_fields:
            if name not in UPKEEP and getattr(before, name) != getattr(after, name):
                setattr(current, name, getattr(before, name))
        return current
