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

    @property
    def last(self) -> Step | None:
        """The newest edit, by which it can be asked for again; None when there is none."""
        return self._steps[-1] if self._steps else None

    def knows(self, step: Step) -> bool:
        """True while this very edit can still be taken back."""
        return any(step is known for known in self._steps)

    @contextmanager
    def noting(self, *records: SyncedRecord) -> Iterator[None]:
        """Remember these records as they are stored now, if the block succeeds."""
        before = [self._replica.get(type(record), record.id) for record in records]
        yield
        after = [self._replica.get(type(record), record.id) or record for record in records]
        self._steps.append(list(zip(before, after, strict=True)))
        del self._steps[:-STEPS]

    def undo(self, step: Step | None = None) -> bool:
        """Put back the values an edit replaced, the last one unless told which; False when it is not known any more.

        A value that was changed again since stays.
        """
        step = step or self.last
        if step is None or not self.knows(step):
            return False
        self._steps = [known for known in self._steps if known is not step]
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
            told = getattr(after, name)
            if name not in UPKEEP and getattr(before, name) != told and getattr(current, name) == told:
                setattr(current, name, getattr(before, name))
        return current
