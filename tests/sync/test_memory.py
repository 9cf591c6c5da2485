"""The hub in memory keeps what every hub promises."""

import pytest

from tests.sync.centres import MemoryCentre
from tests.sync.hub_contract import HubContract


class TestMemoryHub(HubContract):
    @pytest.fixture
    def centre(self) -> MemoryCentre:
        return MemoryCentre()
