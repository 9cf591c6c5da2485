"""The centre every test of this folder may ask for."""

from collections.abc import Iterator
from contextlib import ExitStack
import os
from pathlib import Path

import pytest

from sync.server.hub import SqlHub
from tests.server import centre, postgres


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SqlHub]:
    with centre.opened(tmp_path) as opened:
        centre.add(opened, "wang")
        yield opened


@pytest.fixture
def address(hub: SqlHub) -> Iterator[str]:
    with centre.served(hub) as address:
        yield address


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """The PostgreSQL of this session; the test is skipped where there is none."""
    with postgres.running() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlHub]:
    """The same centre on each kind of database, one after the other."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            url = stack.enter_context(request.getfixturevalue("cluster").database())
        opened = stack.enter_context(centre.opened(tmp_path, url=url))
        centre.add(opened, "wang")
        yield opened


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GRIDHUB_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "centre" / "hub.db"
    monkeypatch.setenv("GRIDHUB_DATABASE", str(file))
    return file


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDHUB_PASSWORD", centre.PASSWORD)
