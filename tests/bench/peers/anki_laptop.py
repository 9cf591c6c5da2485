"""Anki's own client before Anki's own sync server, on the same records: run by the Python that has `anki` installed.

A record is one note (and, as always with Anki, one card); its rows travel by Anki's ordinary sync, not as a whole file.
"""

from collections.abc import Callable
import json
from pathlib import Path
import random
import shutil
import sys
import time
from typing import Any

from anki.collection import AddNoteRequest, Collection
from anki.errors import SyncError
from anki.notes import NoteId

from tests.bench import crowd
from tests.bench.process import fresh_peak, peak
from tests.bench.stopwatch import EDITS, IDLE, ROUNDS, took

PASSWORD = "tong-guo"
TRIES = 400


class Laptop:
    """One collection, signed in."""

    def __init__(self, path: Path, address: str, user: str = "clerk") -> None:
        self.book = Collection(str(path))
        self.auth = self.book.sync_login(user, PASSWORD, address)
        self.auth.endpoint = address

    def sync(self) -> None:
        """An ordinary sync; anything else than one is an error."""
        done = self.book.sync_collection(self.auth, False)
        if done.required != done.NO_CHANGES:
            raise SystemExit("Anki asked for a full sync")

    def sync_in_turn(self) -> None:
        """The server admits one laptop at a time; the others ask again after a while."""
        for tried in range(TRIES):
            try:
                return self.sync()
            except SyncError:
                time.sleep(random.uniform(0.01, 0.02 * 2 ** min(tried, 5)))
        raise TimeoutError

    def whole(self, *, upload: bool) -> None:
        """Send or fetch the whole file, as a collection's first sync does."""
        done = self.book.sync_collection(self.auth, False)
        self.book.close_for_full_sync()
        self.book.full_upload_or_download(auth=self.auth, server_usn=done.server_media_usn, upload=upload)
        self.book.reopen(after_full_sync=True)

    def fill(self, records: list[dict[str, Any]]) -> None:
        kind = self.book.models.by_name("Basic")
        if kind is None:
            raise SystemExit("Anki has no note type called Basic")
        requests = []
        for record in records:
            note = self.book.new_note(kind)
            note.fields = [record["id"], json.dumps(record, ensure_ascii=False)]
            requests.append(AddNoteRequest(note, self.book.decks.id("Default")))
        self.book.add_notes(requests)

    def edit(self, ids: list[NoteId], words: str) -> None:
        notes = [self.book.get_note(id_) for id_ in ids]
        for note in notes:
            note.fields[1] = json.dumps(json.loads(note.fields[1]) | {"remark": words}, ensure_ascii=False)
        self.book.update_notes(notes)

    def ids(self, number: int) -> list[NoteId]:
        return [NoteId(id_) for id_ in self.book.db.list("SELECT id FROM notes ORDER BY id LIMIT ?", number)]

    def content(self) -> list[Any]:
        return self.book.db.all("SELECT id, flds FROM notes ORDER BY id")


def phases(folder: Path, size: int, address: str) -> dict[str, Any]:
    """First upload, first download, some edits there and back, and rounds with nothing to say."""
    records = json.loads((folder.parent / f"records-{size}.json").read_text())
    one, other = Laptop(folder / "first.anki2", address), Laptop(folder / "second.anki2", address)
    one.whole(upload=True)
    other.whole(upload=False)
    one.fill(records)
    fresh_peak()
    up, _ = took(one.sync)
    found = {"up": up, "memory_up": peak()}
    fresh_peak()
    down, _ = took(other.sync)
    found |= {"down": down, "memory_down": peak()}
    one.sync()
    found["idle"], _ = took(one.sync, times=IDLE)
    found["edits"], _ = took(_both(one, other), times=ROUNDS, before=_changed(one))
    if one.content() != other.content() or len(other.content()) != size:
        raise SystemExit("the two laptops do not agree")
    one.book.close()
    other.book.close()
    return found | _as_a_file(folder, address)


def _as_a_file(folder: Path, address: str) -> dict[str, float]:
    """What Anki does when one side is empty: the whole collection as one file."""
    shutil.copy(folder / "first.anki2", folder / "whole.anki2")
    one, other = (
        Laptop(folder / "whole.anki2", address, "whole"),
        Laptop(folder / "new.anki2", address, "whole"),
    )
    found = {
        "file_up": took(lambda: one.whole(upload=True))[0],
        "file_down": took(lambda: other.whole(upload=False))[0],
    }
    one.book.close()
    other.book.close()
    return found


def together(folder: Path, laptops: int, address: str) -> dict[str, Any]:
    """Laptops that hold everything, each with its own edits; a sync goes both ways, so the second fetches the rest."""

    def one(number: int) -> list[crowd.Step]:
        path = folder / f"laptop-{number}.anki2"
        shutil.copy(folder / "second.anki2", path)
        laptop = Laptop(path, address)
        ids = laptop.ids(laptops * EDITS)[number * EDITS : (number + 1) * EDITS]
        laptop.edit(ids, f"第{number}台")
        return [laptop.sync_in_turn, laptop.sync_in_turn, lambda: _demand_all(laptop, laptops)]

    push, pull, _ = crowd.timed(one, laptops)
    return {"push": push, "pull": pull, "together": push + pull}


def _both(one: Laptop, other: Laptop) -> Callable[[], None]:
    def both() -> None:
        one.sync()
        other.sync()

    return both


def _changed(one: Laptop) -> Callable[[], None]:
    turns = iter(range(ROUNDS))
    return lambda: one.edit(one.ids(EDITS), f"第{next(turns)}次")


def _demand_all(laptop: Laptop, laptops: int) -> None:
    found = sum("第" in fields and "台" in fields for _, fields in laptop.content())
    laptop.book.close()
    if found < laptops * EDITS:
        raise ValueError(f"{found} of {laptops * EDITS} edits arrived")


if __name__ == "__main__":
    work = {"phases": phases, "together": together}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])))
