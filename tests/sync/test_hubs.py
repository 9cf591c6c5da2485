"""The hub on a database, and the same hub at the far end of a network, keep what every hub promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.centre import Witness
from tests.sync.centres import centre
from tests.sync.hub_contract import HubContract


class TestSqlHub(HubContract):
    @pytest.fixture
    def centre(self, tmp_path: Path) -> Iterator[Witness]:
        with centre("sqlite", tmp_path) as opened:
            yield opened


class TestRemoteHub(HubContract):
    @pytest.fixture
    def centre(self, tmp_path: Path) -> Iterator[Witness]:
        with centre("http", tmp_path) as opened:
            yield opened
