"""The same centre kept in four ways: in memory, on SQLite, on PostgreSQL, and at the far end of a network.

All are :class:`tests.sync.centre.Witness`, so that what is asked of one is asked of every other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import copy
from pathlib import Path
import shutil
from typing import Any

import msgspec
from sqlalchemy import select

from sync.memory import MemoryHub
from sync.protocol import Change, Document, Hub, SignIn
from sync.remote import RemoteHub
from sync.server import shelf, tables
from sync.server.backup import back_up, found, restore
from sync.server.database import reading, writing
from sync.server.hub import SqlHub
from sync.server.rights import Role
from sync.server.seal import Seal
from tests.server.centre import SECRET, opened, served
from tests.sync.centre import Line, Witness
from tests.sync.laptops import PASSWORD, Power

OFFICE = ("w0", "clerk")  # accounts that may also write what is everyone's


class MemoryCentre:
    """The office behind a hub in memory."""

    def __init__(self) -> None:
        self.hub = MemoryHub()
        self.power = Power()
        self._founded: Any = None

    def add_account(self, name: str, areas: list[str]) -> None:
        self.hub.add_account(name, PASSWORD, areas, everyone=name in OFFICE)

    def assign(self, name: str, areas: list[str]) -> None:
        self.hub.assign(name, areas)

    def revoke(self, account: str) -> None:
        for token, name in list(self.hub.tokens.items()):
            if name == account:
                self.hub.revoke(token)

    def back_up(self) -> Any:
        return self.hub.snapshot()

    def restore(self, backup: Any) -> None:
        self.hub.restore(backup)

    def found(self, accounts: dict[str, list[str]]) -> dict[str, str]:
        tokens = _founded(self, accounts)
        self._founded = copy.deepcopy((self.hub.accounts, self.hub.tokens))
        return tokens

    def begin_again(self) -> None:
        fresh = MemoryHub()
        self.hub.accounts, self.hub.tokens = copy.deepcopy(self._founded)
        self.hub.holds, self.hub.sealed = fresh.holds, {}

    def areas_of(self, name: str) -> list[str]:
        return self.hub.accounts[name].areas

    def documents(self) -> list[Document]:
        return [d for area in self.hub.holds.areas.values() for d in area.records.values()]

    def lines(self) -> list[Line]:
        return [Line(t.id, t.outcome, _text(t.old), _text(t.new)) for t in self.hub.holds.traces]

    def sealed(self) -> list[Change]:
        return [change for kept in self.hub.sealed.values() for change in kept.values()]


class SqlCentre:
    """The office behind a hub on an SQLite file; ``hub`` is how laptops reach it."""

    def __init__(self, office: SqlHub, hub: Hub, folder: Path) -> None:
        self.hub = hub
        self.power = Power(office.engine)
        self._office = office
        self._accounts = office.accounts()
        self._folder = folder
        self._copies = 0
        self._founded: Any = None

    def add_account(self, name: str, areas: list[str]) -> None:
        role = Role.CLERK if name in OFFICE else Role.GRID_WORKER
        self._accounts.create(name, password=PASSWORD, role=role, areas=areas)

    def assign(self, name: str, areas: list[str]) -> None:
        self._accounts.assign(name, areas)

    def revoke(self, account: str) -> None:
        for device in self._accounts.devices(account):
            if not device.revoked:
                self._accounts.revoke(device.id)

    def back_up(self) -> Any:
        self._copies += 1
        copied = self._folder / f"copy-{self._copies}.gridhub"
        back_up(self._office.engine, copied)
        return copied

    def restore(self, backup: Any) -> None:
        with found(backup) as whole:
            if kept := restore(self._office.engine, whole, keep_in=self._folder):
                kept.unlink()

    def found(self, accounts: dict[str, list[str]]) -> dict[str, str]:
        tokens = _founded(self, accounts)
        self._office.engine.dispose()
        shutil.copyfile(self._folder / "hub.db", self._folder / "founded.db")
        return tokens

    def begin_again(self) -> None:
        self._office.engine.dispose()
        for stale in self._folder.glob("copy-*.gridhub"):
            stale.unlink()
        for left in ("hub.db-wal", "hub.db-shm"):
            (self._folder / left).unlink(missing_ok=True)
        shutil.copyfile(self._folder / "founded.db", self._folder / "hub.db")

    def areas_of(self, name: str) -> list[str]:
        return next(list(a.areas) for a in self._accounts.all() if a.name == name)

    def documents(self) -> list[Document]:
        with reading(self._office.engine) as db:
            return [shelf.document(row) for row in db.execute(select(tables.record))]

    def lines(self) -> list[Line]:
        with reading(self._office.engine) as db:
            rows = db.execute(select(tables.history).order_by(tables.history.c.no))
            return [Line(row.id, row.outcome, row.old or "", row.new or "") for row in rows]

    def sealed(self) -> list[Change]:
        seal = Seal(SECRET)
        with reading(self._office.engine) as db:
            rows = db.execute(select(tables.sealed)).all()
        opened = (seal.opened(row.body, f"{row.parcel} {row.mseq} {row.mark}") for row in rows)
        return [msgspec.json.decode(body, type=Change) for body in opened]


class ServerCentre(SqlCentre):
    """The same office on PostgreSQL."""

    def found(self, accounts: dict[str, list[str]]) -> dict[str, str]:
        tokens = _founded(self, accounts)
        with reading(self._office.engine) as db:
            self._founded = {
                table: [dict(row) for row in db.execute(table.select()).mappings()]
                for table in tables.metadata.sorted_tables
            }
        return tokens

    def begin_again(self) -> None:
        with writing(self._office.engine) as db:
            for table in reversed(tables.metadata.sorted_tables):
                db.execute(table.delete())
            for table, rows in self._founded.items():
                if rows:
                    db.execute(table.insert(), rows)


@contextmanager
def centre(kind: str, folder: Path, url: str = "") -> Iterator[Witness]:
    """A centre of this kind (``memory``, ``sqlite``, ``postgres`` at ``url``, ``http``) in an empty folder."""
    if kind == "memory":
        yield MemoryCentre()
        return
    with opened(folder, url=url) as office:
        if kind == "http":
            with served(office) as address, RemoteHub(address) as remote:
                yield SqlCentre(office, remote, folder)
        else:
            yield (ServerCentre if url else SqlCentre)(office, office, folder)


def _founded(centre: Witness, accounts: dict[str, list[str]]) -> dict[str, str]:
    tokens = {}
    for name, areas in accounts.items():
        centre.add_account(name, areas)
        signed = centre.hub.sign_in(SignIn(account=name, password=PASSWORD, device=f"{name}'s"))
        tokens[name] = signed.token
    return tokens


def _text(told: dict[str, Any]) -> str:
    return msgspec.json.encode(told).decode()
