"""Real laptops of ours before a real centre: what `python -m tests.bench.ours` measures for the bench.

Each command prints one line of JSON: seconds, bytes and megabytes.
"""

import json
import multiprocessing
from pathlib import Path
import shutil
import sys
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from gridclient.desk import Desk
from gridclient.records import Resident
from gridclient.store.vault import LIGHT
from tests.bench import crowd
from tests.bench.process import fresh_peak, peak
from tests.bench.records import COMMUNITY, EDITED, GRIDS, invented
from tests.bench.stopwatch import EDITS, IDLE, ROUNDS, took

PASSPHRASE = "bench-passphrase"
PASSWORD = "tong-guo-2026"
ACCOUNT = "clerk"


def prepare(folder: Path, size: int) -> dict[str, Any]:
    """A vault that holds so many records nobody has sent, to be copied for every run."""
    desk = _new(folder / f"full-{size}.vault")
    seconds, _ = took(lambda: desk.replica.import_many(invented(size)))
    desk.close()
    return {"imported": seconds}


def phases(folder: Path, size: int, address: str) -> dict[str, Any]:
    """First upload, first download, some edits there and back, and rounds with nothing to say."""
    first, second = folder / "first.vault", folder / "second.vault"
    for path in folder.parent.glob(f"full-{size}.vault*"):
        shutil.copy(path, folder / path.name.replace(f"full-{size}", "first"))
    one = _signed_in(_open(first), address)
    fresh_peak()
    up, _ = took(one.sync)
    found = {"up": up, "memory_up": peak(), **_bytes(one, "up")}
    other = _signed_in(_new(second), address)
    fresh_peak()
    down, _ = took(other.sync)
    found |= {"down": down, "memory_down": peak(), **_bytes(other, "down")}
    found |= _idle(one) | _edits(one, other)
    agreed = all(desk.sync().agreed for desk in (one, other))
    same = all(one.replica.digest(grid) == other.replica.digest(grid) for grid in GRIDS)
    held = other.replica.held()
    one.close()
    other.close()
    if not agreed or not same or held != size:
        raise SystemExit(f"the two laptops do not agree: {held} of {size} held")
    return found


def together(folder: Path, laptops: int, address: str) -> dict[str, Any]:
    """Laptops that hold everything; each saves its own edits, all send at once, then all fetch."""
    ids = _ids(folder / "second.vault", laptops * EDITS)
    signing = multiprocessing.Lock()  # the centre refuses an account that many try at once

    def one(number: int) -> list[crowd.Step]:
        path = folder / f"laptop-{number}.vault"
        for part in folder.glob("second.vault*"):
            shutil.copy(part, folder / part.name.replace("second", f"laptop-{number}"))
        desk = _open(path)
        with signing:
            _signed_in(desk, address)
        desk.replica.renumber()  # a copied laptop takes another origin, as it would by itself
        desk.sync()
        _edit(desk, ids[number * EDITS : (number + 1) * EDITS], f"第{number}台")
        return [desk.sync, desk.sync, lambda: _demand_all(desk, laptops)]

    push, pull, _ = crowd.timed(one, laptops)
    return {"push": push, "pull": pull, "together": push + pull}


def _idle(desk: Desk) -> dict[str, float]:
    desk.sync()
    hub = desk.hub()
    assert hub is not None
    sent, received = hub.sent, hub.received
    seconds = sorted(took(desk.sync)[0] for _ in range(IDLE))
    return {
        "idle": seconds[IDLE // 2],
        "idle_least": seconds[0],
        "idle_sent": (hub.sent - sent) / IDLE,
        "idle_received": (hub.received - received) / IDLE,
    }


def _edits(one: Desk, other: Desk) -> dict[str, float]:
    ids = _ids_of(one, EDITS)
    ups, downs = [], []
    for turn in range(ROUNDS):
        _edit(one, ids, f"第{turn}次")
        ups.append(took(one.sync)[0])
        downs.append(took(other.sync)[0])
    both = sorted(up + down for up, down in zip(ups, downs, strict=True))
    return {"edits": both[ROUNDS // 2]}


def _edit(desk: Desk, ids: list[str], words: str) -> None:
    some = desk.replica.all(Resident, col(Resident.id).in_(ids))
    for resident in some:
        setattr(resident, EDITED, words)
    desk.replica.import_many(some)


def _ids_of(desk: Desk, number: int) -> list[str]:
    query = select(col(Resident.id)).order_by(col(Resident.id)).limit(number)
    return [row[0] for row in desk.replica.rows(query)]


def _ids(path: Path, number: int) -> list[str]:
    desk = _open(path)
    try:
        return _ids_of(desk, number)
    finally:
        desk.close()


def _demand_all(desk: Desk, laptops: int) -> None:
    changed = desk.replica.count(Resident, col(Resident.remark).like("第%台"))
    agreed = desk.sync().agreed
    desk.close()
    if changed != laptops * EDITS or not agreed:
        raise ValueError(f"{changed} of {laptops * EDITS} edits arrived")


def _bytes(desk: Desk, way: str) -> dict[str, float]:
    hub = desk.hub()
    assert hub is not None
    return {f"{way}_sent": hub.sent, f"{way}_received": hub.received}


def _new(path: Path) -> Desk:
    return _plain(Desk.create(path, PASSPHRASE, home=COMMUNITY, cost=LIGHT))


def _open(path: Path) -> Desk:
    return _plain(Desk.open(path, PASSPHRASE))


def _plain(desk: Desk) -> Desk:
    desk.index.close()  # the words for finding are nobody else's concern: no peer keeps such an index
    return desk


def _signed_in(desk: Desk, address: str) -> Desk:
    desk.sign_in(address, ACCOUNT, PASSWORD)
    return desk


if __name__ == "__main__":
    work = {"prepare": prepare, "phases": phases, "together": together}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])))
