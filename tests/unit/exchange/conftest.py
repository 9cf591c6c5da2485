"""A replica to import into, and one call for read, rehearse and commit."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal, Report, commit, rehearse
from gridclient.fields import RECORDS
from sync.replica import Replica
from tests.unit.exchange.workbooks import HOME

TODAY = date(2026, 10, 31)
Bring = Callable[[Path], tuple[Rehearsal, Report]]


def rehearsed(replica: Replica, path: Path) -> Rehearsal:
    return rehearse(replica, read(path), home=HOME, who="岑某", today=TODAY)


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    engine = create_engine(f"sqlite:///{tmp_path / 'laptop.db'}")
    return Replica(engine, [spec.table for spec in RECORDS.values()], author="tester")


@pytest.fixture
def bring(replica: Replica) -> Bring:
    def brought(path: Path) -> tuple[Rehearsal, Report]:
        found = rehearsed(replica, path)
        return found, commit(replica, found)

    return brought
