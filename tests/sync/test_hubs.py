"""The hub on a database, and the same hub at the far end of a network, keep what every hub promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.protocol import Hub
from sync.remote import RemoteHub
from sync.server.backup import back_up, restore
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server.centre import opened, served
from tests.sync.hub_contract import HubContract
from tests.sync.laptops import PASSWORD


class SqlCentre:
    """The office behind a hub on an SQLite file; ``hub`` is how laptops reach it."""

    def __init__(self, office: SqlHub, hub: Hub, folder: Path) -> None:
        self.hub = hub
        self._accounts = office.accounts()
        self._folder = folder

    def add_account(self, name: str, areas: list[str]) -> None:
        self._accounts.create(name, password=PASSWORD, role=Role.GRID_WORKER, areas=areas)

    def assign(self, name: str, areas: list[str]) -> None:
        self._accounts.assign(name, areas)

    def revoke(self, account: str) -> None:
        for device in self._accounts.devices(account):
            self._accounts.revoke(device.id)

    def back_up(self) -> Path:
        copy = self._folder / "copy.db"
        back_up(self._folder / "hub.db", copy)
        return copy

    def restore(self, backup: Path) -> None:
        restore(backup, self._folder / "hub.db")


class TestSqlHub(HubContract):
    @pytest.fixture
    def centre(self, tmp_path: Path) -> Iterator[SqlCentre]:
        with opened(tmp_path) as office:
            yield SqlCentre(office, office, tmp_path)


class TestRemoteHub(HubContract):
    @pytest.fixture
    def centre(self, tmp_path: Path) -> Iterator[SqlCentre]:
        with opened(tmp_path) as office, served(office) as address, RemoteHub(address) as remote:
            yield SqlCentre(office, remote, tmp_path)
