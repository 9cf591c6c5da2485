"""The hub in memory keeps what every hub promises."""

from typing import Any

import pytest

from sync.memory import MemoryHub
from tests.sync.hub_contract import HubContract
from tests.sync.laptops import PASSWORD


class MemoryCentre:
    """The office behind a hub in memory."""

    def __init__(self) -> None:
        self.hub = MemoryHub()

    def add_account(self, name: str, areas: list[str]) -> None:
        self.hub.add_account(name, PASSWORD, areas)

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


class TestMemoryHub(HubContract):
    @pytest.fixture
    def centre(self) -> MemoryCentre:
        return MemoryCentre()
