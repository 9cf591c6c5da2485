"""A replica to import into, and one call for read, rehearse and commit."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from gridclient.exchange.moved import Terms
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal, rehearse
from gridclient.exchange.writing import Report, commit
from gridclient.fields import RECORDS
from sync.replica import Replica
from tests.unit.exchange.workbooks import HOME

TODAY = date(2026, 10, 31)
Bring = Callable[[Path], tuple[Rehearsal, Report]]


def rehearsed(replica: Replica, path: Path, terms: Terms | None = None) -> Rehearsal:
    return rehearse(replica, read(path), home=HOME, who="岑某", today=TODAY, terms=terms)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table in it: making them takes longer than most tests here."""
    path = tmp_path_factory.mktemp("empty") / "laptop.db"
    opened(path).engine.dispose()
    return path


@pytest.fixture
def replica(empty: Path, tmp_path: Path) -> Iterator[Replica]:
    path = tmp_path / "laptop.db"
    path.write_bytes(empty.read_bytes())
    held = opened(path)
    yield held
    held.engine.dispose()


def opened(path: Path) -> Replica:
    return Replica(
        create_engine(f"sqlite:///{path}"), [spec.table for spec in RECORDS.values()], author="tester"
    )


@pytest.fixture
def bring(replica: Replica) -> Bring:
    def brought(path: Path) -> tuple[Rehearsal, Report]:
        found = rehearsed(replica, path)
        return found, commit(replica, found)

    return brought
