"""The centre every test of this folder may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.hub import SqlHub
from tests.server import centre


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SqlHub]:
    with centre.opened(tmp_path) as opened:
        centre.add(opened, "wang")
        yield opened


@pytest.fixture
def address(hub: SqlHub) -> Iterator[str]:
    with centre.served(hub) as address:
        yield address
